"""The crisis: what is open, how much it is, and the way to its line to take."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox import languages
from inbox.crisis import crises
from inbox.measuring import hours_setting
from inbox.measuring.hours_reading import RoundTheClockState, round_the_clock_of
from inbox.notices import duty
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.reading import moment
from inbox.web.rendering import Answer, page

screen = Blueprint("crisis", __name__)


@screen.get("/crisis")
@access.needs(Permission.CRISES_VIEW)
def index(problem: str | None = None, crisis_id: int | None = None) -> Answer:
    """The open crises, and below them the closed ones."""
    open_ones = crises.list_crises(g.actor)
    return page(
        "crisis/index.html",
        open_ones=open_ones,
        closed=crises.list_crises(g.actor, closed=True, limit=20),
        on_duty=duty.on_duty_now(g.actor),
        problem=problem,
        problem_at=crisis_id,
        typed=request.form if problem else {},
        chosen=set(request.form.getlist("touches")) if problem else set(),
        clocks=_clocks(open_ones),
        your_zone=languages.zone().key,
        **_offered(),
    )


@screen.post("/crisis")
@access.needs(Permission.CRISES_LEAD)
@rendering.told_on(index)
def open_one() -> Answer:
    """Open a crisis; next comes its line to take."""
    accounts, posts = _touched()
    crisis = crises.open_crisis(
        g.actor,
        request.form.get("name", ""),
        accounts,
        posts,
        started_at=moment("started_at") if request.form.get("started_at") else None,
    )
    return rendering.done("line.of_crisis", "crisis_is_opened", crisis_id=crisis.id)


@screen.post("/crisis/<int:crisis_id>/scope")
@access.needs(Permission.CRISES_LEAD)
@rendering.told_on(index)
def change_scope(crisis_id: int) -> Answer:
    """Say anew what it touches."""
    crises.change_scope(g.actor, crisis_id, *_touched())
    return rendering.done("crisis.index", "crisis_scope_saved")


@screen.post("/crisis/<int:crisis_id>/close")
@access.needs(Permission.CRISES_LEAD)
@rendering.told_on(index)
def close(crisis_id: int) -> Answer:
    """Close it."""
    crises.close_crisis(g.actor, crisis_id)
    return rendering.done("crisis.index", "crisis_was_closed")


@screen.post("/crisis/<int:crisis_id>/round-the-clock")
@access.needs(Permission.HOURS_EXTEND)
@rendering.told_on(index)
def extend(crisis_id: int) -> Answer:
    """Have every account it touches answered round the clock until a time on the member's own clock."""
    touched = {each.account.id for each in crises.get_crisis(g.actor, crisis_id).touched}
    hours_setting.answer_round_the_clock(g.actor, touched, moment("until"), crisis_id=crisis_id)
    return rendering.done("crisis.index", "round_the_clock_saved")


@screen.post("/crisis/<int:crisis_id>/round-the-clock/end")
@access.needs(Permission.HOURS_EXTEND)
@rendering.told_on(index)
def end_extension(crisis_id: int) -> Answer:
    """Go back to the hours of the week on every account it touches."""
    touched = {each.account.id for each in crises.get_crisis(g.actor, crisis_id).touched}
    hours_setting.end_round_the_clock(g.actor, touched)
    return rendering.done("crisis.index", "round_the_clock_ended")


def _clocks(open_ones: list[crises.CrisisShown]) -> dict[int, list[RoundTheClockState]]:
    """How the accounts that each crisis touches are staffed, by the crisis' id."""
    touched = {each.account.id: each.account for shown in open_ones for each in shown.touched}
    states = round_the_clock_of(g.actor, list(touched.values()))
    return {
        shown.crisis.id: [states[number] for number in dict.fromkeys(each.account.id for each in shown.touched)]
        for shown in open_ones
    }


def _offered() -> dict[str, Any]:
    if not g.actor.may(Permission.CRISES_LEAD):
        return {"accounts": [], "posts": []}
    choices = rendering.choices()
    return {"accounts": choices.accounts, "posts": choices.posts}


def _touched() -> tuple[list[int], list[int]]:
    """What is ticked: `account-3`, `post-12`."""
    accounts: list[int] = []
    posts: list[int] = []
    for value in request.form.getlist("touches"):
        kind, _, text = value.partition("-")
        if kind not in {"account", "post"} or not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Problem("choice_unknown")
        (accounts if kind == "account" else posts).append(int(text))
    return accounts, posts
