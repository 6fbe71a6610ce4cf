"""Writing a notice down, in the transaction of what it tells of."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from inbox import bell, clock
from inbox.models import Notice
from inbox.permissions import Role

CODE = "notice.{}"
"""How the sentence of a notice's code is called in `inbox.words`."""


def tell(
    session: Session, role: Role, code: str, *, of: tuple[str, object] = ("", ""), params: dict[str, Any] | None = None
) -> Notice:
    """Tell every member who holds `role`, now or later.

    Args:
        session: inside a write transaction; never committed here.
        code: `alarm_raised`; its sentence is `notice.alarm_raised`.
        of: what the notice leads to, as (type, id).
        params: codes, identifiers and counts; never words of a person outside.
    """
    notice = Notice(at=clock.now(), role=role, code=code, params=params or {}, object_type=of[0], object_id=str(of[1]))
    session.add(notice)
    bell.ring(session, "notice.written", role=role.value)
    return notice
