"""Targets: how long a wait may be, stricter where it is urgent or a crisis is open."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Target(Base):
    """A target besides the account's own, for what is at least so urgent, or while a crisis is open over it.

    Of the rows of one (account, urgency, in_crisis) the newest is in force; one without seconds says that there is none
    any more. Where several apply, the strictest does: neither urgency nor a crisis ever allows a longer wait.

    Rows for anything without a crisis (urgency 2) are what the account's own target was changed to, and what it was
    before the first change; the account's columns are in force.
    """

    __tablename__ = "targets"
    __table_args__ = (Index(None, "account_id", "id"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    urgency: Mapped[int] = mapped_column(SmallInteger)
    """For comments whose urgency is this or a smaller number: 0 is danger to people, 1 the press, 2 anything."""
    in_crisis: Mapped[bool] = mapped_column(Boolean)
    first_seconds: Mapped[int | None]
    next_seconds: Mapped[int | None]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(60))
