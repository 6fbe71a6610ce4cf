"""What two members do together, nobody does alone, not even with a second self."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.models import MemberRole
from inbox.problems import Problem


def check_independent(current: Session, first_id: int | None, second_id: int) -> None:
    """Let two members stand behind one deed only if neither made the other.

    Whoever adds members could otherwise add the second one. Roles that were given and ended since count as well, and so
    does who gave them to the one who gave them: a second self is no less of one for having changed its roles.

    Args:
        first_id: None where the first was no member.
        second_id: the other one.
        current: any session; only reads.

    Raises:
        Problem: `second_member_made_by_first`.
    """
    givers: dict[int, set[int]] = defaultdict(set)
    for member_id, by in current.execute(
        select(MemberRole.member_id, MemberRole.granted_by).where(MemberRole.granted_by.startswith("member:"))
    ):
        givers[member_id].add(int(by.removeprefix("member:")))
    if first_id is not None and (_made(givers, first_id, second_id) or _made(givers, second_id, first_id)):
        raise Problem("second_member_made_by_first", 403)


def _made(givers: dict[int, set[int]], maker: int, member: int) -> bool:
    """Whether `member` got a role from `maker`, or from somebody who did."""
    reached, asked = set[int](), {member}
    while asked:
        asked = {giver for one in asked for giver in givers.get(one, ()) if giver != one} - reached
        if maker in asked:
            return True
        reached |= asked
    return False
