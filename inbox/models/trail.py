"""The rows of the trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base


class TrailRow(Base):
    """One deed. Append-only and hash-chained: `hash` covers the row and `previous_hash`; `seq` has no holes.

    `params` is kept as the canonical JSON text that was hashed, so that no engine's JSON type can change a byte of it.
    """

    __tablename__ = "trail"
    __table_args__ = (
        Index(None, "action", "seq"),
        Index(None, "actor", "seq"),
        Index(None, "object_type", "object_id", "seq"),
    )

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40), default="")
    object_id: Mapped[str] = mapped_column(String(60), default="")
    params: Mapped[str] = mapped_column(Text, default="{}")
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


TrailParams = dict[str, Any]
"""What a row tells beyond who, what and when: codes, identifiers, counts, digests; never words of a person."""
