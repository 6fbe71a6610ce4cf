"""What members are told, and who has read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id, JsonValue
from inbox.permissions import Role


class Notice(Base):
    """What members with a role, or one of them, are told: a code with parameters, put into words for the reader.

    The object is what the notice leads to, as (type, id) like a row of the trail.
    """

    __tablename__ = "notices"
    __table_args__ = (Index(None, "role", "id"), Index(None, "object_type", "object_id", "code"))

    id: Mapped[Id]
    at: Mapped[datetime]
    role: Mapped[Role] = mapped_column(Code(Role))
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    """The only one who is told, None for everybody with the role."""
    code: Mapped[str] = mapped_column(String(60))
    params: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    """Codes, identifiers and counts; never words of a person outside."""
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")


class NoticeReading(Base):
    """That a member has read a notice."""

    __tablename__ = "notice_readings"
    __table_args__ = (UniqueConstraint("notice_id", "member_id"),)

    id: Mapped[Id]
    notice_id: Mapped[int] = mapped_column(BigId, ForeignKey("notices.id"))
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    read_at: Mapped[datetime]
