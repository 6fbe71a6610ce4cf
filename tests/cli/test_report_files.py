"""`inbox report response-times`: the same files as the page, in every format."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from inbox import languages
from inbox.connectors.demo.network import DemoNetwork
from inbox.measuring import export_pdf
from inbox.problems import Problem
from tests.cli.conftest import PASSWORD, STAGE, Inbox, refused


@pytest.fixture
def collected(inbox: Inbox, network: DemoNetwork) -> Inbox:
    """Two critics, collected."""
    languages.compile_translations()
    network.write(STAGE, "ines", "Where is my order?")
    network.write(STAGE, "karim", "And mine?")
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("collect").code == 0
    return inbox


def test_every_format_says_the_same(collected: Inbox, tmp_path: Path) -> None:
    command = ("report", "response-times", "--purpose", "demo", "--account", "1", "--account", "2")
    (figures,) = collected(*command, "--format", "json").json()
    assert (figures["waits"], figures["still_waiting"], figures["accounts"]) == (2, 2, "1 2")
    assert len(collected(*command, "--format", "json", "--rows").json()) == 2
    french = collected(*command, "--figures", "--separator", "french").out
    (row,) = csv.DictReader(io.StringIO(french.removeprefix("\ufeff")), delimiter=";")
    assert row["waits"] == "2"
    book = tmp_path / "report.xlsx"
    assert collected(*command, "--format", "xlsx", "--output", str(book)).code == 0
    head, line = openpyxl.load_workbook(book)["figures"].iter_rows(values_only=True)
    assert dict(zip(head, line, strict=True))["waits"] == 2
    assert not list(tmp_path.glob("*.part"))


def test_a_pdf_is_written_where_it_can_be(collected: Inbox, tmp_path: Path) -> None:
    try:
        export_pdf.check_installed()
    except Problem:
        pytest.skip("Pango is not installed; test_exports.py fails in CI without it")
    file = tmp_path / "report.pdf"
    done = collected("report", "response-times", "--purpose", "demo", "--format", "pdf", "--output", str(file))
    assert done.code == 0, done.err
    assert file.read_bytes().startswith(b"%PDF")


def test_figures_per_member_need_a_member_and_that_staff_were_informed(collected: Inbox) -> None:
    by_member = ("report", "response-times", "--by", "member", "--format", "json")
    refused(collected(*by_member), "--as")
    made = ("members", "add", "boss@example.org", "--role", "supervisor", "--password", PASSWORD)
    assert collected(*made).code == 0
    refused(collected(*by_member, "--as", "boss@example.org"), "informed")
    refused(collected(*by_member, "--as", "nobody@example.org"))


def test_a_file_that_cannot_be_made_leaves_the_old_one(collected: Inbox, tmp_path: Path) -> None:
    file = tmp_path / "old.json"
    file.write_text("old")
    done = collected("report", "response-times", "--crisis", "99", "--format", "json", "--output", str(file))
    assert done.code != 0
    assert file.read_text() == "old"
