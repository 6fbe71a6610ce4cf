"""Handing a person over to a colleague or a team with a note, and the way from a notice to a note."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request

from inbox.answering import conversations, noting
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, addresses, rendering
from inbox.web.conversation import show
from inbox.web.glances import glance
from inbox.web.outside_text import plain
from inbox.web.rendering import Answer

screen = Blueprint("handing_over", __name__)

MEMBER, TEAM = "member-", "team-"
"""How the options of the form name whom something is given to."""


@screen.post("/conversations/<int:conversation_id>/hand-over")
@access.needs(Permission.CONVERSATIONS_ASSIGN)
@rendering.told_on(show)
def hand_over(conversation_id: int) -> Answer:
    """To whom, and a word with it."""
    member_id, team_id = receiver()
    conversations.hand_over(
        g.actor, conversation_id, request.form.get("hand_over_note", ""), member_id=member_id, team_id=team_id
    )
    return rendering.done("conversation.index", "conversation_handed_over", conversation_id=conversation_id)


@screen.get("/notes/<int:note_id>")
@access.needs(Permission.QUEUE_VIEW)
def find(note_id: int) -> Answer:
    """To the conversation in which a note stands, and to the note in it."""
    conversation_id = noting.conversation_with(g.actor, note_id)
    return redirect(
        addresses.address("conversation.index", conversation_id=conversation_id, _anchor=f"note-{note_id}"), 303
    )


@screen.app_template_global()
def whom_to_mention() -> list[str]:
    """Whom a note can name."""
    return [plain(one.name) for one in glance("audience", noting.audience) if one.id != g.actor.member_id]


def receiver() -> tuple[int | None, int | None]:
    """The member or the team that a form names.

    Raises:
        Problem: `hand_over_to_nobody`, `choice_unknown`.
    """
    text = request.form.get("to", "")
    if not text:
        raise Problem("hand_over_to_nobody")
    for beginning in (MEMBER, TEAM):
        digits = text.removeprefix(beginning)
        if digits != text and digits.isascii() and digits.isdigit() and len(digits) < 19:
            return (int(digits), None) if beginning == MEMBER else (None, int(digits))
    raise Problem("choice_unknown")
