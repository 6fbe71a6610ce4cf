"""The part of the queue that is past due, or due soon: one short stretch of an index for each urgency.

These lists are short and looked at to act, so they come by rank alone; nobody starves in them, since whoever waits is
past due one day and then stands among the first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering.choices import URGENCIES
from inbox.answering.cursor import Position, Rank
from inbox.answering.queue_filters import DueList, conditions_of
from inbox.measuring.targets import DUE_SOON
from inbox.models import ConversationState, QueueEntry
from inbox.models.base import Code, UtcTime

MOST_COUNTED = 100
"""So many rows are counted at most; a page says that there are more."""

_E = QueueEntry.__table__.c
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_MOST_ID = 2**63 - 1


def bounds(which: DueList, now: datetime) -> tuple[datetime, datetime]:
    """After which due time the list begins, and with which it ends."""
    return (_LONG_AGO, now) if which is DueList.PAST else (now, now + DUE_SOON)


def page_of(
    present: Session, names: frozenset[str], values: dict[str, Any], which: DueList, start: Position, limit: int
) -> tuple[list[int], Position | None]:
    """One page of the list, by urgency, due time and author.

    Args:
        names: which filters are on, with `values` bound to them.
    """
    begins, ends = bounds(which, clock.now())
    urgencies = URGENCIES if start.rank is None else tuple(each for each in URGENCIES if each >= start.rank.urgency)
    bound = {**values, "ends": ends, "rows": limit + 1}
    for urgency in urgencies:
        # A later page goes on in one urgency and takes the others from their beginning. What became due meanwhile and
        # stands before that is met on the first page.
        on = start.rank is not None and start.rank.urgency == urgency
        at, author = (start.rank.due_at, start.rank.author_id) if on and start.rank else (begins, _MOST_ID)
        bound |= {f"from_{urgency}": max(at, begins), f"author_{urgency}": author}
    statement = _by_rank(names, urgencies)
    rows = sorted(present.connection().execute(statement, bound).all(), key=lambda row: tuple(row)[1:])
    shown = rows[:limit]
    if len(rows) <= limit:
        return [row.id for row in shown], None
    last = shown[-1]
    return [row.id for row in shown], Position(start.state, rank=Rank(last.urgency, last.due_at, last.author_id))


@cache
def _by_rank(names: frozenset[str], urgencies: tuple[int, ...]) -> Any:
    conditions = conditions_of(names)
    branches = []
    for urgency in urgencies:
        since = tuple_(bindparam(f"from_{urgency}", type_=UtcTime()), bindparam(f"author_{urgency}", type_=_E.id.type))
        branch = select(_E.id, _E.urgency, _E.due_at, _E.author_id).where(
            *conditions,
            _E.urgency == urgency,
            tuple_(_E.due_at, _E.author_id) > since,
            _E.due_at <= bindparam("ends", type_=UtcTime()),
        )
        branches.append(branch.order_by(_E.due_at, _E.author_id).limit(bindparam("rows")))
    return union_all(*(select(branch.subquery()) for branch in branches))


def counted(present: Session) -> dict[DueList, int]:
    """How many rows of the queue wait past their due time or are due soon, each up to `MOST_COUNTED`."""
    now = clock.now()
    values: dict[str, Any] = {"state": ConversationState.WAITING}
    for which in DueList:
        begins, ends = bounds(which, now)
        values |= {f"begins_{which}": begins, f"ends_{which}": ends}
    row = present.connection().execute(_counted(), values).one()
    return {which: min(int(getattr(row, which)), MOST_COUNTED) for which in DueList}


@cache
def _counted() -> Any:
    return select(*(_count_of(which).label(which.value) for which in DueList))


def _count_of(which: DueList) -> Any:
    branches = [
        select(_E.id)
        .where(
            _E.state == bindparam("state", type_=Code(ConversationState)),
            _E.urgency == urgency,
            _E.due_at > bindparam(f"begins_{which}", type_=UtcTime()),
            _E.due_at <= bindparam(f"ends_{which}", type_=UtcTime()),
        )
        .limit(MOST_COUNTED)
        for urgency in URGENCIES
    ]
    together = union_all(*(select(branch.subquery()) for branch in branches)).subquery()
    return select(func.count()).select_from(together).scalar_subquery()
