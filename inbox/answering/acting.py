"""Whom a deed is done for that a member asked for and the worker carries out: with the roles they hold now."""

from __future__ import annotations

from sqlalchemy import select

from inbox.extensions import session
from inbox.models import Member, MemberRole
from inbox.permissions import Actor


def member_now(member_id: int) -> Actor:
    """A member with their present roles; who was deactivated meanwhile holds none."""
    roles = session().scalars(
        select(MemberRole.role)
        .join(Member, Member.id == MemberRole.member_id)
        .where(
            MemberRole.member_id == member_id,
            MemberRole.ended_at.is_(None),
            Member.deactivated_at.is_(None),
        )
    )
    return Actor.of_member(member_id, frozenset(roles))
