"""The staffed hours of an account: everyone who sees accounts reads them, administrators set them, supervisors may have
it answered round the clock for a while."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.measuring import hours_reading, hours_setting
from inbox.measuring.hours_spans import zone_named
from inbox.permissions import Permission
from inbox.web import access, hour_forms, hours_shown, rendering
from inbox.web.hour_forms import HoursTyped
from inbox.web.reading import moment
from inbox.web.rendering import Answer, page

screen = Blueprint("hours", __name__)

NEXT_DAYS = 8


@screen.get("/accounts/<int:account_id>/hours")
@access.needs(Permission.ACCOUNTS_VIEW)
def index(account_id: int, problem: str | None = None, stepped: HoursTyped | None = None) -> Answer:
    """The week, what comes, and what was."""
    overview = hours_reading.hours_of(g.actor, account_id, days=NEXT_DAYS)
    lead = overview.in_force or (overview.planned[0] if overview.planned else None)
    zone = zone_named(lead.row.time_zone) if lead else None
    may_change = g.actor.may(Permission.HOURS_CHANGE)
    form = stepped or (hour_forms.typed(request.form) if problem and request.endpoint == "hours.save" else None)
    now = clock.now()
    return page(
        "hours/index.html",
        overview=overview,
        lead=lead,
        zone=zone,
        now=now,
        clocks_differ=lead is not None and hours_shown.clocks_differ(lead.row.time_zone, now),
        next_days=[hours_shown.next_day(each) for each in overview.next_days],
        week_of=hours_shown.week,
        summary_of=hours_shown.summary,
        day_name=hours_shown.day_name,
        city_of=hour_forms.city_of,
        typing=form is not None,
        form=(form or hour_forms.proposed(overview, now.date())) if may_change else None,
        options=hour_forms,
        problem=problem,
        problem_at=request.endpoint if problem else None,
        your_zone=languages.zone().key,
        until=request.form.get("until", "") if problem else "",
    )


@screen.post("/accounts/<int:account_id>/hours")
@access.needs(Permission.HOURS_CHANGE)
@rendering.told_on(index)
def save(account_id: int) -> Answer:
    """Set hours from now or from a later date on; some buttons only fill the form in further."""
    form = hour_forms.typed(request.form)
    step = request.form.get("step", "")
    if step in hour_forms.STEPS:
        return index(account_id, stepped=hour_forms.stepped(form, step))
    hours_setting.set_hours(g.actor, account_id, **hour_forms.meant(form))
    return rendering.done("hours.index", "hours_saved", account_id=account_id)


@screen.post("/accounts/<int:account_id>/hours/<int:version_id>/withdraw")
@access.needs(Permission.HOURS_CHANGE)
@rendering.told_on(lambda account_id, problem, **_: index(account_id, problem))
def withdraw(account_id: int, version_id: int) -> Answer:
    """Take back hours that have not begun."""
    hours_setting.withdraw_hours(g.actor, account_id, version_id)
    return rendering.done("hours.index", "hours_were_withdrawn", account_id=account_id)


@screen.post("/accounts/<int:account_id>/round-the-clock")
@access.needs(Permission.HOURS_EXTEND)
@rendering.told_on(index)
def extend(account_id: int) -> Answer:
    """Have it answered round the clock until a time on the member's own clock."""
    hours_setting.answer_round_the_clock(g.actor, [account_id], moment("until"))
    return rendering.done("hours.index", "round_the_clock_saved", account_id=account_id)


@screen.post("/accounts/<int:account_id>/round-the-clock/end")
@access.needs(Permission.HOURS_EXTEND)
@rendering.told_on(index)
def end(account_id: int) -> Answer:
    """Go back to the hours of the week."""
    hours_setting.end_round_the_clock(g.actor, [account_id])
    return rendering.done("hours.index", "round_the_clock_ended", account_id=account_id)
