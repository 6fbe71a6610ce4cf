"""One deed over many: each in a transaction of its own, with its reason where it was not possible, none twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.answering import conversations, many, queue, tags
from inbox.answering.queue import QueueFilters
from inbox.models import BulkDeed, BulkDeedState, ConversationState, DeedOfMany, Mention, Note
from inbox.permissions import WORKER, Actor
from inbox.problems import Problem, Unknown
from tests.answering.stage import Stage, deeds, later, written
from tests.conftest import START


@pytest.fixture
def waiting(stage: Stage) -> list[int]:
    """Three people who wait, the first with two threads."""
    found = [stage.comment(name) for name in ("ines", "paul", "zoe")]
    stage.comment("ines", "And my refund?", thread="another")
    return found


def states(actor: Actor, state: ConversationState) -> int:
    return queue.counters(actor)[state]


def test_snoozing_reaches_every_thread_of_a_row_and_says_where_it_could_not(waiting: list[int], cm: Actor) -> None:
    conversations.close(cm, waiting[1])
    asked = many.ask(cm, waiting, DeedOfMany.SNOOZE, until=later(3600))
    result = many.result(cm, asked.id)
    assert (result.done, result.refused, result.left) == (3, 1, 0)
    assert (result.parts[0].conversation_id, result.parts[0].code) == (waiting[1], "conversation_not_now")
    assert states(cm, ConversationState.SNOOZED) == 2
    for conversation in (waiting[0], waiting[2]):
        assert deeds("conversation", conversation)[-1] == "conversation.snoozed"


def test_whoever_wrote_again_is_not_put_off_where_the_worker_does_it_later(
    stage: Stage, waiting: list[int], cm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 0)
    seen = many.everybody(cm, QueueFilters())
    assert seen == {waiting[0]: 2, waiting[1]: 1, waiting[2]: 1}
    asked = many.ask(cm, list(seen), DeedOfMany.SNOOZE, seen=seen, until=later(3600))
    stage.comment("ines", "My son is choking on the cap!", thread="another", urgency=0)
    many.carry_out_due(WORKER)
    result = many.result(cm, asked.id)
    assert (result.done, [part.code for part in result.parts if part.code]) == (2, ["wrote_meanwhile"] * 2)
    assert states(cm, ConversationState.SNOOZED) == 2


def test_taking_many_takes_nobody_away_from_a_colleague(waiting: list[int], cm: Actor, supervisor: Actor) -> None:
    conversations.assign(supervisor, waiting[2], supervisor.member_id)
    result = many.result(cm, many.ask(cm, waiting, DeedOfMany.ASSIGN, assignee_id=cm.member_id).id)
    assert [(part.conversation_id, part.code) for part in result.parts if part.code] == [
        (waiting[2], "taken_by_another")
    ]
    handed = many.result(cm, many.ask(cm, waiting, DeedOfMany.ASSIGN, assignee_id=supervisor.member_id).id)
    assert (handed.done, handed.name) == (3, "Supervisor")


def test_tags_and_one_note_each(waiting: list[int], cm: Actor, store: Session) -> None:
    asked = many.ask(cm, waiting, DeedOfMany.TAG, tag="battery")
    assert many.result(cm, asked.id).done == 4, "both threads of the first row"
    tag = tags.named(cm, "battery")
    taken_off = many.result(cm, many.ask(cm, waiting[:1], DeedOfMany.UNTAG, tag=tag.id).id)
    assert (taken_off.done, tags.of_conversation(cm, waiting[0])) == (2, [])
    noted = many.ask(cm, waiting, DeedOfMany.NOTE, words="The batch list is in the drive.")
    assert sorted(store.scalars(select(Note.conversation_id))) == waiting
    assert noted.words == "", "the words live on in the notes alone"


def test_whom_a_note_for_many_names_is_told_once(
    waiting: list[int], cm: Actor, supervisor: Actor, store: Session
) -> None:
    many.ask(cm, waiting, DeedOfMany.NOTE, words="@Supervisor the same lawyer each time.")
    assert len(store.scalars(select(Mention.id)).all()) == 3
    assert [(one.code, one.object_type, one.object_id) for one in notices.recent(supervisor)] == [
        ("mentioned", "note", "1")
    ]


def test_what_can_be_refused_is_refused_before_anything_is_stored(
    waiting: list[int], cm: Actor, store: Session
) -> None:
    refused: tuple[tuple[str, list[int], DeedOfMany, dict[str, Any]], ...] = (
        ("nobody_picked", [], DeedOfMany.NOTE, {"words": "x"}),
        ("nobody_picked", [9_999], DeedOfMany.NOTE, {"words": "x"}),
        ("too_many_picked", list(range(1, many.MOST_PICKED + 2)), DeedOfMany.NOTE, {"words": "x"}),
        ("note_empty", waiting, DeedOfMany.NOTE, {}),
        ("tag_empty", waiting, DeedOfMany.TAG, {}),
        ("assignee_unfit", waiting, DeedOfMany.ASSIGN, {"assignee_id": 999}),
        ("snooze_out_of_range", waiting, DeedOfMany.SNOOZE, {"until": START}),
    )
    for code, ids, deed, more in refused:
        with pytest.raises(Problem, match=code):
            many.ask(cm, ids, deed, **more)
    assert store.scalars(select(BulkDeed)).all() == []


def test_more_than_a_few_are_the_workers_and_a_kill_in_the_middle_doubles_nothing(
    waiting: list[int], cm: Actor, supervisor: Actor, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 1)
    asked = many.ask(cm, waiting, DeedOfMany.NOTE, words="Once.")
    assert (asked.state, many.result(cm, asked.id).left) == (BulkDeedState.WAITING, 3)
    with pytest.raises(Unknown):
        many.result(supervisor, asked.id)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    whole = many._settle
    done: list[int] = []

    def settle_one(doer: Actor, deed: BulkDeed, part_id: int) -> None:
        if done:
            die()
        done.append(part_id)
        whole(doer, deed, part_id)

    monkeypatch.setattr(many, "_settle", settle_one)
    with pytest.raises(KeyboardInterrupt):
        many.carry_out_due(WORKER)
    monkeypatch.setattr(many, "_settle", whole)
    assert many.carry_out_due(WORKER) == 0, "its lease runs on"
    with clock.frozen(START + timedelta(minutes=3)):
        assert many.carry_out_due(WORKER) == 1
        assert many.carry_out_due(WORKER) == 0
        # Whoever was only slow comes back to what another one has done meanwhile.
        whole(cm, asked, done[0])
    assert sorted(store.scalars(select(Note.conversation_id))) == waiting
    assert many.result(cm, asked.id).deed.state is BulkDeedState.DONE


def test_a_deed_and_the_note_that_it_was_done_are_one_transaction(
    waiting: list[int], cm: Actor, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(many, "AT_ONCE", 0)
    asked = many.ask(cm, waiting[:1], DeedOfMany.NOTE, words="Never.")

    def note_and_fail(*arguments: Any) -> None:
        conversations.add_note(*arguments)
        raise RuntimeError("the machine dies")

    monkeypatch.setattr(many, "_do", lambda doer, deed, part: note_and_fail(doer, part.conversation_id, deed.words))
    with pytest.raises(RuntimeError, match="the machine dies"):
        many.carry_out_due(WORKER)
    assert (store.scalars(select(Note)).all(), many.result(cm, asked.id).left) == ([], 1)


def test_everybody_of_a_view_up_to_the_limit(waiting: list[int], cm: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sorted(many.everybody(cm, QueueFilters())) == waiting
    monkeypatch.setattr(many, "MOST_PICKED", 2)
    assert len(many.everybody(cm, QueueFilters())) == 2


def test_no_wait_is_touched(waiting: list[int], cm: Actor, store: Session) -> None:
    written(cm, waiting[1])
    before = {each: conversations.open_conversation(cm, each).conversation.waiting_since for each in waiting}
    many.ask(cm, waiting, DeedOfMany.SNOOZE, until=later(3600))
    many.ask(cm, waiting, DeedOfMany.TAG, tag="later")
    after = {each: conversations.open_conversation(cm, each).conversation.waiting_since for each in waiting}
    assert before == after
    assert None not in after.values()
