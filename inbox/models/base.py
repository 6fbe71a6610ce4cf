"""The base of every table, and the column types all of them share."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import JSON, TypeDecorator

from inbox.clock import as_utc


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC time with microseconds.

    PostgreSQL keeps it as timestamptz; SQLite as text `YYYY-MM-DD HH:MM:SS.ffffff` in UTC, which sorts by time.
    A naive time is refused.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware in, UTC out.

        Raises:
            ValueError: the time has no zone.
        """
        if value is None:
            return None
        utc = as_utc(value)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, _coltype: object) -> Callable[[Any], datetime | None]:
        """Always aware UTC, in one step: a page reads hundreds of times."""
        if dialect.name == "sqlite":
            read = datetime.fromisoformat
            return lambda stored: None if stored is None else read(f"{stored}+00:00")
        return lambda stored: None if stored is None else stored.astimezone(UTC)


class Code(TypeDecorator[Any]):
    """A `StrEnum` stored as its value, read back as the enum; a value outside the enum raises ValueError."""

    impl = String(40)
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """The value of the enum member."""
        return None if value is None else self.enum(value).value

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], Any]:
        """The enum member."""
        known: dict[Any, Any] = {None: None} | {member.value: member for member in self.enum}
        enum = self.enum
        return lambda stored: known[stored] if stored in known else enum(stored)


_ESCAPE = "\ufdd0"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff\ufdd0]")
_ESCAPED = re.compile("\ufdd0([0-9a-f]{4})")


class OutsideText(TypeDecorator[str]):
    """Text from outside, stored as it came.

    Neither engine stores NUL or a lone surrogate in text, and networks deliver both. They are kept behind the
    noncharacter U+FDD0, as four hexadecimal digits, and come back unchanged; all other text is stored plainly.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """The storable form."""
        if value is None:
            return None
        return _UNSTORABLE.sub(lambda match: f"{_ESCAPE}{ord(match[0]):04x}", value)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Callable[[Any], str | None]:
        """What came."""
        return _came


def _came(stored: str | None) -> str | None:
    if stored is None or _ESCAPE not in stored:
        return stored
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), stored)


JsonValue = JSON().with_variant(JSONB(), "postgresql")
"""JSON, as JSONB on PostgreSQL."""

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""A primary key of 64 bits; SQLite numbers rows only in a column that is called INTEGER."""

Id = Annotated[int, mapped_column(BigId, primary_key=True)]


class Base(DeclarativeBase):
    """The base of every table. Constraint names follow one convention, so that both engines agree on them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime(), int: Integer()}  # noqa: RUF012
