"""Helping to write an answer: finding a template, putting it in, filling its places, noticing a copy."""

from __future__ import annotations

import secrets
from datetime import datetime
from functools import partial

from flask import Blueprint, g, request

from inbox import languages
from inbox.answering import beginning, conversations, replies, template_filling, templates
from inbox.answering.conversations import ConversationView
from inbox.answering.placeholders import BY_TIME
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.conversation import show
from inbox.web.drafts import (
    LONGEST_QUERY,
    VALUE,
    Draft,
    draft_of,
    inserted,
    matching,
    offered,
    time_chosen,
    together,
    typed,
    values,
)
from inbox.web.reading import moment, number, optional_number
from inbox.web.rendering import Answer

screen = Blueprint("drafting", __name__, url_prefix="/conversations/<int:conversation_id>")

MOST_OFFERED = 8
"""Templates that a search shows at once; further words narrow it down."""


@screen.get("/templates")
@access.needs(Permission.REPLIES_WRITE)
def find(conversation_id: int) -> Answer:
    """The templates that fit best, or in which the words stand, as they would read here and how long they would be."""
    view = conversations.open_conversation(g.actor, conversation_id)
    words = request.args.get("q", "")[:LONGEST_QUERY]
    found = matching(view, words)
    shown = [one for one, _ in found[:MOST_OFFERED]]
    return rendering.fragment(
        "conversation/template_options.html",
        view=view,
        found=[
            (listed, text, replies.measure(view.account, text))
            for listed, text in template_filling.previews(g.actor, conversation_id, shown)
        ],
        fitting={one.id for one, fitting in found if fitting},
        more=max(0, len(found) - MOST_OFFERED),
        # Every answer names its options anew, so that nothing of the last choice is carried over to them.
        stamp=secrets.token_hex(4),
    )


@screen.post("/find-template")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def narrow(conversation_id: int) -> Answer:
    """The same page with fewer templates to choose from: the search of browsers that run no script."""
    return show(conversation_id)


@screen.post("/template")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def insert(conversation_id: int) -> Answer:
    """Put a template where the caret is, or below what is typed already, with facts and names filled in."""
    view = conversations.open_conversation(g.actor, conversation_id)
    template_id, text = number("insert"), typed()
    done = templates.fill_for(
        g.actor, template_id, conversation_id, by=_promised(), zone=languages.zone(), values=values()
    )
    whole, caret = inserted(text, done.text, optional_number("caret"))
    beginning.note_begun(g.actor, conversation_id, whole)
    began = text.strip() and request.form.get("template_id")
    draft = draft_of(
        view,
        whole,
        form_key=request.form.get("form_key"),
        compare=True,
        template_id=request.form["template_id"] if began else str(template_id),
        template_version_id=request.form.get("template_version_id", "") if began else str(done.version_id),
        filled=together([request.form.get("filled", "") if text.strip() else "", done.text]),
        holding=done.holding or bool(request.form.get("holding")),
        caret=str(caret),
    )
    return answered(view, draft)


@screen.post("/fill")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def fill(conversation_id: int) -> Answer:
    """Put what was typed for the places that are left into the text."""
    view = conversations.open_conversation(g.actor, conversation_id)
    given, by = values(), _promised()
    put_in = partial(templates.fill_in, values=given, by=by, language=view.conversation.language, zone=languages.zone())
    filled = put_in(typed())
    draft = draft_of(
        view,
        filled.text,
        form_key=request.form.get("form_key"),
        compare=True,
        filled=put_in(request.form.get("filled", "")).text,
        caret=str(len(filled.text.encode("utf-16-le")) // 2),
    )
    return answered(view, draft)


@screen.post("/look")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def look(conversation_id: int) -> Answer:
    """What is still missing, and how many people were sent nearly this text."""
    view = conversations.open_conversation(g.actor, conversation_id)
    draft = draft_of(view, form_key=request.form.get("form_key"), compare=True)
    if rendering.wants_fragment():
        return rendering.fragment("conversation/before_sending.html", draft=draft, view=view, looked=True)
    return show(conversation_id, draft=draft)


def answered(view: ConversationView, draft: Draft) -> Answer:
    """The composer with `draft` in it; without JavaScript the whole page."""
    if not rendering.wants_fragment():
        return show(view.conversation.id, draft=draft)
    return rendering.fragment(
        "conversation/composer.html",
        draft=draft,
        view=view,
        conversation=view.conversation,
        offered=offered(view),
        looked=True,
        actor=g.actor,
    )


def _promised() -> datetime | None:
    """By when the answer says that we write again: as chosen for its place in the text, else the composer's own.

    Raises:
        Problem: `moment_unreadable`.
    """
    chosen = time_chosen()
    if chosen is not None or request.form.get(f"{VALUE}{BY_TIME}", "").strip():
        return chosen
    return moment("promise_due_at") if request.form.get("promise_due_at") else None
