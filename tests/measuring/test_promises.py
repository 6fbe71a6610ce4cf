"""Promises follow what was sent, in any order of delivery, and whether we wrote again; on both engines."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import replies
from inbox.extensions import writing
from inbox.measuring import exports, promises, waits
from inbox.measuring.promise_figures import PromiseFigures
from inbox.measuring.promises import Made, PromiseState, Sent, derive, state_of
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import response_times
from inbox.models import Promise, Reply, ReplyKind
from inbox.permissions import OPERATOR, Role
from inbox.verify import verify
from tests.answering.stage import member, seen
from tests.scenes import Scene

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


SENT = st.builds(
    lambda number, minute, due, after: Sent(
        number, at(minute), None if due is None else at(due), None if after is None else at(minute + after)
    ),
    st.integers(1, 10_000),
    st.integers(0, 30),
    st.none() | st.integers(0, 60),
    st.none() | st.just(0) | st.integers(0, 30),
)
REPLIES = st.lists(SENT, max_size=12, unique_by=lambda reply: reply.reply_id)


def slowly(replies: list[Sent]) -> set[Made]:
    """The definition, word by word."""
    found = set()
    for promise in replies:
        if promise.due_at is None:
            continue
        later = [
            (reply.keeps_at, reply.reply_id)
            for reply in replies
            if reply.keeps_at is not None and (reply.at, reply.reply_id) > (promise.at, promise.reply_id)
        ]
        kept_at, kept_by = min(later, default=(None, None))
        found.add(
            Made(
                promise.reply_id,
                promise.at,
                promise.due_at,
                kept_by,
                kept_at,
            )
        )
    return found


@given(REPLIES, st.randoms(use_true_random=False))
def test_what_is_derived_is_the_definition_in_any_order(replies: list[Sent], random: Random) -> None:
    shuffled = list(replies)
    random.shuffle(shuffled)
    assert derive(shuffled) == derive(replies)
    assert set(derive(replies)) == slowly(replies)


def test_what_comes_in_the_very_moment_is_in_time() -> None:
    assert state_of(at(10), at(10), at(99)) is PromiseState.KEPT
    assert state_of(at(10), at(11), at(99)) is PromiseState.KEPT_LATE
    assert state_of(at(10), None, at(10)) is PromiseState.OPEN
    assert state_of(at(10), None, at(11)) is PromiseState.LATE


def stored(store: Session) -> set[Made]:
    store.expire_all()
    return {
        Made(row.reply_id, row.made_at, row.due_at, row.kept_by, row.kept_at) for row in store.scalars(select(Promise))
    }


def test_a_promise_is_kept_by_the_first_answer_that_says_more(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    conversation = scene.comment(scene.account(), "ines", 0)
    first = scene.answer(conversation, 5, kind=ReplyKind.HOLDING, promised=60)
    scene.answer(conversation, 10, automatic=True)
    scene.answer(conversation, 20, kind=ReplyKind.HOLDING)
    assert stored(store) == {Made(first, scene.at(5), scene.at(60))}
    answer = scene.answer(conversation, 70)
    scene.answer(conversation, 80)
    assert stored(store) == {Made(first, scene.at(5), scene.at(60), answer, scene.at(70))}


def test_a_native_answer_that_is_seen_late_and_was_earlier_keeps_it(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    conversation = scene.comment(scene.account(), "ines", 0)
    first = scene.answer(conversation, 5, kind=ReplyKind.HOLDING, promised=60)
    scene.answer(conversation, 90)
    earlier = scene.answer(conversation, 40)
    assert stored(store) == {Made(first, scene.at(5), scene.at(60), earlier, scene.at(40))}


def test_what_a_member_marks_keeps_it_only_from_then_until_it_is_seen(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=3))
    conversation = scene.comment(scene.account(), "ines", 0)
    first = scene.answer(conversation, 5, kind=ReplyKind.HOLDING, promised=60)
    cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
    marked = replies.mark_sent_natively(
        cm,
        conversation,
        "It is safe.",
        form_key=replies.new_form_key(),
        seen_up_to=seen(conversation),
        sent_at=scene.at(30),
    )
    assert stored(store) == {Made(first, scene.at(5), scene.at(60), marked.id, at_start)}
    assert verify(OPERATOR) is None
    with writing() as session:
        shown = session.get_one(Reply, marked.id)
        shown.confirmed_at, shown.remote_id = at_start, "p1"
        waits.settle(session, {conversation})
    assert stored(store) == {Made(first, scene.at(5), scene.at(60), marked.id, scene.at(30))}
    assert verify(OPERATOR) is None


@pytest.mark.parametrize("seed", range(3))
def test_what_is_stored_is_the_definition_whatever_comes_first(store: Session, at_start: datetime, seed: int) -> None:
    random, scene = Random(seed), Scene(at_start)
    account = scene.account()
    for name in ("ines", "karim"):
        conversation = scene.comment(account, name, 0)
        of_this = []
        for _ in range(7):
            minute, keeps = random.randrange(30), random.random() < 0.4
            due = random.choice([None, random.randrange(60)])
            number = scene.answer(
                conversation, minute, kind=ReplyKind.SUBSTANTIVE if keeps else ReplyKind.HOLDING, promised=due
            )
            of_this.append(
                Sent(
                    number,
                    scene.at(minute),
                    None if due is None else scene.at(due),
                    scene.at(minute) if keeps else None,
                )
            )
        assert slowly(of_this) <= stored(store)
    before = stored(store)
    with writing() as session:
        waits.settle(session, {1, 2})
        promises.settle(session, {1, 2})
    assert stored(store) == before
    assert verify(OPERATOR) is None


def test_verify_names_a_promise_that_was_made_to_look_kept(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    conversation = scene.comment(scene.account(), "ines", 0)
    number = scene.answer(conversation, 5, kind=ReplyKind.HOLDING, promised=60)
    assert verify(OPERATOR) is None
    with writing() as session:
        row = session.scalars(select(Promise)).one()
        row.kept_at, row.kept_by = scene.at(50), number
    fault = verify(OPERATOR)
    assert fault is not None
    assert (fault.code, fault.params) == ("fault_promise", {"conversation": conversation})


def test_promises_are_counted_in_reports_as_kept_late_or_open(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    brand, shop = scene.account("Brand"), scene.account("Shop")
    for name, account, promised, answered in (
        ("kept", brand, 60, 30),
        ("kept late", brand, 60, 90),
        ("late", brand, 60, None),
        ("open", shop, 600, None),
    ):
        conversation = scene.comment(account, name, 0)
        scene.answer(conversation, 5, kind=ReplyKind.HOLDING, promised=promised)
        if answered is not None:
            scene.answer(conversation, answered)
    report = response_times(OPERATOR, ReportQuery(by=Breakdown.ACCOUNT))
    assert report.promises == {
        None: PromiseFigures(kept=1, kept_late=1, late=1, open=1),
        "Brand": PromiseFigures(kept=1, kept_late=1, late=1),
        "Shop": PromiseFigures(open=1),
    }
    whole = exports.figures_row(report.total, report)
    assert [whole[name] for name in whole if name.startswith("promises_")] == [1, 1, 1, 1]
    for by in Breakdown:
        if by is not Breakdown.MEMBER:
            split = response_times(OPERATOR, ReportQuery(by=by))
            assert sum(split.promises[figures.group].made for figures in split.groups) == 4, by
    one = response_times(OPERATOR, ReportQuery(account_ids=frozenset({shop}), start=scene.at(5), end=scene.at(6)))
    assert one.promises == {None: PromiseFigures(open=1)}
    assert response_times(OPERATOR, ReportQuery(start=scene.at(6))).promises == {}
