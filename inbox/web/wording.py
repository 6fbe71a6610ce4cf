"""What would become of an answer if it were sent now, and approved wordings to put into it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, g, request

from inbox import languages
from inbox.answering import apology_views, checking, conversations, core_repair
from inbox.answering.apology_views import OfferedApology
from inbox.answering.conversations import ConversationView
from inbox.answering.judging import CHANGED
from inbox.permissions import Permission
from inbox.problems import Problem, Unknown
from inbox.web import access, approving, drafting, marked_text, rendering
from inbox.web.conversation import show
from inbox.web.drafts import Draft, draft_of, inserted, together, typed
from inbox.web.marked_text import Change, Piece
from inbox.web.reading import number, optional_number
from inbox.web.rendering import Answer
from inbox.words import codes

screen = Blueprint("wording", __name__, url_prefix="/conversations/<int:conversation_id>")


@dataclass(frozen=True, slots=True)
class Would:
    """Why an answer would not leave at once.

    Attributes:
        sentence: the reason in words.
        pieces: the text with the sentences marked; empty where the reason is none of its sentences.
        changes: how an approved wording was changed; `gone` and `added` are the first of them.
        can_be_mended: an approved wording may be put in the place of these words, or a new one be drafted.
    """

    sentence: str
    pieces: list[Piece]
    changes: list[Change]
    gone: str
    added: str
    can_be_mended: bool


@screen.post("/check")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def check(conversation_id: int) -> Answer:
    """What would become of the text; without JavaScript the whole page says it."""
    view = conversations.open_conversation(g.actor, conversation_id)
    draft = draft_of(view, form_key=request.form.get("form_key"))
    if rendering.wants_fragment():
        return rendering.fragment(
            "conversation/checked.html", draft=draft, view=view, conversation=view.conversation, actor=g.actor
        )
    return show(conversation_id, draft=draft)


@screen.get("/apologies")
@access.needs(Permission.REPLIES_WRITE)
def offers(conversation_id: int) -> Answer:
    """The approved wordings that may leave here, as they would read."""
    view = conversations.open_conversation(g.actor, conversation_id)
    return rendering.fragment("conversation/apology_options.html", view=view, actor=g.actor)


@screen.post("/apologies")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def pick(conversation_id: int) -> Answer:
    """The same list inside the whole page, for browsers that run no script."""
    return show(conversation_id, draft=_draft(conversation_id, typed()))


@screen.post("/apology")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def insert(conversation_id: int) -> Answer:
    """Put an approved wording where the caret is."""
    view = conversations.open_conversation(g.actor, conversation_id)
    wanted = number("apology")
    for one in apology_views.offered(g.actor, conversation_id):
        if one.apology_id == wanted:
            whole, caret = inserted(typed(), one.text, optional_number("caret"))
            filled = together([request.form.get("filled", ""), one.text])
            return drafting.answered(view, _draft(conversation_id, whole, filled=filled, caret=str(caret)))
    raise Unknown("apology_unknown", id=wanted)


@screen.post("/put-back")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def put_back(conversation_id: int) -> Answer:
    """Put the approved words back where somebody changed them."""
    view = conversations.open_conversation(g.actor, conversation_id)
    text = typed()
    judged = checking.check(g.actor, conversation_id, text)
    if judged is not None and judged.changed is not None:
        names = apology_views.names_for(view.author, view.account)
        text = core_repair.put_back(judged.changed.approved, text, judged.changed.passage, names)
    return drafting.answered(view, _draft(conversation_id, text))


@screen.app_template_global("would_be")
def would_be(view: ConversationView, draft: Draft) -> Would | None:
    """Why the draft would wait for approval; None where it would leave."""
    if not draft.text.strip() or not g.actor.may(Permission.REPLIES_WRITE):
        return None
    try:
        judged = checking.check(g.actor, view.conversation.id, draft.text)
    except Problem:
        # It is no text that could be sent at all; sending it says why.
        return None
    if judged is None or judged.held_code is None:
        return None
    changes: list[Change] = []
    if judged.changed is not None and judged.held_code == CHANGED:
        names, approved = apology_views.names_for(view.author, view.account), judged.changed.approved
        found = core_repair.span(approved, draft.text, judged.changed.passage, names)
        now = draft.text[slice(*found)] if found is not None else judged.changed.passage
        changes = marked_text.changes(core_repair.filled(approved, names), now)
    gone, added = marked_text.swapped(changes)
    code = f"would.{judged.held_code}"
    held = judged.outcome.held
    return Would(
        sentence=languages.said(code) if code in codes() else approving.why(judged.held_code, own=True),
        pieces=marked_text.pieces(draft.text, judged.findings) if held and not changes else [],
        changes=changes,
        gone=gone,
        added=added,
        can_be_mended=held,
    )


@screen.app_template_global("approved_wordings")
def approved_wordings(view: ConversationView) -> list[OfferedApology]:
    """What the picker offers."""
    return apology_views.offered(g.actor, view.conversation.id)


screen.app_template_global("approval_of")(approving.of_reply)


def _draft(conversation_id: int, text: str, **more: str) -> Draft:
    view = conversations.open_conversation(g.actor, conversation_id)
    return draft_of(view, text, form_key=request.form.get("form_key"), compare=True, **more)
