"""Who is on duty, and who stands in for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Duty(Base):
    """That a member is on duty from one moment to another, and who is their deputy."""

    __tablename__ = "duties"
    __table_args__ = (Index(None, "member_id", "starts_at"), Index(None, "ends_at"))

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    deputy_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    """None until somebody says so."""
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(60))
