"""Rings after the commit: whoever subscribed to a topic is called once the transaction that rang it is durable.

A bell only says that there is something to do; the rows are the truth about what. A lost ring costs time, never a
deed: a sweep finds what it left behind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

Ring = dict[str, Any]
"""What a ring carries: identifiers only, as JSON values."""

_subscribers: dict[str, list[Callable[[Ring], None]]] = {}
_PENDING = "inbox_bell"


def subscribe(topic: str, subscriber: Callable[[Ring], None]) -> Callable[[], None]:
    """Have `subscriber` called after each commit that rang `topic`.

    Returns:
        a function that ends the subscription.
    """
    subscribers = _subscribers.setdefault(topic, [])
    subscribers.append(subscriber)

    def end() -> None:
        if subscriber in subscribers:
            subscribers.remove(subscriber)

    return end


def ring(session: Session, topic: str, **facts: Any) -> None:
    """Ring `topic` when the transaction of `session` has been committed; a rollback silences it."""
    session.info.setdefault(_PENDING, []).append((topic, facts))


def pending(session: Session) -> list[tuple[str, Ring]]:
    """What the present transaction of `session` rings for once it is committed, in order, as (topic, ring)."""
    return list(session.info.get(_PENDING, ()))


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if session.in_nested_transaction():
        return
    for topic, facts in session.info.pop(_PENDING, ()):
        for subscriber in list(_subscribers.get(topic, ())):
            try:
                subscriber(facts)
            except Exception:
                # What was committed stands; a subscriber that fails may not make it look as if it did not.
                log.exception("a subscriber of %r failed", topic)


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    session.info.pop(_PENDING, None)
