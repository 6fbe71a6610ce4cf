"""A conversation on the screen and what members do with it, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.answering import conversations, holds, many, outbox, queue
from inbox.answering.conversations import ShownComment, ShownNote, ShownReply
from inbox.answering.queue import QueueFilters
from inbox.extensions import session, writing
from inbox.measuring import waits
from inbox.models import (
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    ConversationState,
    DeedOfMany,
    NoAnswerReason,
    Tombstone,
    TombstoneReason,
    Wait,
)
from inbox.permissions import OPERATOR, WORKER, Actor, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, later, member, seen, written


def conversation_now(conversation_id: int) -> Conversation:
    return session().get_one(Conversation, conversation_id, populate_existing=True)


def open_waits() -> list[Wait]:
    return list(
        session().scalars(select(Wait).where(Wait.closed_at.is_(None)).execution_options(populate_existing=True))
    )


def test_the_thread_shows_comments_versions_replies_notes_and_others_in_time_order(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment("ines", "Is it safe?", thread="t")
    stage.comment("noor", "I wonder too", thread="t", posted_at=later(60))
    reply = written(cm, conversation)
    with clock.frozen(later(120)):
        outbox.send_one(WORKER, reply.id)
    with clock.frozen(later(180)):
        conversations.add_note(cm, conversation, "Batch list is in the drive")
    stage.comment("ines", "Thanks", thread="t", posted_at=later(240))
    view = conversations.open_conversation(cm, conversation)
    told = [(type(item).__name__, getattr(item, "dimmed", None)) for item in view.thread]
    assert told == [
        ("ShownComment", False),
        ("ShownComment", True),
        ("ShownReply", False),
        ("ShownNote", None),
        ("ShownComment", False),
    ]
    own = [item for item in view.thread if isinstance(item, ShownComment) and not item.dimmed]
    assert view.seen_up_to == own[-1].versions[-1].id == seen(conversation)
    assert view.target_comment_id == own[-1].id
    sent = next(item for item in view.thread if isinstance(item, ShownReply))
    assert (sent.member_name, sent.at) == ("Cm", later(120))
    note = next(item for item in view.thread if isinstance(item, ShownNote))
    assert (note.member_name, note.text) == ("Cm", "Batch list is in the drive")
    assert (view.network_title, view.letter, view.limit.limit) == ("Demo", "D", 500)


def test_an_edit_is_a_version_and_a_withheld_text_says_why(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment(text="It burns", thread="t")
    stage.comment(text="Gone soon", thread="t", posted_at=later(5))
    first, second = session().scalars(select(Comment).order_by(Comment.id)).all()
    with writing() as current:
        stage.version(first.id, 2, "It burnt", later(60))
        current.flush()
        waits.settle(current, {conversation}, arrived={conversation})
    with writing() as current:
        current.add(
            Tombstone(comment_id=second.id, reason=TombstoneReason.REMOVED_BY_AUTHOR, at=clock.now(), by="system")
        )
        current.flush()
        current.get_one(Comment, second.id).state = CommentState.TOMBSTONED
        current.flush()
        version = current.scalars(select(CommentVersion).where(CommentVersion.comment_id == second.id)).one()
        version.text = version.salt = None
    edited, withheld = [
        item for item in conversations.open_conversation(cm, conversation).thread if isinstance(item, ShownComment)
    ]
    assert [version.text for version in edited.versions] == ["It burns", "It burnt"]
    assert (withheld.versions[0].text, withheld.withheld) == (None, TombstoneReason.REMOVED_BY_AUTHOR)
    view = conversations.open_conversation(cm, conversation)
    assert view.target_comment_id == first.id
    (row,) = queue.page(cm, QueueFilters()).rows
    assert row.excerpt is None


def test_the_author_has_a_history_on_this_account_only(stage: Stage, cm: Actor) -> None:
    other_account = Stage(stage.demo.path.parent, name="other")
    conversation = stage.comment("ines", "One")
    waiting, done = stage.comment("ines", "Two", posted_at=later(5)), stage.comment("ines", "Three")
    conversations.close(cm, done)
    other_account.comment("ines", "Elsewhere")
    view = conversations.open_conversation(cm, conversation)
    assert [(other.id, other.excerpt) for other in view.waiting_others] == [(waiting, "Two")]
    assert [(other.id, other.state) for other in view.history_others] == [(done, ConversationState.CLOSED)]
    assert view.history.conversations[ConversationState.WAITING] == 2
    assert (view.history.comments, view.history.replies) == (3, 0)


def test_opening_is_noted_once_and_only_for_those_who_may_answer(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    administrator = member(Role.ADMINISTRATOR, email="admin@example.org")
    for actor in (administrator, OPERATOR):
        assert conversations.open_conversation(actor, conversation).opened_at is None
    with clock.frozen(later(60)):
        assert conversations.open_conversation(cm, conversation).opened_at == clock.now()
    with clock.frozen(later(90)):
        assert conversations.open_conversation(cm, conversation).opened_at == later(-30)
    with pytest.raises(Unknown, match="conversation_unknown"):
        conversations.open_conversation(cm, 10**9)


def test_each_view_has_a_form_key_of_its_own(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    keys = {conversations.open_conversation(cm, conversation).form_key for _ in range(3)}
    assert len(keys) == 3


def test_claiming_is_per_author(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    first, second, answered = stage.comment("ines"), stage.comment("ines"), stage.comment("ines")
    other = stage.comment("noor")
    outbox.send_one(WORKER, written(cm, answered).id)
    conversations.assign(cm, first, cm.member_id, only_if_free=True)
    held = [conversation_now(number).assignee_id for number in (first, second, answered, other)]
    assert held == [cm.member_id, cm.member_id, None, None]
    with pytest.raises(Conflict, match="taken_by_another"):
        conversations.assign(supervisor, second, supervisor.member_id, only_if_free=True)
    conversations.assign(supervisor, second, supervisor.member_id)
    assert {row.assignee_name for row in queue.page(cm, QueueFilters()).rows} == {"Supervisor", None}
    conversations.assign(supervisor, first, None)
    assert conversation_now(second).assignee_id is None
    assert deeds("conversation", first) == ["conversation.assigned"] * 3


def test_only_somebody_who_answers_can_take_over(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    analyst = member(Role.ANALYST, email="analyst@example.org")
    for unfit in (analyst.member_id, 10**9):
        with pytest.raises(Problem, match="assignee_unfit"):
            conversations.assign(cm, conversation, unfit)


def test_putting_off_keeps_the_wait_and_ends_by_itself(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    until = later(hours=2)
    assert conversations.snooze(cm, conversation, until).state is ConversationState.SNOOZED
    assert (len(open_waits()), queue.page(cm, QueueFilters()).rows) == (1, [])
    assert conversations.wake_snoozed(WORKER) == 0
    with clock.frozen(until):
        assert outbox.sweep(WORKER) == 1
    assert conversation_now(conversation).state is ConversationState.WAITING
    assert len(queue.page(cm, QueueFilters()).rows) == 1
    for moment in (later(-1), later(), later(days=31)):
        with pytest.raises(Problem, match="snooze_out_of_range"):
            conversations.snooze(cm, conversation, moment)


def test_who_writes_of_danger_is_put_off_for_a_few_hours_at_most(stage: Stage, cm: Actor) -> None:
    danger = stage.comment("ines", "My son choked on the lid!", urgency=0)
    with pytest.raises(Problem, match="snooze_in_danger"):
        conversations.snooze(cm, danger, later(hours=3, seconds=1))
    with pytest.raises(Problem, match="snooze_in_danger"):
        conversations.snooze_until_written(cm, danger)
    asked = many.ask(cm, [danger], DeedOfMany.SNOOZE, until=later(days=1))
    assert [part.code for part in many.result(cm, asked.id).parts] == ["snooze_in_danger"]
    assert conversation_now(danger).state is ConversationState.WAITING
    assert conversations.snooze(cm, danger, later(hours=3)).state is ConversationState.SNOOZED


def test_who_turns_out_to_write_of_danger_comes_back_sooner(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    conversations.snooze_until_written(cm, conversation)
    comment = session().scalars(select(Comment.id).where(Comment.conversation_id == conversation)).one()
    conversations.correct_triage(cm, comment, urgency=0)
    now = conversation_now(conversation)
    assert (now.snoozed_until, now.snoozed_for_author) == (later(hours=3), False)


def test_what_was_put_off_by_mistake_is_brought_back_at_once(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    conversations.snooze_until_written(cm, conversation)
    assert queue.page(cm, QueueFilters()).rows == []
    woken = conversations.wake(cm, conversation)
    assert (woken.state, woken.snoozed_until, woken.snoozed_for_author) == (ConversationState.WAITING, None, False)
    assert len(queue.page(cm, QueueFilters()).rows) == 1
    assert deeds("conversation", conversation)[-1] == "conversation.woken"
    with pytest.raises(Conflict, match="conversation_not_now"):
        conversations.wake(cm, conversation)


def test_closing_without_a_reply_keeps_the_wait_open(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    conversations.close(cm, conversation)
    assert [wait.conversation_id for wait in open_waits()] == [conversation]
    with pytest.raises(Conflict, match="conversation_not_now"):
        conversations.close(cm, conversation)
    assert conversations.reopen(cm, conversation).state is ConversationState.WAITING
    assert deeds("conversation", conversation) == ["conversation.closed", "conversation.reopened"]


def test_an_answered_conversation_that_is_reopened_does_not_wait(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    outbox.send_one(WORKER, written(cm, conversation).id)
    conversations.close(cm, conversation)
    conversations.reopen(cm, conversation)
    assert conversation_now(conversation).state is ConversationState.ANSWERED
    with pytest.raises(Conflict, match="conversation_not_now"):
        conversations.mark_no_answer(cm, conversation, NoAnswerReason.THANKS)


def test_no_answer_called_for_is_a_mark_and_never_closes_a_wait(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment(text="merci", thread="t")
    marked = conversations.mark_no_answer(cm, conversation, NoAnswerReason.THANKS)
    assert (marked.state, marked.no_answer_by) == (ConversationState.CLOSED, cm.member_id)
    assert [wait.closed_at for wait in open_waits()] == [None]
    stage.comment(text="But where is it?", thread="t", posted_at=later(60))
    again = conversation_now(conversation)
    assert (again.state, again.no_answer_reason) == (ConversationState.WAITING, None)


def test_a_new_comment_brings_any_state_back_to_waiting(stage: Stage, cm: Actor) -> None:
    deeds_of: list[Callable[[int], object]] = [
        lambda talk: conversations.close(cm, talk),
        lambda talk: conversations.snooze(cm, talk, later(hours=1)),
        lambda talk: outbox.send_one(WORKER, written(cm, talk).id),
    ]
    for number, deed in enumerate(deeds_of):
        talk = stage.comment(f"a{number}", thread=f"t{number}")
        deed(talk)
        stage.comment(f"a{number}", "Hello?", thread=f"t{number}", posted_at=later(60))
        assert conversation_now(talk).state is ConversationState.WAITING


def test_a_correction_of_triage_only_changes_the_order(stage: Stage, cm: Actor) -> None:
    stage.comment("first", posted_at=later(-60))
    conversation = stage.comment("second", "Smoke comes out of it", posted_at=later(-30))
    comment = session().scalars(select(Comment).where(Comment.conversation_id == conversation)).one()
    corrected = conversations.correct_triage(cm, comment.id, urgency=0, kind="criticism", language="fr")
    assert corrected.corrected_by == cm.member_id
    rows = queue.page(cm, QueueFilters()).rows
    assert [row.author_identifier for row in rows] == ["second", "first"]
    assert (rows[0].kind, rows[0].language) == ("criticism", "fr")
    assert deeds("comment", comment.id) == ["triage.corrected"]
    wrongs: list[tuple[dict[str, Any], str]] = [
        ({"kind": "spam"}, "kind_unknown"),
        ({"urgency": 3}, "urgency_unknown"),
        ({"language": "klingon"}, "language_code_unknown"),
    ]
    for wrong, code in wrongs:
        with pytest.raises(Problem, match=code):
            conversations.correct_triage(cm, comment.id, **wrong)


def test_a_note_is_a_members_and_not_empty(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    with pytest.raises(Problem, match="note_empty"):
        conversations.add_note(cm, conversation, " \u200b ")


def test_where_nothing_can_be_sent_the_view_says_why(stage: Stage, cm: Actor) -> None:
    closed = stage.comment("closed", can_reply=False, can_reply_code="reply_restricted")
    view = conversations.open_conversation(cm, closed)
    assert (view.can_reply, view.can_reply_code) == (False, "reply_restricted")
    holds.hold(cm)
    view = conversations.open_conversation(cm, stage.comment("open"))
    assert (view.can_reply, view.held_code) == (True, holds.ALL_HELD)


def test_a_very_long_thread_shows_the_newest_and_counts_the_rest(
    stage: Stage, cm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.answering.threads.MOST_COMMENTS", 4)
    conversation = stage.comment("ines", thread="t")
    for number in range(3):
        stage.comment("ines", f"own {number}", thread="t", posted_at=later(10 + number))
        stage.comment("noor", f"other {number}", thread="t", posted_at=later(20 + number))
    view = conversations.open_conversation(cm, conversation)
    assert view.earlier_left_out == 3
    assert all(not item.dimmed for item in view.thread if isinstance(item, ShownComment))
    assert view.history.first_seen_at == later()
