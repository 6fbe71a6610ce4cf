"""The worked example of docs/response-times.md, figure by figure as it stands there."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask

from inbox import clock
from inbox.answering import conversations
from inbox.measuring.figures import Share
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import Figures, response_times
from inbox.models import NoAnswerReason, ReplyKind
from inbox.permissions import OPERATOR, Role
from tests.conftest import MakeMember
from tests.scenes import Scene

MINUTE = 60


@pytest.fixture
def figures(app: Flask, at_start: datetime, make_member: MakeMember) -> Figures:
    """The report of the example. Nine o'clock is when the frozen clock stands."""
    cm = make_member(Role.COMMUNITY_MANAGER)
    scene = Scene(at_start)
    brand = scene.account("Brand")
    member = cm.member_id
    scene.answer(scene.comment(brand, "ana", 0), 10, member=member)
    scene.answer(scene.comment(brand, "ben", 0), 20)
    chloe = scene.comment(brand, "chloé", 0)
    scene.answer(chloe, 30, member=member, kind=ReplyKind.HOLDING)
    scene.answer(chloe, 120, member=member)
    dan = scene.comment(brand, "dan", 0)
    scene.answer(dan, 120, member=member)
    scene.comment(brand, "dan", 180)
    scene.answer(dan, 195, member=member)
    scene.answer(scene.comment(brand, "eve", 0), 50, member=member, kind=ReplyKind.HOLDING)
    farid = scene.comment(brand, "farid", 0)
    scene.comment(brand, "gia", 330)
    hugo = scene.comment(brand, "hugo", 0)
    with clock.frozen(scene.at(60)):
        conversations.close(cm, farid)
        conversations.mark_no_answer(cm, hugo, NoAnswerReason.THANKS)
    with clock.frozen(scene.at(360)):
        return response_times(OPERATOR, ReportQuery()).total


def test_the_worked_example_is_right(figures: Figures, at_start: datetime) -> None:
    assert (figures.waits, figures.conversations) == (9, 8)
    assert figures.of_answered == Share(6, 9)
    assert figures.of_answered.small
    assert figures.of_answered_where_called_for == Share(6, 8)
    assert (figures.answered_in_substance, figures.holding_only) == (5, 1)
    assert (figures.waiting, figures.closed_without_reply) == (1, 2)
    assert figures.oldest_waiting_since == at_start
    assert figures.answered_natively == 1
    assert figures.of_within_target == Share(5, 8)
    assert figures.past_target == 3
    assert figures.of_within_target_in_substance == Share(3, 8)
    first = figures.first
    assert first.answered["median"] == 30 * MINUTE
    assert first.answered["p90"] == pytest.approx(92 * MINUTE)
    assert (first.all["median"], first.all["p90"]) == (50 * MINUTE, None)
    assert figures.next.answered["median"] == 15 * MINUTE
    assert figures.substantive.answered["median"] == 70 * MINUTE
    assert figures.substantive.all["median"] == 120 * MINUTE
    assert figures.first_staffed == first
    assert timedelta(seconds=first.longest or 0) == timedelta(hours=2)
