"""The brand's connected accounts, their health, and what is known to be missing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id, JsonValue

IMPORT = "import"
"""The network of accounts that were made by an import: no connector, replies are marked as sent natively."""


class Purpose(StrEnum):
    """What an account's comments are. Figures never mix purposes."""

    REAL = "real"
    DEMO = "demo"
    DRILL = "drill"


class Account(Base):
    """An account of the brand on a network. It is disconnected, never taken out.

    What collection knows: `cursor` is where the next pass goes on and changes only in the transaction that stores the
    page; `next_collection_at` is the earliest moment the network allows; `collecting_until` is the lease of the pass
    that runs now. `received_count` = `stored_count` + `known_count` + `quarantined_count`, always.
    """

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("network", "base_url", "identifier"),)

    id: Mapped[Id]
    network: Mapped[str] = mapped_column(String(40))
    base_url: Mapped[str] = mapped_column(String(255), default="")
    """Empty where the network has one address."""
    identifier: Mapped[str] = mapped_column(String(255))
    remote_id: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(255))
    url: Mapped[str | None] = mapped_column(Text)
    purpose: Mapped[Purpose] = mapped_column(Code(Purpose), default=Purpose.REAL)

    credentials: Mapped[bytes | None] = mapped_column(LargeBinary)
    """AES-256-GCM, the account's id as associated data; see `inbox.collecting.secrets`."""
    scopes: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    excess_scopes: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    """What the token could do that this product never does."""
    token_expires_at: Mapped[datetime | None]

    first_target_seconds: Mapped[int] = mapped_column(default=3600)
    """The allowed first wait, in seconds."""
    next_target_seconds: Mapped[int] = mapped_column(default=3600)
    """The allowed later wait, in seconds."""
    retention_months: Mapped[int] = mapped_column(default=24)
    approves_every_reply: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    """Whether every reply of this account waits for a supervisor."""
    confirmations_needed: Mapped[int] = mapped_column(default=2, server_default="2")
    """How many different members must stand behind an apology or a held reply, never less than two."""
    approval_minutes: Mapped[int] = mapped_column(default=30, server_default="30")
    """After how many minutes without an answer an approval goes to the deputy and everyone sees it."""
    likeness_limit: Mapped[int | None]
    """From how many people who were sent nearly the same text on a reply needs a reason; None for never."""

    created_at: Mapped[datetime]
    disconnected_at: Mapped[datetime | None]

    cursor: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    next_collection_at: Mapped[datetime | None]
    collecting_until: Mapped[datetime | None]
    last_attempt_at: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    newest_comment_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    """When the watch last asked the network about comments."""
    next_look_at: Mapped[datetime | None]
    """The earliest moment of the watch's next look, None for at once."""
    failures_in_a_row: Mapped[int] = mapped_column(default=0)
    last_error_code: Mapped[str | None] = mapped_column(String(40))
    last_error_detail: Mapped[str | None] = mapped_column(Text)
    quota_limit: Mapped[int | None]
    quota_remaining: Mapped[int | None]
    quota_reset_at: Mapped[datetime | None]
    received_count: Mapped[int] = mapped_column(BigId, default=0)
    stored_count: Mapped[int] = mapped_column(BigId, default=0)
    known_count: Mapped[int] = mapped_column(BigId, default=0)
    quarantined_count: Mapped[int] = mapped_column(BigId, default=0)

    @property
    def connected(self) -> bool:
        """Whether a connector works for it."""
        return self.disconnected_at is None and self.network != IMPORT


class CollectionGap(Base):
    """A stretch of time in which comments may be missing, known because a network could not reach back."""

    __tablename__ = "collection_gaps"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    noticed_at: Mapped[datetime]


class SendingHold(Base):
    """The stop button: while one is in force, nothing leaves, everywhere or for one account."""

    __tablename__ = "sending_holds"

    id: Mapped[Id]
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id"), index=True)
    """None holds every account."""
    reason: Mapped[str] = mapped_column(Text, default="")
    placed_at: Mapped[datetime]
    placed_by: Mapped[str] = mapped_column(String(60))
    released_at: Mapped[datetime | None]
    released_by: Mapped[str | None] = mapped_column(String(60))
