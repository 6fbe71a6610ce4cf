"""Teams of members, and who belongs to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id


class Team(Base):
    """Members who share conversations. It retires, so that whom a conversation was given to can always be said."""

    __tablename__ = "teams"
    __table_args__ = (
        Index(
            "uq_teams_present",
            "name",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(60))
    retired_at: Mapped[datetime | None]


class TeamMember(Base):
    """That a member belongs, or belonged, to a team."""

    __tablename__ = "team_members"
    __table_args__ = (
        Index(
            "uq_team_members_present",
            "team_id",
            "member_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "member_id", "ended_at"),
    )

    id: Mapped[Id]
    team_id: Mapped[int] = mapped_column(BigId, ForeignKey("teams.id"))
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    added_at: Mapped[datetime]
    added_by: Mapped[str] = mapped_column(String(60))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(60))
