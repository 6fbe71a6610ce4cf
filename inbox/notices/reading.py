"""What a member has been told, what of it they have not read, and that they read it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session, writing
from inbox.models import Member, Notice, NoticeReading
from inbox.permissions import Actor, Permission, require

MOST_COUNTED = 99
"""The bell counts up to here; more is more."""

_LOOKED_THROUGH = 500
"""How many of the newest notices the bell looks through, so that it costs the same in every year."""


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice as one member has it before them. `params` has the name of whoever acted, where that was a member."""

    id: int
    at: datetime
    code: str
    params: dict[str, Any]
    object_type: str
    object_id: str
    read: bool


def unread(actor: Actor) -> int:
    """How many notices the member has not read, up to `MOST_COUNTED`."""
    require(actor, Permission.NOTICES_VIEW)
    return session().connection().execute(_unread(actor)).scalar_one()


@lru_cache(maxsize=1_000)
def _unread(actor: Actor) -> Select[int]:
    """Kept, since every page asks it: to build it takes longer than to run it."""
    newest = select(Notice.id).where(_for(actor)).order_by(Notice.id.desc()).limit(_LOOKED_THROUGH).subquery()
    fresh = select(newest.c.id).where(~_read_by(actor, newest.c.id)).limit(MOST_COUNTED).subquery()
    return select(func.count()).select_from(fresh)


def recent(actor: Actor, *, limit: int = 50, before: int | None = None) -> list[ShownNotice]:
    """What the member was told, newest first.

    Args:
        before: only notices with a lower number: the last one of the page before.
    """
    require(actor, Permission.NOTICES_VIEW)
    current = session()
    statement = select(Notice, _read_by(actor, Notice.id.expression)).where(_for(actor)).order_by(Notice.id.desc())
    if before is not None:
        statement = statement.where(Notice.id < before)
    rows = current.execute(statement.limit(limit)).all()
    names = _names(current, {str(notice.params.get("actor", "")) for notice, _ in rows})
    return [
        ShownNotice(
            id=notice.id,
            at=notice.at,
            code=notice.code,
            params={name: names.get(value, value) for name, value in notice.params.items()},
            object_type=notice.object_type,
            object_id=notice.object_id,
            read=read,
        )
        for notice, read in rows
    ]


def mark_read(actor: Actor, notice_ids: Collection[int]) -> int:
    """Note that the member has read notices; those that are not theirs, or read already, are passed over.

    Returns:
        how many were newly read.
    """
    require(actor, Permission.NOTICES_VIEW)
    if actor.member_id is None or not notice_ids:
        return 0
    with writing() as current:
        fresh = current.scalars(
            select(Notice.id).where(Notice.id.in_(notice_ids), _for(actor), ~_read_by(actor, Notice.id.expression))
        ).all()
        now = clock.now()
        current.add_all(NoticeReading(notice_id=one, member_id=actor.member_id, read_at=now) for one in fresh)
    return len(fresh)


def _for(actor: Actor) -> ColumnElement[bool]:
    return Notice.role.in_(actor.roles) & (Notice.member_id.is_(None) | (Notice.member_id == actor.member_id))


def _read_by(actor: Actor, notice_id: ColumnElement[int]) -> ColumnElement[bool]:
    return (
        select(NoticeReading.id)
        .where(NoticeReading.notice_id == notice_id, NoticeReading.member_id == actor.member_id)
        .exists()
    )


def _names(current: Session, actors: Collection[str]) -> dict[str, str]:
    ids = [int(name.removeprefix("member:")) for name in actors if name.startswith("member:")]
    rows = current.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {f"member:{row.id}": row.name for row in rows}
