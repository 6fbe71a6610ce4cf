"""Members who are away for a while."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id
from inbox.models.member import Member


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


def away(at: datetime) -> ColumnElement[bool]:
    """Of a member: they are away at a moment."""
    return select(Absence.id).where(Absence.member_id == Member.id, in_force(at)).exists()


def in_force(at: datetime) -> ColumnElement[bool]:
    """Of an absence: it holds at a moment."""
    return (Absence.starts_at <= at) & (Absence.until > at) & Absence.ended_at.is_(None)
