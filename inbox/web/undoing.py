"""Taking a reply back while it counts down, and how long it does."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox import members
from inbox.answering import undoing
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web import profile as own_page
from inbox.web.conversation import show
from inbox.web.reading import number
from inbox.web.rendering import Answer
from inbox.web.replies import belongs_here

screen = Blueprint("undoing", __name__)


@screen.post("/conversations/<int:conversation_id>/replies/<int:reply_id>/undo")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def undo(conversation_id: int, reply_id: int) -> Answer:
    """Back into the composer, as long as it has not left."""
    belongs_here(conversation_id, reply_id)
    undoing.undo(g.actor, reply_id)
    return rendering.done("conversation.index", "reply_is_back", conversation_id=conversation_id, _anchor="text")


@screen.post("/profile/undo")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(lambda problem=None: own_page.index(problem))
def choose_length() -> Answer:
    """How long the member's own replies count down."""
    usual = not request.form.get("seconds", "").strip() or request.form.get("usual") is not None
    members.set_undo_seconds(g.actor, None if usual else number("seconds"))
    return rendering.done("profile.index", "undo_saved")
