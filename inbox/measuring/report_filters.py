"""What a report is asked for, as it stands in an address, in a stored export and on a command line, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select

from inbox import clock
from inbox.extensions import session
from inbox.measuring.report_rows import Breakdown, ReportQuery, check_members
from inbox.models import Account, Crisis, StaffedHours
from inbox.permissions import Actor, Permission, Refused, require
from inbox.problems import Problem

Choice = TypeVar("Choice", bound=StrEnum)


class Preset(StrEnum):
    """The periods on offer. Days are those of the report's own time zone."""

    ALL = "all"
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "7d"
    MONTH = "30d"
    CRISIS = "crisis"
    CUSTOM = "custom"


_DAYS_BEFORE = {Preset.TODAY: 0, Preset.WEEK: 6, Preset.MONTH: 29}


def query_of(options: Mapping[str, Any], zone: str | ZoneInfo, now: datetime) -> ReportQuery:
    """The query that `options` ask for.

    Args:
        options: by name of the address: `preset`, `from`, `to`, `zone`, `account` (one, or several), `crisis`, `by`.
            What is missing or empty is not asked for; with a date and no preset the period is a custom one, and
            without either everything. `from` and `to` are days, both included, or moments in ISO 8601 with an offset,
            the end of which is not included.
        zone: the time zone where the options name none.
        now: what the presets count back from.

    Raises:
        Problem: `choice_unknown`, `moment_unreadable`, `number_unreadable`, `time_zone_unknown`, `no_crisis_yet`.
        Problem: `crisis_unknown`.
    """
    there = _zone(_text(options, "zone") or str(zone))
    named = _text(options, "preset")
    preset = _choice(Preset, named) if named else _implied(options)
    crisis = _crisis(_number(_text(options, "crisis")), needed=preset is Preset.CRISIS)
    start, end = _period(preset, options, crisis, there, now)
    by = _text(options, "by")
    return ReportQuery(
        start=start,
        end=end,
        by=_choice(Breakdown, by) if by else None,
        account_ids=frozenset(number for text in _several(options, "account") if (number := _number(text)) is not None),
        crisis_id=crisis.id if crisis is not None else None,
        time_zone=there.key,
    )


def as_address(query: ReportQuery) -> dict[str, Any]:
    """The options that give `query` again, at any later moment: its period stands in them as days or moments.

    `query_of` of them is the same query, but for its purpose and member, which no address names.
    """
    zone = ZoneInfo(query.time_zone)
    named: dict[str, Any] = {"preset": (Preset.CUSTOM if query.start or query.end else Preset.ALL).value}
    if query.start is not None:
        named["from"] = _day_or_moment(query.start, zone)
    if query.end is not None:
        named["to"] = _day_or_moment(query.end, zone, days_before=1)
    named["zone"] = query.time_zone
    if query.account_ids:
        named["account"] = [str(number) for number in sorted(query.account_ids)]
    if query.crisis_id is not None:
        named["crisis"] = str(query.crisis_id)
    if query.by is not None:
        named["by"] = query.by.value
    return named


def _implied(options: Mapping[str, Any]) -> Preset:
    return Preset.CUSTOM if _text(options, "from") or _text(options, "to") else Preset.ALL


def _period(
    preset: Preset, options: Mapping[str, Any], crisis: Crisis | None, zone: ZoneInfo, now: datetime
) -> tuple[datetime | None, datetime | None]:
    if preset is Preset.CUSTOM:
        return _moment(_text(options, "from"), zone), _moment(_text(options, "to"), zone, days_after=1)
    if preset is Preset.CRISIS and crisis is not None:
        return crisis.started_at, crisis.closed_at
    today = now.astimezone(zone).date()
    if preset is Preset.YESTERDAY:
        return _midnight(today - timedelta(days=1), zone), _midnight(today, zone)
    if preset in _DAYS_BEFORE:
        return _midnight(today - timedelta(days=_DAYS_BEFORE[preset]), zone), None
    return None, None


def _crisis(wanted: int | None, *, needed: bool) -> Crisis | None:
    if wanted is not None:
        found = session().get(Crisis, wanted)
        if found is None:
            raise Problem("crisis_unknown", 404, id=wanted)
        return found
    if not needed:
        return None
    newest = session().scalars(select(Crisis).order_by(Crisis.opened_at.desc(), Crisis.id.desc()).limit(1)).first()
    if newest is None:
        raise Problem("no_crisis_yet")
    return newest


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return clock.as_utc(datetime.combine(day, time(), zone))


def _moment(text: str, zone: ZoneInfo, *, days_after: int = 0) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == len("2026-03-02"):
            day = date.fromisoformat(text)
            if not clock.within_reach(day):
                raise ValueError("out of reach")
            return _midnight(day + timedelta(days=days_after), zone)
        moment = clock.as_utc(datetime.fromisoformat(text))
        if not clock.within_reach(moment):
            raise ValueError("out of reach")
        return moment
    except (ValueError, OverflowError):
        # The first and the last day that a calendar can hold lie outside it in some time zone.
        raise Problem("moment_unreadable") from None


def _day_or_moment(moment: datetime, zone: ZoneInfo, *, days_before: int = 0) -> str:
    try:
        here = moment.astimezone(zone)
        if here.time() == time() and _midnight(here.date(), zone) == moment:
            return (here.date() - timedelta(days=days_before)).isoformat()
    except OverflowError:
        pass
    return clock.to_iso(moment)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Problem("time_zone_unknown", name=name) from None


def _choice(choices: type[Choice], text: str) -> Choice:
    try:
        return choices(text)
    except ValueError:
        raise Problem("choice_unknown") from None


def _text(options: Mapping[str, Any], name: str) -> str:
    found = options.get(name)
    return "" if found is None else str(found).strip()


def _several(options: Mapping[str, Any], name: str) -> Iterable[str]:
    found = options.get(name)
    if found is None:
        return ()
    several = found if isinstance(found, list | tuple | set | frozenset) else (found,)
    return (str(one).strip() for one in several)


def _number(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem("number_unreadable")
    return int(text)


@dataclass(frozen=True, slots=True)
class Choices:
    """What may be chosen for a report.

    Attributes:
        accounts: of any purpose, disconnected ones too: what was written there stays in the figures.
        crises: the latest opened first.
        zones: names of time zones that are likely: those of staffed hours, and UTC.
        breakdowns: members among them only where their figures may be seen.
    """

    accounts: tuple[Account, ...]
    crises: tuple[Crisis, ...]
    zones: tuple[str, ...]
    breakdowns: tuple[Breakdown, ...]


def choices_of(actor: Actor) -> Choices:
    """What the filters of a report offer.

    Raises:
        Refused: the actor may not see reports.
    """
    require(actor, Permission.RESPONSE_TIMES_VIEW)
    current = session()
    by_member = ReportQuery(by=Breakdown.MEMBER)
    try:
        check_members(current, actor, by_member)
        kept = tuple(Breakdown)
    except (Problem, Refused):
        kept = tuple(by for by in Breakdown if by is not Breakdown.MEMBER)
    return Choices(
        tuple(current.scalars(select(Account).order_by(Account.name, Account.id))),
        tuple(current.scalars(select(Crisis).order_by(Crisis.opened_at.desc(), Crisis.id.desc()))),
        tuple(sorted({"UTC", *current.scalars(select(StaffedHours.time_zone).distinct())})),
        kept,
    )
