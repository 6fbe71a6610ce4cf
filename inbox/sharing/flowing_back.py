"""What waits for somebody who is not here goes back: to the team it was given to, else to theirs, else to nobody.

Whoever took a conversation after they had left, was given it after their duty, or has it on screen, keeps it: somebody
meant that. What a team has of which nobody is here is nobody's again, and so is whom an absent member was to look at.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.extensions import session, writing
from inbox.models import Absence, Assignment, Conversation, ConversationState, Duty, Member, Presence, Team
from inbox.models.absence import in_force
from inbox.permissions import Actor, Permission, Role, require
from inbox.sharing import follow_ups, teams
from inbox.sharing.giving import give

AFTER_DUTY = timedelta(minutes=15)
"""How long after their duty a member keeps who waits for them: time enough to hand over."""

LOOKED_BACK = timedelta(days=7)
"""A duty that ended earlier takes from nobody but what came back since from being put off: who works without duty now
is not asked for it."""

_AT_ONCE = 500
_WAITING = text("conversations.state = 'waiting'")
"""As the partial index of held conversations has it; the state itself stands beside it."""


class Away(StrEnum):
    """Why somebody is not here."""

    DEACTIVATED = "deactivated"
    ABSENT = "absent"
    DUTY_OVER = "duty_over"


@dataclass(frozen=True, slots=True)
class Gone:
    """Why a member is not here, and since when; None for `since` takes everything they have.

    Attributes:
        long_ago: only what came back since from being put off is taken.
    """

    why: Away
    since: datetime | None
    long_ago: bool = False


def flow_back(actor: Actor) -> int:
    """Give back what waits for members and teams who are not here, each one's in a transaction of its own.

    Returns:
        how many conversations went back, and people whom somebody was to look at.
    """
    require(actor, Permission.CONVERSATIONS_ASSIGN)
    gone = _gone(session(), _holders(session()))
    looking = _gone(session(), follow_ups.owners(session()))
    empty = teams.with_nobody_here(session())
    session().commit()
    returned = 0
    for member_id, found in gone.items():
        with writing() as current:
            returned += give_back(current, actor, member_id, found.why, found.since, long_ago=found.long_ago)
    for member_id, found in looking.items():
        # Who looks at somebody does so on one of their next duties.
        if found.why is not Away.DUTY_OVER:
            with writing() as current:
                returned += follow_ups.give_back(current, actor, member_id, found.since, away=found.why.value)
    for team_id in empty:
        with writing() as current:
            returned += _give_back_of_team(current, actor, team_id)
    return returned


def give_back(
    current: Session,
    actor: Actor,
    member_id: int,
    why: Away,
    since: datetime | None = None,
    *,
    long_ago: bool = False,
) -> int:
    """Inside a write transaction: give back what waits for one member, and tell the supervisors once.

    Args:
        since: when they left; what they took later, or after a duty were given, stays theirs. None for everything.
        long_ago: only what came back since from being put off.

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
        if why is Away.ABSENT:
            # Nobody can give anything to whoever is away; what was given in that very moment goes back.
            given_later = given_later.where(Assignment.by == f"member:{member_id}")
        on_screen = select(Presence.id).where(
            Presence.conversation_id == Conversation.id,
            Presence.member_id == member_id,
            Presence.looking_until > clock.now(),
        )
        statement = statement.where(~given_later.exists(), ~on_screen.exists())
        if long_ago:
            statement = statement.where(Conversation.came_back_at > since)
    # Before the conversations, as whoever retires a team does: what is given to it then is seen by them.
    own = teams.teams_of(member_id)
    given_to = current.scalars(statement.with_only_columns(Conversation.team_id).distinct()).all()
    in_use = teams.keep_in_use(current, {*own, *(each for each in given_to if each is not None)})
    held = current.scalars(
        statement.order_by(Conversation.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Conversation, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not held:
        return 0
    alive = {team_id: bool(teams.present_in(current, team_id, but=member_id)) for team_id in in_use}
    fit = [team_id for team_id in own if alive.get(team_id)]
    # The one team of theirs in which somebody else is here.
    usual = fit[0] if len(fit) == 1 else None
    by_team: dict[int | None, list[Conversation]] = defaultdict(list)
    for each in held:
        by_team[each.team_id if each.team_id is not None and alive.get(each.team_id) else usual].append(each)
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


def _give_back_of_team(current: Session, actor: Actor, team_id: int) -> int:
    """Give to nobody what waits for a team of which nobody is here, and tell the supervisors once."""
    team = current.get_one(Team, team_id, populate_existing=True, with_for_update={"key_share": True, "of": Team})
    if teams.present_in(current, team_id):
        return 0
    held = current.scalars(
        select(Conversation)
        .where(
            Conversation.team_id == team_id,
            Conversation.assignee_id.is_(None),
            Conversation.state == ConversationState.WAITING,
        )
        .order_by(Conversation.id)
        .limit(_AT_ONCE)
        .with_for_update(of=Conversation, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    if not held:
        return 0
    give(current, actor, held, None, None, deed="conversation.flowed_back", from_team=team_id)
    params = {"team": team.name, "count": len(held)}
    notices.tell(current, Role.SUPERVISOR, "flowed_back_of_team", of=("nobody", ""), params=params)
    return len(held)


def _holders(current: Session) -> list[int]:
    """The members for whom somebody waits."""
    return [
        member_id
        for member_id in current.scalars(
            select(Conversation.assignee_id)
            .where(_WAITING, Conversation.assignee_id.is_not(None))
            .distinct()
            .order_by(Conversation.assignee_id)
        )
        if member_id is not None
    ]


def _gone(current: Session, holders: list[int]) -> dict[int, Gone]:
    """Who of some members is not here."""
    now = clock.now()
    if not holders:
        return {}
    found: dict[int, Gone] = {}
    for member_id, at in current.execute(
        select(Duty.member_id, func.max(Duty.ends_at))
        .where(
            Duty.member_id.in_(holders),
            Duty.ends_at <= now - AFTER_DUTY,
            Duty.starts_at < Duty.ends_at,
        )
        .group_by(Duty.member_id)
    ):
        if at is not None:
            found[member_id] = Gone(Away.DUTY_OVER, at, long_ago=at <= now - LOOKED_BACK)
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
        .where(Absence.member_id.in_(holders), in_force(now))
        .group_by(Absence.member_id)
    ):
        found[member_id] = Gone(Away.ABSENT, at)
    for member_id in current.scalars(
        select(Member.id).where(Member.id.in_(holders), Member.deactivated_at.is_not(None))
    ):
        found[member_id] = Gone(Away.DEACTIVATED, None)
    return found
