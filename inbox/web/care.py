"""Beside the composer: when a talk goes to and fro too fast, and when a critic only repeats what was answered."""

from __future__ import annotations

from dataclasses import dataclass

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


@screen.app_template_global()
def care_in(view: ConversationView) -> Care | None:
    """What helps here; None where nothing has to be said, or the reader does not answer."""
    if not g.actor.may(Permission.REPLIES_WRITE):
        return None
    count = exchanges.count_lately(g.actor, view.author.id) if view.at_hand.answered else 0
    found = Care(count if count >= exchanges.MANY else 0, exchanges.repeats(view.thread))
    return found if found.exchanges or found.repeats else None
