"""That staff know of figures per member: recorded by an administrator, without which there are none.

In France article L1222-4 of the labour code lets nobody collect what concerns an employee personally by a means they
were not told of beforehand, and article L2312-38 has the works council informed and consulted before such a means is
used.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.extensions import session, writing
from inbox.models import StaffInformed
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem

LONGEST_WORDS = 2_000
"""Characters of what an administrator writes down."""

_NOON = time(12, tzinfo=UTC)
"""A day is kept as its noon in UTC. It is the same day for every reader: what is shown is its date there."""


def in_force(current: Session) -> StaffInformed | None:
    """The record in force."""
    newest = select(StaffInformed).where(StaffInformed.withdrawn_at.is_(None)).order_by(StaffInformed.id.desc())
    return current.scalars(newest.limit(1)).first()


def allowed(current: Session) -> bool:
    """Whether figures per member may be made at all."""
    return in_force(current) is not None


def measured_from(record: StaffInformed) -> datetime:
    """From when on a member's figures are made: the later of the days on which staff and representatives were told.
    What was answered before was answered without knowing of them."""
    days = [day for day in (record.staff_informed_on, record.representatives_informed_on) if day is not None]
    return datetime.combine(max(days).date(), time(), UTC)


def check(actor: Actor, current: Session) -> None:
    """Let figures that tell members apart be made only where staff know of them, and for who may see others'.

    Raises:
        Problem: `member_figures_off`.
        Refused: they are not for `actor`.
    """
    if not allowed(current):
        raise Problem("member_figures_off", 403)
    require(actor, Permission.MEMBER_FIGURES_VIEW)


def names_allowed(actor: Actor, current: Session) -> bool:
    """Whether a file for `actor` may name who answered."""
    return actor.may(Permission.MEMBER_FIGURES_VIEW) and allowed(current)


def record(actor: Actor, staff_on: date, representatives_on: date | None, words: str) -> StaffInformed:
    """Record that staff were informed; figures per member are on from now on.

    Args:
        representatives_on: when the works council was informed and consulted; None where there is none.
        words: how it was done, or why there are no representatives.

    Raises:
        Refused: `actor` is no administrator.
        Problem: `informed_in_future`, `informed_words_empty`, `informed_words_too_long`.
        Conflict: `informed_already`.
    """
    require(actor, Permission.MEMBER_FIGURES_ALLOW)
    words = words.strip()
    # Somewhere the day after is today already.
    latest = (clock.now() + timedelta(hours=14)).date()
    if staff_on > latest or (representatives_on is not None and representatives_on > latest):
        raise Problem("informed_in_future")
    if not words:
        raise Problem("informed_words_empty")
    if len(words) > LONGEST_WORDS:
        raise Problem("informed_words_too_long", most=LONGEST_WORDS)
    with writing() as current:
        if in_force(current) is not None:
            raise Conflict("informed_already")
        row = StaffInformed(
            staff_informed_on=datetime.combine(staff_on, _NOON),
            representatives_informed_on=None
            if representatives_on is None
            else datetime.combine(representatives_on, _NOON),
            words=words,
            recorded_at=clock.now(),
            recorded_by=actor.name,
        )
        current.add(row)
        current.flush()
        params = {
            "staff_on": staff_on.isoformat(),
            "representatives_on": representatives_on.isoformat() if representatives_on else None,
        }
        trail.record(current, actor, "staff_informed.recorded", of=("staff_informed", row.id), params=params)
    return row


def withdraw(actor: Actor) -> None:
    """Take the record back; figures per member are off at once. The record stays readable.

    Raises:
        Refused: `actor` is no administrator.
        Conflict: `informed_not`.
    """
    require(actor, Permission.MEMBER_FIGURES_ALLOW)
    with writing() as current:
        rows = current.scalars(select(StaffInformed).where(StaffInformed.withdrawn_at.is_(None))).all()
        if not rows:
            raise Conflict("informed_not")
        for row in rows:
            row.withdrawn_at, row.withdrawn_by = clock.now(), actor.name
            trail.record(current, actor, "staff_informed.withdrawn", of=("staff_informed", row.id))


def current_record() -> StaffInformed | None:
    """The record in force, for everybody whose figures it allows, and for whom it concerns."""
    return in_force(session())
