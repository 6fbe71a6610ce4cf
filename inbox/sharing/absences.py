"""Being away: a member says so of themselves, or a supervisor of them, until a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from inbox import bell, clock, trail
from inbox.extensions import session, writing
from inbox.models import Absence, Member
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.sharing.flowing_back import Away, give_back

LONGEST = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class ShownAbsence:
    """That somebody is away, or will be. `may_end`: the reader may say that they are back."""

    id: int
    member_id: int
    name: str
    starts_at: datetime
    until: datetime
    may_end: bool


def mark(actor: Actor, member_id: int, until: datetime, starts_at: datetime | None = None) -> Absence:
    """Mark a member as away; who waits for them goes back as soon as it begins.

    Args:
        until: aware, in the next `LONGEST`.
        starts_at: aware; None, or a time that has passed, for now.

    Raises:
        Refused: it is somebody else, and `actor` may not set who is on duty.
        Unknown: `member_unknown`.
        Problem: `absence_out_of_range`.
        Conflict: `absence_overlaps`: they are away then already.
    """
    require(actor, Permission.QUEUE_VIEW)
    if actor.member_id is None or actor.member_id != member_id:
        require(actor, Permission.DUTY_SET)
    ends = clock.as_utc(until)
    with writing() as current:
        # Locked, so that two who mark the same member at once see each other, and whoever gives them something.
        member = current.get(
            Member, member_id, populate_existing=True, with_for_update={"key_share": True, "of": Member}
        )
        if member is None or member.deactivated_at is not None:
            raise Unknown("member_unknown", email=member_id)
        # What they were given until now was given before.
        now = clock.now()
        begins = max(clock.as_utc(starts_at), now) if starts_at is not None else now
        if not begins < ends <= now + LONGEST:
            raise Problem("absence_out_of_range", days=LONGEST.days)
        others = select(Absence.id).where(
            Absence.member_id == member.id, Absence.ended_at.is_(None), Absence.until > begins, Absence.starts_at < ends
        )
        if current.scalar(others.limit(1)) is not None:
            raise Conflict("absence_overlaps", name=member.name)
        absence = Absence(member_id=member.id, starts_at=begins, until=ends, set_at=now, set_by=actor.name)
        current.add(absence)
        current.flush()
        params = {"member": member.id, "starts_at": clock.to_iso(begins), "until": clock.to_iso(ends)}
        trail.record(current, actor, "absence.marked", of=("member", member.id), params=params)
        bell.ring(current, "absence.changed", member_id=member.id)
        if begins <= now:
            give_back(current, actor, member.id, Away.ABSENT, begins)
    return absence


def end(actor: Actor, absence_id: int) -> Absence:
    """Say that somebody is back, or will not be away after all. What went back stays where it is.

    Raises:
        Refused: it is somebody else, and `actor` may not set who is on duty.
        Unknown: `absence_unknown`.
        Conflict: `absence_over`.
    """
    require(actor, Permission.QUEUE_VIEW)
    with writing() as current:
        absence = current.get(Absence, absence_id, populate_existing=True, with_for_update=True)
        if absence is None:
            raise Unknown("absence_unknown")
        if absence.member_id != actor.member_id:
            require(actor, Permission.DUTY_SET)
        if absence.ended_at is not None or absence.until <= clock.now():
            raise Conflict("absence_over")
        absence.ended_at, absence.ended_by = clock.now(), actor.name
        params = {"member": absence.member_id}
        trail.record(current, actor, "absence.ended", of=("member", absence.member_id), params=params)
        bell.ring(current, "absence.changed", member_id=absence.member_id)
    return absence


def present_and_coming(actor: Actor, member_id: int | None = None) -> list[ShownAbsence]:
    """Who is away or will be, whoever leaves first before the others; only one member where one is named."""
    require(actor, Permission.QUEUE_VIEW)
    statement = (
        select(Absence, Member.name)
        .join(Member, Member.id == Absence.member_id)
        .where(Absence.ended_at.is_(None), Absence.until > clock.now(), Member.deactivated_at.is_(None))
        .order_by(Absence.starts_at, Absence.id)
    )
    if member_id is not None:
        statement = statement.where(Absence.member_id == member_id)
    leads = actor.may(Permission.DUTY_SET)
    return [
        ShownAbsence(
            absence.id,
            absence.member_id,
            name,
            absence.starts_at,
            absence.until,
            leads or absence.member_id == actor.member_id,
        )
        for absence, name in session().execute(statement)
    ]
