"""The alarms: what disappeared outside this inbox, and what supervisors found out about it."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox.collecting import alarms
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.reading import page_before
from inbox.web.rendering import Answer, page

screen = Blueprint("alarms", __name__)

ROWS = 30


@screen.get("/alarms")
@access.needs(Permission.ALARMS_VIEW)
def index(problem: str | None = None, alarm_id: int | None = None) -> Answer:
    """What asks for a word, and below it what was acknowledged."""
    before = page_before()
    known = alarms.list_alarms(g.actor, acknowledged=True, limit=ROWS + 1, before=before)
    return page(
        "alarms/index.html",
        standing=[] if before else alarms.list_alarms(g.actor, acknowledged=False, limit=200),
        known=known[:ROWS],
        further=known[ROWS - 1].id if len(known) > ROWS else None,
        problem=problem,
        problem_at=alarm_id,
        typed=request.form.get("reason", ""),
    )


@screen.post("/alarms/<int:alarm_id>/acknowledge")
@access.needs(Permission.ALARMS_ACKNOWLEDGE)
@rendering.told_on(index)
def acknowledge(alarm_id: int) -> Answer:
    """Say what was found out; the alarm stays in the list with it."""
    alarms.acknowledge(g.actor, alarm_id, request.form.get("reason", ""))
    return rendering.done("alarms.index", "alarm_is_acknowledged")
