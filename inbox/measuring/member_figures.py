"""Figures per member, with the load beside them: for the member and the supervisors, once staff know of them.

An answered wait counts for whoever wrote the reply that closed it. One without an answer counts for everybody to whom
its conversation was assigned since it opened, so that passing it on improves nobody's figures; but nobody's get worse
by what somebody else gave them and took away again before they saw it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import at_one_moment, session
from inbox.measuring.figures import Lengths
from inbox.measuring.holding import counts
from inbox.measuring.hours import History, histories
from inbox.measuring.report_rows import purpose_of
from inbox.measuring.staff_informed import allowed, check, in_force, measured_from, names_allowed
from inbox.models import Account, Assignment, Conversation, ConversationState, Duty, Member, Purpose, Wait
from inbox.permissions import Actor, Permission, Refused, require
from inbox.problems import Problem

__all__ = ["Load", "MemberFigures", "MemberReport", "allowed", "check", "figures_of_members", "names_allowed"]

SMALL = 20
"""Below so many, a share is told in numbers: a percentage of three people says nothing."""

DANGER = 0
"""Waits of this urgency or a smaller number are about danger to people."""

CRITICISM = "criticism"

_Row = Row[*tuple[Any, ...]]


@dataclass(slots=True)
class Load:
    """What a member had to carry in the period.

    Attributes:
        conversations: how many conversations were theirs while somebody waited in them.
        open_now: how many of theirs wait at this moment.
        on_duty: how long they were on duty, without the time as somebody's deputy.
        hard: how many of their waits were opened by criticism or danger to people.
    """

    conversations: int = 0
    open_now: int = 0
    on_duty: timedelta = timedelta(0)
    hard: int = 0


@dataclass(slots=True)
class MemberFigures:
    """The figures of one member. Counts are of waits.

    Attributes:
        within_target: answered within the target.
        past_target: answered later, or without an answer past it.
        lengths: how long people waited, in seconds, over their answered and over all their waits.
        staffed: percentiles of their parts in staffed hours, in seconds.
    """

    member_id: int
    name: str
    load: Load = field(default_factory=Load)
    waits: int = 0
    answered: int = 0
    waiting: int = 0
    closed_without_reply: int = 0
    within_target: int = 0
    past_target: int = 0
    lengths: Lengths = field(default_factory=lambda: Lengths.of((), ()))
    staffed: Lengths = field(default_factory=lambda: Lengths.of((), ()))

    @property
    def decided(self) -> int:
        """Answered, or past their target without an answer."""
        return self.within_target + self.past_target


@dataclass(frozen=True, slots=True)
class MemberReport:
    """Figures per member, in order of their names: it is no ranking.

    Attributes:
        start: where it begins, never before staff were informed.
        end: where it ends (not included).
        shortened: the period asked for began before staff were informed.
    """

    made_at: datetime
    start: datetime
    end: datetime
    shortened: bool
    purpose: Purpose
    members: tuple[MemberFigures, ...]


def figures_of_members(
    actor: Actor, start: datetime | None = None, end: datetime | None = None, purpose: Purpose | None = None
) -> MemberReport:
    """The figures of every member for a supervisor, of themselves alone for everybody else who answers.

    Args:
        start: waits opened at or after it (aware); None for the beginning.
        end: waits opened before it (aware); None for now.
        purpose: real or demo; None for real, or demo where there is nothing real.

    Raises:
        Refused: the actor neither supervises nor answers.
        Problem: `member_figures_off`, `period_reversed`.
    """
    everybody = actor.may(Permission.MEMBER_FIGURES_VIEW)
    if not everybody:
        require(actor, Permission.REPLIES_WRITE)
        if actor.member_id is None:
            raise Refused(actor, Permission.MEMBER_FIGURES_VIEW)
    if start is not None and end is not None and end <= start:
        raise Problem("period_reversed")
    current, now = session(), clock.now()
    record = in_force(current)
    if record is None:
        raise Problem("member_figures_off", 403)
    informed = measured_from(record)
    shortened = start is None or start < informed
    begins, ends = (informed if shortened or start is None else start), (end or now)
    of = _Period(begins, ends, now, purpose or purpose_of(current), None if everybody else actor.member_id)
    return MemberReport(now, begins, ends, shortened, of.purpose, _gather(current, of))


@dataclass(frozen=True, slots=True)
class _Period:
    start: datetime
    end: datetime
    now: datetime
    purpose: Purpose
    only: int | None

    def waits(self) -> list[ColumnElement[bool]]:
        """The conditions over `waits` and `accounts`."""
        return [
            Wait.superseded_at.is_(None),
            Wait.opened_at >= self.start,
            Wait.opened_at < self.end,
            Account.purpose == self.purpose,
        ]


def _gather(current: Session, of: _Period) -> tuple[MemberFigures, ...]:
    at_one_moment(current)
    found: dict[int, _Gathering] = defaultdict(_Gathering)
    for row in current.execute(_answered(of)):
        found[row.member_id].add_answered(row)
    hours = histories(current, current.scalars(select(Account.id).where(Account.purpose == of.purpose)).all())
    for members, row in _unanswered(current, of):
        for member_id in members:
            found[member_id].add_unanswered(row, of.now, hours[row.account_id])
    for holder, held in current.execute(_held(of)):
        if holder is not None:
            found[holder].load.conversations = held
    for holder, waiting in current.execute(_open_now(of)):
        if holder is not None:
            found[holder].load.open_now = waiting
    for member_id, length in _on_duty(current, of).items():
        found[member_id].load.on_duty = length
    if of.only is not None:
        found = defaultdict(_Gathering, {of.only: found[of.only]})
    names = current.execute(select(Member.id, Member.name).where(Member.id.in_(found)).order_by(Member.name, Member.id))
    return tuple(found[member_id].figures(member_id, name) for member_id, name in names)


class _Gathering:
    """The waits of one member, added up."""

    def __init__(self) -> None:
        self.load = Load()
        self._figures = MemberFigures(0, "")
        self._answered: list[float] = []
        self._staffed: list[float] = []
        self._staffed_unanswered: list[float] = []
        self._unanswered: list[float] = []

    def add_answered(self, row: _Row) -> None:
        self._count(row)
        self._figures.answered += 1
        within = row.closed_at <= row.due_at
        self._figures.within_target += within
        self._figures.past_target += not within
        self._answered.append(row.seconds)
        if row.staffed_seconds is not None:
            self._staffed.append(row.staffed_seconds)

    def add_unanswered(self, row: _Row, now: datetime, hours: History) -> None:
        self._count(row)
        if row.state is ConversationState.CLOSED:
            self._figures.closed_without_reply += 1
        else:
            self._figures.waiting += 1
        self._figures.past_target += now > row.due_at
        self._unanswered.append(max(0.0, (now - row.opened_at).total_seconds()))
        self._staffed_unanswered.append(hours.calendar(row.opened_at).seconds(row.opened_at, max(now, row.opened_at)))

    def figures(self, member_id: int, name: str) -> MemberFigures:
        made = self._figures
        made.member_id, made.name, made.load = member_id, name, self.load
        made.lengths = Lengths.of(self._answered, self._unanswered)
        made.staffed = Lengths.of(self._staffed, self._staffed_unanswered)
        return made

    def _count(self, row: _Row) -> None:
        self._figures.waits += 1
        self.load.hard += row.urgency <= DANGER or row.kind == CRITICISM


def _answered(of: _Period) -> Select[*tuple[Any, ...]]:
    statement = (
        select(
            Wait.member_id,
            Wait.closed_at,
            Wait.due_at,
            Wait.seconds,
            Wait.staffed_seconds,
            Wait.urgency,
            Wait.kind,
        )
        .join(Account, Account.id == Wait.account_id)
        .where(*of.waits(), Wait.closed_at.is_not(None), Wait.member_id.is_not(None))
        .execution_options(yield_per=2000)
    )
    return statement.where(Wait.member_id == of.only) if of.only is not None else statement


def _unanswered(current: Session, of: _Period) -> Iterator[tuple[set[int], _Row]]:
    """Every wait without an answer, and who had its conversation when it opened or later."""
    statement = (
        select(
            Wait.id,
            Wait.account_id,
            Wait.opened_at,
            Wait.due_at,
            Wait.urgency,
            Wait.kind,
            Conversation.state,
            Assignment.member_id,
            Assignment.at,
            counts().label("counts"),
        )
        .join(Account, Account.id == Wait.account_id)
        .join(Conversation, Conversation.id == Wait.conversation_id)
        .join(Assignment, Assignment.conversation_id == Wait.conversation_id)
        .where(*of.waits(), Wait.closed_at.is_(None))
        .order_by(Wait.id, Assignment.at, Assignment.id)
        .execution_options(yield_per=2000)
    )
    for _, rows in groupby(current.execute(statement), key=lambda row: row.id):
        at_opening: int | None = None
        members: set[int] = set()
        row = None
        for row in rows:
            if row.at <= row.opened_at:
                at_opening = row.member_id if row.counts else None
            elif row.member_id is not None and row.counts:
                members.add(row.member_id)
        if at_opening is not None:
            members.add(at_opening)
        if members and row is not None:
            yield members, row


def _held(of: _Period) -> Select[int | None, int]:
    """How many conversations each member had at some time of the period, in which somebody waited then."""
    until = func.lead(Assignment.at).over(
        partition_by=Assignment.conversation_id, order_by=(Assignment.at, Assignment.id)
    )
    spans = (
        select(
            Assignment.conversation_id.label("conversation_id"),
            Assignment.member_id.label("member_id"),
            Assignment.at.label("at"),
            until.label("until"),
        )
        .where(Assignment.at < of.end)
        .subquery()
    )
    waited = (
        select(Wait.id)
        .join(Account, Account.id == Wait.account_id)
        .where(
            Wait.conversation_id == spans.c.conversation_id,
            Wait.superseded_at.is_(None),
            Account.purpose == of.purpose,
            Wait.opened_at < of.end,
            Wait.closed_at.is_(None) | (Wait.closed_at >= of.start),
            # They waited while it was this member's.
            spans.c.until.is_(None) | (Wait.opened_at < spans.c.until),
            Wait.closed_at.is_(None) | (Wait.closed_at >= spans.c.at),
        )
        .exists()
    )
    return (
        select(spans.c.member_id, func.count(spans.c.conversation_id.distinct()))
        .where(spans.c.member_id.is_not(None), spans.c.until.is_(None) | (spans.c.until > of.start), waited)
        .group_by(spans.c.member_id)
    )


def _open_now(of: _Period) -> Select[int | None, int]:
    return (
        select(Conversation.assignee_id, func.count())
        .join(Account, Account.id == Conversation.account_id)
        .where(
            Conversation.assignee_id.is_not(None),
            Conversation.state == ConversationState.WAITING,
            Account.purpose == of.purpose,
        )
        .group_by(Conversation.assignee_id)
    )


def _on_duty(current: Session, of: _Period) -> dict[int, timedelta]:
    """How long each member was on duty in the period, up to now."""
    last = min(of.end, of.now)
    found: dict[int, timedelta] = defaultdict(timedelta)
    for member_id, begins, ends in current.execute(
        select(Duty.member_id, Duty.starts_at, Duty.ends_at).where(
            Duty.starts_at < last, Duty.ends_at.is_(None) | (Duty.ends_at > of.start)
        )
    ):
        length = min(ends or last, last) - max(begins, of.start)
        if length > timedelta(0):
            found[member_id] += length
    return found
