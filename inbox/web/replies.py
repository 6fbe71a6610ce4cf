"""What a person can still do about a reply that was written."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox.answering import conversations, replies
from inbox.answering.conversations import ShownReply
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.conversation import belongs, show
from inbox.web.reading import moment, optional_number
from inbox.web.rendering import Answer

screen = Blueprint("replies", __name__, url_prefix="/conversations/<int:conversation_id>/replies/<int:reply_id>")


@screen.post("/withdraw")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def withdraw(conversation_id: int, reply_id: int) -> Answer:
    """Take it back before it leaves."""
    belongs_here(conversation_id, reply_id)
    replies.withdraw(g.actor, reply_id)
    return rendering.done("conversation.index", "reply_is_withdrawn", conversation_id=conversation_id)


@screen.post("/send-again")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def send_again(conversation_id: int, reply_id: int) -> Answer:
    """Try once more to send one that failed."""
    belongs_here(conversation_id, reply_id)
    replies.send_again(g.actor, reply_id, answered_up_to=optional_number("answered_up_to"))
    return rendering.done("conversation.index", "reply_is_queued_again", conversation_id=conversation_id)


@screen.post("/settle")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def settle(conversation_id: int, reply_id: int) -> Answer:
    """Say what became of one of which the network could not tell."""
    belongs_here(conversation_id, reply_id)
    was_sent = request.form.get("was_sent") == "yes"
    sent_at = moment("sent_at") if was_sent and request.form.get("sent_at") else None
    replies.settle_unconfirmed(g.actor, reply_id, was_sent=was_sent, sent_at=sent_at)
    return rendering.done("conversation.index", "reply_is_settled", conversation_id=conversation_id)


@screen.post("/sent-natively")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def mark_approved_sent(conversation_id: int, reply_id: int) -> Answer:
    """Say that an approved reply was sent in the network's own app."""
    belongs_here(conversation_id, reply_id)
    replies.mark_approved_sent(g.actor, reply_id)
    return rendering.done("conversation.index", "reply_is_marked", conversation_id=conversation_id)


def belongs_here(conversation_id: int, reply_id: int) -> None:
    """Let a deed go on only for a reply of this very conversation.

    Raises:
        Problem: `not_in_conversation`.
    """
    belongs(conversations.open_conversation(g.actor, conversation_id), ShownReply, reply_id)
