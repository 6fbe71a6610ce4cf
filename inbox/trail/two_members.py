"""What two members do together, nobody does alone, not even with a second self."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inbox.models import MemberRole
from inbox.problems import Problem


def check_independent(current: Session, first_id: int | None, second_id: int) -> None:
    """Let two members stand behind one deed only if neither gave the other a role they hold.

    Whoever adds members could otherwise add the second one.

    Args:
        current: any session; only reads.
        first_id: None where the first was no member.
        second_id: the other one.

    Raises:
        Problem: `second_member_made_by_first`.
    """
    gave = select(MemberRole.id).where(
        MemberRole.ended_at.is_(None),
        or_(
            (MemberRole.member_id == second_id) & (MemberRole.granted_by == f"member:{first_id}"),
            (MemberRole.member_id == first_id) & (MemberRole.granted_by == f"member:{second_id}"),
        ),
    )
    if current.scalar(gave.limit(1)) is not None:
        raise Problem("second_member_made_by_first", 403)
