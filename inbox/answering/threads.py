"""The thread of a conversation: comments with their versions, our replies, and notes, in time order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from inbox.models import (
    Author,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    Member,
    Mention,
    Note,
    Reply,
    ReplyKind,
    ReplyOrigin,
    ReplyState,
    Tombstone,
    TombstoneReason,
)
from inbox.models.bulk import among_given

MOST_COMMENTS = 300
"""The newest comments of a thread that are shown; older ones are counted."""

MOST_REPLIES = 300
MOST_NOTES = 200

COUNTED = ~and_(Reply.origin == ReplyOrigin.NATIVE, Reply.automatic.is_(True), Reply.remote_id.is_(None))
"""Replies that are messages of their own: not the second row of one that collection saw before the outbox knew it."""


class ShownVersion(NamedTuple):
    """One version of a comment. `text` is None when it is withheld."""

    id: int
    number: int
    text: str | None
    written_at: datetime


class ShownComment(NamedTuple):
    """A comment. Only comments of the conversation itself are answered here; those of others are `dimmed`.

    Attributes:
        at: when it was posted.
        versions: oldest first; more than one when the author edited it.
        withheld: why its text is not shown, None when it is.
    """

    id: int
    conversation_id: int
    author_id: int
    state: CommentState
    url: str | None
    received_at: datetime
    kind: str
    urgency: int
    language: str
    can_reply: bool
    can_reply_code: str | None
    corrected: bool
    author_name: str
    author_identifier: str
    at: datetime
    reasons: list[dict[str, Any]]
    dimmed: bool
    versions: tuple[ShownVersion, ...]
    withheld: TombstoneReason | None


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
    remote_id: str | None
    url: str | None
    queued_at: datetime | None
    not_before: datetime | None
    undo_until: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None
    error_code: str | None
    error_detail: str | None
    held_code: str | None


@dataclass(frozen=True, slots=True)
class ShownNote:
    """An internal remark. `mentions`: how it names the members who were told of it."""

    id: int
    at: datetime
    member_name: str
    text: str
    mentions: tuple[str, ...] = ()


ThreadItem = ShownComment | ShownReply | ShownNote


_OF_COMMENT = (
    *("id", "conversation_id", "author_id", "state", "url", "received_at", "kind", "urgency", "language"),
    *("can_reply", "can_reply_code"),
)
_OF_REPLY = (
    *("id", "conversation_id", "comment_id", "text", "state", "kind", "origin", "remote_id", "url"),
    *("queued_at", "not_before", "undo_until", "sent_at", "confirmed_at", "error_code", "error_detail", "held_code"),
)
"""The columns that are shown as they are stored; what follows them in a row has the names behind."""

_SHOWN_OF_REPLY = (*_OF_REPLY, "member_name")

# Statements are built once: to build one takes longer than to run it. Columns, not objects, for the same reason.
_COMMENT, _VERSION, _REPLY = Comment.__table__.c, CommentVersion.__table__.c, Reply.__table__.c
_TALK, _MEMBER, _NOTE = Conversation.__table__.c, Member.__table__.c, Note.__table__.c
_HERE: BindParameter[int] = bindparam("conversation")
_MOST: BindParameter[int] = bindparam("most")
# The conversation itself is one of its thread. With an alternative (`or`) beside it PostgreSQL reads every comment.
_IN_THREAD = select(_TALK.id).where(_TALK.account_id == bindparam("account"), _TALK.thread_id == bindparam("thread"))

_SHOWN = (
    select(
        *(_COMMENT[name] for name in _OF_COMMENT),
        _COMMENT.corrected_by.is_not(None).label("corrected"),
        Author.__table__.c.display_name.label("author_name"),
        Author.__table__.c.identifier.label("author_identifier"),
        _COMMENT.posted_at,
        _COMMENT.reasons,
    )
    .join(Author.__table__, Author.__table__.c.id == _COMMENT.author_id)
    .where(_COMMENT.conversation_id.in_(_IN_THREAD))
    .order_by(_COMMENT.conversation_id != _HERE, _COMMENT.posted_at.desc(), _COMMENT.id.desc())
    .limit(_MOST)
    .subquery("shown")
)
# A row for each version: nearly every comment has one.
_COMMENTS_SHOWN = (
    select(_SHOWN, _VERSION.id, _VERSION.number, _VERSION.text, _VERSION.written_at)
    .outerjoin(CommentVersion.__table__, _VERSION.comment_id == _SHOWN.c.id)
    .order_by(_VERSION.number)
)
_WIDTH = len(_SHOWN.c)
_COMMENTS_COUNTED = select(func.count(_COMMENT.id)).where(_COMMENT.conversation_id.in_(_IN_THREAD))
_WITHHELD = select(Tombstone.__table__.c.comment_id, Tombstone.__table__.c.reason).where(
    among_given(Tombstone.__table__.c.comment_id, "comments")
)
_REPLIES_SHOWN = (
    select(*(_REPLY[name] for name in _OF_REPLY), _MEMBER.name.label("member_name"), _REPLY.created_at)
    .outerjoin(Member.__table__, _MEMBER.id == _REPLY.member_id)
    .where(
        _REPLY.conversation_id.in_(_IN_THREAD),
        or_(_REPLY.conversation_id == _HERE, _REPLY.state == ReplyState.SENT),
        COUNTED,
    )
    .order_by(_REPLY.conversation_id != _HERE, _REPLY.created_at.desc())
    .limit(MOST_REPLIES)
)
_NOTES_SHOWN = (
    select(_NOTE.id, _NOTE.written_at, _MEMBER.name, _NOTE.text)
    .join(Member.__table__, _MEMBER.id == _NOTE.member_id)
    .where(_NOTE.conversation_id == _HERE)
    .order_by(_NOTE.id.desc())
    .limit(MOST_NOTES)
)
_MENTIONS = select(Mention.__table__.c.note_id, Mention.__table__.c.words).where(
    among_given(Mention.__table__.c.note_id, "notes")
)
_NEWEST = (
    select(_COMMENT.id)
    .where(_COMMENT.conversation_id == _TALK.id)
    .order_by(_COMMENT.posted_at.desc(), _COMMENT.id.desc())
    .limit(1)
    .correlate(Conversation.__table__)
    .scalar_subquery()
)
_NEWEST_WORDS = (
    select(_TALK.id, _VERSION.text)
    .select_from(Conversation.__table__)
    .join(CommentVersion.__table__, _VERSION.comment_id == _NEWEST)
    .where(among_given(_TALK.id, "conversations"))
    .order_by(_VERSION.number)
)
_REPLIES_COUNTED = (
    select(func.count())
    .select_from(Reply.__table__)
    .join(Conversation.__table__, _TALK.id == _REPLY.conversation_id)
    .where(_TALK.author_id == bindparam("author"), _REPLY.state == ReplyState.SENT, COUNTED)
)


def read_thread(
    current: Session, conversation: Conversation, *, replied: bool = True, noted: bool = True
) -> tuple[list[ThreadItem], int]:
    """The thread as this account knows it, in time order, and how many older comments are left out.

    The conversation's own comments come before those of others when there are more than are shown.

    Args:
        replied: whether there are replies in it, where that is known; likewise `noted` for notes.
    """
    connection = current.connection()
    named = {"conversation": conversation.id, "account": conversation.account_id, "thread": conversation.thread_id}
    comments, left_out = _comments(connection, named)
    items: list[ThreadItem] = list(comments)
    if replied:
        items += _replies(connection, named)
    if noted:
        items += _notes(connection, conversation.id)
    items.sort(key=lambda item: (item.at, isinstance(item, ShownNote), item.id))
    return items, left_out


def _notes(connection: Connection, conversation_id: int) -> list[ShownNote]:
    rows = connection.execute(_NOTES_SHOWN, {"conversation": conversation_id}).all()
    mentions: dict[int, list[str]] = defaultdict(list)
    naming = [row.id for row in rows if "@" in row.text]
    if naming:
        for note_id, words in connection.execute(_MENTIONS, {"notes": naming}):
            mentions[note_id].append(words)
    return [ShownNote(*row, mentions=tuple(mentions[row.id])) for row in rows]


def newest_words(current: Session, conversation_ids: Sequence[int]) -> dict[int, str | None]:
    """The text of the newest comment of each conversation; None where it is withheld."""
    if not conversation_ids:
        return {}
    rows = current.connection().execute(_NEWEST_WORDS, {"conversations": conversation_ids})
    return {row.id: row.text for row in rows}


def count_replies(current: Session, author_id: int) -> int:
    """How many published replies of ours an author got on their account."""
    return current.connection().execute(_REPLIES_COUNTED, {"author": author_id}).scalar_one()


def _comments(connection: Connection, named: dict[str, Any]) -> tuple[list[ShownComment], int]:
    rows: dict[int, Any] = {}
    versions: dict[int, list[ShownVersion]] = defaultdict(list)
    for row in connection.execute(_COMMENTS_SHOWN, {**named, "most": MOST_COMMENTS}):
        rows.setdefault(row[0], row)
        if row[_WIDTH] is not None:
            versions[row[0]].append(ShownVersion._make(row[_WIDTH:]))
    total = len(rows) if len(rows) < MOST_COMMENTS else connection.execute(_COMMENTS_COUNTED, named).scalar_one()
    laid = [row.id for row in rows.values() if row.state is CommentState.TOMBSTONED]
    withheld: dict[int, TombstoneReason] = {}
    if laid:
        withheld = {row.comment_id: row.reason for row in connection.execute(_WITHHELD, {"comments": laid})}
    here = named["conversation"]
    # The columns are the first fields, in the same order.
    shown = [
        ShownComment._make((*row[:_WIDTH], row[1] != here, tuple(versions[number]), withheld.get(number)))
        for number, row in rows.items()
    ]
    shown.sort(key=lambda comment: (comment.at, comment.id))
    return shown, total - len(shown)


def _replies(connection: Connection, named: dict[str, Any]) -> list[ShownReply]:
    found = []
    for row in connection.execute(_REPLIES_SHOWN, named):
        fields = dict(zip(_SHOWN_OF_REPLY, row, strict=False))
        dimmed = fields["conversation_id"] != named["conversation"]
        found.append(ShownReply(**fields, at=row.sent_at or row.created_at, dimmed=dimmed))
    return found
