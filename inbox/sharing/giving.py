"""Giving conversations to a member, to a team or to nobody, inside the transaction of whoever does it.

Every gift is a row of `assignments`, so that figures know who had a conversation when, and a row of the trail.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.measuring import entries
from inbox.models import Assignment, Conversation, ConversationState, Presence
from inbox.permissions import Actor

ASSIGNED = "conversation.assigned"


def waiting_of_author(current: Session, chosen: Conversation) -> list[Conversation]:
    """An author's waiting conversations on the account, and `chosen`, locked: what is given is given together."""
    return list(
        current.scalars(
            select(Conversation)
            .where(
                Conversation.author_id == chosen.author_id,
                Conversation.account_id == chosen.account_id,
                (Conversation.state == ConversationState.WAITING) | (Conversation.id == chosen.id),
            )
            .order_by(Conversation.id)
            .with_for_update(of=Conversation, key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def give(
    current: Session,
    actor: Actor,
    conversations: Sequence[Conversation],
    member_id: int | None,
    team_id: int | None,
    *,
    deed: str = ASSIGNED,
    **facts: object,
) -> list[Conversation]:
    """Give locked conversations to a member, to a team, to a member for a team, or to nobody.

    Whoever is given one by a deed keeps it, whether they are at the screen or not.

    Args:
        facts: what the row of the trail says besides who has it now.

    Returns:
        those that somebody else had before.
    """
    changed = [each for each in conversations if (each.assignee_id, each.team_id) != (member_id, team_id)]
    current.execute(
        update(Presence)
        .where(Presence.conversation_id.in_([each.id for each in conversations]), Presence.claimed_until.is_not(None))
        .values(claimed_until=None)
        .execution_options(synchronize_session=False)
    )
    for each in changed:
        each.assignee_id, each.team_id = member_id, team_id
        current.add(
            Assignment(conversation_id=each.id, member_id=member_id, team_id=team_id, at=clock.now(), by=actor.name)
        )
        params = {"member": member_id, **({} if team_id is None else {"team": team_id}), **facts}
        trail.record(current, actor, deed, of=("conversation", each.id), params=params)
        bell.ring(current, "conversation.changed", conversation_id=each.id)
    if changed:
        entries.refresh(current, {each.author_id for each in changed})
    return changed
