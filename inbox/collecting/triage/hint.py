"""What triage says about a comment: a hint that orders the queue and never hides anything."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Kind(StrEnum):
    """What a comment does, seen from the person who answers it."""

    QUESTION = "question"
    CRITICISM = "criticism"
    PRAISE = "praise"
    OTHER = "other"


class Urgency(IntEnum):
    """Levels of the queue's order, the smallest first. Within a level, due time decides."""

    ACUTE = -1
    """Danger that is happening now: it goes before one that is told of, however long that one has waited."""
    DANGER = 0
    PRESS = 1
    NORMAL = 2


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known besides the text.

    Attributes:
        followers: size of the author's audience, None where the network does not tell.
        network_language: language tag the network gave the comment (`en`, `fr-CA` …).
        earlier_comments: comments of this author that still wait for an answer, this one not counted.
        author_name: display name, which may tell that a newsroom writes.
    """

    followers: int | None = None
    network_language: str | None = None
    earlier_comments: int = 0
    author_name: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hint says what it says: a code of `REASON_CODES`, put into words in the reader's language."""

    code: str
    params: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hint:
    """One comment, triaged.

    Attributes:
        language: ISO 639-1 code in lower case, or `und` when nobody can tell.
        sentiment: from -1 (against) to 1 (in favour), 0 where no word of feeling was found.
        reasons: most urgent first; empty for a comment without anything special.
    """

    language: str
    kind: Kind
    sentiment: float
    urgency: Urgency
    reasons: tuple[Reason, ...]


REASON_CODES: frozenset[str] = frozenset(
    {
        "mentions_danger",  # word: what was read, as the author wrote it
        "sounds_dangerous",  # word: the weightiest of the signs that say so together, as the author wrote it
        "happening_now",  # word: what says so, as the author wrote it
        "press",  # word: what was read, in the comment or in the author's name
        "followers",  # count
        "asks_question",
        "writes_again",  # count: comments waiting, this one included
        "criticises",
        "praises",
    }
)
