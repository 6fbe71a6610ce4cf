"""A person's rights over their data: erasure by two roles, and a copy of everything."""

from __future__ import annotations

import json

from flask import Blueprint, Response, g, request

from inbox import clock
from inbox.collecting import access_export, erasure
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.rendering import Answer, page

screen = Blueprint("erasures", __name__)


@screen.get("/erasures")
@access.needs(Permission.ERASURES_CONFIRM)
def index() -> Answer:
    """Every request, those that wait for the other role first."""
    return page("erasures/index.html", erasures=erasure.list_erasures(g.actor))


@screen.get("/erasures/<int:erasure_id>")
@access.needs(Permission.ERASURES_CONFIRM)
def show(erasure_id: int, problem: str | None = None) -> Answer:
    """One request, with the notes that a person has to look at before it is confirmed."""
    shown = erasure.get_erasure(g.actor, erasure_id)
    return page(
        "erasures/show.html",
        shown=shown,
        remarks=erasure.remarks(g.actor, erasure_id) if shown.waits_for else [],
        ticked=request.form.getlist("remark"),
        problem=problem,
    )


@screen.post("/authors/<int:author_id>/erasures")
@access.needs(Permission.ERASURES_REQUEST)
def request_(author_id: int) -> Answer:
    """Ask for it; the other role is told."""
    asked = erasure.request(g.actor, author_id)
    return rendering.done("erasures.show", "erasure_is_requested", erasure_id=asked.id)


@screen.post("/erasures/<int:erasure_id>/confirm")
@access.needs(Permission.ERASURES_CONFIRM)
@rendering.told_on(show)
def confirm(erasure_id: int) -> Answer:
    """Stand behind it: everything is withheld at once. A person has looked at the notes, where there are any."""
    if erasure.remarks(g.actor, erasure_id) and not request.form.get("looked"):
        raise Problem("erasure_look_first")
    erasure.confirm(
        g.actor,
        erasure_id,
        notes=_ticked("note"),
        escalations=_ticked("escalation"),
        hand_overs=_ticked("hand_over"),
        notes_for_many=_ticked("note_for_many"),
        reasons=_ticked("reason"),
        prepared_replies=_ticked("prepared_reply"),
        tags=_ticked("tag"),
    )
    return rendering.done("erasures.show", "erasure_is_confirmed", erasure_id=erasure_id)


@screen.post("/erasures/<int:erasure_id>/decline")
@access.needs(Permission.ERASURES_CONFIRM)
@rendering.told_on(show)
def decline(erasure_id: int) -> Answer:
    """Do not erase."""
    erasure.decline(g.actor, erasure_id)
    return rendering.done("erasures.show", "erasure_is_declined", erasure_id=erasure_id)


@screen.post("/authors/<int:author_id>/access-export")
@access.needs(Permission.AUTHORS_EXPORT)
def export(author_id: int) -> Answer:
    """Everything that is kept of a person, as a file."""
    made = json.dumps(access_export.export(g.actor, author_id), indent=2)
    name = f"person-{author_id}-{clock.now():%Y-%m-%d}.json"
    return Response(
        made, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _ticked(kind: str) -> list[int]:
    found = [text.removeprefix(f"{kind}-") for text in request.form.getlist("remark") if text.startswith(f"{kind}-")]
    if not all(text.isascii() and text.isdigit() and len(text) < 19 for text in found):
        raise Problem("choice_unknown")
    return [int(text) for text in found]
