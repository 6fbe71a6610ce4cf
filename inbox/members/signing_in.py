"""Signing in, and the sessions in which members are signed in.

The cookie holds a random token; the database only its SHA-256, so that a stolen copy of it opens nothing. Attempts are
rows, so that several web processes slow down guessing together.
"""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, func, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, lazyload

from inbox import clock, trail
from inbox.extensions import session, writing
from inbox.live import NEWEST
from inbox.members import passwords
from inbox.members.emails import normal_email
from inbox.models import Member, MemberRole, MemberSession, SignInAttempt
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Problem

log = logging.getLogger(__name__)

IDLE = timedelta(hours=4)
"""A session that nobody used for this long is over."""

LONGEST = timedelta(hours=16)
"""A session is over after this long whatever happens: about one long shift."""

SEEN_EVERY = timedelta(minutes=1)
"""How often a session notes that it is used, at most."""

WINDOW = timedelta(minutes=15)
"""Failed attempts are counted over this stretch."""

FAILURES_PER_EMAIL = 8
"""Failed attempts for one e-mail address in `WINDOW` before further ones are refused unread."""

FAILURES_PER_ADDRESS = 30
"""The same for one network address, behind which a whole office may sit."""

KNOWN_FOR = timedelta(days=30)
"""A member who signed in from a network address within this time is counted by themselves there, so that a stranger
who guesses elsewhere cannot keep them out in the middle of a crisis."""

_LOCK = 7_120_345_683


@dataclass(frozen=True, slots=True)
class _Limit:
    scope: str
    matching: tuple[ColumnElement[bool], ...]
    failures: int


def sign_in(email: str, password: str, *, address: str, browser: str) -> str:
    """Open a session for a member.

    Args:
        address: the network address the request came from.
        browser: what the browser calls itself, shown to the member later.

    Returns:
        the token for the cookie; it cannot be read again.

    Raises:
        Problem: `sign_in_refused`, or `sign_in_throttled` with `seconds`, the time until the next attempt is read.
    """
    # What has not the shape of an e-mail address belongs to nobody and counts for the network address only.
    normal = normal_email(email) or ""
    source = _source(address)
    attempt = _begin(normal, source)
    member = session().scalars(select(Member).where(Member.email == normal, Member.deactivated_at.is_(None))).first()
    if not passwords.matches(member.password_hash if member else None, password) or member is None:
        _note_failure(attempt, member)
        raise Problem("sign_in_refused", 401)
    fresh_hash = passwords.hash_of(password) if passwords.is_outdated(member.password_hash) else None
    token = secrets.token_urlsafe(32)
    with writing() as current:
        present = current.get(Member, member.id, populate_existing=True, with_for_update=True)
        if present is None or present.deactivated_at is not None:
            raise Problem("sign_in_refused", 401)
        current.execute(update(SignInAttempt).where(SignInAttempt.id == attempt.id).values(succeeded=True))
        if fresh_hash is not None:
            present.password_hash = fresh_hash
        row = MemberSession(
            token_hash=_hash(token),
            member_id=present.id,
            created_at=clock.now(),
            last_seen_at=clock.now(),
            expires_at=clock.now() + LONGEST,
            address=_short(address, 64),
            browser=_short(browser, 255),
        )
        current.add(row)
        current.flush()
        actor = Actor.of_member(present.id, present.roles)
        trail.record(current, actor, "member.signed_in", of=("member", present.id), params={"session": row.id})
    return token


class Opened(NamedTuple):
    """What a token opens.

    Attributes:
        newest_event: its number at the moment when this was read, 0 before the first.
        beside: what was asked beside, in the same order.
    """

    session_id: int
    member: Member
    actor: Actor
    newest_event: int
    beside: tuple[Any, ...]


@cache
def _opened_by(beside: tuple[ColumnElement[Any], ...]) -> Select[*tuple[Any, ...]]:
    # Built once, and in one statement with the member, their roles and the newest event: every page asks it.
    return _OPENED_BY.add_columns(*beside)


_OPENED_BY = (
    select(
        MemberSession.id,
        MemberSession.ended_at,
        MemberSession.expires_at,
        MemberSession.last_seen_at,
        Member,
        select(func.aggregate_strings(MemberRole.role, ","))
        .where(MemberRole.member_id == Member.id, MemberRole.ended_at.is_(None))
        .scalar_subquery(),
        func.coalesce(NEWEST.scalar_subquery(), 0),
    )
    .join(Member, Member.id == MemberSession.member_id)
    .where(MemberSession.token_hash == bindparam("hash"))
    .options(lazyload(Member.grants))
    .execution_options(populate_existing=True)
)


def session_of(token: str, beside: tuple[ColumnElement[Any], ...] = ()) -> Opened | None:
    """The session that `token` opens, with its member; None when there is none, or it is over.

    Notes at most once a minute that the session is in use.

    Args:
        beside: what else is to be read in the same statement: columns that stand beside the row of the session, which
            may ask for the present moment as the parameter `now`.
    """
    now = clock.now()
    found = session().execute(_opened_by(beside), {"hash": _hash(token), "now": now}).one_or_none()
    if found is None:
        return None
    session_id, ended_at, expires_at, last_seen_at, member, roles, newest_event, *others = found
    if ended_at is not None or expires_at <= now or last_seen_at + IDLE <= now or member.deactivated_at is not None:
        return None
    if last_seen_at + SEEN_EVERY <= now:
        _note_use(session_id, now)
    held = frozenset(Role(code) for code in (roles or "").split(",") if code)
    return Opened(session_id, member, Actor.of_member(member.id, held), newest_event, tuple(others))


def sign_out(token: str) -> None:
    """End the session that `token` opens, if there is one."""
    opened = session_of(token)
    if opened is None:
        return
    with writing() as current:
        ended = current.execute(
            update(MemberSession)
            .where(MemberSession.id == opened.session_id, MemberSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )
        if ended.rowcount:  # type: ignore[attr-defined]
            of, params = ("member", opened.member.id), {"session": opened.session_id}
            trail.record(current, opened.actor, "member.signed_out", of=of, params=params)


def end_sessions(actor: Actor, member_id: int) -> None:
    """End every session of a member at once; a member does so for themselves.

    Raises:
        Refused: it is somebody else, and `actor` may not change the members.
    """
    if actor.member_id is None or actor.member_id != member_id:
        require(actor, Permission.MEMBERS_CHANGE)
    with writing() as current:
        end_sessions_of(current, member_id)
        trail.record(current, actor, "member.sessions_ended", of=("member", member_id))


def end_sessions_of(current: Session, member_id: int) -> None:
    """End every session of a member, inside the caller's transaction."""
    current.execute(
        update(MemberSession)
        .where(MemberSession.member_id == member_id, MemberSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def _begin(email: str, source: str) -> SignInAttempt:
    """Write the attempt down as failed before the password is looked at, so that many at once are all counted."""
    with writing() as current:
        if current.get_bind().dialect.name == "postgresql":
            current.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        for limit in _limits(current, email, source):
            failures = current.scalars(_failures(limit).order_by(SignInAttempt.at.desc()).limit(limit.failures)).all()
            if len(failures) == limit.failures:
                seconds = (failures[-1] + WINDOW - clock.now()).total_seconds()
                raise Problem("sign_in_throttled", 429, seconds=max(1, round(seconds)))
        attempt = SignInAttempt(email=email, address=source, at=clock.now(), succeeded=False)
        current.add(attempt)
    return attempt


def _note_failure(attempt: SignInAttempt, member: Member | None) -> None:
    """Write to the trail that guessing is slowed down, once each time that begins: every failure would flood it."""
    current = session()
    begun = []
    for limit in _limits(current, attempt.email, attempt.address):
        counted = _failures(limit).where(SignInAttempt.id <= attempt.id).subquery()
        if current.scalar(select(func.count()).select_from(counted)) == limit.failures:
            begun.append(limit.scope)
    if begun:
        with writing() as current:
            for scope in begun:
                of = ("member", member.id) if member is not None and scope == "email" else None
                actor = Actor(frozenset(), None, "nobody")
                trail.record(current, actor, "sign_in.throttled", of=of, params={"scope": scope})


def _limits(current: Session, email: str, source: str) -> list[_Limit]:
    limits = [_Limit("address", (SignInAttempt.address == source,), FAILURES_PER_ADDRESS)]
    if email:
        of_email = SignInAttempt.email == email
        at_source = SignInAttempt.address == source
        since = clock.now() - KNOWN_FOR
        known = select(SignInAttempt.address).where(
            of_email, SignInAttempt.succeeded.is_(True), SignInAttempt.at > since
        )
        if current.scalar(known.where(at_source).limit(1)) is not None:
            limits.append(_Limit("email", (of_email, at_source), FAILURES_PER_EMAIL))
        else:
            limits.append(_Limit("email", (of_email, SignInAttempt.address.not_in(known)), FAILURES_PER_EMAIL))
    return limits


def _failures(limit: _Limit) -> Select[datetime]:
    return select(SignInAttempt.at).where(
        *limit.matching, SignInAttempt.succeeded.is_(False), SignInAttempt.at > clock.now() - WINDOW
    )


def _note_use(session_id: int, now: datetime) -> None:
    try:
        with writing() as current:
            current.execute(
                update(MemberSession)
                .where(MemberSession.id == session_id, MemberSession.last_seen_at < now)
                .values(last_seen_at=now)
            )
    except OperationalError:
        # The page can be read all the same; the session only counts as idle a little longer.
        log.warning("the use of session %s could not be noted", session_id)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _source(address: str) -> str:
    """What attempts are counted by: one IPv4 address, or the /64 that one line of IPv6 is given."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def _short(text: str, length: int) -> str:
    return "".join(character for character in text if character.isprintable())[:length]
