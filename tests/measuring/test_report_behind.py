"""Every number of a report is what the rows behind it give."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from inbox import clock
from inbox.answering import conversations
from inbox.extensions import writing
from inbox.measuring import report_behind
from inbox.measuring.report_behind import FIGURES, Behind, behind
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import Report, response_times
from inbox.models import NoAnswerReason, ReplyKind, ReplyTemplate, StaffInformed
from inbox.permissions import OPERATOR, Actor, Role
from inbox.problems import Problem
from tests.conftest import MakeMember
from tests.measuring import plain
from tests.measuring.told import told
from tests.scenes import OFFICE, Scene


@pytest.fixture
def supervisor(make_member: MakeMember) -> Actor:
    """Who may see everything."""
    return make_member(Role.SUPERVISOR)


@pytest.fixture
def scene(app: Flask, at_start: datetime, supervisor: Actor) -> Scene:
    """Waits of every state on three accounts, two of one name, across a crisis, with hours, members and promises."""
    scene = Scene(at_start - timedelta(hours=30))
    ines, karim = scene.member("ines"), scene.member("karim")
    with writing() as current:
        current.add(ReplyTemplate(id=1, name="Recall", created_at=clock.now(), created_by="operator"))
    brand, shop, twin = scene.account("Brand"), scene.account("Shop", network="mastodon"), scene.account("Shop")
    scene.hours(shop, OFFICE, minutes=-60)
    scene.crisis(brand, 100, until=900)
    for account in (brand, shop, twin):
        for number, minutes in enumerate((10, 20, 300)):
            kind = "criticism" if number else "question"
            scene.answer(scene.comment(account, f"native {number}", number, kind=kind), minutes)
        mine = scene.comment(account, "mine", 120, kind="criticism", urgency=0)
        scene.answer(mine, 150, member=ines, kind=ReplyKind.HOLDING, promised=400)
        scene.comment(account, "mine", 500)
        scene.answer(mine, 640, member=karim, template=1)
        held = scene.comment(account, "held", 130)
        scene.answer(held, 140, member=karim, kind=ReplyKind.HOLDING, promised=5_000)
        for author, minutes in (("open", 200), ("young", 1_790), ("closed", 210), ("marked", 220)):
            conversation = scene.comment(account, author, minutes, kind="praise")
            if author == "open":
                scene.assign(conversation, ines, 205)
                scene.assign(conversation, karim, 1_000)
            if author == "closed":
                conversations.close(supervisor, conversation)
            if author == "marked":
                conversations.mark_no_answer(supervisor, conversation, NoAnswerReason.THANKS)
    with writing() as current:
        row = StaffInformed(
            staff_informed_on=clock.now() - timedelta(days=30),
            words="Told.",
            recorded_at=clock.now(),
            recorded_by="operator",
        )
        current.add(row)
    return scene


def all_of(actor: Actor, query: ReportQuery, figure: str, **group: str) -> list[dict[str, Any]]:
    """All rows, a few at a time; the first page says how many there are."""
    found: list[dict[str, Any]] = []
    limit = 4 if figure in ("waits", "first_response", "comments") else 100
    page: Behind = behind(actor, query, figure, None, limit, **group)
    total = page.total
    while True:
        found += page.rows
        if page.next is None:
            break
        page = behind(actor, query, figure, page.next, limit, **group)
        assert page.total is None
    assert len(found) == total
    assert len({next(iter(row.items())) for row in found}) == len(found), figure
    return found


LENGTHS = {
    "first_response": ("sent_at", "seconds"),
    "first_response_staffed": ("sent_at", "staffed_seconds"),
    "first_substantive": ("substantive_at", None),
    "next_response": ("sent_at", "seconds"),
    "next_response_staffed": ("sent_at", "staffed_seconds"),
    "next_substantive": ("substantive_at", None),
}


def given(rows: list[dict[str, Any]], over_all: list[dict[str, Any]], name: str, now: datetime) -> dict[str, Any]:
    """The percentiles that the rows of a length give."""
    ends, stored = LENGTHS[name]

    def length(row: dict[str, Any]) -> float:
        return float(row[stored]) if stored else (row[ends] - row["posted_at"]).total_seconds()

    so_far = [(now - row["posted_at"]).total_seconds() for row in over_all if row[ends] is None]
    assert len(over_all) == len(rows) + len(so_far)
    return plain.lengths(name, [length(row) for row in rows], so_far)


def check(actor: Actor, query: ReportQuery, report: Report, group: str | None) -> None:
    """Every figure of one group equals what its rows give."""
    figures = report.total if group is None else next(each for each in report.groups if each.group == group)
    more = {} if group is None else {"group": group}
    expected = told(figures)
    promises = report.promises.get(group)
    for name in FIGURES:
        if name in ("comments", "tombstones"):
            continue
        rows = all_of(actor, query, name, **more)
        if name.startswith("promises_"):
            count = getattr(promises, name.removeprefix("promises_")) if promises else 0
            assert len(rows) == count, (name, group)
        elif name in LENGTHS:
            found = given(rows, all_of(actor, query, f"{name}_all", **more), name, report.made_at)
            for figure, value in found.items():
                if name.endswith("_staffed") and "_all_" in figure:
                    continue  # How much of an open wait was staffed so far stands in no row.
                assert expected[figure] == pytest.approx(value), (figure, group)
        elif not name.endswith("_all"):
            assert len(rows) == expected[name], (name, group)


def test_every_figure_of_the_whole_is_what_its_rows_give(scene: Scene) -> None:
    query = ReportQuery()
    report = response_times(OPERATOR, query)
    assert report.total.waits == 30
    check(OPERATOR, query, report, None)
    assert len(all_of(OPERATOR, query, "comments")) == report.total.comments == 30
    assert all_of(OPERATOR, query, "tombstones") == []


def test_every_group_has_its_rows(scene: Scene, supervisor: Actor) -> None:
    for by in Breakdown:
        query = ReportQuery(by=by, time_zone="Asia/Kolkata")
        report = response_times(supervisor, query)
        assert len(report.groups) > (by is not Breakdown.LANGUAGE), by
        for figures in report.groups:
            for name in ("waits", "conversations", "past_target"):
                rows = all_of(supervisor, query, name, group=figures.group or "")
                assert len(rows) == getattr(figures, name), (by, figures.group, name)
        if by in (Breakdown.MEMBER, Breakdown.TEMPLATE, Breakdown.HOUR):
            check(supervisor, query, report, report.groups[-1].group)


def test_a_crisis_has_its_own_rows_and_no_period_before(scene: Scene) -> None:
    query = ReportQuery(crisis_id=1)
    report = response_times(OPERATOR, query)
    assert report.before is None
    assert 0 < report.total.waits < 10
    check(OPERATOR, query, report, None)
    assert {row["account"] for row in all_of(OPERATOR, query, "waits")} == {"Brand"}
    assert len(all_of(OPERATOR, query, "comments")) == report.total.comments


def test_lengths_come_in_their_order(scene: Scene) -> None:
    seconds = [row["seconds"] for row in all_of(OPERATOR, ReportQuery(), "first_response_p90_seconds")]
    assert seconds == sorted(seconds)
    opened = [row["posted_at"] for row in all_of(OPERATOR, ReportQuery(), "oldest_waiting_since")]
    assert opened == sorted(opened)
    assert opened[0] == response_times(OPERATOR, ReportQuery()).total.oldest_waiting_since


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"figure": "charm"}, "figure_unknown"),
        ({"figure": "waits", "after": "nonsense"}, "cursor_unknown"),
        ({"figure": "waits", "after": "WzEsLTFd"}, "cursor_unknown"),
        ({"figure": "waits", "limit": 0}, "limit_unknown"),
        ({"figure": "waits", "group": "Brand"}, "group_unknown"),
        ({"figure": "comments", "group": "x", "query": ReportQuery(by=Breakdown.TEMPLATE)}, "group_unknown"),
        ({"figure": "waits", "group": "x", "query": ReportQuery(by=Breakdown.DAY)}, "group_unknown"),
        ({"figure": "waits", "query": ReportQuery(by=Breakdown.MEMBER)}, "member_figures_off"),
    ],
)
def test_what_has_no_rows_is_refused_with_its_reason(app: Flask, asked: dict[str, Any], code: str) -> None:
    more = {name: value for name, value in asked.items() if name not in {"query", "figure"}}
    with pytest.raises(Problem) as caught:
        behind(OPERATOR, asked.get("query", ReportQuery()), asked["figure"], **more)
    assert caught.value.code == code


def test_rows_are_codes_times_and_numbers(scene: Scene) -> None:
    words = json.dumps([all_of(OPERATOR, ReportQuery(), name) for name in report_behind.names()], default=str)
    assert "Is it safe?" not in words


def test_promises_of_members_begin_when_staff_were_informed(app: Flask, at_start: datetime, supervisor: Actor) -> None:
    scene = Scene(at_start - timedelta(days=1))
    account, ines = scene.account(), scene.member("ines")
    for minutes in (0, 1440):
        conversation = scene.comment(account, f"author {minutes}", minutes)
        scene.answer(conversation, minutes + 5, member=ines, kind=ReplyKind.HOLDING, promised=minutes + 9_000)
    with writing() as current:
        current.add(
            StaffInformed(staff_informed_on=at_start, words="Told.", recorded_at=at_start, recorded_by="operator")
        )
    assert response_times(supervisor, ReportQuery()).promises[None].open == 2
    for query in (ReportQuery(by=Breakdown.MEMBER), ReportQuery(member_id=ines)):
        assert response_times(supervisor, query).promises[None].open == 1
        rows = all_of(supervisor, query, "promises_open")
        assert [row["made_at"] for row in rows] == [scene.at(1445)]
