"""A saved view: a way to look at the queue, or a search, kept under a name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Id, JsonValue


class SavedView(Base):
    """What a member keeps looking at. It is retired, never deleted, so that a link that was sent still says so."""

    __tablename__ = "views"

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    filters: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    """As the address of the page has them, name by name; `q` makes it a search."""
    shared: Mapped[bool] = mapped_column(Boolean, default=False)
    """Shown to everybody who sees the queue."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
