"""Erasures: an author's name, identifier and words withheld for good, because a law asks for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id
from inbox.models.comment import TombstoneReason
from inbox.models.declaration import Decision
from inbox.permissions import Role


class Erasure(Base):
    """A request to erase an author's data, and what became of it.

    Without a confirmed row here nothing that addresses an author can be withheld. `reason` is `legal_erasure`, which
    two members stand behind, or `retention`, which the system confirms by itself.
    """

    __tablename__ = "erasures"
    __table_args__ = (
        Index(
            "uq_erasures_pending",
            "author_id",
            unique=True,
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
        Index(None, "author_id", "decision"),
    )

    id: Mapped[Id]
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("authors.id"))
    reason: Mapped[TombstoneReason] = mapped_column(Code(TombstoneReason))
    requested_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    requested_as: Mapped[Role] = mapped_column(Code(Role))
    """In which role: the other one confirms."""
    requested_at: Mapped[datetime]
    decision: Mapped[Decision | None] = mapped_column(Code(Decision))
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
