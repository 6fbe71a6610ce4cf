"""What open screens are told at once, who is at which conversation, and what is half-written."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, JsonValue, OutsideText


class Event(Base):
    """Something that open screens are told, written in the transaction of what it tells of.

    Rows are numbered in the order of their commits, so that a screen which knows the number of the last one misses
    none. They are kept for an hour or so. `data` holds counters, identifiers and names of members, never words of a
    person outside.
    """

    __tablename__ = "events"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    topic: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]] = mapped_column(JsonValue)


class Presence(Base):
    """That a member has a conversation on screen, and whether they write in it. It runs out by itself."""

    __tablename__ = "presences"
    __table_args__ = (UniqueConstraint("member_id", "conversation_id"), Index(None, "looking_until"))

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    looking_until: Mapped[datetime]
    typing_until: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]
    """They took the author on by starting to write and have not answered yet: until when that outlives them here."""


class Draft(Base):
    """What a member has half-written in a conversation; empty once it was sent, or erased.

    `form_key` is that of the form it is typed into: what was sent with it is a draft no more, however late a save of it
    arrives. `number` counts the saves, so that a second `screen` of the same member does not overwrite unseen words.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("member_id", "conversation_id"), Index(None, "conversation_id"))

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(OutsideText)
    form_key: Mapped[str] = mapped_column(String(64))
    screen: Mapped[str] = mapped_column(String(64), default="")
    template_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reply_templates.id"))
    template_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reply_template_versions.id"))
    filled: Mapped[str] = mapped_column(OutsideText, default="")
    """What templates said in it before anything was changed by hand."""
    holding: Mapped[bool] = mapped_column(Boolean, default=False)
    stopped_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    """The reply it was before it was taken back or stopped, so that the composer can say why it is here again."""
    saved_at: Mapped[datetime]
