"""Hours as one JSON object, for files and programs: what a listing prints can be set again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from inbox import clock
from inbox.measuring.hours_setting import OwnDay
from inbox.measuring.hours_spans import Span
from inbox.measuring.hours_typing import spans_of, text_of
from inbox.models import StaffedHours
from inbox.problems import Problem

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MEMBERS = frozenset({"time_zone", "weekly", "holidays", "own_days", "from"})


def as_object(row: StaffedHours) -> dict[str, Any]:
    """What a version says, in the shape that `arguments` reads: `weekly` and `own_days` hold texts like
    `09:00–18:00, 20:00–22:00`, empty for closed."""
    return {
        "time_zone": row.time_zone,
        "weekly": {name: text_of(_pairs(day)) for name, day in zip(DAYS, row.weekly, strict=True)},
        "holidays": {"country": row.holiday_country, "subdivision": row.holiday_subdivision},
        "own_days": [
            {"date": own["date"], "name": own["name"], "times": text_of(_pairs(own["spans"]))} for own in row.own_days
        ],
    }


def arguments(text: str) -> dict[str, Any]:
    """What a file says, as the arguments of `hours_setting.set_hours`. `from` is a date on the account's clock or a
    moment with its zone; without it hours begin now. Days that are left out are closed.

    Raises:
        Problem: `hours_file_unreadable`, and what times that cannot be read raise.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Problem("hours_file_unreadable", where=str(error)) from None
    facts = _object(found, "{}", _MEMBERS)
    weekly = _object(facts.get("weekly"), "weekly", frozenset(DAYS))
    holidays = _object(facts.get("holidays", {}), "holidays", frozenset({"country", "subdivision"}))
    own_days = facts.get("own_days", [])
    if not isinstance(own_days, list):
        raise Problem("hours_file_unreadable", where="own_days")
    return {
        "time_zone": _text(facts, "time_zone"),
        "weekly": [spans_of(_text(weekly, name)) for name in DAYS],
        "country": _text(holidays, "country"),
        "subdivision": _text(holidays, "subdivision"),
        "own_days": [_own_day(own) for own in own_days],
        "begins": _begins(_text(facts, "from")),
    }


def _own_day(given: Any) -> OwnDay:
    own = _object(given, "own_days", frozenset({"date", "name", "times"}))
    try:
        day = date.fromisoformat(_text(own, "date"))
    except ValueError:
        raise Problem("hours_file_unreadable", where="own_days.date") from None
    return OwnDay(day, _text(own, "name"), spans_of(_text(own, "times")))


def _begins(text: str) -> datetime | date | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Problem("hours_file_unreadable", where="from") from None
    if not clock.within_reach(moment):
        raise Problem("hours_file_unreadable", where="from")
    if len(text) <= 10:
        return moment.date()
    if moment.tzinfo is None:
        raise Problem("hours_file_unreadable", where="from")
    return moment


def _object(given: Any, where: str, members: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        raise Problem("hours_file_unreadable", where=where)
    for name in given:
        # A misspelt day would be a closed one.
        if name not in members:
            raise Problem("hours_file_unreadable", where=str(name)[:40])
    return given


def _text(facts: Mapping[str, Any], name: str) -> str:
    found = facts.get(name, "")
    if not isinstance(found, str):
        raise Problem("hours_file_unreadable", where=name)
    return found


def _pairs(spans: Sequence[Sequence[int]]) -> list[Span]:
    return [(start, end) for start, end in spans]
