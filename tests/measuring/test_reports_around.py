"""What stands around the figures of a report: the period before, and the footnotes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from inbox import clock
from inbox.collecting.accounts import set_targets
from inbox.extensions import writing
from inbox.measuring.figures import Share
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import DEFINITION, response_times
from inbox.models import Purpose, StaffInformed
from inbox.permissions import OPERATOR, Refused, Role
from inbox.problems import Problem
from tests.conftest import MakeMember
from tests.scenes import Scene


def test_the_period_before_is_as_long_and_ends_where_this_one_begins(app: Flask, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=4))
    account = scene.account()
    scene.comment(account, "long before", 10)
    scene.answer(scene.comment(account, "before", 100), 130)
    scene.answer(scene.comment(account, "within", 200), 210)
    report = response_times(OPERATOR, ReportQuery(start=scene.at(150), end=scene.at(240)))
    assert report.before is not None
    assert report.before_from == scene.at(60)
    assert (report.before.waits, report.before.comments, report.before.first.answered["median"]) == (1, 1, 1800)
    assert (report.total.waits, report.total.first.answered["median"]) == (1, 600)
    assert response_times(OPERATOR, ReportQuery()).before is None


def test_footnotes_tell_what_was_changed_in_the_period(app: Flask, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=4))
    brand, other = scene.account("Brand"), scene.account("Stage", purpose=Purpose.DEMO)
    scene.hours(brand, minutes=30)
    scene.round_the_clock(brand, 60, 600)
    scene.target(brand, urgency=0, first=10, minutes=70)
    set_targets(OPERATOR, brand, 1200, 2400)
    set_targets(OPERATOR, other, 1200, 2400)
    report = response_times(OPERATOR, ReportQuery(end=clock.now() + timedelta(hours=1)))
    assert [(change.code, change.account) for change in report.changed_hours] == [
        ("hours_set", "Brand"),
        ("round_the_clock_set", "Brand"),
    ]
    targets = [change.params for change in report.changed_targets]
    assert [(each["urgency"], each["first_seconds"]) for each in targets] == [(0, 600), (None, 1200)]
    assert response_times(OPERATOR, ReportQuery(end=scene.at(20))).changed_hours == ()
    assert (report.definition, report.purpose, report.made_at) == (DEFINITION, Purpose.REAL, at_start)
    assert report.trail_head[0] > 0


def test_chosen_accounts_say_what_the_report_is_for(app: Flask, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=4))
    brand, stage = scene.account("Brand"), scene.account("Stage", purpose=Purpose.DEMO)
    for account in (brand, stage, stage):
        scene.comment(account, f"author {account}", 0)
    report = response_times(OPERATOR, ReportQuery(account_ids=frozenset({stage})))
    assert (report.purpose, report.filters["accounts"]) == (Purpose.DEMO, ["Stage"])
    # Real and demo are never added up, whoever asks for both.
    both = response_times(OPERATOR, ReportQuery(account_ids=frozenset({brand, stage})))
    assert (both.purpose, both.total.waits) == (Purpose.REAL, 1)


def test_the_hours_of_an_autumn_night_are_told_apart_and_in_order(app: Flask, at_start: datetime) -> None:
    scene = Scene(datetime.fromisoformat("2025-10-26T00:00:00+00:00"))
    account = scene.account()
    for minutes in (30, 90, 150):
        scene.comment(account, f"author {minutes}", minutes)
    report = response_times(OPERATOR, ReportQuery(by=Breakdown.HOUR, time_zone="Europe/Paris"))
    assert [figures.group for figures in report.groups] == [
        "2025-10-26T02:00+0200",
        "2025-10-26T02:00+0100",
        "2025-10-26T03:00+0100",
    ]


def test_figures_of_a_member_are_for_the_member_and_for_supervisors(app: Flask, make_member: MakeMember) -> None:
    cm = make_member(Role.COMMUNITY_MANAGER)
    with pytest.raises(Problem):
        response_times(cm, ReportQuery(member_id=cm.member_id))
    with writing() as current:
        now = clock.now()
        current.add(StaffInformed(staff_informed_on=now, words="Told.", recorded_at=now, recorded_by="operator"))
    assert response_times(cm, ReportQuery(member_id=cm.member_id)).total.waits == 0
    with pytest.raises(Refused):
        response_times(cm, ReportQuery(by=Breakdown.MEMBER))


def test_few_are_said_as_numbers() -> None:
    assert (Share(3, 7).small, Share(19, 19).small, Share(3, 20).small) == (True, True, False)
    assert (Share(0, 0).value, Share(1, 4).value) == (None, 0.25)
