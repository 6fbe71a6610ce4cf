"""Putting a conversation off, until a time or until its author writes. Its wait goes on, and a comment ends it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.answering.finding import conversation_of, move
from inbox.answering.unread import refuse_more, refuse_unread
from inbox.extensions import session, writing
from inbox.measuring import entries
from inbox.models import Conversation, ConversationMove, ConversationState
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem

LONGEST_SNOOZE = timedelta(days=30)

DANGER = 0
"""Urgency down to which nobody is put off for longer than `LONGEST_IN_DANGER`."""

LONGEST_IN_DANGER = timedelta(hours=3)
"""For how long somebody may be put off who writes of danger to people: long enough to ask whoever knows."""

LONGEST_FOR_AUTHOR = timedelta(days=14)
"""When a conversation comes back whose author has not written: whoever waits for an answer is not forgotten."""

_WOKEN_AT_ONCE = 500


def snooze(
    actor: Actor,
    conversation_id: int,
    until: datetime,
    *,
    seen_up_to: int | None = None,
    comments_seen: int | None = None,
) -> Conversation:
    """Put a waiting conversation off; its wait goes on.

    Args:
        seen_up_to: the newest comment version that was on screen, 0 for none; left out by scripts.
        comments_seen: how many comments of the author a list knew of, where it was chosen from one.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`, `wrote_meanwhile`.
        Problem: `snooze_out_of_range`: not in the next `LONGEST_SNOOZE`; `snooze_in_danger`: of somebody who writes of
            danger, not in the next `LONGEST_IN_DANGER`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    now = clock.now()
    wakes_at = clock.as_utc(until)
    if not now < wakes_at <= now + LONGEST_SNOOZE:
        raise Problem("snooze_out_of_range", days=LONGEST_SNOOZE.days)
    return _snooze(actor, conversation_id, wakes_at, seen_up_to=seen_up_to, comments_seen=comments_seen)


def snooze_until_written(actor: Actor, conversation_id: int, *, seen_up_to: int | None = None) -> Conversation:
    """Put a waiting conversation off until its author writes, `LONGEST_FOR_AUTHOR` at the longest.

    Args:
        seen_up_to: as for `snooze`.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`, `wrote_meanwhile`.
        Problem: `snooze_in_danger`: they write of danger, and come back after `LONGEST_IN_DANGER` at the latest.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    return _snooze(actor, conversation_id, clock.now() + LONGEST_FOR_AUTHOR, seen_up_to=seen_up_to, for_author=True)


def wake(actor: Actor, conversation_id: int) -> Conversation:
    """Bring back at once what was put off.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `conversation_not_now`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        _wake(current, actor, conversation)
        entries.refresh(current, [conversation.author_id])
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
            _wake(current, actor, conversation)
        entries.refresh(current, {conversation.author_id for conversation in woken})
    return len(woken)


def in_danger(conversation: Conversation) -> bool:
    """Whether somebody writes of danger to people, so that they are put off for a few hours at the most."""
    return conversation.urgency <= DANGER


def wake_in_danger(conversation: Conversation) -> None:
    """Inside a write transaction: whoever turns out to write of danger comes back sooner than they were put off for."""
    if conversation.state is ConversationState.SNOOZED and in_danger(conversation):
        latest = clock.now() + LONGEST_IN_DANGER
        if conversation.snoozed_until is None or conversation.snoozed_until > latest:
            conversation.snoozed_until, conversation.snoozed_for_author = latest, False


def _wake(current: Session, actor: Actor, conversation: Conversation) -> None:
    move(conversation, ConversationMove.WAKE)
    conversation.snoozed_until, conversation.came_back_at = None, clock.now()
    conversation.snoozed_for_author = False
    trail.record(current, actor, "conversation.woken", of=("conversation", conversation.id))
    bell.ring(current, "conversation.changed", conversation_id=conversation.id)


def _snooze(
    actor: Actor,
    conversation_id: int,
    wakes_at: datetime,
    *,
    seen_up_to: int | None,
    comments_seen: int | None = None,
    for_author: bool = False,
) -> Conversation:
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        refuse_unread(current, conversation, seen_up_to)
        refuse_more(current, conversation, comments_seen)
        move(conversation, ConversationMove.SNOOZE)
        if in_danger(conversation) and wakes_at > clock.now() + LONGEST_IN_DANGER:
            raise Problem("snooze_in_danger", hours=LONGEST_IN_DANGER // timedelta(hours=1))
        conversation.snoozed_until, conversation.snoozed_for_author = wakes_at, for_author
        params = {"until": clock.to_iso(wakes_at), **({"for_author": True} if for_author else {})}
        trail.record(current, actor, "conversation.snoozed", of=("conversation", conversation.id), params=params)
        entries.refresh(current, [conversation.author_id])
        bell.ring(current, "conversation.changed", conversation_id=conversation.id)
    return conversation
