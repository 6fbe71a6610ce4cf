"""What waits for somebody who is not here goes back: to the team it was given to, else to theirs, else to nobody.

Whoever was given a conversation after they had left, or has it on screen, keeps it: somebody meant that.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.extensions import session, writing
from inbox.models import Absence, Assignment, Conversation, ConversationState, Duty, Member, Presence
from inbox.permissions import Actor, Permission, Role, require
from inbox.sharing import people, teams
from inbox.sharing.giving import give

AFTER_DUTY = timedelta(minutes=15)
"""How long after their duty a member keeps who waits for them: time enough to hand over."""

LOOKED_BACK = timedelta(days=7)
"""A duty that ended earlier takes nothing from anybody: who works without duty now is not asked for it."""

_AT_ONCE = 500
_WAITING = text("conversations.state = 'waiting'")
"""As the partial index of held conversations has it; the state itself stands beside it."""


class Away(StrEnum):
    """Why somebody is not here."""

    DEACTIVATED = "deactivated"
    ABSENT = "absent"
    DUTY_OVER = "duty_over"


def flow_back(actor: Actor) -> int:
    """Give back what waits for members who are not here, each member's in a transaction of its own.

    Returns:
        how many conversations went back.
    """
    require(actor, Permission.CONVERSATIONS_ASSIGN)
    gone = _gone(session())
    session().commit()
    returned = 0
    for member_id, (why, since) in gone.items():
        with writing() as current:
            returned += give_back(current, actor, member_id, why, since)
    return returned


def give_back(current: Session, actor: Actor, member_id: int, why: Away, since: datetime | None = None) -> int:
    """Inside a write transaction: give back what waits for one member, and tell the supervisors once.

    Args:
        since: when they left; what they were given later stays theirs. None for everything they have.

    Returns:
        how many conversations went back.
    """
    statement = select(Conversation).where(
        _WAITING, Conversation.state == ConversationState.WAITING, Conversation.assignee_id == member_id
    )
    if since is not None:
        given_later = select(Assignment.id).where(
            Assignment.conversation_id == Conversation.id, Assignment.member_id == member_id, Assignment.at > since
        )
        on_screen = select(Presence.id).where(
            Presence.conversation_id == Conversation.id,
            Presence.member_id == member_id,
            Presence.looking_until > clock.now(),
        )
        statement = statement.where(~given_later.exists(), ~on_screen.exists())
    held = current.scalars(
        statement.order_by(Conversation.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Conversation, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not held:
        return 0
    usual = _usual_team(current, member_id)
    alive: dict[int, bool] = {}
    by_team: dict[int | None, list[Conversation]] = defaultdict(list)
    for each in held:
        team_id = each.team_id
        if team_id is not None and team_id not in alive:
            alive[team_id] = bool(teams.present_in(current, team_id, but=member_id))
        by_team[team_id if team_id is not None and alive[team_id] else usual].append(each)
    for team_id, conversations in by_team.items():
        give(
            current,
            actor,
            conversations,
            None,
            team_id,
            deed="conversation.flowed_back",
            **{"from": member_id, "away": why.value},
        )
    only = next(iter(by_team)) if len(by_team) == 1 else None
    notices.tell(
        current,
        Role.SUPERVISOR,
        "flowed_back",
        of=("nobody", "") if only is None else ("team", only),
        params={"actor": f"member:{member_id}", "count": len(held), "away": why.value},
    )
    return len(held)


def _gone(current: Session) -> dict[int, tuple[Away, datetime | None]]:
    """The members for whom somebody waits and who are not here: why, and since when."""
    now = clock.now()
    holders = list(
        current.scalars(
            select(Conversation.assignee_id)
            .where(_WAITING, Conversation.assignee_id.is_not(None))
            .distinct()
            .order_by(Conversation.assignee_id)
        )
    )
    if not holders:
        return {}
    found: dict[int, tuple[Away, datetime | None]] = {}
    for member_id, at in current.execute(
        select(Duty.member_id, func.max(Duty.ends_at))
        .where(
            Duty.member_id.in_(holders),
            Duty.ends_at > now - LOOKED_BACK,
            Duty.ends_at <= now - AFTER_DUTY,
            Duty.starts_at < Duty.ends_at,
        )
        .group_by(Duty.member_id)
    ):
        found[member_id] = (Away.DUTY_OVER, at)
    # Somebody whose next duty has begun, or whose last one is over for a moment only, is here.
    for member_id in current.scalars(
        select(Duty.member_id).where(
            Duty.member_id.in_(found),
            Duty.starts_at <= now,
            Duty.ends_at.is_(None) | (Duty.ends_at > now - AFTER_DUTY),
        )
    ):
        found.pop(member_id, None)
    for member_id, at in current.execute(
        select(Absence.member_id, func.min(Absence.starts_at))
        .where(Absence.member_id.in_(holders), people.in_force(now))
        .group_by(Absence.member_id)
    ):
        found[member_id] = (Away.ABSENT, at)
    for member_id in current.scalars(
        select(Member.id).where(Member.id.in_(holders), Member.deactivated_at.is_not(None))
    ):
        found[member_id] = (Away.DEACTIVATED, None)
    return found


def _usual_team(current: Session, member_id: int) -> int | None:
    """The one team of a member in which somebody else is here; None where there is none, or several."""
    fit = [number for number in teams.teams_of(member_id) if teams.present_in(current, number, but=member_id)]
    return fit[0] if len(fit) == 1 else None
