"""The figures: every wait, every promise, and every counter of the queue, computed again from the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.orm import Session

from inbox.measuring import promises, waits
from inbox.models import Conversation, Promise, QueueCounter, QueueEntry, Reply, ReplyState, Wait
from inbox.models.bulk import among
from inbox.verify.fault import BATCH, Progress, VerifyFault


def times_faults(current: Session) -> Iterator[VerifyFault]:
    """Replies that are sent and have no time: no wait and no promise can be computed from them."""
    for reply_id in current.scalars(
        select(Reply.id).where(Reply.state == ReplyState.SENT, Reply.sent_at.is_(None)).order_by(Reply.id).limit(1)
    ):
        yield VerifyFault("fault_reply_sent", {"reply": reply_id})


def waits_faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """The stored waits of every conversation against those its comments and replies give."""
    last = walked = 0
    while True:
        ids = current.scalars(
            select(Conversation.id).where(Conversation.id > last).order_by(Conversation.id).limit(BATCH)
        ).all()
        if not ids:
            return
        derived = waits.derived(current, list(ids))
        stored: dict[int, list[tuple[Any, ...]]] = {identifier: [] for identifier in ids}
        for wait in current.execute(
            select(Wait.conversation_id, Wait.comment_id, Wait.opened_at, Wait.closed_at, Wait.reply_id, Wait.seconds)
            .where(Wait.conversation_id.between(ids[0], ids[-1]), Wait.superseded_at.is_(None))
            .order_by(Wait.conversation_id, Wait.ordinal)
        ):
            stored[wait[0]].append(tuple(wait)[1:])
        for identifier in ids:
            wanted = [
                (stretch.comment_id, stretch.opened_at, stretch.closed_at, stretch.reply_id, stretch.seconds)
                for stretch in derived.get(identifier, [])
            ]
            if stored[identifier] != wanted:
                yield VerifyFault("fault_wait", {"conversation": identifier})
        last = ids[-1]
        walked += len(ids)
        tell("conversations", walked)


def promises_faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """The stored promises of every conversation against those its replies give."""
    last = walked = 0
    while True:
        promising = select(Reply.conversation_id).where(Reply.promise_due_at.is_not(None), Reply.conversation_id > last)
        kept = select(Promise.conversation_id).where(Promise.conversation_id > last)
        either = union(promising, kept).subquery()
        ids = current.scalars(select(either.c[0]).order_by(either.c[0]).limit(BATCH)).all()
        if not ids:
            return
        derived = promises.derived(current.connection(), ids)
        stored: dict[int, list[tuple[Any, ...]]] = {identifier: [] for identifier in ids}
        for row in current.execute(
            select(
                *(Promise.conversation_id, Promise.reply_id, Promise.made_at, Promise.due_at),
                *(Promise.kept_by, Promise.kept_at),
            )
            .where(among(Promise.conversation_id, list(ids)))
            .order_by(Promise.conversation_id, Promise.made_at, Promise.reply_id)
        ):
            stored[row[0]].append(tuple(row)[1:])
        for identifier in ids:
            wanted = [
                (made.reply_id, made.made_at, made.due_at, made.kept_by, made.kept_at)
                for made in derived.get(identifier, [])
            ]
            if stored[identifier] != wanted:
                yield VerifyFault("fault_promise", {"conversation": identifier})
        last = ids[-1]
        walked += len(ids)
        tell("promises", walked)


def counters_faults(current: Session) -> Iterator[VerifyFault]:
    """The rows of the queue and its counters against the conversations."""
    wanted: dict[tuple[int, Any], int] = {}
    for account_id, state, count in current.execute(
        select(Conversation.account_id, Conversation.state, func.count(func.distinct(Conversation.author_id))).group_by(
            Conversation.account_id, Conversation.state
        )
    ):
        wanted[account_id, state] = count
    rows = {
        (account_id, state): count
        for account_id, state, count in current.execute(
            select(QueueEntry.account_id, QueueEntry.state, func.count()).group_by(
                QueueEntry.account_id, QueueEntry.state
            )
        )
    }
    counters = {
        (counter.account_id, counter.state): counter.entries for counter in current.scalars(select(QueueCounter))
    }
    for key in sorted(wanted.keys() | rows.keys() | counters.keys()):
        for counted in (rows.get(key, 0), counters.get(key, 0)):
            if counted != wanted.get(key, 0):
                yield VerifyFault(
                    "fault_counter",
                    {"account": key[0], "state": key[1].value, "counted": counted, "found": wanted.get(key, 0)},
                )
