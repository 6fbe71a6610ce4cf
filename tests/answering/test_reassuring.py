"""Following up is a deed of members: somebody sees to it, looks again, and says how it went."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations, reassuring
from inbox.collecting import erasure
from inbox.models import ConversationState, FollowUp, FollowUpOutcome, FollowUpReason, Note, ReplyKind, TrailRow
from inbox.permissions import OPERATOR, Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import member
from tests.scenes import Scene

NOBODY = Actor.of_member(1, frozenset({Role.ANALYST}))


@pytest.fixture
def scene(store: Session, at_start: datetime) -> Scene:
    """A brand in the hour before now."""
    return Scene(at_start - timedelta(hours=1))


@pytest.fixture
def cm(scene: Scene) -> Actor:
    """A community manager."""
    return member(Role.COMMUNITY_MANAGER, email="cm@example.org")


def asked(scene: Scene, name: str = "ines", minute: float = 5) -> int:
    """Somebody whom we asked something; returns the conversation."""
    talk = scene.comment(1, name, 0)
    scene.answer(talk, minute, text="Which batch is it?")
    return talk


def test_what_is_to_be_looked_at_comes_when_its_time_does(scene: Scene, cm: Actor) -> None:
    scene.account()
    talk = asked(scene)
    assert reassuring.count_due(cm) == 0
    (later,) = reassuring.standing(cm, due=False)
    assert (later.conversation_id, later.due, later.excerpt) == (talk, False, "Is it safe?")
    with clock.frozen(scene.at(5) + timedelta(days=1)):
        assert reassuring.count_due(cm) == 1
        (now,) = reassuring.standing(cm, due=True)
        assert (now.id, now.due, now.reason) == (later.id, True, FollowUpReason.SILENT)
        assert reassuring.standing(cm, due=False) == []


def test_closing_ends_nothing_only_a_word_does(scene: Scene, cm: Actor, store: Session) -> None:
    scene.account()
    talk = asked(scene)
    conversations.close(cm, talk)
    with clock.frozen(scene.at(5) + timedelta(days=2)):
        (one,) = reassuring.standing(cm, due=True)
        assert one.state is ConversationState.CLOSED
        reassuring.tell(cm, one.id, FollowUpOutcome.SETTLED, "They wrote by e-mail.")
        assert reassuring.standing(cm) == []
        (told,) = reassuring.list_all(OPERATOR)
    assert (told.outcome, told.outcome_by) == (FollowUpOutcome.SETTLED, "Cm")
    (note,) = store.scalars(select(Note))
    assert (note.conversation_id, note.text) == (talk, "They wrote by e-mail.")
    assert store.get_one(FollowUp, told.id).note_id == note.id


def test_what_was_said_stays_said_until_something_new_is_written(scene: Scene, cm: Actor) -> None:
    scene.account()
    talk = scene.comment(1, "ines", 0)
    scene.answer(talk, 5)
    scene.comment(1, "ines", 10, "You knew.", kind="criticism")
    (one,) = reassuring.standing(cm)
    reassuring.tell(cm, one.id, FollowUpOutcome.STILL_UNHAPPY)
    scene.answer(talk, 20)
    assert reassuring.standing(cm) == [], "their comment is the same as before"
    scene.comment(1, "ines", 30, "And you still say nothing.", kind="criticism")
    (again,) = reassuring.standing(cm)
    assert again.id != one.id


def test_one_more_look_can_follow_on_a_word(scene: Scene, cm: Actor) -> None:
    scene.account()
    talk = asked(scene)
    (one,) = reassuring.standing(cm)
    tomorrow = clock.now() + timedelta(days=1)
    reassuring.tell(cm, one.id, FollowUpOutcome.STILL_UNHAPPY, look_at=tomorrow)
    (again,) = reassuring.standing(cm)
    assert (again.reason, again.look_at, again.owner_id) == (FollowUpReason.SILENT, tomorrow, cm.member_id)
    scene.answer(talk, 50, text="It is safe.")
    assert reassuring.standing(cm) == [], "it passes as the first one would"


def test_private_messages_are_asked_about_after_a_day_whatever_is_written_meanwhile(scene: Scene, cm: Actor) -> None:
    scene.account()
    talk = scene.comment(1, "ines", 0)
    reassuring.move_to_private(cm, talk)
    with pytest.raises(Conflict, match="private_already"):
        reassuring.move_to_private(cm, talk)
    scene.comment(1, "ines", 10, "Thank you", kind="praise")
    scene.answer(talk, 20)
    assert reassuring.count_due(cm) == 0
    with clock.frozen(clock.now() + reassuring.ASKED_AFTER):
        (one,) = reassuring.standing(cm, due=True, owner="me")
        assert (one.reason, one.conversation_id) == (FollowUpReason.PRIVATE, talk)
        reassuring.tell(cm, one.id, FollowUpOutcome.NO_ANSWER)
        assert reassuring.count_due(cm) == 0
    reassuring.move_to_private(cm, talk)
    assert len(reassuring.standing(cm)) == 1, "they may go there once more"


def test_somebody_sees_to_it_and_looks_again(scene: Scene, cm: Actor) -> None:
    scene.account()
    asked(scene)
    (one,) = reassuring.standing(cm, owner="nobody")
    reassuring.give(cm, one.id, cm.member_id)
    assert reassuring.standing(cm, owner="nobody") == []
    (mine,) = reassuring.standing(cm, owner="me")
    at = clock.now() + timedelta(days=3)
    reassuring.look_again(cm, mine.id, at)
    assert reassuring.get(cm, mine.id).look_at == at
    analyst = member(Role.ANALYST, email="analyst@example.org")
    with pytest.raises(Problem, match="assignee_unfit"):
        reassuring.give(cm, one.id, analyst.member_id)
    for away in (timedelta(0), timedelta(days=31)):
        with pytest.raises(Problem, match="look_out_of_range"):
            reassuring.look_again(cm, one.id, clock.now() + away)


def test_every_deed_is_in_the_trail_and_none_of_the_words(scene: Scene, cm: Actor, store: Session) -> None:
    scene.account()
    asked(scene)
    (one,) = reassuring.standing(cm)
    reassuring.give(cm, one.id, cm.member_id)
    reassuring.look_again(cm, one.id, clock.now() + timedelta(days=1))
    reassuring.tell(cm, one.id, FollowUpOutcome.SETTLED, "Inès was kind in the end")
    reassuring.move_to_private(cm, one.conversation_id)
    rows = [row for row in store.scalars(select(TrailRow)) if "follow_up" in row.params or "note" in row.params]
    assert {row.action for row in rows} == {
        "follow_up.given",
        "follow_up.put_off",
        "follow_up.told",
        "note.written",
        "conversation.went_private",
    }
    assert "kind" not in str([row.params for row in rows])


DEEDS: dict[str, Callable[[Actor, int], Any]] = {
    "go private": lambda actor, number: reassuring.move_to_private(actor, 1),
    "give": lambda actor, number: reassuring.give(actor, number, None),
    "look": lambda actor, number: reassuring.look_again(actor, number, clock.now() + timedelta(days=1)),
    "tell": lambda actor, number: reassuring.tell(actor, number, FollowUpOutcome.SETTLED),
}


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_may_and_when(scene: Scene, cm: Actor) -> None:
    scene.account()
    asked(scene)
    (one,) = reassuring.standing(cm)
    for name, deed in DEEDS.items():
        with pytest.raises(Refused):
            deed(NOBODY, one.id)
        if name != "go private":
            with pytest.raises(Unknown):
                deed(cm, 99)
    for look in (reassuring.standing, reassuring.list_all, reassuring.count_due):
        with pytest.raises(Refused):
            look(NOBODY)
    reassuring.tell(cm, one.id, FollowUpOutcome.SETTLED)
    for name, deed in DEEDS.items():
        if name != "go private":
            with pytest.raises(Conflict, match="follow_up_over"):
                deed(cm, one.id)
    with pytest.raises(Problem, match="member_needed"):
        reassuring.tell(Actor(cm.roles, None, "operator"), one.id, FollowUpOutcome.SETTLED)


def test_whoever_had_their_data_erased_is_followed_up_no_more(scene: Scene, cm: Actor, store: Session) -> None:
    scene.account()
    talk = scene.comment(1, "ines", 0)
    scene.answer(talk, 5, kind=ReplyKind.HOLDING, member=cm.member_id)
    reassuring.move_to_private(cm, talk)
    assert len(reassuring.standing(cm)) == 2
    chief = member(Role.SUPERVISOR, email="chief@example.org")
    admin = member(Role.ADMINISTRATOR, email="admin@example.org")
    erasure.confirm(admin, erasure.request(chief, 1).id)
    assert reassuring.standing(cm) == []
