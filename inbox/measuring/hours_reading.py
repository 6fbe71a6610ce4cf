"""The hours of an account as people look at them: what is in force, what is planned, and what was."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session
from inbox.measuring.hours import histories, version_of
from inbox.measuring.hours_setting import running
from inbox.measuring.hours_spans import Span, Version, zone_named
from inbox.models import Account, Crisis, Member, RoundTheClock, StaffedHours
from inbox.permissions import Actor, Permission, require
from inbox.problems import Unknown

AHEAD = timedelta(days=400)
"""How far the next change between staffed and not staffed is looked for."""


class Standing(StrEnum):
    """How hours, or *round the clock until …*, stand now."""

    PLANNED = "planned"
    IN_FORCE = "in_force"
    OVER = "over"
    REPLACED = "replaced"
    """Other hours were set for the same beginning, so that these never come into force."""
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class HoursShown:
    """One version of an account's hours. `until` is None where nothing is planned to follow."""

    row: StaffedHours
    version: Version
    standing: Standing
    until: datetime | None

    @property
    def row_name(self) -> str:
        """What it is, in a listing of both kinds."""
        return "hours"


@dataclass(frozen=True, slots=True)
class ExtensionShown:
    """One *round the clock until …*. `until` is when it ends or did end."""

    row: RoundTheClock
    standing: Standing
    until: datetime
    crisis: str | None

    @property
    def row_name(self) -> str:
        """What it is, in a listing of both kinds."""
        return "round_the_clock"


@dataclass(frozen=True, slots=True)
class NextDay:
    """A coming day that differs from the week: a holiday, or a day of the brand's own. No spans is closed."""

    day: date
    names: dict[str, str]
    spans: tuple[Span, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class HoursOverview:
    """The hours of one account now.

    Attributes:
        in_force: None while the account is staffed round the clock for want of hours.
        planned: what begins later, soonest first.
        extension: what has it staffed round the clock now.
        staffed: whether answers are to be expected of us now.
        changes_at: when that changes, None where it does not within `AHEAD`.
        next_days: of the hours in force (or the first planned ones), soonest first.
        versions, extensions: all there ever were, newest first.
    """

    account: Account
    in_force: HoursShown | None
    planned: tuple[HoursShown, ...]
    extension: ExtensionShown | None
    staffed: bool
    changes_at: datetime | None
    next_days: tuple[NextDay, ...]
    versions: tuple[HoursShown, ...]
    extensions: tuple[ExtensionShown, ...]
    names: dict[str, str]
    """Of the members who set or ended any of it, by the name the trail gives them."""


def hours_of(actor: Actor, account_id: int, *, days: int = 8) -> HoursOverview:
    """The hours of an account, for whoever sees accounts.

    Args:
        days: how many coming holidays and own days at most.

    Raises:
        Unknown: `account_unknown`.
    """
    require(actor, Permission.ACCOUNTS_VIEW)
    current, now = session(), clock.now()
    account = current.get(Account, account_id)
    if account is None:
        raise Unknown("account_unknown", id=account_id)
    versions = _versions(current, account_id, now)
    extensions = _extensions(current, account_id, now)
    in_force = next((shown for shown in versions if shown.standing is Standing.IN_FORCE), None)
    planned = tuple(reversed([shown for shown in versions if shown.standing is Standing.PLANNED]))
    plan = histories(current, [account_id])[account_id].planned()
    staffed, changes_at = plan.staffed_at(now), None
    coming = plan.intervals(now, now + AHEAD)
    if coming and not staffed:
        changes_at = coming[0][0]
    elif coming and coming[0][1] < now + AHEAD:
        changes_at = coming[0][1]
    shown = in_force or (planned[0] if planned else None)
    return HoursOverview(
        account=account,
        in_force=in_force,
        planned=planned,
        extension=next((each for each in extensions if each.standing is Standing.IN_FORCE), None),
        staffed=staffed,
        changes_at=changes_at,
        next_days=_next_days(shown, now, days) if shown else (),
        versions=tuple(versions),
        extensions=tuple(extensions),
        names=_names(current, [*versions, *extensions]),
    )


@dataclass(frozen=True, slots=True)
class RoundTheClockState:
    """Whether an account is answered round the clock. `until` is None where it has no hours and so always is;
    `extended` says that somebody asked for it until then."""

    account: Account
    extended: bool
    always: bool
    until: datetime | None


def round_the_clock_of(actor: Actor, accounts: Collection[Account]) -> dict[int, RoundTheClockState]:
    """How accounts stand, by id, for whoever sees accounts."""
    require(actor, Permission.ACCOUNTS_VIEW)
    current, now = session(), clock.now()
    found = {}
    with_hours = set(
        current.scalars(
            select(StaffedHours.account_id)
            .where(
                StaffedHours.account_id.in_([account.id for account in accounts]), StaffedHours.withdrawn_at.is_(None)
            )
            .distinct()
        )
    )
    for account in accounts:
        rows = running(current, account.id, now)
        found[account.id] = RoundTheClockState(
            account, bool(rows), account.id not in with_hours, rows[0].ends_at if rows else None
        )
    return found


def _versions(current: Session, account_id: int, now: datetime) -> list[HoursShown]:
    """Newest first: by when they begin, then by when they were set."""
    rows = list(
        current.scalars(
            select(StaffedHours)
            .where(StaffedHours.account_id == account_id)
            .order_by(StaffedHours.effective_from, StaffedHours.set_at, StaffedHours.id)
        )
    )
    standing = [row for row in rows if row.withdrawn_at is None]
    untils = {
        row.id: after.effective_from if after is not None else None
        for row, after in zip(standing, [*standing[1:], None], strict=False)
    }
    shown = []
    for row in rows:
        until = untils.get(row.id)
        if row.withdrawn_at is not None:
            how = Standing.WITHDRAWN
        elif until == row.effective_from:
            how = Standing.REPLACED
        elif row.effective_from > now:
            how = Standing.PLANNED
        else:
            how = Standing.OVER if until is not None and until <= now else Standing.IN_FORCE
        shown.append(HoursShown(row, version_of(row), how, until))
    return shown[::-1]


def _extensions(current: Session, account_id: int, now: datetime) -> list[ExtensionShown]:
    rows = current.execute(
        select(RoundTheClock, Crisis.name)
        .outerjoin(Crisis, Crisis.id == RoundTheClock.crisis_id)
        .where(RoundTheClock.account_id == account_id)
        .order_by(RoundTheClock.ends_at.desc(), RoundTheClock.id.desc())
    ).all()
    return [
        ExtensionShown(row, Standing.IN_FORCE if until > now else Standing.OVER, until, name)
        for row, name in rows
        for until in [min(row.ends_at, row.ended_at or row.ends_at)]
    ]


def _names(current: Session, shown: Sequence[HoursShown | ExtensionShown]) -> dict[str, str]:
    actors = {each.row.set_by for each in shown}
    ids = [int(name[7:]) for name in actors if name.startswith("member:")]
    return {
        f"member:{row.id}": row.name
        for row in current.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    }


def _next_days(shown: HoursShown, now: datetime, most: int) -> tuple[NextDay, ...]:
    first = max(now, shown.row.effective_from).astimezone(zone_named(shown.row.time_zone)).date()
    found: dict[date, NextDay] = {}
    for stored in shown.row.closed_days:
        day = date.fromisoformat(stored["date"])
        found[day] = NextDay(day, stored["name"], (), own=False)
    for stored in shown.row.own_days:
        day = date.fromisoformat(stored["date"])
        found[day] = NextDay(day, {"": stored["name"]}, _pairs(stored["spans"]), own=True)
    return tuple(found[day] for day in sorted(found) if day >= first)[:most]


def _pairs(spans: Sequence[Sequence[Any]]) -> tuple[Span, ...]:
    return tuple((int(start), int(end)) for start, end in spans)
