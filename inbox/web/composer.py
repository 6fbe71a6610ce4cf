"""Writing the answer: its length, and sending it."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request

from inbox.answering import beginning, conversations, replies, undoing
from inbox.answering import following as next_one
from inbox.models import Reply, ReplyKind, ReplyState
from inbox.permissions import Permission
from inbox.web import access, addresses, narrowing, rendering
from inbox.web.carrying import carried
from inbox.web.conversation import show
from inbox.web.drafts import draft_of
from inbox.web.reading import moment, number, optional_number
from inbox.web.rendering import Answer

screen = Blueprint("composer", __name__)


@screen.post("/conversations/<int:conversation_id>/length")
@access.needs(Permission.REPLIES_WRITE)
def length(conversation_id: int) -> Answer:
    """How long the text is, by the network's own counting."""
    view = conversations.open_conversation(g.actor, conversation_id)
    draft = draft_of(view, form_key=request.form.get("form_key"))
    beginning.note_begun(g.actor, conversation_id, draft.text)
    if rendering.wants_fragment():
        return rendering.fragment("conversation/length.html", draft=draft)
    return show(conversation_id, draft=draft)


@screen.get("/conversations/<int:conversation_id>/replies")
@access.needs(Permission.QUEUE_VIEW)
def written(conversation_id: int) -> Answer:
    """Where a reply that was refused leaves the address bar: reloaded, the conversation is shown."""
    conversations.open_conversation(g.actor, conversation_id)
    return redirect(addresses.address("conversation.index", conversation_id=conversation_id), 303)


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
        template_version_id=optional_number("template_version_id"),
        template_filled=request.form.get("filled", "").replace("\r\n", "\n"),
        likeness_reason=request.form.get("likeness_reason", ""),
        kind=ReplyKind.HOLDING if request.form.get("holding") else ReplyKind.SUBSTANTIVE,
        promise_due_at=moment("promise_due_at") if request.form.get("promise_due_at") else None,
        delay_seconds=undoing.seconds_for(g.actor, conversation_id),
    )
    notice: str | None
    if reply.state is ReplyState.SUBMITTED:
        notice = "reply_waits"
    elif reply.held_code:
        notice = "reply_is_held"
    else:
        # What counts down says so itself, beside its button.
        notice = None if reply.undo_until else "reply_is_queued"
    following = _next(reply)
    if following is None:
        here = {"conversation_id": conversation_id, "_anchor": f"reply-{reply.id}"}
        return rendering.done("conversation.index", notice, **here)
    flash(f"{conversation_id} {notice or 'reply_is_queued'}", rendering.ANSWERED)
    return rendering.done("conversation.index", conversation_id=following)


def _next(reply: Reply) -> int | None:
    """Who is to be answered next, in the list that the conversation was opened from."""
    filters = narrowing.queue()[0] if carried() else None
    return next_one.after(g.actor, filters, author_id=reply.conversation.author_id)


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
