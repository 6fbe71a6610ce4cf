"""Beside the composer: when a talk goes to and fro too fast, and when a critic only repeats what was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g

from inbox.answering import exchanges
from inbox.answering.conversations import ConversationView
from inbox.answering.exchanges import Repeated
from inbox.permissions import Permission

screen = Blueprint("care", __name__)


@dataclass(frozen=True, slots=True)
class Care:
    """What is said to whoever answers. `exchanges` is 0 where they are few."""

    exchanges: int
    repeats: Repeated | None


@screen.app_context_processor
def for_templates() -> dict[str, Callable[..., Any]]:
    """What a conversation's page asks for."""
    return {"care_in": care_in}


def care_in(view: ConversationView) -> Care | None:
    """What helps here; None where nothing has to be said, or the reader does not answer."""
    if not g.actor.may(Permission.REPLIES_WRITE):
        return None
    count = exchanges.count_lately(g.actor, view.author.id)
    found = Care(count if count >= exchanges.MANY else 0, exchanges.repeats(view.thread))
    return found if found.exchanges or found.repeats else None
