"""Local hours and days over stored moments: how the database groups by them, and where on a chart they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from math import gcd
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import BigInteger, ColumnElement, Float, Integer, cast, func
from sqlalchemy.orm import Session

Moments = NDArray[np.float64]
"""Seconds since 1970, UTC."""

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before it a zone's first offset is taken for granted: no network that a brand answers on is older."""

HOUR = 3600
_STEP = timedelta(days=3)


class Unit(StrEnum):
    """What a chart over time counts by."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class LocalClock:
    """The clock of one time zone over a period.

    Attributes:
        zone: whose clock it is.
        changes: when an offset begins, in seconds since 1970, ascending; the first is the beginning of time.
        offsets: seconds that the clock is ahead of UTC from each of `changes` on.
    """

    zone: ZoneInfo
    changes: Moments
    offsets: NDArray[np.int64]

    @classmethod
    def over(cls, zone: ZoneInfo, first: datetime, last: datetime) -> LocalClock:
        """The clock from `first` to `last`; moments outside have the offset of the nearer end."""
        first, last = max(first, EARLIEST), max(last, EARLIEST)
        changes, offsets = [-np.inf], [_offset(zone, first)]
        moment = first
        while moment < last:
            following = min(moment + _STEP, last)
            if _offset(zone, following) != offsets[-1]:
                changes.append(_change_between(zone, moment, following))
                offsets.append(_offset(zone, following))
            moment = following
        return cls(zone, np.array(changes), np.array(offsets, dtype=np.int64))

    @property
    def grain(self) -> int:
        """The longest slice of UTC, in seconds, that never lies in two local hours: 3600 where the clock is whole
        hours from UTC, 1800 in Kolkata, 900 in Kathmandu."""
        return gcd(HOUR, *(int(offset) for offset in self.offsets))

    def local(self, moments: Moments) -> Moments:
        """What the clock shows, as seconds since 1970-01-01 00:00 on it."""
        shown: Moments = moments + self.offsets[np.searchsorted(self.changes, moments, side="right") - 1]
        return shown

    def weekday_and_hour(self, moments: Moments) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Monday is 0; hours from 0 to 23."""
        hours = np.floor(self.local(moments) / HOUR).astype(np.int64)
        # 1 January 1970 was a Thursday.
        return (hours // 24 + 3) % 7, hours % 24


@dataclass(frozen=True, slots=True)
class Buckets:
    """A period cut into local hours, days, weeks (from Monday) or months, without a hole.

    Attributes:
        edges: one more than there are buckets, in seconds since 1970.
    """

    unit: Unit
    zone: ZoneInfo
    edges: Moments

    def __len__(self) -> int:
        """How many there are."""
        return len(self.edges) - 1

    def place(self, moments: Moments) -> NDArray[np.int64]:
        """The number of the bucket of each moment; -1 for one that lies before all of them."""
        return np.searchsorted(self.edges, moments, side="right").astype(np.int64) - 1

    def counts(self, moments: Moments, weights: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        """How many of `moments` lie in each; those outside lie in none."""
        placed = self.place(moments)
        inside = (placed >= 0) & (placed < len(self))
        counted = np.bincount(placed[inside], weights=None if weights is None else weights[inside], minlength=len(self))
        return counted.astype(np.int64)

    def start(self, number: int) -> datetime:
        """When a bucket begins, on the clock of the zone."""
        return datetime.fromtimestamp(float(self.edges[number]), UTC).astimezone(self.zone)

    def end(self, number: int) -> datetime:
        """When it is over."""
        return self.start(number + 1)


def cut(zone: ZoneInfo, first: datetime, last: datetime, longest: Sequence[tuple[Unit, timedelta]]) -> Buckets:
    """`first` to `last` (aware) in buckets that cover both.

    Args:
        longest: the period up to which each unit is used, the finest first; months beyond all of them.
    """
    last = max(last, first)
    unit = next((unit for unit, most in longest if last - first <= most), Unit.MONTH)
    if unit is Unit.HOUR:
        return Buckets(unit, zone, _hours(zone, first, last))
    day = first.astimezone(zone).date()
    if unit is Unit.WEEK:
        day -= timedelta(days=day.weekday())
    elif unit is Unit.MONTH:
        day = day.replace(day=1)
    edges = [_midnight(day, zone)]
    while edges[-1] <= last.timestamp():
        day = _following(day, unit)
        edges.append(_midnight(day, zone))
    return Buckets(unit, zone, np.array(edges))


def epoch(current: Session, column: ColumnElement[datetime]) -> ColumnElement[int]:
    """A stored moment as whole seconds since 1970, in SQL."""
    if current.get_bind().dialect.name == "sqlite":
        return cast(func.strftime("%s", column), Integer)
    return cast(func.floor(func.extract("epoch", column)), BigInteger)


def exact_epoch(current: Session, column: ColumnElement[datetime]) -> ColumnElement[float]:
    """The same with its fraction; SQLite gives it to about a tenth of a millisecond, so round what you get."""
    if current.get_bind().dialect.name == "sqlite":
        return (func.julianday(column) - 2440587.5) * 86400.0
    return cast(func.extract("epoch", column), Float(53))


def _offset(zone: ZoneInfo, moment: datetime) -> int:
    ahead = moment.astimezone(zone).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds())


def _change_between(zone: ZoneInfo, before: datetime, after: datetime) -> float:
    low, high, old = int(before.timestamp()), int(after.timestamp()), _offset(zone, before)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return float(high)


def _hours(zone: ZoneInfo, first: datetime, last: datetime) -> Moments:
    clock = LocalClock.over(zone, first - timedelta(days=1), last + timedelta(days=1))
    # Every slice of one grain begins an hour or stands inside one: what begins an hour is kept.
    start, end = first.timestamp(), last.timestamp()
    slices = np.arange(start // HOUR * HOUR - HOUR, end + 2 * HOUR + 1, clock.grain)
    hours = slices[clock.local(slices) % HOUR == 0]
    begin = np.searchsorted(hours, start, side="right") - 1
    stop = np.searchsorted(hours, end, side="right")
    kept: Moments = hours[begin : stop + 1]
    return kept


def _midnight(day: date, zone: ZoneInfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()


def _following(day: date, unit: Unit) -> date:
    if unit is Unit.MONTH:
        return (day + timedelta(days=31)).replace(day=1)
    return day + timedelta(days=7 if unit is Unit.WEEK else 1)


def edges_apart(buckets: Buckets) -> list[tuple[datetime, datetime]]:
    """Beginning and end of every bucket, in UTC."""
    moments = [datetime.fromtimestamp(float(edge), UTC) for edge in buckets.edges]
    return list(pairwise(moments))
