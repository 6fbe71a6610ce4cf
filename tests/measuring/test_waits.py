"""Stored waits, states, queue rows and counters follow comments and replies, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.extensions import writing
from inbox.measuring import waits
from inbox.models import (
    Account,
    CommentVersion,
    Conversation,
    ConversationState,
    QueueCounter,
    QueueEntry,
    Wait,
)
from tests.scenes import Scene


def stored(store: Session, conversation_id: int) -> list[Wait]:
    return list(
        store.scalars(
            select(Wait)
            .where(Wait.conversation_id == conversation_id, Wait.superseded_at.is_(None))
            .order_by(Wait.ordinal)
        )
    )


def counters(store: Session) -> dict[ConversationState, int]:
    return {counter.state: counter.entries for counter in store.scalars(select(QueueCounter)) if counter.entries}


def test_a_comment_opens_one_wait_with_the_target_of_its_account(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    conversation = scene.comment(account, "ines", 0)
    scene.comment(account, "ines", 10, thread="ines")
    (wait,) = stored(store, conversation)
    assert (wait.opened_at, wait.closed_at, wait.ordinal) == (scene.at(0), None, 1)
    assert wait.due_at == scene.at(0) + timedelta(seconds=wait.target_seconds)
    assert store.get_one(Conversation, conversation).comment_count == 2


def test_a_native_answer_closes_it_and_the_next_comment_opens_another(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    conversation = scene.comment(scene.account(), "ines", 0)
    scene.answer(conversation, 30)
    assert store.get_one(Conversation, conversation).state is ConversationState.ANSWERED
    scene.comment(1, "ines", 40, thread="ines")
    first, second = stored(store, conversation)
    assert (first.seconds, second.seconds, second.ordinal) == (1800.0, None, 2)
    assert store.get_one(Conversation, conversation).state is ConversationState.WAITING


def test_an_automatic_message_answers_nobody(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    conversation = scene.comment(scene.account(), "ines", 0)
    scene.answer(conversation, 1, automatic=True)
    (wait,) = stored(store, conversation)
    assert wait.closed_at is None


def test_a_reply_that_saw_only_the_first_comment_leaves_the_second_waiting(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    conversation = scene.comment(account, "ines", 0)
    seen = store.scalars(select(CommentVersion.id)).one()
    scene.comment(account, "ines", 20, thread="ines")
    scene.answer(conversation, 30, seen_up_to=seen)
    first, second = stored(store, conversation)
    assert (first.seconds, second.opened_at, second.closed_at) == (1800.0, scene.at(20), None)
    assert store.get_one(Conversation, conversation).waiting_since == scene.at(20)


def test_a_new_target_does_not_touch_a_wait_that_is_open(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    conversation = scene.comment(account, "ines", 0)
    before = stored(store, conversation)[0].target_seconds
    with writing() as session:
        session.get_one(Account, account).first_target_seconds = before * 10
    scene.comment(account, "ines", 5, thread="ines")
    store.expire_all()
    assert [wait.target_seconds for wait in stored(store, conversation)] == [before]


def test_closing_without_a_reply_keeps_the_wait_open(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    conversation = scene.comment(scene.account(), "ines", 0)
    with writing() as session:
        session.get_one(Conversation, conversation).state = ConversationState.CLOSED
        waits.settle(session, {conversation})
    assert [wait.closed_at for wait in stored(store, conversation)] == [None]
    assert counters(store) == {ConversationState.CLOSED: 1}


def test_a_new_comment_reopens_what_was_closed(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    conversation = scene.comment(account, "ines", 0)
    with writing() as session:
        session.get_one(Conversation, conversation).state = ConversationState.CLOSED
        waits.settle(session, {conversation})
    scene.comment(account, "ines", 5, thread="ines")
    assert store.get_one(Conversation, conversation).state is ConversationState.WAITING
    assert stored(store, conversation)[0].opened_at == scene.at(0)


def test_an_author_has_one_queue_row_for_all_waiting_conversations(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    scene.comment(account, "ines", 20, thread="a")
    urgent = scene.comment(account, "ines", 10, thread="b", urgency=0, kind="criticism")
    scene.comment(account, "karim", 0)
    entries = {entry.author_id: entry for entry in store.scalars(select(QueueEntry))}
    ines = entries[1]
    assert (ines.conversation_count, ines.urgency, ines.conversation_id) == (2, 0, urgent)
    assert (ines.kind, ines.waiting_since) == ("criticism", scene.at(10))
    assert counters(store) == {ConversationState.WAITING: 2}


def test_counters_follow_an_answer(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    scene.answer(scene.comment(account, "ines", 0), 5)
    scene.comment(account, "karim", 0)
    assert counters(store) == {ConversationState.WAITING: 1, ConversationState.ANSWERED: 1}


def test_an_answer_found_late_splits_and_supersedes_without_losing_a_row(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    conversation = scene.comment(account, "ines", 0)
    seen = store.scalars(select(CommentVersion.id)).one()
    scene.comment(account, "ines", 10, thread="ines")
    scene.answer(conversation, 30, seen_up_to=seen)
    scene.answer(conversation, 40)
    assert [wait.seconds for wait in stored(store, conversation)] == [1800.0, 1800.0]
    scene.answer(conversation, 20)
    assert [wait.seconds for wait in stored(store, conversation)] == [1200.0]
    assert len(store.scalars(select(Wait)).all()) == 2
