"""The waits of a report as rows of a file, with every value formatted by the database.

A file of a million rows is written as fast as the driver gives them: nothing is made of a row in Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain, islice
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Float,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from inbox import clock
from inbox.extensions import at_one_moment, session
from inbox.measuring.report_rows import ReportQuery, WaitState, check_members, check_query, purpose_of, waits_of
from inbox.measuring.staff_informed import in_force, measured_from, names_allowed
from inbox.models import Account, Comment, Conversation, ConversationState, Member, Reply, Wait
from inbox.permissions import Actor, Permission, require

Rows = Iterator[Sequence[Any]]

FETCHED = 2_000
"""Rows that PostgreSQL's server sends at a time, and that are written before anybody is told how far it is."""

_FORMULAS = "=+@\t\r\n＝＋－＠-"
"""What a cell must not begin with, as a set of characters in a pattern. Source: OWASP, CSV injection; the wide ones are
read so by Japanese spreadsheets."""

_FORMULA_SET = frozenset(_FORMULAS)

_INSTEAD = "\N{REPLACEMENT CHARACTER}"
_CONTROLS = "".join(map(chr, (*range(1, 9), 11, 12, *range(14, 32), 127))) + "\ufdd0"
"""What no spreadsheet reads; U+FDD0 stands in the database before what it cannot store."""

_CLEANED = str.maketrans(dict.fromkeys(_CONTROLS, _INSTEAD))


class Kind(StrEnum):
    """What a column of the file holds."""

    NUMBER = "number"
    LENGTH = "length"
    """In seconds."""
    TIME = "time"
    CODE = "code"
    """One of our own words."""
    OUTSIDE = "outside"
    """Text from outside."""
    YES_NO = "yes_no"


class Form(StrEnum):
    """For whom the database formats the values."""

    CSV = "csv"
    """Times in ISO 8601 UTC with microseconds, `true` and `false`, and no text that begins a formula."""
    FRENCH_CSV = "french_csv"
    """The same with a comma in decimal fractions."""
    XLSX = "xlsx"
    """Times as days since 1899-12-30 in UTC, lengths in days."""
    JSON = "json"
    """Times in ISO 8601 UTC."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, what it holds, and where it comes from."""

    name: str
    kind: Kind
    value: ColumnElement[Any]


@contextmanager
def snapshot() -> Iterator[Session]:
    """The session with one view of the database inside the block: rows and figures of a file agree, whatever is
    written meanwhile. Call it outside of a transaction that has begun to read."""
    current = session()
    current.rollback()
    at_one_moment(current)
    try:
        yield current
    finally:
        current.rollback()


def columns(*, members_from: datetime | None = None) -> tuple[Column, ...]:
    """The columns, in order; the names are those of `WaitRow`, with the account's number beside its name.

    Args:
        members_from: with the name of who answered, of waits that opened at or after it; None for no names. What was
            answered before staff were informed tells nobody apart.
    """
    number, length, time = Kind.NUMBER, Kind.LENGTH, Kind.TIME
    found = [
        Column("wait_id", number, Wait.id.expression),
        Column("conversation_id", number, Wait.conversation_id.expression),
        Column("account_id", number, Wait.account_id.expression),
        Column("account", Kind.OUTSIDE, Account.name.expression),
        Column("network", Kind.CODE, Account.network.expression),
        Column("ordinal", number, Wait.ordinal.expression),
        Column("comment_remote_id", Kind.OUTSIDE, Comment.remote_id.expression),
        Column("language", Kind.CODE, Wait.language.expression),
        Column("kind", Kind.CODE, Wait.kind.expression),
        Column("urgency", number, Wait.urgency.expression),
        Column("in_crisis", Kind.YES_NO, Wait.in_crisis.expression),
        Column("state", Kind.CODE, _state()),
        Column("no_answer_called_for", Kind.YES_NO, Conversation.no_answer_reason.is_not(None)),
        Column("posted_at", time, Wait.opened_at.expression),
        Column("received_at", time, Wait.received_at.expression),
        Column("opened_at", time, Wait.first_opened_at.expression),
        Column("drafted_at", time, Wait.drafted_at.expression),
        Column("submitted_at", time, Wait.submitted_at.expression),
        Column("approved_at", time, Wait.approved_at.expression),
        Column("sent_at", time, Wait.closed_at.expression),
        Column("confirmed_at", time, Wait.confirmed_at.expression),
        Column("substantive_at", time, Wait.substantive_at.expression),
        Column("seconds", length, Wait.seconds.expression),
        Column("staffed_seconds", length, Wait.staffed_seconds.expression),
        Column("target_seconds", length, Wait.target_seconds.expression),
        Column("due_at", time, Wait.due_at.expression),
        Column("within_target", Kind.YES_NO, _within_target()),
        Column("reply_id", number, Wait.reply_id.expression),
        Column("reply_origin", Kind.CODE, Wait.reply_origin.expression),
        Column("reply_remote_id", Kind.OUTSIDE, Reply.remote_id.expression),
        Column("template_id", number, Wait.template_id.expression),
    ]
    if members_from is not None:
        known = case((Wait.opened_at >= members_from, Member.name))
        found.append(Column("member", Kind.OUTSIDE, known))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class WaitTable:
    """The rows of a file that are about to be read.

    Attributes:
        columns: what each row holds.
        rows: plain tuples as the driver gives them.
    """

    columns: tuple[Column, ...]
    rows: Rows

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return [column.name for column in self.columns]


@contextmanager
def read(actor: Actor, query: ReportQuery, form: Form, *, connection: Connection | None = None) -> Iterator[WaitTable]:
    """Every wait of the report, in the order in which they were noted, as plain tuples, inside the block.

    PostgreSQL keeps the rows until they are asked for; SQLite makes them when they are. Memory stays flat on both.

    Args:
        connection: over which to read, where the rows are to outlive the session; by default the session's.

    Raises:
        Refused: the actor may not export reports, or not those of a member.
        Problem: as `response_times`.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    check_query(query)
    current = session()
    check_members(current, actor, query)
    informed = in_force(current) if names_allowed(actor, current) else None
    chosen = columns(members_from=None if informed is None else measured_from(informed))
    if connection is None:
        at_one_moment(current)
        connection = current.connection()
    dialect = connection.dialect.name
    write = _formats(dialect, form)
    statement = (
        select(*(type_coerce(write[column.kind](column.value), NullType()).label(column.name) for column in chosen))
        .select_from(Wait)
        .join(Conversation, Conversation.id == Wait.conversation_id)
        .join(Account, Account.id == Wait.account_id)
        .join(Comment, Comment.id == Wait.comment_id)
        .outerjoin(Reply, Reply.id == Wait.reply_id)
        .where(*waits_of(current, query, purpose_of(current, query)))
        # As they were noted: nothing is sorted, so that the first row comes at once and memory stays flat.
        .order_by(Wait.id)
    )
    if informed is not None:
        statement = statement.outerjoin(Member, Member.id == Wait.member_id)
    if dialect == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.create_function("inbox_harmless", 2, _harmless_on_sqlite, deterministic=True)
    found = connection.execute(statement, execution_options={"stream_results": True})
    cursor: Any = found.cursor
    if cursor is None:
        raise RuntimeError("the driver gave no cursor")
    if dialect != "sqlite":
        cursor.itersize = FETCHED
    # SQLAlchemy has asked for the first row already; all others come from the driver.
    try:
        yield WaitTable(chosen, chain(found.fetchmany(1), cursor))
    finally:
        found.close()


def batches(rows: Rows) -> Iterator[list[Sequence[Any]]]:
    """`rows`, `FETCHED` at a time; none for none."""
    while found := list(islice(rows, FETCHED)):
        yield found


def count(actor: Actor, query: ReportQuery) -> int:
    """How many rows the file will have.

    Raises:
        Refused, Problem: as `read`.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    check_query(query)
    current = session()
    check_members(current, actor, query)
    conditions = waits_of(current, query, purpose_of(current, query))
    return current.scalar(select(func.count()).select_from(Wait).where(*conditions)) or 0


def _state() -> ColumnElement[str]:
    return case(
        (Wait.closed_at.is_not(None), literal(WaitState.ANSWERED.value)),
        (Conversation.state == ConversationState.CLOSED, literal(WaitState.CLOSED_WITHOUT_REPLY.value)),
        else_=literal(WaitState.WAITING.value),
    )


def _within_target() -> ColumnElement[bool | None]:
    in_time, late = literal(1) == 1, literal(1) == 0
    return case(
        (and_(Wait.closed_at.is_not(None), Wait.closed_at <= Wait.due_at), in_time),
        (or_(Wait.closed_at.is_not(None), Wait.due_at < clock.now()), late),
        else_=null(),
    )


_Format = Callable[[ColumnElement[Any]], ColumnElement[Any]]


def _formats(dialect: str, form: Form) -> dict[Kind, _Format]:
    on_sqlite = dialect == "sqlite"
    written = form in (Form.CSV, Form.FRENCH_CSV)
    if form is Form.XLSX:
        time = _days_on_sqlite if on_sqlite else _days_on_postgresql
    else:
        time = _iso_on_sqlite if on_sqlite else _iso_on_postgresql
    comma = _comma_on_sqlite if on_sqlite else _comma_on_postgresql
    length: _Format = {Form.FRENCH_CSV: comma, Form.XLSX: _as_days}.get(form, _unchanged)
    outside = _outside_on_sqlite if on_sqlite else _outside_on_postgresql
    return {
        Kind.NUMBER: _unchanged,
        Kind.LENGTH: length,
        Kind.TIME: time,
        Kind.CODE: _unchanged,
        Kind.OUTSIDE: lambda value: outside(value, written),
        Kind.YES_NO: _in_words if written else _unchanged,
    }


def _unchanged(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return value


def _in_words(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((value, literal("true")), (not_(value), literal("false")))


def _comma_on_sqlite(value: ColumnElement[Any]) -> ColumnElement[Any]:
    if not isinstance(value.type, Float):
        return value
    # PostgreSQL writes 600, SQLite 600.0.
    return func.replace(func.rtrim(func.rtrim(cast(value, Text), "0"), "."), ".", ",")


def _comma_on_postgresql(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.replace(cast(value, Text), ".", ",")


def _as_days(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(value, Float) / literal(86_400.0, Float)


def _iso_on_sqlite(value: ColumnElement[Any]) -> ColumnElement[Any]:
    text = type_coerce(value, Text)
    return func.replace(text, " ", "T").op("||")("Z")


def _iso_on_postgresql(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.to_char(func.timezone("UTC", value), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')


def _days_on_sqlite(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.julianday(type_coerce(value, Text)) - literal(2_415_018.5, Float)


def _days_on_postgresql(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.date_part("epoch", value), Float) / literal(86_400.0, Float) + literal(25_569.0, Float)


def _outside_on_sqlite(value: ColumnElement[Any], written: bool) -> ColumnElement[Any]:
    text = type_coerce(value, Text)
    # Nearly all are plain: what is not is looked at by our own function, since SQLite has none that replaces one of
    # many characters.
    plain: ColumnElement[Any] = text.op("NOT GLOB")("*[^ -~]*")
    if written:
        plain = and_(text.op("GLOB")("[0-9A-Za-z]*"), plain)
    return case((plain, text), (text.is_(None), text), else_=func.inbox_harmless(text, int(written)))


def _outside_on_postgresql(value: ColumnElement[Any], written: bool) -> ColumnElement[Any]:
    text = type_coerce(value, Text)
    made: ColumnElement[Any] = func.translate(text, _CONTROLS, _INSTEAD * len(_CONTROLS))
    if not written:
        return case((text.op("~")(f"[{_CONTROLS}]"), made), else_=text)
    # U+FFFD begins no formula: what is replaced may be judged as it was.
    return case(
        (text.op("~")(f"^[{_FORMULAS}]"), literal("'", Text).op("||")(made)),
        (text.op("~")(f"[{_CONTROLS}]"), made),
        else_=text,
    )


def _harmless_on_sqlite(text: str, written: int) -> str:
    return harmless(text, bool(written))


def harmless(text: str, written: bool = True) -> str:
    """`text` as a spreadsheet takes it for text: a first character that starts a formula gets an apostrophe before it.

    Control characters, which break spreadsheets, become U+FFFD.

    Args:
        written: it goes into a file of plain text; in a workbook a text is marked as one, and stays as it is.
    """
    text = text.translate(_CLEANED)
    return f"'{text}" if written and text[:1] in _FORMULA_SET else text
