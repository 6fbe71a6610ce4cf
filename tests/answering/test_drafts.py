"""Half-written replies are kept as they are typed, and are gone when they were sent."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from inbox.answering import drafts, queue, replies
from inbox.answering.queue import QueueFilters
from inbox.extensions import session
from inbox.models import Draft, ReplyState
from inbox.permissions import OPERATOR, WORKER, Actor, Refused
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, written

KEY = "a-form-of-the-tests"


def save(actor: Actor, conversation: int, text: str, **options: Any) -> Draft | None:
    return drafts.save(actor, conversation, text, **{"form_key": KEY, "screen": "laptop", "number": 0, **options})


def kept(actor: Actor, conversation: int) -> str | None:
    found = drafts.of(actor, conversation)
    return None if found is None else found.text


def test_each_member_has_their_own(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation, other = stage.comment("a"), stage.comment("b")
    save(cm, conversation, "Hello")
    save(supervisor, conversation, "Bonjour")
    save(cm, conversation, "Hello Ines,")
    assert (kept(cm, conversation), kept(supervisor, conversation)) == ("Hello Ines,", "Bonjour")
    assert queue.page(cm, QueueFilters()).begun == {conversation}
    assert queue.page(OPERATOR, QueueFilters()).begun == frozenset()
    assert save(cm, conversation, "  ") is not None
    assert kept(cm, conversation) is None
    assert save(cm, other, " ") is None


def test_what_was_sent_is_a_draft_no_more_however_late_it_is_saved(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    save(cm, conversation, "It is safe.")
    written(cm, conversation, "It is safe.", form_key=KEY)
    assert kept(cm, conversation) is None
    assert save(cm, conversation, "It is sa", number=1) is None
    assert kept(cm, conversation) is None


def test_another_text_of_another_form_is_kept_when_something_is_sent(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    save(cm, conversation, "Something quite different")
    written(cm, conversation, "It is safe.")
    assert kept(cm, conversation) == "Something quite different"


def test_two_screens_of_one_member_do_not_overwrite_unseen_words(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    first = save(cm, conversation, "Hello Ines, we")
    assert first is not None
    known = first.number
    save(cm, conversation, "Hello Ines, we have looked.", screen="phone", number=known)
    # The laptop goes on from what it knew: it is told, and nothing is overwritten.
    with pytest.raises(Conflict, match="draft_elsewhere") as told:
        save(cm, conversation, "Hello Ines, we x", number=known)
    assert kept(cm, conversation) == "Hello Ines, we have looked."
    # Having shown it, the laptop goes on with its own.
    save(cm, conversation, "Hello Ines, we x", number=int(str(told.value.params["number"])))
    assert kept(cm, conversation) == "Hello Ines, we x"
    # Its own saves follow each other, whether it learned of them or not.
    save(cm, conversation, "Hello Ines, we xy", number=0)
    assert kept(cm, conversation) == "Hello Ines, we xy"


def test_taking_a_reply_back_returns_its_words_before_what_was_typed_since(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation, "It is safe.")
    save(cm, conversation, "P.S.", form_key="another-form-here", number=5, screen="b")
    assert replies.withdraw(cm, reply.id).state is ReplyState.WITHDRAWN
    back = drafts.of(cm, conversation)
    assert back is not None
    assert (back.text, back.stopped_id) == ("It is safe.\n\nP.S.", reply.id)
    again = written(cm, conversation, back.text, form_key=back.form_key)
    assert (again.id != reply.id, again.state) == (True, ReplyState.QUEUED)
    assert kept(cm, conversation) is None


def test_a_colleague_who_takes_a_reply_back_gets_none_of_its_words(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    replies.withdraw(supervisor, written(cm, conversation).id)
    assert session().scalars(select(Draft).where(Draft.text != "")).first() is None


def test_what_cannot_be_kept_is_refused(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    with pytest.raises(Problem, match="text_too_long_to_store"):
        save(cm, conversation, "x" * 20_001)
    with pytest.raises(Problem, match="form_key_unusable"):
        save(cm, conversation, "x", form_key="short")
    with pytest.raises(Unknown):
        save(cm, 10**9, "x")
    with pytest.raises(Refused):
        save(WORKER, conversation, "x")
    # A template that is not there is nothing to stop somebody who types.
    draft = save(cm, conversation, "x", template_id=10**9, template_version_id=10**9)
    assert draft is not None
    assert (draft.template_id, draft.template_version_id) == (None, None)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(min_size=1, max_size=60).filter(lambda text: text.strip()))
def test_any_text_comes_back_as_it_was_typed(stage: Stage, cm: Actor, text: str) -> None:
    if not hasattr(stage, "talk"):
        stage.talk = stage.comment()  # type: ignore[attr-defined]
    conversation: int = stage.talk  # type: ignore[attr-defined]
    save(cm, conversation, text)
    session().expire_all()
    assert kept(cm, conversation) == text
