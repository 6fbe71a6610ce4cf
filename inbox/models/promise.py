"""Promises: that we write again by a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Promise(Base):
    """That a sent reply says we will write again by `due_at`.

    Derived from replies in the same transaction, like waits: `kept_at` is when our first later substantive reply was
    published, None while there is none.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index(
            "ix_promises_open",
            "due_at",
            sqlite_where=text("kept_at IS NULL"),
            postgresql_where=text("kept_at IS NULL"),
        ),
        Index(None, "conversation_id"),
        Index(None, "account_id", "made_at"),
    )

    id: Mapped[Id]
    reply_id: Mapped[int] = mapped_column(BigId, ForeignKey("replies.id"), unique=True)
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    kept_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    kept_at: Mapped[datetime | None]
