"""Who answers a conversation: a member, a team, or nobody yet; and handing it over with a word."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.answering import noting
from inbox.answering.finding import conversation_of, typed
from inbox.extensions import writing
from inbox.models import Conversation, Member
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem
from inbox.sharing import people, teams
from inbox.sharing.giving import give, waiting_of_author
from inbox.sharing.people import answering_members


def assign(
    actor: Actor,
    conversation_id: int,
    member_id: int | None,
    *,
    team_id: int | None = None,
    only_if_free: bool = False,
    only_if_held_by: int | None = None,
) -> Conversation:
    """Give an author's waiting conversations on the account, and this one, to a member, to a team, or to nobody.

    What a member of the team takes, or somebody takes for themselves, stays the team's as well: whoever lets go of it
    gives it back to the team, and to nobody only where no team has it.

    Args:
        team_id: with `member_id` None, the team as a whole.
        only_if_free: for taking something oneself: refuse it when somebody else was quicker.
        only_if_held_by: change only what this member has.

    Raises:
        Unknown: `conversation_unknown`, `team_unknown`.
        Problem: `assignee_unfit`: not an active member who may answer; `assignee_away`; `team_retired`, `team_empty`.
        Conflict: `taken_by_another`.
    """
    require(actor, Permission.CONVERSATIONS_ASSIGN)
    with writing() as current:
        return _assign(current, actor, conversation_id, member_id, team_id, only_if_free, only_if_held_by)


def hand_over(
    actor: Actor, conversation_id: int, note: str = "", *, member_id: int | None = None, team_id: int | None = None
) -> Conversation:
    """Hand an author over to a colleague or to a team, who are told; what is noted with it stands in the conversation.

    Args:
        note: may be empty; who is named in it behind an @ is told too.

    Raises:
        Unknown: `conversation_unknown`, `team_unknown`.
        Problem: `hand_over_to_nobody`: neither or both are named; `text_too_long_to_store`, `member_needed`, and those
            of `assign`.
    """
    require(actor, Permission.CONVERSATIONS_ASSIGN)
    if (member_id is None) == (team_id is None):
        raise Problem("hand_over_to_nobody")
    words = typed(note, empty="note_empty") if note.strip() else ""
    if words:
        require(actor, Permission.NOTES_WRITE)
    with writing() as current:
        conversation = _assign(current, actor, conversation_id, member_id, team_id, False, None)
        to = receivers(current, actor, member_id, team_id)
        of = ("conversation", conversation.id)
        if words:
            # Whoever gets the conversation is told of that, and not of the mention as well.
            written = noting.write(current, actor, conversation.id, words, told_already=to)
            of = ("note", written.id)
        code = "handed_over" if team_id is None else "handed_to_team"
        params = {"actor": actor.name} if team_id is None else {"actor": actor.name, "team": _name_of(current, team_id)}
        for one in sorted(to):
            notices.tell_member(current, one, code, of=of, params=params)
    return conversation


def receivers(current: Session, actor: Actor, member_id: int | None, team_id: int | None) -> set[int]:
    """Who is told that something was given to a member, or to a team: everybody of it who is here, but not oneself."""
    to = {member_id} if member_id is not None else set(teams.present_in(current, team_id or 0))
    return {one for one in to if one is not None and one != actor.member_id}


def check_fit(current: Session, actor: Actor, member_id: int | None, team_id: int | None) -> None:
    """Refuse to give anything to whom it would be lost on; inside the transaction it stays true until its end.

    Raises:
        Unknown: `team_unknown`.
        Problem: `assignee_unfit`, `assignee_away`, `team_retired`, `team_empty`.
    """
    if member_id is not None:
        people.keep_as_they_are(current, member_id)
        if not answering_members([member_id]):
            raise Problem("assignee_unfit")
        # Who comes back early may take something themselves.
        until = people.away_until(member_id) if member_id != actor.member_id else None
        if until is not None:
            raise Problem("assignee_away", name=current.get_one(Member, member_id).name, until=clock.to_iso(until))
    elif team_id is not None:
        teams.fit(current, team_id)


def _assign(
    current: Session,
    actor: Actor,
    conversation_id: int,
    member_id: int | None,
    team_id: int | None,
    only_if_free: bool,
    only_if_held_by: int | None,
) -> Conversation:
    chosen = conversation_of(current, conversation_id)
    check_fit(current, actor, member_id, team_id)
    claimed = waiting_of_author(current, chosen)
    if only_if_free and any(each.assignee_id not in (None, member_id) for each in claimed):
        raise Conflict("taken_by_another")
    if only_if_held_by is not None:
        claimed = [each for each in claimed if each.assignee_id == only_if_held_by]
    of_member = teams.teams_of(member_id)
    by_team: dict[int | None, list[Conversation]] = {}
    for each in claimed:
        by_team.setdefault(_team_after(each, actor, member_id, team_id, of_member), []).append(each)
    for kept_team, conversations in by_team.items():
        give(current, actor, conversations, member_id, kept_team)
    return chosen


def _team_after(
    conversation: Conversation, actor: Actor, member_id: int | None, team_id: int | None, of_member: Collection[int]
) -> int | None:
    if team_id is not None or conversation.team_id is None:
        return team_id
    if member_id is None:
        return conversation.team_id if conversation.assignee_id is not None else None
    return conversation.team_id if member_id == actor.member_id or conversation.team_id in of_member else None


def _name_of(current: Session, team_id: int) -> str:
    return teams.of(current, team_id).name
