"""The notices: what the member should know, newest first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, g, request, url_for

from inbox import languages, notices
from inbox.notices import ShownNotice, reminder_words
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.reading import page_before
from inbox.web.rendering import Answer, page
from inbox.words import codes

screen = Blueprint("notices", __name__)

ROWS = 50

_ADDRESSES: dict[str, Callable[[str], str]] = {
    "alarm": lambda _: url_for("alarms.index"),
    "apology": lambda number: url_for("apologies.show", apology_id=number),
    "bulk_reply": lambda number: url_for("prepared.show", bulk_id=number),
    "conversation": lambda number: url_for("conversation.index", conversation_id=number),
    "crisis": lambda number: url_for("crisis.index", _anchor=f"crisis-{number}"),
    "declaration": lambda _: url_for("declarations.index"),
    "erasure": lambda number: url_for("erasures.show", erasure_id=number),
    "reminder": lambda _: url_for("queue.index", due="past"),
    "reply": lambda number: url_for("approvals.find", reply_id=number),
    "fact": lambda number: url_for("facts.show", fact_id=number),
    "note": lambda number: url_for("handing_over.find", note_id=number),
    "hand_over": lambda number: url_for("shift.show", hand_over_id=number),
    "team": lambda number: url_for("queue.index", team=number),
    "nobody": lambda _: url_for("queue.index", assignee="nobody"),
    "line": lambda number: url_for("line.of_crisis", crisis_id=number) if number else url_for("line.standing"),
}
"""Where a notice leads, by the kind of its object."""


@dataclass(frozen=True, slots=True)
class Line:
    """One notice in the reader's words."""

    id: int
    at: datetime
    sentence: str
    by: str
    address: str | None
    read: bool


@screen.get("/notices")
@access.needs(Permission.NOTICES_VIEW)
def index() -> Answer:
    """Every notice for the member's roles; what is new is marked until they say that they have read it."""
    before = page_before()
    found = notices.recent(g.actor, limit=ROWS + 1, before=before)
    lines = [_line(notice) for notice in found[:ROWS]]
    return page(
        "notices/index.html",
        lines=lines,
        fresh=[line.id for line in lines if not line.read],
        further=found[ROWS - 1].id if len(found) > ROWS else None,
    )


@screen.post("/notices/read")
@access.needs(Permission.NOTICES_VIEW)
def mark_read() -> Answer:
    """Note that those on the page have been read."""
    numbers = [text for text in request.form.getlist("notice") if text.isascii() and text.isdigit() and len(text) < 19]
    notices.mark_read(g.actor, [int(text) for text in numbers])
    return rendering.done("notices.index")


def _sentence(notice: ShownNotice) -> str:
    if notice.object_type == "reminder":
        return reminder_words.sentence(notice.code, notice.params)
    return languages.said(f"notice.{notice.code}", **_params(notice))


def _params(notice: ShownNotice) -> dict[str, str]:
    return {name: _named(name, value) for name, value in notice.params.items()}


def _line(notice: ShownNotice) -> Line:
    lead = _ADDRESSES.get(notice.object_type)
    by = ""
    if f"notice.{notice.code}.by" in codes():
        by = languages.said(f"notice.{notice.code}.by", **_params(notice))
    return Line(
        id=notice.id,
        at=notice.at,
        sentence=_sentence(notice),
        by=by,
        address=lead(notice.object_id) if lead else None,
        read=notice.read,
    )


def _named(name: str, value: object) -> str:
    """A parameter in words: codes that have a sentence of their own, and actors that are no member."""
    code = f"delivery.{value}" if name == "error" else f"{name}.{value}"
    if code not in codes():
        return str(value)
    words = languages.said(code)
    # Inside a sentence a noun begins small.
    return words if name == "actor" else words[:1].lower() + words[1:]
