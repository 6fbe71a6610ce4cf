"""Apologies, and who stands behind their wording: confirmations bind a hash, returns say what is wrong with it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id, JsonValue, OutsideText


class ApologyState(StrEnum):
    """Where the wording of an apology stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"
    RETIRED = "retired"


class Apology(Base):
    """A wording prepared for a situation, whose core two members stand behind before it leaves."""

    __tablename__ = "apologies"

    id: Mapped[Id]
    title: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8), default="en")
    state: Mapped[ApologyState] = mapped_column(Code(ApologyState), default=ApologyState.DRAFT)
    submitted_at: Mapped[datetime | None]
    """Since when it waits for an approval, None where it does not."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(60))


class ApologyVersion(Base):
    """One version of an apology: the exact sentences that are approved, and all that the approval binds.

    `situation` is `{happened, to_whom, regret, repair, by_when}` in the drafter's words; `binding_hash` is SHA-256 over
    the core and the columns that say where and how long it holds, so that none of them changes under an approval.
    """

    __tablename__ = "apology_versions"
    __table_args__ = (UniqueConstraint("apology_id", "number"),)

    id: Mapped[Id]
    apology_id: Mapped[int] = mapped_column(BigId, ForeignKey("apologies.id"))
    number: Mapped[int]
    core: Mapped[str] = mapped_column(Text)
    """The sentences with their variable placeholders; facts stand in it in full."""
    core_hash: Mapped[str] = mapped_column(String(64))
    typed: Mapped[str] = mapped_column(Text, default="")
    """The core as it was typed, with the names of the facts it cites."""
    situation: Mapped[dict[str, Any]] = mapped_column(JsonValue, default=dict)
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id"))
    """None where it may leave from every account."""
    post_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("posts.id"))
    """The only post under which it may leave, None for any."""
    expires_at: Mapped[datetime | None]
    most_uses: Mapped[int | None]
    binding_hash: Mapped[str] = mapped_column(String(64), default="")
    written_at: Mapped[datetime]
    written_by: Mapped[str] = mapped_column(String(60))
    member_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))


class ApologyConfirmation(Base):
    """That a member stands behind one version of an apology, as it was bound at that moment."""

    __tablename__ = "apology_confirmations"
    __table_args__ = (UniqueConstraint("version_id", "member_id"),)

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("apology_versions.id"))
    binding_hash: Mapped[str] = mapped_column(String(64))
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    may_approve: Mapped[bool] = mapped_column(Boolean)
    """Whether the member had the right to approve when they confirmed."""
    at: Mapped[datetime]


class ApologyReturn(Base):
    """That a member sent a version back, and what is to be changed."""

    __tablename__ = "apology_returns"

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("apology_versions.id"), index=True)
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    words: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ReplyConfirmation(Base):
    """That a member stands behind the text of a reply that had to wait for approval."""

    __tablename__ = "reply_confirmations"
    __table_args__ = (UniqueConstraint("reply_id", "text_hash", "member_id"),)

    id: Mapped[Id]
    reply_id: Mapped[int] = mapped_column(BigId, ForeignKey("replies.id"))
    text_hash: Mapped[str] = mapped_column(String(64))
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    may_approve: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime]


class ReplyReturn(Base):
    """That a member sent a reply back to its writer, and why."""

    __tablename__ = "reply_returns"

    id: Mapped[Id]
    reply_id: Mapped[int] = mapped_column(BigId, ForeignKey("replies.id"), index=True)
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    text_hash: Mapped[str] = mapped_column(String(64))
    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("members.id"))
    words: Mapped[str] = mapped_column(OutsideText)
    at: Mapped[datetime]


class ReplyCore(Base):
    """That a reply holds the core of a version of an apology: one use of it."""

    __tablename__ = "reply_cores"
    __table_args__ = (UniqueConstraint("reply_id", "version_id"), Index(None, "version_id"))

    id: Mapped[Id]
    reply_id: Mapped[int] = mapped_column(BigId, ForeignKey("replies.id"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("apology_versions.id"))
    at: Mapped[datetime]


class Courtesy(Base):
    """A polite phrase that the gate lets leave. `allowed` False takes a phrase of the starter list out of it."""

    __tablename__ = "courtesies"

    id: Mapped[Id]
    phrase: Mapped[str] = mapped_column(String(200))
    allowed: Mapped[bool] = mapped_column(Boolean, default=True)
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(60))


def hash_of_words(words: str) -> str:
    """SHA-256 of `words` in UTF-8, hexadecimal: what a confirmation binds."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()
