"""What the page of a conversation says while somebody works on it: what is typed so far, and that they are there."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from inbox import languages
from inbox.answering import conversations, drafts, presence
from inbox.answering.presence import Doing
from inbox.permissions import Permission
from inbox.problems import Conflict, Problem
from inbox.web import access, rendering
from inbox.web.conversation import meanwhile
from inbox.web.reading import one_of, optional_number
from inbox.web.rendering import Answer

screen = Blueprint("at_work", __name__, url_prefix="/conversations/<int:conversation_id>")


@screen.post("/draft")
@access.needs(Permission.REPLIES_WRITE)
def save_draft(conversation_id: int) -> Answer:
    """Keep what is typed so far; the first letter takes the person on, where nobody has."""
    form = request.form
    text = form.get("text", "").replace("\r\n", "\n")
    taken_by = presence.start_typing(g.actor, conversation_id) if form.get("typing") and text.strip() else None
    try:
        draft = drafts.save(
            g.actor,
            conversation_id,
            text,
            form_key=form.get("form_key", ""),
            screen=form.get("screen", ""),
            number=optional_number("number") or 0,
            template_id=optional_number("template_id"),
            template_version_id=optional_number("template_version_id"),
            filled=form.get("filled", "").replace("\r\n", "\n"),
            holding=bool(form.get("holding")),
        )
    except Conflict as conflict:
        if conflict.code != "draft_elsewhere":
            raise
        other = drafts.of(g.actor, conversation_id)
        response = jsonify(number=conflict.params["number"], text=other.text if other is not None else "")
        response.status_code = conflict.status
        return response
    except Problem as problem:
        response = jsonify(said=rendering.sentence_of(problem))
        response.status_code = problem.status
        return response
    saved = languages.gettext("Saved at %(time)s") % {"time": languages.time_of_day(draft.saved_at)} if draft else ""
    return jsonify(number=draft.number if draft is not None else 0, saved=saved, taken_by=taken_by)


@screen.post("/presence")
@access.needs(Permission.QUEUE_VIEW)
def note_presence(conversation_id: int) -> Answer:
    """The page is on screen, or not any more."""
    presence.note(g.actor, conversation_id, one_of("doing", Doing))
    return Response(status=204)


@screen.get("/meanwhile")
@access.needs(Permission.QUEUE_VIEW)
def answered_meanwhile(conversation_id: int) -> Answer:
    """What colleagues have answered since the page was made."""
    view = conversations.open_conversation(g.actor, conversation_id)
    text = request.args.get("answered_up_to", "")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem("number_unreadable")
    return rendering.fragment(
        "conversation/meanwhile.html", view=view, conversation=view.conversation, meanwhile=meanwhile(view, int(text))
    )
