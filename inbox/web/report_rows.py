"""The rows behind a number of a response-time report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.measuring import report_behind
from inbox.measuring.report_behind import Behind
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, names, rendering
from inbox.web.addresses import address
from inbox.web.outside_text import plain
from inbox.web.rendering import Answer, page
from inbox.web.report_filters import as_address, filters_of
from inbox.words import codes

screen = Blueprint("report_rows", __name__)

ROWS = 50

_SHOWN = {
    report_behind.WAIT_COLUMNS: (
        *("conversation_id", "wait_id", "account", "network", "posted_at", "sent_at", "substantive_at", "seconds"),
        *("staffed_seconds", "due_at", "within_target", "state", "kind", "language"),
    ),
    report_behind.COMMENT_COLUMNS: (
        *("conversation_id", "comment_id", "account", "network", "remote_id", "posted_at", "received_at", "state"),
    ),
    report_behind.PROMISE_COLUMNS: (
        *("conversation_id", "promise_id", "account", "network", "made_at", "due_at", "kept_at", "state"),
    ),
}
"""What of a row stands on the page; its other fields are in the files and in `inbox report rows --json`."""

_STATES = {
    report_behind.WAIT_COLUMNS: "wait_state",
    report_behind.COMMENT_COLUMNS: "comment_state",
    report_behind.PROMISE_COLUMNS: "promise",
}


@screen.get("/reports/response-times/rows")
@access.needs(Permission.RESPONSE_TIMES_VIEW)
def index() -> Answer:
    """A page of them, in the order in which the figure is read."""
    figure = request.args.get("figure", "")
    group = request.args.get("group")
    try:
        query = filters_of(request)
        found = report_behind.behind(g.actor, query, figure, request.args.get("after"), ROWS, group=group)
    except Problem as refused:
        return page(
            "response_times/rows.html",
            status=refused.status,
            problem=rendering.sentence_of(refused),
            back=address("response_times.index"),
        )
    asked = {name: tuple(value) if isinstance(value, list) else value for name, value in as_address(query).items()}
    here = {**asked, "figure": figure, **({} if group is None else {"group": group})}
    columns = [
        name for name in _SHOWN[found.columns] if name != "conversation_id" or g.actor.may(Permission.QUEUE_VIEW)
    ]
    lines = _lines(query, found, columns)
    return page(
        "response_times/rows.html",
        title=languages.said(f"behind.{report_behind.known(figure)}"),
        group=None if group is None else _called(query.by, group, found.group_name),
        columns=[languages.said(f"column.{name}") for name in columns],
        lines=lines,
        zone=query.time_zone,
        total=found.total,
        further=address("report_rows.index", **here, after=found.next) if found.next else None,
        back=address("response_times.index", **asked),
        counted=not report_behind.is_length(figure),
        problem=None,
    )


def _called(by: Breakdown | None, group: str, stored: str | None) -> str:
    """What a group is called; a member, a template and a crisis by the name of its row."""
    if stored is not None:
        return stored
    if not group:
        return languages.gettext("None")
    if by is Breakdown.KIND:
        return names.kind(group) if f"kind.{group}" in codes() else group
    if by is Breakdown.LANGUAGE:
        return names.language(group)
    if by is Breakdown.NETWORK:
        return names.network(group)
    if by is Breakdown.URGENCY:
        return dict(names.urgencies()).get(int(group), group)
    return group


def _lines(query: ReportQuery, found: Behind, columns: list[str]) -> list[list[dict[str, Any]]]:
    """The cells of each row, on the clock of the report; a wait without an answer is said as long as it has lasted."""
    lasted: dict[int, tuple[float, float]] = {}
    if found.columns == report_behind.WAIT_COLUMNS:
        # Loaded for waits alone, with numpy.
        from inbox.measuring.report_staffing import so_far

        open_ones = [row["wait_id"] for row in found.rows if row["sent_at"] is None]
        lasted = so_far(open_ones, clock.now())
    lines = []
    with languages.speaking(languages.language(), query.time_zone):
        for row in found.rows:
            cells = [_cell(found.columns, name, row[name]) for name in columns]
            for name, seconds in zip(
                ("seconds", "staffed_seconds"), lasted.get(row.get("wait_id", 0), ()), strict=False
            ):
                words = languages.gettext("%(length)s so far") % {"length": languages.finely(seconds)}
                cells[columns.index(name)] = {"words": words}
            lines.append(cells)
    return lines


def _cell(columns: tuple[str, ...], name: str, value: Any) -> dict[str, Any]:
    """One cell: its words, and where it leads."""
    if value is None:
        return {"words": "–"}
    if name == "conversation_id":
        return {"words": languages.gettext("Open"), "address": address("conversation.index", conversation_id=value)}
    if name == "network":
        return {"words": names.network(value)}
    if name == "kind":
        return {"words": names.kind(value)}
    if name == "language":
        return {"words": names.language(value)}
    if name == "within_target":
        return {"words": languages.gettext("yes") if value else languages.gettext("no")}
    if name.endswith("seconds"):
        return {"words": languages.finely(value)}
    if name.endswith("_at"):
        return {"words": languages.moment(value), "at": value}
    if name == "state":
        return {"words": languages.said(f"{_STATES[columns]}.{value}")}
    return {"words": plain(str(value))}
