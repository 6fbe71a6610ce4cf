"""Response times: how long critics waited, over all of them, with charts, and the same figures as a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, request

from inbox import clock, languages
from inbox.measuring import export_text, export_words, report_filters, report_headlines, reports
from inbox.measuring.exports import Separator, may_export
from inbox.measuring.report_filters import Preset
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import Report
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.addresses import address
from inbox.web.rendering import Answer, page
from inbox.web.report_filters import as_address, filters_of, options_of

if TYPE_CHECKING:
    from inbox.measuring.charts import Chart

screen = Blueprint("response_times", __name__)


@screen.get("/reports/response-times")
@access.needs(Permission.RESPONSE_TIMES_VIEW)
def index() -> Answer:
    """The report as one reads it: what was found, the charts, the table."""
    # The charts bring numpy along, which nothing else of the pages needs.
    from inbox.measuring.charts import charts_of

    report: Report | None = None
    drawn: tuple[Chart, ...] = ()
    problem = None
    try:
        query = filters_of(request)
        report = reports.response_times(g.actor, query)
        drawn = charts_of(g.actor, query)
    except Problem as refused:
        problem = rendering.sentence_of(refused)
    answer = page(
        "response_times/index.html",
        report=report,
        drawn=drawn,
        problem=problem,
        chosen=options_of(request),
        choices=report_filters.choices_of(g.actor),
        presets=_presets(),
        **(_in_words(report) if report else {}),
    )
    if problem:
        answer.status_code = 400
    return answer


@screen.get("/reports/response-times.csv")
@access.needs(Permission.RESPONSE_TIMES_EXPORT)
def as_csv() -> Answer:
    """The figures as a file: times in ISO 8601 UTC, lengths in seconds."""
    may_export(g.actor)
    text = io.StringIO(newline="")
    export_text.write_figures(text, reports.response_times(g.actor, filters_of(request)), Separator.COMMA)
    name = f"response-times-{clock.now():%Y-%m-%d}.csv"
    return Response(
        text.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _in_words(report: Report) -> dict[str, Any]:
    """What the page says of a report beside its numbers."""
    asked = as_address(report.query)
    return {
        "finding": report_headlines.finding(report.total),
        "period": export_words.period(report),
        "headlines": report_headlines.headlines(report),
        "zone": ZoneInfo(report.query.time_zone),
        "before": report_headlines.before_in_words(report),
        "footnotes": export_words.footnotes(report),
        "share_of": export_words.share,
        "group_named": lambda figures: export_words.group_named(report, figures.group),
        "behind": _behind(report.query),
        "file": address("response_times.as_csv", **_hashable(asked)),
        "files": address("exports.index", **_hashable(asked)),
    }


def _behind(query: ReportQuery) -> Callable[..., str]:
    """The address of the rows behind a figure; what is given besides takes the place of a filter."""

    def of(figure: str, **instead: Any) -> str:
        return address("report_rows.index", figure=figure, **_hashable({**as_address(query), **instead}))

    return of


def _hashable(options: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in options.items()}


def _presets() -> list[tuple[str, str]]:
    return [(preset.value, languages.said(f"period.{preset.value}")) for preset in Preset]
