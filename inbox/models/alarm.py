"""Alarms about comments that disappeared outside this inbox, and what supervisors said about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, OutsideText


class Alarm(Base):
    """A comment that its network does not show any more, although its author did not take it back.

    It stands open until somebody acknowledges it, whether or not the comment comes back.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        Index(
            "uq_alarms_standing",
            "comment_id",
            unique=True,
            sqlite_where=text("returned_at IS NULL"),
            postgresql_where=text("returned_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comments.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("comment_versions.id"))
    """What the comment last said; the words stay where all words of authors are."""
    presence: Mapped[str] = mapped_column(String(20))
    """What the look found: `hidden`, `gone`, or `unknown` after a long time without a usable answer."""
    last_seen_at: Mapped[datetime]
    raised_at: Mapped[datetime]
    returned_at: Mapped[datetime | None]
    """When a later look found the comment again."""


class AlarmAcknowledgement(Base):
    """What a member found out about an alarm. An alarm is acknowledged once and for all, with a reason."""

    __tablename__ = "alarm_acknowledgements"

    id: Mapped[Id]
    alarm_id: Mapped[int] = mapped_column(BigId, ForeignKey("alarms.id"), unique=True)
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    reason: Mapped[str] = mapped_column(OutsideText)
    """Empty where the declaration says it."""
    declaration_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("declarations.id"))
    at: Mapped[datetime]
