"""The charts of a report as they are handed out: well-formed, without style of their own, saying what they show."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from inbox import clock, languages
from inbox.extensions import writing
from inbox.languages import compile_translations
from inbox.measuring.charts import Chart, charts_of, standing_alone, stylesheet
from inbox.measuring.charts.scales import Logarithmic, counting
from inbox.measuring.report_rows import ReportQuery
from inbox.models import Crisis
from inbox.permissions import OPERATOR
from tests.scenes import Scene

SVG = "{http://www.w3.org/2000/svg}"
CODES = ("shares", "spread", "trend", "stages", "flow", "week")
HARMLESS = {"svg", "title", "desc", "rect", "line", "path", "circle", "text"}


@pytest.fixture(scope="module", autouse=True)
def translations() -> None:
    compile_translations()


def drawn(query: ReportQuery | None = None) -> dict[str, Chart]:
    return {chart.code: chart for chart in charts_of(OPERATOR, query or ReportQuery())}


def check(charts: Iterable[Chart]) -> None:
    """What holds for every chart, whatever it shows."""
    for chart in charts:
        assert chart.finding
        assert chart.description
        assert all(len(row) == len(chart.columns) for row in chart.rows)
        assert len(chart.behind) in (0, len(chart.rows))
        for svg in (chart.svg, chart.narrow):
            if not svg:
                continue
            root = ET.fromstring(svg)
            assert root.get("role") == "img"
            title, words = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
            assert title is not None
            assert words is not None
            assert (title.text, words.text) == (chart.finding, chart.description)
            assert root.get("aria-labelledby") == f"{title.get('id')} {words.get('id')}"
            _, _, width, height = (float(number) for number in str(root.get("viewBox")).split())
            for part in root.iter():
                assert part.tag.removeprefix(SVG) in HARMLESS
                assert "style" not in part.attrib
                assert not any(name.startswith("on") for name in part.attrib)
                for name in ("x", "x1", "x2", "cx"):
                    assert -1 <= float(part.get(name, "0")) <= width + 1, (chart.code, name)
                for name in ("y", "y1", "y2", "cy"):
                    assert -1 <= float(part.get(name, "0")) <= height + 1, (chart.code, name)


@pytest.fixture
def scene(app: Flask, at_start: datetime) -> Scene:
    """An hour of a bad buzz: 24 people, 20 of whom have an answer from here."""
    scene = Scene(at_start - timedelta(minutes=90))
    account, karim = scene.account(), scene.member("karim")
    for number in range(24):
        conversation = scene.comment(account, f"p{number}", number)
        if number % 6:
            scene.opened(conversation, number + 5, karim)
            scene.answer(conversation, number + 20, member=karim, drafted=number + 18)
    return scene


def test_every_chart_says_what_it_shows_in_both_languages(scene: Scene) -> None:
    charts = drawn()
    assert tuple(charts) == CODES
    check(charts.values())
    assert charts["shares"].finding == "83.3% of all waits have an answer: 20 of 24."
    assert charts["spread"].finding == "Half of the critics waited less than 20 minutes."
    assert (
        charts["stages"].finding
        == "Most time is lost between reading and beginning to write: 13 minutes of 20 minutes."
    )
    assert charts["flow"].rows[0][1:] == ("24", "8")
    with languages.speaking("fr", "Europe/Paris"):
        french = drawn()
    check(french.values())
    assert french["spread"].finding == "La moitié des personnes ont attendu moins de 20 minutes."
    assert not {chart.finding for chart in french.values()} & {chart.finding for chart in charts.values()}


def test_a_few_are_said_as_numbers(app: Flask, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=3))
    account = scene.account()
    for number in range(7):
        conversation = scene.comment(account, f"p{number}", number)
        if number < 3:
            scene.answer(conversation, number + 30)
    charts = drawn()
    check(charts.values())
    assert charts["shares"].finding == "3 of 7 waits have an answer."
    assert charts["spread"].finding == "3 of 7 critics have an answer so far."
    assert charts["shares"].rows[-1][-1] == "3 of 7"
    assert not any("%" in cell for row in charts["shares"].rows for cell in row)


def test_nobody_answered_and_a_single_comment_are_drawn_too(app: Flask, at_start: datetime) -> None:
    assert charts_of(OPERATOR, ReportQuery()) == ()
    scene = Scene(at_start)
    scene.comment(scene.account(), "one", 0)
    lonely = drawn()
    check(lonely.values())
    assert lonely["spread"].finding == "0 of 1 critics have an answer so far."
    assert lonely["trend"].finding == "At no time has half of those who wrote had an answer so far."
    assert not lonely["stages"].svg
    with clock.frozen(at_start + timedelta(days=3000)):
        years_later = drawn(ReportQuery(start=at_start - timedelta(days=900), time_zone="Asia/Kolkata"))
    check(years_later.values())
    assert len(years_later["trend"].rows) == 1
    with clock.frozen(at_start + timedelta(days=3000)):
        empty_but_for_a_reply = drawn(ReportQuery(start=at_start + timedelta(days=1)))
    assert empty_but_for_a_reply == {}


def test_what_is_said_of_times_holds_for_all_that_are_drawn(app: Flask, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(days=2))
    account = scene.account()
    for number in range(9):
        scene.answer(scene.comment(account, f"few {number}", number), 60)
    for number in range(24):
        scene.comment(account, f"many {number}", 24 * 60 + number)
    charts = drawn()
    assert charts["trend"].finding.startswith("Of those who wrote")
    assert charts["trend"].finding.endswith("0 of 24 have an answer so far.")
    assert "at 0 of 9." in charts["shares"].description
    assert ">27.3%</text>" in charts["shares"].svg
    for number in range(24):
        scene.answer(number + 10, 24 * 60 + 40)
    assert drawn()["trend"].finding.startswith("Where at least 20 people wrote, the wait was longest")


def test_what_a_crisis_is_called_cannot_break_out(app: Flask, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    account = scene.account()
    crisis = scene.crisis(account, 0)
    with writing() as session:
        session.get_one(Crisis, crisis).name = '</desc><script>alert("1")</script>&'
    for number in range(3):
        scene.answer(scene.comment(account, f"p{number}", number + 1), number + 60)
    charts = drawn(ReportQuery(crisis_id=crisis))
    check(charts.values())
    assert "<script" not in charts["shares"].svg


def test_alone_a_chart_takes_its_colours_along(scene: Scene) -> None:
    css = stylesheet()
    assert "var(" not in css
    assert "light-dark" not in css
    assert re.search(r"\.chart \.us \{ fill: #[0-9a-f]{6}; \}", css)
    used = {
        name
        for chart in drawn().values()
        for part in ET.fromstring(chart.svg).iter()
        for name in part.get("class", "").split()
    }
    assert {name for name in used if name != "chart" and f".{name} " not in css} == set()
    for chart in drawn().values():
        alone = standing_alone(chart)
        assert ET.fromstring(alone).find(f"{SVG}style") is not None


def test_axes_are_marked_with_round_values() -> None:
    assert counting(0) == [0, 1]
    assert counting(7) == [0, 5, 10]
    assert counting(96) == [0, 50, 100]
    marks = Logarithmic(10, 10 * 86_400).marks(500)
    assert [mark.words for mark in marks][:2] == ["1\N{NO-BREAK SPACE}min", "5\N{NO-BREAK SPACE}min"]
    assert all(0 <= mark.at <= 1 for mark in marks)
