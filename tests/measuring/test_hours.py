"""Staffed seconds: nights on which clocks change, by hand, and anything else against a clock hand that is watched
minute by minute."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from inbox.measuring.hours import ALWAYS, NEVER_DUE_AFTER, Calendar, History, Override, Span, Version

HOUR = 3600
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
OFFICE: tuple[Span, ...] = ((540, 1080),)
"""09:00–18:00."""
NIGHT: tuple[Span, ...] = ((0, 480),)
"""00:00–08:00."""


def week(spans: tuple[Span, ...]) -> tuple[tuple[Span, ...], ...]:
    return (spans,) * 7


def calendar(
    zone: str,
    weekly: tuple[tuple[Span, ...], ...],
    *,
    closed: frozenset[date] = frozenset(),
    own: Mapping[date, tuple[Span, ...]] | None = None,
) -> Calendar:
    """The calendar of hours that were always so."""
    return History([Version(LONG_AGO, LONG_AGO, None, zone, weekly, closed, own or {})]).calendar(LONG_AGO)


def local(zone: str, text: str) -> datetime:
    """`2026-03-29 00:00` on the clock of a zone, the first time it shows that, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


MONDAY_TO_FRIDAY = (OFFICE,) * 5 + ((),) * 2


@pytest.mark.parametrize(
    ("zone", "weekly", "start", "end", "hours"),
    [
        # On 29 March 2026 the clock of Paris jumps from 02:00 to 03:00: eight hours on paper are seven.
        ("Europe/Paris", week(NIGHT), "2026-03-29 00:00", "2026-03-30 00:00", 7),
        # Started at 01:30, past the jump at 04:15: an hour and three quarters.
        ("Europe/Paris", week(NIGHT), "2026-03-29 01:30", "2026-03-29 04:15", 1.75),
        # On 25 October 2026 it shows 02:00–03:00 twice: nine hours.
        ("Europe/Paris", week(NIGHT), "2026-10-25 00:00", "2026-10-26 00:00", 9),
        ("Europe/Paris", week(NIGHT), "2026-10-25 01:30", "2026-10-25 04:15", 3.75),
        # A span that begins in the hour that is missing begins when the clock has jumped, at 03:00.
        ("Europe/Paris", week(((150, 300),)), "2026-03-29 00:00", "2026-03-30 00:00", 2),
        # One that lies in it altogether has nothing that day.
        ("Europe/Paris", week(((130, 170),)), "2026-03-29 00:00", "2026-03-30 00:00", 0),
        # 02:30–05:00 in the night with an hour more: from the first time the clock shows 02:30.
        ("Europe/Paris", week(((150, 300),)), "2026-10-25 00:00", "2026-10-26 00:00", 3.5),
        # And 00:00–02:30 ends the first time it shows 02:30, so that the two touch and nothing is counted twice.
        ("Europe/Paris", week(((0, 150),)), "2026-10-25 00:00", "2026-10-26 00:00", 2.5),
        ("Europe/Paris", week(((0, 150), (150, 300))), "2026-10-25 00:00", "2026-10-26 00:00", 6),
        # Office hours on both days: the same nine hours, an hour apart in UTC.
        ("Europe/Paris", week(OFFICE), "2026-03-28 00:00", "2026-03-30 00:00", 18),
        # New York: 8 March and 1 November 2026.
        ("America/New_York", week(NIGHT), "2026-03-08 00:00", "2026-03-09 00:00", 7),
        ("America/New_York", week(NIGHT), "2026-11-01 00:00", "2026-11-02 00:00", 9),
        # A shift from 22:00 on the eve to 06:00.
        ("America/New_York", week(((1320, 1800),)), "2026-03-07 12:00", "2026-03-08 12:00", 7),
        ("America/New_York", week(((1320, 1800),)), "2026-10-31 12:00", "2026-11-01 12:00", 9),
        # Kolkata is five and a half hours ahead and changes nothing: 09:00–18:00 is 03:30–12:30 UTC.
        ("Asia/Kolkata", week(OFFICE), "2026-03-29 00:00", "2026-03-30 00:00", 9),
        ("Asia/Kolkata", week(OFFICE), "2026-10-25 08:59", "2026-10-25 09:30", 0.5),
        # Lord Howe changes by half an hour, on 5 April and 4 October 2026.
        ("Australia/Lord_Howe", week(NIGHT), "2026-04-05 00:00", "2026-04-06 00:00", 8.5),
        ("Australia/Lord_Howe", week(NIGHT), "2026-10-04 00:00", "2026-10-05 00:00", 7.5),
        # Samoa had no 30 December 2011.
        ("Pacific/Apia", week(OFFICE), "2011-12-29 00:00", "2012-01-01 00:00", 18),
        # Nobody is there at the week's end.
        ("Europe/Paris", MONDAY_TO_FRIDAY, "2026-03-27 17:00", "2026-03-30 10:00", 2),
    ],
)
def test_staffed_hours_over_nights_on_which_clocks_change(
    zone: str, weekly: tuple[tuple[Span, ...], ...], start: str, end: str, hours: float
) -> None:
    assert calendar(zone, weekly).seconds(local(zone, start), local(zone, end)) == hours * HOUR


FIRST_OF_MAY = frozenset({date(2026, 5, 1)})


@pytest.mark.parametrize(
    ("zone", "start", "end", "seconds"),
    [
        # Thursday half a minute before closing; Friday is 1 May; Monday a quarter of a minute after opening.
        ("Europe/Paris", "2026-04-30 17:59:30", "2026-05-04 09:00:15", 45),
        # All of Thursday but one second, nothing on Friday, all of Monday but two.
        ("Europe/Paris", "2026-04-30 09:00:01", "2026-05-04 17:59:58", 2 * 9 * HOUR - 3),
        ("America/New_York", "2026-04-30 17:59:30", "2026-05-04 09:00:15", 45),
        ("Asia/Kolkata", "2026-04-30 17:59:30", "2026-05-04 09:00:15", 45),
        # The holiday is one on the clock of the account, not in UTC: in Kolkata it begins at 18:30 UTC on Thursday.
        ("Asia/Kolkata", "2026-05-01 00:00:00", "2026-05-02 00:00:00", 0),
    ],
)
def test_a_public_holiday_is_not_staffed(zone: str, start: str, end: str, seconds: float) -> None:
    office = calendar(zone, MONDAY_TO_FRIDAY, closed=FIRST_OF_MAY)
    assert office.seconds(local(zone, start), local(zone, end)) == seconds


def test_a_night_that_began_on_the_eve_of_a_holiday_is_worked_to_its_end() -> None:
    """Thursday 22:00 to Friday 06:00; the night of the holiday itself is not."""
    nights = calendar("Europe/Paris", week(((1320, 1800),)), closed=FIRST_OF_MAY)
    span = local("Europe/Paris", "2026-04-30 12:00"), local("Europe/Paris", "2026-05-02 12:00")
    assert nights.intervals(*span) == [
        (local("Europe/Paris", "2026-04-30 22:00"), local("Europe/Paris", "2026-05-01 06:00"))
    ]


def test_a_day_of_ones_own_goes_before_weekly_hours_and_holidays() -> None:
    own = {date(2026, 5, 1): ((600, 660),), date(2026, 5, 4): ()}
    office = calendar("Europe/Paris", MONDAY_TO_FRIDAY, closed=FIRST_OF_MAY, own=own)
    span = local("Europe/Paris", "2026-05-01 00:00"), local("Europe/Paris", "2026-05-05 00:00")
    assert office.seconds(*span) == HOUR


def test_due_when_so_many_staffed_seconds_are_over() -> None:
    office = calendar("Europe/Paris", MONDAY_TO_FRIDAY, closed=FIRST_OF_MAY)
    thursday = local("Europe/Paris", "2026-04-30 17:00")
    assert office.due(thursday, HOUR) == local("Europe/Paris", "2026-04-30 18:00")
    assert office.due(thursday, HOUR + 1) == local("Europe/Paris", "2026-05-04 09:00:01")
    assert office.due(thursday, 0) == thursday


def test_where_nobody_is_ever_there_a_wait_is_due_all_the_same() -> None:
    nobody = calendar("Europe/Paris", week(()))
    assert nobody.seconds(LONG_AGO, LONG_AGO + timedelta(days=4000)) == 0
    assert nobody.due(LONG_AGO, HOUR) == LONG_AGO + NEVER_DUE_AFTER


def test_without_hours_an_account_is_staffed_round_the_clock() -> None:
    anything = History().calendar(LONG_AGO)
    assert anything is ALWAYS
    assert anything.seconds(LONG_AGO, LONG_AGO + timedelta(days=2)) == 48 * HOUR
    assert anything.due(LONG_AGO, 90.5) == LONG_AGO + timedelta(seconds=90.5)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def version(
    effective: str, spans: tuple[Span, ...], *, known: str | None = None, withdrawn: str | None = None
) -> Version:
    return Version(utc(effective), utc(known or effective), utc(withdrawn) if withdrawn else None, "UTC", week(spans))


def test_hours_taken_away_later_still_count_for_a_wait_that_was_open_and_added_ones_count_too() -> None:
    history = History(
        [version("2026-01-01", OFFICE), version("2026-01-10", ((540, 600),)), version("2026-01-20", NIGHT)]
    )
    day = utc("2026-01-12"), utc("2026-01-13")
    assert history.calendar(utc("2026-01-09")).seconds(*day) == 9 * HOUR
    assert history.calendar(utc("2026-01-10")).seconds(*day) == 1 * HOUR
    late = utc("2026-01-22"), utc("2026-01-23")
    assert history.calendar(utc("2026-01-09")).seconds(*late) == 17 * HOUR
    assert history.calendar(utc("2026-01-21")).seconds(*late) == 8 * HOUR
    # A version never reaches back: what was staffed before it stays as it was.
    assert history.calendar(utc("2026-01-02")).seconds(utc("2026-01-02"), utc("2026-01-03")) == 9 * HOUR


def test_what_opened_before_there_were_any_hours_stays_staffed_round_the_clock() -> None:
    history = History([version("2026-01-10", OFFICE)])
    assert history.calendar(utc("2026-01-09")).seconds(utc("2026-01-12"), utc("2026-01-13")) == 24 * HOUR
    assert history.calendar(utc("2026-01-10")).seconds(utc("2026-01-12"), utc("2026-01-13")) == 9 * HOUR


def test_a_planned_version_that_was_withdrawn_counts_for_whom_it_was_promised_only() -> None:
    planned = version("2026-02-01", ((480, 1200),), known="2026-01-10", withdrawn="2026-01-20")
    history = History([version("2026-01-01", OFFICE), planned])
    day = utc("2026-02-03"), utc("2026-02-04")
    assert history.calendar(utc("2026-01-09")).seconds(*day) == 9 * HOUR
    assert history.calendar(utc("2026-01-15")).seconds(*day) == 12 * HOUR
    assert history.calendar(utc("2026-01-25")).seconds(*day) == 9 * HOUR


def test_round_the_clock_until_a_moment_and_ended_early() -> None:
    override = Override(
        utc("2026-01-12T18:00"), utc("2026-01-14T18:00"), utc("2026-01-12T18:00"), utc("2026-01-13T18:00")
    )
    history = History([version("2026-01-01", OFFICE)], [override])
    span = utc("2026-01-12T18:00"), utc("2026-01-15T00:00")
    # Opened before: what was added counts as long as it lasted, and the office hours of the 14th besides.
    assert history.calendar(utc("2026-01-11")).seconds(*span) == 24 * HOUR + 9 * HOUR
    # Opened while it was promised until the 14th: ending it early takes nothing away.
    assert history.calendar(utc("2026-01-13")).seconds(*span) == 48 * HOUR
    assert history.calendar(utc("2026-01-14")).seconds(*span) == 24 * HOUR + 9 * HOUR
    assert history.calendar(utc("2026-01-11")).due(utc("2026-01-12T17:00"), 2 * HOUR) == utc("2026-01-12T19:00")


ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu")
EDGES = ("2026-03-08", "2026-03-29", "2026-04-05", "2026-10-04", "2026-10-25", "2026-11-01", "2026-06-10")
MINUTES = st.integers(0, 1439)
SPANS = st.lists(st.tuples(MINUTES, st.integers(1, 1440)).map(lambda pair: (pair[0], sum(pair))), max_size=3).map(tuple)
WEEKS = st.lists(SPANS, min_size=7, max_size=7).map(tuple)


def watched(version: Version, start: datetime, end: datetime) -> set[datetime]:
    """The minutes in which the hand of a clock that is never put back stands in a span: slow and obvious."""
    zone, staffed = ZoneInfo(version.time_zone), set()
    minute = start - timedelta(days=3)
    hand = minute.astimezone(zone).replace(tzinfo=None)
    while minute < end:
        hand = max(hand, minute.astimezone(zone).replace(tzinfo=None))
        for back in range(3):
            day = hand.date() - timedelta(days=back)
            since = (hand - datetime.combine(day, time())) // timedelta(minutes=1)
            if minute >= start and any(begin <= since < until for begin, until in version.spans(day)):
                staffed.add(minute)
        minute += timedelta(minutes=1)
    return staffed


@settings(deadline=None, max_examples=15)
@given(
    st.sampled_from(ZONES),
    st.sampled_from(EDGES),
    WEEKS,
    SPANS,
    st.booleans(),
    st.integers(0, 1440),
    st.integers(0, 3 * 1440),
    st.integers(1, 3000),
)
@example("America/Havana", "2026-11-01", week(((0, 30), (1410, 1470))), (), False, 0, 2880, 60)
@example("Europe/Paris", "2026-03-29", week(((150, 151),)), ((120, 180),), True, 0, 2880, 60)
def test_any_hours_are_those_a_watched_clock_shows(
    zone: str,
    edge: str,
    weekly: tuple[tuple[Span, ...], ...],
    own: tuple[Span, ...],
    closed: bool,
    after: int,
    length: int,
    target: int,
) -> None:
    day = date.fromisoformat(edge)
    closed_days = frozenset({day}) if closed else frozenset()
    own_days = {day - timedelta(days=1): own} if own else {}
    hours = Version(LONG_AGO, LONG_AGO, None, zone, weekly, closed_days, own_days)
    start = utc(edge) - timedelta(days=1) + timedelta(minutes=after)
    end = start + timedelta(minutes=length)
    minutes = watched(hours, start, end)
    reckoned = History([hours]).calendar(start)
    assert reckoned.seconds(start, end) == 60 * len(minutes)
    assert reckoned.staffed_at(start) == (
        start in minutes or (length == 0 and reckoned.seconds(start, start + timedelta(minutes=1)) > 0)
    )
    due = reckoned.due(start, 60 * target)
    if len(minutes) >= target:
        assert due == sorted(minutes)[target - 1] + timedelta(minutes=1)
    else:
        assert due > max(minutes, default=start)
    many = reckoned.seconds_many(np.array([start.timestamp()] * 2), np.array([end.timestamp(), start.timestamp()]))
    assert many.tolist() == pytest.approx([60 * len(minutes), 0], abs=1e-5)


CHANGES = st.lists(st.tuples(st.integers(0, 9), SPANS), max_size=3)


@settings(deadline=None, max_examples=25)
@given(CHANGES, CHANGES, st.integers(0, 20 * 24), st.integers(1, 90), st.lists(st.tuples(MINUTES, MINUTES), max_size=2))
def test_no_change_of_hours_makes_a_wait_shorter_or_its_due_time_later(
    before: list[tuple[int, tuple[Span, ...]]],
    later: list[tuple[int, tuple[Span, ...]]],
    opened: int,
    target: int,
    extra: list[tuple[int, int]],
) -> None:
    """Whatever is set after a wait opened, it is counted at least as long as on the day it opened."""
    base = utc("2026-03-20")
    opened_at = base + timedelta(hours=opened)

    def versions(changes: list[tuple[int, tuple[Span, ...]]], known: datetime) -> list[Version]:
        return [
            Version(known + timedelta(days=days), known, None, "Europe/Paris", week(spans)) for days, spans in changes
        ]

    known = versions(before, base - timedelta(days=10))
    change = opened_at + timedelta(minutes=1)
    overrides = [
        Override(change, change + timedelta(minutes=length), change, change + timedelta(minutes=ended))
        for length, ended in extra
    ]
    first, second = History(known), History([*known, *versions(later, change)], overrides)
    end = opened_at + timedelta(days=9)
    assert second.calendar(opened_at).seconds(opened_at, end) >= first.calendar(opened_at).seconds(opened_at, end)
    assert second.calendar(opened_at).due(opened_at, target * 600) <= first.calendar(opened_at).due(
        opened_at, target * 600
    )


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("ends", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_the_ends_of_the_calendar_have_hours_too(zone: str, ends: datetime) -> None:
    moment = ends.replace(tzinfo=ZoneInfo(zone))
    for hours in (ALWAYS, calendar("Europe/Paris", week(OFFICE))):
        due = hours.due(moment, 10 * HOUR)
        assert due.tzinfo is UTC
        assert hours.due(moment, 1e8) >= due
        assert hours.seconds(moment, moment + timedelta(0)) == 0
        assert hours.seconds(*sorted((moment, due))) >= 0
