"""The trail in words with its filters and files, and the public statement whose every figure leads to its rows."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from inbox import clock
from inbox.extensions import session, writing
from inbox.measuring import statement_rows
from inbox.measuring.statement import facts_of, statement
from inbox.measuring.statement_rows import Figure
from inbox.models import Purpose, TrailRow
from inbox.permissions import OPERATOR, WORKER, Actor, Role
from inbox.trail import anchors, record
from inbox.trail.standing import note_verified
from inbox.words import codes
from inbox.words.lengths import in_words
from tests.conftest import START, MakeMember
from tests.scenes import Scene
from tests.web.conftest import Visit

ROOT = Path(__file__).resolve().parents[2]


def write(deeds: list[tuple[Actor, str, tuple[str, object] | None]], at: datetime = START) -> None:
    for actor, action, of in deeds:
        with clock.frozen(at), writing() as current:
            record(current, actor, action, of=of)


@pytest.fixture
def supervisor(make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR)


def sequence(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="row-(\d+)"', page)]


class TestTrail:
    def test_rows_stand_in_words_newest_first(self, supervisor: Actor, visit: Visit, at_start: datetime) -> None:
        write([(OPERATOR, "sending.held", None), (supervisor, "note.written", ("conversation", 7))])
        page = visit(supervisor).get("/trail").text
        assert sequence(page) == [2, 1]
        assert "wrote a note" in page
        assert "held sending" in page
        assert 'href="/conversations/7"' in page
        assert "Supervisor" in page

    def test_who_may_not_see_it_does_not(self, make_member: MakeMember, visit: Visit, at_start: datetime) -> None:
        for role in (Role.COMMUNITY_MANAGER, Role.ANALYST, Role.APPROVER):
            visitor = visit(make_member(role))
            for path in ("/trail", "/trail.csv", "/trail.json", "/statement", "/statement.json"):
                assert visitor.get(path).status_code == 403
            assert visitor.get("/statement/rows/comments").status_code == 403
            assert visitor.get("/statement/rows/comments.csv").status_code == 403

    @pytest.mark.parametrize(
        ("query", "rows"),
        [
            ("who=worker", [2]),
            ("what=reply", [4, 2]),
            ("what=reply.sent", [2]),
            ("type=reply&id=5", [2]),
            ("type=reply", [4, 2]),
            ("from=2026-03-03", [4, 3]),
            ("to=2026-03-02", [2, 1]),
            ("from=2026-03-03&what=reply", [4]),
            ("what=rep", []),
            ("what=reply_", []),
        ],
    )
    def test_filters(self, supervisor: Actor, visit: Visit, at_start: datetime, query: str, rows: list[int]) -> None:
        write([(OPERATOR, "sending.held", None), (WORKER, "reply.sent", ("reply", 5))])
        later = START + timedelta(days=1)
        write([(OPERATOR, "sending.released", None), (OPERATOR, "reply.queued", ("reply", 55))], later)
        visitor = visit(supervisor)
        assert sequence(visitor.get(f"/trail?{query}").text) == rows
        exported = json.loads(visitor.get(f"/trail.json?{query}").data)
        assert [row["seq"] for row in exported if row["action"] != "trail.exported"] == rows

    @pytest.mark.parametrize("query", ["id=5", "from=2026-03-03&to=2026-03-01", "from=tomorrow", "before=x"])
    def test_what_cannot_be_asked_for_is_said_in_one_sentence(
        self, supervisor: Actor, visit: Visit, at_start: datetime, query: str
    ) -> None:
        answer = visit(supervisor).get(f"/trail?{query}")
        assert answer.status_code == 400
        assert 'role="alert"' in answer.text

    def test_pages_follow_each_other_without_a_hole(self, supervisor: Actor, visit: Visit, at_start: datetime) -> None:
        with writing() as current:
            for number in range(120):
                record(current, OPERATOR, "note.written", of=("conversation", number))
        visitor, path, seen = visit(supervisor), "/trail?what=note", []
        while path:
            page = visitor.get(path).text
            seen += sequence(page)
            further = re.search(r'href="([^"]*before=[^"]*)"', page)
            path = further[1].replace("&amp;", "&") if further else ""
        assert seen == list(range(120, 0, -1))

    def test_files_hold_every_row_and_no_formula(self, supervisor: Actor, visit: Visit, at_start: datetime) -> None:
        with writing() as current:
            record(current, OPERATOR, "=cmd()", params={"what": "=1+1"})
            record(current, OPERATOR, "note.written")
        visitor = visit(supervisor)
        rows = list(csv.DictReader(io.StringIO(visitor.get("/trail.csv").text)))
        assert [row["action"] for row in rows] == ["trail.exported", "note.written", "'=cmd()"]
        assert rows[2]["hash"] == session().get_one(TrailRow, 1).hash
        objects = json.loads(visitor.get("/trail.json").data)
        assert [row["seq"] for row in objects] == [4, 3, 2, 1]
        assert objects[3]["params"] == {"what": "=1+1"}

    def test_an_export_of_nothing_is_still_json(self, supervisor: Actor, visit: Visit, at_start: datetime) -> None:
        assert json.loads(visit(supervisor).get("/trail.json?who=nobody").data) == []

    def test_head_anchor_and_verification_are_shown(
        self, app: Flask, supervisor: Actor, visit: Visit, at_start: datetime
    ) -> None:
        visitor, folder = visit(supervisor), app.config["INBOX"].data_dir
        assert "none yet" in visitor.get("/trail").text
        write([(OPERATOR, "sending.held", None)])
        anchors.drop(session(), folder, app.config["INBOX"].anchors_file)
        note_verified(folder, 1, anchored=True)
        page = visitor.get("/trail").text
        assert session().get_one(TrailRow, 1).hash[:16] in page
        assert page.count("row 1, 2 Mar 2026") >= 2

    def test_broken_anchors_and_notes_of_verification_do_not_break_the_page(
        self, app: Flask, supervisor: Actor, visit: Visit, at_start: datetime
    ) -> None:
        config = app.config["INBOX"]
        config.anchors_file.write_bytes(b"\xff\xfenothing\n")
        (config.data_dir / "verified.json").write_text("[]")
        answer = visit(supervisor).get("/trail")
        assert answer.status_code == 200
        assert "cannot be read" in answer.text

    def test_outside_words_in_a_row_are_only_words(self, supervisor: Actor, visit: Visit, at_start: datetime) -> None:
        with writing() as current:
            record(current, OPERATOR, "rule.refused", params={"what": "<script>alert(1)</script>\u202e"})
        page = visit(supervisor).get("/trail").text
        assert "<script>alert" not in page
        assert "\u202e" not in page

    def test_every_deed_of_the_code_has_its_words(self) -> None:
        found = set()
        for path in (ROOT / "inbox").rglob("*.py"):
            if "words" in path.parts:
                continue
            text = path.read_text(encoding="utf-8")
            found |= set(re.findall(r'record\(\s*\w+,\s*[\w.]+,\s*"([a-z_]+\.[a-z_]+)"', text))
        assert len(found) > 30
        assert sorted(deed for deed in found if f"deed.{deed}" not in codes()) == []


class TestStatement:
    @pytest.fixture
    def told(self, scene: Scene, supervisor: Actor) -> Scene:
        account = scene.account()
        for number in range(5):
            conversation = scene.comment(account, f"critic{number}", number)
            if number < 2:
                scene.answer(conversation, number + 65 * 60)
        with writing() as current:
            record(current, OPERATOR, "rule.refused", params={"what": "DELETE /2/tweets/1"})
        return scene

    def test_every_figure_leads_to_as_many_rows(self, told: Scene, supervisor: Actor, visit: Visit) -> None:
        visitor = visit(supervisor)
        page = visitor.get("/statement").text
        links = re.findall(r'<td class="figure"><a href="([^"]+)">([\d,]+)</a>', page)
        assert len(links) == len(Figure) - 2
        for link, count in links:
            rows = list(csv.DictReader(io.StringIO(visitor.get(f"{link}.csv").text)))
            # Asking for the rows behind refused attempts refuses nothing, so that the figure stays.
            assert len(rows) == int(count), link
            assert visitor.get(link).status_code == 200
        counted = {link.rpartition("/")[2]: int(count) for link, count in links}
        assert (counted["comments"], counted["answered"], counted["still_waiting"]) == (5, 2, 3)
        assert (counted["removed_here"], counted["refused_attempts"]) == (0, 1)

    def test_lengths_are_words(self, told: Scene, supervisor: Actor, visit: Visit) -> None:
        page = visit(supervisor).get("/statement").text
        assert "2 days and 17 hours" in page
        assert not re.search(r"\d+(\.\d+)? seconds", page)

    def test_it_speaks_the_language_it_is_asked_for(self, told: Scene, supervisor: Actor, visit: Visit) -> None:
        page = visit(supervisor).get("/statement?language=fr").text
        assert '<html lang="fr"' in page
        assert "Commentaires reçus" in page
        assert "2 jours et 17 heures" in page
        assert '<html lang="en"' in visit(supervisor).get("/statement?language=de").text

    def test_the_file_says_what_the_function_counts(self, told: Scene, supervisor: Actor, visit: Visit) -> None:
        found = json.loads(visit(supervisor).get("/statement.json").data)
        assert found == facts_of(statement(supervisor, None, None))
        assert found["definition"] == "2"

    def test_a_period_leaves_out_what_lies_outside(self, told: Scene, supervisor: Actor, visit: Visit) -> None:
        page = visit(supervisor).get("/statement?from=2026-03-05&to=2026-03-06")
        assert page.status_code == 200
        assert ">5</a>" not in page.text
        assert visit(supervisor).get("/statement?from=2026-03-05&to=2026-03-01").status_code == 400

    def test_a_figure_that_does_not_exist_is_not_found(self, supervisor: Actor, visit: Visit) -> None:
        assert visit(supervisor).get("/statement/rows/everything").status_code == 404

    def test_rows_are_paged_by_key(self, scene: Scene, supervisor: Actor, visit: Visit) -> None:
        account = scene.account()
        for number in range(55):
            scene.comment(account, "critic", number / 10)
        first = statement_rows.rows(supervisor, Figure.COMMENTS, None, None, limit=50)
        rest = statement_rows.rows(supervisor, Figure.COMMENTS, None, None, before=first[-1]["comment"])
        assert [row["comment"] for row in first + rest] == list(range(55, 0, -1))
        assert "before=6" in visit(supervisor).get("/statement/rows/comments").text

    def test_what_is_real_is_not_mixed_with_a_demo(self, scene: Scene, supervisor: Actor) -> None:
        scene.comment(scene.account(), "critic", 0)
        scene.comment(scene.account("Demo", purpose=Purpose.DEMO), "critic", 0)
        assert statement(supervisor, None, None).counts[Figure.COMMENTS] == 1
        assert statement(supervisor, None, None).accounts == (("Brand", "demo"),)

    def test_taking_rows_out_is_written_down(self, told: Scene, supervisor: Actor, visit: Visit) -> None:
        visit(supervisor).get("/statement/rows/comments.csv")
        last = session().scalar(select(TrailRow).order_by(TrailRow.seq.desc()).limit(1))
        assert last is not None
        assert (last.action, last.actor) == ("statement.exported", supervisor.name)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (59.9, "less than a minute"),
        (60, "1 minute"),
        (3600, "1 hour"),
        (7500, "2 hours and 5 minutes"),
        (86_400 + 1800, "1 day"),
        (3 * 86_400 + 4 * 3600, "3 days and 4 hours"),
        (-5, "less than a minute"),
    ],
)
def test_lengths_in_words(app: Flask, seconds: float, words: str) -> None:
    with app.test_request_context():
        assert in_words(seconds) == words
