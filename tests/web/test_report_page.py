"""The page of response times: what was found, the charts, the tables, in both languages and on any screen."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask

from inbox import members
from inbox.extensions import writing
from inbox.models import Member, StaffInformed
from inbox.permissions import Actor, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit

PAGE = "/reports/response-times"


@pytest.fixture
def analyst(make_member: MakeMember) -> Actor:
    """Who reads reports and changes nothing."""
    return make_member(Role.ANALYST)


@pytest.fixture
def week(app: Flask, at_start: Any) -> Scene:
    """Two weeks: in the first 20 people with an answer after 20 minutes, in the second 25 of whom 20 have one."""
    scene = Scene(START - timedelta(days=14))
    account = scene.account("Marque & Fils")
    for number in range(20):
        scene.answer(scene.comment(account, f"before{number}", 2 * 1440 + 60 * number), 2 * 1440 + 60 * number + 20)
    for number in range(25):
        minute = 8 * 1440 + 60 * number
        conversation = scene.comment(account, f"now{number}", minute, kind="criticism" if number % 3 else "question")
        if number % 5:
            scene.answer(conversation, minute + 30)
    return scene


def words_of(page: str) -> str:
    """The page as one reads it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_it_is_said_beside_the_period_before(week: Scene, analyst: Actor, visit: Visit) -> None:
    page = visit(analyst).get(f"{PAGE}?preset=7d&by=kind")
    assert page.status_code == 200
    said = words_of(page.text)
    assert "Half of the people who wrote had a first answer within 30 min." in said
    assert "20 points lower than before (100%)" in said
    assert "10 min longer than before (20 min)" in said
    assert "5 more than before" in said
    assert "Split by: kind" in said
    assert said.count("As a table") == 5
    for finding in ("80% of all waits have an answer: 20 of 25.", "No wait has been answered from this inbox yet."):
        assert finding in said
    assert "style=" not in page.text.partition("<main")[2]


def test_it_speaks_french(week: Scene, analyst: Actor, visit: Visit) -> None:
    members.set_language(analyst, "fr")
    said = words_of(visit(analyst).get(f"{PAGE}?preset=7d&by=kind&zone=Europe/Paris").text)
    assert "80 % des attentes ont une réponse : 20 sur 25." in said
    assert "La moitié des personnes ont attendu moins de 30 minutes." in said
    assert "Réparti par : type" in said
    for english in ("critics", "As a table", "before", "Most comments"):
        assert english not in said


def test_small_numbers_stay_numbers(week: Scene, analyst: Actor, visit: Visit) -> None:
    page = visit(analyst).get(f"{PAGE}?from=2026-02-18&to=2026-02-18").text
    # The axis of the curve is one of percentages all the same.
    said = words_of(re.sub(r"(?s)<svg.*?</svg>", "", page))
    assert "15 of 15" in said
    assert "%" not in said


def test_a_period_without_anybody_says_what_is_good_and_what_to_do(week: Scene, analyst: Actor, visit: Visit) -> None:
    answer = visit(analyst).get(f"{PAGE}?from=2020-01-01&to=2020-01-31")
    assert answer.status_code == 200
    assert "No one wrote, so no one was kept waiting" in answer.text
    assert f'href="{PAGE}?preset=all"' in answer.text
    assert "<svg" not in answer.text


@pytest.mark.parametrize("query", ["preset=crisis", "zone=Mars/Base", "account=x", "crisis=7", "preset=soon"])
def test_filters_that_cannot_be_are_told(at_start: Any, analyst: Actor, visit: Visit, query: str) -> None:
    answer = visit(analyst).get(f"{PAGE}?{query}")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text


def test_what_was_chosen_stands_in_the_form_again(week: Scene, analyst: Actor, visit: Visit) -> None:
    crisis = week.crisis(1, 7 * 1440)
    page = visit(analyst).get(f"{PAGE}?preset=crisis&by=day&account=1&zone=Asia/Kolkata").text
    assert '<option value="crisis" selected>' in page
    assert f'<option value="{crisis}" selected>' in page
    assert 'name="account" value="1" checked' in page
    assert 'name="zone" list="zones" value="Asia/Kolkata"' in page
    assert "Since the beginning of “Gobelune”" in page
    # What is downloaded is what is seen, at whatever time.
    assert "crisis=1" in page.partition("Download as CSV")[0].rpartition("href=")[2]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_read_by_everybody_on_a_desk_and_on_a_phone(
    week: Scene, analyst: Actor, open_browser: Open, scheme: str
) -> None:
    for width in (1440, 390):
        page = open_browser(analyst, viewport={"width": width, "height": 844}, color_scheme=scheme).new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))  # noqa: B023 - the page ends with the turn.
        page.goto(f"{PAGE}?preset=7d&by=kind")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        shown = page.locator("svg.chart:visible")
        assert shown.count() == 5
        for summary in page.locator("main summary").all():
            summary.click()
        assert page.locator(".report-chart table:visible").count() == 5
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert complaints == []
        page.close()


def test_days_that_no_calendar_reaches_are_refused_on_every_page(
    scene: Scene, make_member: MakeMember, visit: Visit
) -> None:
    scene.comment(scene.account(), "a", 0)
    supervisor = make_member(Role.SUPERVISOR)
    with writing() as current:
        current.get_one(Member, supervisor.member_id).time_zone = "Asia/Tokyo"
        current.add(StaffInformed(staff_informed_on=START, words="Told.", recorded_at=START, recorded_by="operator"))
    visitor = visit(supervisor)
    pages = (PAGE, f"{PAGE}.csv", f"{PAGE}/rows", "/statement", "/statement.json", "/reports/members", "/trail")
    for page in (*pages, "/trail.csv"):
        for name in ("from", "to"):
            for day in ("0001-01-01", "1969-12-31", "2201-01-01", "9999-12-31"):
                answer = visitor.get(f"{page}?figure=waits&{name}={day}")
                assert answer.status_code == 400, (page, name, day)
                assert "date cannot be read" in answer.text
        answer = visitor.get(f"{page}?figure=waits&from=1970-01-01&to=2200-12-31")
        assert answer.status_code == 200, page


def test_no_header_of_a_table_is_empty(week: Scene, make_member: MakeMember, visit: Visit) -> None:
    reader = visit(make_member(Role.SUPERVISOR))
    for asked in ("", "?by=template", "?by=crisis", "/rows?figure=waits", "/rows?figure=comments"):
        page = reader.get(PAGE + asked).text
        headers = re.findall(r"<th\b[^>]*>(.*?)</th>", page, re.DOTALL)
        assert headers
        assert not [each for each in headers if not re.sub(r"<[^>]+>|\s", "", each)], asked


def test_who_was_missed_stands_beside_the_target_and_leads_to_its_rows(
    week: Scene, analyst: Actor, visit: Visit
) -> None:
    reader = visit(analyst)
    page = reader.get(f"{PAGE}?preset=all").text
    found = re.search(r'<dd><a href="([^"]*figure=past_target[^"]*)">([^<]*)</a></dd>', page)
    assert found is not None
    assert found[2].endswith("later, or still open past it")
    rows = reader.get(found[1].replace("&amp;", "&")).text
    assert f"{found[2].split()[0]} row" in words_of(rows)
    assert re.search(r"<dt>Within target</dt>.*?with more than “we are looking into it”.*?</div>", page, re.DOTALL)
    assert "figure=first_response_longest_seconds" in page
