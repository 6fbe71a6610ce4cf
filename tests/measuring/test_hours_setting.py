"""Setting hours: from now or later on, by who may, with one sentence where it cannot be; and what it does to waits."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.crisis import crises
from inbox.measuring import hours_files, hours_holidays, hours_reading, hours_setting
from inbox.measuring.hours import histories
from inbox.measuring.hours_reading import Standing
from inbox.measuring.hours_setting import OwnDay
from inbox.measuring.hours_typing import DAY, spans_of, text_of
from inbox.models import Conversation, QueueEntry, StaffedHours, TrailRow, Wait
from inbox.permissions import OPERATOR, Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.conftest import START, MakeMember
from tests.scenes import Scene

OFFICE = [((540, 1080),)] * 5 + [(), ()]
LATE = [((600, 720),)] * 5 + [(), ()]
HOUR = 3600


@pytest.fixture
def scene(app: Flask, at_start: Any) -> Scene:
    """A brand on which people wrote in the hour before now: Monday 2 March, 10:00 in Paris."""
    return Scene(START - timedelta(hours=1))


@pytest.fixture
def admin(make_member: MakeMember) -> Actor:
    return make_member(Role.ADMINISTRATOR)


def set_office(account_id: int, weekly: Any = OFFICE, **more: Any) -> StaffedHours:
    return hours_setting.set_hours(OPERATOR, account_id, time_zone="Europe/Paris", weekly=weekly, **more)


def test_new_hours_begin_now_and_never_before(scene: Scene, store: Session, admin: Actor) -> None:
    account = scene.account()
    row = hours_setting.set_hours(admin, account, time_zone="Europe/Paris", weekly=OFFICE)
    assert row.effective_from == row.set_at == START
    today = hours_setting.set_hours(admin, account, time_zone="Europe/Paris", weekly=LATE, begins=date(2026, 3, 2))
    assert today.effective_from == START, "today began at midnight: it means from now on"
    later = hours_setting.set_hours(admin, account, time_zone="Asia/Kolkata", weekly=LATE, begins=date(2026, 4, 1))
    assert later.effective_from == datetime(2026, 3, 31, 18, 30, tzinfo=UTC), "midnight on the clock of the account"
    for wrong in (date(2026, 3, 1), START - timedelta(seconds=1), START + timedelta(days=367)):
        with pytest.raises(Problem, match="hours_begin_out_of_range"):
            set_office(account, begins=wrong)
    assert store.scalars(select(TrailRow.action).where(TrailRow.action.like("hours.%"))).all() == ["hours.set"] * 3


@pytest.mark.usefixtures("at_start")
def test_what_cannot_be_is_refused_and_nothing_is_stored(scene: Scene, store: Session) -> None:
    account = scene.account()
    day = date(2026, 12, 24)
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("time_zone_unknown", {"time_zone": "Europe/Lutetia"}),
        ("time_zone_unknown", {"time_zone": "../../etc/passwd"}),
        ("hours_week_incomplete", {"weekly": OFFICE[:6]}),
        ("hours_overlap", {"weekly": [((540, 720), (700, 800)), *OFFICE[1:]]}),
        ("hours_unreadable", {"weekly": [((540, 540),), *OFFICE[1:]]}),
        ("hours_unreadable", {"weekly": [((540, 540 + DAY),), *OFFICE[1:]]}),
        ("hours_too_many_spans", {"weekly": [tuple((n * 60, n * 60 + 30) for n in range(7)), *OFFICE[1:]]}),
        ("holidays_country_unknown", {"country": "XX"}),
        ("holidays_subdivision_unknown", {"country": "FR", "subdivision": "Moselle"}),
        ("hours_day_twice", {"own_days": [OwnDay(day, "", ()), OwnDay(day, "", ((540, 600),))]}),
        ("hours_day_out_of_range", {"own_days": [OwnDay(date(2060, 1, 1), "", ())]}),
        ("hours_day_name_too_long", {"own_days": [OwnDay(day, "x" * 81, ())]}),
        ("hours_too_many_days", {"own_days": [OwnDay(day + timedelta(days=n), "", ()) for n in range(401)]}),
    ]
    for code, more in wrong:
        with pytest.raises(Problem, match=code):
            hours_setting.set_hours(OPERATOR, account, **{"time_zone": "Europe/Paris", "weekly": OFFICE, **more})
    with pytest.raises(Unknown, match="account_unknown"):
        set_office(999)
    assert store.scalars(select(StaffedHours)).all() == []


def test_who_may_set_extend_and_read(scene: Scene, make_member: MakeMember, admin: Actor) -> None:
    account = scene.account()
    supervisor, cm = make_member(Role.SUPERVISOR), make_member(Role.COMMUNITY_MANAGER)
    for actor in (supervisor, cm):
        with pytest.raises(Refused):
            hours_setting.set_hours(actor, account, time_zone="Europe/Paris", weekly=OFFICE)
        with pytest.raises(Refused):
            hours_setting.withdraw_hours(actor, account, 1)
        hours_reading.hours_of(actor, account)
    with pytest.raises(Refused):
        hours_setting.answer_round_the_clock(cm, [account], START + timedelta(hours=9))
    with pytest.raises(Refused):
        hours_reading.hours_of(make_member(Role.APPROVER), account)
    set_office(account)
    hours_setting.answer_round_the_clock(supervisor, [account], START + timedelta(hours=9))


def test_a_planned_version_can_be_withdrawn_until_it_begins(scene: Scene, store: Session, admin: Actor) -> None:
    account = scene.account()
    set_office(account)
    planned = set_office(account, LATE, begins=date(2026, 4, 1))
    assert [each.row.id for each in hours_reading.hours_of(admin, account).planned] == [planned.id]
    with pytest.raises(Unknown, match="hours_unknown"):
        hours_setting.withdraw_hours(admin, scene.account("Other"), planned.id)
    hours_setting.withdraw_hours(admin, account, planned.id)
    with pytest.raises(Conflict, match="hours_withdrawn_already"):
        hours_setting.withdraw_hours(admin, account, planned.id)
    again = set_office(account, LATE, begins=date(2026, 4, 1))
    with clock.frozen(START + timedelta(days=31)), pytest.raises(Conflict, match="hours_begun"):
        hours_setting.withdraw_hours(admin, account, again.id)
    assert {each.standing for each in hours_reading.hours_of(admin, account).versions} == {
        Standing.WITHDRAWN,
        Standing.PLANNED,
        Standing.IN_FORCE,
    }


def test_holidays_are_written_down_with_their_names(scene: Scene, store: Session) -> None:
    account = scene.account()
    row = set_office(account, country="FR", own_days=[OwnDay(date(2026, 5, 8), "Open day", ((600, 660),))])
    days = {day["date"]: day["name"] for day in row.closed_days}
    assert days["2026-05-01"] == {"fr": "Fête du Travail", "en": "Labor Day"}
    assert "2026-01-01" not in days, "it was over when the hours were set"
    assert max(days) > "2040-12", "for fifteen years"
    may = histories(store, [account])[account].calendar(START)
    span = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 9, tzinfo=UTC)
    assert may.seconds(*span) == (4 * 9 + 1) * HOUR, "1 May is closed, 8 May has an hour of its own"
    assert "2026-04-03" not in days
    assert "2026-04-03" in {day["date"] for day in set_office(account, country="FR", subdivision="57").closed_days}
    assert hours_holidays.subdivisions("FR")["974"] == "La Réunion"


def test_open_waits_get_their_due_time_and_round_the_clock_brings_it_nearer(scene: Scene, store: Session) -> None:
    account, supervisor = scene.account(), OPERATOR
    with clock.frozen(START - timedelta(hours=14)):
        set_office(account)  # Sunday evening.
    late = scene.comment(account, "ines", -60 * 9)  # Monday 00:00 in Paris; 2 March.

    def due() -> set[datetime | None]:
        store.rollback()
        return {
            store.scalars(select(Wait.due_at)).one(),
            store.get_one(Conversation, late).due_at,
            store.scalars(select(QueueEntry.due_at)).one(),
        }

    night = START.replace(hour=0)
    with clock.frozen(night):
        set_office(account)
        assert due() == {START}, "nine o'clock in Paris, and the hour that is allowed"
        hours_setting.answer_round_the_clock(supervisor, [account], night + timedelta(minutes=30))
        assert due() == {START - timedelta(minutes=30)}
    with clock.frozen(night + timedelta(minutes=10)):
        hours_setting.end_round_the_clock(supervisor, [account])
        assert due() == {START - timedelta(minutes=10)}, "ten minutes were staffed"


def test_round_the_clock_for_a_crisis(scene: Scene, make_member: MakeMember, store: Session) -> None:
    account, other, untouched = scene.account(), scene.account("Without hours"), scene.account("Calm")
    supervisor = make_member(Role.SUPERVISOR)
    crisis = crises.open_crisis(supervisor, "Leak", [account, other])
    until = START + timedelta(days=2)
    with pytest.raises(Conflict, match="round_the_clock_anyway"):
        hours_setting.answer_round_the_clock(supervisor, [account], until)
    set_office(account)
    set_office(untouched)
    for wrong in (START, START + timedelta(days=32)):
        with pytest.raises(Problem, match="round_the_clock_out_of_range"):
            hours_setting.answer_round_the_clock(supervisor, [account], wrong)
    with pytest.raises(Problem, match="crisis_touches_other"):
        hours_setting.answer_round_the_clock(supervisor, [untouched], until, crisis_id=crisis.id)
    rows = hours_setting.answer_round_the_clock(supervisor, [account, other], until, crisis_id=crisis.id)
    assert [(row.account_id, row.crisis_id, row.starts_at) for row in rows] == [(account, crisis.id, START)]
    with pytest.raises(Conflict, match="round_the_clock_already"):
        hours_setting.answer_round_the_clock(supervisor, [account], until - timedelta(hours=1))
    hours_setting.answer_round_the_clock(supervisor, [account], until + timedelta(days=1))
    overview = hours_reading.hours_of(supervisor, account)
    assert overview.extension is not None
    assert overview.extension.until == until + timedelta(days=1)
    assert overview.changes_at == overview.extension.until + timedelta(hours=8), "it ends in office hours, until six"
    assert len(hours_setting.end_round_the_clock(supervisor, [account, other])) == 2
    with pytest.raises(Conflict, match="round_the_clock_over"):
        hours_setting.end_round_the_clock(supervisor, [account])
    crises.close_crisis(supervisor, crisis.id)
    with pytest.raises(Conflict, match="crisis_is_closed"):
        hours_setting.answer_round_the_clock(supervisor, [account], until, crisis_id=crisis.id)


def test_the_overview_says_when_it_changes_and_which_days_differ(scene: Scene, admin: Actor) -> None:
    account = scene.account()
    assert hours_reading.hours_of(admin, account).staffed
    set_office(account, country="FR", own_days=[OwnDay(date(2026, 3, 20), "Inventory", ())])
    set_office(account, LATE, begins=date(2026, 4, 4))
    overview = hours_reading.hours_of(admin, account)
    assert (overview.staffed, overview.changes_at) == (True, START.replace(hour=17))
    assert [each.day for each in overview.next_days] == [date(2026, 3, 20)], "in April other hours have no holidays"
    with clock.frozen(START.replace(hour=18)):
        overview = hours_reading.hours_of(admin, account)
        assert (overview.staffed, overview.changes_at) == (False, START.replace(day=3, hour=8))


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("", ()),
        ("09:00-18:00", ((540, 1080),)),
        ("9h-12h30, 13h30 – 18h", ((540, 750), (810, 1080))),
        ("13:30–18:00; 9–12", ((540, 720), (810, 1080))),
        ("22:00-06:00", ((1320, 1800),)),
        ("0-24", ((0, 1440),)),
        ("18:00–00:00", ((1080, 1440),)),
        ("9.15 to 10.45", ((555, 645),)),
    ],
)
def test_times_as_people_type_them(typed: str, spans: tuple[tuple[int, int], ...]) -> None:
    assert spans_of(typed) == spans
    assert spans_of(text_of(spans)) == spans


@pytest.mark.parametrize(
    "typed", ["9", "9-", "25:00-26:00", "9:61-10", "9-9", "nine to five", "9-18-20", ",", "9" * 300]
)
def test_what_is_no_time_is_said(typed: str) -> None:
    with pytest.raises(Problem, match="hours_unreadable"):
        spans_of(typed)


@given(st.text(alphabet="0123456789:h-–, to", max_size=40))
def test_what_is_read_reads_back(text: str) -> None:
    try:
        spans = spans_of(text)
    except Problem:
        return
    assert spans_of(text_of(spans)) == spans


def test_what_a_listing_prints_can_be_set_again(scene: Scene, store: Session) -> None:
    account = scene.account()
    first = set_office(account, country="FR", own_days=[OwnDay(date(2026, 12, 24), "Eve", ((540, 720),))])
    given_back = hours_files.arguments(json.dumps({**hours_files.as_object(first), "from": "2026-04-01"}))
    second = hours_setting.set_hours(OPERATOR, account, **given_back)
    assert hours_files.as_object(second) == hours_files.as_object(first)
    assert second.effective_from == datetime(2026, 3, 31, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("{", "Expecting"),
        ("[]", "{}"),
        ('{"weekly": []}', "weekly"),
        ('{"weekly": {"mnoday": "9-18"}}', "mnoday"),
        ('{"weekly": {"monday": ["9-18"]}}', "monday"),
        ('{"weekly": {}, "own_days": [{"date": "tomorrow"}]}', "own_days.date"),
        ('{"weekly": {}, "from": "soon"}', "from"),
        ('{"weekly": {}, "from": "2026-04-01T10:00"}', "from"),
    ],
)
def test_a_file_that_says_no_hours_says_where(text: str, where: str) -> None:
    with pytest.raises(Problem, match="hours_file_unreadable") as refused:
        hours_files.arguments(text)
    assert where in str(refused.value.params["where"])
