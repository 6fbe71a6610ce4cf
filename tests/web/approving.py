"""Apologies and replies that wait, laid down for the tests of their pages."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from inbox.answering import apologies, replies
from inbox.answering.apology_wording import Wording
from inbox.extensions import session
from inbox.models import Apology, Reply, ReplyState
from inbox.permissions import Actor

CORE = "{author_name}, we apologise for the loose caps. Every bottle is replaced by Friday."
HELD = "We apologise for the loose caps."
HTMX = {"HX-Request": "true", "Referer": "https://inbox.example.org/"}


def draft(cm: Actor, core: str = CORE, **more: Any) -> Apology:
    return apologies.create(cm, "Loose caps", "en", Wording(core, **more))


def seen(apology: Apology) -> str:
    return apologies.newest_version(fresh(), apology.id).binding_hash


def submitted(cm: Actor, core: str = CORE, **more: Any) -> Apology:
    apology = draft(cm, core, **more)
    return apologies.submit(cm, apology.id, seen_hash=seen(apology))


def held(cm: Actor, conversation: int, text: str = HELD, form_key: str = "k" * 24) -> Reply:
    # Whatever colleagues have written to the person was on screen.
    reply = replies.write(cm, conversation, text, form_key=form_key, seen_up_to=1, answered_up_to=2**31)
    assert reply.state is ReplyState.SUBMITTED
    return reply


def now(kind: Any, number: int | None) -> Any:
    return fresh().get_one(kind, number)


def fresh() -> Session:
    """The session, at what is stored now and not at what was when it last looked."""
    session().rollback()
    session().expire_all()
    return session()


def fields(core: str = CORE, **more: str) -> dict[str, str]:
    return {"title": "Loose caps", "language": "en", "core": core, **more}
