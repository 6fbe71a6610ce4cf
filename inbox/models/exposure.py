"""Hostile comments that a member has read: theirs alone, and forgotten soon."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Exposure(Base):
    """That a member has read a hostile comment, counted once.

    It is for them alone: no report, export, command or page of anybody else reads this table, and the trail does not
    tell of it. Rows are taken out after some days.
    """

    __tablename__ = "exposures"
    __table_args__ = (
        UniqueConstraint("member_id", "comment_id"),
        Index(None, "member_id", "seen_at"),
        Index(None, "seen_at"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comments.id"))
    seen_at: Mapped[datetime]
