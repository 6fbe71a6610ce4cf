"""Who is past due and who is due soon: in order, page by page, and counted no further than a page shows."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations, queue, queue_due
from inbox.answering.cursor import Position
from inbox.answering.queue import DueList, QueueFilters
from inbox.measuring.targets import DUE_SOON
from inbox.models import ConversationState
from inbox.permissions import OPERATOR, Role
from inbox.problems import Problem
from tests.answering.test_queue import START, Filler, filler, minutes, walk
from tests.conftest import MakeMember
from tests.scenes import Scene

__all__ = ["filler"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(-1, 2), minutes, minutes), max_size=30), limit=st.integers(1, 9))
def test_any_pages_put_together_are_those_due_by_urgency_and_due_time(
    filler: Filler, rows: list[tuple[int, int, int]], limit: int
) -> None:
    keys = filler.lay(rows)
    now = START + timedelta(minutes=3)
    soon = timedelta(minutes=2)
    with clock.frozen(now), pytest.MonkeyPatch.context() as patched:
        patched.setattr(queue_due, "DUE_SOON", soon)
        for which in DueList:
            expected = [
                key.author_id
                for key in sorted(keys, key=lambda key: key.rank)
                if (key.due_at <= now if which is DueList.PAST else now < key.due_at <= now + soon)
            ]
            assert [row.author_id for row in walk(limit, QueueFilters(due=which))] == expected
            assert queue.due_counts(OPERATOR)[which] == len(expected)


def test_a_wait_becomes_due_soon_and_then_past_due_put_off_or_not(
    store: Session, at_start: datetime, make_member: MakeMember
) -> None:
    scene = Scene(at_start)
    account, actor = scene.account(), make_member(Role.SUPERVISOR)
    put_off, other = scene.comment(account, "ines", 0), scene.comment(account, "karim", 0)
    conversations.snooze(actor, put_off, scene.at(600))
    due = scene.at(60)
    for moment, soon, past in (
        (due - DUE_SOON - timedelta(seconds=1), [], []),
        (due - DUE_SOON, [other], []),
        (due - timedelta(seconds=1), [other], []),
        (due, [], [other]),
    ):
        with clock.frozen(moment):
            for which, expected in ((DueList.SOON, soon), (DueList.PAST, past)):
                shown = queue.page(OPERATOR, QueueFilters(due=which)).rows
                assert [row.conversation_id for row in shown] == expected
    with clock.frozen(due):
        snoozed = QueueFilters(due=DueList.PAST, state=ConversationState.SNOOZED)
        assert [row.conversation_id for row in queue.page(OPERATOR, snoozed).rows] == [put_off]
        mine = QueueFilters(due=DueList.PAST, assignee_id=actor.member_id)
        assert queue.page(OPERATOR, mine).rows == []
        with pytest.raises(Problem, match="due_needs_wait"):
            queue.page(OPERATOR, QueueFilters(due=DueList.PAST, state=ConversationState.CLOSED))
        with pytest.raises(Problem, match="cursor_unknown"):
            cursor = Position("waiting").encode()
            queue.page(OPERATOR, QueueFilters(due=DueList.PAST), cursor)


def test_no_more_is_counted_than_is_shown(filler: Filler, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    filler.lay([(urgency, 0, 0) for urgency in (-1, 0, 1, 2) * 7])
    monkeypatch.setattr(queue_due, "MOST_COUNTED", 5)
    queue_due._counted.cache_clear()
    try:
        with clock.frozen(START):
            assert queue.due_counts(OPERATOR) == {DueList.PAST: 5, DueList.SOON: 0}
    finally:
        queue_due._counted.cache_clear()
