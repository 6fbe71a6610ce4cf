"""Teams: who makes them, who belongs to them. A team retires and is never taken out of what it had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.extensions import session, writing
from inbox.models import Conversation, ConversationState, Member, QueueEntry, Team, TeamMember
from inbox.models.absence import away
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.sharing import people
from inbox.sharing.giving import give
from inbox.sharing.people import MemberChoice, answering_members

LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class TeamChoice:
    """A team that conversations can be given to."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ShownTeam:
    """A team as it is listed.

    Attributes:
        members: who belongs to it now and can answer, by name.
        away: the numbers of those of them who are away at the moment.
        waiting: how many rows of the queue wait for the team as a whole.
    """

    id: int
    name: str
    members: list[MemberChoice]
    away: frozenset[int]
    waiting: int
    created_at: datetime
    retired_at: datetime | None


def list_teams(actor: Actor, *, retired: bool = False) -> list[ShownTeam]:
    """The teams by name, with who belongs to them; retired ones only where asked for, behind the others."""
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    statement = select(Team).order_by(Team.retired_at.is_not(None), Team.name, Team.id)
    teams = current.scalars(statement if retired else statement.where(Team.retired_at.is_(None))).all()
    members: dict[int, list[MemberChoice]] = defaultdict(list)
    absent: dict[int, set[int]] = defaultdict(set)
    rows = current.execute(
        select(TeamMember.team_id, Member.id, Member.name, away(clock.now()))
        .join(Member, Member.id == TeamMember.member_id)
        .where(*_IN_IT, people.holds(Permission.REPLIES_WRITE))
        .order_by(Member.name, Member.id)
    )
    for team_id, member_id, name, is_away in rows:
        members[team_id].append(MemberChoice(member_id, name))
        if is_away:
            absent[team_id].add(member_id)
    waiting = select(QueueEntry.team_id, func.count()).where(
        QueueEntry.team_id.is_not(None),
        QueueEntry.assignee_id.is_(None),
        QueueEntry.state == ConversationState.WAITING,
    )
    counted: dict[int | None, int] = dict(current.execute(waiting.group_by(QueueEntry.team_id)).all())
    return [
        ShownTeam(
            team.id,
            team.name,
            members[team.id],
            frozenset(absent[team.id]),
            counted.get(team.id, 0),
            team.created_at,
            team.retired_at,
        )
        for team in teams
    ]


def choices() -> list[TeamChoice]:
    """The teams that conversations can be given to: somebody of them is here, by name."""
    rows = session().execute(
        select(Team.id, Team.name)
        .where(Team.retired_at.is_(None), _somebody_here(Team.id.expression))
        .order_by(Team.name, Team.id)
    )
    return [TeamChoice(*row) for row in rows]


def find(name: str) -> Team:
    """The team in use that is called so.

    Raises:
        Unknown: `team_unknown`.
    """
    team = session().scalars(select(Team).where(Team.name == name, Team.retired_at.is_(None))).first()
    if team is None:
        raise Unknown("team_unknown", name=name)
    return team


def teams_of(member_id: int | None) -> list[int]:
    """The numbers of the teams in use to which a member belongs, in order."""
    if member_id is None:
        return []
    return list(
        session().scalars(
            select(TeamMember.team_id)
            .join(Team, Team.id == TeamMember.team_id)
            .where(TeamMember.member_id == member_id, TeamMember.ended_at.is_(None), Team.retired_at.is_(None))
            .order_by(TeamMember.team_id)
        )
    )


def make(actor: Actor, name: str) -> Team:
    """Make a team, with nobody in it yet.

    Raises:
        Problem: `team_name_empty`, `team_name_too_long`.
        Conflict: `team_exists`.
    """
    require(actor, Permission.TEAMS_CHANGE)
    clean = _name(name)
    with writing() as current:
        _check_free(current, clean)
        team = Team(name=clean, created_at=clock.now(), created_by=actor.name)
        current.add(team)
        current.flush()
        _record(current, actor, team, "team.made")
    return team


def rename(actor: Actor, team_id: int, name: str) -> Team:
    """Call a team by another name.

    Raises:
        Unknown: `team_unknown`.
        Problem: `team_retired`, `team_name_empty`, `team_name_too_long`.
        Conflict: `team_exists`.
    """
    require(actor, Permission.TEAMS_CHANGE)
    clean = _name(name)
    with writing() as current:
        team = of(current, team_id)
        if team.name != clean:
            _check_free(current, clean)
            team.name = clean
            _record(current, actor, team, "team.renamed")
    return team


def retire(actor: Actor, team_id: int) -> Team:
    """Take a team out of use: what a member has for it stays theirs, everything else is nobody's again.

    Raises:
        Unknown: `team_unknown`.
        Problem: `team_retired`.
    """
    require(actor, Permission.TEAMS_CHANGE)
    with writing() as current:
        team = of(current, team_id)
        team.retired_at = clock.now()
        held: dict[int | None, list[Conversation]] = defaultdict(list)
        for each in current.scalars(
            select(Conversation)
            .where(Conversation.team_id == team.id)
            .order_by(Conversation.id)
            .with_for_update(of=Conversation, key_share=True)
            .execution_options(populate_existing=True)
        ):
            held[each.assignee_id].append(each)
        for member_id, conversations in held.items():
            give(current, actor, conversations, member_id, None)
        _record(current, actor, team, "team.retired")
    return team


def put_in(actor: Actor, team_id: int, member_id: int) -> None:
    """Let a member belong to a team; nothing happens where they do already.

    Raises:
        Unknown: `team_unknown`.
        Problem: `team_retired`, `assignee_unfit`: not an active member who may answer.
    """
    require(actor, Permission.TEAMS_CHANGE)
    with writing() as current:
        team = of(current, team_id)
        if not answering_members([member_id]):
            raise Problem("assignee_unfit")
        if _belonging(current, team.id, member_id) is None:
            current.add(TeamMember(team_id=team.id, member_id=member_id, added_at=clock.now(), added_by=actor.name))
            current.flush()
            _record(current, actor, team, "team.joined", member=member_id)


def take_out(actor: Actor, team_id: int, member_id: int) -> None:
    """Let a member belong to a team no longer. What they have stays theirs.

    Raises:
        Unknown: `team_unknown`.
        Problem: `team_retired`.
        Conflict: `team_member_not_in`.
    """
    require(actor, Permission.TEAMS_CHANGE)
    with writing() as current:
        team = of(current, team_id)
        row = _belonging(current, team.id, member_id)
        if row is None:
            raise Conflict("team_member_not_in")
        row.ended_at, row.ended_by = clock.now(), actor.name
        _record(current, actor, team, "team.left", member=member_id)


def of(current: Session, team_id: int) -> Team:
    """A team in use, locked.

    Raises:
        Unknown: `team_unknown`.
        Problem: `team_retired`.
    """
    team = current.get(Team, team_id, populate_existing=True, with_for_update={"key_share": True, "of": Team})
    if team is None:
        raise Unknown("team_unknown", name=team_id)
    if team.retired_at is not None:
        raise Problem("team_retired", name=team.name)
    return team


def fit(current: Session, team_id: int) -> Team:
    """A team in use of which somebody is here, so that what is given to it is seen.

    Raises:
        Unknown: `team_unknown`.
        Problem: `team_retired`, `team_empty`.
    """
    team = of(current, team_id)
    if not present_in(current, team_id):
        raise Problem("team_empty", name=team.name)
    return team


def keep_in_use(current: Session, team_ids: Iterable[int]) -> list[int]:
    """Those of some teams that are in use, and that nobody retires until the end of the transaction."""
    return list(
        current.scalars(
            select(Team.id)
            .where(Team.id.in_(list(team_ids)), Team.retired_at.is_(None))
            .order_by(Team.id)
            .with_for_update(of=Team, read=True)
        )
    )


def with_nobody_here(current: Session) -> list[int]:
    """The teams for which somebody waits and of which nobody is here: retired ones, empty ones, all of them away."""
    held = select(Conversation.team_id).where(
        Conversation.team_id.is_not(None),
        Conversation.assignee_id.is_(None),
        Conversation.state == ConversationState.WAITING,
    )
    here = Team.retired_at.is_(None) & _somebody_here(Team.id.expression)
    return list(current.scalars(select(Team.id).where(Team.id.in_(held), ~here).order_by(Team.id)))


def present_in(current: Session, team_id: int, *, but: int | None = None) -> list[int]:
    """The members of a team who can answer and are not away, by number.

    Args:
        but: a member who does not count.
    """
    return list(
        current.scalars(
            select(Member.id)
            .join(TeamMember, TeamMember.member_id == Member.id)
            .join(Team, Team.id == TeamMember.team_id)
            .where(
                TeamMember.team_id == team_id,
                Team.retired_at.is_(None),
                *_IN_IT,
                people.holds(Permission.REPLIES_WRITE),
                ~away(clock.now()),
                Member.id != (but or 0),
            )
            .order_by(Member.id)
        )
    )


_IN_IT = (TeamMember.ended_at.is_(None), Member.deactivated_at.is_(None))


def _somebody_here(team_id: ColumnElement[int]) -> ColumnElement[bool]:
    return (
        select(TeamMember.id)
        .join(Member, Member.id == TeamMember.member_id)
        .where(
            and_(TeamMember.team_id == team_id, *_IN_IT),
            people.holds(Permission.REPLIES_WRITE),
            ~away(clock.now()),
        )
        .exists()
    )


def _belonging(current: Session, team_id: int, member_id: int) -> TeamMember | None:
    return current.scalars(
        select(TeamMember).where(
            TeamMember.team_id == team_id, TeamMember.member_id == member_id, TeamMember.ended_at.is_(None)
        )
    ).first()


def _check_free(current: Session, name: str) -> None:
    if current.scalar(select(Team.id).where(Team.name == name, Team.retired_at.is_(None))) is not None:
        raise Conflict("team_exists", name=name)


def _name(words: str) -> str:
    clean = "".join(letter for letter in " ".join(words.split()) if letter.isprintable()).strip()
    if not clean:
        raise Problem("team_name_empty")
    if len(clean) > LONGEST_NAME:
        raise Problem("team_name_too_long", most=LONGEST_NAME)
    return clean


def _record(current: Session, actor: Actor, team: Team, deed: str, **facts: object) -> None:
    trail.record(current, actor, deed, of=("team", team.id), params=facts)
    bell.ring(current, "team.changed", team_id=team.id)
