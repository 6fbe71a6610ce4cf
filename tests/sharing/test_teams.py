"""Teams: who belongs to them, what they have, and what comes back to them, on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.answering import conversations, filters, following, presence, queue, saved_views, search
from inbox.answering.queue import QueueFilters
from inbox.answering.search import SearchFilters
from inbox.extensions import session
from inbox.models import Assignment, Conversation
from inbox.permissions import OPERATOR, WORKER, Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from inbox.sharing import absences, teams
from inbox.verify.figures import queue_faults
from tests.answering.stage import Stage, deeds, later, member


def held_by(conversation_id: int) -> tuple[int | None, int | None]:
    row = session().get_one(Conversation, conversation_id, populate_existing=True)
    return row.assignee_id, row.team_id


def shown(actor: Actor, filters_: QueueFilters) -> list[int]:
    return [row.conversation_id for row in queue.page(actor, filters_).rows]


@pytest.fixture
def north(stage: Stage, supervisor: Actor, cm: Actor) -> int:
    """A team of the community manager alone."""
    team = teams.make(supervisor, "  North ")
    teams.put_in(supervisor, team.id, cm.member_id or 0)
    return team.id


def test_a_team_is_made_renamed_joined_left_and_retired(stage: Stage, supervisor: Actor, cm: Actor) -> None:
    team = teams.make(supervisor, "  North\nwest ")
    assert team.name == "North west"
    with pytest.raises(Conflict, match="team_exists"):
        teams.make(supervisor, "North west")
    teams.rename(supervisor, team.id, "North")
    teams.put_in(supervisor, team.id, cm.member_id or 0)
    teams.put_in(supervisor, team.id, cm.member_id or 0)
    (listed,) = teams.list_teams(cm)
    assert (listed.name, [one.name for one in listed.members]) == ("North", ["Cm"])
    analyst = member(Role.ANALYST, email="analyst@example.org")
    with pytest.raises(Problem, match="assignee_unfit"):
        teams.put_in(supervisor, team.id, analyst.member_id or 0)
    teams.take_out(supervisor, team.id, cm.member_id or 0)
    with pytest.raises(Conflict, match="team_member_not_in"):
        teams.take_out(supervisor, team.id, cm.member_id or 0)
    teams.retire(supervisor, team.id)
    with pytest.raises(Problem, match="team_retired"):
        teams.rename(supervisor, team.id, "South")
    assert teams.list_teams(cm) == []
    assert [one.name for one in teams.list_teams(cm, retired=True)] == ["North"]
    assert teams.make(supervisor, "North").id != team.id, "the name of a retired team is free again"
    assert deeds("team", team.id) == ["team.made", "team.renamed", "team.joined", "team.left", "team.retired"]
    with pytest.raises(Refused):
        teams.make(cm, "Ours")


def test_mine_shows_what_waits_for_my_team_and_nobody_has(
    stage: Stage, supervisor: Actor, cm: Actor, north: int
) -> None:
    own, of_team, free = (stage.comment(name) for name in ("ines", "noor", "zoe"))
    conversations.assign(cm, own, cm.member_id)
    conversations.assign(supervisor, of_team, None, team_id=north)
    assert held_by(of_team) == (None, north)
    assert set(shown(cm, QueueFilters(assignee_id="me"))) == {own, of_team}
    assert shown(supervisor, QueueFilters(assignee_id="me")) == []
    assert shown(cm, QueueFilters(assignee_id="nobody")) == [free]
    assert shown(supervisor, QueueFilters(team_id=north)) == [of_team]
    assert queue.count(cm, QueueFilters(assignee_id="me"), 10) == (2, True)
    (row,) = queue.page(supervisor, QueueFilters(team_id=north)).rows
    assert (row.team_name, row.assignee_name) == ("North", None)
    mine = search.search(cm, "safe", SearchFilters(assignee_id="me")).people
    assert {talk.id for one in mine for talk in one.conversations} == {own, of_team}
    found = search.search(cm, "safe", SearchFilters(team_id=north)).people
    assert [talk.id for one in found for talk in one.conversations] == [of_team]
    view = saved_views.keep(cm, "North", {"team": str(north)})
    assert filters.read(view.filters).team_id == north
    assert list(queue_faults(session(), lambda *_: None)) == []


def test_the_next_person_is_mine_or_my_teams_and_never_another_teams(
    stage: Stage, supervisor: Actor, cm: Actor, north: int
) -> None:
    of_team = stage.comment("ines")
    conversations.assign(supervisor, of_team, None, team_id=north)
    assert following.after(cm) == of_team
    assert following.after(supervisor) is None
    assert following.after(supervisor, QueueFilters()) is None
    assert following.after(supervisor, QueueFilters(team_id=north)) is None


def test_what_somebody_lets_go_of_comes_back_to_the_team(
    stage: Stage, supervisor: Actor, cm: Actor, north: int
) -> None:
    talk, second = stage.comment("ines"), stage.comment("ines")
    conversations.assign(supervisor, talk, None, team_id=north)
    assert held_by(second) == (None, north), "an author's waiting conversations are given together"
    conversations.assign(cm, talk, cm.member_id, only_if_free=True)
    assert held_by(talk) == (cm.member_id, north)
    conversations.assign(cm, talk, None)
    assert held_by(talk) == (None, north)
    conversations.assign(cm, talk, None)
    assert held_by(talk) == (None, None)
    told = session().execute(
        select(Assignment.member_id, Assignment.team_id)
        .where(Assignment.conversation_id == talk)
        .order_by(Assignment.id)
    )
    assert [tuple(row) for row in told] == [(None, north), (cm.member_id, north), (None, north), (None, None)]


def test_a_claim_by_writing_runs_out_to_the_team(stage: Stage, supervisor: Actor, north: int) -> None:
    talk = stage.comment("ines")
    conversations.assign(supervisor, talk, None, team_id=north)
    assert presence.start_typing(supervisor, talk) is None
    assert held_by(talk) == (supervisor.member_id, north), (
        "who is not of the team may answer, and takes nothing from it"
    )
    with clock.frozen(later(3600)):
        presence.expire(WORKER)
    assert held_by(talk) == (None, north)


def test_given_to_a_colleague_outside_it_is_the_teams_no_more(
    stage: Stage, supervisor: Actor, cm: Actor, north: int
) -> None:
    talk = stage.comment("ines")
    conversations.assign(cm, talk, None, team_id=north)
    conversations.assign(cm, talk, supervisor.member_id)
    assert held_by(talk) == (supervisor.member_id, None)
    conversations.assign(supervisor, talk, None, team_id=north)
    conversations.assign(supervisor, talk, cm.member_id)
    assert held_by(talk) == (cm.member_id, north), "a member of the team answers for it"


def test_nothing_is_given_to_a_team_of_which_nobody_is_here(
    stage: Stage, supervisor: Actor, cm: Actor, north: int
) -> None:
    talk = stage.comment("ines")
    absences.mark(cm, cm.member_id or 0, later(days=1))
    assert [choice.id for choice in teams.choices()] == []
    with pytest.raises(Problem, match="team_empty"):
        conversations.assign(supervisor, talk, None, team_id=north)
    with pytest.raises(Problem, match="assignee_away"):
        conversations.assign(supervisor, talk, cm.member_id)
    conversations.assign(cm, talk, cm.member_id)
    assert held_by(talk) == (cm.member_id, None), "who comes back early takes what they like"
    with pytest.raises(Unknown, match="team_unknown"):
        conversations.assign(supervisor, talk, None, team_id=10**9)


def test_a_retired_team_gives_back_what_nobody_of_it_has(
    stage: Stage, supervisor: Actor, cm: Actor, north: int
) -> None:
    waiting, taken, closed = (stage.comment(name) for name in ("ines", "noor", "zoe"))
    for talk in (waiting, taken, closed):
        conversations.assign(supervisor, talk, None, team_id=north)
    conversations.assign(cm, taken, cm.member_id)
    conversations.close(cm, closed)
    (listed,) = teams.list_teams(OPERATOR)
    assert listed.waiting == 1
    teams.retire(supervisor, north)
    assert [held_by(talk) for talk in (waiting, taken, closed)] == [(None, None), (cm.member_id, None), (None, None)]
    assert list(queue_faults(session(), lambda *_: None)) == []
