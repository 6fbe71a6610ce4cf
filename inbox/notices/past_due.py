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
from inbox.models.bulk import among
from inbox.notices import duty
from inbox.notices.reminder_rules import PastDue, Staff, Told
from inbox.permissions import GRANTS, Permission, Role

LOOKED_BACK = timedelta(days=30)
"""Waits that became due earlier remind nobody: what was imported from a year ago is no news. They stay in the queue
and in every figure."""

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
    first = _rows(current, _past_due(now).order_by(Conversation.due_at.asc(), Conversation.id).limit(MOST))
    if len(first) < MOST:
        return first
    newest = _rows(current, _past_due(now).order_by(Conversation.due_at.desc(), Conversation.id).limit(MOST // 2))
    found = {wait.wait_id: wait for wait in (*first[: MOST // 2], *newest)}
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
    """Who can be reminded at present."""
    roles: dict[int, set[Role]] = defaultdict(set)
    for member_id, role in current.execute(
        select(MemberRole.member_id, MemberRole.role)
        .join(Member, Member.id == MemberRole.member_id)
        .where(MemberRole.role.in_(_AHEAD), MemberRole.ended_at.is_(None), Member.deactivated_at.is_(None))
    ):
        roles[member_id].add(role)
    everyone = frozenset(roles)
    present = duty.on_duty(current, now)
    return Staff(
        everyone=everyone,
        supervisors=frozenset(member_id for member_id, held in roles.items() if Role.SUPERVISOR in held),
        on_duty=everyone & {each.member.id for each in present},
        deputies=everyone & {each.deputy.id for each in present if each.deputy is not None},
    )


def _past_due(now: datetime) -> Select[int, int, int | None, int, datetime, datetime]:
    """Over the partial index on waiting conversations by due time: of a million waits it reads those that are due."""
    return (
        select(Wait.id, Conversation.author_id, Conversation.assignee_id, Wait.urgency, Wait.opened_at, Wait.due_at)
        .join(Wait, Wait.conversation_id == Conversation.id)
        .join(Account, Account.id == Conversation.account_id)
        .where(
            waits_for_somebody(),
            Conversation.due_at < now,
            Conversation.due_at >= now - LOOKED_BACK,
            Account.purpose != Purpose.DRILL,
            Account.disconnected_at.is_(None),
        )
    )


def _rows(current: Session, statement: Select[int, int, int | None, int, datetime, datetime]) -> list[PastDue]:
    return [PastDue(*row) for row in current.execute(statement)]
