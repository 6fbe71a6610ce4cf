"""What a member handed over at the end of a shift, and whom notes mention."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, JsonValue, OutsideText


class HandOver(Base):
    """The summary that a member gave to a colleague or to a team; one of the two is named.

    `items` says what stood open, as numbers and times and never as words of a person outside, so that an erasure has
    nothing to look for in it; `noticed` is what the member wrote.
    """

    __tablename__ = "hand_overs"
    __table_args__ = tuple(Index(None, whom, "id") for whom in ("member_id", "to_member_id", "to_team_id"))

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    to_member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    to_team_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("teams.id"))
    noticed: Mapped[str] = mapped_column(OutsideText, default="")
    items: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue)
    """`{"kind": "held", "conversation": 12, "at": "2026-03-02T09:00:00Z"}` for each, see `inbox.answering.shift`."""
    passed_on: Mapped[bool] = mapped_column(Boolean)
    """Whether whoever got it holds these conversations since."""
    given_at: Mapped[datetime]


class Mention(Base):
    """That a note names a member, who was told."""

    __tablename__ = "mentions"
    __table_args__ = (UniqueConstraint("note_id", "member_id"), Index(None, "member_id"))

    id: Mapped[Id]
    note_id: Mapped[int] = mapped_column(BigId, ForeignKey("notes.id"))
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    words: Mapped[str] = mapped_column(String(254))
    """How the note names them, behind the @."""
