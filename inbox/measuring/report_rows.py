"""What a report is asked for, and the rows it is made of: one stored wait each, which no member can take out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import at_one_moment, session
from inbox.measuring import staff_informed
from inbox.measuring.report_scope import in_crisis, of_member, scopes
from inbox.models import (
    Account,
    Comment,
    Conversation,
    ConversationState,
    Purpose,
    Reply,
    Wait,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem


class Breakdown(StrEnum):
    """What a report can be split by."""

    ACCOUNT = "account"
    NETWORK = "network"
    MEMBER = "member"
    TEMPLATE = "template"
    LANGUAGE = "language"
    KIND = "kind"
    URGENCY = "urgency"
    CRISIS = "crisis"
    HOUR = "hour"
    DAY = "day"


class WaitState(StrEnum):
    """How a wait stands. Closing a conversation without a reply answers nobody."""

    ANSWERED = "answered"
    WAITING = "waiting"
    CLOSED_WITHOUT_REPLY = "closed_without_reply"


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What a report is asked for.

    Attributes:
        start: waits opened at or after it (aware); None for the beginning.
        end: waits opened before it (aware); None for now.
        by: what to split by.
        account_ids: only these accounts; all of the purpose where it is empty.
        crisis_id: only what was opened in this crisis, from its beginning to its end.
        purpose: real, demo or drill; figures never mix them. None: that of the accounts asked for where they have one,
            otherwise real, or demo where there is nothing real.
        time_zone: IANA name for hours and days.
        member_id: only what counts for this member.
    """

    start: datetime | None = None
    end: datetime | None = None
    by: Breakdown | None = None
    account_ids: frozenset[int] = frozenset()
    crisis_id: int | None = None
    purpose: Purpose | None = None
    time_zone: str = "UTC"
    member_id: int | None = None

    @property
    def of_members(self) -> bool:
        """Whether it tells one member's work from another's."""
        return self.by is Breakdown.MEMBER or self.member_id is not None


@dataclass(frozen=True, slots=True)
class WaitRow:
    """One wait with every stage, so that anyone can recompute the figures. Times are aware UTC, lengths in seconds.

    Attributes:
        ordinal: 1 is a first response, later ones are next responses.
        urgency: of the comment that opened it: -1 danger right now, 0 danger to people, 1 the press, 2 anything.
        in_crisis: whether a crisis was open over it when it was opened.
        no_answer_called_for: a member judged so of its conversation; it stays in every figure.
        posted_at: by the author's clock; the wait begins here.
        received_at: when it was collected.
        opened_at: when a member first had it on screen.
        sent_at: by the network's clock; the wait ends here.
        substantive_at: when the first answer came that is more than "we are looking into it".
        seconds: from `posted_at` to `sent_at`; None while open.
        staffed_seconds: the part of it in staffed hours.
        target_seconds: what it was opened with, in staffed seconds.
        within_target: None while it is open and not yet due.
    """

    wait_id: int
    conversation_id: int
    account: str
    network: str
    ordinal: int
    comment_remote_id: str
    language: str
    kind: str
    urgency: int
    in_crisis: bool
    state: WaitState
    no_answer_called_for: bool
    posted_at: datetime
    received_at: datetime
    opened_at: datetime | None
    drafted_at: datetime | None
    submitted_at: datetime | None
    approved_at: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None
    substantive_at: datetime | None
    seconds: float | None
    staffed_seconds: float | None
    target_seconds: int
    due_at: datetime
    within_target: bool | None
    reply_id: int | None
    reply_origin: str | None
    reply_remote_id: str | None
    template_id: int | None

    def lasted(self, until: datetime) -> float:
        """Its length so far, in seconds."""
        return self.seconds if self.seconds is not None else max(0.0, (until - self.posted_at).total_seconds())


def wait_rows(actor: Actor, query: ReportQuery) -> Iterator[WaitRow]:
    """Every wait of the report, oldest first, one at a time.

    Raises:
        Refused: the actor may not export reports, or not those of a member.
        Problem: as `response_times`.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    current = session()
    check_query(query)
    check_members(current, actor, query)
    return stored_waits(current, query, purpose_of(current, query))


def check_query(query: ReportQuery) -> None:
    """Refuse what no report can be made of.

    Raises:
        Problem: `period_reversed`, `time_zone_unknown`.
    """
    if query.start is not None and query.end is not None and query.end <= query.start:
        raise Problem("period_reversed")
    try:
        ZoneInfo(query.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Problem("time_zone_unknown", name=query.time_zone) from None


def check_members(current: Session, actor: Actor, query: ReportQuery) -> None:
    """Refuse figures per member where staff were not informed, and to whom they are not about.

    Raises:
        Problem: `member_figures_off`: no administrator has recorded that staff were informed.
        Refused: the actor is neither the member they are about nor a supervisor.
    """
    if not query.of_members:
        return
    if query.member_id is not None and query.member_id == actor.member_id:
        if not staff_informed.allowed(current):
            raise Problem("member_figures_off", 403)
        return
    staff_informed.check(actor, current)


def purpose_of(current: Session, query: ReportQuery | None = None) -> Purpose:
    """What figures are about where nobody says: what the chosen accounts are for; otherwise what is real, or the demo
    where there is nothing real.

    Args:
        query: what is asked for; None for everything.
    """
    if query is not None and query.purpose is not None:
        return query.purpose
    chosen: set[int] = set()
    if query is not None:
        chosen |= query.account_ids
        if query.crisis_id is not None and not chosen:
            chosen = {scope.account_id for scope in scopes(current, query.crisis_id)}
    statement = select(Account.purpose).distinct()
    if chosen:
        found = set(current.scalars(statement.where(Account.id.in_(chosen))))
        if len(found) == 1:
            return found.pop()
    return Purpose.DEMO if set(current.scalars(statement)) == {Purpose.DEMO} else Purpose.REAL


def accounts_of(current: Session, query: ReportQuery, purpose: Purpose) -> list[Account]:
    """The accounts a report is about, disconnected ones too, in order of their number."""
    statement = select(Account).where(Account.purpose == purpose).order_by(Account.id)
    if query.account_ids:
        statement = statement.where(Account.id.in_(query.account_ids))
    return list(current.scalars(statement))


def waits_of(current: Session, query: ReportQuery, purpose: Purpose) -> list[ColumnElement[bool]]:
    """The conditions, over `waits` alone, that a wait belongs to a report: its period, accounts, crisis, member and
    purpose. A wait that a late delivery made part of another one belongs to none. Figures that tell members apart begin
    on the day on which staff were informed.

    Raises:
        Unknown: `crisis_unknown`.
    """
    accounts = [account.id for account in accounts_of(current, query, purpose)]
    conditions: list[ColumnElement[bool]] = [Wait.superseded_at.is_(None), *within(query, Wait.opened_at.expression)]
    # Everything is read in the order in which it is stored; a part of it by the index on account and time.
    if len(conditions) > 1 or len(accounts) != current.scalar(select(func.count(Account.id))):
        conditions.append(Wait.account_id.in_(accounts))
    if query.crisis_id is not None:
        conditions += in_crisis(current, query.crisis_id)
    conditions += since_informed(current, query, Wait.opened_at.expression)
    if query.member_id is not None:
        conditions.append(of_member(query.member_id))
    return conditions


def since_informed(current: Session, query: ReportQuery, column: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    """The conditions that `column` does not lie before the day on which staff were informed, where `query` tells
    members apart; none for any other."""
    informed = staff_informed.in_force(current) if query.of_members else None
    return [] if informed is None else [column >= staff_informed.measured_from(informed)]


def within(query: ReportQuery, column: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    """The conditions that `column` lies in the period of `query`."""
    conditions = []
    if query.start is not None:
        conditions.append(column >= query.start)
    if query.end is not None:
        conditions.append(column < query.end)
    return conditions


def stored_waits(current: Session, query: ReportQuery, purpose: Purpose) -> Iterator[WaitRow]:
    """Every wait `query` asks for, oldest first, a few at a time."""
    at_one_moment(current)
    statement = rows_statement().where(*waits_of(current, query, purpose)).order_by(Wait.opened_at, Wait.id)
    return rows_in(current.execute(statement.execution_options(yield_per=2000)))


def rows_statement() -> Select[*tuple[Any, ...]]:
    """Waits with everything that `WaitRow` says of them, for conditions and an order to be added."""
    return (
        select(
            Wait.id,
            Wait.conversation_id,
            Account.name,
            Account.network,
            Wait.ordinal,
            Comment.remote_id,
            Wait.language,
            Wait.kind,
            Wait.urgency,
            Wait.in_crisis,
            Conversation.state,
            Conversation.no_answer_reason,
            Wait.opened_at,
            Wait.received_at,
            Wait.first_opened_at,
            Wait.drafted_at,
            Wait.submitted_at,
            Wait.approved_at,
            Wait.closed_at,
            Wait.confirmed_at,
            Wait.substantive_at,
            Wait.seconds,
            Wait.staffed_seconds,
            Wait.target_seconds,
            Wait.due_at,
            Wait.reply_id,
            Wait.reply_origin,
            Reply.remote_id.label("reply_remote_id"),
            Wait.template_id,
        )
        .join(Conversation, Conversation.id == Wait.conversation_id)
        .join(Account, Account.id == Wait.account_id)
        .join(Comment, Comment.id == Wait.comment_id)
        .outerjoin(Reply, Reply.id == Wait.reply_id)
    )


def rows_in(found: Iterable[Any]) -> Iterator[WaitRow]:
    """The rows of `rows_statement` as `WaitRow`, one at a time."""
    now = clock.now()
    for row in found:
        values = list(row)
        closed_at, due_at, origin = row.closed_at, row.due_at, row.reply_origin
        if closed_at is not None:
            values[10] = WaitState.ANSWERED
        elif row.state is ConversationState.CLOSED:
            values[10] = WaitState.CLOSED_WITHOUT_REPLY
        else:
            values[10] = WaitState.WAITING
        values[11] = row.no_answer_reason is not None
        values[26] = origin.value if origin is not None else None
        if closed_at is not None:
            in_time: bool | None = closed_at <= due_at
        else:
            in_time = False if due_at < now else None
        values.insert(25, in_time)
        yield WaitRow(*values)
