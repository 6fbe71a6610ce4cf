"""What could not be read: kept as it came, shown, and read again by every new version of the product."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from importlib import metadata

from sqlalchemy import Connection, select, update

from inbox.collecting.sifting import Unread
from inbox.models import Quarantined
from inbox.models.bulk import Rows

_ROWS = Rows(
    Quarantined.__table__,
    *("account_id", "remote_id", "code", "detail", "payload", "digest", "received_at", "read_with"),
)


@cache
def reader() -> str:
    """The version of the product that reads now."""
    return metadata.version("crisis-inbox")[:40]


def store(connection: Connection, account_id: int, unread: Sequence[Unread], now: datetime) -> int:
    """Put what could not be read into quarantine; returns how much of it was not there yet."""
    if not unread:
        return 0
    fresh = {one.payload.digest: one for one in unread}
    for digest in connection.execute(
        select(Quarantined.digest).where(Quarantined.account_id == account_id, Quarantined.digest.in_(fresh))
    ).scalars():
        del fresh[digest]
    _ROWS.store(
        connection,
        [
            (account_id, one.item.remote_id, one.item.code, one.item.detail, *one.payload, now, reader())
            for one in fresh.values()
        ],
    )
    return len(fresh)


def resolve(connection: Connection, account_id: int, digests: Collection[bytes], now: datetime) -> int:
    """Note that payloads in quarantine have been read after all; returns how many were."""
    if not digests:
        return 0
    resolved = connection.execute(
        update(Quarantined)
        .where(Quarantined.account_id == account_id, Quarantined.digest.in_(digests), Quarantined.resolved_at.is_(None))
        .values(resolved_at=now)
    )
    return resolved.rowcount
