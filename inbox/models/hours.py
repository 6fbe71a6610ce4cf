"""Staffed hours of an account: when answers are to be expected of us."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, JsonValue


class StaffedHours(Base):
    """The hours of an account from one moment on, until a later version takes over; an account without any is staffed
    round the clock.

    A version never begins before it is set, so that figures of the past do not move. One that has not begun yet can be
    withdrawn.

    Attributes:
        weekly: seven lists, Monday first, of `[start, end]` in minutes after midnight on the clock of `time_zone`;
            an end past 1440 goes on into the next day.
        closed_days: public holidays, resolved when the version was set: `{"date": "2026-05-01", "name": {"en": …,
            "fr": …}}`. A later release of the holidays library cannot move a figure of the past.
        own_days: days of the brand's own: `{"date": …, "name": …, "spans": [[start, end], …]}`; no spans for a closed
            day. They go before weekly hours and holidays.
    """

    __tablename__ = "staffed_hours"
    __table_args__ = (Index(None, "account_id", "effective_from"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    effective_from: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(String(64))
    """IANA name."""
    weekly: Mapped[list[Any]] = mapped_column(JsonValue)
    holiday_country: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """ISO 3166-1 alpha-2; empty for none."""
    holiday_subdivision: Mapped[str] = mapped_column(String(16), default="", server_default="")
    closed_days: Mapped[list[Any]] = mapped_column(JsonValue, default=list)
    own_days: Mapped[list[Any]] = mapped_column(JsonValue, default=list)
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(60))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str | None] = mapped_column(String(60))


class RoundTheClock(Base):
    """That an account is staffed day and night until a moment, whatever its weekly hours say."""

    __tablename__ = "round_the_clock"
    __table_args__ = (Index(None, "account_id", "starts_at"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    crisis_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("crises.id"))
    starts_at: Mapped[datetime]
    """Never before it was set."""
    ends_at: Mapped[datetime]
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]
    """When somebody ended it early; never before that moment."""
    ended_by: Mapped[str | None] = mapped_column(String(60))
