"""Tags: free words, put on and taken off for the record, kept in order by a supervisor."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import queue, saved_views, search, tags
from inbox.answering.queue import QueueFilters
from inbox.answering.search import SearchFilters
from inbox.models import ConversationState, ConversationTag, Tag, TrailRow
from inbox.permissions import Actor, Refused
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds


def names(actor: Actor, conversation: int) -> list[str]:
    return [tag.name for tag in tags.of_conversation(actor, conversation)]


def test_what_reads_alike_is_one_tag_and_the_trail_keeps_no_word(stage: Stage, cm: Actor, store: Session) -> None:
    conversation, other = stage.comment("ines"), stage.comment("paul")
    tag = tags.put_on(cm, conversation, "  Rückruf   2026 ")
    assert tags.put_on(cm, other, "#ruckruf 2026").id == tag.id
    tags.put_on(cm, conversation, tag.id)
    assert names(cm, conversation) == ["Rückruf 2026"]
    assert [(each.name, each.conversations) for each in tags.list_tags(cm)] == [("Rückruf 2026", 2)]
    assert deeds("conversation", conversation).count("conversation.tagged") == 1
    assert not any("ckruf" in row.params for row in store.scalars(select(TrailRow)))
    for words, code in ((" # ", "tag_empty"), ("x" * 41, "tag_too_long")):
        with pytest.raises(Problem, match=code):
            tags.put_on(cm, conversation, words)


def test_taken_off_it_stays_on_record(stage: Stage, cm: Actor, store: Session) -> None:
    conversation = stage.comment()
    tag = tags.put_on(cm, conversation, "battery")
    tags.take_off(cm, conversation, tag.id)
    assert names(cm, conversation) == []
    row = store.scalars(select(ConversationTag)).one()
    assert (row.ended_by, row.ended_at is not None) == (cm.name, True)
    with pytest.raises(Conflict, match="tag_not_on_it"):
        tags.take_off(cm, conversation, tag.id)
    tags.put_on(cm, conversation, "battery")
    assert (names(cm, conversation), len(store.scalars(select(ConversationTag)).all())) == (["battery"], 2)


def test_a_supervisor_keeps_the_list_in_order(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    tag, other = tags.put_on(cm, conversation, "batery"), tags.put_on(cm, conversation, "refund")
    with pytest.raises(Refused):
        tags.rename(cm, tag.id, "battery")
    tags.rename(supervisor, tag.id, "Battery")
    with pytest.raises(Conflict, match="tag_name_taken"):
        tags.rename(supervisor, other.id, "BATTERY")
    tags.retire(supervisor, tag.id)
    assert [each.name for each in tags.list_tags(cm)] == ["refund"]
    assert names(cm, conversation) == ["Battery", "refund"], "what has it keeps it"
    with pytest.raises(Conflict, match="tag_is_retired"):
        tags.put_on(cm, stage.comment("paul"), "battery")
    tags.bring_back(supervisor, tag.id)
    assert tags.put_on(cm, stage.comment("zoe"), "battery").id == tag.id
    assert deeds("tag", tag.id) == ["tag.created", "tag.renamed", "tag.retired", "tag.brought_back"]


def test_the_queue_the_search_and_saved_views_are_narrowed_by_a_tag(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    first = stage.comment("ines", "Is it safe?")
    stage.comment("paul", "Is it safe?")
    stage.comment("ines", "And my refund?", thread="another")
    tag = tags.put_on(cm, first, "safety")

    def rows(**more: object) -> list[int]:
        return [row.conversation_id for row in queue.page(cm, QueueFilters(tag_id=tag.id, **more)).rows]  # type: ignore[arg-type]

    assert len(rows()) == 1
    assert rows(state=ConversationState.ANSWERED) == []
    assert queue.count(cm, QueueFilters(tag_id=tag.id), 9) == (1, True)
    assert [talk.id for person in search.search(cm, "safe", SearchFilters(tag_id=tag.id)).people
            for talk in person.conversations] == [first]  # fmt: skip
    view = saved_views.keep(cm, "Safety", {"tag": str(tag.id)})
    tags.rename(supervisor, tag.id, "Product safety")
    assert saved_views.counts(cm, [saved_views.get_view(cm, view.id)])[0].count == 1
    tags.take_off(cm, first, tag.id)
    assert rows() == []


def test_a_tag_that_is_not_there(stage: Stage, cm: Actor, store: Session) -> None:
    with pytest.raises(Unknown, match="tag_unknown"):
        tags.named(cm, "nothing")
    with pytest.raises(Unknown, match="conversation_unknown"):
        tags.put_on(cm, 999, "word")
    assert store.scalars(select(Tag)).all() == []
