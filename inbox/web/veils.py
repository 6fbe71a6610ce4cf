"""Hostile words on the screen: covered for members who want it, until they ask for them; and how many were read."""

from __future__ import annotations

from flask import Blueprint, Response, g, request

from inbox import languages, members
from inbox.answering import conversations
from inbox.answering.conversations import ConversationView, ShownComment
from inbox.answering.threads import ThreadItem
from inbox.collecting.triage import Urgency, hostile
from inbox.members import ReadOfHostility
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.glances import glance
from inbox.web.reading import number
from inbox.web.rendering import Answer

screen = Blueprint("veils", __name__)


@screen.post("/profile/hostile")
@access.needs(Permission.QUEUE_VIEW)
def choose() -> Answer:
    """Have hostile comments covered, or no longer."""
    wish = request.form.get("cover") == "yes"
    members.set_blurs_hostile(g.actor, wish)
    return rendering.done("profile.index", "hostile_covered" if wish else "hostile_open", _anchor="hostile")


@screen.post("/conversations/<int:conversation_id>/uncovered")
@access.needs(Permission.QUEUE_VIEW)
def uncovered(conversation_id: int) -> Answer:
    """Count a comment whose words were asked for."""
    view = conversations.open_conversation(g.actor, conversation_id)
    chosen = number("comment_id")
    members.note_read(g.actor, [item.id for item in view.thread if item.id == chosen and is_hostile(item)])
    return Response(status=204)


@screen.app_template_global()
def covering() -> bool:
    """Whether the reader has hostile words covered."""
    return bool(g.get("member") is not None and g.member.blurs_hostile)


@screen.app_template_global()
def is_covered(text: str | None, urgency: int = Urgency.NORMAL) -> bool:
    """Whether these words are covered for the reader. Never where somebody may be in danger."""
    return covering() and text is not None and hostile(text, urgency)


def is_hostile(item: ThreadItem) -> bool:
    """Whether a comment of a thread is hostile, in its newest version."""
    if not isinstance(item, ShownComment) or not item.versions or item.withheld is not None:
        return False
    text = item.versions[-1].text
    return text is not None and hostile(text, item.urgency)


def covered_in(view: ConversationView) -> frozenset[int]:
    """The comments of a thread whose words are covered for the reader; others that are hostile are read by now."""
    found = frozenset(item.id for item in view.thread if is_hostile(item))
    if covering():
        return found
    if found:
        members.note_read(g.actor, found)
    return frozenset()


@screen.app_template_global()
def read_of_hostility() -> ReadOfHostility | None:
    """What the reader has read of it, for them alone; None for who reads no comments."""
    if not g.actor.may(Permission.QUEUE_VIEW) or g.actor.member_id is None:
        return None
    return glance(f"hostility of {g.actor.member_id}", lambda: members.read_of_hostility(g.actor, languages.zone()))
