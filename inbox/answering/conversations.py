"""What members do with a conversation: take it, put it off, close it, mark it, note something, correct triage.

None of it touches a wait: closed without a reply counts as unanswered, whatever was marked.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.answering.choices import KINDS, URGENCIES, answering_members
from inbox.answering.finding import conversation_of, move, typed
from inbox.answering.threads import ShownComment, ShownNote, ShownReply, ShownVersion, ThreadItem
from inbox.answering.viewing import ConversationView, History, OtherConversation, open_conversation
from inbox.extensions import session, writing
from inbox.measuring import entries, waits
from inbox.models import (
    Assignment,
    Comment,
    Conversation,
    ConversationMove,
    ConversationState,
    NoAnswerReason,
    Note,
    Presence,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

__all__ = [
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
    "mark_no_answer",
    "open_conversation",
    "reopen",
    "snooze",
    "wake_snoozed",
]

LONGEST_SNOOZE = timedelta(days=30)

_LANGUAGE = re.compile(r"[a-z]{2,3}|und")
_WOKEN_AT_ONCE = 500


def assign(
    actor: Actor,
    conversation_id: int,
    member_id: int | None,
    *,
    only_if_free: bool = False,
    only_if_held_by: int | None = None,
) -> Conversation:
    """Give an author's waiting conversations on the account, and this one, to a member, or to nobody.

    Args:
        only_if_free: for taking something oneself: refuse it when somebody else was quicker.
        only_if_held_by: change only what this member has.

    Raises:
        Unknown: `conversation_unknown`.
        Problem: `assignee_unfit`: not an active member who may answer.
        Conflict: `taken_by_another`.
    """
    require(actor, Permission.CONVERSATIONS_ASSIGN)
    with writing() as current:
        chosen = conversation_of(current, conversation_id)
        if member_id is not None and not answering_members([member_id]):
            raise Problem("assignee_unfit")
        claimed = list(
            current.scalars(
                select(Conversation)
                .where(
                    Conversation.author_id == chosen.author_id,
                    Conversation.account_id == chosen.account_id,
                    (Conversation.state == ConversationState.WAITING) | (Conversation.id == chosen.id),
                )
                .order_by(Conversation.id)
                .with_for_update(of=Conversation, key_share=True)
                .execution_options(populate_existing=True)
            )
        )
        if only_if_free and any(each.assignee_id not in (None, member_id) for each in claimed):
            raise Conflict("taken_by_another")
        if only_if_held_by is not None:
            claimed = [each for each in claimed if each.assignee_id == only_if_held_by]
        changed = [each for each in claimed if each.assignee_id != member_id]
        # Whoever is given it by a deed keeps it, whether they are at the screen or not.
        current.execute(
            update(Presence)
            .where(Presence.conversation_id.in_([each.id for each in claimed]), Presence.claimed_until.is_not(None))
            .values(claimed_until=None)
            .execution_options(synchronize_session=False)
        )
        for each in changed:
            each.assignee_id = member_id
            current.add(Assignment(conversation_id=each.id, member_id=member_id, at=clock.now(), by=actor.name))
            trail.record(
                current, actor, "conversation.assigned", of=("conversation", each.id), params={"member": member_id}
            )
        if changed:
            _changed(current, chosen)
    return chosen


def snooze(actor: Actor, conversation_id: int, until: datetime) -> Conversation:
    """Put a waiting conversation off; its wait goes on.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`.
        Problem: `snooze_out_of_range`: not in the next `LONGEST_SNOOZE`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    now = clock.now()
    wakes_at = clock.as_utc(until)
    if not now < wakes_at <= now + LONGEST_SNOOZE:
        raise Problem("snooze_out_of_range", days=LONGEST_SNOOZE.days)
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        move(conversation, ConversationMove.SNOOZE)
        conversation.snoozed_until = wakes_at
        _done(current, actor, conversation, "conversation.snoozed", until=clock.to_iso(wakes_at))
    return conversation


def wake_snoozed(actor: Actor) -> int:
    """Bring back to waiting what was put off until now.

    Returns:
        how many conversations were woken.
    """
    require(actor, Permission.REPLIES_SEND)
    due = (Conversation.state == ConversationState.SNOOZED, Conversation.snoozed_until <= clock.now())
    if session().scalars(select(Conversation.id).where(*due).limit(1)).first() is None:
        return 0
    with writing() as current:
        woken = current.scalars(
            select(Conversation)
            .where(*due)
            .order_by(Conversation.id)
            .limit(_WOKEN_AT_ONCE)
            .with_for_update(of=Conversation, key_share=True)
            .execution_options(populate_existing=True)
        ).all()
        for conversation in woken:
            move(conversation, ConversationMove.WAKE)
            conversation.snoozed_until = None
            trail.record(current, actor, "conversation.woken", of=("conversation", conversation.id))
            bell.ring(current, "conversation.changed", conversation_id=conversation.id)
        entries.refresh(current, {conversation.author_id for conversation in woken})
    return len(woken)


def close(actor: Actor, conversation_id: int) -> Conversation:
    """Close a conversation. An open wait stays open and counts as closed without reply.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
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
        current.flush()
        waits.settle(current, [conversation.id])
        _done(current, actor, conversation, "conversation.reopened")
    return conversation


def mark_no_answer(actor: Actor, conversation_id: int, reason: NoAnswerReason) -> Conversation:
    """Judge that no answer is called for, and close; its wait stays open and in every figure, on a line of its own.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`: it is answered already.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        if conversation.waiting_since is None:
            state = conversation.state.value
            raise Conflict("conversation_not_now", id=conversation.id, move="mark_no_answer", state=state)
        if conversation.state is not ConversationState.CLOSED:
            move(conversation, ConversationMove.CLOSE)
        conversation.no_answer_reason, conversation.no_answer_by = NoAnswerReason(reason), actor.member_id
        conversation.snoozed_until = None
        _done(current, actor, conversation, "conversation.no_answer", reason=NoAnswerReason(reason).value)
    return conversation


def add_note(actor: Actor, conversation_id: int, text: str) -> Note:
    """Add an internal remark; it never leaves.

    Raises:
        Unknown: `conversation_unknown`.
        Problem: `note_empty`, `member_needed`: who writes is no member.
    """
    require(actor, Permission.NOTES_WRITE)
    clean = typed(text, empty="note_empty")
    if actor.member_id is None:
        raise Problem("member_needed")
    with writing() as current:
        conversation = conversation_of(current, conversation_id)
        note = Note(conversation_id=conversation.id, member_id=actor.member_id, text=clean, written_at=clock.now())
        current.add(note)
        current.flush()
        trail.record(current, actor, "note.written", of=("conversation", conversation.id), params={"note": note.id})
    return note


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
        conversation_of(current, comment.conversation_id, lock=True)
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
