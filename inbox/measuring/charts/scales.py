"""Where values and moments stand along an axis, and what is written there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor, log, log10

from babel.dates import format_datetime

from inbox import languages
from inbox.measuring.charts.drawing import reach
from inbox.measuring.curves_local import Buckets, Unit

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
LENGTHS = (
    *(MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR),
    *(DAY, 3 * DAY, 7 * DAY, 30 * DAY, 90 * DAY, 365 * DAY, 1460 * DAY),
)
"""Lengths of time that people count in, for the marks of a logarithmic axis."""

_MONTHS_ARE_SAID = 300
"""Days of a period from which on weeks are marked by their month and year."""

_SPACE = 14.0
"""Units between two labels."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place on an axis, as a share of it, and the words there."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Logarithmic:
    """An axis of lengths of time, in seconds."""

    low: float
    high: float

    def at(self, seconds: float) -> float:
        """A share of the axis; what lies outside stands at its end."""
        inside = min(max(seconds, self.low), self.high)
        return log(inside / self.low) / log(self.high / self.low)

    def marks(self, units: float, needed: float | None = None) -> list[Mark]:
        """As many as there is room for.

        Args:
            units: how long the axis is in the drawing.
            needed: units a mark takes; as much as its words where that is not given.
        """
        kept: list[Mark] = []
        free = 0.0
        for seconds in LENGTHS:
            if not self.low <= seconds <= self.high:
                continue
            words = languages.length(seconds)
            room = needed if needed is not None else reach(words) + _SPACE
            place = self.at(seconds) * units
            if place - room / 2 >= free or not kept:
                kept.append(Mark(self.at(seconds), words))
                free = place + room / 2
        return kept


def counting(most: float, marks: int = 3) -> list[int]:
    """Whole round numbers from 0 up to at least `most`, evenly apart, about `marks` beside the 0."""
    step = max(1.0, most / marks)
    size = 10.0 ** floor(log10(step))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= step - 1e-9)
    return [int(step * number) for number in range(ceil(max(most, 1) / step - 1e-9) + 1)]


def along(buckets: Buckets, units: float) -> list[Mark]:
    """The marks under a chart over time, each at the beginning of its bucket."""
    begins = [buckets.start(number) for number in range(len(buckets))]
    first, whole = float(buckets.edges[0]), float(buckets.edges[-1] - buckets.edges[0])
    for chosen, words in _ways(buckets.unit, begins):
        marks = [
            Mark((begin.timestamp() - first) / whole, words(begin))
            for number, begin in enumerate(begins)
            if chosen(number, begin)
        ]
        if marks and _fit(marks, units):
            return marks
    return [Mark(0.0, moment_of(buckets.unit, begins[0]))]


def _fit(marks: list[Mark], units: float) -> bool:
    free = float("-inf")
    for mark in marks:
        half = reach(mark.words) / 2
        if mark.at * units - half < free + _SPACE:
            return False
        free = mark.at * units + half
    return True


Chosen = Callable[[int, datetime], bool]
Words = Callable[[datetime], str]


def _ways(unit: Unit, begins: list[datetime]) -> Iterator[tuple[Chosen, Words]]:
    """Ways to mark an axis, the densest first: which buckets, and how they are called."""
    if unit is Unit.HOUR:
        yield from ((_every_hours(hours), _hour_or_day) for hours in (1, 2, 3, 6, 12))
        yield from ((_every_days(days), _day) for days in (1, 2, 4))
    elif unit is Unit.DAY:
        yield from ((_every_days(days), _day) for days in (1, 2, 7, 14, 28, 56))
    elif unit is Unit.WEEK:
        long = (begins[-1] - begins[0]).days > _MONTHS_ARE_SAID
        yield from ((_every(weeks), _month if long else _day) for weeks in (1, 2, 4, 8, 13, 26, 52))
    else:
        yield from ((_every_months(months), _year if months >= 12 else _month) for months in (1, 3, 6, 12, 24, 60, 120))


def _every(step: int) -> Chosen:
    return lambda number, _: number % step == 0


def _every_hours(step: int) -> Chosen:
    return lambda _, begin: begin.hour % step == 0 and begin.minute == 0


def _every_days(step: int) -> Chosen:
    # The calendar that ordinals count from begins with a Monday.
    return lambda _, begin: begin.hour == 0 and begin.toordinal() % step == 1 % step


def _every_months(step: int) -> Chosen:
    return lambda _, begin: (begin.year * 12 + begin.month - 1) % step == 0


def moment_of(unit: Unit, begin: datetime) -> str:
    """What a bucket is called in a table and in a sentence, on the clock it was cut by."""
    if unit is Unit.HOUR:
        return f"{_day_with_year(begin)}, {begin:%H:%M}"
    return _month(begin) if unit is Unit.MONTH else _day_with_year(begin)


def minute_of(moment: datetime) -> str:
    """A moment in a sentence, on the clock it is on: `2 Mar 2026, 09:05`."""
    return f"{_day_with_year(moment)}, {moment:%H:%M}"


def weekdays(width: str) -> list[str]:
    """Monday first; `width` is one of Babel's: wide or abbreviated."""
    pattern = {"wide": "EEEE", "abbreviated": "EEE"}[width]
    return [_formatted(datetime(2026, 3, 2 + day, tzinfo=UTC), pattern) for day in range(7)]


def _formatted(moment: datetime, pattern: str) -> str:
    return str(format_datetime(moment.replace(tzinfo=None), pattern, locale=languages.locale_name()))


def _hour_or_day(begin: datetime) -> str:
    return _day(begin) if begin.hour == 0 else f"{begin:%H:%M}"


def _day(begin: datetime) -> str:
    return _formatted(begin, "d MMM")


def _day_with_year(begin: datetime) -> str:
    return _formatted(begin, "d MMM y")


def _month(begin: datetime) -> str:
    return _formatted(begin, "MMM y")


def _year(begin: datetime) -> str:
    return f"{begin:%Y}"
