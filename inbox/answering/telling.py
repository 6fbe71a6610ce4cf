"""Telling of a deed on a reply: a row of the trail, and a ring for the screens, both with the commit."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inbox import bell, trail
from inbox.models import Reply
from inbox.permissions import Actor


def tell(current: Session, actor: Actor, reply: Reply, deed: str, **facts: object) -> None:
    """Record `deed` (`reply.sent`) with the hash of the text, never the text, and ring `reply.changed`."""
    params = {"conversation": reply.conversation_id, "text_hash": reply.text_hash, **facts}
    trail.record(current, actor, deed, of=("reply", reply.id), params=params)
    bell.ring(
        current,
        "reply.changed",
        reply_id=reply.id,
        conversation_id=reply.conversation_id,
        account_id=reply.account_id,
        state=reply.state.value,
    )


def tell_queued(current: Session, actor: Actor, reply: Reply, deed: str = "reply.queued") -> None:
    """Record that `reply` is to leave, as its writer's deed or another's, and ring for the worker."""
    tell(current, actor, reply, deed, held=reply.held_code)
    bell.ring(current, "reply.queued", reply_id=reply.id, account_id=reply.account_id)
