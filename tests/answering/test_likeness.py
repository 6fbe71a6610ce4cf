"""Personal, not copied: near copies are counted, whoever was erased is forgotten, and a reason is asked for."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from flask import current_app

from inbox import clock
from inbox.answering import approval_rules, likeness, replies
from inbox.answering.known_texts import of_account, plain
from inbox.answering.likeness import NOTHING_LIKE_IT, check, look, needed_reason
from inbox.extensions import db, session, writing
from inbox.models import Account, Author, Conversation, Decision, Erasure, ReplyState, TombstoneReason
from inbox.permissions import Actor, Role
from tests.answering.stage import Stage, later, reply_now, written

COPY = "Hello {name}, the blue cup is safe and the laboratory has confirmed it twice. Write to us again at any time."


def sent(stage: Stage, cm: Actor, count: int, text: str = COPY) -> list[int]:
    """Nearly the same text to `count` people; the ids of the replies."""
    found = []
    for number in range(count):
        name = f"name{number}"
        found.append(written(cm, stage.comment(name), text.format(name=name.title())).id)
    return found


def like(stage: Stage, text: str, conversation: int | None = None) -> likeness.Likeness:
    session().rollback()
    return check(session(), stage.account_id, text, conversation_id=conversation)


def test_a_name_a_greeting_and_a_link_do_not_make_a_copy_personal(stage: Stage, cm: Actor) -> None:
    sent(stage, cm, 14)
    conversation = stage.comment("ines", "My kettle leaks")
    for text in (
        COPY.format(name="Ines"),
        COPY.format(name="Ines").upper(),
        "Dear Ines! " + COPY.format(name="@ines").removeprefix("Hello @ines, ") + " https://gobelune.example/cup",
    ):
        found = like(stage, text, conversation)
        assert found.people == 14, text
        assert len(found.examples) == 3
        assert found.examples[0].name == "Name13"
    own = "Hello Ines, a kettle that leaks is nothing to live with. Does it drip at the spout or at the lid?"
    assert like(stage, own, conversation) == NOTHING_LIKE_IT
    assert like(stage, "Thank you, Ines", conversation) == NOTHING_LIKE_IT


def test_it_says_what_is_the_same_and_what_would_make_it_personal(stage: Stage, cm: Actor) -> None:
    sent(stage, cm, 3)
    conversation = stage.comment("ines", "My kettle leaks")
    found = like(stage, COPY.format(name="there"), conversation)
    assert found.common == [
        "Hello there, the blue cup is safe and the laboratory has confirmed it twice.",
        "Write to us again at any time.",
    ]
    assert found.advice == ["name_them", "take_up_words", "other_opening", "own_sentence"]
    better = like(stage, COPY.format(name="Ines") + " And the kettle?", conversation)
    assert (better.people, better.advice) == (3, ["other_opening", "own_sentence"])


def test_people_are_counted_and_not_messages(stage: Stage, cm: Actor) -> None:
    for thread in ("a", "b"):
        written(cm, stage.comment("paul", thread=thread), COPY.format(name="Paul"))
    conversation = stage.comment("ines")
    assert like(stage, COPY.format(name="Ines"), conversation).people == 1
    assert like(stage, COPY.format(name="Paul"), stage.comment("paul", thread="c")).people == 0


def test_what_was_taken_back_long_ago_or_elsewhere_does_not_count(stage: Stage, cm: Actor) -> None:
    first, second, _third = sent(stage, cm, 3)
    assert like(stage, COPY.format(name="x")).people == 3
    replies.withdraw(cm, first)
    assert like(stage, COPY.format(name="x")).people == 2
    with writing() as current:
        current.get_one(type(reply_now(second)), second).state = ReplyState.FAILED
    assert like(stage, COPY.format(name="x")).people == 1
    replies.send_again(cm, second)
    assert like(stage, COPY.format(name="x")).people == 2
    with writing() as current:
        other = Account(network="demo", identifier="other", name="Other", created_at=clock.now())
        current.add(other)
    assert check(session(), other.id, COPY.format(name="x")) == NOTHING_LIKE_IT
    with clock.frozen(later(days=8)):
        assert like(stage, COPY.format(name="x")) == NOTHING_LIKE_IT


def test_what_came_meanwhile_is_found_by_a_process_that_knew_the_rest(stage: Stage, cm: Actor) -> None:
    assert like(stage, COPY.format(name="x")) == NOTHING_LIKE_IT
    for count in range(1, 4):
        written(cm, stage.comment(f"new{count}"), COPY.format(name=f"New{count}"))
        assert like(stage, COPY.format(name="x")).people == count


def test_who_was_erased_is_forgotten_in_memory_too(stage: Stage, cm: Actor) -> None:
    first, second = sent(stage, cm, 2)
    assert like(stage, COPY.format(name="x")).people == 2
    known = of_account(session(), stage.account_id, clock.now() - timedelta(days=7))
    assert first in known
    with writing() as current:
        author = current.get_one(Author, current.get_one(Conversation, reply_now(first).conversation_id).author_id)
        current.add(
            Erasure(
                author_id=author.id,
                reason=TombstoneReason.LEGAL_ERASURE,
                requested_as=Role.ADMINISTRATOR,
                requested_at=clock.now(),
                decision=Decision.CONFIRMED,
                decided_at=clock.now(),
            )
        )
    with writing() as current:
        current.get_one(type(reply_now(first)), first).text = ""
    assert like(stage, COPY.format(name="x")).people == 1
    assert first not in known
    assert second in known
    assert known.text_of(first) == ""


def test_a_supervisor_says_from_how_many_on_a_reason_is_needed(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    sent(stage, cm, 3)
    conversation = stage.comment("ines")
    found = look(cm, conversation, COPY.format(name="Ines"))
    account = session().get_one(Account, stage.account_id)
    assert not needed_reason(account, found)
    for limit, needed in ((4, False), (3, True), (None, False)):
        approval_rules.set_for_account(
            supervisor,
            stage.account_id,
            approves_every_reply=False,
            confirmations_needed=2,
            approval_minutes=30,
            likeness_limit=limit,
        )
        account = session().get_one(Account, stage.account_id, populate_existing=True)
        assert needed_reason(account, found) is needed


def test_several_threads_may_ask_at_once(stage: Stage, cm: Actor) -> None:
    sent(stage, cm, 6)
    session().rollback()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    found: list[int] = []

    def ask() -> None:
        with app.app_context(), clock.frozen(clock.now()):
            found.append(check(session(), stage.account_id, COPY.format(name="x")).people)
            db.session.remove()

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [6] * 8


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Bonjour Inès, merci beaucoup. À bientôt !", "merci beaucoup\na bientot"),
        ("Hello! See https://x.example/y?z and write.", "see and write"),
        ("@ines Thank you, Inès: your words count.", "your words count"),
        ("L’été, déjà ?", "l ete deja"),
    ],
)
def test_texts_are_compared_as_they_read(text: str, normal: str) -> None:
    assert plain(text, ["Inès"]) == normal
