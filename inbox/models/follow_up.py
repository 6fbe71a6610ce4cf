"""Following up: who was answered and may not be reassured yet, with whoever sees to them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from inbox.models.base import Base, BigId, Code, Id

STANDING = "outcome_at IS NULL AND passed_at IS NULL"
"""Those that nobody has said the outcome of, and that did not pass by themselves, as the indexes on them say it."""


class FollowUpReason(StrEnum):
    """Why somebody who was answered is followed up."""

    STILL_ANGRY = "still_angry"
    """Their newest comment came after an answer of ours, and its tone is against us."""
    SILENT = "silent"
    """We asked them something, or said that we look into it, and nothing has been written since."""
    PRIVATE = "private"
    """A member marked that the talk goes on in private messages."""


class FollowUpOutcome(StrEnum):
    """How it went, in a member's word."""

    SETTLED = "settled"
    STILL_UNHAPPY = "still_unhappy"
    NO_ANSWER = "no_answer"
    """They did not answer us."""


class FollowUp(Base):
    """That a person who was answered is looked at again, until somebody says how it went.

    `still_angry` and `silent` follow from what was written, in the transaction in which it is stored, and pass by
    themselves when something else is written; `private` is a member's mark and ends with an outcome alone. Closing the
    conversation ends none of them. What a member says about it in words is a note of the conversation.
    """

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index(
            "uq_follow_ups_standing",
            "conversation_id",
            "reason",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
        Index(
            "ix_follow_ups_look_at",
            "look_at",
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
        Index(None, "conversation_id"),
    )

    id: Mapped[Id]
    conversation_id: Mapped[int] = mapped_column(BigId, ForeignKey("conversations.id"))
    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id"))
    reason: Mapped[FollowUpReason] = mapped_column(Code(FollowUpReason))
    comment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("comments.id"))
    """The comment that is still angry; None for other reasons."""
    reply_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("replies.id"))
    """The answer on which nothing followed; None for other reasons."""
    since: Mapped[datetime]
    """When that was written, or when a member marked it."""
    opened_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    """Who sees to it: at first who has the conversation, or else who answered."""
    look_at: Mapped[datetime]
    """When somebody looks at it next."""
    passed_at: Mapped[datetime | None]
    """When it passed by itself."""
    outcome: Mapped[FollowUpOutcome | None] = mapped_column(Code(FollowUpOutcome))
    outcome_at: Mapped[datetime | None]
    outcome_by: Mapped[int | None] = mapped_column(BigId, ForeignKey("members.id"))
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("notes.id"))
    """What they noted about the outcome."""
