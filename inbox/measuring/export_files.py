"""One report as one file, in whatever format: what the page, the worker and the command line call."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import IO

from inbox.measuring import export_text
from inbox.measuring.exports import FileFormat, FileOptions, Progress, may_export
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import Report, response_times
from inbox.permissions import Actor


def write(actor: Actor, query: ReportQuery, options: FileOptions, target: IO[bytes], progress: Progress) -> None:
    """Write a report into `target`, in the reader's language; call it inside `export_waits.snapshot()`.

    Args:
        progress: told now and then how many rows of waits are written; also between steps that write none.

    Raises:
        Refused: the actor may not export reports, or not those of a member.
        Problem: as `response_times`; `pdf_missing`.
    """
    may_export(actor)
    if options.format is FileFormat.XLSX:
        # Loaded for a workbook alone.
        from inbox.measuring.export_xlsx import write_workbook

        report = response_times(actor, query)
        write_workbook(target, report, _splits(actor, query, progress), (actor, progress) if options.rows else None)
        return
    if options.format is FileFormat.PDF:
        from inbox.measuring.export_pdf import write_pdf

        write_pdf(target, actor, query)
        return
    with _as_text(target) as text:
        if options.format is FileFormat.CSV:
            if options.rows:
                export_text.write_waits(text, actor, query, options.separator, progress)
            else:
                export_text.write_figures(text, response_times(actor, query), options.separator)
        elif options.rows:
            export_text.write_json_waits(text, actor, query, progress)
        else:
            export_text.write_json_figures(text, response_times(actor, query))


def breakdowns(query: ReportQuery) -> list[Breakdown]:
    """What the sheets of a workbook are split by: everything, but members only where they were asked for."""
    found: list[Breakdown] = [by for by in Breakdown if by is not Breakdown.MEMBER]
    if query.by is Breakdown.MEMBER:
        found.insert(0, Breakdown.MEMBER)
    return found


def _splits(actor: Actor, query: ReportQuery, progress: Progress) -> Iterator[Report]:
    for by in breakdowns(query):
        progress(0)
        yield response_times(actor, replace(query, by=by))


@contextmanager
def _as_text(target: IO[bytes]) -> Iterator[io.TextIOWrapper]:
    """A binary file as text in UTF-8, which stays open afterwards."""
    text = io.TextIOWrapper(target, encoding="utf-8", errors="replace", newline="")
    try:
        yield text
    finally:
        # Writes what is left.
        text.detach()
