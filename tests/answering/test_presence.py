"""Who is at a conversation, who takes an author on by starting to write, and that it runs out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations, drafts, presence
from inbox.answering.presence import AWAY_FOR, LOOKING_FOR, TYPING_FOR, Doing
from inbox.extensions import session
from inbox.models import Conversation, Event, Presence
from inbox.permissions import WORKER, Actor, Role
from inbox.problems import Unknown
from tests.answering.stage import Stage, member, written
from tests.conftest import START


def here(reader: Actor, conversation: int) -> list[tuple[int | None, Doing]]:
    author_id = session().get_one(Conversation, conversation).author_id
    return [(one.member_id, one.doing) for one in presence.others(reader) if one.author_id == author_id]


def owner(store: Session, conversation: int) -> int | None:
    return store.get_one(Conversation, conversation, populate_existing=True).assignee_id


def told(store: Session) -> list[str]:
    return [each.data["doing"] for each in store.scalars(select(Event).where(Event.topic == "presence"))]


def test_looking_and_typing_are_seen_by_others_and_run_out(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation, thread = stage.comment("ines"), stage.comment("ines", "And the red one?")
    presence.note(cm, conversation, Doing.LOOKING)
    # In every thread of the same author, and not to oneself.
    assert here(supervisor, thread) == [(cm.member_id, Doing.LOOKING)]
    assert here(cm, conversation) == []
    presence.start_typing(cm, conversation)
    assert here(supervisor, conversation) == [(cm.member_id, Doing.TYPING)]
    with clock.frozen(START + TYPING_FOR):
        assert here(supervisor, conversation) == [(cm.member_id, Doing.LOOKING)]
    with clock.frozen(START + LOOKING_FOR):
        assert here(supervisor, conversation) == []


def test_screens_are_told_of_changes_and_not_of_every_breath(stage: Stage, cm: Actor, store: Session) -> None:
    conversation = stage.comment()
    for doing in (Doing.LOOKING, Doing.LOOKING, Doing.TYPING, Doing.TYPING, Doing.LOOKING, Doing.GONE, Doing.GONE):
        presence.note(cm, conversation, doing)
    assert told(store) == ["looking", "typing", "gone"]
    presence.note(cm, conversation, Doing.TYPING)
    with clock.frozen(START + TYPING_FOR):
        assert presence.expire(WORKER) == 1
    with clock.frozen(START + LOOKING_FOR):
        assert presence.expire(WORKER) == 1
        assert presence.expire(WORKER) == 0
    assert told(store)[3:] == ["typing", "looking", "gone"]
    assert store.scalars(select(Presence)).all() == []


def test_starting_to_type_takes_the_author_on(stage: Stage, cm: Actor, supervisor: Actor, store: Session) -> None:
    first, second = stage.comment("ines"), stage.comment("ines", "And the red one?")
    assert presence.start_typing(cm, first) is None
    assert (owner(store, first), owner(store, second)) == (cm.member_id, cm.member_id)
    # The second at the keyboard learns who has them, and takes nothing away.
    assert presence.start_typing(supervisor, second) == "Cm"
    assert owner(store, second) == cm.member_id
    assert presence.start_typing(cm, first) is None


def test_a_closed_lid_lets_go_of_what_was_taken_on_by_typing_alone(
    stage: Stage, cm: Actor, supervisor: Actor, store: Session
) -> None:
    typed, taken, answered = stage.comment("a"), stage.comment("b"), stage.comment("c")
    for conversation in (typed, taken, answered):
        presence.start_typing(cm, conversation)
    conversations.assign(cm, taken, cm.member_id)
    written(cm, answered)
    with clock.frozen(START + LOOKING_FOR):
        presence.expire(WORKER)
    assert [owner(store, each) for each in (typed, taken, answered)] == [None, cm.member_id, cm.member_id]
    # A colleague who was given it meanwhile keeps it.
    presence.start_typing(cm, typed)
    conversations.assign(supervisor, typed, supervisor.member_id)
    with clock.frozen(START + LOOKING_FOR):
        presence.expire(WORKER)
    assert owner(store, typed) == supervisor.member_id


def test_whoever_leaves_the_page_in_the_middle_keeps_the_author_for_a_while(
    stage: Stage, cm: Actor, store: Session
) -> None:
    begun, idle = stage.comment("a"), stage.comment("b")
    for conversation in (begun, idle):
        presence.start_typing(cm, conversation)
    drafts.save(cm, begun, "Hello Ines,", form_key="f" * 20, screen="s", number=0)
    for conversation in (begun, idle):
        presence.note(cm, conversation, Doing.GONE)
    with clock.frozen(START + LOOKING_FOR):
        presence.expire(WORKER)
    assert (owner(store, begun), owner(store, idle)) == (cm.member_id, None)
    with clock.frozen(START + AWAY_FOR):
        presence.expire(WORKER)
    assert owner(store, begun) is None


def test_it_says_where_nothing_is(stage: Stage, cm: Actor) -> None:
    with pytest.raises(Unknown):
        presence.note(cm, 10**9, Doing.LOOKING)
    assert presence.others(cm) == []


def test_those_who_write_come_first(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    reader = member(Role.SUPERVISOR, email="reader@example.org")
    presence.note(cm, conversation, Doing.LOOKING)
    with clock.frozen(START + timedelta(seconds=1)):
        presence.note(supervisor, conversation, Doing.TYPING)
        assert [doing for _, doing in here(reader, conversation)] == [Doing.TYPING, Doing.LOOKING]
