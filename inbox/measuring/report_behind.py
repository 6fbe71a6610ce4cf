"""The rows behind every number of a report: a figure is nothing but what these rows give.

A page of rows goes on where the last one ended, by the order they stand in (keyset), however many there are.
"""

from __future__ import annotations

import base64
import binascii
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox import clock
from inbox.extensions import session
from inbox.measuring.figures import SHARES
from inbox.measuring.promises import PromiseState, state_of
from inbox.measuring.report_footnotes import comments_of
from inbox.measuring.report_groups import names_of
from inbox.measuring.report_one_group import Subject, of_group
from inbox.measuring.report_rows import (
    ReportQuery,
    WaitRow,
    accounts_of,
    check_members,
    check_query,
    purpose_of,
    rows_in,
    rows_statement,
    since_informed,
    waits_of,
    within,
)
from inbox.measuring.report_scope import promises_in_crisis
from inbox.models import (
    Account,
    Comment,
    Conversation,
    ConversationState,
    Promise,
    Purpose,
    Reply,
    ReplyOrigin,
    Tombstone,
    Wait,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem, Unknown

MOST = 1_000
"""How many rows a page has at most."""

_LONGEST = 200

WAIT_COLUMNS = tuple(field.name for field in fields(WaitRow))
COMMENT_COLUMNS = (
    "comment_id",
    "conversation_id",
    "account",
    "network",
    "remote_id",
    "posted_at",
    "received_at",
    "state",
)
PROMISE_COLUMNS = (
    *("promise_id", "conversation_id", "account", "network", "made_at", "due_at", "kept_at", "state"),
    "reply_id",
)


class Behind(NamedTuple):
    """A page of rows.

    Attributes:
        columns: the names of the fields of each row, in order.
        rows: times aware UTC, lengths in seconds, codes; never words of a person outside.
        next: where the next page goes on; None after the last row.
        total: how many rows there are in all; None but for the first page.
        group_name: what the row is called whose number is the name of the group: a member, a template, a crisis.
    """

    columns: tuple[str, ...]
    rows: list[dict[str, Any]]
    next: str | None
    total: int | None
    group_name: str | None


def behind(
    actor: Actor,
    query: ReportQuery,
    figure: str,
    after: str | None = None,
    limit: int = 50,
    *,
    group: str | None = None,
) -> Behind:
    """The rows that a figure of a report counts, or is computed of.

    Args:
        figure: one of `FIGURES`, or any name that the report's files have for a figure: `first_response_p90_seconds`
            is computed of the rows of `first_response`, `share_answered` of those of `answered`.
        after: where to go on, as `Behind.next` of the page before said.
        group: only those of this group, where the query is split.

    Raises:
        Refused: the actor may not see reports, or not those of a member.
        Problem: as `response_times`; `figure_unknown`, `group_unknown`, `cursor_unknown`, `limit_unknown`.
        Unknown: `crisis_unknown`.
    """
    require(actor, Permission.RESPONSE_TIMES_VIEW)
    if not 0 < limit <= MOST:
        raise Problem("limit_unknown", most=MOST)
    current = session()
    check_query(query)
    check_members(current, actor, query)
    source = FIGURES.get(known(figure))
    if source is None:
        raise Unknown("figure_unknown", figure=figure)
    purpose = purpose_of(current, query)
    inside: list[ColumnElement[bool]] = []
    if group is not None:
        if query.by is None:
            raise Problem("group_unknown")
        inside = of_group(current, query, purpose, group, source.subject)
    found = source.statement(current, query, purpose, clock.now(), inside).where(*inside)
    count = None
    if after is None:
        count = current.scalar(select(func.count()).select_from(found.with_only_columns(source.key).subquery()))
    else:
        found = found.where(_after(source, after))
    found = found.order_by(source.order, source.key).limit(limit + 1)
    rows = source.rows(current, found)
    shown = rows[:limit]
    further = _cursor(source, shown[-1]) if len(rows) > limit else None
    called = None if group is None else names_of(current, query, [group]).get(group)
    return Behind(source.columns, shown, further, count, called)


def known(figure: str) -> str:
    """The name in `FIGURES` of a figure as the report's files name it; the name itself where it is none."""
    if figure in FIGURES:
        return figure
    if figure in _COMPUTED_OF:
        return _COMPUTED_OF[figure]
    for share in (*SHARES, "longest"):
        for ending, name in ((f"_{share}_all_seconds", "_all"), (f"_{share}_seconds", "")):
            if figure.endswith(ending):
                return figure.removesuffix(ending) + name
    return figure


def is_length(figure: str) -> bool:
    """Whether a figure is a length or a share, which has no value where no row stands behind it; a count is 0 there."""
    return known(figure) in _LENGTHS or figure.startswith("share_") or figure == "oldest_waiting_since"


@dataclass(frozen=True, slots=True)
class _Source(ABC):
    """Where the rows of a figure come from, and the order in which they stand."""

    subject: Subject
    columns: tuple[str, ...]
    key: InstrumentedAttribute[int]
    order: InstrumentedAttribute[Any]

    @abstractmethod
    def statement(
        self,
        current: Session,
        query: ReportQuery,
        purpose: Purpose,
        now: datetime,
        inside: Sequence[ColumnElement[bool]],
    ) -> Select[*tuple[Any, ...]]:
        """All of them, in no order.

        Args:
            inside: the conditions of a group, for what is chosen among its rows.
        """

    @abstractmethod
    def rows(self, current: Session, found: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
        """A page of them, as they are shown."""


@dataclass(frozen=True, slots=True)
class _Waits(_Source):
    conditions: tuple[ColumnElement[bool], ...] = ()
    past: ColumnElement[datetime | None] | None = None
    """For what is counted as late: until when it had time where nothing was sent in time."""
    one_each: bool = False
    """Only the first wait of each conversation."""

    def statement(
        self,
        current: Session,
        query: ReportQuery,
        purpose: Purpose,
        now: datetime,
        inside: Sequence[ColumnElement[bool]],
    ) -> Select[*tuple[Any, ...]]:
        conditions = [*waits_of(current, query, purpose), *self.conditions]
        if self.past is not None:
            conditions.append(or_(self.past > Wait.due_at, and_(self.past.is_(None), Wait.due_at < now)))
        if self.one_each:
            first = (
                select(func.min(Wait.id))
                .join(Conversation, Conversation.id == Wait.conversation_id)
                .where(*conditions, *inside)
                .group_by(Wait.conversation_id)
                .correlate(None)
            )
            conditions = [Wait.id.in_(first)]
        return rows_statement().where(*conditions)

    def rows(self, current: Session, found: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
        return [{name: getattr(row, name) for name in self.columns} for row in rows_in(current.execute(found).all())]


@dataclass(frozen=True, slots=True)
class _Comments(_Source):
    withheld: bool = False

    def statement(
        self,
        current: Session,
        query: ReportQuery,
        purpose: Purpose,
        _now: datetime,
        _inside: Sequence[ColumnElement[bool]],
    ) -> Select[*tuple[Any, ...]]:
        found = (
            select(
                Comment.id,
                Comment.conversation_id,
                Account.name,
                Account.network,
                Comment.remote_id,
                Comment.posted_at,
                Comment.received_at,
                Comment.state,
            )
            .join(Account, Account.id == Comment.account_id)
            .join(Conversation, Conversation.id == Comment.conversation_id)
            .where(*comments_of(current, query, purpose))
        )
        laid = select(Tombstone.id).where(Tombstone.comment_id == Comment.id)
        return found.where(laid.exists()) if self.withheld else found

    def rows(self, current: Session, found: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
        return [dict(zip(self.columns, row, strict=True)) for row in current.execute(found)]


@dataclass(frozen=True, slots=True)
class _Promises(_Source):
    state: PromiseState = PromiseState.KEPT

    def statement(
        self,
        current: Session,
        query: ReportQuery,
        purpose: Purpose,
        now: datetime,
        _inside: Sequence[ColumnElement[bool]],
    ) -> Select[*tuple[Any, ...]]:
        accounts = [account.id for account in accounts_of(current, query, purpose)]
        kept = Promise.kept_at.is_not(None)
        conditions = {
            PromiseState.KEPT: kept & (Promise.kept_at <= Promise.due_at),
            PromiseState.KEPT_LATE: kept & (Promise.kept_at > Promise.due_at),
            PromiseState.LATE: ~kept & (Promise.due_at < now),
            PromiseState.OPEN: ~kept & (Promise.due_at >= now),
        }
        found = (
            select(
                Promise.id,
                Promise.conversation_id,
                Account.name,
                Account.network,
                Promise.made_at,
                Promise.due_at,
                Promise.kept_at,
                Promise.reply_id,
            )
            .join(Account, Account.id == Promise.account_id)
            .join(Conversation, Conversation.id == Promise.conversation_id)
            .join(Reply, Reply.id == Promise.reply_id)
            .where(
                Promise.account_id.in_(accounts),
                conditions[self.state],
                *within(query, Promise.made_at.expression),
                *since_informed(current, query, Promise.made_at.expression),
            )
        )
        if query.member_id is not None:
            found = found.where(Reply.member_id == query.member_id)
        if query.crisis_id is not None:
            found = found.where(*promises_in_crisis(current, query.crisis_id))
        return found

    def rows(self, current: Session, found: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
        now = clock.now()
        return [
            dict(zip(self.columns, (*row[:7], state_of(row.due_at, row.kept_at, now).value, row.reply_id), strict=True))
            for row in current.execute(found)
        ]


def _waits(
    *conditions: ColumnElement[bool],
    order: InstrumentedAttribute[Any] = Wait.opened_at,
    past: ColumnElement[datetime | None] | None = None,
    one_each: bool = False,
) -> _Waits:
    return _Waits(Subject.WAIT, WAIT_COLUMNS, Wait.id, order, conditions, past, one_each)


_ANSWERED = Wait.closed_at.is_not(None)
_OPEN = Wait.closed_at.is_(None)
_CLOSED = Conversation.state == ConversationState.CLOSED
_MARKED = Conversation.no_answer_reason.is_not(None)
_FIRST = Wait.ordinal == 1
_IN_SUBSTANCE = Wait.substantive_at.is_not(None)


def _lengths() -> dict[str, _Source]:
    """Percentiles: over what has an answer, in order of length where the length is stored; and over all."""
    found: dict[str, _Source] = {}
    for name, ordinal in (("first", _FIRST), ("next", ~_FIRST)):
        found[f"{name}_response"] = _waits(ordinal, _ANSWERED, order=Wait.seconds)
        found[f"{name}_response_staffed"] = _waits(ordinal, _ANSWERED, order=Wait.staffed_seconds)
        found[f"{name}_substantive"] = _waits(ordinal, _IN_SUBSTANCE)
        for over in (f"{name}_response", f"{name}_response_staffed", f"{name}_substantive"):
            found[f"{over}_all"] = _waits(ordinal)
    return found


_LENGTHS = _lengths()

FIGURES: dict[str, _Source] = {
    "comments": _Comments(Subject.COMMENT, COMMENT_COLUMNS, Comment.id, Comment.posted_at),
    "tombstones": _Comments(Subject.COMMENT, COMMENT_COLUMNS, Comment.id, Comment.posted_at, withheld=True),
    "conversations": _waits(one_each=True),
    "waits": _waits(),
    "answered": _waits(_ANSWERED),
    "unanswered": _waits(_OPEN),
    "still_waiting": _waits(_OPEN, ~_CLOSED),
    "closed_without_reply": _waits(_OPEN, _CLOSED),
    "answered_natively": _waits(_ANSWERED, Wait.reply_origin == ReplyOrigin.NATIVE),
    "holding_only": _waits(_ANSWERED, ~_IN_SUBSTANCE),
    "answered_in_substance": _waits(_ANSWERED, _IN_SUBSTANCE),
    "conversations_no_answer_called_for": _waits(_MARKED, one_each=True),
    "waits_no_answer_called_for": _waits(_MARKED, _OPEN),
    "within_target": _waits(_ANSWERED, Wait.closed_at <= Wait.due_at),
    "past_target": _waits(past=Wait.closed_at.expression),
    "within_target_in_substance": _waits(_ANSWERED, Wait.substantive_at <= Wait.due_at),
    "past_target_in_substance": _waits(past=Wait.substantive_at.expression),
    **_LENGTHS,
    **{
        f"promises_{state.value}": _Promises(Subject.PROMISE, PROMISE_COLUMNS, Promise.id, Promise.made_at, state=state)
        for state in PromiseState
    },
}
"""Every figure that rows stand behind, by the name it is exported under."""

_COMPUTED_OF = {
    "share_answered": "answered",
    "share_answered_where_called_for": "answered",
    "share_answered_in_substance": "answered_in_substance",
    "share_within_target": "within_target",
    "share_within_target_in_substance": "within_target_in_substance",
    "oldest_waiting_since": "unanswered",
    "waiting": "still_waiting",
    "no_answer_called_for": "conversations_no_answer_called_for",
}
"""Other names, and figures that are computed of the rows of another one."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _cursor(source: _Source, row: dict[str, Any]) -> str:
    place: Any = row[_SHOWN_AS.get(source.order.key, source.order.key)]
    if isinstance(place, datetime):
        place = (place - _EPOCH) // _MICROSECOND
    plain = json.dumps([place, row[source.columns[0]]], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


_SHOWN_AS = {"opened_at": "posted_at"}
"""Columns whose field in a row is called otherwise."""


def _after(source: _Source, cursor: str) -> ColumnElement[bool]:
    by_length = source.order.key.endswith("seconds")
    try:
        if len(cursor) > _LONGEST:
            raise ValueError("too long")
        written = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        place, number = json.loads(written)
        if type(number) is not int or not 0 <= number < 2**63 or type(place) is not (float if by_length else int):
            raise ValueError("of another list")
        if not by_length:
            place = _EPOCH + place * _MICROSECOND
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        raise Problem("cursor_unknown") from None
    return or_(source.order > place, and_(source.order == place, source.key > number))


def names() -> Sequence[str]:
    """The figures that rows can be asked for, in order."""
    return tuple(FIGURES)
