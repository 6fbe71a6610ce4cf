"""Replies that only say that we look into it, whatever their writer says of them.

Read as the gate reads: folded, sentence by sentence. Greeting, name, thanks and sign-off are left out; when we come
back may be said. One clause that says anything else, or asks something, and the reply is more than a holding one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from inbox.answering.gate.wording import Sentence, Word, sentences

READ = 600
"""Characters; what is longer says more."""

_GREETINGS = frozenset(["hello", "hi", "hey", "dear", "good", "bonjour", "bonsoir", "salut", "cher", "chere", "coucou"])
_MOST_OF_A_NAME = 4
"""Words of a name in a greeting or a signature."""

_MOST_OF_A_SIGNATURE = 3
"""Clauses a reply ends with: a greeting, a name, a team."""

_OF_NAMES = frozenset(["the", "l", "la", "le", "de", "du", "d", "of", "from", "at", "chez", "equipe", "service"])

_FILLERS = frozenset(
    [
        "currently",
        "now",
        "still",
        "right",
        "just",
        "already",
        "actively",
        "closely",
        "immediately",
        "indeed",
        "really",
        "here",
        "shortly",
        "soon",
        "asap",
        "quickly",
        "today",
        "tonight",
        "tomorrow",
        "actually",
        "also",
        "then",
        "please",
        "urgently",
        "carefully",
        "fully",
        "attentivement",
        "actuellement",
        "immediatement",
        "rapidement",
        "vite",
        "bientot",
        "deja",
        "encore",
        "bien",
        "aussi",
        "tout",
        "toute",
        "suite",
        "toutes",
        "demain",
        "maintenant",
        "moment",
        "ici",
        "prochainement",
        "puis",
        "alors",
        "en",
        "ce",
    ]
)
"""Words that change nothing about what is said."""

_AT = (
    *(
        "ici",
        "the",
        "next",
        "end",
        "of",
        "la",
        "le",
        "les",
        "l",
        "fin",
        "de",
        "une",
        "un",
        "an",
        "a",
        "few",
        "quelques",
    ),
    *(
        "prochaine",
        "prochaines",
        "prochains",
        "#",
        "hour",
        "hours",
        "day",
        "days",
        "minute",
        "minutes",
        "noon",
        "heure",
    ),
    *(
        "heures",
        "jour",
        "jours",
        "midi",
        "h",
        "pm",
        "am",
        "o",
        "clock",
        "journee",
        "soir",
        "soiree",
        "apres",
        "evening",
    ),
    *("morning", "afternoon", "monday", "tuesday", "wednesday", "thursday", "friday"),
    *("lundi", "mardi", "mercredi", "jeudi", "vendredi"),
)
_WHEN = (
    r"as (?:quickly )?as possible ",
    r"as (?:quickly )?as (?:we |i )(?:can |know |have )(?:more |an |any |news |answer |update |something )*",
    r"(?:by|before|within|in|at|on|around|until|avant|d|sous|dans|a|vers) (?:(?:" + "|".join(_AT) + r") )+",
    r"des que possible ",
    (
        r"des que (?:nous |on )(?:pouvons |peut |savons |sait |avons |a |saurons |aurons )"
        r"(?:plus |du |nouveau |une |reponse |des |nouvelles )*"
    ),
    r"this (?:afternoon |morning |evening )|cet apres midi |le plus possible |au plus (?:tot )?|with (?:more |news )+",
    r"(?:# |h |am |pm )+",
)
"""When it will be; without the fillers."""


def _phrase(line: str) -> str:
    parts = []
    for token in line.split():
        either = token.strip("()").replace("/", "|")
        parts.append(f"(?:(?:{either}) )?" if token.startswith("(") else f"(?:{either}) ")
    return "".join(parts)


def _read() -> tuple[tuple[re.Pattern[str], ...], tuple[re.Pattern[str], ...]]:
    holding: list[str] = []
    beside = ["(?:and|et|but|mais) ", *_WHEN]
    into = holding
    text = Path(__file__).with_name("words").joinpath("holding.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            into = beside if line == "[with]" else holding
        elif line and not line.startswith(";"):
            into.append(_phrase(line))
    return tuple(map(re.compile, holding)), tuple(map(re.compile, beside))


_HOLDING, _BESIDE = _read()


def only_holds(text: str) -> bool:
    """Whether all that `text` says of the matter is that we look into it, or come back."""
    if len(text) > READ:
        return False
    clauses = [clause for sentence in sentences(text) for clause in _clauses(sentence)]
    if any(word.text in ("?", '"') for clause in clauses for word in clause):
        return False
    holds = False
    for number, clause in enumerate(clauses):
        words = [word.text for word in clause if word.text not in _FILLERS]
        said = _said(words)
        if said is None and not holds:
            said = _after_greeting(words)
        if said is None and not (
            (number <= 1 and not holds and _is_name(clause, text))
            or (holds and number >= len(clauses) - _MOST_OF_A_SIGNATURE and _is_name(clause, text))
        ):
            return False
        holds = holds or bool(said)
    return holds


def _clauses(sentence: Sentence) -> Iterator[list[Word]]:
    """The words of a sentence between its commas; a question mark stays where it is."""
    clause: list[Word] = []
    for word in sentence.words:
        if word.text == ",":
            yield clause
            clause = []
        else:
            clause.append(word)
    yield clause


def _said(words: list[str]) -> bool | None:
    """Whether words that are phrases of the lists from end to end hold; None where they say anything else."""
    line = "".join(f"{word} " for word in words)
    reached: dict[int, bool] = {0: False}
    # Every phrase takes at least one word, so that whatever is reached is reached from further left.
    for at in range(len(line)):
        if at in reached:
            for phrases, hold in ((_HOLDING, True), (_BESIDE, False)):
                for phrase in phrases:
                    if found := phrase.match(line, at):
                        reached[found.end()] = reached.get(found.end(), False) or reached[at] or hold
    return reached.get(len(line))


def _after_greeting(words: list[str]) -> bool | None:
    """The same after a greeting, with or without a name, that runs on."""
    if not words or words[0] not in _GREETINGS:
        return None
    after = (_said(words[begin:]) for begin in range(1, min(len(words), _MOST_OF_A_NAME + 1) + 1))
    return next((said for said in after if said is not None), None)


def _is_name(clause: list[Word], text: str) -> bool:
    """A name as one greets or signs with: a few words, each with a capital, or "the … team"."""
    if not clause or len(clause) > _MOST_OF_A_NAME:
        return False
    if clause[-1].text in ("team", "support"):
        return True
    return all(text[word.start : word.start + 1].isupper() or word.text in _OF_NAMES for word in clause)
