"""Figures per member: for the member and the supervisors, once an administrator recorded that staff know of them."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.measuring import staff_informed
from inbox.measuring.member_figures import SMALL, MemberReport, figures_of_members
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.reading import day, period
from inbox.web.rendering import Answer, page

screen = Blueprint("member_figures", __name__)

USUALLY = timedelta(days=28)
"""How far back the page looks where nobody chose a period."""


@screen.get("/reports/members")
@access.needs_any(Permission.MEMBER_FIGURES_VIEW, Permission.REPLIES_WRITE, Permission.MEMBER_FIGURES_ALLOW)
def index(problem: str | None = None) -> Answer:
    """The figures, and what was recorded about informing staff; an administrator sees the record alone."""
    record = staff_informed.current_record()
    chosen = {"from": request.args.get("from", _usually()), "to": request.args.get("to", "")}
    report: MemberReport | None = None
    sees = g.actor.may(Permission.MEMBER_FIGURES_VIEW) or g.actor.may(Permission.REPLIES_WRITE)
    refused: str | None = None
    if record is not None and sees:
        try:
            report = figures_of_members(g.actor, *period(chosen["from"], chosen["to"]))
        except Problem as error:
            refused = rendering.sentence_of(error)
    return page(
        "member_figures/index.html",
        status=400 if refused else 200,
        record=record,
        report=report,
        sees=sees,
        everybody=g.actor.may(Permission.MEMBER_FIGURES_VIEW),
        may_allow=g.actor.may(Permission.MEMBER_FIGURES_ALLOW),
        chosen=chosen,
        refused=refused,
        problem=problem,
        typed=request.form if problem else {},
        share=share,
        on_day=on_day,
        measured_from=staff_informed.measured_from(record) if record is not None else None,
    )


@screen.post("/reports/members/informed")
@access.needs(Permission.MEMBER_FIGURES_ALLOW)
@rendering.told_on(index)
def record() -> Answer:
    """Record that staff were informed."""
    representatives = request.form.get("representatives_on", "")
    staff_informed.record(
        g.actor,
        day(request.form.get("staff_on", "")),
        day(representatives) if representatives else None,
        request.form.get("words", ""),
    )
    return rendering.done("member_figures.index", "staff_is_informed")


@screen.post("/reports/members/informed/withdraw")
@access.needs(Permission.MEMBER_FIGURES_ALLOW)
@rendering.told_on(index)
def withdraw() -> Answer:
    """Take the record back."""
    staff_informed.withdraw(g.actor)
    return rendering.done("member_figures.index", "staff_informed_is_withdrawn")


def share(part: int, whole: int) -> str:
    """A share in the reader's figures; small numbers as numbers."""
    if not whole:
        return "–"
    if whole < SMALL:
        places = {"part": languages.number(part), "whole": languages.number(whole)}
        return languages.gettext("%(part)s of %(whole)s") % places
    return languages.percent(part / whole)


def on_day(stored: datetime) -> str:
    """A day as the reader writes it, whatever their zone."""
    return languages.date(datetime.combine(stored.date(), time(12), languages.zone()))


def _usually() -> str:
    return (clock.now().astimezone(languages.zone()) - USUALLY).date().isoformat()
