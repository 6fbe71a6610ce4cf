"""The rows of the queue and their counters, derived from conversations in the same transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, event, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from inbox.models import Account, Conversation, ConversationState, QueueCounter, QueueEntry
from inbox.models.bulk import Rows, among

_CHUNK = 400
_LOCK = 7203
"""With an author's id it makes the advisory lock of PostgreSQL under which the author's rows are derived."""

_PENDING = "inbox_queue_counters"

COMPARED = (
    "conversation_id",
    "conversation_count",
    "urgency",
    "kind",
    "language",
    "assignee_id",
    "team_id",
    "due_at",
    "waiting_since",
    "last_comment_at",
)
"""What a row of the queue shows, all of it derived."""


_FREE = (None, None)
"""Neither an assignee nor a team."""

_NEW = Rows(QueueEntry.__table__, "author_id", "account_id", "network", "state", *COMPARED)

_ALONE = text("SELECT pg_advisory_xact_lock(:lock, (author % 2147483648)::int) FROM unnest(:authors) AS author")


def refresh(session: Session, author_ids: Collection[int]) -> None:
    """Bring the queue rows of authors in line with their conversations, and the counters with the rows.

    Works inside the caller's transaction and never commits; counters are written just before the commit, so that
    concurrent writers wait for each other only there.
    """
    session.flush()
    ordered = sorted(set(author_ids))
    for start in range(0, len(ordered), _CHUNK):
        _refresh(session, ordered[start : start + _CHUNK])


def add_new(
    session: Session, account: Account, opened: Sequence[tuple[int, int, tuple[int, str, str], datetime, datetime]]
) -> None:
    """Put authors into the queue who stand in no row of it yet, each with one conversation that waits.

    Args:
        session: inside the caller's transaction.
        account: whose authors they are.
        opened: author id, conversation id, (urgency, kind, language), when the comment was written, when it is due.
    """
    waiting = ConversationState.WAITING
    _NEW.store(
        session.connection(),
        [
            (author_id, account.id, account.network, waiting, conversation_id, 1, *opening, *_FREE, due, since, since)
            for author_id, conversation_id, opening, since, due in opened
        ],
    )
    deltas: Counter[tuple[int, ConversationState]] = session.info.setdefault(_PENDING, Counter())
    deltas[account.id, waiting] += len(opened)


def derived(connection: Connection, author_ids: Collection[int]) -> dict[tuple[int, ConversationState], Derived]:
    """The rows of the queue that the conversations of authors give, by author and state, without writing anything."""
    by_row: dict[tuple[int, ConversationState], list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for conversation in connection.execute(_CONVERSATIONS.where(among(Conversation.author_id, author_ids))):
        by_row[conversation.author_id, conversation.state].append(conversation)
    return {
        key: Derived(conversations[0].account_id, conversations[0].network, _entry(conversations))
        for key, conversations in by_row.items()
    }


class Derived(NamedTuple):
    """One row of the queue: whose it is, and its columns of `COMPARED`."""

    account_id: int
    network: str
    columns: dict[str, Any]


_CONVERSATIONS = select(
    Conversation.id,
    Conversation.author_id,
    Conversation.account_id,
    Conversation.state,
    Conversation.urgency,
    Conversation.kind,
    Conversation.language,
    Conversation.assignee_id,
    Conversation.team_id,
    Conversation.due_at,
    Conversation.waiting_since,
    Conversation.last_comment_at,
    Account.network,
).join(Account, Account.id == Conversation.account_id)


def _refresh(session: Session, author_ids: list[int]) -> None:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        # Two writers with two conversations of one author must not both derive from what was there before either.
        connection.execute(_ALONE, {"lock": _LOCK, "authors": author_ids})
    wanted_rows = derived(connection, author_ids)
    stored = {
        (entry.author_id, entry.state): entry
        for entry in connection.execute(
            select(
                QueueEntry.id,
                QueueEntry.author_id,
                QueueEntry.account_id,
                QueueEntry.state,
                *(getattr(QueueEntry, name) for name in COMPARED),
            ).where(among(QueueEntry.author_id, author_ids))
        )
    }
    deltas: Counter[tuple[int, ConversationState]] = session.info.setdefault(_PENDING, Counter())
    new, changed = [], []
    for key, wanted in wanted_rows.items():
        present = stored.pop(key, None)
        if present is None:
            new.append((key[0], wanted.account_id, wanted.network, key[1], *wanted.columns.values()))
            deltas[wanted.account_id, key[1]] += 1
        elif any(getattr(present, name) != wanted.columns[name] for name in COMPARED):
            changed.append({"row_id": present.id, **wanted.columns})
    for entry in stored.values():
        deltas[entry.account_id, entry.state] -= 1
    if stored:
        session.execute(delete(QueueEntry).where(QueueEntry.id.in_([entry.id for entry in stored.values()])))
    if changed:
        connection.execute(update(QueueEntry).where(QueueEntry.id == bindparam("row_id")), changed)
    _NEW.store(connection, new)


def _entry(conversations: list[Row[*tuple[Any, ...]]]) -> dict[str, Any]:
    lead = min(conversations, key=lambda row: (row.urgency, row.due_at or row.last_comment_at, row.id))
    return {
        "conversation_id": lead.id,
        "conversation_count": len(conversations),
        "urgency": lead.urgency,
        "kind": lead.kind,
        "language": lead.language,
        "assignee_id": lead.assignee_id,
        "team_id": lead.team_id,
        "due_at": min(row.due_at or row.last_comment_at for row in conversations),
        "waiting_since": min(row.waiting_since or row.last_comment_at for row in conversations),
        "last_comment_at": max(row.last_comment_at for row in conversations),
    }


@event.listens_for(Session, "before_commit")
def _write_counters(session: Session) -> None:
    if session.in_nested_transaction():
        return
    deltas: Counter[tuple[int, ConversationState]] = session.info.pop(_PENDING, Counter())
    upsert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    for (account_id, state), delta in sorted(deltas.items()):
        if delta:
            statement = upsert(QueueCounter).values(account_id=account_id, state=state, entries=delta)
            session.execute(
                statement.on_conflict_do_update(
                    index_elements=["account_id", "state"],
                    set_={"entries": QueueCounter.entries + statement.excluded.entries},
                )
            )


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_PENDING, None)
