"""Never two answers to one critic by accident: not from a page, a script, or a reply that had failed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import outbox, replies
from inbox.extensions import db, writing
from inbox.models import Reply, ReplyState
from inbox.permissions import WORKER, Actor
from inbox.problems import Conflict
from tests.answering.stage import Stage, seen, written
from tests.conftest import START


def test_a_script_does_not_answer_what_a_colleague_has_answered(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment("ines", thread="t")
    first = written(cm, conversation, "First.")
    with pytest.raises(Conflict, match="answered_meanwhile") as told:
        written(supervisor, conversation, "Second.")
    assert told.value.params == {"reply": first.id, "by": "Cm"}
    # Who has read it may, and so may its own writer; a new comment is there for whoever comes.
    written(cm, conversation, "One thing more.")
    newest = written(supervisor, conversation, "And from me.", answered_up_to=first.id + 1)
    assert newest.id > first.id
    with clock.frozen(START + timedelta(minutes=1)):
        stage.comment("ines", "Another question", thread="t")
        assert written(supervisor, conversation, "Another answer.").state is ReplyState.QUEUED


def test_nor_what_was_answered_in_the_networks_own_app(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    replies.mark_sent_natively(
        cm, conversation, "Done there.", form_key=replies.new_form_key(), seen_up_to=seen(conversation)
    )
    with pytest.raises(Conflict, match="answered_meanwhile"):
        written(supervisor, conversation)


@pytest.mark.parametrize("known", [None, "the later one"])
def test_what_had_failed_is_not_sent_beside_a_later_answer(
    stage: Stage, cm: Actor, supervisor: Actor, known: str | None
) -> None:
    conversation = stage.comment()
    failed = written(cm, conversation, "First.")
    with writing() as current:
        current.get_one(Reply, failed.id, populate_existing=True).state = ReplyState.FAILED
    later = written(supervisor, conversation, "Second.")
    if known is None:
        with pytest.raises(Conflict, match="answered_meanwhile"):
            replies.send_again(cm, failed.id)
    else:
        assert replies.send_again(cm, failed.id, answered_up_to=later.id).state is ReplyState.QUEUED


def test_of_two_at_the_same_moment_one_is_stopped(
    stage: Stage, cm: Actor, supervisor: Actor, app: Flask, store: Session
) -> None:
    conversation = stage.comment()
    screen = seen(conversation)
    store.commit()
    together = threading.Barrier(2)
    outcomes: list[Any] = []

    def send(actor: Actor) -> None:
        with app.app_context():
            together.wait(15)
            try:
                outcomes.append(written(actor, conversation, actor.name, seen_up_to=screen, answered_up_to=0).state)
            except Conflict as conflict:
                outcomes.append(conflict.code)
            db.session.remove()

    both = [threading.Thread(target=send, args=(actor,)) for actor in (cm, supervisor)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert sorted(map(str, outcomes)) == ["answered_meanwhile", "queued"]
    assert len(store.scalars(select(Reply.id)).all()) == 1


def test_nor_beside_ones_own_that_still_counts_down(stage: Stage, cm: Actor) -> None:
    here, there = stage.comment("ines", thread="t1"), stage.comment("ines", thread="t2")
    first = written(cm, here, "First.", delay_seconds=30)
    for talk, known in ((here, None), (there, None), (there, 0)):
        with pytest.raises(Conflict, match="own_reply_leaving") as told:
            written(cm, talk, "Second.", answered_up_to=known)
        assert told.value.params == {"reply": first.id}
    # Seen, it is meant so; and to somebody else it is nothing.
    assert written(cm, here, "Second.", answered_up_to=first.id).state is ReplyState.QUEUED
    assert written(cm, stage.comment("noor"), "For Noor.").state is ReplyState.QUEUED


def test_once_it_has_left_a_further_one_is_theirs_to_write(stage: Stage, cm: Actor) -> None:
    here, there = stage.comment("ines", thread="t1"), stage.comment("ines", thread="t2")
    first = written(cm, here, "First.", delay_seconds=30)
    with clock.frozen(START + timedelta(seconds=31)):
        with pytest.raises(Conflict, match="own_reply_leaving"):
            written(cm, here, "Second.")
        assert written(cm, there, "There.").state is ReplyState.QUEUED
        outbox.send_one(WORKER, first.id)
        assert written(cm, here, "Second.").state is ReplyState.QUEUED
