"""Reminders of people who have waited longer than promised: one message per member, until somebody sees to it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session, aliased

from inbox import bell, clock, trail
from inbox.extensions import session, writing
from inbox.models import (
    Channel,
    Conversation,
    Delivery,
    Member,
    NoticeReading,
    Reminder,
    ReminderStep,
    ReminderWait,
    Wait,
)
from inbox.notices.past_due import MOST, last_messages, past_due, staff_now, told_of, waits_for_somebody
from inbox.notices.reminder_rules import QUIET, Message, decide
from inbox.notices.telling import tell_member
from inbox.permissions import Actor, Permission, require

_LOCK = 7_120_345_689
"""The advisory lock of PostgreSQL under which reminders are written, so that two workers write each once."""

CODES = {
    ReminderStep.ASSIGNEE: "past_due_own",
    ReminderStep.SUPERVISOR: "past_due",
    ReminderStep.ON_DUTY: "past_due_on_duty",
}
"""The notice that a step is told with. With one person only it ends in `_one`."""

_MOST_UNREAD = 50

_Other = aliased(Reminder)
_OtherWait = aliased(ReminderWait)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reminder stands now.

    Attributes:
        reminder_id: the newest one to the member.
        people: those of it who still wait, and with whom nobody has said that they see to it.
        more: there are more than could be listed.
        waiting_since: since when the one waits who has waited longest, None where nobody waits any more.
    """

    reminder_id: int
    people: int
    more: bool
    waiting_since: datetime | None

    def longest(self, now: datetime) -> timedelta:
        """How long the one has waited who has waited longest."""
        return now - self.waiting_since if self.waiting_since is not None else timedelta(0)


def remind(actor: Actor, channels: Collection[Channel] = ()) -> int:
    """Write every reminder whose time has come. Several workers that do so at once write each of them once.

    Args:
        channels: what is set up besides the page; a delivery is written for each.

    Returns:
        how many were written.
    """
    require(actor, Permission.REMINDERS_SEND)
    current = session()
    planned = _plan(current, clock.now())
    current.commit()
    if not planned:
        return 0
    with writing() as current:
        if current.get_bind().dialect.name == "postgresql":
            current.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        # Decided again, now that nobody else writes reminders.
        planned = _plan(current, clock.now())
        for message in planned:
            _write(current, actor, message, channels)
    return len(planned)


def standing(actor: Actor) -> Standing | None:
    """What the member was reminded of and nobody sees to yet; None where there is nothing."""
    if actor.member_id is None or not actor.may(Permission.REMINDERS_ACKNOWLEDGE):
        return None
    current = session()
    newest = current.scalar(
        select(func.max(Reminder.id)).where(Reminder.member_id == actor.member_id, Reminder.acknowledged_at.is_(None))
    )
    found = stands(current, newest) if newest is not None else None
    return found if found is not None and found.people else None


def stands(current: Session, reminder_id: int) -> Standing:
    """How a reminder stands: who of it still waits, and with whom nobody has said that they see to it."""
    seen_to = (
        select(_OtherWait.id)
        .join(_Other, _Other.id == _OtherWait.reminder_id)
        .where(_OtherWait.wait_id == Wait.id, _Other.acknowledged_at > clock.now() - QUIET)
        .exists()
    )
    people, since = current.execute(
        select(func.count(Conversation.author_id.distinct()), func.min(Wait.opened_at))
        .select_from(ReminderWait)
        .join(Wait, Wait.id == ReminderWait.wait_id)
        .join(Conversation, Conversation.id == Wait.conversation_id)
        .where(ReminderWait.reminder_id == reminder_id, waits_for_somebody(), ~seen_to)
    ).one()
    listed = current.scalar(select(Reminder.wait_count).where(Reminder.id == reminder_id)) or 0
    return Standing(reminder_id, people, listed >= MOST, since)


def acknowledge(actor: Actor, reminder_id: int) -> int:
    """Say that one sees to what one was reminded of, up to a reminder that was on screen: nobody is reminded of those
    waits for `QUIET`.

    Returns:
        how many reminders were acknowledged, 0 where that was done before.
    """
    require(actor, Permission.REMINDERS_ACKNOWLEDGE)
    now = clock.now()
    with writing() as current:
        own = (
            Reminder.member_id == actor.member_id,
            Reminder.id <= reminder_id,
            Reminder.acknowledged_at.is_(None),
        )
        found = current.execute(
            update(Reminder)
            .where(*own)
            .values(acknowledged_at=now, acknowledged_by=actor.member_id)
            .returning(Reminder.id)
            .execution_options(synchronize_session=False)
        )
        numbers = sorted(found.scalars())
        if numbers:
            _read(current, actor.member_id or 0, now)
            params = {"reminders": len(numbers)}
            trail.record(current, actor, "reminder.acknowledged", of=("reminder", numbers[-1]), params=params)
            bell.ring(current, "reminder.acknowledged", reminder_id=numbers[-1])
    return len(numbers)


def _plan(current: Session, now: datetime) -> list[Message]:
    late = past_due(current, now)
    if not late:
        return []
    told = told_of(current, [wait.wait_id for wait in late], now)
    return decide(now, late, told, last_messages(current, now), staff_now(current, now))


def _write(current: Session, actor: Actor, message: Message, channels: Collection[Channel]) -> None:
    now = clock.now()
    people = len({wait.author_id for wait in message.waits})
    reminder = Reminder(
        member_id=message.member_id,
        step=message.step,
        wait_count=len(message.waits),
        oldest_due_at=min(wait.due_at for wait in message.waits),
        at=now,
    )
    # What was told before is in this message too: it need not be read any more.
    _read(current, message.member_id, now)
    current.add(reminder)
    current.flush()
    notice = tell_member(
        current,
        message.member_id,
        code_of(message.step, people),
        of=("reminder", reminder.id),
        params={
            "people": people,
            "more": len(message.waits) >= MOST,
            "seconds": int((now - min(wait.opened_at for wait in message.waits)).total_seconds()),
        },
    )
    current.flush()
    reminder.notice_id = notice.id if notice is not None else None
    current.execute(
        insert(ReminderWait), [{"reminder_id": reminder.id, "wait_id": wait.wait_id} for wait in message.waits]
    )
    by_email = current.scalar(select(Member.reminded_by_email).where(Member.id == message.member_id))
    current.add_all(
        Delivery(reminder_id=reminder.id, channel=channel, next_try_at=now)
        for channel in sorted(channels)
        if channel is not Channel.EMAIL or by_email
    )
    params = {"member": message.member_id, "step": message.step.value, "waits": len(message.waits)}
    trail.record(current, actor, "reminder.written", of=("reminder", reminder.id), params=params)


def code_of(step: ReminderStep, people: int) -> str:
    """The code of the notice, whose sentence is `notice.…`."""
    return CODES[step] + ("_one" if people == 1 else "")


def _read(current: Session, member_id: int, now: datetime) -> None:
    """Note that a member has read the notices of their latest reminders."""
    unread = current.scalars(
        select(Reminder.notice_id)
        .outerjoin(
            NoticeReading, (NoticeReading.notice_id == Reminder.notice_id) & (NoticeReading.member_id == member_id)
        )
        .where(Reminder.member_id == member_id, Reminder.notice_id.is_not(None), NoticeReading.id.is_(None))
        .order_by(Reminder.id.desc())
        .limit(_MOST_UNREAD)
    )
    current.add_all(NoticeReading(notice_id=number, member_id=member_id, read_at=now) for number in unread.all())
