"""Due times after the hours of an account were changed, in chunks, so that memory stays flat whatever the account."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from inbox import clock
from inbox.measuring import entries
from inbox.measuring.targets import Allowed
from inbox.measuring.terms import Terms, terms_of
from inbox.models import Account, Conversation, Wait
from inbox.models.bulk import among

_CHUNK = 400
_LEEWAY = timedelta(hours=1)
"""How far back is looked, since clocks of networks may be ahead of ours and the deed itself takes a moment."""


def reschedule(session: Session, account_id: int) -> int:
    """Bring due times in line with the hours of an account, which were just changed: of its waits, of their
    conversations, and in the queue.

    Hours only ever change what is still to come, so that only waits that are not due yet can move, those that were
    closed before their time among them; what is past stays as it is. Works inside the caller's transaction and never
    commits.

    Returns:
        how many waits moved.
    """
    session.flush()
    account = session.get_one(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
    own = {account_id: Allowed(account.first_target_seconds, account.next_target_seconds)}
    moved, last = 0, 0
    while True:
        ids = session.scalars(_concerned(account_id, last)).all()
        if not ids:
            break
        last = ids[-1]
        moved += _move(session, list(ids), terms_of(session, own)[account_id])
    for row in list(session.identity_map.values()):
        if isinstance(row, Conversation | Wait):
            session.expire(row)
    return moved


def _concerned(account_id: int, last: int) -> Any:
    """The next conversations of the account with a wait that the hours to come may move."""
    earliest = clock.now() - _LEEWAY
    return (
        select(Wait.conversation_id)
        .where(
            Wait.account_id == account_id,
            Wait.conversation_id > last,
            Wait.superseded_at.is_(None),
            (Wait.due_at > earliest) | (Wait.closed_at > earliest),
        )
        .distinct()
        .order_by(Wait.conversation_id)
        .limit(_CHUNK)
    )


def _move(session: Session, conversation_ids: list[int], terms: Terms) -> int:
    connection = session.connection()
    conversations = {
        row.id: row
        for row in connection.execute(
            select(Conversation.id, Conversation.author_id, Conversation.due_at)
            .where(among(Conversation.id, conversation_ids))
            .order_by(Conversation.id)
            .with_for_update(of=Conversation, key_share=True)
        )
    }
    changed, due, authors = [], [], set()
    for wait in connection.execute(
        select(
            *(Wait.id, Wait.conversation_id, Wait.opened_at, Wait.target_seconds, Wait.due_at, Wait.closed_at),
            Wait.staffed_seconds,
        ).where(among(Wait.conversation_id, conversation_ids), Wait.superseded_at.is_(None))
    ):
        times = _times(wait, terms)
        if times != (wait.due_at, wait.staffed_seconds):
            changed.append({"row_id": wait.id, "due_at": times[0], "staffed_seconds": times[1]})
        of = conversations[wait.conversation_id]
        if wait.closed_at is None and of.due_at != times[0]:
            due.append({"row_id": of.id, "due_at": times[0]})
            authors.add(of.author_id)
    if changed:
        connection.execute(update(Wait).where(Wait.id == bindparam("row_id")), changed)
    if due:
        connection.execute(update(Conversation).where(Conversation.id == bindparam("row_id")), due)
        entries.refresh(session, authors)
    return len(changed)


def _times(wait: Row[*tuple[Any, ...]], terms: Terms) -> tuple[Any, float | None]:
    calendar = terms.calendar(wait.opened_at)
    staffed = None
    if wait.closed_at is not None:
        staffed = calendar.seconds(wait.opened_at, max(wait.opened_at, wait.closed_at))
    return calendar.due(wait.opened_at, wait.target_seconds), staffed
