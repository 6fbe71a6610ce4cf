"""What members do with a conversation besides answering: take it, put it off, close it, mark it, note something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.answering import conversations
from inbox.answering.conversations import ShownComment
from inbox.answering.snoozing import in_danger
from inbox.models import Conversation, NoAnswerReason
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.conversation import belongs, show
from inbox.web.reading import moment, number, one_of
from inbox.web.rendering import Answer

screen = Blueprint("marking", __name__, url_prefix="/conversations/<int:conversation_id>")

MORNING = time(9)


class SnoozeLimits(NamedTuple):
    """How many days somebody may be put off at the longest, and who for a few hours alone."""

    until_a_time: int
    for_author: int
    hours_in_danger: int
    in_danger: Callable[[Conversation], bool]


@screen.post("/assign")
@access.needs(Permission.CONVERSATIONS_ASSIGN)
@rendering.told_on(show)
def assign(conversation_id: int) -> Answer:
    """Take the person, hand them over, or let go of them."""
    to = request.form.get("to", "")
    if to == "me":
        conversations.assign(g.actor, conversation_id, g.actor.member_id)
        notice = "conversation_taken"
    elif to == "nobody":
        left = conversations.assign(g.actor, conversation_id, None)
        notice = "conversation_let_go" if left.team_id is None else "conversation_let_go_to_team"
    else:
        conversations.assign(g.actor, conversation_id, number("member_id"))
        notice = "conversation_handed_over"
    return _back(conversation_id, notice)


@screen.post("/snooze")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def snooze(conversation_id: int) -> Answer:
    """Put it off: for some hours, until tomorrow morning on the member's clock, until a time, or until they write."""
    if request.form.get("for") == "author":
        conversations.snooze_until_written(g.actor, conversation_id, seen_up_to=number("seen_up_to"))
        return _back(conversation_id, "conversation_snoozed_for_author")
    until = snoozed_until(request.form.get("for", ""))
    conversations.snooze(g.actor, conversation_id, until, seen_up_to=number("seen_up_to"))
    return _back(conversation_id, "conversation_snoozed")


@screen.post("/close")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def close(conversation_id: int) -> Answer:
    """Close it without a reply, which counts as unanswered."""
    conversations.close(g.actor, conversation_id, seen_up_to=number("seen_up_to"))
    return _back(conversation_id, "conversation_closed")


@screen.post("/wake")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def wake(conversation_id: int) -> Answer:
    """Bring back what was put off."""
    conversations.wake(g.actor, conversation_id)
    return _back(conversation_id, "conversation_reopened")


@screen.post("/reopen")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def reopen(conversation_id: int) -> Answer:
    """Let it wait again."""
    conversations.reopen(g.actor, conversation_id)
    return _back(conversation_id, "conversation_reopened")


@screen.post("/no-answer")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def mark_no_answer(conversation_id: int) -> Answer:
    """Judge that no answer is called for, and why."""
    reason = one_of("reason", NoAnswerReason)
    conversations.mark_no_answer(g.actor, conversation_id, reason, seen_up_to=number("seen_up_to"))
    return _back(conversation_id, "conversation_marked")


@screen.post("/notes")
@access.needs(Permission.NOTES_WRITE)
@rendering.told_on(show)
def add_note(conversation_id: int) -> Answer:
    """Leave a remark for colleagues."""
    conversations.add_note(g.actor, conversation_id, request.form.get("note", ""))
    return _back(conversation_id, "note_added")


@screen.get("/comments/<int:comment_id>/triage")
@access.needs(Permission.CONVERSATIONS_MARK)
def correct(conversation_id: int, comment_id: int) -> Answer:
    """The form for that; alone where htmx asks."""
    view = conversations.open_conversation(g.actor, conversation_id)
    item = belongs(view, ShownComment, comment_id)
    if rendering.wants_fragment():
        return rendering.fragment("conversation/correct.html", item=item)
    return show(conversation_id, correcting=comment_id)


@screen.post("/comments/<int:comment_id>/triage")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def correct_triage(conversation_id: int, comment_id: int) -> Answer:
    """Say better than triage what a comment is."""
    belongs(conversations.open_conversation(g.actor, conversation_id), ShownComment, comment_id)
    conversations.correct_triage(
        g.actor,
        comment_id,
        kind=request.form.get("kind") or None,
        urgency=_urgency(),
        language=request.form.get("language") or None,
    )
    return _back(conversation_id, "triage_corrected")


@screen.app_template_global()
def snooze_limits() -> SnoozeLimits:
    """What the form to put somebody off says."""
    return SnoozeLimits(
        conversations.LONGEST_SNOOZE.days,
        conversations.LONGEST_FOR_AUTHOR.days,
        conversations.LONGEST_IN_DANGER // timedelta(hours=1),
        in_danger,
    )


def _urgency() -> int | None:
    chosen = request.form.get("urgency")
    levels = {str(level): level for level in conversations.URGENCIES}
    if chosen and chosen not in levels:
        raise Problem("urgency_unknown")
    return levels[chosen] if chosen else None


def snoozed_until(choice: str) -> datetime:
    """When what is put off comes back, on the member's own clock.

    Raises:
        Problem: `choice_unknown`.
    """
    now = clock.now()
    if choice == "tomorrow":
        zone = languages.zone()
        return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), MORNING, zone)
    if choice == "moment":
        return moment("until")
    if choice not in {"1", "3"}:
        raise Problem("choice_unknown")
    return now + timedelta(hours=int(choice))


def _back(conversation_id: int, notice: str) -> Answer:
    return rendering.done("conversation.index", notice, conversation_id=conversation_id)
