"""One deed over many conversations, as somebody asked for it, and what became of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id, OutsideText

UNFINISHED_DEEDS = "state IN ('waiting', 'running')"
"""The few that still ask for something to be done, as the index on them says it."""


class DeedOfMany(StrEnum):
    """What can be done with many at once. None of it closes or answers anything."""

    ASSIGN = "assign"
    TAG = "tag"
    UNTAG = "untag"
    SNOOZE = "snooze"
    NOTE = "note"


class BulkDeedState(StrEnum):
    """How it stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class BulkDeed(Base):
    """A deed over many. `running_until` is the lease of whoever carries it out, so that a kill loses nothing.

    `words` is the note; it is emptied once it stands at every conversation.
    """

    __tablename__ = "bulk_deeds"
    __table_args__ = (
        Index(
            "ix_bulk_deeds_unfinished",
            "id",
            sqlite_where=text(UNFINISHED_DEEDS),
            postgresql_where=text(UNFINISHED_DEEDS),
        ),
        Index(None, "member_id", "id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    deed: Mapped[DeedOfMany] = mapped_column(Code(DeedOfMany))
    assignee_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    tag_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("tags.id"))
    until: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(OutsideText, default="")
    state: Mapped[BulkDeedState] = mapped_column(Code(BulkDeedState), default=BulkDeedState.WAITING)
    total: Mapped[int]
    running_until: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class BulkDeedPart(Base):
    """One conversation of it. `settled_at` says that it was done, or not: then `code` says why.

    `comments_seen` is how many comments of its author the list knew of from which it was chosen; NULL without a list.
    """

    __tablename__ = "bulk_deed_parts"
    __table_args__ = (UniqueConstraint("bulk_deed_id", "conversation_id"), Index(None, "bulk_deed_id", "settled_at"))

    id: Mapped[Id]
    bulk_deed_id: Mapped[int] = mapped_column(BigId, ForeignKey("bulk_deeds.id"))
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    comments_seen: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    code: Mapped[str | None] = mapped_column(String(40))
