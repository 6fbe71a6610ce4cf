"""Setting staffed hours: from now or from a later date on, never before; and answering round the clock for a while.

No deed here reaches back: what was staffed stays staffed, and waits that are open keep the hours they were promised.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.extensions import writing
from inbox.measuring import hours_typing, waits
from inbox.measuring.hours_holidays import YEARS_AHEAD, closed_days
from inbox.measuring.hours_spans import Span, zone_named
from inbox.models import Account, Crisis, CrisisScope, RoundTheClock, StaffedHours
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

FURTHEST = timedelta(days=366)
"""How far ahead new hours can begin."""

LONGEST_EXTENSION = timedelta(days=31)
"""How long *round the clock until …* can last before somebody says so anew."""

MOST_OWN_DAYS = 400
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day of the brand's own; without spans it is closed."""

    day: date
    name: str
    spans: tuple[Span, ...]


def set_hours(
    actor: Actor,
    account_id: int,
    *,
    time_zone: str,
    weekly: Sequence[Sequence[Span]],
    country: str = "",
    subdivision: str = "",
    own_days: Sequence[OwnDay] = (),
    begins: datetime | date | None = None,
) -> StaffedHours:
    """Set the hours of an account from now or from a later moment on.

    Args:
        time_zone: IANA name; every time below is on its clock.
        weekly: seven lists of spans, Monday first; none for a closed day.
        country, subdivision: whose public holidays are closed; empty for none. Their days are written down now.
        own_days: those that are over are left out.
        begins: when they begin: a date on the clock of `time_zone`, an aware moment, or None for now.

    Raises:
        Unknown: `account_unknown`.
        Problem: `time_zone_unknown`, `hours_week_incomplete`, `hours_unreadable`, `hours_overlap`,
            `hours_too_many_spans`, `hours_begin_out_of_range`, `hours_day_twice`, `hours_day_out_of_range`,
            `hours_too_many_days`, `hours_day_name_too_long`, `holidays_country_unknown`,
            `holidays_subdivision_unknown`.
    """
    require(actor, Permission.HOURS_CHANGE)
    zone = _zone(time_zone)
    if len(weekly) != 7:
        raise Problem("hours_week_incomplete")
    week = [[list(span) for span in hours_typing.checked(day)] for day in weekly]
    starts = _begins(begins, zone, clock.now())
    first_day = starts.astimezone(zone).date()
    days = _own_days(own_days, first_day)
    closed = closed_days(country, subdivision, first_day) if country else []
    with writing() as current:
        _locked(current, account_id)
        # Read under the lock: nothing begins before it could have been seen.
        now = clock.now()
        starts = max(starts, now)
        version = StaffedHours(
            account_id=account_id,
            effective_from=starts,
            time_zone=time_zone,
            weekly=week,
            holiday_country=country,
            holiday_subdivision=subdivision if country else "",
            closed_days=closed,
            own_days=days,
            set_at=now,
            set_by=actor.name,
        )
        current.add(version)
        current.flush()
        facts = {"version": version.id, "effective_from": clock.to_iso(starts), "time_zone": time_zone}
        _done(current, actor, "hours.set", account_id, **facts)
    return version


def withdraw_hours(actor: Actor, account_id: int, version_id: int) -> StaffedHours:
    """Take back hours that have not begun.

    Raises:
        Unknown: `hours_unknown`.
        Conflict: `hours_begun`, `hours_withdrawn_already`.
    """
    require(actor, Permission.HOURS_CHANGE)
    with writing() as current:
        _locked(current, account_id)
        now = clock.now()
        version = current.get(StaffedHours, version_id, populate_existing=True, with_for_update=True)
        if version is None or version.account_id != account_id:
            raise Unknown("hours_unknown", id=version_id)
        if version.withdrawn_at is not None:
            raise Conflict("hours_withdrawn_already")
        if version.effective_from <= now:
            raise Conflict("hours_begun")
        version.withdrawn_at, version.withdrawn_by = now, actor.name
        _done(current, actor, "hours.withdrawn", account_id, version=version.id)
    return version


def answer_round_the_clock(
    actor: Actor, account_ids: Collection[int], until: datetime, *, crisis_id: int | None = None
) -> list[RoundTheClock]:
    """Have accounts staffed day and night from now until a moment, whatever their hours say.

    Of several accounts, those that are staffed until then anyway are left as they are.

    Args:
        until: aware.
        crisis_id: an open crisis that touches the accounts, for which it is done.

    Raises:
        Unknown: `account_unknown`, `crisis_unknown`.
        Problem: `round_the_clock_out_of_range`, `crisis_touches_other`, `round_the_clock_of_none`.
        Conflict: `crisis_is_closed`; where nothing is to be done for any of them, `round_the_clock_anyway`: there are
            no hours until then; or `round_the_clock_already`: it is so until then or longer.
    """
    require(actor, Permission.HOURS_EXTEND)
    ends = clock.as_utc(until)
    if not account_ids:
        raise Problem("round_the_clock_of_none")
    rows: list[RoundTheClock] = []
    needless: Problem | None = None
    with writing() as current:
        accounts = [_locked(current, account_id) for account_id in sorted(set(account_ids))]
        now = clock.now()
        if not now < ends <= now + LONGEST_EXTENSION:
            raise Problem("round_the_clock_out_of_range", days=LONGEST_EXTENSION.days)
        if crisis_id is not None:
            _check_crisis(current, crisis_id, accounts)
        for account in accounts:
            if not _has_hours_before(current, account.id, ends):
                needless = needless or Conflict("round_the_clock_anyway", account=account.name)
                continue
            if any(row.ends_at >= ends for row in running(current, account.id, now)):
                needless = needless or Conflict("round_the_clock_already", account=account.name)
                continue
            row = RoundTheClock(
                account_id=account.id, crisis_id=crisis_id, starts_at=now, ends_at=ends, set_at=now, set_by=actor.name
            )
            current.add(row)
            rows.append(row)
            current.flush()
            facts = {"extension": row.id, "until": clock.to_iso(ends), "crisis_id": crisis_id}
            _done(current, actor, "hours.extended", account.id, **facts)
        if not rows and needless is not None:
            raise needless
    return rows


def end_round_the_clock(actor: Actor, account_ids: Collection[int]) -> list[RoundTheClock]:
    """Go back to the accounts' hours now, before the time that was said.

    Raises:
        Unknown: `account_unknown`.
        Conflict: `round_the_clock_over`: none of them is answered round the clock for a while.
    """
    require(actor, Permission.HOURS_EXTEND)
    ended: list[RoundTheClock] = []
    with writing() as current:
        accounts = [_locked(current, account_id) for account_id in sorted(set(account_ids))]
        now = clock.now()
        for account in accounts:
            rows = running(current, account.id, now)
            for row in rows:
                row.ended_at, row.ended_by = now, actor.name
            if rows:
                _done(current, actor, "hours.extension_ended", account.id)
            ended += rows
        if not ended:
            raise Conflict("round_the_clock_over")
    return ended


def running(current: Session, account_id: int, at: datetime) -> list[RoundTheClock]:
    """What has an account staffed round the clock at a moment, the longest first."""
    return list(
        current.scalars(
            select(RoundTheClock)
            .where(
                RoundTheClock.account_id == account_id,
                RoundTheClock.starts_at <= at,
                RoundTheClock.ends_at > at,
                RoundTheClock.ended_at.is_(None),
            )
            .order_by(RoundTheClock.ends_at.desc(), RoundTheClock.id)
        )
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except (KeyError, ValueError, OSError):
        raise Problem("time_zone_unknown", name=name[:64]) from None


def _begins(begins: datetime | date | None, zone: ZoneInfo, now: datetime) -> datetime:
    if begins is None:
        return now
    if isinstance(begins, datetime):
        starts = clock.as_utc(begins)
    elif begins == now.astimezone(zone).date():
        # Today, typed as a date, began at midnight: it means from now on.
        return now
    else:
        starts = clock.as_utc(datetime.combine(begins, time(), zone))
    if not now <= starts <= now + FURTHEST:
        raise Problem("hours_begin_out_of_range", days=FURTHEST.days)
    return starts


def _own_days(given: Sequence[OwnDay], first: date) -> list[dict[str, object]]:
    coming = sorted((own for own in given if own.day >= first), key=lambda own: own.day)
    if len(coming) > MOST_OWN_DAYS:
        raise Problem("hours_too_many_days", most=MOST_OWN_DAYS)
    for own, after in pairwise(coming):
        if own.day == after.day:
            raise Problem("hours_day_twice", day=own.day.isoformat())
    for own in coming:
        if own.day.year > first.year + YEARS_AHEAD:
            raise Problem("hours_day_out_of_range", day=own.day.isoformat(), years=YEARS_AHEAD)
        if len(own.name) > LONGEST_NAME or not own.name.isprintable():
            raise Problem("hours_day_name_too_long", most=LONGEST_NAME)
    return [
        {
            "date": own.day.isoformat(),
            "name": own.name.strip(),
            "spans": [list(span) for span in hours_typing.checked(own.spans)],
        }
        for own in coming
    ]


def _has_hours_before(current: Session, account_id: int, end: datetime) -> bool:
    found = select(StaffedHours.id).where(
        StaffedHours.account_id == account_id,
        StaffedHours.withdrawn_at.is_(None),
        StaffedHours.effective_from < end,
    )
    return current.scalar(found.limit(1)) is not None


def _check_crisis(current: Session, crisis_id: int, accounts: Sequence[Account]) -> None:
    crisis = current.get(Crisis, crisis_id, populate_existing=True, with_for_update={"of": Crisis, "key_share": True})
    if crisis is None:
        raise Unknown("crisis_unknown", id=crisis_id)
    if crisis.closed_at is not None:
        raise Conflict("crisis_is_closed", name=crisis.name)
    touched = set(
        current.scalars(
            select(CrisisScope.account_id).where(CrisisScope.crisis_id == crisis_id, CrisisScope.removed_at.is_(None))
        )
    )
    for account in accounts:
        if account.id not in touched:
            raise Problem("crisis_touches_other", account=account.name)


def _locked(current: Session, account_id: int) -> Account:
    account = current.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise Unknown("account_unknown", id=account_id)
    return account


def _done(current: Session, actor: Actor, deed: str, account_id: int, **facts: object) -> None:
    current.flush()
    waits.reschedule(current, account_id)
    trail.record(current, actor, deed, of=("account", account_id), params=facts)
    bell.ring(current, "hours.changed", account_id=account_id)
