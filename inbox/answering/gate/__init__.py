"""The gate: reads a reply, in English and French, and says what it holds.

A pure function of the text: no database, no settings, no clock. Unapproved apologies and admissions (of fault, cause,
number of victims, compensation) are found sentence by sentence; courtesies are told apart and leave.
"""

from __future__ import annotations

from collections.abc import Collection

from inbox.answering.gate.courtesies import STARTER_COURTESIES
from inbox.answering.gate.findings import Finding, Reading
from inbox.answering.gate.holding import only_holds
from inbox.answering.gate.judging import judge
from inbox.answering.gate.wording import sentences
from inbox.models import Outcome

__all__ = ["STARTER_COURTESIES", "Finding", "Outcome", "Reading", "only_holds", "read"]


def read(text: str, *, courtesies: Collection[str] = STARTER_COURTESIES) -> Reading:
    """What `text` holds; time grows with its length alone.

    Both languages are sought in every sentence. `courtesies` are the phrases that supervisors let leave (see
    `inbox.answering.gate.courtesies` for how they are compared).
    """
    findings = []
    for sentence in sentences(text):
        decision = judge(sentence, courtesies)
        if decision is not None:
            first = sentence.words[sentence.word_at(decision.start)]
            last = sentence.words[sentence.word_at(decision.end - 1)]
            findings.append(
                Finding(
                    decision.outcome,
                    text[sentence.start : sentence.end],
                    sentence.start,
                    sentence.end,
                    text[first.start : last.end],
                )
            )
    return Reading(tuple(findings))
