"""Who is on duty, and who stands in for them: what tells whom an approval waits for, and when nobody would answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from inbox import bell, clock, trail
from inbox.extensions import session, writing
from inbox.models import Duty, Member
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

LONGEST = timedelta(days=31)
"""How long one duty may last; an open one ends when somebody says so."""

_DEPUTY = aliased(Member)

APPROVING = (Permission.APOLOGIES_APPROVE, Permission.REPLIES_APPROVE)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A member on duty, and their deputy. `until` is None until somebody says so."""

    duty: Duty
    member: Member
    deputy: Member | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Overview:
    """Duty now and next. `gaps` are the hours until `until` in which nobody on duty may approve."""

    on_duty: list[OnDuty]
    coming: list[OnDuty]
    gaps: list[tuple[datetime, datetime]]
    until: datetime


def set_duty(
    actor: Actor,
    member_id: int,
    starts_at: datetime,
    ends_at: datetime | None = None,
    deputy_id: int | None = None,
) -> Duty:
    """Put a member on duty.

    Args:
        starts_at: aware; a time that has passed means from now on.
        ends_at: aware; None for until somebody says so.
        deputy_id: who is asked when the member does not answer.

    Raises:
        Unknown: `member_unknown`.
        Problem: `duty_member_unfit`: deactivated; `duty_deputy_same`; `duty_out_of_range`.
        Conflict: `duty_overlaps`: the member is on duty then already.
    """
    require(actor, Permission.DUTY_SET)
    now = clock.now()
    begins = max(clock.as_utc(starts_at), now)
    ends = clock.as_utc(ends_at) if ends_at is not None else None
    if ends is not None and not begins < ends <= begins + LONGEST:
        raise Problem("duty_out_of_range", days=LONGEST.days)
    if deputy_id == member_id:
        raise Problem("duty_deputy_same")
    with writing() as current:
        # Locked, so that two who set the same member's duty at once see each other.
        member = _fit(current, member_id)
        deputy = _fit(current, deputy_id) if deputy_id is not None else None
        others = select(Duty.id).where(
            Duty.member_id == member.id,
            Duty.ends_at.is_(None) | (Duty.ends_at > begins),
            Duty.starts_at != Duty.ends_at,
        )
        if ends is not None:
            others = others.where(Duty.starts_at < ends)
        if current.scalar(others.limit(1)) is not None:
            raise Conflict("duty_overlaps", name=member.name)
        duty = Duty(
            member_id=member.id,
            deputy_id=deputy.id if deputy else None,
            starts_at=begins,
            ends_at=ends,
            set_at=now,
            set_by=actor.name,
        )
        current.add(duty)
        current.flush()
        _record(current, actor, duty, "duty.set")
    return duty


def end_duty(actor: Actor, duty_id: int) -> Duty:
    """End a duty now; one that has not begun does not take place.

    Raises:
        Unknown: `duty_unknown`.
        Conflict: `duty_over`.
    """
    require(actor, Permission.DUTY_SET)
    now = clock.now()
    with writing() as current:
        duty = current.get(Duty, duty_id, populate_existing=True, with_for_update=True)
        if duty is None:
            raise Unknown("duty_unknown", id=duty_id)
        if duty.ends_at is not None and duty.ends_at <= now:
            raise Conflict("duty_over")
        duty.ends_at = max(now, duty.starts_at)
        _record(current, actor, duty, "duty.ended")
    return duty


def on_duty(current: Session, at: datetime) -> list[OnDuty]:
    """Who is on duty at a moment, in the order in which their duties began. Members who have left are not among them,
    neither as deputies."""
    return [each for each in _overlapping(current, at, at) if each.duty.starts_at <= at]


def coming(current: Session, at: datetime) -> list[OnDuty]:
    """The duties that begin later, soonest first."""
    return [each for each in _overlapping(current, at, None) if each.duty.starts_at > at]


def overview(actor: Actor, ahead: timedelta) -> Overview:
    """Who is on duty, who comes next, and when nobody could approve a wording, for every member to see.

    Args:
        ahead: how far to look for such gaps.

    Raises:
        Problem: `member_needed`.
    """
    if actor.member_id is None:
        raise Problem("member_needed")
    current, now = session(), clock.now()
    return Overview(on_duty(current, now), coming(current, now), gaps(current, now, now + ahead), now + ahead)


def on_duty_now(actor: Actor) -> list[OnDuty]:
    """Who is on duty, for every member to see.

    Raises:
        Problem: `member_needed`.
    """
    if actor.member_id is None:
        raise Problem("member_needed")
    return on_duty(session(), clock.now())


def gaps(
    current: Session,
    start: datetime,
    end: datetime,
    permissions: Iterable[Permission] = APPROVING,
) -> list[tuple[datetime, datetime]]:
    """When nobody is on duty who may do one of several things, between two moments, in order.

    Deputies count: they are asked when the member on duty does not answer.

    Args:
        permissions: one of them is enough; left out, to approve wordings.
    """
    wanted = tuple(permissions)

    def may(member: Member | None) -> bool:
        return member is not None and any(Actor.of_member(member.id, member.roles).may(each) for each in wanted)

    return uncovered(
        [
            (each.duty.starts_at, each.until or end)
            for each in _overlapping(current, start, end)
            if may(each.member) or may(each.deputy)
        ],
        start,
        end,
    )


def uncovered(
    spans: Iterable[tuple[datetime, datetime]], start: datetime, end: datetime
) -> list[tuple[datetime, datetime]]:
    """What of the time from `start` to `end` lies in none of `spans`, in order."""
    found, reached = [], start
    for begins, ends in sorted(spans):
        if reached < min(begins, end):
            found.append((reached, min(begins, end)))
        reached = max(reached, ends)
    if reached < end:
        found.append((reached, end))
    return found


def _overlapping(current: Session, start: datetime, end: datetime | None) -> list[OnDuty]:
    statement = (
        select(Duty, Member, _DEPUTY)
        .join(Member, Member.id == Duty.member_id)
        .outerjoin(_DEPUTY, (_DEPUTY.id == Duty.deputy_id) & _DEPUTY.deactivated_at.is_(None))
        .where(
            # One that was ended before it began does not take place.
            Duty.ends_at.is_(None) | ((Duty.ends_at > start) & (Duty.ends_at > Duty.starts_at)),
            Member.deactivated_at.is_(None),
        )
        .order_by(Duty.starts_at, Duty.id)
    )
    if end is not None:
        statement = statement.where(Duty.starts_at <= end)
    rows = current.execute(statement)
    return [OnDuty(duty, member, stands_in, duty.ends_at) for duty, member, stands_in in rows]


def _fit(current: Session, member_id: int) -> Member:
    member = current.get(Member, member_id, populate_existing=True, with_for_update={"key_share": True, "of": Member})
    if member is None:
        raise Unknown("member_unknown", email=member_id)
    if member.deactivated_at is not None:
        raise Problem("duty_member_unfit", name=member.name)
    return member


def _record(current: Session, actor: Actor, duty: Duty, deed: str) -> None:
    params = {
        "member": duty.member_id,
        "deputy": duty.deputy_id,
        "starts_at": clock.to_iso(duty.starts_at),
        "ends_at": clock.to_iso(duty.ends_at) if duty.ends_at else None,
    }
    trail.record(current, actor, deed, of=("duty", duty.id), params=params)
    bell.ring(current, "duty.changed", duty_id=duty.id)
