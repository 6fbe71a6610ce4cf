"""What a conversation's page shows of escalations, declarations and the person's rights over their data."""

from __future__ import annotations

from typing import Any

from flask import g, request

from inbox import languages
from inbox.answering import escalations
from inbox.answering.conversations import ConversationView, ShownComment
from inbox.collecting import declaration_reading, erasure
from inbox.models import Concern
from inbox.permissions import Permission
from inbox.web.outside_text import plain

MOST_NAMED = 20
"""The newest comments that an escalation can be about."""

LONGEST_BEGINNING = 60
"""Characters by which a comment is told from the others in a list."""


def around(view: ConversationView) -> dict[str, Any]:
    """What the page shows at the side."""
    about = request.args.get("about", "") or request.form.get("comment_id", "")
    own = [item for item in view.thread if isinstance(item, ShownComment) and not item.dimmed]
    pending = None
    if view.at_hand.to_erase and g.actor.may(Permission.ERASURES_REQUEST):
        pending = erasure.pending_for(g.actor, view.author.id)
    return {
        "escalations": escalations.of_conversation(g.actor, view.conversation.id) if view.at_hand.escalated else [],
        "concerns": Concern,
        "safety_page": escalations.safety_page_of(view.account.network),
        "own_comments": [
            (item.id, languages.moment(item.at), _beginning(item)) for item in reversed(own[-MOST_NAMED:])
        ],
        "about": about,
        "escalating": bool(about) or request.endpoint == "escalating.escalate",
        "pending_erasure": pending,
    }


def _beginning(item: ShownComment) -> str:
    text = item.versions[-1].text if item.versions else None
    return plain(text[: 4 * LONGEST_BEGINNING])[:LONGEST_BEGINNING] if text else ""


def declared(view: ConversationView) -> dict[str, Any]:
    """What the thread shows: declarations that wait or stand, by the comment and by the reply they are about."""
    found = declaration_reading.of_conversation(g.actor, view.conversation.id) if view.at_hand.declared else []
    return {
        "declared_comments": {one.comment_id: one for one in found if one.comment_id is not None},
        "declared_replies": {one.reply_id: one for one in found if one.reply_id is not None},
    }
