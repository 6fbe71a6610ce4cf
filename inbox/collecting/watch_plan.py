"""When comments are looked at again, and what that costs: the recent and the far-reaching first, within the quota."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.connecting import look_ups_of
from inbox.connectors.shapes import LookUps
from inbox.extensions import session
from inbox.models import Account, Author, Comment, CommentState
from inbox.permissions import Actor, Permission, require

WIDE_REACH = 10_000
"""From this many followers on, an author's comment is looked at as often as a fresh one."""

LARGEST_BATCH = 100
"""Comments of one look."""

KEPT_FREE = 0.2
"""The share of a network's quota that the watch leaves to collecting and answering."""

HORIZON = timedelta(days=30)
"""How old a comment may be to be looked at again."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Comments that are looked at equally often.

    Attributes:
        code: `fresh`, `week` or `month`.
        age: how old its comments are at most.
        every: between two looks at one comment, where the network's pace is 1.
    """

    code: str
    age: timedelta
    every: timedelta


FRESH = Tier("fresh", timedelta(hours=6), timedelta(minutes=5))
WEEK = Tier("week", timedelta(days=7), timedelta(hours=3))
MONTH = Tier("month", HORIZON, timedelta(days=1))
TIERS = (FRESH, WEEK, MONTH)
"""Wide reach, the press and danger count as fresh for a week."""


@dataclass(frozen=True, slots=True)
class TierPlan:
    """A tier on one account: how many comments are in it at present, and what they cost. `every` has its pace."""

    code: str
    every: timedelta
    comments: int
    looks_per_day: float


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """What the watch does on one account.

    Attributes:
        calls_per_day: what the comments of today's tiers ask for, never above `most_calls_per_day`.
        billed: the network bills every comment that is looked at: `looks_per_day` of them.
        looked_at: when it last asked.
        next_look_at: not before then, None for at once.
    """

    account_id: int
    tiers: tuple[TierPlan, ...]
    per_call: int
    calls_per_day: int
    most_calls_per_day: int
    looks_per_day: int
    billed: bool
    looked_at: datetime | None
    next_look_at: datetime | None


def plans(actor: Actor) -> dict[int, WatchPlan]:
    """The watch's plan of every connected account, by the account's id.

    Raises:
        Refused: the actor may not see accounts.
    """
    require(actor, Permission.ACCOUNTS_VIEW)
    current = session()
    return {account.id: _plan(current, account) for account in current.scalars(select(Account)) if account.connected}


def due(account: Account, settled: timedelta | None = None) -> ColumnElement[bool]:
    """The comments of an account whose next look has come; join `Author`.

    Args:
        settled: look at everything that was received, or looked at, at least that long ago, whatever the plan says.
    """
    now = clock.now()
    pace = look_ups_of(account.network).pace
    last = func.coalesce(Comment.looked_up_at, Comment.received_at)
    of_account = and_(
        Comment.account_id == account.id,
        Comment.state != CommentState.TOMBSTONED,
        Comment.posted_at >= now - HORIZON,
    )
    if settled is not None:
        return and_(of_account, last <= now - settled)
    # The first look at a comment comes as soon as one at a fresh one: it may be old and have just been collected.
    never = and_(Comment.looked_up_at.is_(None), Comment.received_at <= now - FRESH.every * pace)
    by_tier = (and_(of_tier(tier, now), Comment.looked_up_at <= now - tier.every * pace) for tier in TIERS)
    return and_(of_account, or_(never, *by_tier))


def of_tier(tier: Tier, now: datetime) -> ColumnElement[bool]:
    """The comments of a tier; join `Author`."""
    young = Comment.posted_at >= now - tier.age
    if tier is FRESH:
        return or_(young, and_(Comment.posted_at >= now - WEEK.age, has_reach()))
    if tier is WEEK:
        return and_(young, ~of_tier(FRESH, now))
    return and_(young, Comment.posted_at < now - WEEK.age)


def has_reach() -> ColumnElement[bool]:
    """Comments that many people see, or that are about the press or danger; join `Author`."""
    return or_(Comment.urgency <= 1, func.coalesce(Author.followers, 0) >= WIDE_REACH)


def within_quota(account: Account) -> bool:
    """Whether the network left so much of its quota that the watch may use some of it."""
    limit, remaining, reset_at = account.quota_limit, account.quota_remaining, account.quota_reset_at
    if limit is None or remaining is None or reset_at is None or reset_at <= clock.now():
        return True
    return remaining > limit * KEPT_FREE


def _plan(current: Session, account: Account) -> WatchPlan:
    costs = look_ups_of(account.network)
    now = clock.now()
    counted = select(*(func.count().filter(of_tier(tier, now)) for tier in TIERS)).select_from(Comment)
    counts = current.execute(
        counted.join(Author, Author.id == Comment.author_id).where(
            Comment.account_id == account.id,
            Comment.state != CommentState.TOMBSTONED,
            Comment.posted_at >= now - HORIZON,
        )
    ).one()
    day = timedelta(days=1)
    tiers = tuple(
        TierPlan(tier.code, tier.every * costs.pace, count, count * (day / (tier.every * costs.pace)))
        for tier, count in zip(TIERS, counts, strict=True)
    )
    wanted = sum(tier.looks_per_day for tier in tiers)
    most = _most_calls(costs)
    looks = min(wanted, most * costs.per_call)
    return WatchPlan(
        account_id=account.id,
        tiers=tiers,
        per_call=costs.per_call,
        calls_per_day=min(most, math.ceil(wanted / costs.per_call)),
        most_calls_per_day=most,
        looks_per_day=math.ceil(looks),
        billed=costs.billed,
        looked_at=account.looked_at,
        next_look_at=account.next_look_at,
    )


def _most_calls(costs: LookUps) -> int:
    """Calls a day when every batch is full."""
    return math.ceil(LARGEST_BATCH / costs.per_call) * (24 * 3600 // costs.every_seconds)
