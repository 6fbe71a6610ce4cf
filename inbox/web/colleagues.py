"""Who else is at work on the same people."""

from __future__ import annotations

from flask import g

from inbox.answering import presence
from inbox.answering.presence import Present


def present(author_id: int | None = None) -> list[Present]:
    """The colleagues who are at a conversation of an author, or of anybody, those who write first."""
    if not g.around.present:
        return []
    return [one for one in presence.others(g.actor) if author_id in (None, one.author_id)]
