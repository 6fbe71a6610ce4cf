"""When the clock on the wall of a zone shows a time: local spans of staffed hours as moments.

A span lasts from the moment the local clock first shows its start, or jumps past it, to the moment it first shows its
end. The night of 00:00–08:00 in which summer time begins has seven hours, the one in which it ends has nine, and spans
that touch on paper touch in fact: nothing between them is counted twice or lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Span = tuple[int, int]
"""Minutes after local midnight; an end past 1440 lies on the next day."""

Interval = tuple[int, int]
"""From and until, in microseconds since 1970 in UTC; until is outside."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
_MICROSECOND = timedelta(microseconds=1)


def micros(moment: datetime) -> int:
    """`moment` (aware) as whole microseconds since 1970."""
    since = moment - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def moment_of(microseconds: int) -> datetime:
    """The moment so many microseconds after 1970, in UTC."""
    return EPOCH + microseconds * _MICROSECOND


def shown(zone: ZoneInfo, day: date, minute: int) -> datetime:
    """The first moment, in UTC, at which the clock of `zone` shows `minute` after the midnight that begins `day`, or a
    later time where it jumps past that one."""
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    earlier, later = local.replace(tzinfo=zone, fold=1).astimezone(UTC), moment
    while later - earlier > timedelta(seconds=1):
        between = earlier + timedelta(seconds=(later - earlier) // timedelta(seconds=2))
        if between.astimezone(zone).replace(tzinfo=None) < local:
            earlier = between
        else:
            later = between
    return later


@lru_cache(maxsize=64)
def zone_named(name: str) -> ZoneInfo:
    """The zone with an IANA name.

    Raises:
        zoneinfo.ZoneInfoNotFoundError: there is none.
    """
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True)
class Version:
    """The hours of an account from `effective_from` on, until a later version takes over.

    Attributes:
        weekly: seven tuples of spans, Monday first. A span belongs to the day on which it begins: a night that runs
            into a closed day is worked to its end.
        closed_days: days without spans.
        own_days: days with spans of their own, or none; they go before weekly hours and closed days.
    """

    effective_from: datetime
    set_at: datetime
    withdrawn_at: datetime | None
    time_zone: str
    weekly: tuple[tuple[Span, ...], ...]
    closed_days: frozenset[date] = frozenset()
    own_days: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        """What is staffed of the spans that begin on `day`."""
        own = self.own_days.get(day)
        if own is not None:
            return own
        return () if day in self.closed_days else self.weekly[day.weekday()]

    def begun_in(self, year: int) -> Iterator[Interval]:
        """The spans that begin in a local year, as moments; they may touch, overlap, or be empty."""
        zone = zone_named(self.time_zone)
        day, end = date(year, 1, 1), date(year, 12, 31)
        while True:
            for start, until in self.spans(day):
                yield micros(shown(zone, day, start)), micros(shown(zone, day, until))
            if day >= end:
                return
            day += timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Override:
    """Round the clock from `starts_at` until `ends_at`, or until somebody ended it early."""

    starts_at: datetime
    ends_at: datetime
    set_at: datetime
    ended_at: datetime | None = None

    def until(self, known_at: datetime | None) -> datetime:
        """When it ends, as was known at a moment, or as is known now."""
        if self.ended_at is None or (known_at is not None and self.ended_at > known_at):
            return self.ends_at
        return min(self.ends_at, self.ended_at)
