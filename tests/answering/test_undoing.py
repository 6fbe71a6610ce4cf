"""A reply counts down before it leaves: undone, it is in the composer again; overtaken, it is stopped and asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, members
from inbox.answering import drafts, outbox, undoing
from inbox.crisis import crises
from inbox.extensions import writing
from inbox.models import Comment, Notice, ReplyState, TrailRow
from inbox.permissions import WORKER, Actor
from inbox.problems import Conflict, Problem
from tests.answering.stage import Stage, reply_now, seen, written
from tests.conftest import START


def later(seconds: float) -> Any:
    return clock.frozen(START + timedelta(seconds=seconds))


def back(actor: Actor, conversation: int) -> str | None:
    found = drafts.of(actor, conversation)
    return found.text if found is not None else None


def test_how_long_is_the_members_choice_and_shorter_in_a_crisis(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    assert undoing.seconds_for(cm, conversation) == 15
    crises.open_crisis(supervisor, "Loose caps", [stage.account_id])
    assert undoing.seconds_for(cm, conversation) == 5
    for seconds in (0, 60):
        members.set_undo_seconds(cm, seconds)
        assert undoing.seconds_for(cm, conversation) == seconds
    members.set_undo_seconds(cm, None)
    assert undoing.seconds_for(cm, conversation) == 5
    for seconds in (-1, 61):
        with pytest.raises(Problem, match="undo_out_of_range"):
            members.set_undo_seconds(cm, seconds)


def test_nothing_leaves_before_the_countdown_is_over(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment(), delay_seconds=15)
    with later(14.9):
        assert outbox.send_one(WORKER, reply.id).state is ReplyState.QUEUED
        assert [each.id for each in undoing.leaving(cm)] == [reply.id]
    with later(15):
        assert undoing.leaving(cm) == []
        assert outbox.send_one(WORKER, reply.id).state is ReplyState.SENT
        with pytest.raises(Conflict, match="undo_too_late"):
            undoing.undo(cm, reply.id)


def test_undone_it_is_in_the_composer_and_never_leaves(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation, "It is safe.", delay_seconds=15)
    with pytest.raises(Problem, match="reply_of_another"):
        undoing.undo(supervisor, reply.id)
    undoing.undo(cm, reply.id)
    assert back(cm, conversation) == "It is safe."
    with later(60):
        assert outbox.send_due(WORKER).tried == 0
    assert stage.demo.replies(stage.name) == []
    with pytest.raises(Conflict, match="undo_too_late"):
        undoing.undo(cm, reply.id)


@pytest.mark.parametrize("found_by", ["the sweep", "the claim"])
@pytest.mark.parametrize("which", ["here", "in another thread"])
def test_a_new_comment_of_the_author_stops_it_and_asks(
    stage: Stage, cm: Actor, store: Session, found_by: str, which: str
) -> None:
    conversation = stage.comment("ines", thread="t1")
    bystander = written(cm, stage.comment("noor"), "For Noor.", delay_seconds=15)
    reply = written(cm, conversation, "It is safe.", delay_seconds=15)
    with later(3):
        stage.comment("ines", "It broke!", thread="t1" if which == "here" else "t2")
    with later(4 if found_by == "the sweep" else 20):
        if found_by == "the sweep":
            outbox.sweep(WORKER)
        else:
            outbox.send_one(WORKER, reply.id)
    stopped = reply_now(reply.id)
    assert (stopped.state, stopped.held_code) == (ReplyState.WITHDRAWN, undoing.WROTE_AGAIN)
    assert back(cm, conversation) == "It is safe."
    assert reply_now(bystander.id).state is ReplyState.QUEUED
    notice = store.scalars(select(Notice).where(Notice.code == undoing.WROTE_AGAIN)).one()
    assert (notice.member_id, notice.object_id) == (cm.member_id, str(conversation))
    assert store.scalars(select(TrailRow.action).where(TrailRow.action == "reply.stopped")).all() == ["reply.stopped"]


def test_a_comment_that_came_before_it_was_written_but_unseen_stops_it(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment("ines", thread="t")
    screen = seen(conversation)
    stage.comment("ines", "Hello??", thread="t")
    reply = written(cm, conversation, delay_seconds=15, seen_up_to=screen)
    with later(15):
        outbox.send_one(WORKER, reply.id)
    assert reply_now(reply.id).state is ReplyState.WITHDRAWN


@pytest.mark.parametrize("own", [True, False])
def test_a_colleagues_answer_stops_it_and_ones_own_does_not(
    stage: Stage, cm: Actor, supervisor: Actor, own: bool
) -> None:
    conversation = stage.comment()
    first = written(cm, conversation, "First.", delay_seconds=15)
    second = written(cm if own else supervisor, conversation, "Second.", delay_seconds=15, answered_up_to=first.id)
    with later(15):
        outbox.sweep(WORKER)
        outbox.send_due(WORKER)
    assert reply_now(first.id).state is (ReplyState.SENT if own else ReplyState.WITHDRAWN)
    assert reply_now(second.id).state is ReplyState.SENT
    assert back(cm, conversation) == (None if own else "First.")


def test_what_leaves_at_once_is_not_stopped(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment("ines", thread="t")
    reply = written(cm, conversation)
    with later(1):
        stage.comment("ines", "And?", thread="t")
        outbox.send_due(WORKER)
    assert reply_now(reply.id).state is ReplyState.SENT


def test_an_edit_stops_it_too(stage: Stage, cm: Actor, store: Session) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation, delay_seconds=15)
    comment = store.scalars(select(Comment).where(Comment.conversation_id == conversation)).one()
    with later(2):
        with writing():
            stage.version(comment.id, 2, "Is it safe for a baby?", clock.now())
        assert undoing.stop_overtaken(WORKER) == 1
    assert reply_now(reply.id).state is ReplyState.WITHDRAWN
