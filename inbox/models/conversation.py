"""Conversations, their waits, and what the queue shows of them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Index, SmallInteger, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.models.account import Account
from inbox.models.base import Base, BigId, Code, Id
from inbox.models.comment import Author, Post


class ConversationState(StrEnum):
    """Where a conversation stands. A new comment brings any of them back to `waiting`."""

    WAITING = "waiting"
    ANSWERED = "answered"
    SNOOZED = "snoozed"
    CLOSED = "closed"


class NoAnswerReason(StrEnum):
    """Why a member judged that no answer is called for. It never takes a wait out of a figure."""

    THANKS = "thanks"
    TAGGED_FRIEND = "tagged_friend"
    BETWEEN_OTHERS = "between_others"
    OTHER = "other"


class ReplyOrigin(StrEnum):
    """How a reply came to be."""

    INBOX = "inbox"
    """Written here and sent by us."""
    NATIVE = "native"
    """Sent in the network's own app and seen in collection, imported, or marked so by a member."""


class Conversation(Base):
    """One author, one thread, one account: what waits and is counted.

    `urgency`, `kind` and `language` are those of the most urgent unanswered comment (of the newest comment once all
    are answered); `due_at` and `waiting_since` are those of the open wait, None without one.
    """

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("account_id", "author_id", "thread_id"),
        Index(None, "account_id", "thread_id"),
        Index(None, "author_id", "state"),
        Index(None, "post_id", "state"),
        Index(
            "ix_conversations_snoozed_until",
            "snoozed_until",
            sqlite_where=text("state = 'snoozed'"),
            postgresql_where=text("state = 'snoozed'"),
        ),
        Index(
            "ix_conversations_waiting_due_at",
            "due_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index(
            "ix_conversations_held",
            "assignee_id",
            sqlite_where=text("state = 'waiting' AND assignee_id IS NOT NULL"),
            postgresql_where=text("state = 'waiting' AND assignee_id IS NOT NULL"),
        ),
        Index(
            "ix_conversations_came_back",
            "came_back_at",
            sqlite_where=text("state = 'waiting' AND came_back_at IS NOT NULL"),
            postgresql_where=text("state = 'waiting' AND came_back_at IS NOT NULL"),
        ),
        Index(
            "ix_conversations_of_team",
            "team_id",
            sqlite_where=text("team_id IS NOT NULL"),
            postgresql_where=text("team_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("authors.id"))
    thread_id: Mapped[str] = mapped_column(String(512))
    """The remote id of the thread's root."""
    post_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("posts.id"))
    state: Mapped[ConversationState] = mapped_column(Code(ConversationState))
    assignee_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    team_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("teams.id"))
    """The team it was given to. Beside an assignee, the one to which it goes back when they let go of it."""
    opened_at: Mapped[datetime]
    """`posted_at` of its first comment."""
    last_comment_at: Mapped[datetime]
    last_reply_at: Mapped[datetime | None]
    comment_count: Mapped[int] = mapped_column(default=0)
    waiting_since: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    snoozed_for_author: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """While it is snoozed: until the author writes, and `snoozed_until` is only the far end of that."""
    came_back_at: Mapped[datetime | None]
    """When it last came back to `waiting` after it had been put off or closed: members are reminded of it anew."""
    no_answer_reason: Mapped[NoAnswerReason | None] = mapped_column(Code(NoAnswerReason))
    no_answer_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    urgency: Mapped[int] = mapped_column(SmallInteger, default=2)
    kind: Mapped[str] = mapped_column(String(20), default="other")
    language: Mapped[str] = mapped_column(String(8), default="und")

    account: Mapped[Account] = relationship()
    author: Mapped[Author] = relationship()
    post: Mapped[Post | None] = relationship()


class Wait(Base):
    """One unanswered stretch of a conversation.

    `ordinal` 1 is the first response, later ones are next responses. `seconds` is wall-clock, from the author's
    `posted_at` to the network's time of our first confirmed human reply after it; None while open. `staffed_seconds` is
    the part of it that lies in the account's staffed hours. A wait that a late delivery made part of another one is
    superseded: it stays readable and is in no figure.

    `urgency`, `kind` and `language` are those of the comment that opened it. Everything about the reply that closed it
    is a copy, derived in the same transaction, so that a report reads one table; the stages themselves are rows of
    `stages`.
    """

    __tablename__ = "waits"
    __table_args__ = (
        Index(
            "uq_waits_open",
            "conversation_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL AND superseded_at IS NULL"),
            postgresql_where=text("closed_at IS NULL AND superseded_at IS NULL"),
        ),
        Index(
            "uq_waits_ordinal",
            "conversation_id",
            "ordinal",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index(None, "account_id", "opened_at", "seconds"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    ordinal: Mapped[int]
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comments.id"))
    """The oldest unanswered comment, which opened it."""
    opened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    urgency: Mapped[int] = mapped_column(SmallInteger, default=2, server_default="2")
    kind: Mapped[str] = mapped_column(String(20), default="other", server_default="other")
    language: Mapped[str] = mapped_column(String(8), default="und", server_default="und")
    target_seconds: Mapped[int]
    """What it opened with, in staffed seconds; a later change of a target does not touch it."""
    in_crisis: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether a crisis was open over it when it was opened."""
    due_at: Mapped[datetime]
    """When `target_seconds` of staffed time are over. Hours that are added bring it nearer; none move it away."""
    first_opened_at: Mapped[datetime | None]
    """When a member first had the conversation on screen during this wait."""
    closed_at: Mapped[datetime | None]
    seconds: Mapped[float | None] = mapped_column(Float)
    staffed_seconds: Mapped[float | None] = mapped_column(Float)
    reply_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    reply_origin: Mapped[ReplyOrigin | None] = mapped_column(Code(ReplyOrigin))
    template_id: Mapped[int | None] = mapped_column(BigId)
    member_id: Mapped[int | None] = mapped_column(BigId)
    drafted_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    """When the reply that closed it was first submitted."""
    approved_at: Mapped[datetime | None]
    """When that reply was last approved."""
    confirmed_at: Mapped[datetime | None]
    substantive_at: Mapped[datetime | None]
    """When the first substantive reply came, which may be later than `closed_at` after a holding one."""
    superseded_at: Mapped[datetime | None]

    conversation: Mapped[Conversation] = relationship()


class QueueEntry(Base):
    """One row of the queue: an author's conversations on an account that are in one state.

    Derived from `Conversation`, in the same transaction, so that a page is read from one index. `urgency` is the most
    urgent, `due_at` the earliest, `waiting_since` the oldest of them; `conversation_id` is the one that a click opens:
    the most urgent, then the first due.
    """

    __tablename__ = "queue_entries"
    __table_args__ = (
        UniqueConstraint("author_id", "state"),
        Index(None, "state", "urgency", "due_at", "author_id"),
        Index(None, "state", "waiting_since", "author_id"),
        Index(None, "account_id", "state", "urgency", "due_at", "author_id"),
        Index(None, "assignee_id", "state", "urgency", "due_at", "author_id"),
        Index(None, "team_id", "state", "urgency", "due_at", "author_id"),
    )

    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("authors.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    network: Mapped[str] = mapped_column(String(40))
    state: Mapped[ConversationState] = mapped_column(Code(ConversationState))
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    conversation_count: Mapped[int]
    urgency: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    assignee_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    team_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("teams.id"))
    due_at: Mapped[datetime]
    """For states without an open wait, the time of the newest comment."""
    waiting_since: Mapped[datetime]
    last_comment_at: Mapped[datetime]


class QueueCounter(Base):
    """How many queue entries an account has in a state, kept so that a page counts nothing."""

    __tablename__ = "queue_counters"

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), primary_key=True)
    state: Mapped[ConversationState] = mapped_column(Code(ConversationState), primary_key=True)
    entries: Mapped[int] = mapped_column(BigId, default=0)
