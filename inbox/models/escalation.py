"""Escalations: a threat, private data or illegal content, put before the supervisors."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id, OutsideText


class Concern(StrEnum):
    """What is put before the supervisors."""

    THREAT = "threat"
    PRIVATE_DATA = "private_data"
    ILLEGAL_CONTENT = "illegal_content"


class Escalation(Base):
    """That a member put something of a conversation before the supervisors."""

    __tablename__ = "escalations"

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comments.id"))
    """The comment it is about, None for the person as a whole."""
    concern: Mapped[Concern] = mapped_column(Code(Concern))
    note: Mapped[str] = mapped_column(OutsideText, default="")
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    at: Mapped[datetime]
