"""Who had a conversation, and from when on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Assignment(Base):
    """That a conversation was given to a member, to a team or to nobody, until the next row of it.

    With both, it is the member who has it, and the team to which it goes back.
    """

    __tablename__ = "assignments"
    __table_args__ = (Index(None, "conversation_id", "at"), Index(None, "member_id", "at"))

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    team_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("teams.id"))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
