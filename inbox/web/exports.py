"""Files of the response times: ask for one, see how it stands, take it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, g, request, send_file

from inbox import clock, languages
from inbox.measuring import export_asking, export_making, export_text, export_words
from inbox.measuring.export_waits import count
from inbox.measuring.exports import FileFormat, FileOptions, Separator
from inbox.measuring.report_filters import query_of
from inbox.measuring.report_rows import ReportQuery
from inbox.models import Export, ExportState
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering, report_filters
from inbox.web.reading import page_before
from inbox.web.rendering import Answer, page

screen = Blueprint("exports", __name__)

ROWS = 20

_TYPES = {
    FileFormat.CSV: "text/csv",
    FileFormat.JSON: "application/json",
    FileFormat.PDF: "application/pdf",
    FileFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One file in the reader's words.

    Attributes:
        percent: how far it is, from 0 to 100; None where nobody knows.
        reason: why there is none.
        open: it can be taken.
        to_do: it is still to be made.
    """

    export: Export
    title: str
    period: str
    size: str
    percent: int | None
    reason: str
    open: bool
    to_do: bool


@screen.get("/reports/exports")
@access.needs(Permission.RESPONSE_TIMES_EXPORT)
def index(problem: str | None = None) -> Answer:
    """What can be asked for, and the reader's own files with how they stand."""
    waits = None
    chosen = report_filters.options_of(request)
    try:
        waits = count(g.actor, report_filters.filters_of(request))
    except Problem as refused:
        problem = problem or rendering.sentence_of(refused)
    answer = page(
        "exports/index.html",
        problem=problem,
        waits=waits,
        filters=_given(chosen),
        chosen={name: request.values.get(name, "") for name in ("format", "holds", "separator")},
        formats=[(each.value, _format_named(each)) for each in FileFormat],
        missing=() if export_asking.makes_pdf() else (FileFormat.PDF.value,),
        separators=[(each.value, languages.said(f"separator.{each}")) for each in Separator],
        **_listed(),
    )
    answer.status_code = 400 if problem else 200
    return answer


@screen.get("/reports/exports/list")
@access.needs(Permission.RESPONSE_TIMES_EXPORT)
def listed() -> Answer:
    """The list alone, as the page asks for it while something is being made."""
    return rendering.fragment("exports/list.html", **_listed())


@screen.post("/reports/exports")
@access.needs(Permission.RESPONSE_TIMES_EXPORT)
@rendering.told_on(index)
def ask() -> Answer:
    """Have a file made; a small one is given at once."""
    query = report_filters.filters_of(request)
    options = FileOptions.of(request.form.get("format", ""), request.form)
    if options.format is FileFormat.CSV and options.rows and count(g.actor, query) <= export_asking.AT_ONCE:
        return _at_once(query, options)
    export_asking.ask(g.actor, query, options)
    return rendering.done("exports.index", "export_asked", **_given(report_filters.options_of(request)))


@screen.get("/reports/exports/<int:export_id>/file")
@access.needs(Permission.RESPONSE_TIMES_EXPORT)
def download(export_id: int) -> Answer:
    """The file, for whoever asked for it."""
    export, file = export_asking.take(g.actor, export_id, _folder())
    form = FileFormat(export.format)
    answer = send_file(
        file,
        mimetype=_TYPES[form],
        as_attachment=True,
        download_name=f"response-times-{export.asked_at:%Y-%m-%d}-{export.id}.{form.value}",
        conditional=False,
        etag=False,
        max_age=0,
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _at_once(query: ReportQuery, options: FileOptions) -> Response:
    export_asking.note_direct(g.actor, query, options)
    pieces = export_text.stream_waits(g.actor, query, options.separator)
    name = f"response-times-{clock.now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(pieces, mimetype=_TYPES[FileFormat.CSV], headers=headers)


def _listed() -> dict[str, Any]:
    found = export_asking.own(g.actor, limit=ROWS + 1, before=page_before())
    lines = [_line(export) for export in found[:ROWS]]
    return {
        "lines": lines,
        "being_made": any(line.to_do for line in lines),
        "further": found[ROWS - 1].id if len(found) > ROWS else None,
    }


def _line(export: Export) -> Line:
    holds = FileOptions.of(export.format, export.options)
    title = languages.said(f"file_format.{export.format}")
    if holds.format in (FileFormat.CSV, FileFormat.JSON):
        title = f"{title} · {languages.said('holds.rows' if holds.rows else 'holds.figures')}"
    percent = None
    if export.rows_total:
        percent = min(100, 100 * export.rows_done // export.rows_total)
    over = export.expires_at is not None and export.expires_at <= clock.now()
    return Line(
        export=export,
        title=title,
        period=export_words.period_of(query_of(export.options, export.time_zone, export.asked_at)),
        size=_size(export.size),
        percent=percent,
        reason=languages.said(export.error_code) if export.state is ExportState.FAILED and export.error_code else "",
        open=export.state is ExportState.DONE and not over,
        to_do=export.state in (ExportState.WAITING, ExportState.RUNNING),
    )


def _size(octets: int | None) -> str:
    kilo = (octets or 0) / 1_000
    if kilo < 1_000:
        return languages.said("export.kilobytes", number=languages.number(max(1, round(kilo))))
    return languages.said("export.megabytes", number=languages.number(round(kilo / 1_000, 1)))


def _format_named(form: FileFormat) -> str:
    if form is FileFormat.PDF and not export_asking.makes_pdf():
        return languages.said("file_format.pdf_missing")
    return languages.said(f"file_format.{form}")


def _given(chosen: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in chosen.items() if value}


def _folder() -> Path:
    folder: Path = current_app.config["INBOX"].data_dir / export_making.FOLDER
    return folder
