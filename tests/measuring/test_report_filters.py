"""What a report is asked for, read out of an address and written into one again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from inbox.measuring.report_filters import as_address, query_of
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.problems import Problem
from tests.scenes import Scene

NOW = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
"""Already Monday the 30th in Paris, on the day after its clocks went forward."""

PARIS = "Europe/Paris"
ZONES = (PARIS, "UTC", "Asia/Kolkata", "America/New_York", "Asia/Kathmandu")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("preset", "start", "end"),
    [
        ("all", None, None),
        ("today", at("2026-03-30T00:00+02:00"), None),
        ("yesterday", at("2026-03-29T00:00+01:00"), at("2026-03-30T00:00+02:00")),
        ("7d", at("2026-03-24T00:00+01:00"), None),
        ("30d", at("2026-03-01T00:00+01:00"), None),
    ],
)
def test_a_preset_counts_days_of_the_zone(preset: str, start: datetime | None, end: datetime | None) -> None:
    query = query_of({"preset": preset}, PARIS, NOW)
    assert (query.start, query.end) == (start, end)
    assert query_of({"preset": preset, "zone": PARIS}, "UTC", NOW) == query


def test_chosen_days_are_both_included() -> None:
    query = query_of({"from": "2026-03-28", "to": "2026-03-29", "account": ["3", "1"], "by": "day"}, PARIS, NOW)
    assert (query.start, query.end) == (at("2026-03-28T00:00+01:00"), at("2026-03-30T00:00+02:00"))
    assert (query.account_ids, query.by) == (frozenset({1, 3}), Breakdown.DAY)


def test_without_a_word_it_is_everything() -> None:
    assert query_of({}, "UTC", NOW) == ReportQuery()
    assert query_of({"preset": "", "from": "", "account": "", "crisis": None}, "UTC", NOW) == ReportQuery()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"preset": "fortnight"}, "choice_unknown"),
        ({"by": "phase"}, "choice_unknown"),
        ({"from": "soon"}, "moment_unreadable"),
        ({"from": "2026-13-01"}, "moment_unreadable"),
        ({"to": "9999-12-31"}, "moment_unreadable"),
        ({"from": "0001-01-01"}, "moment_unreadable"),
        ({"from": "2026-03-02T10:00"}, "moment_unreadable"),
        ({"account": "-1"}, "number_unreadable"),
        ({"zone": "Mars/Base"}, "time_zone_unknown"),
        ({"zone": "../../etc/passwd"}, "time_zone_unknown"),
    ],
)
def test_what_cannot_be_read_is_told(options: dict[str, str], code: str) -> None:
    with pytest.raises(Problem) as caught:
        query_of(options, PARIS, NOW)
    assert caught.value.code == code


MOMENTS = st.integers(0, 50 * 365 * 86_400 * 10**6).map(
    lambda microseconds: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)


@given(
    start=st.none() | MOMENTS,
    end=st.none() | MOMENTS,
    whole=st.booleans(),
    zone=st.sampled_from(ZONES),
    accounts=st.frozensets(st.integers(1, 10**18 - 1), max_size=3),
    by=st.none() | st.sampled_from(Breakdown),
)
def test_an_address_gives_the_same_report_again_at_any_later_time(
    start: datetime | None,
    end: datetime | None,
    whole: bool,
    zone: str,
    accounts: frozenset[int],
    by: Breakdown | None,
) -> None:
    if whole:
        start = query_of({"from": f"{start:%Y-%m-%d}"}, zone, NOW).start if start else None
        end = query_of({"to": f"{end:%Y-%m-%d}"}, zone, NOW).end if end else None
    query = ReportQuery(start=start, end=end, by=by, account_ids=accounts, time_zone=zone)
    assert query_of(as_address(query), "Asia/Tokyo", NOW + timedelta(days=400)) == query


def test_a_crisis_is_its_own_period(app: Flask, at_start: datetime) -> None:
    with pytest.raises(Problem) as none_yet:
        query_of({"preset": "crisis"}, "UTC", at_start)
    assert none_yet.value.code == "no_crisis_yet"
    scene = Scene(at_start - timedelta(days=2))
    account = scene.account()
    over = scene.crisis(account, 0, until=60)
    open_one = scene.crisis(account, 600)
    newest = query_of({"preset": "crisis"}, "UTC", at_start)
    assert (newest.crisis_id, newest.start, newest.end) == (open_one, scene.at(600), None)
    chosen = query_of({"preset": "crisis", "crisis": str(over)}, "UTC", at_start)
    assert (chosen.crisis_id, chosen.start, chosen.end) == (over, scene.at(0), scene.at(60))
    assert query_of(as_address(chosen), "UTC", at_start) == chosen
    with pytest.raises(Problem) as unknown:
        query_of({"crisis": "999"}, "UTC", at_start)
    assert unknown.value.code == "crisis_unknown"
