"""The queue: one row per author and account, in the order in which people are to be answered.

A page reads two short stretches of an index and the details of the rows it shows; it counts nothing and skips nothing
by number. Statements are built once per shape of filters.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    BindParameter,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    true,
    tuple_,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from inbox.answering import queue_due
from inbox.answering.choices import FilterChoices, filter_choices
from inbox.answering.cursor import Keys, Position, Since, weave
from inbox.answering.queue_filters import DueList, QueueFilters, conditions_of, narrowed
from inbox.answering.rows import EXCERPT, QueueRow, read_rows
from inbox.extensions import session
from inbox.models import ConversationState, QueueCounter, QueueEntry
from inbox.models.base import UtcTime
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem

__all__ = [
    "EXCERPT",
    "MOST_ROWS",
    "DueList",
    "FilterChoices",
    "QueueFilters",
    "QueuePage",
    "QueueRow",
    "count",
    "counters",
    "counters_by_account",
    "due_counts",
    "filter_choices",
    "page",
]

_MOST_LOOKED_AT = 2_000

MOST_ROWS = 200
"""The most rows one page may ask for."""

_NEWEST_FIRST = (ConversationState.ANSWERED, ConversationState.CLOSED)

_E = QueueEntry.__table__.c
_AS_STORED = NullType()
_BY_RANK = itemgetter(1, 2, 3)
_BY_SINCE = itemgetter(4, 3)


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Rows, and the cursor of the next page, None on the last one.

    Attributes:
        begun: the conversations among them in which the reader has half-written something.
    """

    rows: list[QueueRow]
    next: str | None
    begun: frozenset[int]


def page(actor: Actor, filters: QueueFilters, after: str | None = None, limit: int = 50) -> QueuePage:
    """One page of the queue.

    Waiting authors come woven: by urgency, due time and author, and on every fifth place the one who has waited
    longest. Snoozed ones come longest waiting first, answered and closed ones newest first. Those who are past due, or
    due soon, come by urgency, due time and author alone.

    Args:
        after: the `next` of the page before.
        limit: from 1 to `MOST_ROWS`.

    Raises:
        Problem: `cursor_unknown`, `limit_unknown`; `due_needs_wait`: in that state nobody is due.
    """
    require(actor, Permission.QUEUE_VIEW)
    if not 1 <= limit <= MOST_ROWS:
        raise Problem("limit_unknown", most=MOST_ROWS)
    state = filters.state
    walked = state.value if filters.due is None else f"{state.value}.{filters.due.value}"
    start = Position.decode(after, state=walked) if after else Position(walked)
    present = session()
    if filters.due is not None:
        if state in _NEWEST_FIRST:
            raise Problem("due_needs_wait")
        names, values = narrowed(actor, filters)
        ids, further = queue_due.page_of(present, names, values, filters.due, start, limit)
    elif state is ConversationState.WAITING:
        ids, further = _woven(present, actor, filters, start, limit)
    else:
        ids, further = _plain(present, actor, filters, start, limit)
    rows, begun = read_rows(present, ids, state, actor.member_id)
    return QueuePage(rows, further.encode() if further else None, begun)


def counters(actor: Actor, *, account_id: int | None = None) -> dict[ConversationState, int]:
    """How many rows the queue has in each state, everywhere or on one account; read from counters, never counted."""
    require(actor, Permission.QUEUE_VIEW)
    named = {} if account_id is None else {"account_id": account_id}
    found = session().connection().execute(_counted(account_id is not None), named)
    return dict.fromkeys(ConversationState, 0) | {state: int(entries) for state, entries in found}


def due_counts(actor: Actor) -> dict[DueList, int]:
    """How many waiting rows are past due, and how many due soon, each counted up to `queue_due.MOST_COUNTED`."""
    require(actor, Permission.QUEUE_VIEW)
    return queue_due.counted(session())


@cache
def _counted(of_account: bool) -> Any:
    table = QueueCounter.__table__.c
    counted = select(table.state, func.sum(table.entries)).group_by(table.state)
    return counted.where(table.account_id == bindparam("account_id")) if of_account else counted


def count(actor: Actor, filters: QueueFilters, most: int) -> tuple[int, bool]:
    """How many rows there are with these filters, counted up to `most`; and whether that is all.

    At most `_MOST_LOOKED_AT` rows are looked at, the most urgent first: what is counted is then the least there are.
    """
    require(actor, Permission.QUEUE_VIEW)
    names, values = narrowed(actor, filters)
    if filters.due is not None:
        start = Position(f"{filters.state.value}.{filters.due.value}")
        ids, further = queue_due.page_of(session(), names, values, filters.due, start, most)
        return len(ids), further is None
    looked_at, fitting = session().connection().execute(_fitting(names), {**values, "rows": _MOST_LOOKED_AT}).one()
    return min(fitting, most), fitting <= most and looked_at < _MOST_LOOKED_AT


@cache
def _fitting(names: frozenset[str]) -> Any:
    # What an index narrows to comes first, and only so many of these are looked at.
    indexed = names & {"state", "account_id", "assignee_id", "nobody", "mine", "team_id"}
    fits = and_(true(), *conditions_of(names - indexed | {"state"}))
    rows = (
        select(case((fits, 1), else_=0).label("fits"))
        .where(*conditions_of(indexed))
        .order_by(_E.urgency, _E.due_at, _E.author_id)
        .limit(bindparam("rows"))
        .subquery()
    )
    return select(func.count(), func.coalesce(func.sum(rows.c.fits), 0)).select_from(rows)


def counters_by_account(actor: Actor) -> dict[int, dict[ConversationState, int]]:
    """The same for every account that has one, by account id."""
    require(actor, Permission.QUEUE_VIEW)
    found: dict[int, dict[ConversationState, int]] = defaultdict(lambda: dict.fromkeys(ConversationState, 0))
    for counter in session().execute(select(QueueCounter.account_id, QueueCounter.state, QueueCounter.entries)):
        found[counter.account_id][counter.state] = counter.entries
    return dict(found)


def _woven(
    present: Session, actor: Actor, filters: QueueFilters, start: Position, limit: int
) -> tuple[list[int], Position | None]:
    names, values = narrowed(actor, filters)
    statement = _two_orders(names, start.rank is not None, start.since is not None)
    if start.rank is not None:
        values |= start.rank._asdict()
    if start.since is not None:
        values |= {"since": start.since.waiting_since, "since_author": start.since.author_id}
    by_rank: list[Keys] = []
    by_since: list[Keys] = []
    for row in present.connection().execute(statement, {**values, "rows": limit + 1}).all():
        (by_since if row[0] else by_rank).append(Keys._make(row[1:]))
    by_rank.sort(key=_BY_RANK)
    by_since.sort(key=_BY_SINCE)
    return weave(by_rank, by_since, start, limit)


def _plain(
    present: Session, actor: Actor, filters: QueueFilters, start: Position, limit: int
) -> tuple[list[int], Position | None]:
    names, values = narrowed(actor, filters)
    if start.since is not None:
        values |= {"since": start.since.waiting_since, "since_author": start.since.author_id}
    statement = _one_order(names, filters.state in _NEWEST_FIRST, start.since is not None)
    rows = present.connection().execute(statement, {**values, "rows": limit + 1}).all()
    shown = rows[:limit]
    if len(rows) <= limit:
        return [row.id for row in shown], None
    last = Since(shown[-1].waiting_since, shown[-1].author_id)
    return [row.id for row in shown], Position(start.state, since=last)


def _beyond_rank() -> Any:
    return tuple_(_E.urgency, _E.due_at, _E.author_id) > tuple_(
        bindparam("urgency", type_=_E.urgency.type),
        bindparam("due_at", type_=UtcTime()),
        bindparam("author_id", type_=_E.author_id.type),
    )


def _since_bound() -> Any:
    return tuple_(bindparam("since", type_=UtcTime()), bindparam("since_author", type_=_E.author_id.type))


# Turning a hundred texts into times would cost more than the query.
_KEYS = (
    _E.id,
    _E.urgency,
    type_coerce(_E.due_at, _AS_STORED).label("due_at"),
    _E.author_id,
    type_coerce(_E.waiting_since, _AS_STORED).label("waiting_since"),
)


@cache
def _two_orders(names: frozenset[str], after_rank: bool, after_since: bool) -> Any:
    conditions = conditions_of(names)
    if after_rank:
        conditions.append(_beyond_rank())
    if after_since:
        conditions.append(tuple_(_E.waiting_since, _E.author_id) > _since_bound())
    rows: BindParameter[int] = bindparam("rows")
    by_rank = select(literal(0).label("order"), *_KEYS).where(*conditions)
    by_rank = by_rank.order_by(_E.urgency, _E.due_at, _E.author_id).limit(rows)
    by_since = select(literal(1).label("order"), *_KEYS).where(*conditions)
    by_since = by_since.order_by(_E.waiting_since, _E.author_id).limit(rows)
    return union_all(select(by_rank.subquery()), select(by_since.subquery()))


@cache
def _one_order(names: frozenset[str], newest_first: bool, after_since: bool) -> Any:
    conditions = conditions_of(names)
    key = tuple_(_E.waiting_since, _E.author_id)
    if after_since:
        conditions.append(key < _since_bound() if newest_first else key > _since_bound())
    columns = (_E.waiting_since, _E.author_id)
    order = [column.desc() for column in columns] if newest_first else list(columns)
    return select(_E.id, *columns).where(*conditions).order_by(*order).limit(bindparam("rows"))
