"""The gate: reads a reply, in English and French, and says what it holds.

A pure function of the text: no database, no settings, no clock. Unapproved apologies and admissions (of fault, cause,
number of victims, compensation) are found sentence by sentence; courtesies are told apart and leave.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from inbox.answering.gate.courtesies import STARTER_COURTESIES
from inbox.answering.gate.findings import Finding, Outcome, Reading

__all__ = ["STARTER_COURTESIES", "Finding", "Outcome", "Reading", "read"]

_APOLOGY = re.compile(r"(?i)sorry|apolog|excus|désol|desol|navré|navre|regret|pardon|mea culpa")
_ADMISSION = re.compile(r"(?i)fault|mistake|faute|erreur|refund|rembours|compensat|indemnis|caused by|affected")


def read(text: str, *, courtesies: Collection[str] = STARTER_COURTESIES) -> Reading:
    """What `text` holds. `courtesies` are the phrases that supervisors let leave, compared without case and accents."""
    findings = []
    for found in re.finditer(r"[^.!?\n]+[.!?]*", text):
        sentence = found[0]
        for outcome, cue in ((Outcome.ADMISSION, _ADMISSION), (Outcome.APOLOGY, _APOLOGY)):
            if evidence := cue.search(sentence):
                if any(phrase.casefold() in sentence.casefold() for phrase in courtesies):
                    outcome = Outcome.COURTESY
                findings.append(Finding(outcome, sentence, found.start(), found.end(), evidence[0]))
                break
    return Reading(tuple(findings))
