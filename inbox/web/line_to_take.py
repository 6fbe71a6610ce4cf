"""The line to take: read beside every composer, kept by supervisors, with its history word by word."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox import languages
from inbox.answering import facts, lines
from inbox.answering.conversations import ConversationView
from inbox.answering.lines import LineShown
from inbox.crisis import crises
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.reading import number
from inbox.web.rendering import Answer, page

screen = Blueprint("line", __name__)

EMPTY_QUESTIONS = 2
"""Empty pairs at the end of the form; saving brings further ones."""


@screen.get("/line")
@access.needs(Permission.LINES_VIEW)
def standing(problem: str | None = None) -> Answer:
    """The standing line, for when no crisis has one of its own."""
    return _show(None, problem)


@screen.post("/line")
@access.needs(Permission.LINES_WRITE)
@rendering.told_on(standing)
def write_standing() -> Answer:
    """Save the next version of the standing line."""
    return _write(None)


@screen.get("/crisis/<int:crisis_id>/line")
@access.needs(Permission.LINES_VIEW)
def of_crisis(crisis_id: int, problem: str | None = None) -> Answer:
    """The line of one crisis."""
    return _show(crisis_id, problem)


@screen.post("/crisis/<int:crisis_id>/line")
@access.needs(Permission.LINES_WRITE)
@rendering.told_on(of_crisis)
def write_of_crisis(crisis_id: int) -> Answer:
    """Save the next version of a crisis's line."""
    return _write(crisis_id)


@screen.app_template_global()
def line_of(view: ConversationView) -> LineShown | None:
    """The line to take for a conversation, None where there is none or it is not for the reader."""
    if not view.at_hand.lined or not g.actor.may(Permission.LINES_VIEW):
        return None
    # A page asks twice: beside the conversation, and for the composer of a small screen.
    kept: dict[int, LineShown | None] = g.setdefault("lines_shown", {})
    number = view.conversation.id
    if number not in kept:
        kept[number] = lines.current(g.actor, number)
    return kept[number]


def _show(crisis_id: int | None, problem: str | None) -> Answer:
    shown = lines.of_crisis(g.actor, crisis_id)
    history = lines.versions(g.actor, crisis_id)
    compared = None
    chosen = request.args.get("with", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 9 and shown is not None:
        compared = lines.diff(g.actor, crisis_id, int(chosen), shown.version.number)
    return page(
        "line/index.html",
        crisis=crises.get_crisis(g.actor, crisis_id).crisis if crisis_id is not None else None,
        line=shown,
        compared=compared,
        compared_with=chosen if compared else "",
        history=history,
        problem=problem,
        values=_typed() if problem else _stored(shown),
        seen_number=shown.version.number if shown else 0,
        languages=languages.LANGUAGES,
        facts=facts.list_facts(g.actor),
    )


def _write(crisis_id: int | None) -> Answer:
    typed = _typed()
    pairs = [(pair["question"], pair["answer"]) for pair in typed.pop("questions")]
    lines.write(g.actor, crisis_id, questions=pairs, seen_number=number("seen_number"), **typed)
    if crisis_id is None:
        return rendering.done("line.standing", "line_saved")
    return rendering.done("line.of_crisis", "line_saved", crisis_id=crisis_id)


def _typed() -> dict[str, Any]:
    form = request.form
    pairs = zip(form.getlist("question"), form.getlist("answer"), strict=False)
    return {
        "language": form.get("language", "en"),
        "position": form.get("position", ""),
        "not_to_say": form.get("not_to_say", ""),
        "questions": [{"question": question, "answer": answer} for question, answer in pairs],
        "statement_url": form.get("statement_url", ""),
    }


def _stored(shown: LineShown | None) -> dict[str, Any]:
    empty = [{"question": "", "answer": ""}] * EMPTY_QUESTIONS
    if shown is None:
        return {"language": languages.language(), "questions": empty}
    version = shown.version
    return {
        "language": version.language,
        "position": version.position,
        "not_to_say": version.not_to_say,
        "questions": [*version.questions, *empty],
        "statement_url": version.statement_url,
    }
