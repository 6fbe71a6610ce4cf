"""Response times: how long critics waited, over all of them, and the same as a file."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from inbox import clock, languages
from inbox.measuring import exports, reports
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import Figures, Report
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, names, reading, rendering
from inbox.web.rendering import Answer, page

screen = Blueprint("response_times", __name__)

OFFERED = tuple(breakdown for breakdown in Breakdown if breakdown is not Breakdown.MEMBER)
"""Figures per member are off until an administrator has recorded that staff were informed."""


@screen.get("/reports/response-times")
@access.needs(Permission.RESPONSE_TIMES_VIEW)
def index() -> Answer:
    """The table."""
    try:
        report = reports.response_times(g.actor, _query())
        problem = None
    except Problem as refused:
        report, problem = None, rendering.sentence_of(refused)
    chosen = {name: request.args.get(name, "") for name in ("from", "to", "by")}
    answer = page(
        "response_times/index.html",
        report=report,
        finding=_finding(report.total) if report else "",
        names=_names(report) if report else {},
        problem=problem,
        breakdowns=OFFERED,
        chosen=chosen,
        file=rendering.address("response_times.as_csv", **{name: value for name, value in chosen.items() if value}),
    )
    if problem:
        answer.status_code = 400
    return answer


@screen.get("/reports/response-times.csv")
@access.needs(Permission.RESPONSE_TIMES_EXPORT)
def as_csv() -> Answer:
    """The same figures as a file: times in ISO 8601 UTC, lengths in seconds."""
    report = reports.response_times(g.actor, _query())
    rows = (exports.figures_row(figures, report) for figures in (report.total, *report.groups))
    lines = exports.to_csv(rows, columns=exports.FIGURES)
    name = f"response-times-{clock.now():%Y-%m-%d}.csv"
    return Response(
        lines,
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _query() -> ReportQuery:
    start, end = reading.period(request.args.get("from", ""), request.args.get("to", ""))
    by = request.args.get("by", "")
    try:
        breakdown = Breakdown(by) if by else None
    except ValueError:
        raise Problem("choice_unknown") from None
    return ReportQuery(start=start, end=end, by=breakdown, time_zone=str(languages.zone()))


def _finding(total: Figures) -> str:
    """The table in one sentence, over all waits: the slowest are not left out of it."""
    _ = languages.gettext
    if not total.waits:
        return _("Nobody has waited in this period.")
    reached, share = total.first.all["median"], total.share_answered or 0.0
    if reached is None or share < 0.5:
        # The estimate over all waits may reach the half long before half of them are answered.
        counts = {"answered": languages.number(total.answered), "waits": languages.number(total.waits)}
        return _("%(answered)s of %(waits)s waits have an answer so far.") % counts
    return _("Half of the people who wrote had a first answer within %(length)s.") % {
        "length": languages.length(reached)
    }


def _names(report: Report) -> dict[str, str]:
    """What the groups of a breakdown are called; a group that is not here is called by its own name."""
    by, groups = report.query.by, [figures.group or "" for figures in report.groups]
    if by is Breakdown.KIND:
        return {group: names.kind(group) for group in groups}
    if by is Breakdown.TEMPLATE:
        return {"": languages.gettext("No template")}
    if by is Breakdown.NETWORK:
        return {group: names.network(group) for group in groups}
    return {group: names.language(group) for group in groups} if by is Breakdown.LANGUAGE else {}
