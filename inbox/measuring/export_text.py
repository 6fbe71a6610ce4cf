"""Reports as CSV and JSON, streamed. Nothing from outside is ever a formula."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, TextIO

from sqlalchemy import Connection

from inbox.extensions import db, for_one_moment
from inbox.measuring.export_waits import FETCHED, Form, Kind, WaitTable, batches, read
from inbox.measuring.exports import FIGURES, Progress, Separator, csv_writer, figures_rows, plain, to_csv
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import Report
from inbox.permissions import Actor


def write_waits(target: TextIO, actor: Actor, query: ReportQuery, separator: Separator, progress: Progress) -> None:
    """Write a row per wait as CSV: times in ISO 8601 UTC, lengths in seconds.

    Raises:
        Refused, Problem: as `export_waits.read`.
    """
    with _table(actor, query, separator) as table:
        writer = csv_writer(target, separator)
        writer.writerow(table.names)
        done = 0
        for rows in batches(table.rows):
            # As the driver gave them: they are not looked at.
            writer.writerows(rows)
            done += len(rows)
            progress(done)


def stream_waits(actor: Actor, query: ReportQuery, separator: Separator) -> Iterator[str]:
    """The same a piece at a time, over a connection of its own: the pieces may outlive the session.

    What can be refused is refused at once, before the first piece is asked for.
    """
    pieces = _pieces(actor, query, separator)
    next(pieces)
    return pieces


def _pieces(actor: Actor, query: ReportQuery, separator: Separator) -> Iterator[str]:
    buffer = io.StringIO()
    with (
        db.engine.connect().execution_options(**for_one_moment(db.engine)) as own,
        _table(actor, query, separator, own) as table,
    ):
        yield ""
        writer = csv_writer(buffer, separator)
        writer.writerow(table.names)
        for rows in batches(table.rows):
            writer.writerows(rows)
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
        yield buffer.getvalue()


def write_figures(target: TextIO, report: Report, separator: Separator) -> None:
    """Write a row of figures for the whole and one for each group, as CSV."""
    rows = figures_rows(report)
    if report.query.by is Breakdown.URGENCY:
        # A level is a number, and -1 no formula.
        rows = [row if row["group"] is None else {**row, "group": int(str(row["group"]))} for row in rows]
    target.writelines(to_csv(rows, columns=FIGURES, separator=separator))


def write_json_figures(target: TextIO, report: Report) -> None:
    """Write an array of objects of figures, see `FIGURES`: the whole, then each group."""
    _write_objects(
        target, ({name: plain(value) for name, value in row.items()} for row in figures_rows(report)), lambda _: None
    )


def write_json_waits(target: TextIO, actor: Actor, query: ReportQuery, progress: Progress) -> None:
    """Write an array of one object per wait: times in ISO 8601 UTC, lengths in seconds.

    Raises:
        Refused, Problem: as `export_waits.read`.
    """
    with read(actor, query, Form.JSON) as table:
        names = table.names
        yes_no = [column.name for column in table.columns if column.kind is Kind.YES_NO]

        def objects() -> Iterator[dict[str, Any]]:
            for row in table.rows:
                found = dict(zip(names, row, strict=True))
                for name in yes_no:
                    if found[name] is not None:
                        found[name] = bool(found[name])
                yield found

        _write_objects(target, objects(), progress)


def _table(
    actor: Actor, query: ReportQuery, separator: Separator, connection: Connection | None = None
) -> AbstractContextManager[WaitTable]:
    form = Form.FRENCH_CSV if separator is Separator.FRENCH else Form.CSV
    return read(actor, query, form, connection=connection)


def _write_objects(target: TextIO, objects: Iterable[dict[str, Any]], progress: Progress) -> None:
    target.write("[")
    done = 0
    for done, each in enumerate(objects, start=1):
        target.write(("\n" if done == 1 else ",\n") + json.dumps(each, ensure_ascii=False))
        if done % FETCHED == 0:
            progress(done)
    target.write("\n]\n")
    progress(done)
