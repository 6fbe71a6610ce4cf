"""An approved core in a reply: byte for byte, with names in its places, and nothing of its own around it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.answering import apologies, apology_views, approvals, replies
from inbox.extensions import session, writing
from inbox.models import (
    Author,
    Conversation,
    Outcome,
    ReplyCore,
    ReplyState,
)
from inbox.permissions import Actor
from tests.answering.stage import Stage, reply_now, written
from tests.answering.wordings import CORE, NAMED, approved, sent


def test_an_approved_core_leaves_with_any_personal_words_around_it(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = approved(cm, supervisor, NAMED)
    texts = [
        f"Ines, {CORE[0].lower()}{CORE[1:]}",
        f"Thank you for writing about the green jar.\nNoor, {CORE[0].lower()}{CORE[1:]} I will write to you on Friday.",
        f"Hello!\n\nMr Bo, {CORE[0].lower()}{CORE[1:]}\n\nYour photo helped us a lot.",
    ]
    for author, text in zip(["ines", "noor", "bo"], texts, strict=True):
        reply = written(cm, stage.comment(author), text)
        assert (reply.state, reply.held_code, reply.gate_outcome) == (ReplyState.QUEUED, None, Outcome.FREE)
    assert sorted(sent(stage)) == sorted(texts)
    uses = session().scalars(select(ReplyCore.version_id)).all()
    assert uses == [apologies.newest_version(session(), apology.id).id] * 3


@pytest.mark.parametrize(
    "text",
    [
        CORE.replace("Friday", "Monday"),
        CORE.replace("Every", "Nearly every"),
        CORE.replace(" by Friday", ""),
        CORE.replace("seals", "Seals"),
        CORE.replace(". Every", ".  Every"),
        "We apologise for the broken seals.",
    ],
)
def test_one_changed_word_in_the_core_holds_it(stage: Stage, cm: Actor, supervisor: Actor, text: str) -> None:
    approved(cm, supervisor)
    reply = written(cm, stage.comment(), text)
    assert reply.state is ReplyState.SUBMITTED
    assert reply.held_code in {"core_changed", "apology_unapproved"}
    assert sent(stage) == []


def test_what_is_changed_is_told_even_where_the_gate_would_let_it_pass(
    stage: Stage, cm: Actor, supervisor: Actor
) -> None:
    approved(cm, supervisor, "Bring every jar back to a shop. We take all of them until Friday.")
    reply = written(cm, stage.comment(), "Bring every jar back to a shop. We take some of them until Friday.")
    assert (reply.state, reply.held_code) == (ReplyState.SUBMITTED, "core_changed")


@pytest.mark.parametrize(
    "text",
    [
        f"{CORE} We also apologise for the taste.",
        f"It was our fault. {CORE}",
        f"Our product {CORE} is at fault and we will refund everyone.",
        f"xyz{CORE}",
        f"{CORE}xyz",
    ],
)
def test_words_around_the_core_hold_no_apology_of_their_own(
    stage: Stage, cm: Actor, supervisor: Actor, text: str
) -> None:
    approved(cm, supervisor)
    assert written(cm, stage.comment(), text).state is ReplyState.SUBMITTED
    assert sent(stage) == []


@pytest.mark.parametrize("name", ["Fatou D.", "Wei-Lin C.", "nobody's dev", "Dr. Ada (she/her)", "X" * 64])
def test_a_name_is_a_name_whatever_signs_are_in_it(stage: Stage, cm: Actor, supervisor: Actor, name: str) -> None:
    approved(cm, supervisor, NAMED)
    conversation = stage.comment("person")
    with writing() as current:
        author = current.get_one(Author, current.get_one(Conversation, conversation).author_id)
        author.display_name = name
    (offer,) = apology_views.offered(cm, conversation)
    assert written(cm, conversation, f"Hello. {offer.text}").state is ReplyState.QUEUED


@pytest.mark.parametrize(
    "text",
    [
        f"{CORE} And for the dead child.",
        f"{CORE} Up to 5000 euros each.",
        f"{CORE} Not for you.",
        f"{CORE} Et pour tous les autres.",
        f"It is a lie to say:\n{CORE}",
    ],
)
def test_what_carries_a_core_on_or_turns_it_round_holds_it(
    stage: Stage, cm: Actor, supervisor: Actor, text: str
) -> None:
    approved(cm, supervisor)
    assert written(cm, stage.comment(), text).state is ReplyState.SUBMITTED


@pytest.mark.parametrize("name", ["Everyone", "Nobody", "Ines Everyone", "Ines \u202e", "Ines 🖕", "Ines (=/&+%)"])
def test_no_word_that_changes_the_promise_is_a_name(stage: Stage, cm: Actor, supervisor: Actor, name: str) -> None:
    approved(cm, supervisor, NAMED)
    conversation = stage.comment("ines", "Everyone here was sick. Nobody Else told us.\nEveryone")
    assert written(cm, conversation, f"{name}, {CORE[0].lower()}{CORE[1:]}").state is ReplyState.SUBMITTED


@pytest.mark.parametrize("name", ["Everyone we poisoned", "it was our fault", "Whoever asks for a refund", "a" * 70])
def test_only_a_name_stands_in_the_place_of_a_name(stage: Stage, cm: Actor, supervisor: Actor, name: str) -> None:
    approved(cm, supervisor, NAMED)
    text = f"{name}, {CORE[0].lower()}{CORE[1:]}"
    assert written(cm, stage.comment(), text).state is ReplyState.SUBMITTED


def test_a_name_the_author_signed_with_may_stand_there(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    approved(cm, supervisor, NAMED)
    conversation = stage.comment("jar_92", "Is it safe? Best, Julie")
    assert written(cm, conversation, f"Julie, {CORE[0].lower()}{CORE[1:]}").state is ReplyState.QUEUED


def test_uses_are_counted(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    approved(cm, supervisor, most_uses=2)
    first = written(cm, stage.comment("a1"), CORE)
    second = written(cm, stage.comment("a2"), CORE)
    third = written(cm, stage.comment("a3"), CORE)
    assert [one.state for one in (first, second, third)] == [*[ReplyState.QUEUED] * 2, ReplyState.SUBMITTED]
    assert third.held_code == "apology_used_up"
    replies.withdraw(cm, first.id)
    assert written(cm, stage.comment("a4"), CORE).state is ReplyState.QUEUED


def test_what_was_retired_or_ran_out_meanwhile_does_not_leave(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = approved(cm, supervisor)
    reply = written(cm, stage.comment(), CORE, delay_seconds=60)
    apologies.retire(supervisor, apology.id)
    with clock.frozen(clock.now() + timedelta(seconds=61)):
        assert sent(stage) == []
    now = reply_now(reply.id)
    assert (now.state, now.held_code) == (ReplyState.SUBMITTED, "apology_retired")
    assert approvals.confirm(supervisor, reply.id, seen_hash=now.text_hash).state is ReplyState.QUEUED
    assert sent(stage) == [CORE]
