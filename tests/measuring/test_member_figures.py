"""Figures per member: off until staff know of them, then for the member and the supervisors, with the load beside."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session, writing
from inbox.measuring import staff_informed, stages
from inbox.measuring.member_figures import MemberFigures, check, figures_of_members, names_allowed
from inbox.measuring.report_groups import members_who_had
from inbox.measuring.report_scope import of_member
from inbox.models import (
    Assignment,
    Conversation,
    ConversationState,
    Purpose,
    StaffInformed,
    Stage,
    TrailRow,
    Wait,
)
from inbox.notices import duty
from inbox.permissions import OPERATOR, Actor, Refused, Role
from inbox.problems import Problem
from tests.conftest import START, MakeMember
from tests.scenes import Scene

DAY = START.date()


@pytest.fixture
def scene(app: Flask, at_start: datetime) -> Scene:
    return Scene(START - timedelta(hours=8))


@pytest.fixture
def account(scene: Scene) -> int:
    return scene.account()


@pytest.fixture
def admin(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.ADMINISTRATOR)


@pytest.fixture
def chief(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR)


@pytest.fixture
def ana(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER, email="ana@example.org")


@pytest.fixture
def ben(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER, email="ben@example.org")


@pytest.fixture
def informed(admin: Actor) -> StaffInformed:
    return staff_informed.record(admin, DAY - timedelta(days=30), DAY - timedelta(days=20), "By letter of 31 January.")


def give(conversation: int, actor: Actor | None, at: datetime, by: str = "operator") -> None:
    with writing() as current:
        current.add(
            Assignment(conversation_id=conversation, member_id=actor.member_id if actor else None, at=at, by=by)
        )
        current.get_one(Conversation, conversation).assignee_id = actor.member_id if actor else None


def answered_by(conversation: int, actor: Actor) -> None:
    """The copy that settling makes of who wrote the closing reply."""
    with writing() as current:
        current.execute(
            update(Wait)
            .where(Wait.conversation_id == conversation)
            .values(member_id=actor.member_id, staffed_seconds=Wait.seconds)
        )


def of(actor: Actor, *, asked_by: Actor) -> MemberFigures | None:
    found = {one.member_id: one for one in figures_of_members(asked_by).members}
    return found.get(actor.member_id or 0)


def test_off_until_it_is_recorded_and_off_again_when_withdrawn(
    admin: Actor, chief: Actor, ana: Actor, store: Session
) -> None:
    for actor in (chief, ana):
        with pytest.raises(Problem, match="member_figures_off"):
            figures_of_members(actor)
    assert not names_allowed(chief, store)
    row = staff_informed.record(admin, DAY, None, "There are fewer than eleven of us: no works council.")
    check(chief, store)
    assert names_allowed(chief, store)
    with pytest.raises(Problem, match="informed_already"):
        staff_informed.record(admin, DAY, None, "Again.")
    staff_informed.withdraw(admin)
    with pytest.raises(Problem, match="member_figures_off"):
        check(chief, store)
    with pytest.raises(Problem, match="informed_not"):
        staff_informed.withdraw(admin)
    kept = store.get_one(StaffInformed, row.id, populate_existing=True)
    assert (kept.words, kept.withdrawn_by) == ("There are fewer than eleven of us: no works council.", admin.name)
    actions = ["staff_informed.recorded", "staff_informed.withdrawn"]
    assert store.scalars(select(TrailRow.action).order_by(TrailRow.seq)).all() == actions


def test_only_an_administrator_records_and_nothing_that_is_still_to_come(
    admin: Actor, chief: Actor, ana: Actor, informed: StaffInformed
) -> None:
    staff_informed.withdraw(admin)
    for actor in (chief, ana, OPERATOR):
        with pytest.raises(Refused):
            staff_informed.record(actor, DAY, None, "By letter.")
        with pytest.raises(Refused):
            staff_informed.withdraw(actor)
    for staff, representatives, words, code in (
        (DAY + timedelta(days=2), None, "By letter.", "informed_in_future"),
        (DAY, DAY + timedelta(days=2), "By letter.", "informed_in_future"),
        (DAY, None, " \n", "informed_words_empty"),
        (DAY, None, "x" * 2001, "informed_words_too_long"),
    ):
        with pytest.raises(Problem, match=code):
            staff_informed.record(admin, staff, representatives, words)
    with pytest.raises(IntegrityError, match="is refused"), writing() as current:
        current.execute(update(StaffInformed).values(words="Something else."))


def test_supervisors_see_everybody_a_member_themselves_and_nobody_else_anything(
    scene: Scene, account: int, informed: StaffInformed, chief: Actor, ana: Actor, ben: Actor, make_member: MakeMember
) -> None:
    for name, actor in (("ines", ana), ("karl", ben)):
        conversation = scene.comment(account, name, 0)
        scene.answer(conversation, 30)
        answered_by(conversation, actor)
    assert len(figures_of_members(chief).members) == 2
    (own,) = figures_of_members(ana).members
    assert (own.member_id, own.answered) == (ana.member_id, 1)
    with pytest.raises(Refused):
        check(ana, session())
    for role in (Role.ANALYST, Role.ADMINISTRATOR, Role.APPROVER):
        other = make_member(role, email=f"other-{role}@example.org")
        with pytest.raises(Refused):
            figures_of_members(other)
        assert not names_allowed(other, session())
    with pytest.raises(Refused):
        figures_of_members(OPERATOR)


def test_what_nobody_answered_counts_for_everybody_who_had_it_since_it_opened(
    scene: Scene, account: int, informed: StaffInformed, chief: Actor, ana: Actor, ben: Actor, make_member: MakeMember
) -> None:
    carla = make_member(Role.COMMUNITY_MANAGER, email="carla@example.org")
    conversation = scene.comment(account, "ines", 0)
    give(conversation, carla, scene.at(-60))
    give(conversation, ana, scene.at(-30))
    give(conversation, ben, scene.at(30))
    give(conversation, None, scene.at(46))
    for actor in (ana, ben):
        figures = of(actor, asked_by=chief)
        assert figures is not None
        assert (figures.waits, figures.waiting, figures.past_target, figures.answered) == (1, 1, 1, 0)
        assert (figures.lengths.answered["median"], figures.lengths.all["median"]) == (None, None)
        assert figures.load.open_now == 0
    assert of(carla, asked_by=chief) is None
    # Closed without a reply it stays unanswered, for both of them; answered by one it is theirs alone.
    with writing() as current:
        current.get_one(Conversation, conversation).state = ConversationState.CLOSED
    closed = of(ben, asked_by=chief)
    assert closed is not None
    assert (closed.closed_without_reply, closed.waiting, closed.past_target) == (1, 0, 1)
    scene.answer(conversation, 200)
    answered_by(conversation, ben)
    later = of(ben, asked_by=chief)
    assert later is not None
    assert (later.answered, later.within_target, later.past_target) == (1, 0, 1)
    still_held = of(ana, asked_by=chief)
    assert still_held is not None
    assert (still_held.waits, still_held.load.conversations) == (0, 1)


def test_what_was_pushed_on_somebody_and_taken_away_again_is_not_theirs(
    scene: Scene, account: int, informed: StaffInformed, chief: Actor, ana: Actor, ben: Actor
) -> None:
    pushed, kept, opened, taken = (scene.comment(account, name, 0) for name in "abcd")
    for each, minutes in ((pushed, 14.9), (kept, 15), (opened, 1), (taken, 1)):
        give(each, ana, scene.at(30), ana.name if each == taken else "operator")
        give(each, None, scene.at(30 + minutes))
    with writing() as current:
        stages.record(current, Stage.OPENED, opened, member_id=ana.member_id, at=scene.at(30.5))
        # Afterwards anybody may look.
        stages.record(current, Stage.OPENED, pushed, member_id=ana.member_id, at=scene.at(60))
    figures = of(ana, asked_by=chief)
    assert figures is not None
    assert (figures.waits, figures.past_target) == (3, 3)
    had = members_who_had(session(), [Wait.superseded_at.is_(None)])
    own = session().scalars(select(Wait.conversation_id).where(of_member(ana.member_id or 0)).order_by(Wait.id)).all()
    assert sorted(had) == list(own) == [kept, opened, taken]
    # What is theirs now counts once they had time to see it.
    give(pushed, ana, scene.at(470))
    with clock.frozen(scene.at(484)):
        assert [one.waits for one in figures_of_members(chief).members if one.member_id == ana.member_id] == [3]
    with clock.frozen(scene.at(485)):
        assert [one.waits for one in figures_of_members(chief).members if one.member_id == ana.member_id] == [4]


def test_the_load_stands_beside(scene: Scene, account: int, informed: StaffInformed, chief: Actor, ana: Actor) -> None:
    for name, urgency, kind, minutes in (
        ("a", 2, "question", 10),
        ("b", 0, "question", 20),
        ("c", 2, "criticism", 90),
        ("d", -1, "criticism", None),
    ):
        conversation = scene.comment(account, name, 0, urgency=urgency, kind=kind)
        with writing() as current:
            current.execute(update(Wait).where(Wait.conversation_id == conversation).values(urgency=urgency, kind=kind))
        give(conversation, ana, scene.at(1))
        if minutes is not None:
            scene.answer(conversation, minutes)
            answered_by(conversation, ana)
    drill = scene.account("Drill", purpose=Purpose.DRILL)
    give(scene.comment(drill, "e", 0), ana, scene.at(1))
    with clock.frozen(scene.at(60)):
        on_duty = duty.set_duty(chief, ana.member_id or 0, clock.now())
    with clock.frozen(scene.at(180)):
        duty.end_duty(chief, on_duty.id)
    figures = of(ana, asked_by=chief)
    assert figures is not None
    load = figures.load
    assert (load.conversations, load.open_now, load.hard, load.on_duty) == (4, 1, 3, timedelta(hours=2))
    assert (figures.waits, figures.answered, figures.waiting, figures.decided) == (4, 3, 1, 4)
    assert (figures.within_target, figures.past_target) == (2, 2)
    assert (figures.lengths.answered["median"], figures.lengths.all["median"]) == (1200.0, 1200.0)
    assert figures.staffed.answered["median"] == 1200.0


def test_nothing_is_measured_from_before_people_knew(
    scene: Scene, account: int, admin: Actor, chief: Actor, ana: Actor
) -> None:
    staff_informed.record(admin, DAY - timedelta(days=9), DAY - timedelta(days=2), "At a meeting.")
    for name, minutes in (("before", -4 * 1440), ("after", 0)):
        conversation = scene.comment(account, name, minutes)
        scene.answer(conversation, minutes + 10)
        answered_by(conversation, ana)
    report = figures_of_members(chief, START - timedelta(days=30))
    assert report.shortened
    assert report.start.date() == DAY - timedelta(days=2)
    assert [one.answered for one in report.members] == [1]
    assert not figures_of_members(chief, START - timedelta(days=1)).shortened
    with pytest.raises(Problem, match="period_reversed"):
        figures_of_members(chief, START, START - timedelta(days=1))
