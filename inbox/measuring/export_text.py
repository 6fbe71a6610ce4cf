"""Reports as CSV and JSON, streamed. Nothing from outside is ever a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TextIO

from inbox import clock
from inbox.measuring.export_waits import FETCHED, Form, Kind, WaitTable, batches, harmless, read
from inbox.measuring.exports import FIGURES, Progress, Separator, Value, figures_rows
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import Report
from inbox.permissions import Actor

BYTE_ORDER_MARK = "\ufeff"
"""What tells a French spreadsheet that a file is UTF-8."""


def write_waits(target: TextIO, actor: Actor, query: ReportQuery, separator: Separator, progress: Progress) -> None:
    """Write a row per wait as CSV: times in ISO 8601 UTC, lengths in seconds.

    Raises:
        Refused, Problem: as `export_waits.read`.
    """
    table = _table(actor, query, separator)
    writer = _writer(target, separator)
    writer.writerow(table.names)
    done = 0
    for rows in batches(table.rows):
        # As the driver gave them: they are not looked at.
        writer.writerows(rows)
        done += len(rows)
        progress(done)


def stream_waits(actor: Actor, query: ReportQuery, separator: Separator) -> Iterator[str]:
    """The same a piece at a time. What can be refused is refused at once, before the first piece is asked for."""
    table = _table(actor, query, separator)

    def pieces() -> Iterator[str]:
        buffer = io.StringIO()
        writer = _writer(buffer, separator)
        writer.writerow(table.names)
        for rows in batches(table.rows):
            writer.writerows(rows)
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue()

    return pieces()


def write_figures(target: TextIO, report: Report, separator: Separator) -> None:
    """Write a row of figures for the whole and one for each group, as CSV."""
    writer = _writer(target, separator)
    writer.writerow(FIGURES)
    comma = separator is Separator.FRENCH
    writer.writerows([_cell(value, comma=comma) for value in row.values()] for row in figures_rows(report))


def write_json_figures(target: TextIO, report: Report) -> None:
    """Write an array of objects of figures, see `FIGURES`: the whole, then each group."""
    _write_objects(
        target, ({name: _plain(value) for name, value in row.items()} for row in figures_rows(report)), lambda _: None
    )


def write_json_waits(target: TextIO, actor: Actor, query: ReportQuery, progress: Progress) -> None:
    """Write an array of one object per wait: times in ISO 8601 UTC, lengths in seconds.

    Raises:
        Refused, Problem: as `export_waits.read`.
    """
    table = read(actor, query, Form.JSON)
    names = table.names
    yes_no = [name for name, column in zip(names, table.columns, strict=True) if column.kind is Kind.YES_NO]

    def objects() -> Iterator[dict[str, Any]]:
        for row in table.rows:
            found = dict(zip(names, row, strict=True))
            for name in yes_no:
                if found[name] is not None:
                    found[name] = bool(found[name])
            yield found

    _write_objects(target, objects(), progress)


def _table(actor: Actor, query: ReportQuery, separator: Separator) -> WaitTable:
    return read(actor, query, Form.FRENCH_CSV if separator is Separator.FRENCH else Form.CSV)


def _writer(target: TextIO, separator: Separator) -> Any:
    if separator is Separator.FRENCH:
        target.write(BYTE_ORDER_MARK)
    return csv.writer(target, delimiter=separator.character, lineterminator="\r\n")


def _write_objects(target: TextIO, objects: Iterable[dict[str, Any]], progress: Progress) -> None:
    target.write("[")
    done = 0
    for done, each in enumerate(objects, start=1):
        target.write(("\n" if done == 1 else ",\n") + json.dumps(each, ensure_ascii=False))
        if done % FETCHED == 0:
            progress(done)
    target.write("\n]\n")
    progress(done)


def _plain(value: Value) -> Value:
    return clock.to_iso(value) if isinstance(value, datetime) else value


def _cell(value: Value, *, comma: bool) -> Value:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and comma:
        return str(value).replace(".", ",")
    value = _plain(value)
    return harmless(value) if isinstance(value, str) else value
