"""Staffed hours: how many seconds of a wait lie in the hours in which answers are to be expected of us.

A wait that opened at `o` is staffed at a later moment if the plan of hours as it was known at `o` says so, or the plan
as it is known now does: hours that are added later count, hours that are taken away later do not. So nobody improves a
figure by changing hours. Before its first version an account is staffed round the clock.

All of it is a pure function of stored rows, exact to the microsecond.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.measuring.hours_spans import SECOND, Interval, Override, Span, Version, micros, moment_of
from inbox.models import RoundTheClock, StaffedHours
from inbox.models.bulk import among

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["ALWAYS", "NEVER_DUE_AFTER", "Calendar", "History", "Override", "Span", "Version", "histories"]

NEVER_DUE_AFTER = timedelta(days=366)
"""A due time lies at most so long after the wait began (or after a target that is longer still), even where nobody is
ever there: by leaving an account unstaffed no wait is kept from being missed."""

_DAY = 86_400 * SECOND
_FIRST_YEAR, _LAST_YEAR = 2, 9998


def _year(year: int) -> int:
    return micros(datetime(year, 1, 1, tzinfo=UTC))


_EARLIEST, _LATEST = _year(_FIRST_YEAR), _year(_LAST_YEAR) - 1
_FIRST, _LAST = micros(datetime.min.replace(tzinfo=UTC)), micros(datetime.max.replace(tzinfo=UTC))
"""Between what a datetime in UTC can say."""


def _in_calendar(microseconds: int) -> int:
    return max(_FIRST, min(microseconds, _LAST))


class _Years:
    """The spans of a version by year, each worked out once however many calendars ask."""

    def __init__(self, version: Version) -> None:
        self.version = version
        self._years: dict[int, list[Interval]] = {}

    def between(self, start: int, end: int) -> Iterator[Interval]:
        """The spans that touch [start, end), cut to it."""
        first, last = moment_of(max(start - 4 * _DAY, _EARLIEST)).year, moment_of(min(end + 2 * _DAY, _LATEST)).year
        for year in range(first, last + 1):
            if year not in self._years:
                self._years[year] = list(self.version.begun_in(year))
            for begin, until in self._years[year]:
                if begin < end and until > start:
                    yield max(begin, start), min(until, end)


class _Plan:
    """What was in force when, as was known at one moment."""

    def __init__(self, versions: Iterable[_Years], overrides: Iterable[Interval]) -> None:
        ordered = sorted(versions, key=lambda years: (years.version.effective_from, years.version.set_at))
        self._versions = ordered
        self._begins = [micros(years.version.effective_from) for years in ordered]
        self._overrides = list(overrides)

    @property
    def always(self) -> bool:
        return not self._versions

    def between(self, start: int, end: int) -> Iterator[Interval]:
        """What is staffed of [start, end); parts may overlap."""
        first = self._begins[0] if self._begins else end
        yield start, min(first, end)
        for years, begin, until in zip(self._versions, self._begins, [*self._begins[1:], end], strict=False):
            begin, until = max(begin, start), min(until, end)
            if begin < until:
                yield from years.between(begin, until)
        for begin, until in self._overrides:
            yield max(begin, start), min(until, end)


class _Built(NamedTuple):
    """What is staffed between two moments: disjoint intervals, and how long all before each are together."""

    start: int
    end: int
    begins: list[int]
    untils: list[int]
    before: list[int]

    def staffed_before(self, moment: int) -> int:
        at = bisect_right(self.begins, moment) - 1
        return 0 if at < 0 else self.before[at] + min(moment, self.untils[at]) - self.begins[at]


class Calendar:
    """What is staffed, for waits that opened while the same plan was known."""

    def __init__(self, plans: Sequence[_Plan]) -> None:
        self._plans = plans
        self._always = any(plan.always for plan in plans)
        self._built = _Built(0, 0, [], [], [0])

    def seconds(self, start: datetime, end: datetime) -> float:
        """Staffed seconds from `start` to `end`; 0 where `end` is not later."""
        if end <= start:
            return 0.0
        if self._always:
            return (end - start).total_seconds()
        begin, until = _in_calendar(micros(start)), _in_calendar(micros(end))
        built = self._covering(begin, until)
        return (built.staffed_before(until) - built.staffed_before(begin)) / SECOND

    def due(self, start: datetime, seconds: float) -> datetime:
        """The first moment at which so many staffed seconds are over since `start`; at most `NEVER_DUE_AFTER` later,
        and never after the last moment of the calendar."""
        begin, wanted = _in_calendar(micros(start)), max(round(seconds * SECOND), 0)
        if not wanted or self._always:
            return moment_of(_in_calendar(begin + wanted))
        limit = _in_calendar(begin + max(NEVER_DUE_AFTER // timedelta(microseconds=1), wanted))
        built = self._covering(begin, limit)
        wanted += built.staffed_before(begin)
        at = bisect_left(built.before, wanted) - 1
        if at == len(built.begins):
            return moment_of(limit)
        return moment_of(min(built.begins[at] + wanted - built.before[at], limit))

    def staffed_at(self, moment: datetime) -> bool:
        """Whether answers are to be expected of us at `moment`."""
        if self._always:
            return True
        at = _in_calendar(micros(moment))
        built = self._covering(at, at)
        found = bisect_right(built.begins, at) - 1
        return found >= 0 and at < built.untils[found]

    def intervals(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """What is staffed between two moments: disjoint, in order, in UTC."""
        if end <= start:
            return []
        begin, until = micros(start), micros(end)
        built = self._covering(begin, until)
        return [
            (moment_of(max(begins, begin)), moment_of(min(untils, until)))
            for begins, untils in zip(built.begins, built.untils, strict=True)
            if begins < until and untils > begin
        ]

    def seconds_many(self, starts: NDArray[np.float64], ends: NDArray[np.float64]) -> NDArray[np.float64]:
        """`seconds` of many pairs at once, given and returned as seconds (since 1970) in float64: half a microsecond
        may be lost in rounding."""
        import numpy as np

        if self._always or not len(starts):
            return np.maximum(ends - starts, 0.0)
        built = self._covering(
            int(min(starts.min(), ends.min())) * SECOND, (int(max(starts.max(), ends.max())) + 1) * SECOND
        )
        begins, untils = np.array(built.begins) / SECOND, np.array(built.untils) / SECOND
        before = np.array(built.before) / SECOND
        if not len(begins):
            return np.zeros(len(starts))

        def staffed_before(moments: NDArray[np.float64]) -> NDArray[np.float64]:
            at = np.searchsorted(begins, moments, side="right") - 1
            found = np.maximum(at, 0)
            return np.where(at < 0, 0.0, before[found] + np.minimum(moments, untils[found]) - begins[found])

        return np.maximum(staffed_before(ends) - staffed_before(starts), 0.0)

    def _covering(self, start: int, end: int) -> _Built:
        """What is staffed over at least [start, end]; worked out by whole years, and kept."""
        built = self._built
        if built.start <= start and end < built.end:
            return built
        first, last = moment_of(max(start, _EARLIEST)).year, moment_of(min(end, _LATEST)).year
        if built.start < built.end:
            first, last = min(first, moment_of(built.start).year), max(last, moment_of(built.end - 1).year)
        self._built = built = self._build(_year(first), _year(last + 1))
        return built

    def _build(self, start: int, end: int) -> _Built:
        begins: list[int] = []
        untils: list[int] = []
        for begin, until in sorted(part for plan in self._plans for part in plan.between(start, end)):
            if begin >= until:
                continue
            if untils and begin <= untils[-1]:
                untils[-1] = max(untils[-1], until)
            else:
                begins.append(begin)
                untils.append(until)
        before = [0]
        for begin, until in zip(begins, untils, strict=True):
            before.append(before[-1] + until - begin)
        return _Built(start, end, begins, untils, before)


ALWAYS = Calendar([_Plan((), ())])
"""Staffed round the clock, as an account is that has no hours."""


class History:
    """The hours of one account through time, as they were known at each moment.

    Args:
        versions: every version ever set, in the order in which they were set, those withdrawn too.
        overrides: every *round the clock until …*.
    """

    def __init__(self, versions: Sequence[Version] = (), overrides: Sequence[Override] = ()) -> None:
        self._years = [_Years(version) for version in versions]
        self._overrides = tuple(overrides)
        moments = {version.set_at for version in versions} | {override.set_at for override in overrides}
        moments |= {version.withdrawn_at for version in versions if version.withdrawn_at}
        moments |= {override.ended_at for override in overrides if override.ended_at}
        self._moments = sorted(moments)
        self._calendars: dict[int, Calendar] = {}
        self._now = self._plan(None)

    def calendar(self, opened_at: datetime) -> Calendar:
        """What counts as staffed for a wait that opened at `opened_at`; the same object for the same knowledge."""
        at = bisect_right(self._moments, opened_at)
        if at not in self._calendars:
            known = (self._now,) if at == len(self._moments) else (self._plan(opened_at), self._now)
            self._calendars[at] = ALWAYS if any(plan.always for plan in known) else Calendar(known)
        return self._calendars[at]

    def planned(self) -> Calendar:
        """The plan as it is known now, for showing; a wait is measured by `calendar`."""
        return self.calendar(self._moments[-1]) if self._moments else ALWAYS

    def _plan(self, known_at: datetime | None) -> _Plan:
        return _Plan(
            (
                years
                for years in self._years
                if (known_at is None or years.version.set_at <= known_at)
                and (
                    years.version.withdrawn_at is None
                    or (known_at is not None and years.version.withdrawn_at > known_at)
                )
            ),
            (
                (micros(override.starts_at), micros(override.until(known_at)))
                for override in self._overrides
                if known_at is None or override.set_at <= known_at
            ),
        )


def histories(session: Session, account_ids: Collection[int]) -> dict[int, History]:
    """The hours of accounts by id; an account without any gets a history that is staffed round the clock.

    Two statements, however many accounts.
    """
    versions: dict[int, list[Version]] = defaultdict(list)
    overrides: dict[int, list[Override]] = defaultdict(list)
    ids = sorted(set(account_ids))
    for row in session.scalars(
        select(StaffedHours).where(among(StaffedHours.account_id, ids)).order_by(StaffedHours.id)
    ):
        versions[row.account_id].append(version_of(row))
    for extra in session.execute(
        select(
            RoundTheClock.account_id,
            RoundTheClock.starts_at,
            RoundTheClock.ends_at,
            RoundTheClock.set_at,
            RoundTheClock.ended_at,
        )
        .where(among(RoundTheClock.account_id, ids))
        .order_by(RoundTheClock.id)
    ):
        overrides[extra[0]].append(Override(*extra[1:]))
    return {identifier: History(versions[identifier], overrides[identifier]) for identifier in ids}


def version_of(row: StaffedHours) -> Version:
    """What a stored version says, for reckoning."""
    return Version(
        effective_from=row.effective_from,
        set_at=row.set_at,
        withdrawn_at=row.withdrawn_at,
        time_zone=row.time_zone,
        weekly=tuple(_spans(day) for day in row.weekly),
        closed_days=frozenset(date.fromisoformat(day["date"]) for day in row.closed_days),
        own_days={date.fromisoformat(day["date"]): _spans(day["spans"]) for day in row.own_days},
    )


def _spans(stored: Iterable[Sequence[Any]]) -> tuple[Span, ...]:
    return tuple((int(start), int(end)) for start, end in stored)
