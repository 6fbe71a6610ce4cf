"""Staffed hours put into words and lines: a week row by row, on the account's clock and on the reader's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, get_day_names

from inbox import clock, languages
from inbox.measuring.hours_reading import NextDay
from inbox.measuring.hours_spans import Span, Version, shown, zone_named
from inbox.measuring.hours_typing import DAY, text_of


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One day of the week.

    Attributes:
        times: on the account's clock, empty for a closed day; a day without hours of its own has what is left of the
            night before.
        here: the same on the reader's clock this week, empty where both clocks agree.
        night: `times` are those left of the night before.
        bars: where the day is staffed, as (first minute, minutes), with what is left of the night before.
    """

    name: str
    times: str
    here: str
    night: bool
    bars: tuple[tuple[int, int], ...]


def week(version: Version) -> list[WeekRow]:
    """The seven days, Monday first."""
    zone, reader = zone_named(version.time_zone), languages.zone()
    today = clock.now().astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    rows = []
    for number, spans in enumerate(version.weekly):
        day = monday + timedelta(days=number)
        night = [(0, end - DAY) for _, end in version.weekly[number - 1] if end > DAY]
        said = spans or tuple(night)
        here = ", ".join(_here(zone, reader, day, span) for span in said)
        times = text_of(said)
        rows.append(
            WeekRow(
                day_name(number),
                times,
                here if here != times else "",
                bool(night) and not spans,
                tuple((start, min(end, DAY) - start) for start, end in [*night, *spans]),
            )
        )
    return rows


def summary(version: Version) -> str:
    """A week in one line: `Mon–Fri 09:00–18:00 · Sat, Sun closed`."""
    parts: list[tuple[list[int], tuple[Span, ...]]] = []
    for number, spans in enumerate(version.weekly):
        if parts and parts[-1][1] == spans:
            parts[-1][0].append(number)
        else:
            parts.append(([number], spans))
    return " · ".join(f"{_days(days)} {text_of(spans) or languages.gettext('closed all day')}" for days, spans in parts)


def next_day(of: NextDay) -> tuple[str, str, str]:
    """A coming day: when it is, what it is called, and its times (empty for closed)."""
    names = of.names
    name = names.get("") or names.get(languages.language()) or names.get("en") or next(iter(names.values()), "")
    return written(of.day), name, text_of(of.spans)


def written(day: date) -> str:
    """`Friday 1 May 2026`, `vendredi 1er mai 2026`."""
    pattern = "EEEE d'er' MMMM y" if languages.language() == "fr" and day.day == 1 else "EEEE d MMMM y"
    return str(format_date(day, pattern, locale=languages.locale_name()))


def day_name(number: int, width: Literal["wide", "abbreviated"] = "wide") -> str:
    """A day of the week, Monday is 0."""
    name = str(get_day_names(width, "stand-alone", locale=languages.locale_name())[number])
    return name[:1].upper() + name[1:]


def clocks_differ(name: str, at: datetime) -> bool:
    """Whether the reader's clock shows another time than that of a zone."""
    return at.astimezone(zone_named(name)).utcoffset() != at.astimezone(languages.zone()).utcoffset()


def _here(zone: ZoneInfo, reader: ZoneInfo, day: date, span: Span) -> str:
    start, end = (shown(zone, day, minute).astimezone(reader) for minute in span)
    begins = f"{start:%H:%M}" if start.date() == day else f"{day_name(start.weekday(), 'abbreviated')} {start:%H:%M}"
    midnight = end.hour == end.minute == 0 and end.date() == start.date() + timedelta(days=1)
    return f"{begins}–{'24:00' if midnight else format(end, '%H:%M')}"


def _days(numbers: Sequence[int]) -> str:
    names = [day_name(number, "abbreviated") for number in numbers]
    return f"{names[0]}–{names[-1]}" if len(names) > 2 else ", ".join(names)
