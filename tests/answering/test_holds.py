"""The stop button, on both engines."""

from __future__ import annotations

import pytest

from inbox import bell
from inbox.answering import holds, outbox, replies
from inbox.models import ReplyState
from inbox.permissions import OPERATOR, WORKER, Actor, Refused
from inbox.problems import Conflict, Unknown
from tests.answering.stage import STAGE, Stage, deeds, reply_now, written


def test_one_press_stops_everything_and_says_so(stage: Stage, cm: Actor) -> None:
    queued = written(cm, stage.comment("a"))
    counting = written(cm, stage.comment("b"), delay_seconds=60)
    hold = holds.hold(cm, reason="A new fact came in")
    assert (hold.account_id, hold.placed_by, hold.reason) == (None, cm.name, "A new fact came in")
    written_later = written(cm, stage.comment("c"))
    assert {reply_now(reply.id).held_code for reply in (queued, counting, written_later)} == {holds.ALL_HELD}
    assert outbox.send_due(WORKER).tried == 0
    assert outbox.send_one(OPERATOR, queued.id).state is ReplyState.QUEUED
    assert stage.demo.calls() == []
    assert [found.id for found in holds.in_force()] == [hold.id]
    assert holds.hold(cm).id == hold.id


def test_a_supervisor_sees_what_waits_and_releases(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    rings: list[str] = []
    ends = [
        bell.subscribe("sending.held", lambda _facts: rings.append("held")),
        bell.subscribe("sending.released", lambda _facts: rings.append("released")),
    ]
    holds.hold(cm)
    first = written(cm, stage.comment("a"))
    (waiting,) = holds.waiting_behind(supervisor)
    assert (waiting.id, waiting.conversation.author.display_name) == (first.id, "A")
    written(cm, stage.comment("b"))
    with pytest.raises(Conflict, match="more_replies_wait"):
        holds.release(supervisor, seen=1)
    assert len(holds.in_force()) == 1
    assert holds.release(supervisor, seen=2) == 2
    for end in ends:
        end()
    assert rings == ["held", "released"]
    assert reply_now(first.id).held_code is None
    assert outbox.send_due(WORKER).sent == 2
    with pytest.raises(Conflict, match="hold_not_in_force"):
        holds.release(supervisor)


def test_a_hold_of_one_account_lets_the_others_go_on(stage: Stage, cm: Actor) -> None:
    other = Stage(stage.demo.path.parent, name="other")
    held, free = written(cm, stage.comment("a")), written(cm, other.comment("b"))
    holds.hold(cm, account_id=stage.account_id)
    assert outbox.send_due(WORKER).sent == 1
    assert reply_now(free.id).state is ReplyState.SENT
    assert reply_now(held.id).held_code == holds.ACCOUNT_HELD
    assert [reply.id for reply in holds.waiting_behind(OPERATOR, stage.account_id)] == [held.id]
    with pytest.raises(Unknown, match="account_unknown"):
        holds.hold(cm, account_id=10**9)


def test_releasing_one_hold_leaves_the_other_in_force(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    holds.hold(cm)
    holds.hold(cm, account_id=stage.account_id)
    holds.release(OPERATOR)
    assert reply_now(reply.id).held_code == holds.ACCOUNT_HELD
    assert outbox.send_due(WORKER).tried == 0
    holds.release(OPERATOR, account_id=stage.account_id)
    assert outbox.send_due(WORKER).sent == 1


def test_only_a_supervisor_or_the_operator_releases(stage: Stage, cm: Actor) -> None:
    holds.hold(cm)
    with pytest.raises(Refused):
        holds.release(cm)
    assert len(holds.in_force()) == 1


def test_a_held_reply_can_be_taken_back(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    holds.hold(cm)
    withdrawn = replies.withdraw(cm, reply.id)
    assert (withdrawn.state, withdrawn.held_code) == (ReplyState.WITHDRAWN, None)
    assert holds.waiting_behind(OPERATOR) == []
    assert deeds("reply", reply.id) == ["reply.queued", "reply.withdrawn"]
    assert stage.demo.replies(STAGE) == []
