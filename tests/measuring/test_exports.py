"""Files of a report: the same figures in each, hardened text, real dates and lengths, and nothing fetched for a PDF."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from inbox import clock, languages
from inbox.extensions import writing
from inbox.measuring import export_files, export_pdf, export_waits, export_xlsx
from inbox.measuring.export_waits import Form, harmless, snapshot
from inbox.measuring.exports import (
    ABOUT_THE_WHOLE,
    FIGURES,
    SHARES_OF,
    FileFormat,
    FileOptions,
    Separator,
    figures_rows,
)
from inbox.measuring.report_rows import Breakdown, ReportQuery, WaitRow, wait_rows
from inbox.measuring.reports import response_times
from inbox.models import Account, StaffInformed, Wait
from inbox.permissions import OPERATOR, Actor, Refused, Role
from inbox.problems import Problem
from tests.conftest import MakeMember
from tests.scenes import Scene

HOSTILE = "=HYPERLINK(\"http://x\") \x01\x1f<script>alert(1)</script><img src='http://x/y.png'>"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Files speak English here."""
    with languages.speaking("en"):
        yield


@pytest.fixture
def scene(app: Flask, at_start: datetime) -> Scene:
    """Three critics on an account with a hostile name: answered after 10 and 60.5 minutes, one not at all."""
    scene = Scene(at_start - timedelta(hours=10))
    account = scene.account(HOSTILE)
    scene.answer(scene.comment(account, "a", 0), 10)
    scene.answer(scene.comment(account, "b", 0.25), 60.75)
    scene.comment(account, "c", 1, kind="criticism", urgency=0)
    return scene


def written(query: ReportQuery, options: FileOptions, actor: Actor = OPERATOR) -> bytes:
    target = io.BytesIO()
    with snapshot():
        export_files.write(actor, query, options, target, lambda _: None)
    return target.getvalue()


def rows_of(text: bytes, separator: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=separator))


def of_sheet(sheet: Any) -> list[dict[str, Any]]:
    head, *lines = sheet.iter_rows(values_only=True)
    return [dict(zip(head, line, strict=True)) for line in lines]


def test_a_row_per_wait_says_what_the_report_is_made_of(scene: Scene) -> None:
    found = rows_of(written(ReportQuery(), FileOptions(FileFormat.CSV)))
    wanted = list(wait_rows(OPERATOR, ReportQuery()))
    assert len(found) == len(wanted) == 3
    for row, wait in zip(found, wanted, strict=True):
        for name in (field.name for field in fields(WaitRow)):
            value = getattr(wait, name)
            if isinstance(value, datetime):
                assert datetime.fromisoformat(row[name]) == value
                assert row[name].endswith("Z")
                continue
            if isinstance(value, bool):
                value = str(value).lower()
            elif name == "account":
                value = harmless(value)
            assert row[name] == ("" if value is None else str(value)), name


def test_json_holds_the_same_rows(scene: Scene) -> None:
    rows = json.loads(written(ReportQuery(), FileOptions(FileFormat.JSON)))
    assert [row["seconds"] for row in rows] == [600, 3630, None]
    assert [row["within_target"] for row in rows] == [True, False, False]
    assert {row["in_crisis"] for row in rows} == {False}
    # A text of JSON is no cell: it loses what nothing reads, and gets no apostrophe.
    assert rows[0]["account"].startswith("=HYPERLINK")


def test_all_formats_give_the_figures_of_the_page(scene: Scene) -> None:
    query = ReportQuery(by=Breakdown.KIND)
    wanted = figures_rows(response_times(OPERATOR, query))
    as_json = json.loads(written(query, FileOptions(FileFormat.JSON, rows=False)))
    as_csv = rows_of(written(query, FileOptions(FileFormat.CSV, rows=False)))
    french = rows_of(written(query, FileOptions(FileFormat.CSV, rows=False, separator=Separator.FRENCH)), ";")
    book = openpyxl.load_workbook(io.BytesIO(written(query, FileOptions(FileFormat.XLSX))))
    sheets = of_sheet(book["figures"]) + of_sheet(book["kind"])
    assert len(wanted) == 3
    for number, figures in enumerate(wanted):
        for name in FIGURES:
            value = figures[name]
            if isinstance(value, datetime):
                value = clock.to_iso(value)
            assert as_json[number][name] == value or name == "made_at"
            if isinstance(value, int | float):
                assert float(as_csv[number][name]) == value, name
                assert float(french[number][name].replace(",", ".")) == value, name
                if name in ABOUT_THE_WHOLE:
                    continue
                cell = sheets[number][name.removesuffix("_seconds")]
                if name.endswith("_seconds"):
                    assert cell.total_seconds() == pytest.approx(value, abs=0.001), name
                elif name in SHARES_OF:
                    assert " of " in cell
                else:
                    assert cell == value, name


def test_a_workbook_has_a_sheet_per_table_with_dates_and_lengths(scene: Scene) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(ReportQuery(), FileOptions(FileFormat.XLSX))))
    splits = [by.value for by in Breakdown if by is not Breakdown.MEMBER]
    assert book.sheetnames == ["about", "figures", *splits, "waits"]
    first, second, third = of_sheet(book["waits"])
    assert first["posted_at"] == scene.at(0).replace(tzinfo=None)
    assert (first["seconds"], second["seconds"]) == (timedelta(minutes=10), timedelta(minutes=60, seconds=30))
    assert (third["seconds"], third["in_crisis"], third["state"]) == (None, False, "waiting")
    about = [row[0] for row in book["about"].iter_rows(values_only=True)]
    assert {"Made at (UTC)", "Version of the definitions", "End of the trail", "Closed without a reply"} <= set(about)
    for sheet in book.worksheets:
        assert not [cell for line in sheet.iter_rows() for cell in line if cell.data_type == "f"]


def test_waits_go_on_in_a_second_sheet_where_one_is_full(scene: Scene) -> None:
    target = io.BytesIO()
    told: list[int] = []
    with snapshot():
        report = response_times(OPERATOR, ReportQuery())
        export_xlsx.write_workbook(target, report, (), (OPERATOR, told.append), rows_of_a_sheet=3)
    book = openpyxl.load_workbook(target)
    assert book.sheetnames == ["about", "figures", "waits", "waits 2"]
    numbers = [row["conversation_id"] for name in ("waits", "waits 2") for row in of_sheet(book[name])]
    assert numbers == [1, 2, 3]
    assert told[-1] == 3


def test_a_number_below_zero_stays_a_number(scene: Scene) -> None:
    scene.comment(scene.account("Line"), "acute", 3, kind="criticism", urgency=-1)
    separators = (Separator.COMMA, Separator.FRENCH)
    for separator in separators:
        options = FileOptions(FileFormat.CSV, True, separator)
        assert b"'-1" not in written(ReportQuery(), options)
        split = written(ReportQuery(by=Breakdown.URGENCY), FileOptions(FileFormat.CSV, False, separator))
        assert [line.split(separator.character)[0] for line in split.decode("utf-8-sig").splitlines()[1:3]] == [
            "",
            "-1",
        ]
    book = openpyxl.load_workbook(io.BytesIO(written(ReportQuery(), FileOptions(FileFormat.XLSX))))
    assert [row["urgency"] for row in of_sheet(book["waits"])][-1] == -1


def test_text_from_outside_is_never_a_formula(scene: Scene) -> None:
    for name in ("+1\t\x07", "＝1", "-1", "@x", "plain"):
        scene.comment(scene.account(name), "d", 2)
    rows = rows_of(written(ReportQuery(), FileOptions(FileFormat.CSV)))
    assert rows[0]["account"] == harmless(HOSTILE)
    assert rows[0]["account"].startswith("'=HYPERLINK")
    assert "\x01" not in rows[0]["account"]
    others = [row["account"] for row in rows[3:]]
    assert others == ["'+1\t\N{REPLACEMENT CHARACTER}", "'＝1", "'-1", "'@x", "plain"]
    book = openpyxl.load_workbook(io.BytesIO(written(ReportQuery(), FileOptions(FileFormat.XLSX))))
    assert [row["account"] for row in of_sheet(book["waits"])][4:] == ["＝1", "-1", "@x", "plain"]


@given(st.text())
def test_nothing_harmless_begins_a_formula_or_holds_a_control(text: str) -> None:
    made = harmless(text)
    assert not made or made[0] not in "=+-@\t\r\n＝＋－＠"
    assert not set(made) & set(map(chr, (*range(1, 9), 11, 12, *range(14, 32), 127)))
    assert harmless(text, written=False) == made.removeprefix("'") or text[:1] == "'"


@pytest.mark.parametrize(
    ("separator", "start"),
    [(Separator.TAB, b"wait_id\t"), (Separator.SEMICOLON, b"wait_id;"), (Separator.FRENCH, b"\xef\xbb\xbfwait_id;")],
)
def test_the_separator_is_a_choice(scene: Scene, separator: Separator, start: bytes) -> None:
    made = written(ReportQuery(), FileOptions(FileFormat.CSV, separator=separator))
    assert made.startswith(start)
    assert [row["seconds"] for row in rows_of(made, separator.character)][1] == (
        "3630" if separator is Separator.FRENCH else "3630.0"
    )


def test_a_fraction_has_a_comma_in_french(scene: Scene) -> None:
    with writing() as current:
        current.execute(update(Wait).where(Wait.id == 1).values(seconds=600.125, staffed_seconds=1200.5))
    (row, *_) = rows_of(written(ReportQuery(), FileOptions(FileFormat.CSV, separator=Separator.FRENCH)), ";")
    assert (row["seconds"], row["staffed_seconds"], row["target_seconds"]) == ("600,125", "1200,5", "3600")


def test_who_answered_is_named_only_where_staff_were_informed_and_to_supervisors(
    scene: Scene, make_member: MakeMember, at_start: datetime
) -> None:
    supervisor, analyst = make_member(Role.SUPERVISOR), make_member(Role.ANALYST)
    rows = FileOptions(FileFormat.CSV)
    assert "member" not in rows_of(written(ReportQuery(), rows, supervisor))[0]
    with writing() as current:
        current.execute(update(Wait).where(Wait.id == 1).values(member_id=supervisor.member_id))
        current.add(
            StaffInformed(
                staff_informed_on=at_start - timedelta(days=30),
                words="By letter.",
                recorded_at=at_start,
                recorded_by="member:1",
            )
        )
    assert [row["member"] for row in rows_of(written(ReportQuery(), rows, supervisor))] == ["Supervisor", "", ""]
    assert "member" not in rows_of(written(ReportQuery(), rows, analyst))[0]
    with pytest.raises(Refused):
        written(ReportQuery(by=Breakdown.MEMBER), FileOptions(FileFormat.JSON), analyst)


def test_a_file_and_its_figures_are_of_one_moment(scene: Scene, store: Session) -> None:
    account = store.query(Account.id).scalar()
    with snapshot() as reading:
        before = reading.query(Wait.id).count()
        from flask import current_app

        with current_app.app_context():
            scene.comment(account, "late", 5)
        with export_waits.read(OPERATOR, ReportQuery(), Form.CSV) as table:
            assert len(list(table.rows)) == before == 3
    assert export_waits.count(OPERATOR, ReportQuery()) == 4


def test_who_may_not_export_takes_nothing_out(scene: Scene, make_member: MakeMember) -> None:
    nobody = make_member(Role.COMMUNITY_MANAGER)
    for form in FileFormat:
        with pytest.raises(Refused):
            written(ReportQuery(), FileOptions(form), nobody)


@pytest.mark.parametrize(
    ("form", "options", "code"),
    [
        ("exe", {}, "choice_unknown"),
        ("csv", {"separator": "|"}, "separator_unknown"),
        ("csv", {"holds": "x"}, "choice"),
    ],
)
def test_what_no_file_has_is_refused(form: str, options: dict[str, str], code: str) -> None:
    with pytest.raises(Problem, match=code):
        FileOptions.of(form, options)


@pytest.fixture
def pango() -> None:
    """WeasyPrint and Pango are here; in CI they must be."""
    try:
        export_pdf.check_installed()
    except Problem:
        if os.environ.get("CI"):
            raise
        pytest.skip("Pango is not installed")


@pytest.mark.usefixtures("pango")
def test_a_pdf_fetches_nothing_but_our_own_files(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PdfReader

    asked: list[str] = []
    own_file = export_pdf.own_file

    def noted(url: str) -> Path:
        asked.append(url)
        return own_file(url)

    monkeypatch.setattr(export_pdf, "own_file", noted)
    made = written(replace(ReportQuery(), by=Breakdown.ACCOUNT), FileOptions(FileFormat.PDF))
    # pypdf leaves the zero bytes of UTF-16 in.
    text = " ".join(page.extract_text().replace("\0", "") for page in PdfReader(io.BytesIO(made)).pages)
    assert {Path(url).suffix for url in asked} == {".woff2"}
    assert "<script>alert(1)</script>" in "".join(text.split())
    assert "What the words mean" in text
    assert "1 / " in text


def test_a_hostile_name_is_text_in_the_page_that_is_printed(scene: Scene) -> None:
    page = export_pdf.page_of(OPERATOR, ReportQuery(by=Breakdown.ACCOUNT))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page
    assert "\x01" not in page


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x.css",
        "file:///etc/passwd",
        "file://host/etc/passwd",
        f"{export_pdf._STATIC.as_uri()}/../../config.py",
        f"{export_pdf._STATIC.as_uri()}/%2e%2e/%2e%2e/config.py",
        "data:text/css,x",
    ],
)
def test_any_other_file_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="our own files"):
        export_pdf.own_file(url)


def test_where_there_is_no_pango_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(Problem, match="pdf_missing"):
        export_pdf.check_installed()


def test_no_name_stands_beside_what_was_answered_before_staff_were_informed(
    app: Flask, make_member: MakeMember, at_start: datetime
) -> None:
    supervisor = make_member(Role.SUPERVISOR)
    scene = Scene(at_start - timedelta(days=1))
    account = scene.account()
    for minutes in (0, 1440):
        scene.answer(scene.comment(account, f"author {minutes}", minutes), minutes + 5, member=supervisor.member_id)
    with writing() as current:
        current.add(
            StaffInformed(staff_informed_on=at_start, words="By letter.", recorded_at=at_start, recorded_by="member:1")
        )
    found = rows_of(written(ReportQuery(), FileOptions(FileFormat.CSV), supervisor))
    assert [row["member"] for row in found] == ["", "Supervisor"]
