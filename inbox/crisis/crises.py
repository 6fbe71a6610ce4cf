"""Opening and closing a crisis, and what it touches: whole accounts, or single posts of theirs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.extensions import session, writing
from inbox.measuring.crises import Extent, extent
from inbox.models import Account, Crisis, CrisisScope, LineToTake, LineVersion, Member, Post
from inbox.notices.telling import tell
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem, Unknown

LONGEST_NAME = 120
EARLIEST_START = timedelta(days=366)
"""How long before it is opened a crisis may have begun."""

_TOLD = (Role.SUPERVISOR, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Touched:
    """One account, or one post of it, that a crisis touches. `post` is None for the whole account."""

    account: Account
    post: Post | None


@dataclass(frozen=True, slots=True)
class CrisisShown:
    """A crisis as it stands now.

    Attributes:
        opened_by, closed_by: names of members, or of actors that are no member.
        line_written_at: when the newest version of its line to take was written, None without one.
    """

    crisis: Crisis
    touched: tuple[Touched, ...]
    extent: Extent
    opened_by: str
    closed_by: str
    line_written_at: datetime | None


def open_crisis(
    actor: Actor,
    name: str,
    account_ids: Collection[int],
    post_ids: Collection[int] = (),
    *,
    started_at: datetime | None = None,
) -> Crisis:
    """Open a crisis over whole accounts and single posts; supervisors, community managers and administrators are told.

    Args:
        started_at: when the bad buzz began (aware), for its figures; now when left out.

    Raises:
        Unknown: `account_unknown`, `post_unknown`.
        Problem: `crisis_name_empty`, `crisis_name_too_long`, `crisis_touches_nothing`, `crisis_start_out_of_range`.
    """
    require(actor, Permission.CRISES_LEAD)
    clean = " ".join("".join(character for character in name if character.isprintable()).split())
    if not clean:
        raise Problem("crisis_name_empty")
    if len(clean) > LONGEST_NAME:
        raise Problem("crisis_name_too_long", most=LONGEST_NAME)
    now = clock.now()
    began = clock.as_utc(started_at) if started_at is not None else now
    if not now - EARLIEST_START <= began <= now:
        raise Problem("crisis_start_out_of_range")
    with writing() as current:
        wanted = _wanted(current, account_ids, post_ids)
        crisis = Crisis(name=clean, started_at=began, opened_at=now, opened_by=actor.name)
        current.add(crisis)
        current.flush()
        _add(current, crisis, wanted)
        _done(current, actor, crisis, "crisis.opened", scope=_written_down(wanted), started_at=clock.to_iso(began))
        _tell(current, actor, crisis, "crisis_opened")
    return crisis


def change_scope(actor: Actor, crisis_id: int, account_ids: Collection[int], post_ids: Collection[int] = ()) -> Crisis:
    """Have an open crisis touch exactly these accounts and posts from now on.

    Raises:
        Unknown: `crisis_unknown`, `account_unknown`, `post_unknown`.
        Conflict: `crisis_is_closed`.
        Problem: `crisis_touches_nothing`.
    """
    require(actor, Permission.CRISES_LEAD)
    with writing() as current:
        crisis = _open(current, crisis_id)
        wanted = _wanted(current, account_ids, post_ids)
        present = {(scope.account_id, scope.post_id): scope for scope in _scopes(current, [crisis.id])[crisis.id]}
        if set(present) == wanted:
            return crisis
        now = clock.now()
        for key, scope in present.items():
            if key not in wanted:
                scope.removed_at = now
        _add(current, crisis, wanted - set(present))
        _done(current, actor, crisis, "crisis.scope_changed", scope=_written_down(wanted))
    return crisis


def close_crisis(actor: Actor, crisis_id: int) -> Crisis:
    """Close a crisis; its line to take stays readable, and whoever answers falls back to the standing line.

    Raises:
        Unknown: `crisis_unknown`.
        Conflict: `crisis_is_closed`.
    """
    require(actor, Permission.CRISES_LEAD)
    with writing() as current:
        crisis = _open(current, crisis_id)
        crisis.closed_at, crisis.closed_by = clock.now(), actor.name
        _done(current, actor, crisis, "crisis.closed")
        _tell(current, actor, crisis, "crisis_closed")
    return crisis


def list_crises(actor: Actor, *, closed: bool = False, limit: int = 50) -> list[CrisisShown]:
    """The open crises, or the closed ones, the latest first."""
    require(actor, Permission.CRISES_VIEW)
    current = session()
    wanted = Crisis.closed_at.is_not(None) if closed else Crisis.closed_at.is_(None)
    order = Crisis.closed_at if closed else Crisis.opened_at
    return _shown(
        current,
        list(current.scalars(select(Crisis).where(wanted).order_by(order.desc(), Crisis.id.desc()).limit(limit))),
    )


def get_crisis(actor: Actor, crisis_id: int) -> CrisisShown:
    """One crisis, open or closed.

    Raises:
        Unknown: `crisis_unknown`.
    """
    require(actor, Permission.CRISES_VIEW)
    current = session()
    crisis = current.get(Crisis, crisis_id)
    if crisis is None:
        raise Unknown("crisis_unknown", id=crisis_id)
    return _shown(current, [crisis])[0]


def count_open(actor: Actor) -> int:
    """How many crises are open."""
    require(actor, Permission.CRISES_VIEW)
    return len(session().scalars(select(Crisis.id).where(Crisis.closed_at.is_(None))).all())


def _shown(current: Session, crises: list[Crisis]) -> list[CrisisShown]:
    ids = [crisis.id for crisis in crises]
    scopes = _scopes(current, ids)
    accounts = {account.id: account for account in current.scalars(select(Account))}
    post_ids = {scope.post_id for found in scopes.values() for scope in found if scope.post_id is not None}
    posts = {post.id: post for post in current.scalars(select(Post).where(Post.id.in_(post_ids)))}
    written: dict[int | None, datetime] = {
        row.crisis_id: row.written_at
        for row in current.execute(
            select(LineToTake.crisis_id, LineVersion.written_at)
            .join(LineVersion, LineVersion.line_id == LineToTake.id)
            .where(LineToTake.crisis_id.in_(ids))
            .order_by(LineVersion.number)
        )
    }
    names = _names(current, {name for crisis in crises for name in (crisis.opened_by, crisis.closed_by or "")})
    return [
        CrisisShown(
            crisis,
            tuple(
                Touched(accounts[scope.account_id], posts[scope.post_id] if scope.post_id is not None else None)
                for scope in scopes[crisis.id]
            ),
            extent(current, crisis, scopes[crisis.id]),
            names.get(crisis.opened_by, crisis.opened_by),
            names.get(crisis.closed_by or "", crisis.closed_by or ""),
            written.get(crisis.id),
        )
        for crisis in crises
    ]


def _scopes(current: Session, crisis_ids: list[int]) -> dict[int, list[CrisisScope]]:
    """What crises touch now, or touched when they were closed."""
    found: dict[int, list[CrisisScope]] = defaultdict(list)
    for scope in current.scalars(
        select(CrisisScope)
        .where(CrisisScope.crisis_id.in_(crisis_ids), CrisisScope.removed_at.is_(None))
        .order_by(CrisisScope.account_id, CrisisScope.id)
    ):
        found[scope.crisis_id].append(scope)
    return found


def _wanted(current: Session, account_ids: Collection[int], post_ids: Collection[int]) -> set[tuple[int, int | None]]:
    accounts = set(current.scalars(select(Account.id).where(Account.id.in_(set(account_ids)))))
    for account_id in account_ids:
        if account_id not in accounts:
            raise Unknown("account_unknown", id=account_id)
    posts = {
        row.id: row.account_id
        for row in current.execute(select(Post.id, Post.account_id).where(Post.id.in_(set(post_ids))))
    }
    for post_id in post_ids:
        if post_id not in posts:
            raise Unknown("post_unknown", id=post_id)
    # A post of an account that is touched as a whole is touched already.
    wanted: set[tuple[int, int | None]] = {(account, None) for account in accounts}
    wanted |= {(account, post) for post, account in posts.items() if account not in accounts}
    if not wanted:
        raise Problem("crisis_touches_nothing")
    return wanted


def _add(current: Session, crisis: Crisis, wanted: Collection[tuple[int, int | None]]) -> None:
    now = clock.now()
    current.add_all(
        CrisisScope(crisis_id=crisis.id, account_id=account, post_id=post, added_at=now)
        for account, post in sorted(wanted, key=str)
    )


def _open(current: Session, crisis_id: int) -> Crisis:
    crisis = current.get(Crisis, crisis_id, populate_existing=True, with_for_update={"of": Crisis, "key_share": True})
    if crisis is None:
        raise Unknown("crisis_unknown", id=crisis_id)
    if crisis.closed_at is not None:
        raise Conflict("crisis_is_closed", name=crisis.name)
    return crisis


def _written_down(wanted: Collection[tuple[int, int | None]]) -> list[list[int | None]]:
    return [list(pair) for pair in sorted(wanted, key=str)]


def _done(current: Session, actor: Actor, crisis: Crisis, deed: str, **facts: object) -> None:
    trail.record(current, actor, deed, of=("crisis", crisis.id), params={"name": crisis.name, **facts})
    bell.ring(current, "crisis.changed", crisis_id=crisis.id)


def _tell(current: Session, actor: Actor, crisis: Crisis, code: str) -> None:
    for role in _TOLD:
        tell(current, role, code, of=("crisis", crisis.id), params={"name": crisis.name, "actor": actor.name})


def _names(current: Session, actors: Collection[str]) -> dict[str, str]:
    ids = [int(name[7:]) for name in actors if name.startswith("member:")]
    rows = current.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {f"member:{row.id}": row.name for row in rows}
