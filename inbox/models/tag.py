"""Tags: free words that members put on conversations, to find them together again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id

LONGEST_TAG = 40


class Tag(Base):
    """A word that is put on conversations. It is renamed, retired and brought back, never taken out.

    `key` is the word without case and accents: two tags that read alike are one.
    """

    __tablename__ = "tags"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(LONGEST_TAG))
    key: Mapped[str] = mapped_column(String(4 * LONGEST_TAG), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(60))
    retired_at: Mapped[datetime | None]


class ConversationTag(Base):
    """That a conversation has, or had, a tag. Taken off, the row is ended and stays."""

    __tablename__ = "conversation_tags"
    __table_args__ = (
        Index(
            "uq_conversation_tags_present",
            "tag_id",
            "conversation_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "conversation_id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    tag_id: Mapped[int] = mapped_column(BigId, ForeignKey("tags.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    """`Actor.name` of who put it on."""
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(60))
