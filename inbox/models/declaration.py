"""Declarations: what people took down in the network's own app because the law, or somebody's safety, asked for it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id, OutsideText


class Decision(StrEnum):
    """What the second member said."""

    CONFIRMED = "confirmed"
    DECLINED = "declined"


class Ground(StrEnum):
    """Why something had to be taken down. There is no ground for a criticism that hurts."""

    ILLEGAL_CONTENT = "illegal_content"
    PRIVATE_DATA = "private_data"
    DANGER = "danger"


def seal_of(evidence: str) -> str:
    """SHA-256, hexadecimal, over the evidence as it is stored."""
    return hashlib.sha256(evidence.encode("utf-8", "surrogatepass")).hexdigest()


class Declaration(Base):
    """A comment, or a mistaken reply of ours, that people took down natively: declared by one, confirmed by another.

    This product took nothing down and can take nothing down: the row only says what people did in the network's own
    app. `evidence` is canonical JSON with the words, address, times and digests of what was delivered, sealed by
    `evidence_hash`; a legal erasure withholds it and keeps the hash.
    """

    __tablename__ = "declarations"
    __table_args__ = (
        CheckConstraint("(comment_id IS NULL) <> (reply_id IS NULL)", name="one_object"),
        *(
            Index(
                f"uq_declarations_pending_{column}",
                column,
                unique=True,
                sqlite_where=text("decision IS NULL"),
                postgresql_where=text("decision IS NULL"),
            )
            for column in ("comment_id", "reply_id")
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comments.id"))
    reply_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    ground: Mapped[Ground] = mapped_column(Code(Ground))
    known_at: Mapped[datetime]
    """Since when the brand knew of it."""
    taken_at: Mapped[datetime]
    """When people took it down in the network's own app."""
    note: Mapped[str] = mapped_column(OutsideText, default="")
    evidence: Mapped[str | None] = mapped_column(OutsideText)
    evidence_hash: Mapped[str] = mapped_column(String(64))
    declared_by: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    by_supervisor: Mapped[bool] = mapped_column(Boolean)
    """Whether who declared it was a supervisor then."""
    declared_at: Mapped[datetime]
    decision: Mapped[Decision | None] = mapped_column(Code(Decision))
    decided_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    decided_at: Mapped[datetime | None]
    decision_note: Mapped[str] = mapped_column(OutsideText, default="")
    correction_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    """For a mistake of our own, the reply that corrects it."""
