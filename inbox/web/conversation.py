"""One conversation: the post, what was written, and everything a member can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Blueprint, g, request

from inbox import clock
from inbox.answering import choices, conversations, queue, replies, templates
from inbox.answering.conversations import ConversationView, ShownComment, ShownReply, ThreadItem
from inbox.models import NoAnswerReason, ReplyState
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, languages, messages, queue_views, rendering, safety
from inbox.web.lines import Wait, wait_of
from inbox.web.rendering import Answer, page

screen = Blueprint("conversation", __name__)

_ON_ITS_WAY = {ReplyState.QUEUED, ReplyState.SENDING}


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the composer.

    Attributes:
        used: how long the text is, by the network's own counting.
        limit: how long it may be.
        missing: placeholders of the inserted template that still have no value.
    """

    text: str
    used: int
    limit: int
    form_key: str
    template_id: str
    holding: bool
    missing: tuple[str, ...] = ()


@screen.get("/conversations/<int:conversation_id>")
@access.needs(Permission.QUEUE_VIEW)
def index(conversation_id: int) -> Answer:
    """The conversation."""
    return show(conversation_id)


@screen.get("/conversations/<int:conversation_id>/thread")
@access.needs(Permission.QUEUE_VIEW)
def thread(conversation_id: int) -> Answer:
    """What was written, alone: asked for again while a reply is on its way."""
    view = conversations.open_conversation(g.actor, conversation_id)
    return rendering.fragment("conversation/thread.html", actor=g.actor, **_thread(view))


def show(
    conversation_id: int,
    problem: str | None = None,
    draft: Draft | None = None,
    correcting: int | None = None,
    **_elsewhere: object,
) -> Answer:
    """The whole page.

    Args:
        problem: why what was asked was not done; it stands above the composer.
        draft: what stands in the composer; what the request brought when left out.
        correcting: the comment whose triage is being corrected.
    """
    view = conversations.open_conversation(g.actor, conversation_id)
    return page(
        "conversation/index.html",
        problem=problem,
        views=queue_views.views(queue.counters(g.actor)),
        draft=draft or draft_of(view),
        offered=offered(view),
        colleagues=rendering.choices().assignees,
        correcting=correcting,
        reasons=NoAnswerReason,
        kinds=choices.KINDS,
        urgencies=conversations.URGENCIES,
        **_thread(view),
        **safety.around(view),
    )


def draft_of(view: ConversationView, text: str | None = None, *, form_key: str | None = None, **more: Any) -> Draft:
    """The composer as the request left it, with `text` in it where that is given."""
    words = request.form.get("text", "") if text is None else text
    # The composer takes what was typed into it, not what was typed into the form of notes beside it.
    if text is None and request.endpoint is not None and not request.endpoint.startswith("composer."):
        words = ""
    length = replies.measure(view.account, words)
    return Draft(
        text=words,
        used=length.used,
        limit=length.limit,
        form_key=form_key or view.form_key,
        template_id=more.get("template_id", request.form.get("template_id", "")),
        holding=more.get("holding", bool(request.form.get("holding"))),
        missing=more.get("missing", ()),
    )


def offered(view: ConversationView) -> list[templates.ListedTemplate]:
    """The templates, those for this kind of comment first."""
    if not g.actor.may(Permission.REPLIES_WRITE):
        return []
    return sorted(
        templates.list_templates(g.actor),
        key=lambda listed: (listed.template.kind not in {view.conversation.kind, None}, listed.template.kind is None),
    )


def _thread(view: ConversationView) -> dict[str, Any]:
    return {
        "view": view,
        "conversation": view.conversation,
        "wait": _wait(view),
        "days": messages.by_day(view),
        "on_its_way": any(isinstance(item, ShownReply) and item.state in _ON_ITS_WAY for item in view.thread),
        "is_late": _is_late,
        "problem_of": _problem_of,
        **safety.declared(view),
    }


def _wait(view: ConversationView) -> Wait | None:
    since, due = view.conversation.waiting_since, view.conversation.due_at
    return wait_of(since, due) if since is not None and due is not None else None


def _is_late(reply: ShownReply) -> bool:
    """Whether a queued reply has not left a while after it should have: something is in its way."""
    return reply.not_before is not None and reply.not_before < clock.now() - timedelta(minutes=1)


def _problem_of(view: ConversationView, code: str) -> str:
    """A code stored with a reply, in words."""
    try:
        return languages.said(code, account=view.account.name, network=view.network_title)
    except KeyError:
        return languages.said("rejected")


def belongs(view: ConversationView, kind: type[ShownComment | ShownReply], number: int) -> ThreadItem:
    """Let a deed go on only for something that stands in this very conversation.

    Raises:
        Unknown: it does not.
    """
    for item in view.thread:
        if isinstance(item, kind) and item.id == number and item.conversation_id == view.conversation.id:
            return item
    raise Problem("not_in_conversation", 404)
