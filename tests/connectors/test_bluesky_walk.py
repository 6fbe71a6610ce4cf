"""The walk down a newest-first list: whatever arrives, and wherever it crashes, everything is delivered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox import clock
from inbox.connectors.bluesky.walk import DEEP_EVERY, DEEP_OVERLAP, OVERLAP, Walk, moment_of
from inbox.connectors.shapes import Json

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAGE = 3


@dataclass
class NewestFirst:
    """A list as the AppView keeps it: newest first, the cursor is the last moment given, and what follows is below it.

    Args:
        opaque: give cursors that are no moments, as other lists do.
    """

    opaque: bool = False
    entries: list[tuple[datetime, int]] = field(default_factory=list)
    asked: int = 0

    def add(self, moment: datetime) -> None:
        self.entries.append((moment, len(self.entries)))

    def page(self, cursor: str | None) -> tuple[list[tuple[datetime, int]], str | None]:
        self.asked += 1
        found = sorted(self.entries, key=lambda entry: (entry[0], entry[1]), reverse=True)
        if cursor is not None and self.opaque:
            seconds, last = cursor.split("#")
            found = [entry for entry in found if (entry[0].timestamp(), entry[1]) < (float(seconds), int(last))]
        elif cursor is not None:
            found = [entry for entry in found if entry[0] < moment_of(cursor)]  # type: ignore[operator]
        given = found[:PAGE]
        if not given:
            return [], None
        moment, number = given[-1]
        return given, f"{moment.timestamp()}#{number}" if self.opaque else clock.to_iso(moment)


def step(listed: NewestFirst, stored: Json, now: datetime) -> tuple[list[int], Json, bool]:
    """One page: what came, the new cursor as it would be stored, and whether the walk goes on."""
    walk = Walk.from_json(json.loads(json.dumps(stored))).begin(now)
    entries, cursor = listed.page(walk.page)
    walk = walk.after([moment for moment, _ in entries], cursor)
    return [number for _, number in entries], walk.to_json(), walk.going_on


def walk_down(listed: NewestFirst, stored: Json, now: datetime) -> tuple[list[int], Json]:
    """Pages until the walk has come down."""
    delivered: list[int] = []
    for _ in range(1000):
        numbers, stored, going_on = step(listed, stored, now)
        delivered += numbers
        if not going_on:
            return delivered, stored
    raise AssertionError("the walk never comes down")


Arrivals = st.lists(st.integers(min_value=0, max_value=int(OVERLAP.total_seconds())), max_size=4)
"""By how many seconds the comments that arrive between two pages are sorted below the moment they arrive."""


@given(
    opaque=st.booleans(),
    turns=st.lists(st.tuples(Arrivals, st.integers(0, 900), st.booleans()), max_size=40),
)
def test_everything_is_delivered_through_crashes_between_pages(
    opaque: bool, turns: list[tuple[list[int], int, bool]]
) -> None:
    listed, stored, now = NewestFirst(opaque), Json(), START
    delivered: set[int] = set()
    moments: set[datetime] = set()
    for lags, seconds, crashes in turns:
        now += timedelta(seconds=seconds, milliseconds=7)
        for lag in lags:
            moment = now - timedelta(seconds=lag)
            while moment in moments:
                moment -= timedelta(milliseconds=1)
            moments.add(moment)
            listed.add(max(moment, now - OVERLAP))
        numbers, following, _ = step(listed, stored, now)
        if not crashes:
            delivered.update(numbers)
            stored = following
    for _ in range(2):
        numbers, stored = walk_down(listed, stored, now)
        delivered.update(numbers)
    assert delivered == set(range(len(listed.entries)))


def test_without_the_overlap_a_late_comment_would_be_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def second_walk_brings(late: timedelta) -> bool:
        listed = NewestFirst()
        for minute in range(60):
            listed.add(START - timedelta(minutes=minute))
        _, stored = walk_down(listed, {}, START)
        listed.add(START - late)
        return 60 in walk_down(listed, stored, START)[0]

    assert second_walk_brings(timedelta(minutes=9))
    assert not second_walk_brings(timedelta(minutes=30))
    monkeypatch.setattr("inbox.connectors.bluesky.walk.OVERLAP", timedelta(0))
    assert not second_walk_brings(timedelta(minutes=9))


def test_a_walk_of_a_whole_day_finds_what_came_late_once_an_hour() -> None:
    listed = NewestFirst()
    for minute in range(60):
        listed.add(START - timedelta(minutes=minute))
    _, stored = walk_down(listed, {}, START)
    listed.add(START - DEEP_OVERLAP + timedelta(minutes=1))
    numbers, stored = walk_down(listed, stored, START + DEEP_EVERY - timedelta(seconds=1))
    assert 60 not in numbers
    numbers, _ = walk_down(listed, stored, START + DEEP_EVERY)
    assert 60 in numbers


def test_comments_of_one_millisecond_are_not_cut_by_the_end_of_a_page() -> None:
    listed = NewestFirst()
    for number in range(4 * PAGE):
        listed.add(START - timedelta(milliseconds=number // (PAGE - 1)))
    delivered, _ = walk_down(listed, {}, START)
    assert set(delivered) == set(range(4 * PAGE))


def test_a_page_full_of_one_millisecond_does_not_hold_the_walk_up() -> None:
    listed = NewestFirst()
    for number in range(3 * PAGE):
        listed.add(START - timedelta(milliseconds=number // PAGE))
    delivered, _ = walk_down(listed, {}, START)
    assert set(delivered) == set(range(3 * PAGE))


def test_the_mark_stays_until_the_walk_has_come_down() -> None:
    listed = NewestFirst()
    listed.add(START - timedelta(days=2))
    _, stored = walk_down(listed, {}, START)
    for minute in range(2 * PAGE):
        listed.add(START + timedelta(minutes=minute))
    _, stored, going_on = step(listed, stored, START + timedelta(hours=1))
    assert going_on
    # The server refuses its own cursor: from the newest down again.
    numbers, _ = walk_down(listed, {name: value for name, value in stored.items() if name != "page"}, START)
    assert set(range(1, 1 + 2 * PAGE)) <= set(numbers)
    assert stored["mark"] == clock.to_iso(START - timedelta(days=2))


def test_a_known_list_costs_few_pages() -> None:
    listed = NewestFirst()
    for minute in range(600):
        listed.add(START - timedelta(minutes=minute))
    _, stored = walk_down(listed, {}, START)
    listed.asked = 0
    walk_down(listed, stored, START + timedelta(minutes=1))
    assert listed.asked <= 1 + OVERLAP // timedelta(minutes=1) // (PAGE - 1)


def test_pages_without_a_readable_time_end_at_the_floor_by_their_cursor() -> None:
    walk = Walk(mark=START, deep_at=START).begin(START + timedelta(minutes=1))
    above = walk.after([], clock.to_iso(START - timedelta(minutes=5)))
    assert above.going_on
    assert not above.after([], clock.to_iso(START - timedelta(minutes=11))).going_on


@given(stored=st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner)))
def test_an_unreadable_cursor_begins_anew(stored: object) -> None:
    assert Walk.from_json(stored) == Walk()
    assert Walk.from_json({"mark": stored, "floor": stored, "page": stored}).mark is None or isinstance(stored, str)


@given(text=st.text())
def test_any_text_is_a_moment_or_none(text: str) -> None:
    moment = moment_of(text)
    assert moment is None or moment.tzinfo is UTC
