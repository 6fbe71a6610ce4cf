"""Reminders of waits past their target: one message per member, until somebody acknowledges it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id

TO_DELIVER = "state IN ('waiting', 'sending')"
"""The few deliveries that still ask for something to be done, as the index on them says it."""


class ReminderStep(StrEnum):
    """Who is reminded, in this order, while nobody acknowledges."""

    ASSIGNEE = "assignee"
    SUPERVISOR = "supervisor"
    ON_DUTY = "on_duty"


class Channel(StrEnum):
    """How a reminder reaches somebody besides the page."""

    EMAIL = "email"
    WEBHOOK = "webhook"


class DeliveryState(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    """It was not needed any more: acknowledged, or everybody answered, before it left."""


class Reminder(Base):
    """One message to one member about every wait that is past its target for them."""

    __tablename__ = "reminders"
    __table_args__ = (Index(None, "member_id", "acknowledged_at"), Index(None, "at"))

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    step: Mapped[ReminderStep] = mapped_column(Code(ReminderStep))
    notice_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("notices.id"))
    wait_count: Mapped[int]
    oldest_due_at: Mapped[datetime]
    at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))


class ReminderWait(Base):
    """That a reminder was about a wait."""

    __tablename__ = "reminder_waits"
    __table_args__ = (UniqueConstraint("reminder_id", "wait_id"), Index(None, "wait_id"))

    id: Mapped[Id]
    reminder_id: Mapped[int] = mapped_column(BigId, ForeignKey("reminders.id"))
    wait_id: Mapped[int] = mapped_column(BigId, ForeignKey("waits.id"))


class Delivery(Base):
    """A reminder on its way by e-mail or to a webhook. `sending_until` is the lease of the try that runs now."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("reminder_id", "channel"),
        Index(
            "ix_deliveries_due",
            "next_try_at",
            sqlite_where=text(TO_DELIVER),
            postgresql_where=text(TO_DELIVER),
        ),
    )

    id: Mapped[Id]
    reminder_id: Mapped[int] = mapped_column(BigId, ForeignKey("reminders.id"))
    channel: Mapped[Channel] = mapped_column(Code(Channel))
    state: Mapped[DeliveryState] = mapped_column(Code(DeliveryState), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    sending_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(String(40))
    error_detail: Mapped[str | None] = mapped_column(Text)
