"""Taking back what became replies and has not left, so that of a group that is stopped nothing leaves any more."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import prepared_watch
from inbox.answering.finding import conversation_of, move, new_form_key, reply_of
from inbox.answering.telling import tell
from inbox.models import BulkReply, PreparedReply, PreparedState, Reply, ReplyMove, ReplyState
from inbox.permissions import Actor

_WAITS = (ReplyState.SUBMITTED, ReplyState.APPROVED)


def take_back_all(current: Session, actor: Actor, bulk: BulkReply) -> int:
    """Prepare again whatever of a locked group counts down or waits for approval, in the caller's transaction.

    What a worker that died made a reply of, and did not say so, is known by its form.

    Returns:
        how many were taken back.
    """
    prepared_watch.note_handed_over(current, bulk)
    rows = current.scalars(
        select(PreparedReply)
        .where(PreparedReply.bulk_id == bulk.id, PreparedReply.state == PreparedState.HANDED_OVER)
        .order_by(PreparedReply.position)
        .execution_options(populate_existing=True)
    ).all()
    return sum(take_back(current, actor, row) for row in rows)


def take_back(current: Session, actor: Actor, row: PreparedReply) -> bool:
    """Prepare one again that has not left, to be ticked anew; one on its way is not touched."""
    if row.reply_id is None:
        return False
    conversation_of(current, row.conversation_id, lock=True)
    reply = reply_of(current, row.reply_id, lock=True)
    if not _can_be_taken_back(reply):
        return False
    move(reply, ReplyMove.WITHDRAW)
    reply.held_code = None
    tell(current, actor, reply, "reply.withdrawn")
    row.state, row.reply_id, row.settled_at, row.ticked_at = PreparedState.OPEN, None, None, None
    row.text = reply.text
    row.form_key = new_form_key()
    row.number += 1
    return True


def _can_be_taken_back(reply: Reply) -> bool:
    if reply.state is ReplyState.QUEUED:
        return not reply.attempts and reply.sending_at is None
    return reply.state in _WAITS
