"""Linking two authors who are one person: looking for the other one, saying why, and ending the link."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox.answering import conversations, linking
from inbox.answering.conversations import ConversationView
from inbox.answering.linking import LinkedAuthor
from inbox.answering.search import LONGEST_QUERY
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.conversation import show
from inbox.web.reading import number
from inbox.web.rendering import Answer, page

screen = Blueprint("linking", __name__, url_prefix="/conversations/<int:conversation_id>/links")


@screen.get("/new")
@access.needs(Permission.AUTHORS_LINK)
def new(conversation_id: int, problem: str | None = None) -> Answer:
    """The form: words to look for, who was found on other accounts, and why they are the same."""
    view = conversations.open_conversation(g.actor, conversation_id)
    usual = view.author.display_name or view.author.identifier
    words = request.values.get("q", usual)[:LONGEST_QUERY]
    return page(
        "linking/new.html",
        view=view,
        words=words,
        found=linking.candidates(g.actor, conversation_id, words) if words.strip() else [],
        longest=linking.LONGEST_REASON,
        typed=request.form,
        problem=problem,
    )


@screen.post("")
@access.needs(Permission.AUTHORS_LINK)
@rendering.told_on(new)
def link(conversation_id: int) -> Answer:
    """They are one person."""
    view = conversations.open_conversation(g.actor, conversation_id)
    linking.link(g.actor, view.author.id, number("other_id"), request.form.get("reason", ""))
    return _back(conversation_id, "authors_are_linked")


@screen.post("/<int:link_id>/end")
@access.needs(Permission.AUTHORS_LINK)
@rendering.told_on(show)
def unlink(conversation_id: int, link_id: int) -> Answer:
    """They are not, or nobody needs to know."""
    conversations.open_conversation(g.actor, conversation_id)
    linking.unlink(g.actor, link_id, request.form.get("end_reason", ""))
    return _back(conversation_id, "authors_are_unlinked")


@screen.app_template_global()
def linked_to(view: ConversationView) -> list[LinkedAuthor]:
    """Whom members link with the author of a conversation."""
    return linking.linked_to(g.actor, view.author.id) if view.at_hand.linked else []


def _back(conversation_id: int, notice: str) -> Answer:
    return rendering.done("conversation.index", notice, conversation_id=conversation_id)
