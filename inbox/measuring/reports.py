"""Response-time reports: every figure computed from stored waits, none of which a member can take out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session
from inbox.measuring.figures import Lengths
from inbox.measuring.promise_figures import PromiseFigures, promise_figures
from inbox.measuring.report_rows import (
    Breakdown,
    ReportQuery,
    WaitRow,
    WaitState,
    check_members,
    check_query,
    purpose_of,
    stored_waits,
    within,
)
from inbox.models import (
    Account,
    CollectionGap,
    Comment,
    Purpose,
    Tombstone,
)
from inbox.permissions import Actor, Permission, require
from inbox.trail import chain

DEFINITION = "1"
"""The version of the definitions in docs/response-times.md; it changes with them."""


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
        promises: how promises made in the period stand, by group, under None for the whole.
    """

    query: ReportQuery
    made_at: datetime
    purpose: Purpose
    total: Figures
    groups: tuple[Figures, ...]
    gaps: tuple[tuple[str, datetime, datetime | None], ...]
    tombstones: int
    trail_head: tuple[int, str]
    promises: Mapping[str | None, PromiseFigures]
    definition: str = DEFINITION


def response_times(actor: Actor, query: ReportQuery) -> Report:
    """The report.

    Raises:
        Refused: the actor may not see reports.
        Problem: `period_reversed`, `time_zone_unknown`, `member_figures_off`.
    """
    require(actor, Permission.RESPONSE_TIMES_VIEW)
    current = session()
    check_query(query)
    check_members(current, actor, query)
    purpose = purpose_of(current, query)
    now = clock.now()
    group_of = _grouping(query)
    gathered: dict[str | None, _Gathering] = defaultdict(_Gathering)
    for row in stored_waits(current, query, purpose):
        gathered[None].add(row, now)
        if group_of is not None:
            gathered[group_of(row)].add(row, now)
    promises = promise_figures(current, query, purpose, now)
    for group in promises:
        # A promise may have been made in an hour or a day in which nobody began to wait.
        gathered.setdefault(group, _Gathering())
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
        promises=promises,
    )


def _comments(query: ReportQuery, purpose: Purpose) -> Select[int]:
    statement = (
        select(func.count())
        .select_from(Comment)
        .join(Account, Account.id == Comment.account_id)
        .where(Account.purpose == purpose, *within(query, Comment.posted_at.expression))
    )
    return statement.where(Comment.account_id.in_(query.account_ids)) if query.account_ids else statement


def _gaps(current: Session, query: ReportQuery, purpose: Purpose) -> tuple[tuple[str, datetime, datetime | None], ...]:
    statement = (
        select(Account.name, CollectionGap.started_at, CollectionGap.ended_at)
        .join(Account, Account.id == CollectionGap.account_id)
        .where(Account.purpose == purpose)
        .order_by(CollectionGap.started_at)
    )
    if query.account_ids:
        statement = statement.where(CollectionGap.account_id.in_(query.account_ids))
    if query.end is not None:
        statement = statement.where(CollectionGap.started_at < query.end)
    return tuple(
        (name, start, end)
        for name, start, end in current.execute(statement)
        if query.start is None or end is None or end > query.start
    )


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
