"""Waits kept in line with what is stored: after comments or replies changed, `settle` brings what follows along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox import clock
from inbox.measuring import entries, facts, follow_ups, promises, stages
from inbox.measuring.facts import DERIVED, Facts
from inbox.measuring.rescheduling import reschedule
from inbox.measuring.stretches import Stretch, Unit, derive
from inbox.measuring.targets import Allowed
from inbox.measuring.terms import Terms, terms_of
from inbox.models import (
    Account,
    Conversation,
    ConversationMove,
    ConversationState,
    Stage,
    Wait,
)
from inbox.models.base import UtcTime
from inbox.models.bulk import Rows, among

__all__ = ["chunks", "mark_drafted", "mark_opened", "reschedule", "settle"]

CHUNK = 400
"""How many identifiers one statement names; SQLite's older limit on variables is 999."""


_OPENED_WITH = ("conversation_id", "account_id", "ordinal", "target_seconds", "in_crisis")
_NEW_COLUMNS = tuple(
    column.name for column in Wait.__table__.columns if column.name in _OPENED_WITH or column.name in DERIVED
)
_NEW_WAITS = Rows(Wait.__table__, *_NEW_COLUMNS)


def chunks(identifiers: Collection[int]) -> Iterator[list[int]]:
    """`identifiers`, sorted, without repetition, in lists of at most `CHUNK`."""
    ordered = sorted(set(identifiers))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def settle(session: Session, conversation_ids: Collection[int], *, arrived: Collection[int] = ()) -> None:
    """Bring waits, promises, follow-ups, states and queue rows of conversations in line with what was written.

    Works inside the caller's transaction and never commits. What the session holds of conversations and waits is
    flushed first and expired afterwards.

    Args:
        session: inside a write transaction.
        conversation_ids: those whose comments, versions or sent replies changed.
        arrived: those of them that got a new comment or an edit, which brings any state back to waiting.
    """
    session.flush()
    news = set(arrived)
    authors: set[int] = set()
    for ids in chunks(conversation_ids):
        authors |= _settle(session, ids, news)
        promises.settle(session, ids)
        follow_ups.settle(session, ids)
    _expire(session, set(conversation_ids))
    entries.refresh(session, authors)


def mark_opened(session: Session, conversation_id: int, at: datetime, *, member_id: int | None = None) -> None:
    """Note that a member had the conversation on screen: the stage *opened* of its open wait."""
    _mark(session, Stage.OPENED, Wait.first_opened_at, conversation_id, at, member_id)


def mark_drafted(
    session: Session, conversation_id: int, at: datetime, *, member_id: int | None = None, reply_id: int | None = None
) -> None:
    """Note that a member began to write an answer: the stage *drafted* of its open wait.

    Args:
        reply_id: the answer, where it is stored already.
    """
    _mark(session, Stage.DRAFTED, Wait.drafted_at, conversation_id, at, member_id, reply_id)


def _mark(
    session: Session,
    stage: Stage,
    copy: InstrumentedAttribute[datetime | None],
    conversation_id: int,
    at: datetime,
    member_id: int | None,
    reply_id: int | None = None,
) -> None:
    stages.record(session, stage, conversation_id, reply_id=reply_id, member_id=member_id, at=at)
    session.connection().execute(_marking(copy.key), {"of": conversation_id, "reached": at})


@cache
def _marking(name: str) -> Update:
    wait = Wait.__table__.c
    copy, at = wait[name], bindparam("reached", type_=UtcTime())
    return (
        update(Wait)
        .where(
            wait.conversation_id == bindparam("of"),
            wait.closed_at.is_(None),
            wait.superseded_at.is_(None),
            wait.received_at <= at,
            # Of two members who were there at once, the earlier may be the later one to be written down.
            copy.is_(None) | (copy > at),
        )
        .values({name: at})
    )


def _settle(session: Session, ids: list[int], news: set[int]) -> set[int]:
    connection = session.connection()
    conversations = connection.execute(_CONVERSATIONS.where(among(Conversation.id, ids))).all()
    terms = _terms(session, conversations)
    found = facts.read(connection, ids)
    stored: dict[int, dict[int, Row[*tuple[Any, ...]]]] = defaultdict(dict)
    for wait in connection.execute(_STORED.where(among(Wait.conversation_id, ids))):
        stored[wait.conversation_id][wait.ordinal] = wait
    # Of a conversation that nobody opened and nobody answered nothing can be written down.
    found.written = stages.written(
        connection,
        {
            identifier
            for identifier in ids
            if found.answers.get(identifier)
            or any(wait.first_opened_at or wait.drafted_at or wait.closed_at for wait in stored[identifier].values())
        },
    )
    changes = _Changes(found)
    for conversation in conversations:
        stretches, unanswered = derive(found.units[conversation.id], found.answers[conversation.id])
        due_at = changes.waits(conversation, stretches, stored[conversation.id], terms[conversation.account_id])
        changes.conversation(conversation, unanswered, due_at=due_at, new=conversation.id in news)
    changes.write(connection)
    return {conversation.author_id for conversation in conversations}


_CONVERSATIONS = (
    select(
        Conversation.id,
        Conversation.account_id,
        Conversation.author_id,
        Conversation.post_id,
        Conversation.state,
        Conversation.opened_at,
        Conversation.last_comment_at,
        Conversation.last_reply_at,
        Conversation.comment_count,
        Conversation.waiting_since,
        Conversation.due_at,
        Conversation.snoozed_until,
        Conversation.came_back_at,
        Conversation.no_answer_reason,
        Conversation.no_answer_by,
        Conversation.urgency,
        Conversation.kind,
        Conversation.language,
        Account.first_target_seconds,
        Account.next_target_seconds,
    )
    .join(Account, Account.id == Conversation.account_id)
    # Two writers that settle the same conversation must not both derive from what was there before either.
    .order_by(Conversation.id)
    # Without the key: rows that point to a conversation may be written meanwhile.
    .with_for_update(of=Conversation, key_share=True)
)
_STORED = select(
    *(Wait.id, Wait.conversation_id, Wait.ordinal, Wait.target_seconds), *(getattr(Wait, name) for name in DERIVED)
).where(Wait.superseded_at.is_(None))


def _terms(session: Session, conversations: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, Terms]:
    """The terms of the conversations' accounts; read after the conversations were locked, so that hours that were
    changed meanwhile are known."""
    own = {row.account_id: Allowed(row.first_target_seconds, row.next_target_seconds) for row in conversations}
    return terms_of(session, own)


class _Changes:
    """What has to be written so that the stored rows say what was derived."""

    def __init__(self, found: Facts) -> None:
        self._found = found
        self._new_waits: list[tuple[Any, ...]] = []
        self._changed_waits: list[dict[str, Any]] = []
        self._conversations: list[dict[str, Any]] = []
        self._superseded: list[int] = []

    def waits(
        self,
        conversation: Row[*tuple[Any, ...]],
        stretches: list[Stretch],
        stored: dict[int, Row[*tuple[Any, ...]]],
        terms: Terms,
    ) -> datetime | None:
        """Compare the waits of one conversation; returns the due time of the open one."""
        due_at = None
        for ordinal, stretch in enumerate(stretches, start=1):
            present = stored.get(ordinal)
            calendar = terms.calendar(stretch.opened_at)
            if present is None:
                urgency = self._found.hints[stretch.comment_id].urgency
                allowance = terms.allowance(ordinal, urgency, conversation.post_id, stretch.opened_at)
                derived = self._found.columns(conversation.id, stretch, allowance.target_seconds, calendar)
                row = {
                    **derived,
                    "conversation_id": conversation.id,
                    "account_id": conversation.account_id,
                    "ordinal": ordinal,
                    "target_seconds": allowance.target_seconds,
                    "in_crisis": allowance.in_crisis,
                }
                self._new_waits.append(tuple(row[name] for name in _NEW_COLUMNS))
            else:
                derived = self._found.columns(conversation.id, stretch, present.target_seconds, calendar)
                if any(getattr(present, name) != value for name, value in derived.items()):
                    self._changed_waits.append({"row_id": present.id, **derived})
            if stretch.closed_at is None:
                due_at = derived["due_at"]
        self._superseded += [wait.id for ordinal, wait in stored.items() if ordinal > len(stretches)]
        return due_at

    def conversation(
        self,
        conversation: Row[*tuple[Any, ...]],
        unanswered: list[Unit],
        *,
        due_at: datetime | None,
        new: bool,
    ) -> None:
        """Compare one conversation with its units and answers."""
        units, answers = self._found.units[conversation.id], self._found.answers[conversation.id]
        hints = self._found.hints
        if not units:
            return
        if unanswered:
            urgency, kind, language = min(
                (hints[unit.comment_id] for unit in unanswered), key=lambda hint: hint.urgency
            )
        else:
            urgency, kind, language = hints[max(units, key=lambda unit: unit.written_at).comment_id]
        state = _state_after(conversation.state, waits=bool(unanswered), new=new)
        moved_back = new and bool(unanswered)
        set_aside = conversation.state in (ConversationState.SNOOZED, ConversationState.CLOSED)
        derived = {
            "state": state,
            "opened_at": min(unit.written_at for unit in units),
            "last_comment_at": max(unit.written_at for unit in units),
            "last_reply_at": max((answer.at for answer in answers), default=None),
            "comment_count": len({unit.comment_id for unit in units}),
            "waiting_since": unanswered[0].written_at if unanswered else None,
            "due_at": due_at,
            "snoozed_until": conversation.snoozed_until if state is ConversationState.SNOOZED else None,
            "came_back_at": clock.now() if moved_back and set_aside else conversation.came_back_at,
            "no_answer_reason": None if moved_back else conversation.no_answer_reason,
            "no_answer_by": None if moved_back else conversation.no_answer_by,
            "urgency": urgency,
            "kind": kind,
            "language": language,
        }
        if any(getattr(conversation, name) != value for name, value in derived.items()):
            self._conversations.append({"row_id": conversation.id, **derived})

    def write(self, connection: Connection) -> None:
        """Write all of it, in an order that never has two open waits or two of one ordinal."""
        if self._superseded:
            connection.execute(update(Wait).where(among(Wait.id, self._superseded)).values(superseded_at=clock.now()))
        if self._changed_waits:
            by_state = sorted(self._changed_waits, key=lambda wait: wait["closed_at"] is None)
            connection.execute(update(Wait).where(Wait.id == bindparam("row_id")), by_state)
        _NEW_WAITS.store(connection, self._new_waits)
        if self._conversations:
            connection.execute(update(Conversation).where(Conversation.id == bindparam("row_id")), self._conversations)


def _state_after(present: ConversationState, *, waits: bool, new: bool) -> ConversationState:
    if waits:
        if new or present is ConversationState.ANSWERED:
            return ConversationMove.COMMENT_ARRIVED.value.target
        return present
    if present is ConversationState.CLOSED:
        return present
    return ConversationMove.ALL_ANSWERED.value.target


def _expire(session: Session, conversation_ids: set[int]) -> None:
    for row in list(_held(session)):
        of = row.id if isinstance(row, Conversation) else row.conversation_id
        if of in conversation_ids:
            session.expire(row)


def _held(session: Session) -> Iterable[Conversation | Wait]:
    return (row for row in session.identity_map.values() if isinstance(row, Conversation | Wait))
