"""From when a reply counts as an answer: at the network's time of it, or at the moment a member marked it as sent.

What a member marks as sent in the network's own app has the time they typed until collection sees it there. Nobody but
they can tell that time, so that it can only make an answer later than the mark, never earlier. Imported replies are
nobody's mark and keep the times of their file.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from inbox.models import Reply, ReplyOrigin

COLUMNS = (
    *(Reply.sent_at, Reply.origin, Reply.member_id, Reply.remote_id),
    *(Reply.created_at, Reply.confirmed_at),
)
"""What `counted_from` reads."""


def counted_from(reply: Row[*tuple[Any, ...]]) -> datetime:
    """When a sent reply ends a wait or keeps a promise.

    Args:
        reply: with `COLUMNS` and its id; it is sent.

    Raises:
        ValueError: it has no time.
    """
    if reply.sent_at is None:
        raise ValueError(f"reply {reply.id} is sent and has no time")
    sent_at: datetime = reply.sent_at
    if reply.member_id is None or reply.remote_id is not None:
        return sent_at
    if reply.origin is ReplyOrigin.NATIVE:
        # Its row is the mark. A confirmation without the network's number is not by the network.
        marked_at: datetime = reply.created_at
        return max(sent_at, marked_at)
    # An approved reply that cannot leave from here is written first and marked later.
    confirmed_at: datetime | None = reply.confirmed_at
    return sent_at if confirmed_at is None else max(sent_at, confirmed_at)
