"""Prepared replies leave one after the other, with a pause, each asked everything again that is asked of any reply."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, members
from inbox.answering import (
    conversations,
    holds,
    outbox,
    prepared,
    prepared_reading,
    prepared_sending,
    replies,
    templates,
)
from inbox.extensions import writing
from inbox.models import (
    Account,
    BulkReply,
    BulkReplyState,
    MemberRole,
    Notice,
    PreparedReply,
    PreparedState,
    Reply,
    ReplyState,
    Wait,
)
from inbox.permissions import WORKER, Actor
from inbox.problems import Conflict, Problem
from inbox.sharing import absences
from tests.answering.stage import Stage, deeds, reply_now
from tests.conftest import START

ANSWERS = (
    "Ines, your son can drink from it.",
    "Paul, we tested that very bottle in March, the cap included.",
    "Zoe, nothing in the blue colour dissolves, hot or cold.",
)
PAUSE = 30


@pytest.fixture
def asking(stage: Stage) -> list[int]:
    """Three people who ask the same."""
    return [stage.comment(name, "Is the blue bottle safe?") for name in ("ines", "paul", "zoe")]


@pytest.fixture
def ready(asking: list[int], cm: Actor) -> BulkReply:
    """A personal answer to each, ticked; replies of this member count down for ten seconds."""
    members.set_undo_seconds(cm, 10)
    bulk = prepared.begin(cm, asking)
    for row, text in zip(rows(cm, bulk), ANSWERS, strict=True):
        prepared.tick(cm, bulk.id, row.id, text, number=row.number)
    return bulk


def rows(actor: Actor, bulk: BulkReply) -> list[PreparedReply]:
    return [each.row for each in prepared_reading.show(actor, bulk.id).replies]


def now(bulk: BulkReply, store: Session) -> BulkReply:
    return store.get_one(BulkReply, bulk.id, populate_existing=True)


def run(seconds: range) -> list[tuple[int, str]]:
    """The worker looks every second; what it sent in which second."""
    sent: list[tuple[int, str]] = []
    for second in seconds:
        with clock.frozen(START + timedelta(seconds=second)):
            prepared_sending.hand_over_due(WORKER)
            before = _sent()
            outbox.send_due(WORKER)
            sent += [(second, text) for text in _sent() if text not in before]
    return sent


def _sent() -> list[str]:
    from inbox.extensions import session

    found = session().scalars(select(Reply.text).where(Reply.state == ReplyState.SENT).order_by(Reply.id))
    texts = list(found)
    session().commit()
    return texts


def hand_over_and_die(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker hands one reply over, and is killed before it can note that it did."""
    write = replies.write

    def write_and_die(*arguments: object, **more: object) -> Reply:
        write(*arguments, **more)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(replies, "write", write_and_die)
        with pytest.raises(KeyboardInterrupt):
            prepared_sending.hand_over_due(WORKER)


def test_nothing_leaves_before_each_is_ticked(asking: list[int], cm: Actor, store: Session) -> None:
    bulk = prepared.begin(cm, asking)
    for row, text in list(zip(rows(cm, bulk), ANSWERS, strict=True))[:2]:
        prepared.tick(cm, bulk.id, row.id, text, number=row.number)
    with pytest.raises(Conflict, match="prepared_not_all_ticked"):
        prepared_sending.start(cm, bulk.id, pause_seconds=PAUSE)
    for pause in (19, 601):
        with pytest.raises(Problem, match="pause_out_of_range"):
            prepared_sending.start(cm, bulk.id, pause_seconds=pause)
    assert run(range(0, 100, 20)) == []
    prepared.leave_out(cm, bulk.id, rows(cm, bulk)[2].id)
    prepared_sending.start(cm, bulk.id, pause_seconds=PAUSE)
    assert [text for _, text in run(range(0, 100, 5))] == list(ANSWERS[:2])


def test_one_after_the_other_with_a_pause_and_timed_when_they_really_left(
    ready: BulkReply, asking: list[int], cm: Actor, store: Session
) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    with pytest.raises(Conflict, match="bulk_reply_not_now"):
        prepared.save(cm, ready.id, rows(cm, ready)[0].id, "Other words.", number=0)
    assert run(range(0, 120, 5)) == [(10, ANSWERS[0]), (40, ANSWERS[1]), (70, ANSWERS[2])]
    assert now(ready, store).state is BulkReplyState.DONE
    closed = {wait.conversation_id: wait.seconds for wait in store.scalars(select(Wait))}
    assert [closed[each] for each in asking] == [10.0, 40.0, 70.0], "as long as they really waited"
    assert {row.text for row in rows(cm, ready)} == {""}, "the words live on in the replies alone"
    assert deeds("bulk_reply", ready.id)[-2:] == ["bulk_reply.started", "bulk_reply.finished"]


def test_many_bells_and_a_killed_worker_make_one_reply_of_each(
    ready: BulkReply, cm: Actor, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    hand_over_and_die(monkeypatch)
    assert prepared_sending.hand_over_due(WORKER) == 0, "its lease runs on"
    assert [text for _, text in run(range(0, 200, 5))] == list(ANSWERS)
    assert len(store.scalars(select(Reply)).all()) == 3
    assert {row.state for row in rows(cm, ready)} == {PreparedState.HANDED_OVER}


def test_a_hold_lets_nothing_pile_up(ready: BulkReply, cm: Actor, supervisor: Actor, store: Session) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    holds.hold(cm)
    assert run(range(0, 300, 50)) == []
    assert store.scalars(select(Reply)).all() == []
    with clock.frozen(START + timedelta(seconds=300)):
        holds.release(supervisor)
    sent = run(range(300, 400, 5))
    assert [second for second, _ in sent] == [310, 340, 370]


def test_stopped_the_one_that_counts_down_is_prepared_again(
    ready: BulkReply, cm: Actor, supervisor: Actor, store: Session
) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    assert run(range(0, 35, 5)) == [(10, ANSWERS[0])]
    with clock.frozen(START + timedelta(seconds=35)):
        assert prepared_sending.stop(supervisor, ready.id) == 1
        with pytest.raises(Conflict, match="bulk_reply_not_now"):
            prepared_sending.stop(cm, ready.id)
        assert [(row.state, row.ticked_at is not None) for row in rows(cm, ready)] == [
            (PreparedState.HANDED_OVER, True),
            (PreparedState.OPEN, False),
            (PreparedState.OPEN, True),
        ]
    assert run(range(36, 90, 9)) == []
    with clock.frozen(START + timedelta(seconds=90)):
        second = rows(cm, ready)[1]
        assert second.text == ANSWERS[1]
        prepared.tick(cm, ready.id, second.id, second.text, number=second.number)
        prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    assert [text for _, text in run(range(90, 200, 5))] == list(ANSWERS[1:])


def test_every_ordinary_check_stands(
    stage: Stage, ready: BulkReply, asking: list[int], cm: Actor, supervisor: Actor, store: Session
) -> None:
    with writing() as current:
        current.get_one(Account, stage.account_id).approves_every_reply = True
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    with clock.frozen(START + timedelta(seconds=2)):
        conversations.assign(supervisor, asking[1], supervisor.member_id)
        stage.comment("zoe", "Anybody there?", thread="another")
    assert run(range(2, 100, 7)) == []
    first, *_ = store.scalars(select(Reply)).all()
    assert (first.state, first.held_code) == (ReplyState.SUBMITTED, "account_supervised")
    assert [row.code for row in rows(cm, ready)][1:] == ["prepared_claimed", "prepared_wrote_again"]
    told = store.scalars(select(Notice).where(Notice.member_id == cm.member_id)).all()
    assert [notice.code for notice in told] == ["prepared_taken_out"] * 2


def test_who_writes_during_the_countdown_stops_theirs(
    stage: Stage, ready: BulkReply, asking: list[int], cm: Actor, store: Session
) -> None:
    members.set_undo_seconds(cm, 0)
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    prepared_sending.hand_over_due(WORKER)
    [reply] = store.scalars(select(Reply)).all()
    with clock.frozen(START + timedelta(seconds=0.5)):
        stage.comment("ines", "Hello?", thread="another")
    run(range(1, 5))
    assert (reply_now(reply.id).state, reply_now(reply.id).held_code) == (
        ReplyState.WITHDRAWN,
        "stopped_wrote_again",
    )


def test_a_refused_one_stops_the_rest_until_somebody_looked(
    stage: Stage, ready: BulkReply, cm: Actor, store: Session
) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    prepared_sending.hand_over_due(WORKER)
    with writing() as current:
        for reply in current.scalars(select(Reply)):
            reply.state = ReplyState.FAILED
    run(range(1, 60, 9))
    stopped = now(ready, store)
    assert (stopped.state, stopped.stopped_code) == (BulkReplyState.STOPPED, prepared_sending.FAILED)
    with clock.frozen(START + timedelta(seconds=60)):
        prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    assert [text for _, text in run(range(60, 150, 5))] == list(ANSWERS[1:])


def test_what_the_network_puts_off_holds_up_the_next(ready: BulkReply, cm: Actor, store: Session) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    prepared_sending.hand_over_due(WORKER)
    with writing() as current:
        for reply in current.scalars(select(Reply)):
            reply.attempts, reply.not_before = 1, START + timedelta(seconds=200)
    assert run(range(1, 200, 33)) == []
    sent = run(range(200, 300, 5))
    assert sent[0] == (200, ANSWERS[0])
    times = [second for second, _ in sent]
    assert all(later - earlier >= PAUSE for earlier, later in pairwise(times))
    assert len(times) == 3


def test_who_may_not_answer_any_more_sends_nothing(ready: BulkReply, cm: Actor, store: Session) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    with writing() as current:
        for grant in current.scalars(select(MemberRole).where(MemberRole.member_id == cm.member_id)):
            grant.ended_at = clock.now()
    assert run(range(0, 60, 9)) == []
    assert now(ready, store).stopped_code == prepared_sending.NOT_ALLOWED


def test_a_promise_in_a_group_is_every_ones(asking: list[int], cm: Actor, supervisor: Actor, store: Session) -> None:
    by = datetime(2026, 3, 2, 12, 0, tzinfo=START.tzinfo)
    template = templates.create(
        supervisor, "Holding", {"en": "{author_name}, we look into it and write by {by_time}."}, holding=True
    )
    bulk = prepared.begin(cm, asking[:1])
    with pytest.raises(Problem, match="promise_in_past"):
        prepared.choose_template(cm, bulk.id, template.id, by=START - timedelta(hours=1))
    prepared.choose_template(cm, bulk.id, template.id, by=by)
    [row] = rows(cm, bulk)
    assert row.text == "Ines, we look into it and write by 12:00."
    prepared.tick(cm, bulk.id, row.id, row.text, number=row.number)
    prepared_sending.start(cm, bulk.id, pause_seconds=PAUSE)
    run(range(0, 30, 5))
    reply = store.scalars(select(Reply)).one()
    assert (reply.kind.value, reply.promise_due_at, reply.template_id) == ("holding", by, template.id)


def test_a_reply_of_a_killed_worker_is_stopped_with_the_rest(
    ready: BulkReply, cm: Actor, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    hand_over_and_die(monkeypatch)
    assert prepared_sending.stop(cm, ready.id) == 1
    assert run(range(1, 60, 7)) == []


def test_what_waits_for_approval_is_taken_back_with_the_rest(
    stage: Stage, ready: BulkReply, cm: Actor, store: Session
) -> None:
    with writing() as current:
        current.get_one(Account, stage.account_id).approves_every_reply = True
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    prepared_sending.hand_over_due(WORKER)
    [reply] = store.scalars(select(Reply)).all()
    assert reply.state is ReplyState.SUBMITTED
    assert prepared_sending.stop(cm, ready.id) == 1
    assert (reply_now(reply.id).state, rows(cm, ready)[0].text) == (ReplyState.WITHDRAWN, ANSWERS[0])
    prepared.put_away(cm, ready.id)
    assert {row.text for row in rows(cm, ready)} == {""}


def test_whoever_is_marked_as_away_sends_nothing_more(ready: BulkReply, cm: Actor, store: Session) -> None:
    prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    assert len(run(range(15))) == 1
    with clock.frozen(START + timedelta(seconds=15)):
        absences.mark(cm, cm.member_id or 0, START + timedelta(days=1))
    assert run(range(16, 200, 10)) == []
    stopped = now(ready, store)
    assert (stopped.state, stopped.stopped_code) == (BulkReplyState.STOPPED, prepared_sending.AWAY)
    with clock.frozen(START + timedelta(seconds=300)):
        prepared_sending.start(cm, ready.id, pause_seconds=PAUSE)
    assert len(run(range(300, 400))) == 2, "who starts it while they are away means it"
