"""The page, the files and the command line give the same figures, equal to a computation that knows nothing of ours."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask

from inbox import clock, languages
from inbox.collecting.importing import import_file
from inbox.measuring import export_files
from inbox.measuring.export_waits import snapshot
from inbox.measuring.exports import FileFormat, FileOptions
from inbox.measuring.report_rows import ReportQuery
from inbox.permissions import OPERATOR, Role
from tests.conftest import MakeMember
from tests.measuring import plain
from tests.measuring.test_reports_independent import FILES, LATER, alike
from tests.programs import Installation
from tests.web.conftest import Visit

SHOWN = ("waits", "answered", "still_waiting", "closed_without_reply")
LENGTHS = tuple(
    f"{name}_{share}{over}_seconds"
    for name in ("first_response", "next_response")
    for share in ("median", "p90", "p95")
    for over in ("", "_all")
)


def figures_in(form: FileFormat) -> dict[str, Any]:
    """The figures of a file as one reads them: numbers as numbers, lengths in seconds."""
    target = io.BytesIO()
    with snapshot(), languages.speaking("en"):
        export_files.write(OPERATOR, ReportQuery(), FileOptions(form, rows=False), target, lambda _: None)
    if form is FileFormat.JSON:
        found: dict[str, Any] = json.loads(target.getvalue())[0]
        return found
    if form is FileFormat.CSV:
        row = next(csv.DictReader(io.StringIO(target.getvalue().decode("utf-8-sig"))))
        return {name: _read(value) for name, value in row.items()}
    head, line = openpyxl.load_workbook(target)["figures"].iter_rows(values_only=True)
    cells = dict(zip(map(str, head), line, strict=True))
    return {
        (f"{name}_seconds" if hasattr(value, "total_seconds") else name): _in_seconds(value)
        for name, value in cells.items()
    }


def _read(value: str) -> Any:
    if value == "":
        return None
    try:
        return float(value)
    except ValueError:
        return value


def _in_seconds(value: Any) -> Any:
    # A spreadsheet keeps a length as a part of a day, and openpyxl reads it back to the millisecond.
    return value.total_seconds() if hasattr(value, "total_seconds") else value


@pytest.mark.parametrize("file", FILES)
def test_the_page_the_files_and_the_command_line_agree(
    app: Flask, database_url: str, tmp_path: Path, file: Path, make_member: MakeMember, visit: Visit
) -> None:
    import_file(OPERATOR, file)
    expected = plain.figures(plain.waits_of_threads(file), LATER)

    expected = {name: clock.to_iso(value) if isinstance(value, datetime) else value for name, value in expected.items()}
    alike(figures_in(FileFormat.JSON), expected)
    alike(figures_in(FileFormat.CSV), expected)
    book = figures_in(FileFormat.XLSX)
    for name in (*SHOWN, *LENGTHS):
        if expected[name] is not None:
            assert book[name] == pytest.approx(expected[name], abs=0.001), name

    printed = Installation(tmp_path, database_url).run("report", "response-times", "--figures", "--format", "json")
    alike(json.loads(printed)[0], expected)

    page = visit(make_member(Role.ANALYST)).get("/reports/response-times").text
    linked = dict(re.findall(r'href="[^"]*[?&;]figure=([a-z0-9_]+)[^"]*">([^<]*)<', page))
    with languages.speaking("en"):
        for name in SHOWN:
            assert unescape(linked[name]) == languages.number(expected[name]), name
        for name in LENGTHS:
            if expected[name] is not None:
                assert unescape(linked[name]) == languages.finely(expected[name]), name
