"""How long a wait may be: by urgency, with a crisis open, the strictest of what applies; kept from when it opened."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import writing
from inbox.measuring import targets, waits
from inbox.measuring.targets import CASES, NONE, ORDINARY, Allowed, Case, InForce, Row
from inbox.models import Comment, Conversation, Post, Target, TrailRow, Wait
from inbox.permissions import OPERATOR, Actor, Refused, Role
from inbox.problems import Problem
from inbox.verify import verify
from tests.scenes import Scene

DANGER, PRESS, ANY = 0, 1, 2


def wait_of(store: Session, conversation_id: int, ordinal: int = 1) -> Wait:
    store.expire_all()
    found = select(Wait).where(
        Wait.conversation_id == conversation_id, Wait.ordinal == ordinal, Wait.superseded_at.is_(None)
    )
    return store.scalars(found).one()


seconds = st.none() | st.integers(1, 5)


@given(
    rows=st.lists(st.tuples(st.sampled_from(CASES[1:]), seconds, seconds), max_size=5, unique_by=lambda row: row[0]),
    ordinal=st.integers(1, 3),
    urgency=st.integers(-1, 2),
    in_crisis=st.booleans(),
)
def test_the_strictest_of_what_applies_counts_and_nothing_allows_a_longer_wait(
    rows: list[tuple[Case, int | None, int | None]], ordinal: int, urgency: int, in_crisis: bool
) -> None:
    own = Allowed(3, 4)
    found = InForce(own, [Row(case, Allowed(first, later)) for case, first, later in rows]).seconds(
        ordinal, urgency, in_crisis=in_crisis
    )
    applying = [3 if ordinal == 1 else 4]
    for case, first, later in rows:
        allowed = first if ordinal == 1 else later
        if case.urgency >= urgency and (in_crisis or not case.in_crisis) and allowed is not None:
            applying.append(allowed)
    assert found == min(applying)


def test_a_wait_opens_with_the_target_of_its_urgency_and_of_an_open_crisis(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    scene.target(account, urgency=PRESS, first=30)
    scene.target(account, urgency=DANGER, first=20, later=15)
    scene.target(account, urgency=ANY, in_crisis=True, first=25)
    scene.crisis(account, 10, until=40)
    cases = ((0, ANY, 60, False), (1, PRESS, 30, False), (2, -1, 20, False), (20, ANY, 25, True), (40, ANY, 60, False))
    for minute, urgency, expected, in_crisis in cases:
        conversation = scene.comment(account, f"a{minute}", minute, urgency=urgency)
        wait = wait_of(store, conversation)
        assert (wait.target_seconds, wait.in_crisis) == (expected * 60, in_crisis), minute
        assert wait.due_at == scene.at(minute + expected)
    danger = scene.comment(account, "a2", 3, thread="a2", urgency=DANGER)
    scene.answer(danger, 50)
    scene.comment(account, "a2", 60, thread="a2", urgency=DANGER)
    assert wait_of(store, danger, 2).target_seconds == 15 * 60


def test_a_crisis_over_one_post_touches_no_other(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    with writing() as session:
        post = Post(account_id=account, remote_id="p", text="Our cups.", received_at=scene.at(0))
        session.add(post)
    scene.target(account, in_crisis=True, first=5)
    scene.crisis(account, 0, post_id=post.id)
    elsewhere = scene.comment(account, "ines", 1)
    with writing() as session:
        session.get_one(Conversation, elsewhere).post_id = post.id
    scene.answer(elsewhere, 2)
    scene.comment(account, "ines", 3, thread="ines")
    first, second = wait_of(store, elsewhere), wait_of(store, elsewhere, 2)
    assert (first.in_crisis, second.in_crisis) == (False, True)
    # There is a target for first answers alone.
    assert second.target_seconds == 3600


def test_setting_and_withdrawing_leave_open_waits_as_they_are(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    before = scene.comment(account, "ines", 0, urgency=DANGER)
    targets.set_targets(OPERATOR, account, {Case(DANGER, False): Allowed(300, None), ORDINARY: Allowed(7200, 7200)})
    while_set = scene.comment(account, "karim", 0, urgency=DANGER)
    targets.set_targets(OPERATOR, account, {Case(DANGER, False): NONE})
    after = scene.comment(account, "zoe", 0, urgency=DANGER)
    scene.comment(account, "ines", 1, thread="ines", urgency=DANGER)
    assert [wait_of(store, each).target_seconds for each in (before, while_set, after)] == [3600, 300, 7200]
    assert targets.targets_of(OPERATOR, account) == {ORDINARY: Allowed(7200, 7200)}
    # What is set once more as it is, is no deed.
    targets.set_targets(OPERATOR, account, {ORDINARY: Allowed(7200, 7200), Case(PRESS, True): NONE})
    deeds = store.scalars(select(TrailRow.action).order_by(TrailRow.seq)).all()
    assert deeds == ["account.targets_set", "account.target_set", "account.target_withdrawn"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({Case(DANGER, False): Allowed(0, None)}, "target_out_of_range"),
        ({Case(PRESS, True): Allowed(None, targets.LONGEST_TARGET + 1)}, "target_out_of_range"),
        ({ORDINARY: Allowed(60, None)}, "target_case_unknown"),
        ({Case(-1, False): Allowed(60, 60)}, "target_case_unknown"),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_no_target_is_refused(
    store: Session, at_start: datetime, wanted: dict[Case, Allowed], code: str
) -> None:
    account = Scene(at_start).account()
    with pytest.raises(Problem, match=code):
        targets.set_targets(OPERATOR, account, wanted)
    with pytest.raises(Refused):
        targets.set_targets(Actor.of_member(1, frozenset({Role.SUPERVISOR})), account, wanted)


def test_a_comment_that_is_judged_anew_keeps_the_target_of_its_wait(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    scene.target(account, urgency=DANGER, first=5)
    conversation = scene.comment(account, "ines", 0, urgency=DANGER)
    with writing() as session:
        session.scalars(select(Comment)).one().urgency = ANY
        session.flush()
        waits.settle(session, [conversation])
    wait = wait_of(store, conversation)
    assert (wait.urgency, wait.target_seconds) == (ANY, 300)


def test_loosening_reaches_nobody_who_had_written_before(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    account = scene.account()
    targets.set_targets(OPERATOR, account, {Case(DANGER, False): Allowed(300, 300)})
    with clock.frozen(at_start + timedelta(hours=1)):
        loose = Allowed(7200, 7200)
        targets.set_targets(OPERATOR, account, {ORDINARY: loose, Case(DANGER, False): NONE})
    # Both are delivered late: they were written while the account had the hour it was connected with.
    late = scene.comment(account, "ines", 10)
    danger = scene.comment(account, "karim", 130, urgency=DANGER)
    scene.answer(late, 20)
    scene.comment(account, "ines", 30, thread="ines")
    after = scene.comment(account, "zoe", 200)
    found = [wait_of(store, each).target_seconds for each in (late, danger, after)]
    assert [*found, wait_of(store, late, 2).target_seconds] == [3600, 300, 7200, 3600]
    assert targets.targets_of(OPERATOR, account) == {ORDINARY: loose}
    with clock.frozen(at_start + timedelta(hours=2)):
        targets.set_targets(OPERATOR, account, {ORDINARY: Allowed(60, 60)})
    # What is stricter now holds for whatever is stored from now on.
    assert wait_of(store, scene.comment(account, "noor", 15)).target_seconds == 60
    kept = store.scalars(select(Target.set_at).where(Target.urgency == ANY).order_by(Target.id)).all()
    assert kept == [scene.at(0), scene.at(180), scene.at(240)]
    assert verify(OPERATOR) is None
