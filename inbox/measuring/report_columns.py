"""The waits of a report as columns of numbers, read once from the database, a few at a time.

The driver's own rows are taken, of few columns, without objects of the ORM: a million waits are some eighty megabytes
of numbers, and it takes little longer than reading them and throwing them away.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Text, and_, case, cast, extract, or_, select, type_coerce
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox.extensions import at_one_moment
from inbox.models import Conversation, ConversationState, ReplyOrigin, Wait

CHUNK = 1_000
"""How many rows are held as Python objects at a time: as many as stay in a processor's nearest memory."""

SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FIRST, ANSWERED, LATE, NATIVE, HELD, LATER, LATE_IN_SUBSTANCE = (1 << bit for bit in range(7))
"""What `flags` says of a wait: a first response; answered; past its due time, answered or not; answered natively;
answered, with nothing of substance so far; answered with substance only after it was answered; with substance after its
due time, or not yet and past it."""

Groups = list[tuple[str, NDArray[np.int64]]]


@dataclass(slots=True)
class Columns:
    """One entry per wait, in the order in which the database gave them. Lengths are in seconds.

    Attributes:
        keys: what the wait is split by, as a number of `names`.
        names: what the numbers of `keys` stand for; None is a value too.
        conversation: the id of its conversation.
        account: the id of its account.
        opened: when it was opened, in microseconds since 1970; only where it was asked for, or is needed: of waits
            without an answer, or without one of substance, or with a later one.
        length: how long it took, or has lasted so far.
        staffed: the part of it in staffed hours; of an open wait NaN until `staff` reckons it.
        substance: until the first answer of substance, or so far.
    """

    keys: NDArray[np.int32]
    conversation: NDArray[np.int64]
    account: NDArray[np.int64]
    flags: NDArray[np.uint8]
    opened: NDArray[np.int64]
    length: NDArray[np.float64]
    staffed: NDArray[np.float64]
    substance: NDArray[np.float64]
    names: list[Any]

    def __len__(self) -> int:
        return len(self.flags)

    def having(self, flag: int) -> NDArray[np.bool_]:
        """Of which waits `flags` says it."""
        found: NDArray[np.bool_] = np.not_equal(self.flags & flag, 0)
        return found


def micros(moment: datetime) -> int:
    """`moment` (aware) as whole microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment_of(microseconds: int) -> datetime:
    """The moment so many microseconds after 1970, in UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def read(
    current: Session,
    conditions: Sequence[ColumnElement[bool]],
    now: datetime,
    by: InstrumentedAttribute[Any] | None,
    *,
    every_opening: bool,
) -> Columns:
    """Read the waits for which `conditions` hold.

    Args:
        now: when the report is made (aware): what is open has lasted until then.
        by: the column of `waits` to split by; None for none.
        every_opening: whether to read when each wait was opened, which splitting by time needs.
    """
    connection = current.connection()
    on_sqlite = connection.dialect.name == "sqlite"
    substance_is_another = or_(Wait.substantive_at.is_(None), Wait.substantive_at != Wait.closed_at)
    asked: list[ColumnElement[Any]] = [
        Wait.conversation_id.expression,
        Wait.account_id.expression,
        _flags(now),
        Wait.seconds.expression,
        Wait.staffed_seconds.expression,
        _micros(Wait.opened_at, on_sqlite)
        if every_opening
        else case((substance_is_another, _micros(Wait.opened_at, on_sqlite))),
        case((substance_is_another, _micros(Wait.substantive_at, on_sqlite))),
    ]
    if by is not None:
        asked.append(by.expression)
    statement = select(*asked).where(*conditions)
    known = _Numbering()
    found = [
        _columns(rows, known if by is not None else None, micros(now), on_sqlite) for rows in raw(current, statement)
    ]
    return _joined(found, known.names if by is not None else [None])


def raw(current: Session, statement: Any) -> Iterator[Sequence[tuple[Any, ...]]]:
    """The rows of a statement as the driver gives them, `CHUNK` at a time; times are the caller's to read.

    SQLite's cursor reads as it is asked; PostgreSQL gets one that stays on the server, of which SQLAlchemy has already
    taken the first row.
    """
    at_one_moment(current)
    connection = current.connection()
    streamed = connection.dialect.name != "sqlite"
    result = connection.execute(statement, execution_options={"stream_results": True} if streamed else {})
    try:
        first = result.fetchone() if streamed else None
        if first is not None:
            yield [tuple(first)]
        cursor = result.cursor
        while cursor is not None and (rows := cursor.fetchmany(CHUNK)):
            yield rows
    finally:
        result.close()


def conversations(current: Session, *conditions: ColumnElement[bool]) -> NDArray[np.int64]:
    """The ids of conversations for which `conditions` hold."""
    statement = select(Conversation.id).where(*conditions)
    parts = [np.array([row[0] for row in rows], dtype=np.int64) for rows in raw(current, statement)]
    return np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)


def closed_without_reply(current: Session) -> NDArray[np.int64]:
    """Conversations that somebody closed although a wait of theirs has no answer."""
    closed = Conversation.state == ConversationState.CLOSED
    return conversations(current, closed, Conversation.waiting_since.is_not(None))


def marked(current: Session) -> NDArray[np.int64]:
    """Conversations of which a member judged that no answer is called for."""
    return conversations(current, Conversation.no_answer_reason.is_not(None))


def split(columns: Columns, name_of: Callable[[Any], str]) -> Groups:
    """The positions of the waits of each group, by `keys`; groups that are called the same are one."""
    named = [name_of(value) for value in columns.names]
    names = sorted(set(named))
    place = {name: number for number, name in enumerate(names)}
    codes = np.array([place[name] for name in named], dtype=np.int32)[columns.keys] if named else columns.keys
    return by_code(codes, names)


def by_code(codes: NDArray[np.int32], names: Sequence[str]) -> Groups:
    """The positions of each code, in the order of `names`; what occurs nowhere is left out."""
    small = codes.astype(np.int16) if len(names) < 2**15 else codes
    order = np.argsort(small, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(names)), side="right")
    starts = np.concatenate([[0], ends[:-1]]) if len(names) else ends
    return [(name, order[start:end]) for name, start, end in zip(names, starts, ends, strict=True) if end > start]


def _micros(column: InstrumentedAttribute[Any], on_sqlite: bool) -> ColumnElement[Any]:
    """A time as the driver gives it quickest and whole: text on SQLite, microseconds on PostgreSQL."""
    if on_sqlite:
        return type_coerce(column, Text())
    return cast(extract("epoch", column) * SECOND, BigInteger)


def _flags(now: datetime) -> ColumnElement[int]:
    answered = Wait.closed_at.is_not(None)
    said = (
        (FIRST, Wait.ordinal == 1),
        (ANSWERED, answered),
        (LATE, case((answered, Wait.closed_at > Wait.due_at), else_=Wait.due_at < now)),
        (NATIVE, Wait.reply_origin == ReplyOrigin.NATIVE),
        (HELD, and_(answered, Wait.substantive_at.is_(None))),
        (LATER, Wait.substantive_at != Wait.closed_at),
        (
            LATE_IN_SUBSTANCE,
            case((Wait.substantive_at.is_not(None), Wait.substantive_at > Wait.due_at), else_=Wait.due_at < now),
        ),
    )
    total: ColumnElement[int] | None = None
    for flag, condition in said:
        worth = case((condition, flag), else_=0)
        total = worth if total is None else total + worth
    assert total is not None
    return total


class _Numbering(dict[Any, int]):
    """Numbers for values, in the order in which they are first seen."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[Any] = []

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self.names)
        self.names.append(value)
        return number


def _columns(rows: Sequence[tuple[Any, ...]], known: _Numbering | None, now: int, on_sqlite: bool) -> Columns:
    conversation, account, flags, seconds, staffed, opened, substantive, *key = zip(*rows, strict=True)
    many = len(rows)
    said = np.array(flags, dtype=np.uint8)
    begun, later = _read_times(opened, on_sqlite), _read_times(substantive, on_sqlite)
    length = np.array(seconds, dtype=np.float64)
    answered = (said & ANSWERED) != 0
    so_far = np.maximum(now - begun, 0) / SECOND
    length = np.where(answered, length, so_far)
    substance = np.where((said & LATER) != 0, np.maximum(later - begun, 0) / SECOND, length)
    substance = np.where((said & HELD) != 0, so_far, substance)
    keys = np.zeros(many, dtype=np.int32)
    if known is not None:
        keys = np.fromiter(map(known.__getitem__, key[0]), dtype=np.int32, count=many)
    return Columns(
        keys,
        np.array(conversation, dtype=np.int64),
        np.array(account, dtype=np.int64),
        said,
        begun,
        length,
        np.array(staffed, dtype=np.float64),
        substance,
        [],
    )


def _read_times(values: Sequence[Any], on_sqlite: bool) -> NDArray[np.int64]:
    """Microseconds since 1970; what is missing becomes 0."""
    if on_sqlite:
        found = np.array(values, dtype="datetime64[us]").astype(np.int64)
        found[found == np.iinfo(np.int64).min] = 0
        return found
    return np.array([value or 0 for value in values], dtype=np.int64)


def _joined(parts: list[Columns], names: list[Any]) -> Columns:
    """The parts as one; each column's parts are let go before the next is joined."""
    types = {"keys": np.int32, "flags": np.uint8, "length": np.float64, "staffed": np.float64, "substance": np.float64}
    whole: dict[str, Any] = {}
    for column in (field.name for field in fields(Columns) if field.name != "names"):
        pieces = [getattr(part, column) for part in parts]
        for part in parts:
            setattr(part, column, None)
        whole[column] = np.concatenate(pieces) if pieces else np.zeros(0, dtype=types.get(column, np.int64))
    return Columns(**whole, names=names)


def among(values: NDArray[np.int64], wanted: NDArray[np.int64] | Collection[int]) -> NDArray[np.bool_]:
    """Which of `values` are in `wanted`."""
    given: Iterable[int] = wanted
    found = np.fromiter(given, dtype=np.int64) if not isinstance(wanted, np.ndarray) else wanted
    return np.isin(values, found) if len(found) else np.zeros(len(values), dtype=bool)
