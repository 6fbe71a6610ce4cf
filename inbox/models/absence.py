"""Members who are away for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Absence(Base):
    """That a member is away from one moment to another: who waits for them goes back to their colleagues."""

    __tablename__ = "absences"
    __table_args__ = (Index(None, "member_id", "until"), Index(None, "until"))

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    starts_at: Mapped[datetime]
    until: Mapped[datetime]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]
    """When somebody said that they are back before their time."""
    ended_by: Mapped[str | None] = mapped_column(String(60))
