"""The form of staffed hours: what stands in it, what was typed, and what it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale

from inbox import languages
from inbox.measuring import hours_holidays, hours_typing
from inbox.measuring.hours_reading import HoursOverview
from inbox.measuring.hours_setting import OwnDay
from inbox.problems import Problem
from inbox.web.reading import day as day_typed

_REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_PROPOSED = ("09:00–18:00",) * 5 + ("", "")
EMPTY_ROWS = 3
MOST_ROWS = 60
STEPS = ("copy", "regions", "days")
"""Buttons of the form that save nothing: they answer with the same form, changed."""


@dataclass(frozen=True, slots=True)
class OwnDayTyped:
    """One row of days of the brand's own, as it is typed."""

    day: str = ""
    times: str = ""
    name: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is typed in it."""
        return not (self.day or self.times.strip() or self.name.strip())


@dataclass(frozen=True, slots=True)
class HoursTyped:
    """What stands in the form.

    Attributes:
        week: seven texts, Monday first.
        begins: a date, or empty for now.
    """

    time_zone: str
    week: tuple[str, ...]
    country: str
    subdivision: str
    own_days: tuple[OwnDayTyped, ...]
    begins: str = ""


def proposed(overview: HoursOverview, today: date) -> HoursTyped:
    """What the form says before anything is typed: the newest hours, or what most brands have."""
    newest = overview.planned[-1] if overview.planned else overview.in_force
    if newest is None:
        return HoursTyped(languages.zone().key, _PROPOSED, "", "", _with_room(()))
    own_days = [
        OwnDayTyped(day.isoformat(), hours_typing.text_of(spans), _name_of(newest.row.own_days, day))
        for day, spans in sorted(newest.version.own_days.items())
        if day >= today
    ]
    return HoursTyped(
        newest.row.time_zone,
        tuple(hours_typing.text_of(spans) for spans in newest.version.weekly),
        newest.row.holiday_country,
        newest.row.holiday_subdivision,
        _with_room(own_days),
    )


def typed(form: Mapping[str, str]) -> HoursTyped:
    """What was typed, whatever it means."""
    rows = []
    for number in range(MOST_ROWS):
        row = OwnDayTyped(*(form.get(f"own-{part}-{number}", "") for part in ("day", "times", "name")))
        if not row.empty:
            rows.append(row)
    return HoursTyped(
        form.get("time_zone", ""),
        tuple(form.get(f"day-{number}", "") for number in range(7)),
        form.get("country", ""),
        form.get("subdivision", ""),
        _with_room(rows),
        form.get("begins", ""),
    )


def stepped(form: HoursTyped, step: str) -> HoursTyped:
    """The form after one of `STEPS`: Monday copied to the other weekdays, the regions of the country shown, or more
    rows for days."""
    match step:
        case "copy":
            return replace(form, week=(form.week[0],) * 5 + form.week[5:])
        case "days":
            filled = tuple(row for row in form.own_days if not row.empty)
            return replace(form, own_days=(*filled, *[OwnDayTyped()] * (EMPTY_ROWS * 3))[:MOST_ROWS])
        case _:
            known = hours_holidays.subdivisions(form.country) if form.country else {}
            return replace(form, subdivision=form.subdivision if form.subdivision in known else "")


def meant(form: HoursTyped) -> dict[str, Any]:
    """The arguments of `hours_setting.set_hours`.

    Raises:
        Problem: `hours_unreadable` and its like, `hours_day_without_date`, `moment_unreadable`.
    """
    return {
        "time_zone": form.time_zone,
        "weekly": [hours_typing.spans_of(text) for text in form.week],
        "country": form.country,
        "subdivision": form.subdivision,
        "own_days": [_own_day(row) for row in form.own_days if not row.empty],
        "begins": day_typed(form.begins) if form.begins else None,
    }


def regions(country: str) -> list[tuple[str, str]]:
    """Regions of a country to choose from; none where it is not known or has none."""
    if not country or country not in hours_holidays.countries():
        return []
    return list(hours_holidays.subdivisions(country).items())


def countries() -> list[tuple[str, str]]:
    """Countries whose holidays are known, by name in the reader's language."""
    return _countries(languages.locale_name())


def zones(chosen: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Time zones by region, each with its city in the reader's language; `chosen` is among them in any case."""
    found = _zones(languages.locale_name())
    if any(chosen == name for _, names in found for name, _ in names):
        return found
    return [("", [(chosen, city_of(chosen))] if chosen else []), *found]


def city_of(zone: str) -> str:
    """What a zone is called in the reader's language: `Paris`, `New York`."""
    return _city(languages.locale_name(), zone)


@lru_cache(maxsize=4096)
def _city(locale: str, zone: str) -> str:
    known = Locale.parse(locale).time_zones.get(zone, {})
    return str(known.get("city") or zone.partition("/")[2].replace("_", " ").replace("/", ", ") or zone)


@lru_cache(maxsize=8)
def _countries(locale: str) -> list[tuple[str, str]]:
    names: Mapping[str, str] = Locale.parse(locale).territories
    found = ((code, str(names.get(code, code))) for code in hours_holidays.countries())
    return sorted(found, key=lambda pair: _folded(pair[1]))


@lru_cache(maxsize=8)
def _zones(locale: str) -> list[tuple[str, list[tuple[str, str]]]]:
    by_region: dict[str, list[tuple[str, str]]] = {region: [] for region in _REGIONS}
    for name in available_timezones():
        region = name.partition("/")[0]
        if region in by_region:
            by_region[region].append((name, _city(locale, name)))
    found = [
        (languages.said(f"zone_region.{region}"), sorted(names, key=lambda pair: _folded(pair[1])))
        for region, names in by_region.items()
    ]
    return [("", [("UTC", "UTC")]), *found]


def _folded(text: str) -> str:
    return text.translate(str.maketrans("ÀÂÄÅÉÈÊËÎÏÔÖØÙÛÜÇáéíóú", "AAAAEEEEIIOOOUUUCaeiou")).casefold()


def _own_day(row: OwnDayTyped) -> OwnDay:
    if not row.day:
        raise Problem("hours_day_without_date")
    return OwnDay(day_typed(row.day), row.name.strip(), hours_typing.spans_of(row.times))


def _name_of(stored: Iterable[Mapping[str, Any]], day: date) -> str:
    return next((str(own["name"]) for own in stored if own["date"] == day.isoformat()), "")


def _with_room(rows: Iterable[OwnDayTyped]) -> tuple[OwnDayTyped, ...]:
    return (*rows, *[OwnDayTyped()] * EMPTY_ROWS)[:MOST_ROWS]
