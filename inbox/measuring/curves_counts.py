"""What the database counts for the charts of a report: comments, answers, and the stages of answered waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox.measuring.curves_local import epoch
from inbox.measuring.report_footnotes import comments_of
from inbox.measuring.report_rows import ReportQuery, accounts_of, waits_of, within
from inbox.measuring.report_scope import during
from inbox.models import Comment, Purpose, Reply, ReplyOrigin, ReplyState, Wait

STAGES = ("received", "opened", "drafted", "submitted", "approved", "sent", "confirmed")
"""What ends each stretch of an answered wait, in order; it begins when the comment was posted."""


@dataclass(frozen=True, slots=True)
class Counted:
    """How much happened in each of some moments, to the grain they were counted by.

    Attributes:
        moments: beginnings of slices in which something happened, in seconds since 1970, ascending.
        counts: how much did.
    """

    moments: NDArray[np.float64]
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stages:
    """Where the time of answered waits went.

    Attributes:
        answers: waits that were answered from this inbox, over which the means are.
        elsewhere: waits answered in a network's own app, whose stages nobody saw.
        means: mean seconds of the stretch that ends with each of `STAGES`; a stage that was left out takes no time, and
            its time counts to the next one. Those up to *sent* add up to the mean wait.
    """

    answers: int
    elsewhere: int
    means: tuple[float, ...]


def comments(current: Session, query: ReportQuery, purpose: Purpose, grain: int) -> Counted:
    """Comments by when they were posted; those whose text is withheld count as any other."""
    return _counted(current, Comment.posted_at.expression, grain, comments_of(current, query, purpose))


def answers(current: Session, query: ReportQuery, purpose: Purpose, grain: int) -> Counted:
    """Replies by when the network published them, native ones too; automatic messages are none."""
    # What was sent has its time.
    sent_at = cast("InstrumentedAttribute[datetime]", Reply.sent_at)
    conditions: list[ColumnElement[bool]] = [
        Reply.state == ReplyState.SENT,
        Reply.automatic.is_(False),
        Reply.account_id.in_([account.id for account in accounts_of(current, query, purpose)]),
        *within(query, sent_at.expression),
    ]
    if query.crisis_id is not None:
        conditions += during(current, query.crisis_id, Reply.account_id, Reply.conversation_id, sent_at)
    if query.member_id is not None:
        conditions.append(Reply.member_id == query.member_id)
    return _counted(current, sent_at.expression, grain, conditions)


def stages(current: Session, query: ReportQuery, purpose: Purpose) -> Stages:
    """The stages of answered waits."""
    here = Wait.reply_origin == ReplyOrigin.INBOX
    reached = _reached(current)
    row = current.execute(
        select(
            func.count().filter(here),
            func.count(),
            *(func.avg(epoch(current, moment)).filter(here) for moment in reached),
        ).where(*waits_of(current, query, purpose), Wait.closed_at.is_not(None))
    ).one()
    written_here, answered, *averages = row
    if not written_here:
        return Stages(0, answered, (0.0,) * len(STAGES))
    known = [float(average) for average in averages]
    means = tuple(after - before for before, after in pairwise(known))
    return Stages(written_here, answered - written_here, means)


def _reached(current: Session) -> list[ColumnElement[datetime]]:
    """When each stage was reached, in order: never before the one before it, and none but the last after the sending.

    A missing time is as early as the stage before, and a clock that ran ahead makes no negative stretch.
    """
    largest, smallest = (func.max, func.min) if _is_sqlite(current) else (func.greatest, func.least)
    posted, sent = Wait.opened_at.expression, func.coalesce(Wait.closed_at, Wait.opened_at)
    columns = (Wait.received_at, Wait.first_opened_at, Wait.drafted_at, Wait.submitted_at, Wait.approved_at)
    reached: list[Any] = [posted]
    known: list[Any] = [posted]
    for column in columns:
        known.append(func.coalesce(column, posted))
        reached.append(largest(posted, smallest(sent, largest(*known))))
    reached.append(largest(posted, sent))
    reached.append(largest(posted, sent, func.coalesce(Wait.confirmed_at, posted)))
    return reached


def _is_sqlite(current: Session) -> bool:
    return bool(current.get_bind().dialect.name == "sqlite")


def _counted(
    current: Session, column: ColumnElement[Any], grain: int, conditions: Sequence[ColumnElement[bool]]
) -> Counted:
    slices = (epoch(current, column) // grain).label("slice")
    statement = select(slices, func.count()).where(*conditions).group_by(slices).order_by(slices)
    rows = np.array([tuple(row) for row in current.execute(statement)], dtype=np.int64).reshape(-1, 2)
    return Counted((rows[:, 0] * grain).astype(np.float64), rows[:, 1])
