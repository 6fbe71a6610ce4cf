"""One conversation: the post, what was written, and everything a member can do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.answering import choices, conversations, following
from inbox.answering.conversations import ConversationView, ShownComment, ShownReply, ThreadItem
from inbox.models import Author, NoAnswerReason, Reply, ReplyState
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, colleagues, messages, queue_views, rendering, safety, veils
from inbox.web.drafts import LONGEST_QUERY, Draft, begun, draft_of, known_as_kept, offered
from inbox.web.lines import Wait, wait_of
from inbox.web.rendering import Answer, page

screen = Blueprint("conversation", __name__)

_ON_ITS_WAY = {ReplyState.QUEUED, ReplyState.SENDING}
_NO_ANSWER = {ReplyState.WITHDRAWN, ReplyState.FAILED, ReplyState.RETURNED}


@screen.get("/conversations/<int:conversation_id>")
@access.needs(Permission.QUEUE_VIEW)
def index(conversation_id: int) -> Answer:
    """The conversation."""
    return show(conversation_id)


@screen.app_template_global()
def answered_person(number: int) -> Author:
    """Whom a conversation is with that was just answered."""
    return following.person(g.actor, number)


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
    known = request.form.get("answered_up_to", "")
    alone = rendering.wants_fragment() and request.method == "GET"
    context: dict[str, Any] = {} if alone else {"views": queue_views.views(queue_views.counters())}
    return (_pane if alone else page)(
        "conversation/pane.html" if alone else "conversation/index.html",
        problem=problem,
        meanwhile=meanwhile(view, int(known)) if known.isascii() and known.isdigit() and len(known) < 19 else [],
        present=colleagues.present(view.author.id),
        draft=known_as_kept(view, draft or begun(view) or draft_of(view, compare=True)),
        offered=offered(view, request.form.get("q", "")[:LONGEST_QUERY]),
        sought=request.form.get("q", "")[:LONGEST_QUERY],
        looked=True,
        colleagues=rendering.choices().assignees,
        teams=rendering.choices().teams,
        reasons=NoAnswerReason,
        kinds=choices.KINDS,
        **_thread(view, correcting),
        **safety.around(view),
        **context,
    )


def _pane(template: str, **context: Any) -> Answer:
    """The conversation without the page around it: it is put beside the list."""
    return rendering.fragment(template, actor=g.actor, member=g.member, language=languages.language(), **context)


def _thread(view: ConversationView, correcting: int | None = None) -> dict[str, Any]:
    covered, declared = veils.covered_in(view), safety.declared(view)
    return {
        "view": view,
        "conversation": view.conversation,
        "wait": _wait(view),
        "days": messages.by_day(view, {*covered, *declared["declared_comments"], correcting}),
        "covered": covered,
        "correcting": correcting,
        "on_its_way": any(isinstance(item, ShownReply) and item.state in _ON_ITS_WAY for item in view.thread),
        "is_late": _is_late,
        "leaves_in": leaves_in,
        "problem_of": _problem_of,
        **declared,
    }


def _wait(view: ConversationView) -> Wait | None:
    since, due = view.conversation.waiting_since, view.conversation.due_at
    return wait_of(since, due) if since is not None and due is not None else None


def _is_late(reply: ShownReply) -> bool:
    """Whether a queued reply has not left a while after it should have: something is in its way."""
    return reply.not_before is not None and reply.not_before < clock.now() - timedelta(minutes=1)


def leaves_in(reply: ShownReply | Reply) -> float | None:
    """How many seconds a reply still counts down; None where it does not."""
    if reply.state is not ReplyState.QUEUED or reply.undo_until is None or reply.undo_until <= clock.now():
        return None
    return (reply.undo_until - clock.now()).total_seconds()


def meanwhile(view: ConversationView, known: int) -> list[ShownReply]:
    """The answers that came into the conversation behind reply `known`, whoever gave them; not what was taken back."""
    return [
        item
        for item in view.thread
        if isinstance(item, ShownReply)
        and item.id > known
        and item.conversation_id == view.conversation.id
        and item.state not in _NO_ANSWER
    ]


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
