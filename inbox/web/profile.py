"""What a member chooses for themselves: the language and the light of the pages."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, request, url_for

from inbox import languages, members
from inbox.answering import undoing
from inbox.web import access, reader, rendering
from inbox.web.rendering import Answer, page

screen = Blueprint("profile", __name__)

_A_YEAR = 365 * 24 * 3600


@screen.get("/profile")
@access.members_only
def index(problem: str | None = None, absence_problem: str | None = None) -> Answer:
    """The member's own page."""
    return page(
        "profile/index.html",
        languages=languages.LANGUAGES,
        themes=rendering.THEMES,
        undo_usual=undoing.USUAL_SECONDS,
        undo_in_crisis=undoing.IN_CRISIS_SECONDS,
        undo_most=members.MOST_UNDO_SECONDS,
        problem=problem,
        absence_problem=absence_problem,
    )


@screen.post("/profile/language")
@access.public
def choose_language() -> Answer:
    """Keep the language: with the member, and on this browser for the sign-in page."""
    chosen = request.form.get("language", "")
    if g.member is not None:
        members.set_language(g.actor, chosen)
    answer = make_response(redirect(access.inside(request.form.get("next"), "/"), 303))
    if chosen in languages.LANGUAGES:
        keep(answer, reader.LANGUAGE_COOKIE, chosen)
    return answer


@screen.post("/profile/theme")
@access.public
def choose_theme() -> Answer:
    """Keep light, dark, or what the machine says, on this browser."""
    chosen = request.form.get("theme", "")
    answer = make_response(redirect(access.inside(request.form.get("next"), "/"), 303))
    if chosen in rendering.THEMES:
        keep(answer, rendering.THEME_COOKIE, chosen)
    return answer


@screen.post("/profile/advice")
@access.members_only
def choose_advice() -> Answer:
    """Keep whether a sentence of advice stands where something is decided."""
    members.set_advised(g.actor, request.form.get("advice") == "yes")
    return redirect(url_for("profile.index", _anchor="advice"), 303)


def keep(answer: Response, name: str, value: str) -> None:
    """Keep a choice on this browser for a year."""
    answer.set_cookie(name, value, max_age=_A_YEAR, secure=True, httponly=True, samesite="Lax", path="/")
