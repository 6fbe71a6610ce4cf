"""Reports that the worker makes as files."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id, JsonValue

UNFINISHED = "state IN ('waiting', 'running')"
"""The few exports that still ask for something to be done, as the index on them says it."""


class ExportState(StrEnum):
    """How an export stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class Export(Base):
    """A report somebody asked for as a file. The row stays; the file goes when it expires.

    `rows_done` of `rows_total` is its progress. `running_until` is the lease of the worker that makes it.
    """

    __tablename__ = "exports"
    __table_args__ = (
        Index(None, "member_id", "id"),
        Index(
            "ix_exports_unfinished",
            "id",
            sqlite_where=text(UNFINISHED),
            postgresql_where=text(UNFINISHED),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    format: Mapped[str] = mapped_column(String(8))
    options: Mapped[dict[str, Any]] = mapped_column(JsonValue)
    """The report's filters and the file's options, as the page's address has them."""
    language: Mapped[str] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64))
    state: Mapped[ExportState] = mapped_column(Code(ExportState), default=ExportState.WAITING)
    rows_done: Mapped[int] = mapped_column(BigId, default=0)
    rows_total: Mapped[int | None] = mapped_column(BigId)
    file_name: Mapped[str | None] = mapped_column(String(120))
    size: Mapped[int | None] = mapped_column(BigId)
    """In bytes."""
    error_code: Mapped[str | None] = mapped_column(String(40))
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    running_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
