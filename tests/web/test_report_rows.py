"""The page of rows behind a number of a report."""

from __future__ import annotations

import html
import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from inbox import clock
from inbox.permissions import Role
from tests.conftest import MakeMember
from tests.scenes import OFFICE, Scene
from tests.web.conftest import Visit

ROWS = "/reports/response-times/rows"


def test_rows_lead_to_conversations_for_those_who_may_open_them(
    scene: Scene, make_member: MakeMember, visit: Visit
) -> None:
    account = scene.account()
    for number in range(53):
        scene.comment(account, f"author {number}", number / 2)
    analyst, cm = visit(make_member(Role.ANALYST)), visit(make_member(Role.COMMUNITY_MANAGER))
    page = cm.get(f"{ROWS}?figure=unanswered&by=account&group=Brand").get_data(as_text=True)
    assert "53 rows" in page
    assert page.count('href="/conversations/') == 50
    further = re.search(rf'href="({re.escape(ROWS)}\?[^"]*after=[^"]*)"', page)
    assert further is not None
    rest = cm.get(html.unescape(further[1])).get_data(as_text=True)
    assert rest.count('href="/conversations/') == 3
    page = analyst.get(f"{ROWS}?figure=unanswered").get_data(as_text=True)
    assert "53 rows" in page
    assert "/conversations/" not in page


def test_an_open_wait_is_said_so_far_on_the_clock_of_the_report(
    scene: Scene, make_member: MakeMember, visit: Visit, at_start: datetime
) -> None:
    account = scene.account()
    scene.hours(account, OFFICE, minutes=-60)
    scene.comment(account, "author", 0)
    with clock.frozen(scene.at(600)):
        reader = visit(make_member(Role.COMMUNITY_MANAGER))
        page = reader.get(f"{ROWS}?figure=still_waiting&zone=Asia/Kolkata").get_data(as_text=True)
    row = page.partition("<tbody>")[2].partition("</tr>")[0]
    assert row.strip().startswith('<tr><td><a href="/conversations/')
    said = re.findall(r">([^<>]*) so far<", row)
    assert said[0] == "10\N{NO-BREAK SPACE}h"
    assert said[1] != said[0]
    assert "Times are on the clock of Asia/Kolkata." in page
    assert scene.at(0).astimezone(ZoneInfo("Asia/Kolkata")).strftime(", %H:%M</time>") in row


def test_a_figure_that_is_none_and_one_of_nothing_say_so(scene: Scene, make_member: MakeMember, visit: Visit) -> None:
    visitor = visit(make_member(Role.ANALYST))
    answer = visitor.get(f"{ROWS}?figure=charm")
    assert (answer.status_code, "no figure called" in answer.get_data(as_text=True)) == (404, True)
    answer = visitor.get(f"{ROWS}?figure=first_response_p90_seconds")
    assert (answer.status_code, "It has no value yet" in answer.get_data(as_text=True)) == (200, True)
    assert "It stands at zero" in visitor.get(f"{ROWS}?figure=answered").get_data(as_text=True)
    assert visitor.get(f"{ROWS}?figure=waits&by=member").status_code == 403


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("by=urgency&group=<b>", 400),
        ("by=urgency&group=", 400),
        ("by=urgency&group=99999999999999999", 200),
        ("by=kind&group=<b>", 200),
        ("by=kind&group=%00", 400),
        ("by=language&group=%00", 400),
        ("by=language&group=<b>", 200),
        ("by=account&group=a%00", 400),
    ],
)
def test_a_group_that_is_none_is_refused_or_has_no_rows(
    scene: Scene, make_member: MakeMember, visit: Visit, asked: str, status: int
) -> None:
    scene.comment(scene.account(), "a", 0)
    answer = visit(make_member(Role.ANALYST)).get(f"{ROWS}?figure=waits&{asked}")
    assert answer.status_code == status
    assert ("no such group" if status == 400 else "It stands at zero") in answer.text
    assert "<b>" not in answer.text
