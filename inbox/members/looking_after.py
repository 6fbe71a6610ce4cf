"""Looking after members: whether hostile comments are covered for them, and how many they have read.

What somebody read of hostile comments is for them alone. Every function here is about `actor` and nobody else, nothing
of it is written to the trail, and rows are forgotten as soon as no count needs them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from sqlalchemy import delete, func, select

from inbox import clock
from inbox.extensions import session, writing
from inbox.models import Exposure, Member
from inbox.models.bulk import Rows, among
from inbox.permissions import Actor, Permission, require
from inbox.problems import Unknown

WEEK = timedelta(days=7)

FORGOTTEN_AFTER = timedelta(days=8)
"""How long it is kept that somebody read a hostile comment: the week that is counted, and a day."""

MANY_TODAY = 30
MANY_THIS_WEEK = 100
"""From how many hostile comments a member is told that it is time to take turns. Nobody knows a number at which it
begins to harm; these are about what a shift of hard criticism brings, so that who is told has had more than usual."""

_NEW = Rows(Exposure.__table__, "member_id", "comment_id", "seen_at", once=True)


@dataclass(frozen=True, slots=True)
class ReadOfHostility:
    """How many hostile comments somebody has read, each counted once."""

    today: int
    this_week: int

    @property
    def is_much(self) -> bool:
        """Whether it is time to take turns."""
        return self.today >= MANY_TODAY or self.this_week >= MANY_THIS_WEEK


def set_blurs_hostile(actor: Actor, wish: bool) -> None:
    """Choose whether hostile comments are covered for `actor`, a member, until they ask for the words.

    Raises:
        Unknown: `member_unknown`: the actor is no member.
    """
    require(actor, Permission.QUEUE_VIEW)
    with writing() as current:
        member = None if actor.member_id is None else current.get(Member, actor.member_id)
        if member is None:
            raise Unknown("member_unknown", email=str(actor.member_id or ""))
        member.blurs_hostile = wish


def note_read(actor: Actor, comment_ids: Collection[int]) -> None:
    """Remember that `actor` has hostile comments before them; a comment they have read before counts no second time."""
    require(actor, Permission.QUEUE_VIEW)
    if actor.member_id is None or not comment_ids:
        return
    mine = Exposure.member_id == actor.member_id
    known = set(session().scalars(select(Exposure.comment_id).where(mine, among(Exposure.comment_id, comment_ids))))
    fresh = sorted(set(comment_ids) - known)
    if fresh:
        now = clock.now()
        with writing() as current:
            _NEW.store(current.connection(), [(actor.member_id, number, now) for number in fresh])


def read_of_hostility(actor: Actor, zone: tzinfo) -> ReadOfHostility:
    """How many hostile comments `actor` has read today, and in the last seven days; nobody can ask it of another.

    Args:
        zone: whose midnight today begins at.
    """
    now = clock.now()
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    counted = select(func.count()).select_from(Exposure).where(Exposure.member_id == (actor.member_id or 0))
    since = (max(midnight, now - FORGOTTEN_AFTER), now - WEEK)
    today, this_week = (session().scalar(counted.where(Exposure.seen_at >= each)) or 0 for each in since)
    return ReadOfHostility(today, this_week)


def forget_what_was_read(actor: Actor) -> int:
    """Let go of what was read longer ago than `FORGOTTEN_AFTER`.

    Returns:
        how many rows there were.
    """
    require(actor, Permission.COMMENTS_TOMBSTONE)
    old = Exposure.seen_at < clock.now() - FORGOTTEN_AFTER
    if session().scalar(select(Exposure.id).where(old).limit(1)) is None:
        return 0
    with writing(quiet=True) as current:
        done = current.execute(delete(Exposure).where(old), execution_options={"synchronize_session": False})
        return int(done.rowcount)  # type: ignore[attr-defined]
