"""What the charts of a report show, against a slow and obvious count of the same rows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.measuring.curves import BY_COUNT, Curves, curves_of
from inbox.measuring.curves_counts import STAGES
from inbox.measuring.curves_local import HOUR, LocalClock, Unit, cut
from inbox.measuring.figures import Lengths
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import response_times
from inbox.models import Comment, Purpose, Reply, Wait
from inbox.permissions import OPERATOR, Refused, Role
from tests.conftest import MakeMember
from tests.scenes import Scene

NIGHT = datetime(2026, 3, 28, 20, 0, tzinfo=UTC)
"""Five hours before the clocks of Paris go forward."""

NOW = NIGHT + timedelta(hours=40)
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
WAITS = ((5, 25), (90, 400), (200, None), (290, 310), (310, 2000), (400, 401), (700, None), (1500, 1530), (1501, 2300))
"""Minutes in which somebody wrote and was answered."""


def scene_of(network_time: datetime = NIGHT) -> Scene:
    """Nine people in a night and a day, most of them answered by somebody here; one writes twice."""
    scene = Scene(network_time)
    account, karim = scene.account(), scene.member("karim")
    for number, (written, answered) in enumerate(WAITS):
        conversation = scene.comment(account, f"person{number}", written)
        if answered is None:
            continue
        if number == 1:
            scene.answer(conversation, answered)
        else:
            scene.opened(conversation, written + 1, karim)
            scene.answer(
                conversation,
                answered,
                member=karim,
                drafted=answered - 1,
                submitted=answered - 0.5 if number == 4 else None,
            )
    scene.answer(scene.comment(account, "person0", 1000), 1010, member=karim)
    scene.answer(scene.comment(account, "robot", 50), 51, automatic=True)
    elsewhere = scene.account("Stage", purpose=Purpose.DEMO)
    scene.answer(scene.comment(elsewhere, "demo", 3), 4)
    return scene


def curves(query: ReportQuery) -> Curves:
    found = curves_of(OPERATOR, query)
    assert found is not None
    return found


@pytest.fixture
def scene(app: Flask) -> Scene:
    with clock.frozen(NIGHT):
        return scene_of()


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kolkata"])
def test_every_curve_is_what_counting_by_hand_gives(scene: Scene, store: Session, zone: str) -> None:
    with clock.frozen(NOW):
        made = curves(ReportQuery(time_zone=zone))
        report = response_times(OPERATOR, ReportQuery(time_zone=zone))
    there = ZoneInfo(zone)
    of_brand = Wait.account_id == 1
    comments = list(store.scalars(select(Comment.posted_at).where(Comment.account_id == 1)))
    answers = [at for at in store.scalars(select(Reply.sent_at).where(Reply.account_id == 1, ~Reply.automatic)) if at]
    waits = list(store.scalars(select(Wait).where(of_brand, Wait.superseded_at.is_(None))))
    first = [wait for wait in waits if wait.ordinal == 1]

    # Local hours that begin on the hour of the zone, the missing one of Paris left out.
    buckets = made.flow.buckets
    assert buckets.unit is Unit.HOUR
    starts = [buckets.start(number) for number in range(len(buckets))]
    assert all(start.minute == 0 for start in starts)
    missing = {2} if zone == "Europe/Paris" else {0}
    assert {start.hour for start in starts if start.date() == date(2026, 3, 29)} == set(range(24)) - missing

    def by_hour(moments: list[datetime]) -> Counter[datetime]:
        return Counter(
            (at.astimezone(there)).replace(minute=0, second=0, microsecond=0).astimezone(UTC) for at in moments
        )

    for counted, moments in ((made.flow.comments, comments), (made.flow.answers, answers)):
        assert {
            start.astimezone(UTC): int(count) for start, count in zip(starts, counted, strict=True) if count
        } == by_hour(moments)

    # The distribution holds every first wait, and says the percentiles of the report.
    lasted = [wait.seconds if wait.seconds is not None else (NOW - wait.opened_at).total_seconds() for wait in first]
    assert made.spread.answered.sum() == sum(wait.closed_at is not None for wait in first)
    assert made.spread.answered.sum() + made.spread.unanswered.sum() == len(first)
    for number, count in enumerate(made.spread.answered):
        low, high = made.spread.edges[number : number + 2]
        last = number == len(made.spread.answered) - 1
        inside = [
            seconds
            for seconds, wait in zip(lasted, first, strict=True)
            if wait.closed_at and (low <= seconds or number == 0) and (seconds < high or last)
        ]
        assert count == len(inside)
    assert made.spread.lengths == report.total.first
    assert made.spread.allowed == 3600

    # The trend is the report of each of its hours.
    for number, (start, waiting) in enumerate(
        zip([made.trend.buckets.start(n) for n in range(len(made.trend.buckets))], made.trend.waits, strict=True)
    ):
        end = made.trend.buckets.end(number)
        here = [wait for wait in first if start <= wait.opened_at < end]
        assert waiting == len(here)
        answered = [wait.seconds for wait in here if wait.seconds is not None]
        others = [(NOW - wait.opened_at).total_seconds() for wait in here if wait.seconds is None]
        assert made.trend.lengths[number] == Lengths.of(answered, others)

    # The week counts each comment, and each first wait, once.
    cells = Counter((at.astimezone(there).weekday(), at.astimezone(there).hour) for at in comments)
    assert {(d, h): int(made.week.comments[d, h]) for d, h in np.argwhere(made.week.comments).tolist()} == cells
    begun = Counter((w.opened_at.astimezone(there).weekday(), w.opened_at.astimezone(there).hour) for w in first)
    assert {(d, h): int(made.week.waits[d, h]) for d, h in np.argwhere(made.week.waits).tolist()} == begun

    # Of every wait begun so far, those that had an answer then.
    for moment, opened, answered_then in zip(
        made.shares.moments.tolist(), made.shares.opened, made.shares.answered, strict=True
    ):
        at = datetime.fromtimestamp(moment, UTC)
        assert opened == sum(wait.opened_at <= at for wait in waits)
        # SQLite keeps a thousandth of a second of what a curve is drawn over.
        near = [
            wait.closed_at for wait in waits if wait.closed_at and abs((wait.closed_at - at).total_seconds()) < 0.01
        ]
        assert answered_then == sum(wait.closed_at is not None and wait.closed_at <= at for wait in waits) or near
    answered_so_far = made.shares.answered[-1] + made.shares.answered_later
    assert (made.shares.opened[-1], answered_so_far) == (report.total.waits, report.total.answered)


def test_stages_add_up_to_the_mean_wait(scene: Scene, store: Session) -> None:
    with clock.frozen(NOW):
        stages = curves(ReportQuery()).stages
    here = [
        wait
        for wait in store.scalars(select(Wait).where(Wait.account_id == 1, Wait.closed_at.is_not(None)))
        if wait.drafted_at is not None
    ]
    assert (stages.answers, stages.elsewhere) == (len(here), 1)
    expected = []
    for stage in range(len(STAGES)):
        total = 0.0
        for wait in here:
            assert wait.closed_at is not None
            reached = [wait.opened_at, wait.received_at, wait.first_opened_at, wait.drafted_at]
            reached += [wait.submitted_at, wait.approved_at, wait.closed_at, wait.confirmed_at]
            known = [at for at in reached[: stage + 2] if at is not None]
            before = [at for at in reached[: stage + 1] if at is not None]
            total += (max(known) - max(before)).total_seconds()
        expected.append(total / len(here))
    assert stages.means == pytest.approx(expected, abs=1)
    assert sum(stages.means) == pytest.approx(sum(wait.seconds or 0 for wait in here) / len(here), abs=1)


def test_leaving_the_slowest_without_an_answer_lowers_no_curve_over_all(app: Flask) -> None:
    with clock.frozen(NIGHT):
        scene = Scene(NIGHT)
        account = scene.account()
        for number in range(6):
            scene.answer(scene.comment(account, f"quick{number}", number), number + 10)
        for number in range(4):
            scene.comment(account, f"slow{number}", number)
    with clock.frozen(NOW):
        made = curves(ReportQuery())
    assert made.trend.answered[0] == 6
    assert made.trend.lengths[0].all["p90"] is None
    assert made.shares.answered[-1] / made.shares.opened[-1] == 0.6


def test_a_crisis_counts_what_it_touches_while_it_lasts(app: Flask) -> None:
    with clock.frozen(NIGHT):
        scene = Scene(NIGHT)
        touched, other = scene.account(), scene.account("Other")
        crisis = scene.crisis(touched, 60, until=120)
        for minutes in (10, 70, 130):
            for account in (touched, other):
                scene.answer(scene.comment(account, f"a{minutes}", minutes), minutes + 5)
    with clock.frozen(NOW):
        made = curves(ReportQuery(crisis_id=crisis))
    assert (made.flow.comments.sum(), made.flow.answers.sum(), made.waits) == (1, 1, 1)
    assert made.shares.moments[0] == scene.at(60).timestamp()


def test_where_nobody_wrote_there_is_nothing_to_draw(scene: Scene) -> None:
    assert curves_of(OPERATOR, ReportQuery(end=NIGHT)) is None


def test_who_may_not_see_reports_sees_no_curve(app: Flask, make_member: MakeMember) -> None:
    with pytest.raises(Refused):
        curves_of(make_member(Role.APPROVER), ReportQuery())


@given(
    zone=st.sampled_from(ZONES),
    seconds=st.lists(st.integers(0, 3 * 365 * 86_400), min_size=1, max_size=8),
)
def test_a_local_clock_shows_what_the_zone_shows(zone: str, seconds: list[int]) -> None:
    there, first = ZoneInfo(zone), datetime(2024, 1, 1, tzinfo=UTC)
    ticking = LocalClock.over(there, first, first + timedelta(days=3 * 365 + 1))
    moments = [first + timedelta(seconds=number) for number in seconds]
    array = np.array([moment.timestamp() for moment in moments])
    weekdays, hours = ticking.weekday_and_hour(array)
    local = [moment.astimezone(there) for moment in moments]
    assert weekdays.tolist() == [moment.weekday() for moment in local]
    assert hours.tolist() == [moment.hour for moment in local]
    # No slice of one grain lies in two local hours.
    starts = array // ticking.grain * ticking.grain
    assert (ticking.local(starts) // HOUR == ticking.local(starts + ticking.grain - 1) // HOUR).all()


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 3 * 365 * 86_400).map(
        lambda seconds: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    span=st.timedeltas(timedelta(0), timedelta(days=2500)),
)
def test_buckets_cover_a_period_without_a_hole(zone: str, start: datetime, span: timedelta) -> None:
    buckets = cut(ZoneInfo(zone), start, start + span, BY_COUNT)
    assert (np.diff(buckets.edges) > 0).all()
    assert buckets.edges[0] <= start.timestamp()
    assert (start + span).timestamp() < buckets.edges[-1]
    assert len(buckets) <= 220
    for number in range(len(buckets)):
        begin = buckets.start(number)
        assert begin.minute == 0
        if buckets.unit is not Unit.HOUR:
            assert begin.hour == 0
        if buckets.unit is Unit.WEEK:
            assert begin.weekday() == 0
