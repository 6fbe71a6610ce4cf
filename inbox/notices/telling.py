"""Writing a notice down, in the transaction of what it tells of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock
from inbox.models import MemberRole, Notice
from inbox.permissions import GRANTS, Permission, Role

CODE = "notice.{}"
"""How the sentence of a notice's code is called in `inbox.words`."""


def tell(
    session: Session,
    role: Role,
    code: str,
    *,
    of: tuple[str, object] = ("", ""),
    params: dict[str, Any] | None = None,
    member_id: int | None = None,
) -> Notice:
    """Tell every member who holds `role`, now or later, or the one of them who is named.

    Args:
        session: inside a write transaction; never committed here.
        code: `alarm_raised`; its sentence is `notice.alarm_raised`.
        of: what the notice leads to, as (type, id).
        params: codes, identifiers and counts; never words of a person outside.
        member_id: the only one who is told.
    """
    notice = Notice(
        at=clock.now(),
        role=role,
        member_id=member_id,
        code=code,
        params=params or {},
        object_type=of[0],
        object_id=str(of[1]),
    )
    session.add(notice)
    bell.ring(session, "notice.written", role=role.value, member_id=member_id)
    return notice


def tell_member(
    session: Session,
    member_id: int,
    code: str,
    *,
    of: tuple[str, object] = ("", ""),
    params: dict[str, Any] | None = None,
) -> Notice | None:
    """Tell one member, in a role of theirs that reads notices; None where they have none.

    Args: as `tell`.
    """
    held = session.scalars(
        select(MemberRole.role)
        .where(MemberRole.member_id == member_id, MemberRole.ended_at.is_(None))
        .order_by(MemberRole.id)
    )
    role = next((role for role in held if Permission.NOTICES_VIEW in GRANTS[role]), None)
    return tell(session, role, code, of=of, params=params, member_id=member_id) if role is not None else None
