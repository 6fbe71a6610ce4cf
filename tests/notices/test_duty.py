"""Who is on duty, who stands in for them, and when nobody would answer; on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session, writing
from inbox.models import Member, TrailRow
from inbox.notices import duty
from inbox.permissions import OPERATOR, Actor, Permission, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.conftest import START, MakeMember


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


@pytest.fixture
def supervisor(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR)


@pytest.fixture
def approver(supervisor: Actor, make_member: MakeMember) -> Actor:
    return make_member(Role.APPROVER)


@pytest.fixture
def cm(supervisor: Actor, make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER)


def number(actor: Actor) -> int:
    assert actor.member_id is not None
    return actor.member_id


def on_duty(hours: float) -> list[tuple[str, str | None]]:
    return [
        (each.member.name, each.deputy.name if each.deputy else None) for each in duty.on_duty(session(), at(hours))
    ]


def test_who_is_on_duty_is_told_from_the_first_moment_to_the_last(
    supervisor: Actor, approver: Actor, cm: Actor
) -> None:
    duty.set_duty(supervisor, number(cm), at(1), at(9), number(approver))
    assert on_duty(0.9) == on_duty(9) == []
    assert on_duty(1) == on_duty(8.9) == [("Community Manager", "Approver")]
    assert [each.duty.starts_at for each in duty.coming(session(), at(0))] == [at(1)]
    assert duty.coming(session(), at(1)) == []


def test_an_open_one_lasts_until_somebody_ends_it(supervisor: Actor, cm: Actor, store: Session) -> None:
    row = duty.set_duty(supervisor, number(supervisor), at(-5))
    assert row.starts_at == at(0), "the past is not rewritten"
    assert on_duty(500) == [("Supervisor", None)]
    with clock.frozen(at(2)):
        duty.end_duty(supervisor, row.id)
        assert on_duty(2) == []
        with pytest.raises(Conflict):
            duty.end_duty(supervisor, row.id)
        duty.set_duty(supervisor, number(supervisor), at(2), at(3))
    actions = store.scalars(select(TrailRow.action).where(TrailRow.object_type == "duty").order_by(TrailRow.seq))
    assert list(actions) == ["duty.set", "duty.ended", "duty.set"]


def test_one_that_is_ended_before_it_begins_does_not_take_place(supervisor: Actor, cm: Actor) -> None:
    row = duty.set_duty(supervisor, number(cm), at(5), at(9))
    duty.end_duty(supervisor, row.id)
    assert on_duty(5) == on_duty(6) == []
    assert duty.coming(session(), at(0)) == []
    duty.set_duty(supervisor, number(cm), at(4), at(6))


def test_what_cannot_be_is_refused(supervisor: Actor, approver: Actor, cm: Actor) -> None:
    duty.set_duty(supervisor, number(cm), at(1), at(2))
    for member, start, end, deputy, code in (
        (number(cm), at(1.5), at(3), None, "duty_overlaps"),
        (number(cm), at(0), None, None, "duty_overlaps"),
        (number(cm), at(3), at(3), None, "duty_out_of_range"),
        (number(cm), at(3), at(900), None, "duty_out_of_range"),
        (number(cm), at(3), at(4), number(cm), "duty_deputy_same"),
        (9_999, at(3), at(4), None, "member_unknown"),
        (number(cm), at(3), at(4), 9_999, "member_unknown"),
    ):
        with pytest.raises(Problem) as refused:
            duty.set_duty(supervisor, member, start, end, deputy)
        assert refused.value.code == code
    duty.set_duty(supervisor, number(cm), at(2), at(3))
    with pytest.raises(Refused):
        duty.set_duty(cm, number(cm), at(4))
    with pytest.raises(Refused):
        duty.end_duty(approver, 1)
    with pytest.raises(Unknown):
        duty.end_duty(supervisor, 99)


def test_who_has_left_is_neither_on_duty_nor_deputy(supervisor: Actor, approver: Actor, cm: Actor) -> None:
    duty.set_duty(supervisor, number(cm), at(0), at(9), number(approver))
    duty.set_duty(supervisor, number(supervisor), at(0), at(9), number(cm))
    with writing() as current:
        current.get_one(Member, number(cm)).deactivated_at = clock.now()
    assert on_duty(1) == [("Supervisor", None)]
    with pytest.raises(Problem) as refused:
        duty.set_duty(supervisor, number(cm), at(10))
    assert refused.value.code == "duty_member_unfit"


def test_hours_without_anybody_who_may_approve_are_gaps(supervisor: Actor, approver: Actor, cm: Actor) -> None:
    day = (at(0), at(24))
    assert duty.gaps(session(), *day) == [day]
    duty.set_duty(supervisor, number(cm), at(0), at(24))
    assert duty.gaps(session(), *day) == [day], "a community manager cannot approve"
    duty.set_duty(supervisor, number(approver), at(2), at(6))
    duty.set_duty(supervisor, number(supervisor), at(5), at(8))
    assert duty.gaps(session(), *day) == [(at(0), at(2)), (at(8), at(24))]
    assert duty.gaps(session(), at(3), at(7)) == []
    assert duty.gaps(session(), *day, [Permission.REPLIES_WRITE]) == []
    duty.set_duty(supervisor, number(approver), at(8), None, number(cm))
    assert duty.gaps(session(), *day) == [(at(0), at(2))]


def test_a_deputy_who_may_approve_fills_a_gap(supervisor: Actor, approver: Actor, cm: Actor) -> None:
    duty.set_duty(supervisor, number(cm), at(0), at(4), number(approver))
    assert duty.gaps(session(), at(0), at(5)) == [(at(4), at(5))]


def test_every_member_sees_who_is_on_duty_and_only_members(supervisor: Actor, approver: Actor) -> None:
    duty.set_duty(supervisor, number(supervisor), at(0), at(1))
    assert [each.member.name for each in duty.on_duty_now(approver)] == ["Supervisor"]
    with pytest.raises(Problem):
        duty.on_duty_now(OPERATOR)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=8))
def test_gaps_and_duties_together_fill_the_time(spans: list[tuple[int, int]]) -> None:
    covered = [(at(first), at(last)) for first, last in spans if first < last]
    found = duty.uncovered(covered, at(5), at(30))
    for quarter in range(20, 120):
        moment = at(quarter / 4)
        on = any(first <= moment < last for first, last in covered)
        off = any(first <= moment < last for first, last in found)
        assert on != off
