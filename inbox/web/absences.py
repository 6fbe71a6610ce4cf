"""Being away: on the member's own profile, and for supervisors on the page of duty."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request

from inbox.permissions import Permission
from inbox.sharing import absences, people
from inbox.sharing.absences import ShownAbsence
from inbox.sharing.people import MemberChoice
from inbox.web import access, addresses, duty, profile, rendering
from inbox.web.glances import glance
from inbox.web.reading import moment, number
from inbox.web.rendering import Answer

screen = Blueprint("absences", __name__)


def _told(problem: str | None = None, **_elsewhere: object) -> Answer:
    """The page from which it was asked, with what was wrong."""
    on_duty = request.form.get("from") == "duty"
    return duty.index(absence_problem=problem) if on_duty else profile.index(absence_problem=problem)


@screen.post("/absences")
@access.needs(Permission.QUEUE_VIEW)
@rendering.told_on(_told)
def mark() -> Answer:
    """Mark somebody, or oneself, as away."""
    starts = moment("away_from") if request.form.get("away_from") else None
    absences.mark(g.actor, number("member_id"), moment("away_until"), starts)
    return _back("absence_is_marked")


@screen.post("/absences/<int:absence_id>/end")
@access.needs(Permission.QUEUE_VIEW)
@rendering.told_on(_told)
def end(absence_id: int) -> Answer:
    """They are back."""
    absences.end(g.actor, absence_id)
    return _back("absence_is_ended")


@screen.app_template_global()
def absences_shown(member_id: int | None = None) -> list[ShownAbsence]:
    """The absences of a member, or of all, that go on or are to come."""
    return absences.present_and_coming(g.actor, member_id)


@screen.app_template_global()
def away_now() -> list[MemberChoice]:
    """The members who are away at present."""
    return glance("away", people.away_members)


def _back(notice: str) -> Answer:
    flash(notice)
    on_duty = request.form.get("from") == "duty"
    return redirect(addresses.address("duty.index" if on_duty else "profile.index", _anchor="away"), 303)
