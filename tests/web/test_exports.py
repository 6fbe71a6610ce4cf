"""The page of files: ask, see how it stands, take; small CSV files come at once."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.measuring import export_asking, export_making
from inbox.models import Export, ExportState, TrailRow
from inbox.permissions import WORKER, Role
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit, Visitor

PAGE = "/reports/exports"


@pytest.fixture
def analyst(scene: Scene, make_member: MakeMember, visit: Visit) -> Visitor:
    """Somebody who exports, before a browser; one critic has an answer, one with a hostile identifier has none."""
    account = scene.account("=cmd|' /C calc'!A0")
    scene.answer(scene.comment(account, "a", 0), 10)
    scene.comment(account, "b", 0)
    return visit(make_member(Role.ANALYST))


def test_a_small_csv_file_comes_at_once_and_is_written_down(analyst: Visitor, store: Session) -> None:
    answer = analyst.post(PAGE, {"format": "csv", "separator": "french", "preset": "all"})
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    assert "attachment" in answer.headers["Content-Disposition"]
    text = answer.data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert [row["seconds"] for row in rows] == ["600", ""]
    assert {row["account"] for row in rows} == {"'=cmd|' /C calc'!A0"}
    assert store.scalars(select(TrailRow.action).order_by(TrailRow.seq.desc())).first() == "export.downloaded"
    assert store.scalars(select(Export)).all() == []


def test_a_long_one_is_made_by_the_worker_and_taken_by_whoever_asked(
    analyst: Visitor, visit: Visit, make_member: MakeMember, store: Session, tmp_path: Path
) -> None:
    answer = analyst.post(PAGE, {"format": "xlsx", "from": "2026-03-01", "to": "2026-03-02"})
    assert (answer.status_code, answer.location) == (303, f"{PAGE}?preset=custom&from=2026-03-01&to=2026-03-02")
    shown = analyst.get(PAGE).text
    assert 'hx-trigger="every 2s"' in shown
    assert "Waits to be made" in analyst.get(f"{PAGE}/list").text
    export = store.scalars(select(Export)).one()
    file = f"{PAGE}/{export.id}/file"
    assert analyst.get(file).status_code == 404
    export_making.make(WORKER, export.id, tmp_path / export_making.FOLDER)
    shown = analyst.get(f"{PAGE}/list").text
    assert "hx-trigger" not in shown
    assert file in shown
    taken = analyst.get(file)
    assert (taken.status_code, taken.data[:2], taken.headers["Cache-Control"]) == (200, b"PK", "no-store")
    assert visit(make_member(Role.SUPERVISOR)).get(file).status_code == 404


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"format": "exe"}, "choice"),
        ({"format": "csv", "separator": "|"}, "separator"),
        ({"format": "csv", "from": "2026-03-05", "to": "2026-03-01"}, "before it begins"),
    ],
)
def test_what_cannot_be_asked_for_is_said_on_the_page(analyst: Visitor, form: dict[str, Any], said: str) -> None:
    answer = analyst.post(PAGE, form)
    assert answer.status_code == 400
    assert said in answer.text


def test_a_file_that_could_not_be_made_says_why(analyst: Visitor, store: Session) -> None:
    from inbox.extensions import writing

    analyst.post(PAGE, {"format": "json"})
    with writing() as current:
        export = current.scalars(select(Export)).one()
        export.state, export.error_code = ExportState.FAILED, "export_gave_up"
    assert "never finished" in analyst.get(PAGE).text


def test_it_works_in_a_browser_while_it_is_being_made(
    scene: Scene, make_member: MakeMember, open_browser: Open, store: Session, tmp_path: Path
) -> None:
    actor = make_member(Role.ANALYST)
    scene.comment(scene.account(), "a", 0)
    tab = open_browser(actor).new_page()
    tab.goto(PAGE)
    tab.get_by_label("Format").select_option("json")
    tab.get_by_role("button", name="Make the file").click()
    tab.get_by_text("Waits to be made").wait_for()
    (export_id,) = export_making.due()
    export_making.make(WORKER, export_id, tmp_path / export_making.FOLDER)
    # Nobody reloads: the list looks by itself.
    with tab.expect_download() as taken:
        tab.get_by_role("link", name="Download").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"[")
    assert export_asking.own(actor, limit=1)[0].state is ExportState.DONE


def test_a_pdf_is_not_offered_where_its_extra_is_missing(analyst: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_asking, "makes_pdf", lambda: False)
    shown = analyst.get(PAGE).text
    assert '<option value="pdf" disabled>PDF report (needs the extra pdf, see README)</option>' in shown
    monkeypatch.setattr(export_asking, "makes_pdf", lambda: True)
    assert '<option value="pdf">PDF report</option>' in analyst.get(PAGE).text
