"""What happened to a wait on its way to an answer, written down as it happened."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id


class Stage(StrEnum):
    """What is written down when it happens. When something was posted and received stands with its comment, when an
    answer was sent stands with the reply, on the network's clock."""

    OPENED = "opened"
    """A member who may answer had the conversation on screen."""
    DRAFTED = "drafted"
    """A member began to write an answer."""
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    CONFIRMED = "confirmed"
    """We learned that the network has published it."""


class StageRow(Base):
    """One stage of a conversation or of one of its replies; never changed.

    `reply_id` is None for what happens before there is a reply.
    """

    __tablename__ = "stages"
    __table_args__ = (Index(None, "conversation_id", "stage", "at"), Index(None, "reply_id"))

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    reply_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    stage: Mapped[Stage] = mapped_column(Code(Stage))
    at: Mapped[datetime]
