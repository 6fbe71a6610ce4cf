"""Reading the trail in pages, newest first."""

from __future__ import annotations

from sqlalchemy import select

from inbox.extensions import session
from inbox.models import TrailRow
from inbox.permissions import Actor, Permission, require


def rows(
    actor: Actor,
    *,
    limit: int = 50,
    before: int | None = None,
    action: str | None = None,
    of: tuple[str, object] | None = None,
) -> list[TrailRow]:
    """Rows of the trail, newest first.

    Args:
        limit: this many at most.
        before: only rows with a lower number: the last one of the page before.
        action: only this action, `reply.queued`, or every action of a noun, `reply`.
        of: only what was done to this, as (type, id).

    Raises:
        Refused: the actor may not see the trail.
    """
    require(actor, Permission.TRAIL_VIEW)
    statement = select(TrailRow).order_by(TrailRow.seq.desc()).limit(limit)
    if before is not None:
        statement = statement.where(TrailRow.seq < before)
    if action is not None:
        noun = f"{action}."
        # A range, not LIKE: an underscore in an action is no wildcard, and the index serves it.
        in_noun = (TrailRow.action >= noun) & (TrailRow.action < f"{noun}\uffff")
        statement = statement.where(in_noun | (TrailRow.action == action))
    if of is not None:
        statement = statement.where(TrailRow.object_type == of[0], TrailRow.object_id == str(of[1]))
    return list(session().scalars(statement))
