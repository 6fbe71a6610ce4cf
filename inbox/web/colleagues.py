"""Who else is at work on the same people."""

from __future__ import annotations

from flask import g

from inbox.answering import presence
from inbox.answering.presence import Present
from inbox.web.glances import glance


def present(author_id: int | None = None) -> list[Present]:
    """The colleagues who are at a conversation of an author, or of anybody, those who write first."""
    everywhere = glance(f"present besides {g.actor.member_id}", lambda: presence.others(g.actor), told=True)
    return [one for one in everywhere if author_id in (None, one.author_id)]
