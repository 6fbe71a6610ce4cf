"""The pause between two prepared replies: kept over all groups of a member, and by what is approved later as well."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import BulkReply, Member, PreparedReply, Reply, ReplyState

USUAL_PAUSE = 45
"""Seconds between two replies of a group, where nobody chose another pause."""

LOOKED_BACK = timedelta(hours=1)
"""How long the replies of a member's other groups count."""


def of(bulk: BulkReply) -> timedelta:
    """How long a group waits between two."""
    return timedelta(seconds=bulk.pause_seconds or USUAL_PAUSE)


def last_leaving(current: Session, member_id: int, *, besides: int = 0) -> datetime | None:
    """When the newest prepared reply of a member left, or is to leave; None where none did lately.

    Args:
        besides: a reply that does not count.
    """
    leaves = case((Reply.state == ReplyState.QUEUED, Reply.not_before), else_=Reply.sending_at)
    newest: datetime | None = current.scalar(
        select(func.max(leaves))
        .join(PreparedReply, PreparedReply.reply_id == Reply.id)
        .join(BulkReply, BulkReply.id == PreparedReply.bulk_id)
        .where(
            BulkReply.member_id == member_id,
            Reply.id != besides,
            Reply.state != ReplyState.WITHDRAWN,
            leaves >= clock.now() - LOOKED_BACK,
        )
    )
    return newest


def still(current: Session, reply: Reply) -> timedelta:
    """How long a stored reply that was prepared in a group and approved later has to wait for the ones before it."""
    if not reply.id:
        return timedelta(0)
    row = current.scalars(select(PreparedReply).where(PreparedReply.reply_id == reply.id)).first()
    if row is None:
        return timedelta(0)
    bulk = current.get_one(BulkReply, row.bulk_id)
    one_at_a_time(current, bulk.member_id)
    before = last_leaving(current, bulk.member_id, besides=reply.id)
    return timedelta(0) if before is None else max(timedelta(0), before + of(bulk) - clock.now())


def one_at_a_time(current: Session, member_id: int) -> None:
    """Until the end of the transaction nobody else settles when a prepared reply of the member leaves."""
    current.scalar(select(Member.id).where(Member.id == member_id).with_for_update(key_share=True))
