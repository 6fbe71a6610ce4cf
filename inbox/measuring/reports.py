"""Response-time reports: every figure computed from stored waits, none of which a member can take out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session
from inbox.measuring.figures import Lengths
from inbox.models import (
    Account,
    CollectionGap,
    Comment,
    Conversation,
    ConversationState,
    Purpose,
    Reply,
    Tombstone,
    Wait,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem
from inbox.trail import chain

DEFINITION = "1"
"""The version of the definitions in docs/response-times.md; it changes with them."""


class Breakdown(StrEnum):
    """What a report can be split by."""

    ACCOUNT = "account"
    NETWORK = "network"
    MEMBER = "member"
    TEMPLATE = "template"
    LANGUAGE = "language"
    KIND = "kind"
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
        account_id: only this account.
        purpose: real, demo or drill; figures never mix them. None: real, or demo where there is nothing real.
        time_zone: IANA name for hours and days.
    """

    start: datetime | None = None
    end: datetime | None = None
    by: Breakdown | None = None
    account_id: int | None = None
    purpose: Purpose | None = None
    time_zone: str = "UTC"


@dataclass(slots=True)
class Figures:
    """The figures of one group. Counts are of waits unless they say otherwise.

    Attributes:
        group: what the group is called; None for the whole.
        conversations: how many conversations these waits belong to.
        comments: comments collected in the period, in the whole report only None elsewhere.
        first: percentiles of first responses, in seconds.
        next: percentiles of next responses, in seconds.
        within_target: answered within the target.
        past_target: answered later, or still open past it.
        oldest_waiting_since: the opening of the oldest wait that is open now.
        no_answer_called_for: conversations that a member marked so; they stay in every other figure.
    """

    group: str | None
    waits: int = 0
    answered: int = 0
    waiting: int = 0
    closed_without_reply: int = 0
    answered_natively: int = 0
    within_target: int = 0
    past_target: int = 0
    no_answer_called_for: int = 0
    conversations: int = 0
    comments: int | None = None
    oldest_waiting_since: datetime | None = None
    first: Lengths = field(default_factory=lambda: Lengths.of((), ()))
    next: Lengths = field(default_factory=lambda: Lengths.of((), ()))

    @property
    def share_answered(self) -> float | None:
        """Answered waits among all, between 0 and 1."""
        return self.answered / self.waits if self.waits else None

    @property
    def share_within_target(self) -> float | None:
        """Within target among all that are decided: answered, or open past their target."""
        decided = self.within_target + self.past_target
        return self.within_target / decided if decided else None


@dataclass(frozen=True, slots=True)
class Report:
    """A response-time report.

    Attributes:
        total: the figures of the whole.
        groups: the figures by `query.by`, in order of the group's name; empty without a breakdown.
        gaps: stretches in which comments may be missing, as (account name, start, end or None).
        tombstones: comments in the period whose text is withheld; they stay in every figure.
        trail_head: (number, hash) of the trail's last row when the report was made.
    """

    query: ReportQuery
    made_at: datetime
    purpose: Purpose
    total: Figures
    groups: tuple[Figures, ...]
    gaps: tuple[tuple[str, datetime, datetime | None], ...]
    tombstones: int
    trail_head: tuple[int, str]
    definition: str = DEFINITION


@dataclass(frozen=True, slots=True)
class WaitRow:
    """One wait with every stage, so that anyone can recompute the figures. Times are aware UTC, lengths in seconds."""

    wait_id: int
    conversation_id: int
    account: str
    network: str
    ordinal: int
    comment_remote_id: str
    language: str
    kind: str
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
    target_seconds: int
    due_at: datetime
    reply_id: int | None
    reply_origin: str | None
    reply_remote_id: str | None
    template_id: int | None

    def lasted(self, until: datetime) -> float:
        """Its length so far, in seconds."""
        return self.seconds if self.seconds is not None else max(0.0, (until - self.posted_at).total_seconds())


def response_times(actor: Actor, query: ReportQuery) -> Report:
    """The report.

    Raises:
        Refused: the actor may not see reports.
        Problem: `period_reversed`, `time_zone_unknown`, `member_figures_off`.
    """
    require(actor, Permission.RESPONSE_TIMES_VIEW)
    current = session()
    _check(query)
    purpose = query.purpose or _purpose(current)
    now = clock.now()
    group_of = _grouping(query)
    gathered: dict[str | None, _Gathering] = defaultdict(_Gathering)
    for row in _rows(current, query, purpose):
        gathered[None].add(row, now)
        if group_of is not None:
            gathered[group_of(row)].add(row, now)
    total = gathered.pop(None, _Gathering()).figures(None)
    total.comments = current.scalar(_comments(query, purpose))
    head = chain.head(current)
    return Report(
        query=query,
        made_at=now,
        purpose=purpose,
        total=total,
        groups=tuple(gathered[name].figures(name) for name in sorted(gathered, key=str)),
        gaps=_gaps(current, query, purpose),
        tombstones=current.scalar(_comments(query, purpose).join(Tombstone, Tombstone.comment_id == Comment.id)) or 0,
        trail_head=head,
    )


def wait_rows(actor: Actor, query: ReportQuery) -> Iterator[WaitRow]:
    """Every wait of the report, oldest first, one at a time.

    Raises:
        Refused: the actor may not export reports.
        Problem: as `response_times`.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    current = session()
    _check(query)
    return _rows(current, query, query.purpose or _purpose(current))


def _check(query: ReportQuery) -> None:
    if query.start is not None and query.end is not None and query.end <= query.start:
        raise Problem("period_reversed")
    if query.by is Breakdown.MEMBER:
        raise Problem("member_figures_off", 403)
    try:
        ZoneInfo(query.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Problem("time_zone_unknown", name=query.time_zone) from None


def _purpose(current: Session) -> Purpose:
    found = set(current.scalars(select(Account.purpose).distinct()))
    return Purpose.DEMO if found == {Purpose.DEMO} else Purpose.REAL


def _period(query: ReportQuery, column: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    conditions = []
    if query.start is not None:
        conditions.append(column >= query.start)
    if query.end is not None:
        conditions.append(column < query.end)
    return conditions


def _comments(query: ReportQuery, purpose: Purpose) -> Select[int]:
    statement = (
        select(func.count())
        .select_from(Comment)
        .join(Account, Account.id == Comment.account_id)
        .where(Account.purpose == purpose, *_period(query, Comment.posted_at.expression))
    )
    return statement.where(Comment.account_id == query.account_id) if query.account_id is not None else statement


def _gaps(current: Session, query: ReportQuery, purpose: Purpose) -> tuple[tuple[str, datetime, datetime | None], ...]:
    statement = (
        select(Account.name, CollectionGap.started_at, CollectionGap.ended_at)
        .join(Account, Account.id == CollectionGap.account_id)
        .where(Account.purpose == purpose)
        .order_by(CollectionGap.started_at)
    )
    if query.account_id is not None:
        statement = statement.where(CollectionGap.account_id == query.account_id)
    if query.end is not None:
        statement = statement.where(CollectionGap.started_at < query.end)
    return tuple(
        (name, start, end)
        for name, start, end in current.execute(statement)
        if query.start is None or end is None or end > query.start
    )


def _rows(current: Session, query: ReportQuery, purpose: Purpose) -> Iterator[WaitRow]:
    statement = (
        select(
            Wait.id,
            Wait.conversation_id,
            Account.name,
            Account.network,
            Wait.ordinal,
            Comment.remote_id,
            Comment.language,
            Comment.kind,
            Conversation.state,
            Conversation.no_answer_reason,
            Wait.opened_at,
            Wait.received_at,
            Wait.first_opened_at,
            Reply.created_at,
            Reply.submitted_at,
            Reply.approved_at,
            Wait.closed_at,
            Reply.confirmed_at,
            Wait.substantive_at,
            Wait.seconds,
            Wait.target_seconds,
            Wait.due_at,
            Wait.reply_id,
            Reply.origin,
            Reply.remote_id,
            Reply.template_id,
        )
        .join(Conversation, Conversation.id == Wait.conversation_id)
        .join(Account, Account.id == Wait.account_id)
        .join(Comment, Comment.id == Wait.comment_id)
        .outerjoin(Reply, Reply.id == Wait.reply_id)
        .where(Wait.superseded_at.is_(None), Account.purpose == purpose)
        .where(*_period(query, Wait.opened_at.expression))
        .order_by(Wait.opened_at, Wait.id)
        .execution_options(yield_per=2000)
    )
    if query.account_id is not None:
        statement = statement.where(Wait.account_id == query.account_id)
    for row in current.execute(statement):
        values = list(row)
        conversation_state, no_answer, closed_at, origin = values[8], values[9], values[16], values[23]
        if closed_at is not None:
            values[8] = WaitState.ANSWERED
        elif conversation_state is ConversationState.CLOSED:
            values[8] = WaitState.CLOSED_WITHOUT_REPLY
        else:
            values[8] = WaitState.WAITING
        values[9] = no_answer is not None
        values[23] = origin.value if origin is not None else None
        yield WaitRow(*values)


def _grouping(query: ReportQuery) -> Callable[[WaitRow], str] | None:
    if query.by is None:
        return None
    zone = ZoneInfo(query.time_zone)
    return {
        Breakdown.ACCOUNT: lambda row: row.account,
        Breakdown.NETWORK: lambda row: row.network,
        Breakdown.TEMPLATE: lambda row: "" if row.template_id is None else str(row.template_id),
        Breakdown.LANGUAGE: lambda row: row.language,
        Breakdown.KIND: lambda row: row.kind,
        Breakdown.HOUR: lambda row: f"{row.posted_at.astimezone(zone):%Y-%m-%dT%H:00%z}",
        Breakdown.DAY: lambda row: f"{row.posted_at.astimezone(zone):%Y-%m-%d}",
    }[query.by]


class _Gathering:
    """The waits of one group, added up."""

    def __init__(self) -> None:
        self._figures = Figures(None)
        self._conversations: set[int] = set()
        self._marked: set[int] = set()
        self._answered: tuple[list[float], list[float]] = ([], [])
        self._open: tuple[list[float], list[float]] = ([], [])

    def add(self, row: WaitRow, now: datetime) -> None:
        figures = self._figures
        figures.waits += 1
        self._conversations.add(row.conversation_id)
        if row.no_answer_called_for:
            self._marked.add(row.conversation_id)
        which = 0 if row.ordinal == 1 else 1
        if row.state is WaitState.ANSWERED and row.seconds is not None:
            figures.answered += 1
            figures.answered_natively += row.reply_origin == "native"
            self._answered[which].append(row.seconds)
            if row.seconds <= row.target_seconds:
                figures.within_target += 1
            else:
                figures.past_target += 1
            return
        lasted = row.lasted(now)
        self._open[which].append(lasted)
        figures.past_target += lasted > row.target_seconds
        if row.state is WaitState.CLOSED_WITHOUT_REPLY:
            figures.closed_without_reply += 1
            return
        figures.waiting += 1
        if figures.oldest_waiting_since is None or row.posted_at < figures.oldest_waiting_since:
            figures.oldest_waiting_since = row.posted_at

    def figures(self, group: str | None) -> Figures:
        figures = self._figures
        figures.group = group
        figures.conversations = len(self._conversations)
        figures.no_answer_called_for = len(self._marked)
        figures.first = Lengths.of(self._answered[0], self._open[0])
        figures.next = Lengths.of(self._answered[1], self._open[1])
        return figures
