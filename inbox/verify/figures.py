"""The figures: every wait, every promise, and every counter of the queue, computed again from the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select, union
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from inbox.measuring import entries, facts, promises, stages
from inbox.measuring.facts import DERIVED, OF_COMMENT, OF_REPLY, OF_STRETCH, Facts
from inbox.measuring.stretches import derive
from inbox.measuring.targets import Allowed
from inbox.measuring.terms import Terms, terms_of
from inbox.models import Account, Author, Conversation, Promise, QueueCounter, QueueEntry, Reply, ReplyState, Wait
from inbox.models.bulk import among
from inbox.verify.fault import BATCH, Progress, VerifyFault


def times_faults(current: Session) -> Iterator[VerifyFault]:
    """Replies that are sent and have no time: no wait and no promise can be computed from them."""
    for reply_id in current.scalars(
        select(Reply.id).where(Reply.state == ReplyState.SENT, Reply.sent_at.is_(None)).order_by(Reply.id).limit(1)
    ):
        yield VerifyFault("fault_reply_sent", {"reply": reply_id})


def waits_faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """The stored waits of every conversation against those its comments and replies give: what was waited for and how
    long, when it was due by the hours that count for it, and what is copied from comments, replies and stages. Then the
    conversation's own due time against its open wait."""
    last = walked = 0
    connection = current.connection()
    own = {
        row.id: Allowed(row.first_target_seconds, row.next_target_seconds)
        for row in current.execute(select(Account.id, Account.first_target_seconds, Account.next_target_seconds))
    }
    terms = terms_of(current, own)
    while True:
        conversations = current.execute(
            select(Conversation.id, Conversation.account_id, Conversation.due_at)
            .where(Conversation.id > last)
            .order_by(Conversation.id)
            .limit(BATCH)
        ).all()
        if not conversations:
            return
        ids = [conversation.id for conversation in conversations]
        found = facts.read(connection, ids)
        found.written = stages.written(connection, ids)
        stored: dict[int, list[Row[*tuple[Any, ...]]]] = {identifier: [] for identifier in ids}
        for wait in current.execute(
            _STORED.where(Wait.conversation_id.between(ids[0], ids[-1])).order_by(Wait.conversation_id, Wait.ordinal)
        ):
            stored[wait.conversation_id].append(wait)
        for conversation in conversations:
            yield from _faults_of(conversation, found, stored[conversation.id], terms[conversation.account_id])
        last = ids[-1]
        walked += len(ids)
        tell("conversations", walked)


_STORED = select(
    *(Wait.id, Wait.conversation_id, Wait.ordinal, Wait.target_seconds), *(getattr(Wait, name) for name in DERIVED)
).where(Wait.superseded_at.is_(None))


def _faults_of(
    conversation: Row[*tuple[Any, ...]], found: Facts, stored: list[Row[*tuple[Any, ...]]], terms: Terms
) -> Iterator[VerifyFault]:
    stretches, _ = derive(found.units.get(conversation.id, ()), found.answers.get(conversation.id, ()))
    if [wait.ordinal for wait in stored] != list(range(1, len(stretches) + 1)):
        yield VerifyFault("fault_wait", {"conversation": conversation.id})
        return
    due_at = None
    for wait, stretch in zip(stored, stretches, strict=True):
        calendar = terms.calendar(stretch.opened_at)
        columns = found.columns(conversation.id, stretch, wait.target_seconds, calendar)
        for code, names in _COMPARED:
            if any(getattr(wait, name) != columns[name] for name in names):
                yield VerifyFault(code, {"conversation": conversation.id, "wait": wait.id})
        if stretch.closed_at is None:
            due_at = columns["due_at"]
    if conversation.due_at != due_at:
        yield VerifyFault("fault_due", {"conversation": conversation.id})


_COMPARED = (
    ("fault_wait", (*OF_STRETCH, "seconds")),
    ("fault_wait_hours", ("due_at", "staffed_seconds")),
    ("fault_wait_copy", (*OF_COMMENT, *OF_REPLY)),
    ("fault_wait_stage", stages.Reached._fields),
)
"""Which fault it is when one of these columns is not as it is derived."""


def queue_faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """The rows of the queue against the conversations they stand for."""
    last = walked = 0
    while True:
        authors = current.scalars(select(Author.id).where(Author.id > last).order_by(Author.id).limit(BATCH)).all()
        if not authors:
            return
        wanted = {
            key: (row.account_id, row.network, *row.columns.values())
            for key, row in entries.derived(current.connection(), authors).items()
        }
        stored = {
            (entry[0], entry[1]): tuple(entry)[2:]
            for entry in current.execute(_ENTRIES.where(QueueEntry.author_id.between(authors[0], authors[-1])))
        }
        for author_id, state in sorted(wanted.keys() | stored.keys()):
            if wanted.get((author_id, state)) != stored.get((author_id, state)):
                yield VerifyFault("fault_queue", {"author": author_id, "state": state.value})
        last = authors[-1]
        walked += len(authors)
        tell("queue", walked)


_ENTRIES = select(
    *(QueueEntry.author_id, QueueEntry.state, QueueEntry.account_id, QueueEntry.network),
    *(getattr(QueueEntry, name) for name in entries.COMPARED),
)


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
