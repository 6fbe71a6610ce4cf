"""The charts of a report, drawn on the server: a finding, a sentence, an SVG that our pages may carry, and its table.

The drawing code is our own. What the libraries at hand emit does not live with a policy that forbids inline style
(matplotlib, pygal, ECharts), or brings a browser's engine along (Altair with vl-convert); none of them writes the
finding, the narrow drawing and the table, which are most of the work here.
"""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup, escape

from inbox.extensions import session
from inbox.measuring.charts.chart import Chart
from inbox.measuring.charts.flow import flow
from inbox.measuring.charts.shares import shares
from inbox.measuring.charts.spread import spread
from inbox.measuring.charts.stages import stages
from inbox.measuring.charts.trend import trend
from inbox.measuring.charts.week import week
from inbox.measuring.curves import curves_of
from inbox.measuring.report_rows import ReportQuery
from inbox.models import Crisis
from inbox.permissions import Actor

__all__ = ["Chart", "charts_of", "standing_alone", "stylesheet"]

_STATIC = Path(__file__).resolve().parents[2] / "static"
_RULE = re.compile(r"^\.chart[^{@]*\{[^}]*\}", re.MULTILINE)
_TOKEN = re.compile(r"^\s*(--[\w-]+):\s*(.+?);", re.MULTILINE)
_LIGHT = re.compile(r"light-dark\(\s*([^,]+?)\s*,[^)]*\)")
_USE = re.compile(r"var\((--[\w-]+)\)")


def charts_of(actor: Actor, query: ReportQuery) -> tuple[Chart, ...]:
    """Every chart of a report, in the order of a page, in the language of `inbox.languages`; none where nobody wrote.

    Raises:
        Refused: the actor may not see reports.
        Problem: as `inbox.measuring.reports.response_times`.
    """
    curves = curves_of(actor, query)
    if curves is None:
        return ()
    crisis = session().get(Crisis, query.crisis_id) if query.crisis_id is not None else None
    return (
        shares(curves.shares, crisis.name if crisis is not None else None),
        spread(curves.spread),
        trend(curves.trend),
        stages(curves.stages),
        flow(curves.flow),
        week(curves.week),
    )


def stylesheet() -> str:
    """What a chart looks like on paper, as CSS: the rules of the pages, with the light colours put in.

    WeasyPrint takes it inside an SVG only, see `standing_alone`; browsers take it anywhere.
    """
    tokens = {
        name: _LIGHT.sub(r"\1", value) for name, value in _TOKEN.findall((_STATIC / "tokens.css").read_text("utf-8"))
    }
    rules = "\n".join(_RULE.findall((_STATIC / "charts.css").read_text("utf-8")))
    return _USE.sub(lambda used: tokens[used[1]], rules)


def standing_alone(chart: Chart) -> Markup:
    """The wide drawing of `chart` with its stylesheet inside, for a file that has no page around it."""
    opening, rest = chart.svg.split(">", 1) if chart.svg else ("", "")
    if not opening:
        return Markup("")
    return Markup(f"{opening}><style>{escape(stylesheet())}</style>{rest}")  # noqa: S704 - both are made here.
