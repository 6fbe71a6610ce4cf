"""Reports: figures from stored waits, the same on both engines, and nothing a member can do improves them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import writing
from inbox.measuring import waits
from inbox.measuring.figures import Lengths, Survival, percentile
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import response_times
from inbox.measuring.statement import statement
from inbox.measuring.statement_rows import Figure
from inbox.models import Conversation, ConversationState, Purpose
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, at_start: datetime) -> Scene:
    """Four critics: answered after 10, 20 and 60 minutes, one not at all."""
    scene = Scene(at_start - timedelta(hours=10))
    account = scene.account()
    for author, minutes in (("a", 10), ("b", 20), ("c", 60)):
        scene.answer(scene.comment(account, author, 0), minutes)
    scene.comment(account, "d", 0, kind="criticism")
    return scene


def test_percentiles_interpolate_linearly() -> None:
    assert percentile([10, 20, 60], 0.5) == 20
    assert percentile([10, 20, 60, 70], 0.5) == 40
    assert percentile([10, 20], 0.9) == pytest.approx(19)


def test_without_values_there_is_no_percentile() -> None:
    assert percentile((), 0.5) is None


def test_survival_is_that_of_the_textbook() -> None:
    # Answers at 6, 6, 6, 7, 10 and others at 6, 9, 10: the first steps of the remission data of Freireich (1963).
    times = Survival.over([6, 6, 6, 7, 10], [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35, 13, 16, 22, 23])
    assert times.reached_by(0.5) is None
    assert times.unanswered == pytest.approx((0.857, 0.807, 0.753), abs=5e-4)
    assert list(times.times) == [6, 7, 10]


def test_no_share_is_reached_before_that_share_has_an_answer() -> None:
    old_ones_answered = Lengths.of([50_000.0], [60.0] * 20)
    assert old_ones_answered.answered["median"] == 50_000
    assert old_ones_answered.all == {"median": None, "p90": None, "p95": None}


def test_figures_of_a_small_scene(scene: Scene) -> None:
    total = response_times(OPERATOR, ReportQuery()).total
    assert (total.comments, total.conversations, total.waits) == (4, 4, 4)
    assert (total.answered, total.waiting, total.closed_without_reply) == (3, 1, 0)
    assert total.share_answered == 0.75
    assert total.first.answered["median"] == 1200
    assert total.first.answered["p90"] == pytest.approx(1200 + 0.8 * 2400)
    assert total.first.longest == 3600
    assert total.first.all == {"median": 1200, "p90": None, "p95": None}
    assert (total.within_target, total.past_target) == (3, 1)
    assert total.oldest_waiting_since == scene.at(0)


def test_leaving_the_slowest_unanswered_does_not_flatter_the_figure_over_all_waits(
    app: Flask, at_start: datetime
) -> None:
    scene = Scene(at_start - timedelta(hours=10))
    account = scene.account()
    for number, minutes in enumerate((1, 2, 3)):
        scene.answer(scene.comment(account, f"quick{number}", 0), minutes)
    for number in range(4):
        scene.comment(account, f"slow{number}", 0)
    first = response_times(OPERATOR, ReportQuery()).total.first
    assert first.answered["median"] == 120
    assert first.all["median"] is None


def test_closing_without_a_reply_improves_nothing(scene: Scene) -> None:
    before = response_times(OPERATOR, ReportQuery()).total
    with writing() as session:
        session.get_one(Conversation, 4).state = ConversationState.CLOSED
        waits.settle(session, {4})
    after = response_times(OPERATOR, ReportQuery()).total
    assert (after.closed_without_reply, after.waiting) == (1, 0)
    assert after.first == before.first
    assert (after.share_answered, after.share_within_target) == (before.share_answered, before.share_within_target)


def test_demo_waits_never_mix_with_real_ones(scene: Scene) -> None:
    scene.comment(scene.account("Stage", purpose=Purpose.DEMO), "x", 0)
    assert response_times(OPERATOR, ReportQuery()).total.waits == 4
    assert response_times(OPERATOR, ReportQuery(purpose=Purpose.DEMO)).total.waits == 1


def test_groups_add_up_to_the_whole(scene: Scene) -> None:
    for by in (Breakdown.KIND, Breakdown.ACCOUNT, Breakdown.NETWORK, Breakdown.LANGUAGE, Breakdown.DAY, Breakdown.HOUR):
        report = response_times(OPERATOR, ReportQuery(by=by))
        assert sum(group.waits for group in report.groups) == report.total.waits, by
    kinds = response_times(OPERATOR, ReportQuery(by=Breakdown.KIND)).groups
    assert [(group.group, group.waits) for group in kinds] == [("criticism", 1), ("question", 3)]


def test_a_period_holds_the_waits_opened_in_it(scene: Scene) -> None:
    assert response_times(OPERATOR, ReportQuery(start=scene.at(1))).total.waits == 0
    assert response_times(OPERATOR, ReportQuery(start=scene.at(0), end=scene.at(1))).total.waits == 4


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (ReportQuery(start=clock.now(), end=clock.now() - timedelta(days=1)), "period_reversed"),
        (ReportQuery(time_zone="Europe/Nowhere"), "time_zone_unknown"),
        (ReportQuery(by=Breakdown.MEMBER), "member_figures_off"),
    ],
)
def test_a_report_that_cannot_be_is_refused_with_its_reason(app: Flask, query: ReportQuery, code: str) -> None:
    with pytest.raises(Problem) as caught:
        response_times(OPERATOR, query)
    assert caught.value.code == code


def test_a_statement_counts_and_nobody_types_in_it(scene: Scene, store: Session) -> None:
    made = statement(OPERATOR, None, None)
    nothing = (Figure.REMOVED_HERE, Figure.REFUSED_ATTEMPTS, Figure.VANISHED, Figure.ALARMS)
    assert (made.counts[Figure.COMMENTS], made.withheld) == (4, 0)
    assert [made.counts[figure] for figure in nothing] == [0, 0, 0, 0]
