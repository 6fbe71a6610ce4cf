"""One deed over many: chosen in the list, asked once more where it needs a word, and what became of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, redirect, request

from inbox import languages
from inbox.answering import conversations, many, prepared
from inbox.answering.many import Result
from inbox.models import DeedOfMany
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, addresses, narrowing, rendering
from inbox.web.carrying import NAMES
from inbox.web.marking import snoozed_until
from inbox.web.reading import number
from inbox.web.rendering import Answer, page

screen = Blueprint("many", __name__)

ASKS = ("assign", "let_go", "tag", "untag", "snooze", "note", "take")
"""What the bar of the list offers; to prepare replies leads elsewhere."""

_PICK = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,9}))?")
"""A row as the list names it: the conversation that it opens, and how many comments of its author it knew of."""

_SHOWN = 200
"""Rows of a result that are listed; the rest is counted."""


@screen.post("/queue/many")
@access.needs(Permission.QUEUE_VIEW)
def choose() -> Answer:
    """Where a deed needs a word, or is for everybody of a view, ask for it; otherwise do it."""
    wanted = request.form.get("do", "")
    try:
        picked = _picked()
        if not picked:
            raise Problem("nobody_picked")
        if wanted == "reply":
            bulk = prepared.begin(g.actor, list(picked))
            fits = len(picked) <= prepared.MOST_PREPARED
            return rendering.done("prepared.show", None if fits else "prepared_first_only", bulk_id=bulk.id)
        if wanted not in ASKS:
            raise Problem("choice_unknown")
        if wanted == "take" and "all" not in request.form:
            return _do(picked, wanted)
    except Problem as problem:
        if problem.status == 404:
            raise
        return _asking({}, wanted, rendering.sentence_of(problem), problem.status)
    return _asking(picked, wanted)


@screen.post("/queue/many/do")
@access.needs(Permission.QUEUE_VIEW)
def carry_out() -> Answer:
    """Do it, with the word that was asked for."""
    wanted = request.form.get("do", "")
    try:
        if wanted not in ASKS:
            raise Problem("choice_unknown")
        picked = _picked()
        return _do(picked, wanted)
    except Problem as problem:
        return _asking(_picked(), wanted, rendering.sentence_of(problem), problem.status)


@screen.get("/queue/many/<int:bulk_deed_id>")
@access.needs(Permission.QUEUE_VIEW)
def show(bulk_deed_id: int) -> Answer:
    """What became of each; while it is still being done, how far it is."""
    found = many.result(g.actor, bulk_deed_id)
    around = _around(found)
    if rendering.wants_fragment():
        return rendering.fragment("many/standing.html", **around)
    return page("many/result.html", **around)


def _do(picked: dict[int, int | None], wanted: str) -> Answer:
    deed = {"take": DeedOfMany.ASSIGN, "let_go": DeedOfMany.ASSIGN}.get(wanted) or DeedOfMany(wanted)
    more: dict[str, Any] = {"seen": {number: seen for number, seen in picked.items() if seen is not None}}
    if wanted == "snooze" and None in picked.values():
        raise Problem("number_unreadable")
    if wanted == "take":
        more["assignee_id"] = g.actor.member_id
    elif wanted == "assign":
        more["assignee_id"] = number("member_id")
    elif wanted == "tag":
        more["tag"] = request.form.get("tag", "")
    elif wanted == "untag":
        more["tag"] = number("tag_id")
    elif wanted == "snooze":
        more["until"] = snoozed_until(request.form.get("for", ""))
    elif wanted == "note":
        more["words"] = request.form.get("note", "")
    asked = many.ask(g.actor, picked, deed, **more)
    return redirect(addresses.address("many.show", bulk_deed_id=asked.id, **_kept()), 303)


def _asking(picked: Mapping[int, int | None], wanted: str, problem: str | None = None, status: int = 200) -> Answer:
    """The page that asks for what a deed needs: whom, which word, until when."""
    return page(
        "many/asking.html",
        status,
        picked=picked,
        wanted=wanted if wanted in ASKS else "",
        problem=problem,
        most=many.MOST_PICKED,
        colleagues=rendering.choices().assignees,
        back=addresses.address("queue.index", **_kept()),
        action=addresses.address("many.carry_out", **_kept()),
    )


def _picked() -> dict[int, int | None]:
    """The conversations that the chosen rows open, or everybody's of the view where that was asked for; and how many
    comments of their authors the list knew of, None where nothing says so."""
    if "all" in request.form:
        return dict(many.everybody(g.actor, narrowing.queue()[0]))
    found: dict[int, int | None] = {}
    for text in request.form.getlist("pick"):
        read = _PICK.fullmatch(text)
        if read is None:
            raise Problem("number_unreadable")
        found[int(read[1])] = int(read[2]) if read[2] else None
    return found


def _kept() -> dict[str, str]:
    """The filters of the list it was chosen in, so that the way back leads there."""
    return {name: request.args[name] for name in NAMES if request.args.get(name)}


def _around(found: Result) -> dict[str, Any]:
    deed = found.deed
    name = languages.moment(deed.until) if deed.until is not None else found.name
    code = "let_go" if deed.deed is DeedOfMany.ASSIGN and deed.assignee_id is None else deed.deed.value
    return {
        "found": found,
        "headline": languages.said(f"deed_of_many.{code}", name=name),
        "not_done": [part for part in found.parts if part.code is not None],
        "done": [part for part in found.parts if part.settled and part.code is None][:_SHOWN],
        "why": lambda part: _why(found, part.code),
        "back": addresses.address("queue.index", **_kept()),
        "again": addresses.address("many.show", bulk_deed_id=deed.id, **_kept()),
    }


def _why(found: Result, code: str) -> str:
    if code == "conversation_not_now" and found.deed.deed is DeedOfMany.SNOOZE:
        return languages.said("many.not_waiting")
    try:
        hours = conversations.LONGEST_IN_DANGER // timedelta(hours=1)
        return languages.said(code, name=found.name, most=many.MOST_PICKED, days=30, hours=hours, id="")
    except KeyError:
        return languages.said("not_done")
