"""That two authors are one person: said by a member, with a reason, and never guessed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, OutsideText


class AuthorLink(Base):
    """Two authors of different accounts whom a member takes for the same person.

    `author_id` is the smaller of the two numbers, so that a pair stands once. A link ends, and its row stays.
    """

    __tablename__ = "author_links"
    __table_args__ = (
        Index(
            "uq_author_links_present",
            "author_id",
            "other_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "other_id"),
        Index(None, "author_id"),
    )

    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("authors.id"))
    other_id: Mapped[int] = mapped_column(BigId, ForeignKey("authors.id"))
    reason: Mapped[str] = mapped_column(OutsideText)
    """By what the member knew; empty once one of the two was erased."""
    linked_at: Mapped[datetime]
    linked_by: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(60))
    """`Actor.name`: a member, or the system at an erasure or the end of keeping."""
    end_reason: Mapped[str] = mapped_column(OutsideText, default="")
