"""The tour: two minutes over the real pages, step by step, and all of it on one plain page."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request, url_for

from inbox import members
from inbox.answering import queue
from inbox.answering.queue import QueueFilters
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, addresses, tour_steps
from inbox.web.rendering import Answer, page
from inbox.web.tour_steps import Step

screen = Blueprint("tour", __name__)

_LARGEST = 2**63 - 1


@screen.get("/tour")
@access.members_only
def index() -> Answer:
    """Every step as text; the one that the member is at has its card."""
    return page("tour/index.html", steps=tour_steps.steps_for(g.actor))


@screen.post("/tour/step")
@access.members_only
def go() -> Answer:
    """On to a step, remembered with the member; without a step, to the first.

    Raises:
        Problem: `choice_unknown`: there is no such step, or it is not for this member.
    """
    steps = tour_steps.steps_for(g.actor)
    name = request.form.get("to") or steps[0].name
    step = next((step for step in steps if step.name == name), None)
    if step is None:
        raise Problem("choice_unknown")
    members.go_on_tour(g.actor, step.name)
    return redirect(_address(step), 303)


@screen.post("/tour/leave")
@access.members_only
def leave() -> Answer:
    """Stop, or come to the end: the tour is not offered again, and can be started from the profile."""
    members.leave_tour(g.actor)
    flash("tour_is_left")
    return redirect(access.inside(request.form.get("next"), "/"), 303)


def _address(step: Step) -> str:
    """Where the step is shown: with the person it was shown with before, else with whoever waits first."""
    if step.endpoint != "conversation.index":
        return addresses.address(step.endpoint, _anchor=step.anchor)
    number = request.form.get("person", type=int)
    if number is None or not 0 < number <= _LARGEST:
        rows = queue.page(g.actor, QueueFilters(), None, 1).rows if g.actor.may(Permission.QUEUE_VIEW) else []
        number = rows[0].conversation_id if rows else None
    if number is None:
        return url_for(tour_steps.PLAIN, _anchor=step.name)
    return url_for(step.endpoint, conversation_id=number, _anchor=step.anchor)
