"""The thread of a conversation: comments with their versions, our replies, and notes, in time order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from inbox.models import (
    Author,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    Member,
    Note,
    Reply,
    ReplyKind,
    ReplyOrigin,
    ReplyState,
    Tombstone,
    TombstoneReason,
)

MOST_COMMENTS = 300
"""The newest comments of a thread that are shown; older ones are counted."""

MOST_REPLIES = 300
MOST_NOTES = 200

COUNTED = ~and_(Reply.origin == ReplyOrigin.NATIVE, Reply.automatic.is_(True), Reply.remote_id.is_(None))
"""Replies that are messages of their own: not the second row of one that collection saw before the outbox knew it."""


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """One version of a comment. `text` is None when it is withheld."""

    id: int
    number: int
    text: str | None
    written_at: datetime


@dataclass(frozen=True, slots=True)
class ShownComment:
    """A comment. Only comments of the conversation itself are answered here; those of others are `dimmed`.

    Attributes:
        versions: oldest first; more than one when the author edited it.
        withheld: why its text is not shown, None when it is.
    """

    id: int
    at: datetime
    conversation_id: int
    author_id: int
    author_name: str
    author_identifier: str
    dimmed: bool
    versions: tuple[ShownVersion, ...]
    state: CommentState
    withheld: TombstoneReason | None
    url: str | None
    received_at: datetime
    kind: str
    urgency: int
    language: str
    reasons: list[dict[str, Any]]
    corrected: bool
    can_reply: bool
    can_reply_code: str | None


@dataclass(frozen=True, slots=True)
class ShownReply:
    """A reply of ours, wherever it stands. `at` is when it was published, or else when it was written."""

    id: int
    at: datetime
    conversation_id: int
    dimmed: bool
    comment_id: int | None
    text: str
    state: ReplyState
    kind: ReplyKind
    origin: ReplyOrigin
    member_name: str | None
    url: str | None
    queued_at: datetime | None
    not_before: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None
    error_code: str | None
    error_detail: str | None
    held_code: str | None


@dataclass(frozen=True, slots=True)
class ShownNote:
    """An internal remark."""

    id: int
    at: datetime
    member_name: str
    text: str


ThreadItem = ShownComment | ShownReply | ShownNote


def read_thread(current: Session, conversation: Conversation) -> tuple[list[ThreadItem], int]:
    """The thread as this account knows it, in time order, and how many older comments are left out.

    The conversation's own comments come before those of others when there are more than are shown.
    """
    comments, left_out = _comments(current, conversation)
    items: list[ThreadItem] = [*comments, *_replies(current, conversation), *_notes(current, conversation)]
    items.sort(key=lambda item: (item.at, isinstance(item, ShownNote), item.id))
    return items, left_out


def newest_words(current: Session, conversation_ids: Sequence[int]) -> dict[int, str | None]:
    """The text of the newest comment of each conversation; None where it is withheld."""
    newest = (
        select(Comment.id)
        .where(Comment.conversation_id == Conversation.id)
        .order_by(Comment.posted_at.desc(), Comment.id.desc())
        .limit(1)
        .correlate(Conversation)
        .scalar_subquery()
    )
    rows = current.execute(
        select(Conversation.id, CommentVersion.text)
        .join(CommentVersion, CommentVersion.comment_id == newest)
        .where(Conversation.id.in_(conversation_ids))
        .order_by(CommentVersion.number)
    )
    return {row.id: row.text for row in rows}


def count_replies(current: Session, author_id: int) -> int:
    """How many published replies of ours an author got on their account."""
    return (
        current.scalar(
            select(func.count())
            .select_from(Reply)
            .join(Conversation, Conversation.id == Reply.conversation_id)
            .where(Conversation.author_id == author_id, Reply.state == ReplyState.SENT, COUNTED)
        )
        or 0
    )


def _in_thread(conversation: Conversation) -> Any:
    return select(Conversation.id).where(
        Conversation.account_id == conversation.account_id, Conversation.thread_id == conversation.thread_id
    )


def _comments(current: Session, conversation: Conversation) -> tuple[list[ShownComment], int]:
    of_others = Comment.conversation_id != conversation.id
    in_thread = or_(Comment.conversation_id == conversation.id, Comment.conversation_id.in_(_in_thread(conversation)))
    total = current.scalar(select(func.count()).select_from(Comment).where(in_thread)) or 0
    rows = current.execute(
        select(Comment, Author.display_name, Author.identifier)
        .join(Author, Author.id == Comment.author_id)
        .where(in_thread)
        .order_by(of_others, Comment.posted_at.desc(), Comment.id.desc())
        .limit(MOST_COMMENTS)
    ).all()
    ids = [row.Comment.id for row in rows]
    versions: dict[int, list[ShownVersion]] = defaultdict(list)
    for comment_id, version_id, number, text, written_at in current.execute(
        select(
            CommentVersion.comment_id,
            CommentVersion.id,
            CommentVersion.number,
            CommentVersion.text,
            CommentVersion.written_at,
        )
        .where(CommentVersion.comment_id.in_(ids))
        .order_by(CommentVersion.number)
    ):
        versions[comment_id].append(ShownVersion(version_id, number, text, written_at))
    withheld: dict[int, TombstoneReason] = {
        row.comment_id: row.reason
        for row in current.execute(select(Tombstone.comment_id, Tombstone.reason).where(Tombstone.comment_id.in_(ids)))
    }
    shown = [
        ShownComment(
            id=comment.id,
            at=comment.posted_at,
            conversation_id=comment.conversation_id,
            author_id=comment.author_id,
            author_name=name,
            author_identifier=identifier,
            dimmed=comment.conversation_id != conversation.id,
            versions=tuple(versions[comment.id]),
            state=comment.state,
            withheld=withheld.get(comment.id),
            url=comment.url,
            received_at=comment.received_at,
            kind=comment.kind,
            urgency=comment.urgency,
            language=comment.language,
            reasons=comment.reasons,
            corrected=comment.corrected_by is not None,
            can_reply=comment.can_reply,
            can_reply_code=comment.can_reply_code,
        )
        for comment, name, identifier in rows
    ]
    shown.sort(key=lambda comment: (comment.at, comment.id))
    return shown, total - len(shown)


def _replies(current: Session, conversation: Conversation) -> list[ShownReply]:
    own = Reply.conversation_id == conversation.id
    others = and_(Reply.conversation_id.in_(_in_thread(conversation)), Reply.state == ReplyState.SENT)
    rows = current.execute(
        select(Reply, Member.name)
        .outerjoin(Member, Member.id == Reply.member_id)
        .where(or_(own, others), COUNTED)
        .order_by((Reply.conversation_id != conversation.id), Reply.created_at.desc())
        .limit(MOST_REPLIES)
    )
    return [
        ShownReply(
            id=reply.id,
            at=reply.sent_at or reply.created_at,
            conversation_id=reply.conversation_id,
            dimmed=reply.conversation_id != conversation.id,
            comment_id=reply.comment_id,
            text=reply.text,
            state=reply.state,
            kind=reply.kind,
            origin=reply.origin,
            member_name=name,
            url=reply.url,
            queued_at=reply.queued_at,
            not_before=reply.not_before,
            sent_at=reply.sent_at,
            confirmed_at=reply.confirmed_at,
            error_code=reply.error_code,
            error_detail=reply.error_detail,
            held_code=reply.held_code,
        )
        for reply, name in rows
    ]


def _notes(current: Session, conversation: Conversation) -> list[ShownNote]:
    rows = current.execute(
        select(Note.id, Note.written_at, Member.name, Note.text)
        .join(Member, Member.id == Note.member_id)
        .where(Note.conversation_id == conversation.id)
        .order_by(Note.id.desc())
        .limit(MOST_NOTES)
    )
    return [ShownNote(*row) for row in rows]
