"""Who is on duty now and next, and their deputies; supervisors set it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, g, request

from inbox import clock, members
from inbox.notices import duty
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.reading import moment, number, optional_number
from inbox.web.rendering import Answer, page

screen = Blueprint("duty", __name__)

AHEAD = timedelta(hours=24)
"""How far the page looks for hours in which nobody could approve a wording."""


@screen.get("/duty")
@access.needs_any(Permission.QUEUE_VIEW, Permission.RESPONSE_TIMES_VIEW)
def index(problem: str | None = None, duty_id: int | None = None, absence_problem: str | None = None) -> Answer:
    """Who is on duty, who comes next, and when nobody would answer."""
    may_set = g.actor.may(Permission.DUTY_SET)
    return page(
        "duty/index.html",
        duty=duty.overview(g.actor, AHEAD),
        members=[one for one in members.list_members(g.actor) if one.deactivated_at is None] if may_set else [],
        may_set=may_set,
        problem=problem,
        problem_at=duty_id,
        absence_problem=absence_problem,
        typed=request.form if problem and duty_id is None else {},
    )


@screen.post("/duty")
@access.needs(Permission.DUTY_SET)
@rendering.told_on(index)
def set_duty() -> Answer:
    """Put somebody on duty."""
    duty.set_duty(
        g.actor,
        number("member_id"),
        moment("starts_at") if request.form.get("starts_at") else clock.now(),
        moment("ends_at") if request.form.get("ends_at") else None,
        optional_number("deputy_id"),
    )
    return rendering.done("duty.index", "duty_is_set")


@screen.post("/duty/<int:duty_id>/end")
@access.needs(Permission.DUTY_SET)
@rendering.told_on(index)
def end(duty_id: int) -> Answer:
    """End a duty now, or before it begins."""
    duty.end_duty(g.actor, duty_id)
    return rendering.done("duty.index", "duty_ended")
