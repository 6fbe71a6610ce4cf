"""Promises kept in line with what was sent: that we write again by a time, and whether we did.

A promise is made by a sent reply that carries a due time, at the network's time of that reply. It is kept by our first
later human reply in the same conversation that is more than a holding one, wherever that was written. A reply that a
member marked as sent in the network's own app keeps it only from the moment it was marked, whatever time was typed,
until the network shows it. Because it is derived from stored replies alone, no order of delivery and no deed of a
member can change it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from inbox.measuring import marks
from inbox.models import Promise, Reply, ReplyKind, ReplyState
from inbox.models.bulk import Rows, among

_DERIVED = ("made_at", "due_at", "kept_by", "kept_at")
_NEW = Rows(Promise.__table__, "reply_id", "conversation_id", "account_id", "member_id", *_DERIVED)


class PromiseState(StrEnum):
    """How a promise stands."""

    KEPT = "kept"
    KEPT_LATE = "kept_late"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Sent:
    """One reply that was published.

    Attributes:
        at: the network's time.
        due_at: by when it says that we write again, None where it says no such thing.
        keeps_at: from when it keeps what was promised before it, never before `at`; None where it is automatic or only
            says that we are looking into it.
    """

    reply_id: int
    at: datetime
    due_at: datetime | None
    keeps_at: datetime | None


@dataclass(frozen=True, slots=True)
class Made:
    """One promise. Open while `kept_at` is None."""

    reply_id: int
    made_at: datetime
    due_at: datetime
    kept_by: int | None = None
    kept_at: datetime | None = None


def state_of(due_at: datetime, kept_at: datetime | None, now: datetime) -> PromiseState:
    """How a promise stands at `now`; what comes in the very moment it was promised for is in time."""
    if kept_at is not None:
        return PromiseState.KEPT if kept_at <= due_at else PromiseState.KEPT_LATE
    return PromiseState.LATE if due_at < now else PromiseState.OPEN


def derive(replies: Iterable[Sent]) -> list[Made]:
    """The promises of one conversation, in the order in which they were made."""
    made: list[Made] = []
    keeper: tuple[datetime, int] | None = None
    # From the last reply back, so that whichever later one keeps first is always at hand.
    for reply in sorted(replies, key=lambda each: (each.at, each.reply_id), reverse=True):
        if reply.due_at is not None:
            kept_at, kept_by = keeper or (None, None)
            made.append(Made(reply.reply_id, reply.at, reply.due_at, kept_by, kept_at))
        if reply.keeps_at is not None:
            keeps = (reply.keeps_at, reply.reply_id)
            keeper = keeps if keeper is None else min(keeper, keeps)
    return made[::-1]


def settle(session: Session, conversation_ids: Collection[int]) -> None:
    """Bring the promises of conversations in line with their replies.

    Works inside the caller's transaction and never commits; `waits.settle` calls it, under its locks.
    """
    if not conversation_ids:
        return
    connection = session.connection()
    promising = {
        row.id: row
        for row in connection.execute(
            select(Reply.id, Reply.conversation_id, Reply.account_id, Reply.member_id).where(
                among(Reply.conversation_id, sorted(set(conversation_ids))),
                Reply.promise_due_at.is_not(None),
                Reply.state == ReplyState.SENT,
            )
        )
    }
    if not promising:
        return
    ids = {row.conversation_id for row in promising.values()}
    stored = {
        row.reply_id: row
        for row in connection.execute(
            select(Promise.id, Promise.reply_id, *(getattr(Promise, name) for name in _DERIVED)).where(
                among(Promise.conversation_id, sorted(ids))
            )
        )
    }
    new, changed = [], []
    for made in chain.from_iterable(derived(connection, ids).values()):
        present, reply = stored.get(made.reply_id), promising[made.reply_id]
        values = {name: getattr(made, name) for name in _DERIVED}
        if present is None:
            new.append((reply.id, reply.conversation_id, reply.account_id, reply.member_id, *values.values()))
        elif any(getattr(present, name) != value for name, value in values.items()):
            changed.append({"row_id": present.id, **values})
    if changed:
        connection.execute(update(Promise).where(Promise.id == bindparam("row_id")), changed)
    _NEW.store(connection, new)
    for held in list(session.identity_map.values()):
        if isinstance(held, Promise):
            session.expire(held)


def derived(connection: Connection, conversation_ids: Collection[int]) -> dict[int, list[Made]]:
    """The promises that replies give, by conversation, without writing anything."""
    sent: dict[int, list[Sent]] = defaultdict(list)
    for row in connection.execute(
        select(
            *(Reply.conversation_id, Reply.id, Reply.promise_due_at, Reply.kind, Reply.automatic),
            *marks.COLUMNS,
        ).where(among(Reply.conversation_id, sorted(conversation_ids)), Reply.state == ReplyState.SENT)
    ):
        counts = marks.counted_from(row)
        keeps_at = counts if row.kind is ReplyKind.SUBSTANTIVE and not row.automatic else None
        sent[row.conversation_id].append(Sent(row.id, row.sent_at, row.promise_due_at, keeps_at))
    return {conversation: derive(replies) for conversation, replies in sent.items()}
