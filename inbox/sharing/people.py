"""The members who may answer, and who of them is away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session
from inbox.models import Absence, Member, MemberRole
from inbox.models.absence import away, in_force
from inbox.permissions import GRANTS, Permission


@dataclass(frozen=True, slots=True)
class MemberChoice:
    """A member who may answer."""

    id: int
    name: str


def answering_members(ids: Iterable[int] | None = None, *, present: bool = False) -> list[MemberChoice]:
    """The members who may write replies, by name; only those of `ids` where it is given.

    Args:
        present: leave out those who are away.
    """
    conditions = [Member.deactivated_at.is_(None), holds(Permission.REPLIES_WRITE)]
    if ids is not None:
        conditions.append(Member.id.in_(list(ids)))
    if present:
        conditions.append(~away(clock.now()))
    rows = session().execute(select(Member.id, Member.name).where(*conditions).order_by(Member.name, Member.id))
    return [MemberChoice(*row) for row in rows]


def holds(permission: Permission) -> ColumnElement[bool]:
    """Of a member: one of their present roles holds `permission`."""
    roles = [role for role, permissions in GRANTS.items() if permission in permissions]
    return (
        select(MemberRole.id)
        .where(MemberRole.member_id == Member.id, MemberRole.ended_at.is_(None), MemberRole.role.in_(roles))
        .exists()
    )


def away_members() -> list[MemberChoice]:
    """The members who may answer and are away at the moment, by name."""
    rows = session().execute(
        select(Member.id, Member.name)
        .where(Member.deactivated_at.is_(None), holds(Permission.REPLIES_WRITE), away(clock.now()))
        .order_by(Member.name, Member.id)
    )
    return [MemberChoice(*row) for row in rows]


def keep_as_they_are(current: Session, member_id: int) -> None:
    """Until the end of the transaction nobody marks a member as away, or deactivates them."""
    current.execute(select(Member.id).where(Member.id == member_id).with_for_update(of=Member, read=True))


def away_since(member_id: int) -> datetime | None:
    """Since when a member is away; None where they are here."""
    return session().scalar(
        select(func.max(Absence.starts_at)).where(Absence.member_id == member_id, in_force(clock.now()))
    )


def away_until(member_id: int) -> datetime | None:
    """Until when a member is away; None where they are here."""
    return session().scalar(
        select(func.max(Absence.until)).where(Absence.member_id == member_id, in_force(clock.now()))
    )
