"""Reports as CSV, XLSX and JSON. Nothing from outside is ever a formula."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from typing import IO, Any

import xlsxwriter

from inbox import clock
from inbox.measuring.figures import SHARES, Lengths
from inbox.measuring.promise_figures import NONE_MADE, PromiseFigures
from inbox.measuring.report_rows import WaitRow
from inbox.measuring.reports import Figures, Report
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem

_FORMULA = re.compile(r"^[=+\-@\t\r\n]")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")

Value = str | int | float | bool | datetime | None

_WAIT_COLUMNS = tuple(field.name for field in fields(WaitRow))


def _lengths(name: str, of: Callable[[Figures], Lengths]) -> dict[str, Callable[[Figures, Report], Value]]:
    def answered(share: str) -> Callable[[Figures, Report], Value]:
        return lambda figures, _: of(figures).answered[share]

    def over_all(share: str) -> Callable[[Figures, Report], Value]:
        return lambda figures, _: of(figures).all[share]

    found: dict[str, Callable[[Figures, Report], Value]] = {}
    for share in SHARES:
        found[f"{name}_{share}_seconds"] = answered(share)
        found[f"{name}_{share}_all_seconds"] = over_all(share)
    found[f"{name}_longest_seconds"] = lambda figures, _: of(figures).longest
    return found


def _promises(figures: Figures, report: Report) -> PromiseFigures:
    return report.promises.get(figures.group, NONE_MADE)


FIGURES: dict[str, Callable[[Figures, Report], Value]] = {
    "group": lambda figures, _: figures.group,
    "from": lambda _, report: report.query.start,
    "to": lambda _, report: report.query.end,
    "made_at": lambda _, report: report.made_at,
    "purpose": lambda _, report: report.purpose.value,
    "definition": lambda _, report: report.definition,
    "trail_seq": lambda _, report: report.trail_head[0],
    "trail_hash": lambda _, report: report.trail_head[1],
    "comments": lambda figures, _: figures.comments,
    "conversations": lambda figures, _: figures.conversations,
    "waits": lambda figures, _: figures.waits,
    "answered": lambda figures, _: figures.answered,
    "still_waiting": lambda figures, _: figures.waiting,
    "closed_without_reply": lambda figures, _: figures.closed_without_reply,
    "answered_natively": lambda figures, _: figures.answered_natively,
    "conversations_no_answer_called_for": lambda figures, _: figures.no_answer_called_for,
    "share_answered": lambda figures, _: figures.share_answered,
    "within_target": lambda figures, _: figures.within_target,
    "past_target": lambda figures, _: figures.past_target,
    "share_within_target": lambda figures, _: figures.share_within_target,
    "oldest_waiting_since": lambda figures, _: figures.oldest_waiting_since,
    **_lengths("first_response", lambda figures: figures.first),
    **_lengths("next_response", lambda figures: figures.next),
    "promises_kept": lambda figures, report: _promises(figures, report).kept,
    "promises_kept_late": lambda figures, report: _promises(figures, report).kept_late,
    "promises_late": lambda figures, report: _promises(figures, report).late,
    "promises_open": lambda figures, report: _promises(figures, report).open,
}
"""Every figure of a report by the name it is exported under, in order: a new figure is added here and nowhere else.

Counts are of waits unless named otherwise, lengths in seconds. Keys ending in `_all_seconds` are over all waits, None
where not yet reached.
"""


def figures_row(figures: Figures, report: Report) -> dict[str, Value]:
    """The figures of one group as one flat object, see `FIGURES`."""
    return {name: figure(figures, report) for name, figure in FIGURES.items()}


def harmless(text: str) -> str:
    """`text` as a spreadsheet takes it for text: a first character that starts a formula gets an apostrophe before it.

    Control characters, which break spreadsheets, become U+FFFD. Source: OWASP, CSV injection.
    """
    text = _CONTROLS.sub("\ufffd", text)
    return f"'{text}" if _FORMULA.match(text) else text


def wait_row(row: WaitRow) -> dict[str, Value]:
    """One wait as one flat object."""
    return {name: getattr(row, name) for name in _WAIT_COLUMNS}


def to_json(rows: Iterable[dict[str, Value]]) -> str:
    """One array of objects, times in ISO 8601 UTC."""
    return json.dumps([{name: _plain(value) for name, value in row.items()} for row in rows], indent=2)


def to_csv(rows: Iterable[dict[str, Value]], *, columns: Iterable[str], separator: str = ",") -> Iterator[str]:
    """Lines of CSV with a header, streamed. UTF-8 is the caller's; times in ISO 8601 UTC, lengths in seconds.

    Raises:
        Problem: `separator_unknown` for anything but comma, semicolon and tab.
    """
    if separator not in {",", ";", "\t"}:
        raise Problem("separator_unknown")
    names = list(columns)
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=separator, lineterminator="\r\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in names])
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def to_xlsx(target: IO[bytes], report: Report, waits: Iterable[WaitRow]) -> None:
    """Write a workbook: a sheet of figures, a sheet with a row per wait. Real dates; text stays text; flat memory."""
    workbook = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
        },
    )
    date = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    bold = workbook.add_format({"bold": True})
    sheets: list[tuple[str, Iterable[dict[str, Value]], list[str]]] = [
        ("figures", (figures_row(figures, report) for figures in (report.total, *report.groups)), list(FIGURES)),
        ("waits", (wait_row(row) for row in waits), list(_WAIT_COLUMNS)),
    ]
    for title, rows, names in sheets:
        sheet = workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(names):
                _write_cell(sheet, number, column, row[name], date)
    workbook.close()


def wait_columns() -> list[str]:
    """The names of the columns of `wait_row`, in order."""
    return [*_WAIT_COLUMNS]


def may_export(actor: Actor) -> None:
    """Let only those go on who may take figures out.

    Raises:
        Refused: the actor may not.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)


def _write_cell(sheet: Any, row: int, column: int, value: Value, date: Any) -> None:
    if value is None:
        return
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value, date)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, _CONTROLS.sub("\ufffd", value)[:32_767])


def _plain(value: Value) -> Value:
    return clock.to_iso(value) if isinstance(value, datetime) else value


def _cell(value: Value) -> Value:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return clock.to_iso(value)
    if isinstance(value, bool):
        return str(value).lower()
    return harmless(value) if isinstance(value, str) else value
