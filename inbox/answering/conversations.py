"""What members do with a conversation: take it, put it off, close it, mark it, note something, correct triage.

None of it touches a wait: closed without a reply counts as unanswered, whatever was marked.
"""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.answering.assigning import assign, hand_over
from inbox.answering.choices import KINDS, URGENCIES
from inbox.answering.finding import conversation_of, move
from inbox.answering.noting import add_note
from inbox.answering.snoozing import (
    LONGEST_FOR_AUTHOR,
    LONGEST_IN_DANGER,
    LONGEST_SNOOZE,
    snooze,
    snooze_until_written,
    wake,
    wake_in_danger,
    wake_snoozed,
)
from inbox.answering.threads import ShownComment, ShownNote, ShownReply, ShownVersion, ThreadItem
from inbox.answering.unread import refuse_unread
from inbox.answering.viewing import ConversationView, History, OtherConversation, open_conversation
from inbox.extensions import writing
from inbox.measuring import entries, waits
from inbox.models import Comment, Conversation, ConversationMove, ConversationState, NoAnswerReason
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

__all__ = [
    "LONGEST_FOR_AUTHOR",
    "LONGEST_IN_DANGER",
    "LONGEST_SNOOZE",
    "URGENCIES",
    "ConversationView",
    "History",
    "OtherConversation",
    "ShownComment",
    "ShownNote",
    "ShownReply",
    "ShownVersion",
    "ThreadItem",
    "add_note",
    "assign",
    "close",
    "correct_triage",
    "hand_over",
    "mark_no_answer",
    "open_conversation",
    "reopen",
    "snooze",
    "snooze_until_written",
    "wake",
    "wake_snoozed",
]

_LANGUAGE = re.compile(r"[a-z]{2,3}|und")


def close(actor: Actor, conversation_id: int, *, seen_up_to: int | None = None) -> Conversation:
    """Close a conversation. An open wait stays open and counts as closed without reply.

    Args:
        seen_up_to: the newest comment version that was on screen, 0 for none; left out by scripts.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`, `wrote_meanwhile`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        refuse_unread(current, conversation, seen_up_to)
        move(conversation, ConversationMove.CLOSE)
        conversation.snoozed_until = None
        _done(current, actor, conversation, "conversation.closed", answered=conversation.waiting_since is None)
    return conversation


def reopen(actor: Actor, conversation_id: int) -> Conversation:
    """Open a closed conversation again: it waits if somebody waits in it, and otherwise is answered.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        move(conversation, ConversationMove.REOPEN)
        conversation.no_answer_reason = conversation.no_answer_by = None
        conversation.came_back_at = clock.now()
        current.flush()
        waits.settle(current, [conversation.id])
        _done(current, actor, conversation, "conversation.reopened")
    return conversation


def mark_no_answer(
    actor: Actor, conversation_id: int, reason: NoAnswerReason, *, seen_up_to: int | None = None
) -> Conversation:
    """Judge that no answer is called for, and close; its wait stays open and in every figure, on a line of its own.

    Args:
        seen_up_to: as for `close`.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`: it is answered already; `wrote_meanwhile`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        refuse_unread(current, conversation, seen_up_to)
        if conversation.waiting_since is None:
            state = conversation.state.value
            raise Conflict("conversation_not_now", id=conversation.id, move="mark_no_answer", state=state)
        if conversation.state is not ConversationState.CLOSED:
            move(conversation, ConversationMove.CLOSE)
        conversation.no_answer_reason, conversation.no_answer_by = NoAnswerReason(reason), actor.member_id
        conversation.snoozed_until = None
        _done(current, actor, conversation, "conversation.no_answer", reason=NoAnswerReason(reason).value)
    return conversation


def correct_triage(
    actor: Actor,
    comment_id: int,
    *,
    kind: str | None = None,
    urgency: int | None = None,
    language: str | None = None,
) -> Comment:
    """Say better than triage what a comment is; it only changes the order of the queue.

    Args:
        kind: one of `KINDS`.
        urgency: one of `URGENCIES`.
        language: ISO 639 code, or `und`.

    Raises:
        Unknown: `comment_unknown`.
        Problem: `kind_unknown`, `urgency_unknown`, `language_code_unknown`, `member_needed`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    if kind is not None and kind not in KINDS:
        raise Problem("kind_unknown", kind=kind)
    if urgency is not None and urgency not in URGENCIES:
        raise Problem("urgency_unknown")
    if language is not None and not _LANGUAGE.fullmatch(language):
        raise Problem("language_code_unknown", language=language)
    if actor.member_id is None:
        raise Problem("member_needed")
    with writing() as current:
        comment = current.get(Comment, comment_id, populate_existing=True)
        if comment is None:
            raise Unknown("comment_unknown", id=comment_id)
        conversation = conversation_of(current, comment.conversation_id, lock=True)
        wanted = {"kind": kind, "urgency": urgency, "language": language}
        changes = {
            name: value for name, value in wanted.items() if value is not None and getattr(comment, name) != value
        }
        if changes:
            before = {name: getattr(comment, name) for name in changes}
            for name, value in changes.items():
                setattr(comment, name, value)
            comment.corrected_by = actor.member_id
            current.flush()
            waits.settle(current, [comment.conversation_id])
            wake_in_danger(conversation)
            params = {"from": before, "to": changes}
            trail.record(current, actor, "triage.corrected", of=("comment", comment.id), params=params)
            bell.ring(current, "conversation.changed", conversation_id=comment.conversation_id)
    return comment


def _done(current: Session, actor: Actor, conversation: Conversation, deed: str, **facts: object) -> None:
    trail.record(current, actor, deed, of=("conversation", conversation.id), params=facts)
    _changed(current, conversation)


def _changed(current: Session, conversation: Conversation) -> None:
    entries.refresh(current, [conversation.author_id])
    bell.ring(current, "conversation.changed", conversation_id=conversation.id)
