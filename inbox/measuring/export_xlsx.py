"""A report as a workbook: a sheet per table, real dates and lengths, and nothing that is ever a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter

from inbox import languages
from inbox.measuring import export_words
from inbox.measuring.export_waits import FETCHED, Form, Kind, Rows, WaitTable, harmless, read
from inbox.measuring.exports import ABOUT_THE_WHOLE, FIGURES, SHARES_OF, Progress, Value, figures_row
from inbox.measuring.reports import Figures, Report
from inbox.permissions import Actor

ROWS_OF_A_SHEET = 1_048_576
"""What a sheet holds in Excel, its heading included."""

LONGEST_TEXT = 32_767
"""What a cell holds in Excel, in characters."""

_DAY = 86_400.0
_SECONDS = "_seconds"
_LENGTH = "[h]:mm:ss"
_TIME = "yyyy-mm-dd hh:mm:ss"
_SHARE = "0.0%"


def write_workbook(
    target: IO[bytes],
    report: Report,
    breakdowns: Iterable[Report],
    waits: tuple[Actor, Progress] | None,
    *,
    rows_of_a_sheet: int = ROWS_OF_A_SHEET,
) -> None:
    """Write a workbook: what it is about, the figures, a sheet for each of `breakdowns`, and a row per wait.

    Times are in UTC, since a cell knows no time zone; lengths are numbers that a spreadsheet can add up. Memory stays
    flat, whatever the number of waits.

    Args:
        report: the figures of the whole.
        breakdowns: the same report split; each is asked for when its sheet is due.
        waits: for whom to write a row per wait, and who is told how far it is; None for none.

    Raises:
        Refused, Problem: as `export_waits.read`.
    """
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
    book = _Book(workbook)
    book.about(report)
    book.figures("figures", report, [report.total])
    for split in breakdowns:
        assert split.query.by is not None
        book.figures(split.query.by.value, split, split.groups)
    if waits is not None:
        actor, progress = waits
        with read(actor, report.query, Form.XLSX) as table:
            book.waits(table, rows_of_a_sheet, progress)
    workbook.close()


class _Book:
    """A workbook that is being written, row after row."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._bold = workbook.add_format({"bold": True})
        self._heading = workbook.add_format({"bold": True, "font_size": 14})
        self._wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._label = workbook.add_format({"bold": True, "valign": "top"})
        self._time = workbook.add_format({"num_format": _TIME})
        self._time_in_text = workbook.add_format({"num_format": _TIME, "align": "left", "valign": "top"})
        self._length = workbook.add_format({"num_format": _LENGTH})
        self._share = workbook.add_format({"num_format": _SHARE})

    def about(self, report: Report) -> None:
        """What the report is, what its words mean, and what is to be known beside the figures."""
        sheet = self._workbook.add_worksheet("about")
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 100)
        sheet.write_string(0, 0, languages.said("export.title"), self._heading)
        row = 1
        for label, value in export_words.about(report):
            sheet.write_string(row, 0, label, self._label)
            if isinstance(value, datetime):
                sheet.write_datetime(row, 1, value, self._time_in_text)
            else:
                sheet.write_string(row, 1, _text(value), self._wrapped)
            row += 1
        notes = export_words.footnotes(report)
        parts: list[tuple[str, Sequence[tuple[str, str]]]] = [
            ("export.definitions", export_words.definitions()),
            ("export.footnotes", [("", note) for note in notes]),
            ("export.columns", [("", languages.said("export.columns_said"))]),
        ]
        for title, lines in parts:
            if not lines:
                continue
            sheet.write_string(row + 1, 0, languages.said(title), self._heading)
            row += 2
            for label, words in lines:
                sheet.write_string(row, 0, label, self._label)
                sheet.write_string(row, 1, _text(words), self._wrapped)
                row += 1

    def figures(self, name: str, report: Report, groups: Iterable[Figures]) -> None:
        """A row per group, a column per figure."""
        names = [name for name in FIGURES if name not in ABOUT_THE_WHOLE]
        sheet = self._table(name, [each.removesuffix(_SECONDS) for each in names])
        for number, figures in enumerate(groups, start=1):
            values = figures_row(figures, report)
            values["group"] = export_words.group_named(report, figures.group)
            for column, each in enumerate(names):
                value = values[each]
                if each in SHARES_OF and (share := SHARES_OF[each](figures)).small:
                    value = export_words.share(share)
                self._cell(sheet, number, column, value, each)

    def waits(self, table: WaitTable, rows_of_a_sheet: int, progress: Progress) -> None:
        """A row per wait, and a further sheet where one is full."""
        done, number = 0, 1
        while True:
            title = "waits" if number == 1 else f"waits {number}"
            sheet = self._table(title, [column.name.removesuffix(_SECONDS) for column in table.columns])
            written = self._rows(sheet, table, rows_of_a_sheet - 1, done, progress)
            done += written
            if written < rows_of_a_sheet - 1:
                return
            following = next(table.rows, None)
            if following is None:
                return
            table, number = WaitTable(table.columns, _put_back(following, table.rows)), number + 1

    def _rows(self, sheet: Any, table: WaitTable, most: int, before: int, progress: Progress) -> int:
        text, number, yes_no = sheet.write_string, sheet.write_number, sheet.write_boolean
        how = {
            Kind.NUMBER: (number, None),
            Kind.LENGTH: (number, self._length),
            Kind.TIME: (number, self._time),
            Kind.CODE: (text, None),
            Kind.OUTSIDE: (text, None),
            Kind.YES_NO: (yes_no, None),
        }
        cells = [(column, *how[each.kind]) for column, each in enumerate(table.columns)]
        row = 0
        if most:
            for row, values in enumerate(table.rows, start=1):
                for (column, write, form), value in zip(cells, values, strict=True):
                    if value is not None:
                        write(row, column, value, form)
                if row % FETCHED == 0:
                    progress(before + row)
                if row == most:
                    break
        progress(before + row)
        return row

    def _table(self, title: str, names: Sequence[str]) -> Any:
        sheet = self._workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(names) - 1, 18)
        for column, name in enumerate(names):
            sheet.write_string(0, column, name, self._bold)
        return sheet

    def _cell(self, sheet: Any, row: int, column: int, value: Value, name: str) -> None:
        if value is None:
            return
        if isinstance(value, datetime):
            sheet.write_datetime(row, column, value, self._time)
        elif isinstance(value, bool):
            sheet.write_boolean(row, column, value)
        elif isinstance(value, str):
            sheet.write_string(row, column, _text(value))
        elif name.endswith(_SECONDS):
            sheet.write_number(row, column, value / _DAY, self._length)
        elif name.startswith("share_"):
            sheet.write_number(row, column, value, self._share)
        else:
            sheet.write_number(row, column, value)


def _put_back(first: Sequence[Any], rows: Rows) -> Rows:
    yield first
    yield from rows


def _text(value: str) -> str:
    return harmless(value, written=False)[:LONGEST_TEXT]
