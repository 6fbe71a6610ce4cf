"""From what a transaction rings for to rows that every web process reads: written with it, read after its commit.

On PostgreSQL the rows are written under one lock that is taken last, so that their numbers follow the order of the
commits and nobody who knows the newest number ever misses a smaller one; the same commit wakes every listener. On
SQLite there is one writer at a time anyway, and whoever watches notices the commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, event, func, insert, select, text
from sqlalchemy.orm import Session

from inbox import bell, clock
from inbox.extensions import session, writing
from inbox.live import shapes
from inbox.measuring import entries as _entries  # noqa: F401 - its counters are written first, since they are told here.
from inbox.models import Event
from inbox.permissions import Actor, Permission
from inbox.trail import chain as _chain  # noqa: F401 - likewise: its lock is always taken before ours.

CHANNEL = "inbox_live"
"""What PostgreSQL's listeners listen to."""

KEPT_FOR = timedelta(hours=1)
"""How long a screen may be cut off and still be told everything it missed."""

MOST = 500
"""Events that are read at once. Who missed more is told to look anew."""

_LOCK = 7_120_345_687

_ALONE = text("SELECT pg_advisory_xact_lock(:lock), pg_notify(:channel, '')")

_EVENT = Event.__table__.c
_SINCE = select(_EVENT.id, _EVENT.topic, _EVENT.data)
NEWEST = select(func.max(_EVENT.id))
"""The number of the newest event, for a statement that asks for more; NULL before the first."""

NEEDS = {
    "conversations": Permission.QUEUE_VIEW,
    "reply": Permission.QUEUE_VIEW,
    "presence": Permission.QUEUE_VIEW,
    "notice": Permission.NOTICES_VIEW,
    "alarm": Permission.ALARMS_VIEW,
    "crisis": Permission.CRISES_VIEW,
}
"""Who is told of a topic; of any other one every member."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event. `topic` is one of `conversations`, `reply`, `presence`, `notice`, `alarm`, `crisis`, `sending`."""

    id: int
    topic: str
    data: dict[str, Any]

    def is_for(self, actor: Actor) -> bool:
        """Whether `actor` may know of it: the same permission as for the page that shows it."""
        needed = NEEDS.get(self.topic)
        if needed is not None and not actor.may(needed):
            return False
        if self.topic != "notice":
            return True
        member = self.data.get("member")
        return self.data["role"] in actor.roles and member in (None, actor.member_id)

    def encoded(self) -> bytes:
        """As a stream of server-sent events carries it."""
        data = json.dumps(self.data, separators=(",", ":"))
        return f"id: {self.id}\nevent: {self.topic}\ndata: {data}\n\n".encode()


def newest() -> int:
    """The number of the newest event, 0 before the first."""
    return session().connection().execute(NEWEST).scalar() or 0


def since(after: int) -> tuple[list[Told], bool]:
    """What happened after event `after`, oldest first, at most `MOST`.

    Returns:
        the events, and whether something in between is not kept any more: then the screen has to look anew.
    """
    connection = session().connection()
    rows = connection.execute(_SINCE.where(_EVENT.id > after).order_by(_EVENT.id).limit(MOST + 1)).all()
    oldest = connection.execute(select(func.min(_EVENT.id))).scalar() or 0
    missed = len(rows) > MOST or (oldest > after + 1) or (not rows and after > newest())
    return [Told(*row) for row in rows[:MOST]], missed


def prune() -> int:
    """Let go of events that are older than `KEPT_FOR`; the newest stays, since its number is where the next goes on.

    Returns:
        how many there were.
    """
    old = Event.at < clock.now() - KEPT_FOR
    if session().scalar(select(Event.id).where(old).limit(1)) is None:
        session().commit()
        return 0
    with writing() as current:
        done = current.execute(
            delete(Event).where(old, Event.id < select(func.max(Event.id)).scalar_subquery()),
            execution_options={"synchronize_session": False},
        )
        return int(done.rowcount)  # type: ignore[attr-defined]


@event.listens_for(Session, "before_commit")
def _write(current: Session) -> None:
    if current.in_nested_transaction():
        return
    rings = [ring for ring in bell.pending(current) if ring[0] in shapes.TOPICS]
    if not rings:
        return
    current.flush()
    on_postgresql = current.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        # Whoever listens is woken by the commit, whenever it was asked for.
        current.execute(_ALONE, {"lock": _LOCK, "channel": CHANNEL})
    rows = list(_rows(current, rings))
    if rows:
        current.execute(insert(Event), rows)


def _rows(current: Session, rings: list[tuple[str, bell.Ring]]) -> Iterator[dict[str, Any]]:
    at = clock.now()
    for topic, data in shapes.told(current, rings):
        yield {"at": at, "topic": topic, "data": data}
