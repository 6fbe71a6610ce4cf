"""Who has waited longer than promised is brought up in one message per member, until somebody sees to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Channel,
    Conversation,
    ConversationState,
    Delivery,
    NoAnswerReason,
    Purpose,
    Reminder,
    ReminderStep,
    ReminderWait,
    TrailRow,
)
from inbox.notices import duty, past_due, reminders
from inbox.notices.reminder_rules import (
    GATHERED,
    PAUSES,
    QUIET,
    STEP,
    PastDue,
    Staff,
    Told,
    decide,
)
from inbox.permissions import WORKER, Actor, Refused, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, at_start: datetime) -> Scene:
    return Scene(START - timedelta(hours=3))


@pytest.fixture
def account(scene: Scene) -> int:
    return scene.account()


@pytest.fixture
def ana(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER, email="ana@example.org")


@pytest.fixture
def chief(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR, email="chief@example.org")


def take(conversation: int, actor: Actor | None) -> None:
    with writing() as current:
        current.get_one(Conversation, conversation).assignee_id = actor.member_id if actor else None


def remind(minutes: float = 0) -> list[tuple[int, ReminderStep, int]]:
    """What is written so many minutes after the start: to whom, why, about how many waits."""
    with clock.frozen(START + timedelta(minutes=minutes)):
        before = session().scalar(select(func.max(Reminder.id))) or 0
        session().commit()
        written = reminders.remind(WORKER, (Channel.EMAIL,))
        rows = session().scalars(select(Reminder).where(Reminder.id > before).order_by(Reminder.id)).all()
        assert len(rows) == written
    return [(row.member_id, row.step, row.wait_count) for row in rows]


def acknowledge(actor: Actor, minutes: float) -> int:
    with clock.frozen(START + timedelta(minutes=minutes)):
        shown = reminders.standing(actor)
        return reminders.acknowledge(actor, shown.reminder_id) if shown else 0


def number(actor: Actor) -> int:
    assert actor.member_id is not None
    return actor.member_id


def test_one_message_for_everybody_who_waits_too_long(scene: Scene, account: int, ana: Actor, chief: Actor) -> None:
    for index in range(5):
        take(scene.comment(account, f"critic{index}", index), ana)
    scene.comment(account, "in_time", 150)
    assert remind() == [(number(ana), ReminderStep.ASSIGNEE, 5)]
    (notice,) = notices.recent(ana)
    assert (notice.code, notice.params) == ("past_due_own", {"people": 5, "more": False, "seconds": 3 * 3600})
    assert notices.recent(chief) == []
    shown = reminders.standing(ana)
    assert shown is not None
    assert (shown.people, shown.waiting_since) == (5, scene.at(0))
    assert session().scalars(select(TrailRow.action)).all() == ["reminder.written"]


def test_from_the_assignee_to_the_supervisors_to_everyone_on_duty(
    scene: Scene, account: int, ana: Actor, chief: Actor, make_member: MakeMember
) -> None:
    second = make_member(Role.SUPERVISOR, email="second@example.org")
    ben = make_member(Role.COMMUNITY_MANAGER, email="ben@example.org")
    carla = make_member(Role.COMMUNITY_MANAGER, email="carla@example.org")
    make_member(Role.COMMUNITY_MANAGER, email="off@example.org")
    duty.set_duty(chief, number(second), clock.now())
    duty.set_duty(chief, number(ben), clock.now(), deputy_id=carla.member_id)
    take(scene.comment(account, "critic", 0), ana)
    assert remind() == [(number(ana), ReminderStep.ASSIGNEE, 1)]
    assert remind(14) == []
    assert remind(15) == [(number(ana), ReminderStep.ASSIGNEE, 1), (number(second), ReminderStep.SUPERVISOR, 1)]
    third = [(number(second), ReminderStep.SUPERVISOR, 1)]
    third += [(number(each), ReminderStep.ON_DUTY, 1) for each in (ben, carla)]
    assert remind(30) == third
    # Pauses grow for each of them.
    assert [to for to, *_ in remind(45)] == [number(ana), number(ben), number(carla)]


def test_without_an_assignee_straight_to_every_supervisor(
    scene: Scene, account: int, ana: Actor, chief: Actor, make_member: MakeMember
) -> None:
    second = make_member(Role.SUPERVISOR, email="second@example.org")
    scene.comment(account, "critic", 0)
    assert remind() == [(number(each), ReminderStep.SUPERVISOR, 1) for each in (chief, second)]
    (notice,) = notices.recent(second)
    assert notice.code == "past_due_one"


def test_whoever_sees_to_it_has_quiet_and_then_is_asked_first(
    scene: Scene, account: int, ana: Actor, chief: Actor, make_member: MakeMember
) -> None:
    second = make_member(Role.SUPERVISOR, email="second@example.org")
    scene.comment(account, "critic", 0)
    remind()
    assert acknowledge(chief, 5) == 1
    assert acknowledge(chief, 6) == 0
    with clock.frozen(START + timedelta(minutes=6)):
        assert reminders.standing(second) is None
    assert notices.unread(chief) == 0
    assert remind(34.9) == []
    assert remind(35) == [(number(chief), ReminderStep.ASSIGNEE, 1)]
    assert remind(50) == [(number(chief), ReminderStep.ASSIGNEE, 1), (number(second), ReminderStep.SUPERVISOR, 1)]
    with pytest.raises(Refused):
        reminders.acknowledge(make_member(Role.ANALYST), 1)


def test_what_is_acknowledged_is_what_was_on_screen(scene: Scene, account: int, ana: Actor, chief: Actor) -> None:
    take(scene.comment(account, "critic", 0), ana)
    remind()
    shown = reminders.standing(ana)
    take(scene.comment(account, "another", 1), ana)
    assert remind(15)[0] == (number(ana), ReminderStep.ASSIGNEE, 2)
    assert shown is not None
    assert reminders.acknowledge(ana, shown.reminder_id) == 1
    still = reminders.standing(ana)
    assert still is not None
    assert still.people == 1


def test_what_was_answered_or_set_aside_is_dropped(scene: Scene, account: int, ana: Actor, chief: Actor) -> None:
    answered, closed, marked, put_off, left = (scene.comment(account, name, 0) for name in "abcde")
    for each in (answered, closed, marked, put_off, left):
        take(each, ana)
    assert remind() == [(number(ana), ReminderStep.ASSIGNEE, 5)]
    scene.answer(answered, 181)
    with writing() as current:
        current.get_one(Conversation, closed).state = ConversationState.CLOSED
        current.get_one(Conversation, marked).no_answer_reason = NoAnswerReason.THANKS
        current.get_one(Conversation, put_off).state = ConversationState.SNOOZED
    shown = reminders.standing(ana)
    assert shown is not None
    assert shown.people == 1
    assert remind(15) == [(number(ana), ReminderStep.ASSIGNEE, 1), (number(chief), ReminderStep.SUPERVISOR, 1)]
    scene.answer(left, 182)
    assert reminders.standing(ana) is None
    assert remind(60) == []


def test_drills_retired_accounts_and_what_is_long_past_remind_nobody(scene: Scene, chief: Actor) -> None:
    drill, retired, demo = (
        scene.account(purpose.value + name, purpose=purpose)
        for purpose, name in ((Purpose.DRILL, "1"), (Purpose.REAL, "2"), (Purpose.DEMO, "3"))
    )
    for each in (drill, retired):
        scene.comment(each, "critic", 0)
    scene.comment(demo, "last_year", -60 * 24 * 365)
    with writing() as current:
        current.get_one(Account, retired).disconnected_at = clock.now()
    assert remind() == []
    scene.comment(demo, "critic", 0)
    assert remind() == [(number(chief), ReminderStep.SUPERVISOR, 1)]


def test_two_workers_write_each_reminder_once(scene: Scene, account: int, chief: Actor, store: Session) -> None:
    """The second one decides again once it is its turn, and finds that everything was told."""
    scene.comment(account, "critic", 0)
    planned = reminders._plan(store, clock.now())
    store.commit()
    assert len(planned) == 1
    assert reminders.remind(WORKER) == 1
    with pytest.MonkeyPatch.context() as patch:
        plans = [planned]
        decide_again = reminders._plan
        patch.setattr(reminders, "_plan", lambda *args: plans.pop() if plans else decide_again(*args))
        assert reminders.remind(WORKER) == 0
    assert store.scalar(select(func.count(Reminder.id))) == 1


def test_a_backlog_is_read_from_both_ends(
    scene: Scene, account: int, chief: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_due, "MOST", 4)
    monkeypatch.setattr(reminders, "MOST", 4)
    for index in range(6):
        scene.comment(account, f"critic{index}", index)
    late = past_due.past_due(session(), clock.now())
    assert [wait.opened_at for wait in late] == [scene.at(minute) for minute in (0, 1, 4, 5)]
    assert remind() == [(number(chief), ReminderStep.SUPERVISOR, 4)]
    shown = reminders.standing(chief)
    assert shown is not None
    assert shown.more


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_due_waits_are_found_through_their_index(scene: Scene, account: int, store: Session) -> None:
    statement = past_due._past_due(clock.now()).order_by(Conversation.due_at).limit(5)
    sql = str(statement.compile(store.get_bind(), compile_kwargs={"literal_binds": True}))
    plan = " ".join(row[-1] for row in store.execute(text(f"EXPLAIN QUERY PLAN {sql}")))
    assert "ix_conversations_waiting_due_at" in plan
    assert "uq_waits_open" in plan
    assert "TEMP B-TREE" not in plan


def test_email_is_a_wish_and_the_notice_is_not(scene: Scene, account: int, chief: Actor, store: Session) -> None:
    from inbox import members

    members.set_reminded_by_email(chief, False)
    scene.comment(account, "critic", 0)
    remind()
    assert store.scalar(select(func.count(Delivery.id))) == 0
    assert len(notices.recent(chief)) == 1
    members.set_reminded_by_email(chief, True)
    remind(15)
    assert store.scalars(select(Delivery.channel)).all() == [Channel.EMAIL]
    # The earlier notice said less than this one: it needs no reading any more.
    assert notices.unread(chief) == 1


def test_reminders_stay_as_they_were_written(scene: Scene, account: int, chief: Actor) -> None:
    scene.comment(account, "critic", 0)
    remind()
    for change in (update(Reminder).values(wait_count=0), update(ReminderWait).values(reminder_id=2)):
        with pytest.raises(IntegrityError, match="is refused"), writing() as current:
            current.execute(change)


MEMBERS = st.integers(1, 5)
MINUTES = st.integers(0, 600)


WAITS = st.lists(st.tuples(st.integers(1, 4), st.none() | st.integers(1, 7), st.integers(0, 2)), max_size=5)
TOLD = st.lists(st.tuples(st.integers(0, 4), MEMBERS, MINUTES, st.none() | st.integers(0, 60)), max_size=12)
STAFF = st.tuples(*[st.frozensets(MEMBERS)] * 4).map(
    lambda sets: Staff(sets[0], *(each & sets[0] for each in sets[1:]))
)


@given(WAITS, TOLD, STAFF, st.integers(0, 1200))
def test_never_two_messages_at_once_never_to_a_stranger_never_about_what_is_quiet(
    found: list[tuple[int, int | None, int]],
    rows: list[tuple[int, int, int, int | None]],
    staff: Staff,
    minute: int,
) -> None:
    waits = [PastDue(number, *facts, START, START) for number, facts in enumerate(found)]
    told: dict[int, list[Told]] = {}
    last: dict[int, datetime] = {}
    for wait_id, member_id, after, seen in rows:
        at = START + timedelta(minutes=after)
        told.setdefault(wait_id, []).append(Told(member_id, at, None if seen is None else at + timedelta(minutes=seen)))
        last[member_id] = max(at, last.get(member_id, at))
    now = START + timedelta(minutes=minute)
    messages = decide(now, waits, told, last, staff)
    assert len({message.member_id for message in messages}) == len(messages)
    for message in messages:
        assert message.member_id in staff.everyone
        assert len({wait.wait_id for wait in message.waits}) == len(message.waits) > 0
        if message.member_id in last:
            assert now - last[message.member_id] >= GATHERED
        for wait in message.waits:
            acknowledged = [each.acknowledged_at for each in told.get(wait.wait_id, ()) if each.acknowledged_at]
            assert all(now >= at + QUIET for at in acknowledged)


def test_pauses_grow_and_news_waits_for_an_hour_at_most_and_danger_does_not() -> None:
    staff = Staff(frozenset({1}))
    wait, other, danger = (
        PastDue(number, number, 1, urgency, START, START) for number, urgency in ((1, 2), (2, 2), (3, 0))
    )
    told: list[Told] = []
    times: list[int] = []
    for minute in range(600):
        now = START + timedelta(minutes=minute)
        last = {1: told[-1].at} if told else {}
        if decide(now, [wait], {1: told}, last, staff):
            told.append(Told(1, now))
            times.append(minute)
    assert [after - before for before, after in pairwise(times)] == list(PAUSES)
    last_at = told[-1].at

    def written(what: PastDue, after: timedelta) -> bool:
        return bool(decide(last_at + after, [wait, what], {1: told}, {1: last_at}, staff))

    assert (written(other, timedelta(minutes=59)), written(other, timedelta(hours=1))) == (False, True)
    assert (written(danger, GATHERED - timedelta(seconds=1)), written(danger, GATHERED)) == (False, True)
    assert STEP < QUIET


def away(actor: Actor, minutes: float = 0, *, by: Actor) -> None:
    from inbox.sharing import absences

    with clock.frozen(START + timedelta(minutes=minutes)):
        absences.mark(by, number(actor), START + timedelta(days=20))


def test_whoever_is_away_is_reminded_of_nothing_and_counts_as_not_there(
    scene: Scene, account: int, ana: Actor, chief: Actor, make_member: MakeMember
) -> None:
    second = make_member(Role.SUPERVISOR, email="second@example.org")
    duty.set_duty(second, number(chief), clock.now())
    scene.comment(account, "critic", 0)
    away(chief, by=second)
    assert remind() == [(number(second), ReminderStep.SUPERVISOR, 1)]
    away(second, 20, by=second)
    # No supervisor is here: whoever answers is reminded, and once they are away too everybody is.
    assert [to for to, *_ in remind(60)] == [number(ana)]
    away(ana, 70, by=ana)
    assert {number(chief)} <= {to for to, *_ in remind(600)}


def test_whom_an_absent_member_has_taken_is_brought_up_as_if_nobody_had_them(
    scene: Scene, account: int, ana: Actor, chief: Actor
) -> None:
    away(ana, by=chief)
    take(scene.comment(account, "critic", 0), ana)
    assert remind() == [(number(chief), ReminderStep.SUPERVISOR, 1)]


def test_what_came_back_is_reminded_of_however_old_it_is(scene: Scene, account: int, ana: Actor, chief: Actor) -> None:
    from inbox.answering import conversations

    woken, reopened, left = (scene.comment(account, name, 0, kind="question", urgency=2) for name in "abc")
    assert left
    conversations.snooze(ana, woken, START + timedelta(days=30))
    conversations.close(ana, reopened)
    with clock.frozen(START + timedelta(days=31)):
        assert conversations.wake_snoozed(WORKER) == 1
        conversations.reopen(ana, reopened)
    assert remind(31 * 24 * 60 + 5) == [(number(chief), ReminderStep.SUPERVISOR, 2)]
