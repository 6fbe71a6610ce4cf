"""What the connected account itself wrote in threads, as the network delivered it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, OutsideText

_UNPLACED = "reply_id IS NULL"


class OwnMessage(Base):
    """A message of the brand that collection or an import saw, once per (account, remote id).

    It may come before the comment it answers, so it is kept here and placed when that comment is known. `comment_id`
    and `conversation_id` are what it answers, `reply_id` the reply it is: one of ours, or one sent natively. One with
    a conversation and without a reply waits for the outbox, which is about to find out whether it is ours.
    """

    __tablename__ = "own_messages"
    __table_args__ = (
        UniqueConstraint("account_id", "remote_id"),
        Index(
            "ix_own_messages_unplaced_parent",
            "account_id",
            "parent_remote_id",
            sqlite_where=text(_UNPLACED),
            postgresql_where=text(_UNPLACED),
        ),
        Index(
            "ix_own_messages_unplaced_thread",
            "account_id",
            "thread_id",
            sqlite_where=text(_UNPLACED),
            postgresql_where=text(_UNPLACED),
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    remote_id: Mapped[str] = mapped_column(String(512))
    thread_id: Mapped[str] = mapped_column(String(512))
    parent_remote_id: Mapped[str | None] = mapped_column(String(512))
    text: Mapped[str] = mapped_column(OutsideText)
    url: Mapped[str | None] = mapped_column(Text)
    posted_at: Mapped[datetime]
    """The network's time."""
    received_at: Mapped[datetime]
    conversation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("conversations.id"))
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comments.id"))
    reply_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
