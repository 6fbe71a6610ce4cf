"""Who the members are and what roles they hold. Nobody is taken out: somebody who leaves is deactivated."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.extensions import session, writing
from inbox.members import passwords
from inbox.members.emails import normal_email
from inbox.members.signing_in import end_sessions_of
from inbox.models import Member, MemberRole
from inbox.permissions import MEMBER_ROLES, Actor, Permission, Refused, Role, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.sharing.flowing_back import Away, give_back

LANGUAGES = ("en", "fr")
"""The languages of the interface."""

MOST_UNDO_SECONDS = 60
"""The longest that a member may let their replies count down."""


def actor_of(member: Member) -> Actor:
    """`member` as somebody who acts; somebody who was deactivated may do nothing."""
    return Actor.of_member(member.id, member.roles if member.deactivated_at is None else frozenset())


def find_member(email: str) -> Member:
    """The member with that e-mail address, deactivated or not.

    Raises:
        Unknown: `member_unknown`.
    """
    normal = normal_email(email)
    member = session().scalars(select(Member).where(Member.email == normal)).one_or_none() if normal else None
    if member is None:
        raise Unknown("member_unknown", email=email)
    return member


def list_members(actor: Actor) -> list[Member]:
    """Every member, deactivated ones included, by e-mail address.

    Raises:
        Refused: `actor` may not see the members.
    """
    require(actor, Permission.MEMBERS_VIEW)
    return list(session().scalars(select(Member).order_by(Member.email)))


def add_member(
    actor: Actor,
    email: str,
    roles: Collection[Role],
    *,
    password: str | None = None,
    name: str | None = None,
    language: str = "en",
) -> tuple[Member, str]:
    """Add a member.

    Args:
        language: `en` or `fr`; empty to follow the wish of their browser until they choose.
        roles: at least one of `MEMBER_ROLES`.
        password: at least `SHORTEST_PASSWORD` characters; None for a random one.
        name: None for what stands before the `@`.

    Returns:
        the member, and the password, which is stored nowhere and can be shown this once.

    Raises:
        Refused: `actor` may not change the members.
        Problem: `email_invalid`, `roles_missing`, `role_not_for_members`, `language_unknown`, `password_too_short`.
        Conflict: `member_exists`.
    """
    require(actor, Permission.MEMBERS_CHANGE)
    normal = normal_email(email)
    if normal is None:
        raise Problem("email_invalid", email=email[:254])
    _check_roles(roles)
    if language:
        _check_language(language)
    password = passwords.generate() if password is None else password
    password_hash = passwords.hash_of(password)
    with writing() as current:
        if current.scalar(select(Member.id).where(Member.email == normal)) is not None:
            raise Conflict("member_exists", email=normal)
        member = Member(
            email=normal,
            name=_printable(name or "").strip()[:120] or normal.partition("@")[0],
            password_hash=password_hash,
            language=language,
            created_at=clock.now(),
            grants=[_grant(role, actor) for role in sorted(set(roles))],
        )
        current.add(member)
        current.flush()
        trail.record(current, actor, "member.added", of=("member", member.id), params={"roles": sorted(set(roles))})
    return member, password


def set_roles(actor: Actor, member_id: int, roles: Collection[Role]) -> Member:
    """Let a member hold exactly `roles` from now on; their next page already goes by them.

    Raises:
        Refused: `actor` may not change the members.
        Unknown: `member_unknown`.
        Problem: `roles_missing`, `role_not_for_members`.
        Conflict: `last_administrator`.
    """
    require(actor, Permission.MEMBERS_CHANGE)
    _check_roles(roles)
    wanted = set(roles)
    with writing() as current:
        member = _member(current, member_id)
        if Role.ADMINISTRATOR not in wanted:
            _keep_an_administrator(current, member)
        before = member.roles
        for grant in member.grants:
            if grant.ended_at is None and grant.role not in wanted:
                grant.ended_at = clock.now()
        member.grants.extend(_grant(role, actor) for role in sorted(wanted - before))
        if before != wanted:
            params = {"before": sorted(before), "after": sorted(wanted)}
            trail.record(current, actor, "member.roles_set", of=("member", member.id), params=params)
    return member


def deactivate(actor: Actor, member_id: int) -> Member:
    """Let a member sign in no longer, and end their sessions at once; who waits for them goes back to colleagues.

    Raises:
        Refused: `actor` may not change the members.
        Unknown: `member_unknown`.
        Conflict: `last_administrator`.
    """
    require(actor, Permission.MEMBERS_CHANGE)
    with writing() as current:
        member = _member(current, member_id)
        if member.deactivated_at is None:
            _keep_an_administrator(current, member)
            member.deactivated_at = clock.now()
            end_sessions_of(current, member.id)
            trail.record(current, actor, "member.deactivated", of=("member", member.id))
            current.flush()
            while give_back(current, actor, member.id, Away.DEACTIVATED):
                pass
    return member


def reactivate(actor: Actor, member_id: int) -> Member:
    """Let a member who was deactivated sign in again, with the roles they had.

    Raises:
        Refused: `actor` may not change the members.
        Unknown: `member_unknown`.
    """
    require(actor, Permission.MEMBERS_CHANGE)
    with writing() as current:
        member = _member(current, member_id)
        if member.deactivated_at is not None:
            member.deactivated_at = None
            trail.record(current, actor, "member.reactivated", of=("member", member.id))
    return member


def set_language(actor: Actor, language: str) -> None:
    """Choose the language in which `actor`, a member, reads the interface.

    Raises:
        Problem: `language_unknown`.
        Unknown: `member_unknown`: the actor is no member.
    """
    _check_language(language)
    with writing() as current:
        _member(current, actor.member_id).language = language


def set_reminded_by_email(actor: Actor, wish: bool) -> None:
    """Choose whether `actor`, a member, gets reminders by e-mail too; the page always has them.

    Raises:
        Unknown: `member_unknown`: the actor is no member.
    """
    require(actor, Permission.REMINDERS_ACKNOWLEDGE)
    with writing() as current:
        _member(current, actor.member_id).reminded_by_email = wish


def set_undo_seconds(actor: Actor, seconds: int | None) -> None:
    """Choose how long the replies of `actor`, a member, count down before they leave; None for what is usual.

    Raises:
        Problem: `undo_out_of_range`: not from 0 to `MOST_UNDO_SECONDS`.
        Unknown: `member_unknown`: the actor is no member.
    """
    if seconds is not None and not 0 <= seconds <= MOST_UNDO_SECONDS:
        raise Problem("undo_out_of_range", most=MOST_UNDO_SECONDS)
    with writing() as current:
        _member(current, actor.member_id).undo_seconds = seconds


def set_password(actor: Actor, member_id: int, password: str) -> None:
    """Give a member a new password and end their sessions; a member does so for themselves.

    Raises:
        Refused: it is somebody else's, and `actor` may not change the members.
        Unknown: `member_unknown`.
        Problem: `password_too_short`, `password_too_long`.
    """
    if actor.member_id is None or actor.member_id != member_id:
        require(actor, Permission.MEMBERS_CHANGE)
    elif not actor.roles:
        raise Refused(actor, Permission.MEMBERS_CHANGE)
    password_hash = passwords.hash_of(password)
    with writing() as current:
        member = _member(current, member_id)
        member.password_hash = password_hash
        end_sessions_of(current, member.id)
        trail.record(current, actor, "member.password_set", of=("member", member.id))


def _member(current: Session, member_id: int | None) -> Member:
    member = None if member_id is None else current.get(Member, member_id, populate_existing=True)
    if member is None:
        raise Unknown("member_unknown", email=str(member_id or ""))
    return member


def _grant(role: Role, actor: Actor) -> MemberRole:
    return MemberRole(role=role, granted_at=clock.now(), granted_by=actor.name)


def _check_roles(roles: Collection[Role]) -> None:
    if not roles:
        raise Problem("roles_missing")
    for role in roles:
        if role not in MEMBER_ROLES:
            raise Problem("role_not_for_members", role=str(role))


def _check_language(language: str) -> None:
    if language not in LANGUAGES:
        raise Problem("language_unknown", language=language[:20])


def _keep_an_administrator(current: Session, leaving: Member) -> None:
    """Refuse to let the last active administrator go.

    The rows are locked, so that two administrators who let each other go at the same moment do not both succeed.
    """
    administrators = current.scalars(
        select(Member.id)
        .join(MemberRole)
        .where(MemberRole.role == Role.ADMINISTRATOR, MemberRole.ended_at.is_(None), Member.deactivated_at.is_(None))
        .order_by(Member.id)
        .with_for_update()
    ).all()
    if list(administrators) == [leaving.id]:
        raise Conflict("last_administrator")


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())
