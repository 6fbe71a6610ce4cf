"""Who had a conversation, and from when on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Assignment(Base):
    """That a conversation was given to a member, or to nobody, until the next row of it."""

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "conversation_id", "at"), Index(None, "member_id", "at"))

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
