"""When enough members stand behind a wording: different ones, one of them with the right to approve."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox.models import Account, Member
from inbox.permissions import Actor, Permission
from inbox.problems import Conflict, Problem
from inbox.trail.two_members import check_independent

LEAST = 2
"""Nobody completes alone, whatever an account is set to."""


class Confirmed(Protocol):
    """One member's confirmation."""

    @property
    def member_id(self) -> int:
        """Whose it is."""

    @property
    def may_approve(self) -> bool:
        """Whether they had the right to approve when they gave it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A confirmation as it counts now."""

    member_id: int
    may_approve: bool


def complete(behind: Sequence[Confirmed], needed: int) -> bool:
    """Whether `needed` different members, never fewer than two, stand behind it, one of them with the right."""
    members = {one.member_id for one in behind}
    return len(members) >= max(LEAST, needed) and any(one.may_approve for one in behind)


def still_standing(current: Session, behind: Sequence[Confirmed], permission: Permission) -> list[Confirmed]:
    """Those confirmations that count at the moment of completion: of members who are active, the right being theirs
    still. What was completed stays so when somebody leaves later.

    Args:
        permission: the right to approve that is asked for.
    """
    members = {
        member.id: member
        for member in current.scalars(
            select(Member)
            .where(Member.id.in_([one.member_id for one in behind]), Member.deactivated_at.is_(None))
            .execution_options(populate_existing=True)
        )
    }
    return [
        Standing(one.member_id, one.may_approve and Actor.of_member(one.member_id, member.roles).may(permission))
        for one in behind
        if (member := members.get(one.member_id)) is not None
    ]


def needed_for(current: Session, account_id: int | None) -> int:
    """How many members an account asks for; where a wording is for every account, the most that any asks for."""
    asked = select(func.max(Account.confirmations_needed))
    if account_id is not None:
        asked = asked.where(Account.id == account_id)
    return max(LEAST, current.scalar(asked) or LEAST)


def check_second(current: Session, member_id: int, behind: Collection[int]) -> None:
    """Let a member confirm only once, only while they are active, and only beside members they did not make.

    Raises:
        Conflict: `confirmed_already`.
        Problem: `member_needed`, `second_member_made_by_first`.
    """
    member = current.get(Member, member_id, populate_existing=True)
    if member is None or member.deactivated_at is not None:
        raise Problem("member_needed")
    if member_id in behind:
        raise Conflict("confirmed_already")
    for other in behind:
        check_independent(current, other, member_id)
