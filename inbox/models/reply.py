"""Replies, how their wording came to be, and internal notes."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, Float, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.models.base import Base, BigId, Code, Id, OutsideText
from inbox.models.conversation import Conversation, ReplyOrigin

IN_OUTBOX = "state IN ('queued', 'sending', 'unconfirmed')"
"""The few replies that still ask for something to be done, as the index on them says it: SQLite uses that index only
for a query that repeats these words."""


AWAITS_SOMEBODY = "state IN ('submitted', 'returned')"
"""The few replies that wait for an approval, or for their writer, as the index on them says it."""

UNREAD_NATIVE = "origin = 'native' AND gate_outcome IS NULL"
"""Messages sent in the network's own app that the gate has not read yet, as the index on them says it."""


class ReplyState(StrEnum):
    """Where a reply stands; the moves between them are in `transitions`."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    WITHDRAWN = "withdrawn"


class ReplyKind(StrEnum):
    """What a reply does for the person: a holding one says that we are looking into it."""

    HOLDING = "holding"
    SUBSTANTIVE = "substantive"


class Outcome(StrEnum):
    """What a sentence or a whole reply holds, from the lightest to the gravest."""

    FREE = "free"
    COURTESY = "courtesy"
    APOLOGY = "apology"
    ADMISSION = "admission"

    @property
    def gravity(self) -> int:
        """0 for `FREE` up to 3 for `ADMISSION`."""
        return tuple(Outcome).index(self)

    @property
    def held(self) -> bool:
        """Whether it may leave only in approved wording."""
        return self in (Outcome.APOLOGY, Outcome.ADMISSION)


class Reply(Base):
    """What we answer. The row is the truth about whether it must leave; the job is only a doorbell.

    `seen_up_to` is the id of the newest comment version the writer had on screen: the reply answers nothing later.
    `key` is chosen and stored before the network is called; `form_key` makes a double click one reply.
    `sent_at` is the network's own time. For native replies the writer is unknown: `member_id` is None unless a member
    marked it.
    """

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("form_key"),
        UniqueConstraint("key"),
        UniqueConstraint("account_id", "remote_id"),
        Index(None, "conversation_id", "created_at"),
        Index(
            "ix_replies_due",
            "not_before",
            "id",
            sqlite_where=text(IN_OUTBOX),
            postgresql_where=text(IN_OUTBOX),
        ),
        Index(
            "ix_replies_waiting_for_approval",
            "submitted_at",
            sqlite_where=text(AWAITS_SOMEBODY),
            postgresql_where=text(AWAITS_SOMEBODY),
        ),
        Index(
            "ix_replies_unread_native",
            "id",
            sqlite_where=text(UNREAD_NATIVE),
            postgresql_where=text(UNREAD_NATIVE),
        ),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comments.id"))
    """The comment it answers."""
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    origin: Mapped[ReplyOrigin] = mapped_column(Code(ReplyOrigin), default=ReplyOrigin.INBOX)
    kind: Mapped[ReplyKind] = mapped_column(Code(ReplyKind), default=ReplyKind.SUBSTANTIVE)
    automatic: Mapped[bool] = mapped_column(Boolean, default=False)
    """An automatic message never closes a wait."""
    text: Mapped[str] = mapped_column(OutsideText)
    text_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the text, hexadecimal."""
    template_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reply_templates.id"), index=True)
    template_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reply_template_versions.id"))
    template_change: Mapped[float | None] = mapped_column(Float)
    """How much of the filled template was changed by hand before sending, from 0 (nothing) to 1 (everything)."""
    likeness_reason: Mapped[str] = mapped_column(OutsideText, default="", server_default="")
    """Why nearly the same text was sent to many, in the words of the writer."""
    gate_outcome: Mapped[Outcome | None] = mapped_column(Code(Outcome))
    """The gravest thing the gate found in it, approved cores left out; None until it was read."""
    promise_due_at: Mapped[datetime | None]
    """By when the reply says that we will write again."""
    state: Mapped[ReplyState] = mapped_column(Code(ReplyState), default=ReplyState.DRAFT)
    seen_up_to: Mapped[int | None] = mapped_column(BigId, ForeignKey("comment_versions.id"))
    form_key: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(String(32))
    target_remote_id: Mapped[str | None] = mapped_column(String(512))
    remote_id: Mapped[str | None] = mapped_column(String(512))
    url: Mapped[str | None] = mapped_column(Text)

    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    """When the next try may be made: the network's patience, or an undo delay."""
    undo_until: Mapped[datetime | None]
    """Until when it counts down before it leaves; None where it leaves at once. What happens meanwhile may stop it."""
    sending_at: Mapped[datetime | None]
    sending_until: Mapped[datetime | None]
    """The lease of the try that runs now; after it the sweep reads back."""
    sent_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    """When we learned of the network's confirmation."""
    attempts: Mapped[int] = mapped_column(default=0)
    read_back_at: Mapped[datetime | None]
    """When, after a try whose answer was lost, the network last said that the reply is not there."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
    held_code: Mapped[str | None] = mapped_column(String(40))
    """Why it does not leave although it is queued or submitted; put into words for the reader."""

    conversation: Mapped[Conversation] = relationship()


class ReplyVersion(Base):
    """What a reply said before somebody edited it while it waited for approval, newest version included.

    `conversation_id` is there so that an erasure reaches the text.
    """

    __tablename__ = "reply_versions"
    __table_args__ = (UniqueConstraint("reply_id", "number"),)

    id: Mapped[Id]
    reply_id: Mapped[int] = mapped_column(BigId, ForeignKey("replies.id"))
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(OutsideText)
    text_hash: Mapped[str] = mapped_column(String(64))
    written_at: Mapped[datetime]
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))


class Note(Base):
    """An internal remark on a conversation; it never leaves."""

    __tablename__ = "notes"

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"), index=True)
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    text: Mapped[str] = mapped_column(OutsideText)
    written_at: Mapped[datetime]
