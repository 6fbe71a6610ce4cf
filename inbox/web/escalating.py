"""Putting something of a conversation before the supervisors."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, g, request

from inbox.answering import conversations, escalations
from inbox.answering.conversations import ShownComment
from inbox.answering.escalations import Help
from inbox.models import Concern
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.conversation import belongs, show
from inbox.web.reading import one_of, optional_number
from inbox.web.rendering import Answer

screen = Blueprint("escalating", __name__)


@screen.app_template_global()
def who_helps() -> Sequence[Help]:
    """The authorities and lines that help."""
    return escalations.HELPS


@screen.post("/conversations/<int:conversation_id>/escalations")
@access.needs(Permission.CONVERSATIONS_ESCALATE)
@rendering.told_on(show)
def escalate(conversation_id: int) -> Answer:
    """Tell the supervisors at once."""
    comment_id = optional_number("comment_id")
    if comment_id is not None:
        belongs(conversations.open_conversation(g.actor, conversation_id), ShownComment, comment_id)
    escalations.escalate(
        g.actor,
        conversation_id,
        one_of("concern", Concern),
        comment_id=comment_id,
        note=request.form.get("escalation_note", ""),
    )
    return rendering.done("conversation.index", "conversation_is_escalated", conversation_id=conversation_id)
