"""The append-only, hash-chained trail.

Deeds call `record` inside their transaction; the rows are numbered, chained and written last, under one lock, just
before the commit, so that concurrent writers wait for each other only for that moment.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import TrailRow
from inbox.permissions import Actor

GENESIS = "0" * 64
"""What the first row names as its predecessor."""

_PENDING = "inbox_trail"
_LOCK = 7_120_345_681
"""The advisory lock of PostgreSQL under which rows are chained; any fixed number that nothing else uses."""

_BATCH = 5_000

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True)
"""Made once: `json.dumps` would make one for every row."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The first row of the trail that is not as it was written.

    Attributes:
        seq: the number of the row (of the missing row for a hole).
        code: `hole`, `broken_link` or `changed_row`.
    """

    seq: int
    code: str


def record(
    session: Session,
    actor: Actor,
    action: str,
    *,
    of: tuple[str, object] | None = None,
    params: dict[str, Any] | None = None,
) -> None:
    """Have a row written at the commit of the present write transaction.

    Args:
        session: the session of the deed.
        actor: who does it.
        action: what is done, as `noun.deed`: `reply.queued`.
        of: what it is done to, as (type, id).
        params: further facts as JSON values: codes, identifiers, counts, digests; never words of a person.
    """
    object_type, object_id = of if of is not None else ("", "")
    session.info.setdefault(_PENDING, []).append(
        {
            "at": clock.now(),
            "actor": actor.name,
            "action": action,
            "object_type": object_type,
            "object_id": object_id,
            "params": canonical(params or {}),
        }
    )


def canonical(value: object) -> str:
    """JSON with sorted keys, no spaces and ASCII only: the one text that is hashed for `value`."""
    return _CANONICAL.encode(value)


def hash_of(
    seq: int, at: datetime, actor: str, action: str, object_type: str, object_id: str, params: str, previous: str
) -> str:
    """SHA-256, hexadecimal, over the canonical JSON array of a row's columns in this order."""
    row = [seq, clock.to_iso(at), actor, action, object_type, object_id, params, previous]
    return hashlib.sha256(canonical(row).encode()).hexdigest()


def head(session: Session) -> tuple[int, str]:
    """The number and hash of the last row; (0, `GENESIS`) before the first."""
    last = session.execute(select(TrailRow.seq, TrailRow.hash).order_by(TrailRow.seq.desc()).limit(1)).first()
    return (last.seq, last.hash) if last else (0, GENESIS)


def verify(session: Session, progress: Callable[[int], None] | None = None) -> Fault | None:
    """Walk the whole trail and recompute every hash, in batches, so that memory stays flat.

    Args:
        session: any session; only reads.
        progress: called with the number of rows walked after each batch.

    Returns:
        the first fault, or None.
    """
    expected, previous = 1, GENESIS
    while True:
        rows = session.execute(
            select(
                TrailRow.seq,
                TrailRow.at,
                TrailRow.actor,
                TrailRow.action,
                TrailRow.object_type,
                TrailRow.object_id,
                TrailRow.params,
                TrailRow.previous_hash,
                TrailRow.hash,
            )
            .where(TrailRow.seq >= expected)
            .order_by(TrailRow.seq)
            .limit(_BATCH)
        ).all()
        for row in rows:
            if row.seq != expected:
                return Fault(expected, "hole")
            if row.previous_hash != previous:
                return Fault(row.seq, "broken_link")
            if row.hash != hash_of(*row[:7], previous):
                return Fault(row.seq, "changed_row")
            expected, previous = expected + 1, row.hash
        if progress is not None:
            progress(expected - 1)
        if len(rows) < _BATCH:
            return None


@event.listens_for(Session, "before_commit")
def _write(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(_PENDING):
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    seq, previous = head(session)
    rows = []
    for deed in session.info.pop(_PENDING):
        seq += 1
        deed["object_id"] = str(deed["object_id"])
        digest = hash_of(seq, **deed, previous=previous)
        rows.append({"seq": seq, **deed, "previous_hash": previous, "hash": digest})
        previous = digest
    session.execute(insert(TrailRow), rows)


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)
