"""The named moves of conversations and replies, each from where to where. No state changes in any other way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

from inbox.models.conversation import Conversation
from inbox.models.conversation import ConversationState as C
from inbox.models.reply import Reply
from inbox.models.reply import ReplyState as R


class NotNow(Exception):
    """The move is not possible from the present state.

    Attributes:
        move: the name of the move.
        state: the present state's value.
    """

    def __init__(self, move: str, state: str) -> None:
        super().__init__(f"{move} is not possible while {state}")
        self.move = move
        self.state = state


State = TypeVar("State")


@dataclass(frozen=True)
class _Move(Generic[State]):
    sources: frozenset[State]
    target: State


class ConversationMove(Enum):
    """What can happen to a conversation."""

    COMMENT_ARRIVED = _Move(frozenset(C), C.WAITING)
    ALL_ANSWERED = _Move(frozenset({C.WAITING, C.SNOOZED, C.CLOSED, C.ANSWERED}), C.ANSWERED)
    SNOOZE = _Move(frozenset({C.WAITING}), C.SNOOZED)
    WAKE = _Move(frozenset({C.SNOOZED}), C.WAITING)
    CLOSE = _Move(frozenset({C.WAITING, C.ANSWERED, C.SNOOZED}), C.CLOSED)
    REOPEN = _Move(frozenset({C.CLOSED}), C.WAITING)


class ReplyMove(Enum):
    """What can happen to a reply."""

    SUBMIT = _Move(frozenset({R.DRAFT, R.RETURNED}), R.SUBMITTED)
    RETURN = _Move(frozenset({R.SUBMITTED, R.APPROVED}), R.RETURNED)
    ASK_APPROVAL = _Move(frozenset({R.QUEUED, R.SENDING}), R.SUBMITTED)
    APPROVE = _Move(frozenset({R.SUBMITTED}), R.APPROVED)
    QUEUE = _Move(frozenset({R.DRAFT, R.SUBMITTED, R.RETURNED, R.APPROVED}), R.QUEUED)
    START_SENDING = _Move(frozenset({R.QUEUED}), R.SENDING)
    TRY_LATER = _Move(frozenset({R.SENDING}), R.QUEUED)
    CONFIRM = _Move(frozenset({R.SENDING, R.UNCONFIRMED}), R.SENT)
    LOSE_SIGHT = _Move(frozenset({R.SENDING}), R.UNCONFIRMED)
    FAIL = _Move(frozenset({R.SENDING, R.UNCONFIRMED}), R.FAILED)
    QUEUE_AGAIN = _Move(frozenset({R.FAILED}), R.QUEUED)
    WITHDRAW = _Move(frozenset({R.DRAFT, R.SUBMITTED, R.RETURNED, R.APPROVED, R.QUEUED, R.FAILED}), R.WITHDRAWN)
    SEEN_SENT = _Move(frozenset({R.DRAFT, R.RETURNED, R.APPROVED, R.FAILED}), R.SENT)


def move_conversation(conversation: Conversation, move: ConversationMove) -> None:
    """Bring `conversation` where `move` leads.

    Raises:
        NotNow: its present state is not one the move starts from.
    """
    if conversation.state not in move.value.sources:
        raise NotNow(move.name.lower(), conversation.state.value)
    conversation.state = move.value.target


def move_reply(reply: Reply, move: ReplyMove) -> None:
    """Bring `reply` where `move` leads.

    Raises:
        NotNow: its present state is not one the move starts from.
    """
    if reply.state not in move.value.sources:
        raise NotNow(move.name.lower(), reply.state.value)
    reply.state = move.value.target
