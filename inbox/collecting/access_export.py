"""Everything that is known of one author, for a person who asks what is kept about them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Author,
    AuthorLink,
    Comment,
    CommentVersion,
    Conversation,
    ConversationTag,
    Declaration,
    Draft,
    Escalation,
    FollowUp,
    Note,
    PreparedReply,
    RawPayload,
    Reply,
    Tag,
    Tombstone,
    Wait,
)
from inbox.models.base import Base
from inbox.permissions import Actor, Permission, require
from inbox.problems import Unknown
from inbox.trail import record

Json = dict[str, Any]

_WITHOUT = frozenset(
    {"salt", "digest", "form_key", "key", "member_id", "no_answer_by", "corrected_by", "assignee_id", "team_id"}
)
"""Columns that say nothing about the author: proofs, keys, and who of our staff did something."""


def export(actor: Actor, author_id: int) -> Json:
    """What is kept of an author, as JSON values; times in ISO 8601 UTC. The export is written to the trail.

    Staff stay unnamed. What people wrote about somebody else is in the export of that somebody's own conversations.

    Raises:
        Unknown: `author_unknown`.
    """
    require(actor, Permission.AUTHORS_EXPORT)
    with writing() as current:
        if current.get(Author, author_id) is None:
            raise Unknown("author_unknown", id=author_id)
        record(current, actor, "author.exported", of=("author", author_id))
    current = session()
    author = current.get_one(Author, author_id)
    account = current.get_one(Account, author.account_id)
    comments = select(Comment.id).where(Comment.author_id == author_id)
    conversations = select(Conversation.id).where(Conversation.author_id == author_id)
    return {
        "exported_at": clock.to_iso(clock.now()),
        "account": {"name": account.name, "network": account.network, "retention_months": account.retention_months},
        "author": _row(author),
        "conversations": _rows(current, Conversation, Conversation.author_id == author_id),
        "comments": _rows(current, Comment, Comment.author_id == author_id),
        "versions": _rows(current, CommentVersion, CommentVersion.comment_id.in_(comments)),
        "delivered": _rows(current, RawPayload, RawPayload.comment_id.in_(comments)),
        "withheld": _rows(current, Tombstone, Tombstone.comment_id.in_(comments)),
        "links": _links(current, author_id),
        "waits": _rows(current, Wait, Wait.conversation_id.in_(conversations)),
        "replies": _rows(current, Reply, Reply.conversation_id.in_(conversations)),
        "notes": _rows(current, Note, Note.conversation_id.in_(conversations)),
        "drafts": _rows(current, Draft, Draft.conversation_id.in_(conversations), without={"screen"}),
        "follow_ups": _rows(
            current, FollowUp, FollowUp.conversation_id.in_(conversations), without={"owner_id", "outcome_by"}
        ),
        "tags": _tags(current, author_id),
        "prepared_replies": _rows(
            current, PreparedReply, PreparedReply.conversation_id.in_(conversations), without={"out_by", "bulk_id"}
        ),
        "escalations": _rows(current, Escalation, Escalation.conversation_id.in_(conversations)),
        "declarations": _rows(
            current, Declaration, Declaration.conversation_id.in_(conversations), without={"declared_by", "decided_by"}
        ),
    }


def _tags(current: Session, author_id: int) -> list[Json]:
    rows = current.execute(
        select(ConversationTag.conversation_id, Tag.name, ConversationTag.at, ConversationTag.ended_at)
        .join(Tag, Tag.id == ConversationTag.tag_id)
        .join(Conversation, Conversation.id == ConversationTag.conversation_id)
        .where(Conversation.author_id == author_id)
        .order_by(ConversationTag.id)
    )
    return [{name: _value(value) for name, value in row._mapping.items()} for row in rows]


def _links(current: Session, author_id: int) -> list[Json]:
    """With whom staff linked the author, as (number, network, account): not by a name, which is another person's where
    the link is a mistake."""
    found = []
    for link in current.scalars(
        select(AuthorLink)
        .where(or_(AuthorLink.author_id == author_id, AuthorLink.other_id == author_id))
        .order_by(AuthorLink.id)
    ):
        other = current.get_one(Author, link.other_id if link.author_id == author_id else link.author_id)
        account = current.get_one(Account, other.account_id)
        found.append(
            {
                "other_author": {"id": other.id, "network": account.network, "account": account.name},
                "reason": link.reason,
                "linked_at": _value(link.linked_at),
                "ended_at": _value(link.ended_at),
                "end_reason": link.end_reason,
            }
        )
    return found


def _rows(current: Session, model: type[Base], condition: Any, *, without: set[str] | None = None) -> list[Json]:
    found = current.scalars(select(model).where(condition).order_by(model.__table__.c.id))
    return [_row(row, without or set()) for row in found]


def _row(row: Base, without: set[str] | frozenset[str] = frozenset()) -> Json:
    columns = (column.name for column in row.__table__.columns if column.name not in _WITHOUT | without)
    return {name: _value(getattr(row, name)) for name in columns}


def _value(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return clock.to_iso(value)
    return value.hex() if isinstance(value, bytes) else value
