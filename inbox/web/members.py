"""The members: who they are, which roles they hold, who joins and who leaves."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox import languages, members
from inbox.permissions import MEMBER_ROLES, Permission, Role
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.rendering import Answer, page

screen = Blueprint("members", __name__)


@screen.get("/members")
@access.needs(Permission.MEMBERS_VIEW)
def index(problem: str | None = None, member_id: int | None = None) -> Answer:
    """Everybody, and a form for the next one."""
    everybody = members.list_members(g.actor)
    return page(
        "members/index.html",
        present=[member for member in everybody if member.deactivated_at is None],
        left=[member for member in everybody if member.deactivated_at is not None],
        roles=MEMBER_ROLES,
        languages=languages.LANGUAGES,
        problem=problem,
        problem_at=member_id,
        typed=request.form if problem and member_id is None else {},
        typed_roles=request.form.getlist("role") if problem and member_id is None else [],
    )


@screen.post("/members")
@access.needs(Permission.MEMBERS_CHANGE)
@rendering.told_on(index)
def add() -> Answer:
    """Add a member; the password is shown on this answer and never again."""
    member, password = members.add_member(
        g.actor,
        request.form.get("email", ""),
        _roles(),
        name=request.form.get("name", "").strip() or None,
        language=request.form.get("language", "en"),
    )
    return page("members/added.html", added=member, password=password)


@screen.post("/members/<int:member_id>/roles")
@access.needs(Permission.MEMBERS_CHANGE)
@rendering.told_on(index)
def change_roles(member_id: int) -> Answer:
    """Give a member exactly the roles that are ticked."""
    members.set_roles(g.actor, member_id, _roles())
    return rendering.done("members.index", "roles_changed")


@screen.post("/members/<int:member_id>/deactivate")
@access.needs(Permission.MEMBERS_CHANGE)
@rendering.told_on(index)
def deactivate(member_id: int) -> Answer:
    """Let a member go: their sessions end at once, what they wrote stays."""
    members.deactivate(g.actor, member_id)
    return rendering.done("members.index", "member_deactivated")


@screen.post("/members/<int:member_id>/reactivate")
@access.needs(Permission.MEMBERS_CHANGE)
@rendering.told_on(index)
def reactivate(member_id: int) -> Answer:
    """Welcome a member back, with the roles they had."""
    members.reactivate(g.actor, member_id)
    return rendering.done("members.index", "member_reactivated")


def _roles() -> set[Role]:
    try:
        return {Role(name) for name in request.form.getlist("role")}
    except ValueError:
        raise Problem("choice_unknown") from None
