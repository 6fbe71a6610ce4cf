"""Whom a member was to look at again, and who looks instead once they are away or have left: nobody, for all to see."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, cast, select, text
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.models import Conversation, FollowUp, TrailRow
from inbox.models.follow_up import STANDING
from inbox.permissions import Actor

_GIVEN = "follow_up.given"
_STANDS = text(STANDING)
_AT_ONCE = 500


def owners(current: Session) -> list[int]:
    """The members who are to look at somebody now."""
    due = select(FollowUp.owner_id).where(_STANDS, FollowUp.owner_id.is_not(None), FollowUp.look_at <= clock.now())
    return [owner for owner in current.scalars(due.distinct().order_by(FollowUp.owner_id)) if owner is not None]


def give_back(current: Session, actor: Actor, member_id: int, since: datetime | None, *, away: str) -> int:
    """Inside a write transaction: let nobody see to whom a member was to look at by now.

    Args:
        since: when they left; what they took later stays theirs. None for everything.

    Returns:
        how many that were.
    """
    theirs = select(FollowUp.id).where(_STANDS, FollowUp.owner_id == member_id, FollowUp.look_at <= clock.now())
    if since is not None:
        taken_later = select(TrailRow.seq).where(
            TrailRow.object_type == "conversation",
            TrailRow.object_id == cast(FollowUp.conversation_id, String),
            TrailRow.action == _GIVEN,
            TrailRow.actor == f"member:{member_id}",
            TrailRow.at > since,
        )
        theirs = theirs.where(~taken_later.exists())
    ids = current.scalars(theirs.order_by(FollowUp.id).limit(_AT_ONCE)).all()
    # What is written at the same moment settles under the lock of the conversation.
    current.execute(
        select(Conversation.id)
        .where(Conversation.id.in_(select(FollowUp.conversation_id).where(FollowUp.id.in_(ids))))
        .order_by(Conversation.id)
        .with_for_update(of=Conversation, key_share=True)
    )
    found = current.scalars(
        select(FollowUp)
        .where(FollowUp.id.in_(ids), _STANDS, FollowUp.owner_id == member_id)
        .order_by(FollowUp.id)
        .execution_options(populate_existing=True)
    ).all()
    for each in found:
        each.owner_id = None
        params = {"follow_up": each.id, "member": None, "from": member_id, "away": away}
        trail.record(current, actor, _GIVEN, of=("conversation", each.conversation_id), params=params)
    return len(found)
