"""Withholding a text that its author removed: the row, its times, its state and its trail stay."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import (
    Comment,
    CommentState,
    CommentVersion,
    RawPayload,
    Source,
    Tombstone,
    TombstoneReason,
    search_index,
)
from inbox.permissions import Actor, Permission, Refused, require
from inbox.trail import record


def lay(session: Session, actor: Actor, comment_ids: Collection[int], reason: TombstoneReason) -> int:
    """Withhold the texts of comments; what is withheld already stays as it is.

    The digests stay, so that the trail can still be checked; the words that triage quoted go with the text. No figure
    changes: the comment, its conversation and its waits are not touched.

    Args:
        session: inside a write transaction.
        actor: the system, which alone may do this; no member can.
        comment_ids: which comments.
        reason: why.

    Returns:
        how many were withheld.

    Raises:
        Refused: the actor is not the system.
    """
    require(actor, Permission.COMMENTS_TOMBSTONE)
    if actor.member_id is not None:
        raise Refused(actor, Permission.COMMENTS_TOMBSTONE)
    standing = session.scalars(
        select(Comment.id).where(Comment.id.in_(comment_ids), Comment.state != CommentState.TOMBSTONED)
    ).all()
    if not standing:
        return 0
    now = clock.now()
    session.execute(
        insert(Tombstone), [{"comment_id": one, "reason": reason, "at": now, "by": actor.name} for one in standing]
    )
    session.execute(update(CommentVersion).where(CommentVersion.comment_id.in_(standing)).values(text=None, salt=None))
    search_index.refresh(session.connection(), Source.COMMENT, standing)
    session.execute(update(RawPayload).where(RawPayload.comment_id.in_(standing)).values(payload=None))
    session.execute(update(Comment).where(Comment.id.in_(standing)).values(state=CommentState.TOMBSTONED, reasons=[]))
    for comment_id in standing:
        record(session, actor, "comment.tombstoned", of=("comment", comment_id), params={"reason": reason.value})
    return len(standing)
