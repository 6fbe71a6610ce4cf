"""Reading the trail in pages, newest first, and taking it out as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session, writing
from inbox.models import Comment, Reply, TrailRow
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem
from inbox.trail.chain import record

COLUMNS = ("seq", "at", "actor", "action", "object_type", "object_id", "params", "previous_hash", "hash")
"""What a row consists of, in the order in which it is hashed."""

_BATCH = 2_000


@dataclass(frozen=True, slots=True)
class TrailFilters:
    """Which rows are asked for; what is None lets every row through.

    Attributes:
        actor: who did it, as the trail names them: `member:12`, `operator`, `worker`, `system`.
        action: one action, `reply.queued`, or every action of a noun, `reply`.
        start: at or after it (aware).
        end: before it (aware).
        object_type: what kind of thing it was done to: `conversation`.
        object_id: which one of them; asks for `object_type` too.
    """

    actor: str | None = None
    action: str | None = None
    start: datetime | None = None
    end: datetime | None = None
    object_type: str | None = None
    object_id: str | None = None


def rows(
    actor: Actor, filters: TrailFilters | None = None, *, limit: int = 50, before: int | None = None
) -> list[TrailRow]:
    """Rows of the trail, newest first.

    Args:
        filters: None for every row.
        limit: this many at most.
        before: only rows with a lower number: the last one of the page before.

    Raises:
        Refused: the actor may not see the trail.
        Problem: `period_reversed`, `object_without_type`.
    """
    require(actor, Permission.TRAIL_VIEW)
    return list(session().scalars(_newest(session(), filters or TrailFilters(), before, limit)))


def export(actor: Actor, filters: TrailFilters | None = None) -> Iterator[dict[str, Any]]:
    """Every row the filters let through, newest first, one at a time; that it was taken out is a row of its own.

    Raises:
        Refused: the actor may not see the trail.
        Problem: as `rows`.
    """
    require(actor, Permission.TRAIL_VIEW)
    chosen = filters or TrailFilters()
    _chosen(chosen, None)
    facts = {
        name: clock.to_iso(value) if isinstance(value, datetime) else value
        for name in TrailFilters.__slots__
        if (value := getattr(chosen, name)) is not None
    }
    with writing() as current:
        record(current, actor, "trail.exported", params=facts)
    return _walk(chosen)


def conversations_of(actor: Actor, shown: Sequence[TrailRow]) -> dict[tuple[str, str], int]:
    """The conversations that the comments and replies of `shown` stand in, by (object type, object id).

    Raises:
        Refused: the actor may not see the trail.
    """
    require(actor, Permission.TRAIL_VIEW)
    found: dict[tuple[str, str], int] = {}
    for kind, model in (("comment", Comment), ("reply", Reply)):
        numbers = {int(row.object_id) for row in shown if row.object_type == kind and row.object_id.isdigit()}
        pairs = session().execute(select(model.id, model.conversation_id).where(model.id.in_(sorted(numbers))))
        found |= {(kind, str(number)): conversation_id for number, conversation_id in pairs}
    return found


def facts_of(row: TrailRow) -> dict[str, Any]:
    """A row as one flat object; its parameters are an object inside it."""
    return {name: getattr(row, name) for name in COLUMNS} | {"params": json.loads(row.params)}


def _walk(filters: TrailFilters) -> Iterator[dict[str, Any]]:
    current = session()
    columns = [getattr(TrailRow, name) for name in COLUMNS]
    before: int | None = None
    while True:
        # Keys, not one long cursor: a slow download keeps no transaction of the database open.
        page = current.execute(_newest(current, filters, before, _BATCH).with_only_columns(*columns)).all()
        current.rollback()
        for row in page:
            yield dict(zip(COLUMNS, row, strict=True))
        if len(page) < _BATCH:
            return
        before = page[-1][0]


def _newest(current: Session, filters: TrailFilters, before: int | None, limit: int) -> Select[Any]:
    """The newest `limit` rows. Those of a noun are the newest of each of its actions, which the index on (action, seq)
    finds at once; as one range of actions they would all be sorted first."""
    chosen = _chosen(filters, before)
    if filters.action is None:
        return chosen.limit(limit)
    actions = _actions(current, filters.action)
    if len(actions) < 2:
        return chosen.where(TrailRow.action.in_(actions)).limit(limit)
    parts = [chosen.with_only_columns(TrailRow.seq).where(TrailRow.action == action).limit(limit) for action in actions]
    newest = union_all(*(select(part.subquery().c.seq) for part in parts))
    return select(TrailRow).where(TrailRow.seq.in_(newest)).order_by(TrailRow.seq.desc()).limit(limit)


def _actions(current: Session, asked: str) -> list[str]:
    """The actions of the trail that `asked` means: itself, and every action of it where it is a noun."""
    found = [asked]
    noun = last = f"{asked}."
    while True:
        # A range, not LIKE: an underscore in an action is no wildcard, and each step is one look into the index.
        following = (TrailRow.action > last, TrailRow.action < f"{noun}\uffff")
        step = current.scalar(select(func.min(TrailRow.action)).where(*following))
        if step is None:
            return found
        found.append(step)
        last = step


def _chosen(filters: TrailFilters, before: int | None) -> Select[Any]:
    if filters.start is not None and filters.end is not None and filters.end <= filters.start:
        raise Problem("period_reversed")
    if filters.object_id is not None and filters.object_type is None:
        raise Problem("object_without_type")
    statement = select(TrailRow).order_by(TrailRow.seq.desc())
    if before is not None:
        statement = statement.where(TrailRow.seq < before)
    if filters.actor is not None:
        statement = statement.where(TrailRow.actor == filters.actor)
    if filters.start is not None:
        statement = statement.where(TrailRow.at >= filters.start)
    if filters.end is not None:
        statement = statement.where(TrailRow.at < filters.end)
    if filters.object_type is not None:
        statement = statement.where(TrailRow.object_type == filters.object_type)
    if filters.object_id is not None:
        statement = statement.where(TrailRow.object_id == filters.object_id)
    return statement
