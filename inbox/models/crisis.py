"""A crisis, what it touches, and the line to take while it lasts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, JsonValue


class Crisis(Base):
    """A bad buzz from the moment somebody opened it until somebody closed it."""

    __tablename__ = "crises"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    started_at: Mapped[datetime]
    """When the bad buzz began, which may be before it was opened here."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(60))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(60))


class CrisisScope(Base):
    """What a crisis touches: a whole account, or one post of it."""

    __tablename__ = "crisis_scopes"
    __table_args__ = (Index(None, "crisis_id"), Index(None, "account_id"))

    id: Mapped[Id]
    crisis_id: Mapped[int] = mapped_column(BigId, ForeignKey("crises.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    post_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("posts.id"))
    """None for every post of the account."""
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class LineToTake(Base):
    """The dated position: one per crisis, and one that stands outside any crisis."""

    __tablename__ = "lines_to_take"
    id: Mapped[Id]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """`standing`, or `crisis-` and the crisis's number."""
    crisis_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("crises.id"))
    created_at: Mapped[datetime]


class LineVersion(Base):
    """What the line was at one time: `questions` is a list of `{"question", "answer"}`."""

    __tablename__ = "line_versions"
    __table_args__ = (UniqueConstraint("line_id", "number"),)

    id: Mapped[Id]
    line_id: Mapped[int] = mapped_column(BigId, ForeignKey("lines_to_take.id"))
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(8))
    """The language it is written in, and in which it cites facts."""
    position: Mapped[str] = mapped_column(Text)
    not_to_say: Mapped[str] = mapped_column(Text, default="")
    questions: Mapped[list[Any]] = mapped_column(JsonValue, default=list)
    statement_url: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(60))
