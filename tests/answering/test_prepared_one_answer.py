"""Whoever is answered by somebody else is not answered from a group as well: one person, one answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from inbox import clock, members
from inbox.answering import (
    conversations,
    drafts,
    outbox,
    prepared,
    prepared_reading,
    prepared_watch,
    presence,
)
from inbox.answering.presence import Doing
from inbox.models import BulkReply, PreparedReply, PreparedState, ReplyState
from inbox.permissions import WORKER, Actor, Role
from inbox.problems import Conflict
from tests.answering.stage import Stage, member, reply_now, written
from tests.conftest import START

SORRY = "We are very sorry, it was our fault and we apologise."
ANSWER = "Ines, your son can drink from it."


@pytest.fixture
def colleague(stage: Stage) -> Actor:
    return member(Role.COMMUNITY_MANAGER, email="noor@example.org")


def only(actor: Actor, bulk: BulkReply) -> PreparedReply:
    [shown] = prepared_reading.show(actor, bulk.id).replies
    return shown.row


@pytest.mark.parametrize(("text", "delay"), [(SORRY, 0), ("I have answered you.", 600)])
def test_what_a_colleague_has_under_way_keeps_out_and_is_shown(
    stage: Stage, cm: Actor, colleague: Actor, text: str, delay: int
) -> None:
    talk = stage.comment("ines", "Is the blue bottle safe?")
    theirs = written(colleague, talk, text, delay_seconds=delay)
    bulk = prepared.begin(cm, [talk])
    row = only(cm, bulk)
    assert row.code == prepared_watch.ANSWERED
    with pytest.raises(Conflict, match="prepared_answer_under_way"):
        prepared.put_in(cm, bulk.id, row.id)
    [shown] = prepared_reading.show(cm, bulk.id).out
    assert [(each.by, each.text, each.left) for each in shown.answers] == [("Noor", text, False)]
    assert theirs.id


def test_what_has_left_and_was_read_may_be_answered_further(
    stage: Stage, cm: Actor, colleague: Actor, store: Session
) -> None:
    talk = stage.comment("ines", "Is the blue bottle safe?", thread="t")
    theirs = written(colleague, talk, "It is.")
    bulk = prepared.begin(cm, [talk])
    outbox.send_one(WORKER, theirs.id)
    with clock.frozen(START + timedelta(seconds=5)):
        stage.comment("ines", "For babies too?", thread="t")
        row = only(cm, bulk)
        back = prepared.put_in(cm, bulk.id, row.id)
        assert (back.state, back.answered_up_to) == (PreparedState.OPEN, theirs.id)
        [shown] = prepared_reading.show(cm, bulk.id).open
        assert [(each.by, each.text, each.left) for each in shown.answers] == [("Noor", "It is.", True)]
        assert prepared.tick(cm, bulk.id, row.id, ANSWER, number=row.number).ticked_at is not None


def test_a_colleague_who_is_there_with_a_draft_keeps_out_until_they_are_gone(
    stage: Stage, cm: Actor, colleague: Actor
) -> None:
    talk = stage.comment("ines", "Is the blue bottle safe?")
    presence.start_typing(colleague, talk)
    drafts.save(colleague, talk, "Dear Ines, I", form_key="a-form-key", screen="s", number=0)
    conversations.assign(cm, talk, None)
    with clock.frozen(START + timedelta(seconds=1)):
        bulk = prepared.begin(cm, [talk])
        row = only(cm, bulk)
        with pytest.raises(Conflict, match="prepared_being_written"):
            prepared.put_in(cm, bulk.id, row.id)
        presence.note(colleague, talk, Doing.GONE)
    with clock.frozen(START + timedelta(seconds=2)):
        assert prepared.put_in(cm, bulk.id, row.id).state is PreparedState.OPEN


def test_one_row_for_each_author(stage: Stage, cm: Actor) -> None:
    first = stage.comment("ines", "Is it safe?", thread="t1")
    second = stage.comment("ines", "Is it safe?", thread="t2")
    other = stage.comment("paul", "Is it safe?")
    bulk = prepared.begin(cm, [second, first, other])
    assert [each.row.conversation_id for each in prepared_reading.show(cm, bulk.id).replies] == [second, other]


def test_an_answer_in_another_thread_of_the_author_takes_theirs_out(
    stage: Stage, cm: Actor, colleague: Actor, store: Session
) -> None:
    members.set_undo_seconds(cm, 0)
    first = stage.comment("ines", "Is it safe?", thread="t1")
    second = stage.comment("ines", "Is it safe?", thread="t2")
    bulk = prepared.begin(cm, [first])
    row = only(cm, bulk)
    prepared.tick(cm, bulk.id, row.id, ANSWER, number=row.number)
    written(colleague, second, "Yes, Ines, it is.", answered_up_to=0)
    assert (only(cm, bulk).state, only(cm, bulk).out_by) == (PreparedState.OUT, "Noor")


def test_an_answer_in_another_thread_stops_what_counts_down(stage: Stage, cm: Actor, colleague: Actor) -> None:
    first = stage.comment("ines", "Is it safe?", thread="t1")
    second = stage.comment("ines", "Is it safe?", thread="t2")
    mine = written(cm, first, ANSWER, delay_seconds=15)
    written(colleague, second, "Yes, Ines, it is.")
    with clock.frozen(START + timedelta(seconds=15)):
        outbox.send_due(WORKER)
    assert (reply_now(mine.id).state, reply_now(mine.id).held_code) == (ReplyState.WITHDRAWN, "stopped_answered")
