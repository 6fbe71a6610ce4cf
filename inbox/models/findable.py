"""What can be found by its words: a row for each comment, reply, note and person, beside SQLite's full-text table.

The table is derived: `search_index` writes it in the transaction of the row whose words it holds.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Dialect, String, Text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine

from inbox.models.base import Base, BigId, Code

MOST_PLACES = 255
"""Places of one word in one text that PostgreSQL keeps."""

_LAST_PLACE = 16_383
_LEXEME = re.compile("'([^']*)':([0-9,]+)")


class Words(TypeDecorator[str]):
    """Words with a space between them: text on SQLite, where the full-text table reads them, a tsvector on PostgreSQL.

    What comes back from PostgreSQL is the tsvector in print; `same_words` compares.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type of the column."""
        return dialect.type_descriptor(TSVECTOR() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Words in, whatever the engine stores out."""
        return as_vector(value) if value is not None and dialect.name == "postgresql" else value


def as_vector(words: str) -> str:
    """Words as PostgreSQL reads a tsvector. They hold letters, digits and marks alone, so that nothing is escaped."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(words.split(), 1):
        where = str(min(place, _LAST_PLACE))
        if len(places[word]) < MOST_PLACES and places[word][-1:] != [where]:
            places[word].append(where)
    return " ".join(f"'{word}':{','.join(where)}" for word, where in places.items())


def same_words(stored: str, words: str, dialect: str) -> bool:
    """Whether the column holds exactly `words`."""
    if dialect != "postgresql":
        return stored == words
    return dict(_LEXEME.findall(stored)) == dict(_LEXEME.findall(as_vector(words)))


class Source(StrEnum):
    """What kind of row the words stand in."""

    COMMENT = "comment"
    REPLY = "reply"
    NOTE = "note"
    AUTHOR = "author"


_ORDER = tuple(Source)
_ID_BITS = 29
_SOURCE_BITS = 2
_LATEST = 2**32 - 1


def position_of(source: Source, row_id: int, at: datetime) -> int:
    """The key of a row: its second, what it is and the end of its id, so that the order of keys is the order of time.

    It follows from what never changes, so that whoever has the row finds its words without looking. Two rows of one
    kind in one second share a key only when 536,870,912 rows lie between them.

    Args:
        at: when it was written, by the author's clock; a person's is when they were first seen.
    """
    return first_position(at) | _ORDER.index(source) << _ID_BITS | row_id & (1 << _ID_BITS) - 1


def first_position(at: datetime) -> int:
    """The lowest key of the second of `at`; a time before 1970 or after 2106 counts as the nearest of the two."""
    return min(max(int(at.timestamp()), 0), _LATEST) << (_ID_BITS + _SOURCE_BITS)


ACCOUNT_MARK = "\ue000"
"""Begins the word that names the account; no word of a text holds it."""


def mark_of(account_id: int) -> str:
    """The word that names an account."""
    return f"{ACCOUNT_MARK}{account_id}"


class Findable(Base):
    """The words of one row. `words` is empty where they were withheld; a row never goes.

    On SQLite `fts_findables` is the full-text table over it, on PostgreSQL a GIN index (`fts_findables_words`).
    """

    __tablename__ = "findables"

    position: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    """See `position_of`."""
    source: Mapped[Source] = mapped_column(Code(Source))
    row_id: Mapped[int] = mapped_column(BigId)
    conversation_id: Mapped[int | None] = mapped_column(BigId)
    """None for a person, who may have several."""
    words: Mapped[str] = mapped_column(Words)
    """Without accents and case, and last a mark that names the account, which no text can hold."""


class IndexTask(Base):
    """What is still to be done for the index: rows of before it was there, and words that were withheld."""

    __tablename__ = "index_tasks"

    task: Mapped[str] = mapped_column(String(20), primary_key=True)
    """A `Source`, or `forget`."""
    remaining: Mapped[int] = mapped_column(BigInteger, default=0)
    """For a source, rows with ids up to this one are not in the index yet. For `forget`, how often words were taken
    out that still stand in SQLite's file."""
