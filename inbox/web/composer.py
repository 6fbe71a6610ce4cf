"""Writing the answer: its length, a template to begin with, and sending it."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox.answering import conversations, replies, templates
from inbox.models import ReplyKind
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.conversation import draft_of, offered, show
from inbox.web.reading import moment, number, optional_number
from inbox.web.rendering import Answer

screen = Blueprint("composer", __name__)


@screen.post("/conversations/<int:conversation_id>/length")
@access.needs(Permission.REPLIES_WRITE)
def length(conversation_id: int) -> Answer:
    """How long the text is, by the network's own counting."""
    view = conversations.open_conversation(g.actor, conversation_id)
    draft = draft_of(view, form_key=request.form.get("form_key"))
    if rendering.wants_fragment():
        return rendering.fragment("conversation/length.html", draft=draft)
    return show(conversation_id, draft=draft)


@screen.post("/conversations/<int:conversation_id>/template")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def insert(conversation_id: int) -> Answer:
    """Put a template below what is typed already, with the names filled in."""
    view = conversations.open_conversation(g.actor, conversation_id)
    template_id = number("insert")
    filled = templates.fill_for(g.actor, template_id, conversation_id)
    typed = request.form.get("text", "").rstrip()
    draft = draft_of(
        view,
        f"{typed}\n\n{filled.text}" if typed else filled.text,
        form_key=request.form.get("form_key"),
        template_id=str(template_id),
        holding=templates.get_template(g.actor, template_id).template.holding or bool(request.form.get("holding")),
        missing=tuple(filled.missing),
    )
    if rendering.wants_fragment():
        return rendering.fragment(
            "conversation/composer.html",
            draft=draft,
            view=view,
            conversation=view.conversation,
            offered=offered(view),
        )
    return show(conversation_id, draft=draft)


@screen.post("/conversations/<int:conversation_id>/replies")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def send(conversation_id: int) -> Answer:
    """Store the reply; it leaves by itself, unless sending is held."""
    reply = replies.write(
        g.actor,
        conversation_id,
        request.form.get("text", ""),
        form_key=request.form.get("form_key", ""),
        seen_up_to=number("seen_up_to"),
        answered_up_to=number("answered_up_to"),
        template_id=optional_number("template_id"),
        kind=ReplyKind.HOLDING if request.form.get("holding") else ReplyKind.SUBSTANTIVE,
    )
    notice = "reply_is_held" if reply.held_code else "reply_is_queued"
    return rendering.done("conversation.index", notice, conversation_id=conversation_id, _anchor=f"reply-{reply.id}")


@screen.post("/conversations/<int:conversation_id>/answered-natively")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def mark_sent_natively(conversation_id: int) -> Answer:
    """Note an answer that was given in the network's own app."""
    replies.mark_sent_natively(
        g.actor,
        conversation_id,
        request.form.get("text", ""),
        form_key=request.form.get("form_key", ""),
        seen_up_to=number("seen_up_to"),
        sent_at=moment("sent_at") if request.form.get("sent_at") else None,
        url=request.form.get("url", "").strip() or None,
    )
    return rendering.done("conversation.index", "reply_is_marked", conversation_id=conversation_id)
