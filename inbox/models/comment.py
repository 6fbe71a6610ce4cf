"""What people outside wrote: posts, authors, comments and their versions, raw payloads, quarantine, tombstones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    Boolean,
    Float,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from inbox.models.base import Base, BigId, Code, Id, JsonValue, OutsideText


class Post(Base):
    """A publication that is commented on, ours or not."""

    __tablename__ = "posts"
    __table_args__ = (UniqueConstraint("account_id", "remote_id"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    remote_id: Mapped[str] = mapped_column(String(512))
    text: Mapped[str] = mapped_column(OutsideText)
    url: Mapped[str | None] = mapped_column(Text)
    author_name: Mapped[str] = mapped_column(OutsideText, default="")
    is_ours: Mapped[bool] = mapped_column(Boolean, default=False)
    media: Mapped[list[str]] = mapped_column(JsonValue, default=list)
    published_at: Mapped[datetime | None]
    received_at: Mapped[datetime]


class Author(Base):
    """A person outside, as one account knows them; nobody is profiled across networks."""

    __tablename__ = "authors"
    __table_args__ = (UniqueConstraint("account_id", "remote_id"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    remote_id: Mapped[str] = mapped_column(String(512))
    identifier: Mapped[str] = mapped_column(OutsideText)
    """How the network names them: `ines_p`, `ines.example.org`."""
    display_name: Mapped[str] = mapped_column(OutsideText)
    url: Mapped[str | None] = mapped_column(Text)
    followers: Mapped[int | None] = mapped_column(BigId)
    first_seen_at: Mapped[datetime]
    comment_count: Mapped[int] = mapped_column(default=0)

    @property
    def pseudonym(self) -> str:
        """What they are called without a name, the same everywhere."""
        return f"person-{self.id}"

    @property
    def is_nameless(self) -> bool:
        """Whether their name went, by an erasure or the end of keeping."""
        return not self.display_name and self.identifier == self.pseudonym


class CommentState(StrEnum):
    """Whether the network still shows a comment, as far as the last look told."""

    PRESENT = "present"
    TOMBSTONED = "tombstoned"
    VANISHED = "vanished"


class Comment(Base):
    """What an author wrote, once per (account, remote id). Its words live in `CommentVersion` and nowhere else.

    The triage columns are a hint that orders the queue; `kind_corrected_by` names the member who corrected it.
    """

    __tablename__ = "comments"
    __table_args__ = (
        UniqueConstraint("account_id", "remote_id"),
        Index(None, "conversation_id", "posted_at"),
        Index(None, "author_id", "posted_at"),
        Index(
            "ix_comments_watched",
            "account_id",
            "looked_up_at",
            "posted_at",
            sqlite_where=text("state <> 'tombstoned'"),
            postgresql_where=text("state <> 'tombstoned'"),
        ),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    remote_id: Mapped[str] = mapped_column(String(512))
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    author_id: Mapped[int] = mapped_column(BigId, ForeignKey("authors.id"))
    post_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("posts.id"))
    parent_remote_id: Mapped[str | None] = mapped_column(String(512))
    url: Mapped[str | None] = mapped_column(Text)
    posted_at: Mapped[datetime]
    """The author's clock, as the network tells it."""
    received_at: Mapped[datetime]
    state: Mapped[CommentState] = mapped_column(Code(CommentState), default=CommentState.PRESENT)
    looked_up_at: Mapped[datetime | None]
    unseen_since: Mapped[datetime | None]
    """Since when looks have had no usable answer about it; None after any that had."""
    can_reply: Mapped[bool] = mapped_column(Boolean, default=True)
    can_reply_code: Mapped[str | None] = mapped_column(String(40))

    language: Mapped[str] = mapped_column(String(8), default="und")
    kind: Mapped[str] = mapped_column(String(20), default="other")
    sentiment: Mapped[float] = mapped_column(Float, default=0.0)
    urgency: Mapped[int] = mapped_column(SmallInteger, default=2)
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JsonValue, default=list)
    """`[{"code": …, "params": {…}}]`, put into words for the reader."""
    corrected_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))

    versions: Mapped[list[CommentVersion]] = relationship(order_by="CommentVersion.number", viewonly=True)


def digest_of(salt: bytes, text: str) -> bytes:
    """SHA-256(salt ‖ text): what a version keeps even after its text is withheld.

    `surrogatepass` lets a lone surrogate, which some networks deliver, be sealed as it came.
    """
    return hashlib.sha256(salt + text.encode("utf-8", "surrogatepass")).digest()


def digest_over(digests: Iterable[bytes]) -> str:
    """SHA-256, hexadecimal, over the digests of versions in the order of their ids: what the trail keeps of a page."""
    return hashlib.sha256(b"".join(digests)).hexdigest()


class CommentVersion(Base):
    """One version of a comment: the only home of what an author wrote. An edit on the network adds one."""

    __tablename__ = "comment_versions"
    __table_args__ = (UniqueConstraint("comment_id", "number"),)

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comments.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    """1 for what was first collected."""
    text: Mapped[str | None] = mapped_column(OutsideText)
    """None only behind a tombstone."""
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(16))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256(salt ‖ text), see `digest_of`."""
    written_at: Mapped[datetime]
    """`posted_at` for the first, the time of the edit for later ones."""
    received_at: Mapped[datetime]


class RawPayload(Base):
    """What the network delivered, byte for byte as JSON text; identical deliveries are kept once."""

    __tablename__ = "raw_payloads"
    __table_args__ = (UniqueConstraint("account_id", "remote_id", "digest"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    remote_id: Mapped[str] = mapped_column(String(512))
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comments.id"), index=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of the payload's text."""
    payload: Mapped[str | None] = mapped_column(Text)
    """None only behind a tombstone."""
    received_at: Mapped[datetime]


class Quarantined(Base):
    """A delivered item that could not be read: kept raw and visible, tried again after an upgrade."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("account_id", "digest"),)

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    remote_id: Mapped[str | None] = mapped_column(String(512))
    code: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text, default="")
    payload: Mapped[str] = mapped_column(Text)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    received_at: Mapped[datetime]
    read_with: Mapped[str] = mapped_column(String(40), default="")
    """The version of the product that last failed to read it; another version tries again."""
    resolved_at: Mapped[datetime | None]


class TombstoneReason(StrEnum):
    """Why a text is withheld."""

    REMOVED_BY_AUTHOR = "removed_by_author"
    LEGAL_ERASURE = "legal_erasure"
    RETENTION = "retention"


class Tombstone(Base):
    """That the text of one comment is withheld, and why. Without a row here no text can become NULL."""

    __tablename__ = "tombstones"

    id: Mapped[Id]
    comment_id: Mapped[int] = mapped_column(BigId, ForeignKey("comments.id"), unique=True)
    reason: Mapped[TombstoneReason] = mapped_column(Code(TombstoneReason))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))
    """`Actor.name`."""
