"""The waits that are past due, found through an index, and who can be reminded of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from inbox.models import (
    Account,
    Conversation,
    ConversationState,
    Member,
    MemberRole,
    Purpose,
    Reminder,
    ReminderWait,
    Wait,
)
from inbox.models.absence import away
from inbox.models.bulk import among
from inbox.notices import duty
from inbox.notices.reminder_rules import PastDue, Staff, Told
from inbox.permissions import GRANTS, Permission, Role

LOOKED_BACK = timedelta(days=30)
"""Waits that became due earlier remind nobody: what was imported from a year ago is no news. They stay in the queue
and in every figure. What was put off or closed counts from when it came back, however old it is."""

TOLD_WITHIN = timedelta(hours=24)
"""How far back it is looked for what members were told. It is longer than the longest pause, and than a wait is
quieted for."""

MOST = 1_000
"""How many waits are looked at at a time: half of them those that are due longest, half those that became due last."""

_AHEAD = tuple(role for role, held in GRANTS.items() if Permission.REMINDERS_ACKNOWLEDGE in held)


def waits_for_somebody() -> ColumnElement[bool]:
    """Of a wait joined to its conversation: somebody still waits, and it was neither put off nor set aside."""
    return (
        Wait.closed_at.is_(None)
        & Wait.superseded_at.is_(None)
        & (Conversation.state == ConversationState.WAITING)
        & Conversation.no_answer_reason.is_(None)
    )


def past_due(current: Session, now: datetime) -> list[PastDue]:
    """The waits that are past due, the longest due first; at most `MOST`.

    Those of drills, and of accounts that are disconnected, are not among them.
    """
    back = _rows(current, _came_back(now).order_by(Conversation.came_back_at.desc(), Conversation.id).limit(MOST // 2))
    first = _rows(current, _past_due(now).order_by(Conversation.due_at.asc(), Conversation.id).limit(MOST - len(back)))
    if len(back) + len(first) < MOST:
        return [*sorted(back, key=lambda wait: (wait.due_at, wait.wait_id)), *first]
    room = MOST - len(back)
    last = _past_due(now).order_by(Conversation.due_at.desc(), Conversation.id).limit(room // 2)
    newest = _rows(current, last) if room > 1 else []
    found = {wait.wait_id: wait for wait in (*back, *first[: room - len(newest)], *newest)}
    return sorted(found.values(), key=lambda wait: (wait.due_at, wait.wait_id))


def told_of(current: Session, wait_ids: Collection[int], now: datetime) -> dict[int, list[Told]]:
    """What members were told of waits lately, by wait."""
    found: dict[int, list[Told]] = defaultdict(list)
    for wait_id, member_id, at, acknowledged_at in current.execute(
        select(ReminderWait.wait_id, Reminder.member_id, Reminder.at, Reminder.acknowledged_at)
        .join(Reminder, Reminder.id == ReminderWait.reminder_id)
        .where(among(ReminderWait.wait_id, wait_ids), Reminder.at > now - TOLD_WITHIN)
    ):
        found[wait_id].append(Told(member_id, at, acknowledged_at))
    return found


def last_messages(current: Session, now: datetime) -> dict[int, datetime]:
    """When each member was last reminded of anything, lately."""
    rows = current.execute(select(Reminder.member_id, Reminder.at).where(Reminder.at > now - TOLD_WITHIN))
    found: dict[int, datetime] = {}
    for member_id, at in rows:
        found[member_id] = max(at, found.get(member_id, at))
    return found


def staff_now(current: Session, now: datetime) -> Staff:
    """Who can be reminded at present. Whoever is away is not there, unless everybody is."""
    roles: dict[int, set[Role]] = defaultdict(set)
    absent: set[int] = set()
    for member_id, role, is_away in current.execute(
        select(MemberRole.member_id, MemberRole.role, away(now))
        .join(Member, Member.id == MemberRole.member_id)
        .where(MemberRole.role.in_(_AHEAD), MemberRole.ended_at.is_(None), Member.deactivated_at.is_(None))
    ):
        roles[member_id].add(role)
        if is_away:
            absent.add(member_id)
    everyone = frozenset(roles.keys() - absent) or frozenset(roles)
    present = duty.on_duty(current, now)
    return Staff(
        everyone=everyone,
        supervisors=frozenset(member_id for member_id in everyone if Role.SUPERVISOR in roles[member_id]),
        on_duty=everyone & {each.member.id for each in present},
        deputies=everyone & {each.deputy.id for each in present if each.deputy is not None},
    )


def _past_due(now: datetime) -> Select[int, int, int | None, int, datetime, datetime]:
    """Over the partial index on waiting conversations by due time: of a million waits it reads those that are due."""
    return _open_waits().where(Conversation.due_at < now, Conversation.due_at >= now - LOOKED_BACK)


def _came_back(now: datetime) -> Select[int, int, int | None, int, datetime, datetime]:
    """What became due long ago and came back lately, over the partial index on what came back."""
    return _open_waits().where(
        Conversation.came_back_at.is_not(None),
        Conversation.came_back_at >= now - LOOKED_BACK,
        Conversation.due_at < now - LOOKED_BACK,
    )


def _open_waits() -> Select[int, int, int | None, int, datetime, datetime]:
    return (
        select(Wait.id, Conversation.author_id, Conversation.assignee_id, Wait.urgency, Wait.opened_at, Wait.due_at)
        .join(Wait, Wait.conversation_id == Conversation.id)
        .join(Account, Account.id == Conversation.account_id)
        .where(
            waits_for_somebody(),
            Account.purpose != Purpose.DRILL,
            Account.disconnected_at.is_(None),
        )
    )


def _rows(current: Session, statement: Select[int, int, int | None, int, datetime, datetime]) -> list[PastDue]:
    return [PastDue(*row) for row in current.execute(statement)]
