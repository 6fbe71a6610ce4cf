"""Who is reminded of whom, and when: decided from what is past due, what members were told, and what they said.

Somebody who has waited longer than promised is brought up with whoever answers them (without one, with the
supervisors), after `STEP` without an acknowledgement with the supervisors, after another `STEP` with everyone on duty
and their deputies. Whoever is reminded gets one message about everybody at once, and again after pauses that grow. An
acknowledgement quiets those it was about for `QUIET`, for everyone; who still waits then is brought up anew, first
with whoever answers them or, without one, with whoever said that they see to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox.models import ReminderStep

STEP = timedelta(minutes=15)
"""How long nobody has to acknowledge before more members are reminded."""

QUIET = timedelta(minutes=30)
"""For how long an acknowledgement quiets the waits it is about."""

GATHERED = timedelta(minutes=5)
"""The shortest time between two messages to one member: what becomes due meanwhile goes into one."""

PAUSES = (15, 30, 60, 120, 240)
"""Minutes until a member is reminded of the same waits again; the last one goes on for ever."""

LONGEST_FOR_NEWS = timedelta(hours=1)
"""However long the pause has grown: somebody of whom the member was not told yet is brought up after this time."""

MOST_URGENT = 1
"""From this urgency on (danger to people, the press) only `GATHERED` is waited, however long the pause has grown."""


@dataclass(frozen=True, slots=True)
class PastDue:
    """One open wait that is past its target."""

    wait_id: int
    author_id: int
    assignee_id: int | None
    urgency: int
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """That a member was reminded of a wait, and when the reminder was acknowledged."""

    member_id: int
    at: datetime
    acknowledged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """Who can be reminded, all of them active and able to see to a wait.

    Attributes:
        everyone: all of them.
        supervisors: those of them who are supervisors.
        on_duty: those of them who are on duty now.
        deputies: those of them who stand in for somebody on duty.
    """

    everyone: frozenset[int]
    supervisors: frozenset[int] = frozenset()
    on_duty: frozenset[int] = frozenset()
    deputies: frozenset[int] = frozenset()

    def second(self) -> frozenset[int]:
        """The supervisors on duty; all of them where none is; everyone where there are no supervisors."""
        return (self.supervisors & self.on_duty) or self.supervisors or self.everyone

    def third(self) -> frozenset[int]:
        """Everyone on duty and their deputies."""
        return self.on_duty | self.deputies


@dataclass(frozen=True, slots=True)
class Message:
    """One reminder to be written."""

    member_id: int
    step: ReminderStep
    waits: tuple[PastDue, ...]


@dataclass(frozen=True, slots=True)
class _Case:
    wait: PastDue
    step: ReminderStep
    told: tuple[Told, ...]

    def times(self, member_id: int) -> int:
        return sum(told.member_id == member_id for told in self.told)


def decide(
    now: datetime,
    past_due: Iterable[PastDue],
    told: Mapping[int, Sequence[Told]],
    last_message: Mapping[int, datetime],
    staff: Staff,
) -> list[Message]:
    """The messages to be written now, by member.

    Args:
        told: by wait, what members were told of it lately, in any order.
        last_message: when each member was last reminded of anything.
    """
    cases: dict[int, list[_Case]] = {}
    for wait in past_due:
        for member_id, case in _who(now, wait, told.get(wait.wait_id, ()), staff):
            cases.setdefault(member_id, []).append(case)
    return [
        Message(member_id, _step_of(own), tuple(case.wait for case in own))
        for member_id, own in sorted(cases.items())
        if _is_time(now, member_id, own, last_message.get(member_id))
    ]


def quiet_until(told: Iterable[Told]) -> datetime | None:
    """Until when nobody is reminded of a wait, because somebody said that they see to it; None where nobody did."""
    acknowledged = [each.acknowledged_at for each in told if each.acknowledged_at is not None]
    return max(acknowledged) + QUIET if acknowledged else None


def _who(now: datetime, wait: PastDue, told: Sequence[Told], staff: Staff) -> list[tuple[int, _Case]]:
    since = quiet_until(told)
    if since is not None and now < since:
        return []
    chain = tuple(each for each in told if since is None or each.at >= since)
    owner = _owner(wait, told, staff)
    steps = 0 if owner is not None else 1
    if chain:
        steps += int((now - min(each.at for each in chain)) / STEP)
    found: dict[int, ReminderStep] = {}
    if steps >= 2:
        found |= dict.fromkeys(staff.third(), ReminderStep.ON_DUTY)
    if steps >= 1:
        found |= dict.fromkeys(staff.second(), ReminderStep.SUPERVISOR)
    if owner is not None:
        found[owner] = ReminderStep.ASSIGNEE
    return [(member_id, _Case(wait, step, chain)) for member_id, step in found.items()]


def _owner(wait: PastDue, told: Sequence[Told], staff: Staff) -> int | None:
    if wait.assignee_id in staff.everyone:
        return wait.assignee_id
    saw_to_it = max(
        ((each.acknowledged_at, each.member_id) for each in told if each.acknowledged_at is not None), default=None
    )
    return saw_to_it[1] if saw_to_it is not None and saw_to_it[1] in staff.everyone else None


def _step_of(cases: Sequence[_Case]) -> ReminderStep:
    """Why a member is told, of several reasons the one furthest down the road."""
    steps = {case.step for case in cases}
    return max(steps, key=list(ReminderStep).index)


def _is_time(now: datetime, member_id: int, cases: Sequence[_Case], last: datetime | None) -> bool:
    if last is None:
        return True
    times = max(case.times(member_id) for case in cases)
    pause = timedelta(minutes=PAUSES[min(times, len(PAUSES)) - 1]) if times else GATHERED
    fresh = [case for case in cases if not case.times(member_id)]
    if fresh:
        pause = min(pause, LONGEST_FOR_NEWS)
        if min(case.wait.urgency for case in fresh) <= MOST_URGENT:
            pause = GATHERED
    return now - last >= pause
