"""Reply templates and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.models.base import Base, BigId, Id, JsonValue


class ReplyTemplate(Base):
    """A wording to start from. It is retired and brought back, never taken out."""

    __tablename__ = "reply_templates"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str | None] = mapped_column(String(20))
    """The kind of comment it answers; None for any."""
    holding: Mapped[bool] = mapped_column(Boolean, default=False)
    tags: Mapped[list[str]] = mapped_column(JsonValue, default=list, server_default="[]")
    starter_code: Mapped[str | None] = mapped_column(String(60))
    """Which wording of the starter set it is, for its name and purpose in the reader's language; None once edited."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(60))
    retired_at: Mapped[datetime | None]

    versions: Mapped[list[ReplyTemplateVersion]] = relationship(order_by="ReplyTemplateVersion.number")


class ReplyTemplateVersion(Base):
    """The texts of a template at one time.

    `texts` is `{language: text}`; `placeholders` is `{name: {"prompt": {language: question}, "default": text}}` for the
    placeholders that the product does not fill by itself.
    """

    __tablename__ = "reply_template_versions"
    __table_args__ = (UniqueConstraint("template_id", "number"),)

    id: Mapped[Id]
    template_id: Mapped[int] = mapped_column(BigId, ForeignKey("reply_templates.id"))
    number: Mapped[int]
    texts: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    placeholders: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict, server_default="{}")
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(60))
