"""Prepared replies: the same question asked by many, answered one by one from one template."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.models.base import Base, BigId, Code, Id, OutsideText
from inbox.models.conversation import Conversation

BEING_SENT = "state = 'sending'"
"""The few of which a reply may have to be handed over, as the index on them says it."""


class BulkReplyState(StrEnum):
    """How a group of prepared replies stands."""

    PREPARING = "preparing"
    SENDING = "sending"
    STOPPED = "stopped"
    DONE = "done"
    PUT_AWAY = "put_away"


class PreparedState(StrEnum):
    """How one prepared reply stands."""

    OPEN = "open"
    """It is prepared, ticked or not; nothing of it has left."""
    HANDED_OVER = "handed_over"
    """It became a reply like any other, which stands in `reply_id`."""
    OUT = "out"
    """It was taken out; `code` says why."""


class BulkReply(Base):
    """A group of replies that a member prepares together.

    Nothing leaves as a group: one after the other is handed over as an ordinary reply, `pause_seconds` apart at least.
    `running_until` is the lease of whoever hands one over.
    """

    __tablename__ = "bulk_replies"
    __table_args__ = (
        Index("ix_bulk_replies_sending", "id", sqlite_where=text(BEING_SENT), postgresql_where=text(BEING_SENT)),
        Index(None, "member_id", "id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comments.id"))
    """The comment that the group writes nearly; None where members chose the people."""
    template_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reply_templates.id"))
    template_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reply_template_versions.id"))
    promise_due_at: Mapped[datetime | None]
    """By when they all say that we write again, where they are holding replies."""
    likeness_reason: Mapped[str] = mapped_column(OutsideText, default="")
    """Why the same words go to several, in the words of the writer."""
    pause_seconds: Mapped[int | None]
    state: Mapped[BulkReplyState] = mapped_column(Code(BulkReplyState), default=BulkReplyState.PREPARING)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_code: Mapped[str | None] = mapped_column(String(40))
    """Why it was stopped, where nobody pressed the button."""
    finished_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    """Before this moment the next reply does not leave."""
    running_until: Mapped[datetime | None]


class PreparedReply(Base):
    """One of them. It answers what was on screen when it was prepared (`seen_up_to`), nothing later.

    `form_key` is that of the reply it becomes, so that handing it over twice makes one. `number` counts the saves.
    The words are emptied when they became a reply.
    """

    __tablename__ = "prepared_replies"
    __table_args__ = (UniqueConstraint("bulk_id", "conversation_id"), Index(None, "conversation_id"))

    id: Mapped[Id]
    bulk_id: Mapped[int] = mapped_column(BigId, ForeignKey("bulk_replies.id"))
    position: Mapped[int]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    seen_up_to: Mapped[int] = mapped_column(BigId, ForeignKey("comment_versions.id"))
    answered_up_to: Mapped[int] = mapped_column(BigId, default=0)
    prepared_at: Mapped[datetime]
    """When what it answers was read last."""
    text: Mapped[str] = mapped_column(OutsideText, default="")
    filled: Mapped[str] = mapped_column(OutsideText, default="")
    """What the template said before anything was changed by hand."""
    number: Mapped[int] = mapped_column(default=0)
    form_key: Mapped[str] = mapped_column(String(64))
    state: Mapped[PreparedState] = mapped_column(Code(PreparedState), default=PreparedState.OPEN)
    ticked_at: Mapped[datetime | None]
    code: Mapped[str | None] = mapped_column(String(40))
    out_by: Mapped[str | None] = mapped_column(String(120))
    """The colleague because of whom it was taken out."""
    reply_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    settled_at: Mapped[datetime | None]
    """When it was handed over, or taken out."""

    conversation: Mapped[Conversation] = relationship()
