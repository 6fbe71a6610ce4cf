"""The teams: what they are called, who belongs to them, and how many people wait for each."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox.permissions import Permission
from inbox.sharing import people, teams
from inbox.web import access, rendering
from inbox.web.glances import glance
from inbox.web.reading import number
from inbox.web.rendering import Answer, page

screen = Blueprint("teams", __name__)


@screen.get("/teams")
@access.needs(Permission.QUEUE_VIEW)
def index(problem: str | None = None, team_id: int | None = None, **_elsewhere: object) -> Answer:
    """Every team; whoever may change them finds the forms for that."""
    every = teams.list_teams(g.actor, retired=True)
    return page(
        "teams/index.html",
        teams=[team for team in every if team.retired_at is None],
        retired=[team for team in every if team.retired_at is not None],
        mine=teams.teams_of(g.actor.member_id),
        answering=people.answering_members(),
        may_change=g.actor.may(Permission.TEAMS_CHANGE),
        problem=problem,
        problem_at=team_id,
        typed=request.form if problem else {},
    )


@screen.post("/teams")
@access.needs(Permission.TEAMS_CHANGE)
@rendering.told_on(index)
def make() -> Answer:
    """Make a team."""
    made = teams.make(g.actor, request.form.get("name", ""))
    return rendering.done("teams.index", "team_is_made", _anchor=f"team-{made.id}")


@screen.post("/teams/<int:team_id>/rename")
@access.needs(Permission.TEAMS_CHANGE)
@rendering.told_on(index)
def rename(team_id: int) -> Answer:
    """Call it otherwise."""
    teams.rename(g.actor, team_id, request.form.get("name", ""))
    return _back(team_id, "team_is_renamed")


@screen.post("/teams/<int:team_id>/retire")
@access.needs(Permission.TEAMS_CHANGE)
@rendering.told_on(index)
def retire(team_id: int) -> Answer:
    """Take it out of use."""
    teams.retire(g.actor, team_id)
    return rendering.done("teams.index", "team_is_retired")


@screen.post("/teams/<int:team_id>/members")
@access.needs(Permission.TEAMS_CHANGE)
@rendering.told_on(index)
def put_in(team_id: int) -> Answer:
    """Let somebody belong to it."""
    teams.put_in(g.actor, team_id, number("member_id"))
    return _back(team_id, "team_joined")


@screen.post("/teams/<int:team_id>/members/<int:member_id>/leave")
@access.needs(Permission.TEAMS_CHANGE)
@rendering.told_on(index)
def take_out(team_id: int, member_id: int) -> Answer:
    """Let somebody belong to it no longer."""
    teams.take_out(g.actor, team_id, member_id)
    return _back(team_id, "team_left")


@screen.app_template_global()
def own_teams() -> list[int]:
    """The teams of the reader."""
    return glance(f"teams of {g.actor.member_id}", lambda: teams.teams_of(g.actor.member_id))


def _back(team_id: int, notice: str) -> Answer:
    return rendering.done("teams.index", notice, _anchor=f"team-{team_id}")
