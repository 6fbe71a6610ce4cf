"""The part of open waits that lies in staffed hours, as it is until now."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.extensions import session
from inbox.measuring.hours import ALWAYS, Calendar, History, histories
from inbox.measuring.report_columns import ANSWERED, SECOND, Columns, micros, moment_of
from inbox.models import RoundTheClock, StaffedHours, Wait


def staff(current: Session, columns: Columns, now: datetime) -> None:
    """Fill in `columns.staffed` where no stored length is: how much of an open wait was staffed until `now`.

    An account without hours is staffed round the clock.
    """
    unknown = np.isnan(columns.staffed)
    columns.staffed[unknown] = columns.length[unknown]
    waiting = ~columns.having(ANSWERED)
    for account_id, history in histories(current, _with_hours(current)).items():
        positions = np.flatnonzero(waiting & (columns.account == account_id))
        positions = positions[np.argsort(columns.opened[positions], kind="stable")]
        for calendar, part in _by_calendar(history, columns.opened, positions):
            starts = columns.opened[part] / SECOND
            ends = np.maximum(starts, micros(now) / SECOND)
            columns.staffed[part] = calendar.seconds_many(starts, ends)
    if np.array_equal(columns.staffed, columns.length):
        columns.staffed = columns.length


def so_far(wait_ids: Collection[int], now: datetime) -> dict[int, tuple[float, float]]:
    """How long waits without an answer have lasted until `now`, and how much of it was staffed, in seconds, by id."""
    if not wait_ids:
        return {}
    current = session()
    rows = current.execute(select(Wait.id, Wait.account_id, Wait.opened_at).where(Wait.id.in_(wait_ids))).all()
    known = histories(current, {row.account_id for row in rows})
    return {
        row.id: (
            max(0.0, (now - row.opened_at).total_seconds()),
            known[row.account_id].calendar(row.opened_at).seconds(row.opened_at, now),
        )
        for row in rows
    }


def _with_hours(current: Session) -> set[int]:
    return {
        account_id
        for column in (StaffedHours.account_id, RoundTheClock.account_id)
        for account_id in current.scalars(select(column).distinct())
    }


def _by_calendar(
    history: History, opened: NDArray[np.int64], positions: NDArray[np.int64]
) -> Iterator[tuple[Calendar, NDArray[np.int64]]]:
    """The stretches of `positions`, which are in order of opening, that one calendar is in force for.

    What was known changed at few moments: they are found by halving. Two openings with one calendar have it for all
    between them, but for `ALWAYS`, which stands for more than one state of knowledge.
    """
    if not len(positions):
        return
    first = history.calendar(moment_of(int(opened[positions[0]])))
    last = history.calendar(moment_of(int(opened[positions[-1]])))
    if len(positions) == 1 or (first is last and first is not ALWAYS) or opened[positions[0]] == opened[positions[-1]]:
        yield first, positions
        return
    middle = len(positions) // 2
    yield from _by_calendar(history, opened, positions[:middle])
    yield from _by_calendar(history, opened, positions[middle:])
