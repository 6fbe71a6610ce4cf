"""That staff were told that figures per member are made, without which there are none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, Id


class StaffInformed(Base):
    """What an administrator recorded: when staff, and their representatives, were informed, and how.

    In France articles L1222-4 and L2312-38 of the labour code ask for both before anything is measured per person.
    """

    __tablename__ = "staff_informed"

    id: Mapped[Id]
    staff_informed_on: Mapped[datetime]
    representatives_informed_on: Mapped[datetime | None]
    """None where there are no representatives, which `words` then says."""
    words: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(60))
