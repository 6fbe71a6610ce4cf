"""Facts that wordings cite, and which wording cites which version of a fact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, JsonValue


class Fact(Base):
    """Something we say is so. `name` is what is typed to cite it: `{fact:leak}`."""

    __tablename__ = "facts"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(60))
    retired_at: Mapped[datetime | None]


class FactVersion(Base):
    """What a fact was at one time: `texts` is `{language: words}`, `source` is how we know."""

    __tablename__ = "fact_versions"
    __table_args__ = (UniqueConstraint("fact_id", "number"),)

    id: Mapped[Id]
    fact_id: Mapped[int] = mapped_column(BigId, ForeignKey("facts.id"))
    number: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    source: Mapped[str] = mapped_column(Text, default="")
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(60))


class Citation(Base):
    """That one wording cites one version of a fact; exactly one of the last columns says which wording."""

    __tablename__ = "citations"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN template_version_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN apology_version_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN line_version_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN reply_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_wording",
        ),
        Index(None, "fact_version_id"),
        Index(None, "template_version_id"),
        Index(None, "apology_version_id"),
        Index(None, "line_version_id"),
        Index(None, "reply_id"),
    )

    id: Mapped[Id]
    fact_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("fact_versions.id"))
    template_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("reply_template_versions.id"))
    apology_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("apology_versions.id"))
    line_version_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("line_versions.id"))
    reply_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))


class Correction(Base):
    """What was decided about a sent reply whose fact has changed: a follow-up reply, or a reason why none is needed."""

    __tablename__ = "corrections"
    __table_args__ = (UniqueConstraint("reply_id", "fact_version_id"),)

    id: Mapped[Id]
    reply_id: Mapped[int] = mapped_column(BigId, ForeignKey("replies.id"))
    fact_version_id: Mapped[int] = mapped_column(BigId, ForeignKey("fact_versions.id"))
    """The outdated version that the reply cites."""
    follow_up_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    at: Mapped[datetime]
