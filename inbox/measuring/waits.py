"""Waits kept in line with what is stored: after comments or replies changed, `settle` brings what follows along."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from inbox import clock
from inbox.measuring import entries, hours, promises
from inbox.measuring.stretches import Answer, Stretch, Unit, derive
from inbox.models import (
    Account,
    Comment,
    CommentVersion,
    Conversation,
    ConversationMove,
    ConversationState,
    Reply,
    ReplyKind,
    ReplyState,
    Wait,
)
from inbox.models.bulk import Rows, among

CHUNK = 400
"""How many identifiers one statement names; SQLite's older limit on variables is 999."""


_NEW_WAITS = Rows(
    Wait.__table__,
    *("conversation_id", "account_id", "ordinal", "comment_id", "opened_at", "received_at", "target_seconds"),
    *("due_at", "closed_at", "seconds", "reply_id", "substantive_at"),
)


def chunks(identifiers: Collection[int]) -> Iterator[list[int]]:
    """`identifiers`, sorted, without repetition, in lists of at most `CHUNK`."""
    ordered = sorted(set(identifiers))
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def settle(session: Session, conversation_ids: Collection[int], *, arrived: Collection[int] = ()) -> None:
    """Bring waits, promises, states and queue rows of conversations in line with their comments and replies.

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
    _expire(session, set(conversation_ids))
    entries.refresh(session, authors)


def derived(session: Session, conversation_ids: list[int]) -> dict[int, list[Stretch]]:
    """The waits that comments and replies give, by conversation, without writing anything; a few thousand of them at
    most, since all of it is held at once."""
    connection = session.connection()
    units, _ = _units(connection, conversation_ids)
    answers = _answers(connection, conversation_ids)
    return {
        identifier: derive(units.get(identifier, ()), answers.get(identifier, ()))[0] for identifier in conversation_ids
    }


def mark_opened(session: Session, conversation_id: int, at: datetime) -> None:
    """Note that a member had the conversation on screen: the stage *opened* of its open wait, once."""
    session.execute(
        update(Wait)
        .where(
            Wait.conversation_id == conversation_id,
            Wait.closed_at.is_(None),
            Wait.superseded_at.is_(None),
            Wait.first_opened_at.is_(None),
        )
        .values(first_opened_at=at)
    )


def reschedule(session: Session, account_id: int) -> None:
    """Bring the due times of an account's open waits in line with its hours, and with them conversations and queue.

    Works inside the caller's transaction and never commits.
    """
    session.flush()
    history = hours.histories(session, [account_id])[account_id]
    connection = session.connection()
    late: dict[int, dict[str, Any]] = {}
    for wait in connection.execute(
        select(Wait.id, Wait.conversation_id, Wait.opened_at, Wait.target_seconds, Wait.due_at).where(
            Wait.account_id == account_id, Wait.closed_at.is_(None), Wait.superseded_at.is_(None)
        )
    ):
        due = history.calendar(wait.opened_at).due(wait.opened_at, wait.target_seconds)
        if due != wait.due_at:
            late[wait.conversation_id] = {"row_id": wait.id, "due_at": due}
    if not late:
        return
    connection.execute(update(Wait).where(Wait.id == bindparam("row_id")), list(late.values()))
    connection.execute(
        update(Conversation).where(Conversation.id == bindparam("row_id")),
        [{"row_id": of, "due_at": values["due_at"]} for of, values in late.items()],
    )
    _expire(session, set(late))
    authors: set[int] = set()
    for ids in chunks(late):
        authors |= set(session.scalars(select(Conversation.author_id).where(among(Conversation.id, ids))))
    entries.refresh(session, authors)


def _settle(session: Session, ids: list[int], news: set[int]) -> set[int]:
    connection = session.connection()
    conversations = connection.execute(
        select(
            Conversation.id,
            Conversation.account_id,
            Conversation.author_id,
            Conversation.state,
            Conversation.opened_at,
            Conversation.last_comment_at,
            Conversation.last_reply_at,
            Conversation.comment_count,
            Conversation.waiting_since,
            Conversation.due_at,
            Conversation.snoozed_until,
            Conversation.no_answer_reason,
            Conversation.no_answer_by,
            Conversation.urgency,
            Conversation.kind,
            Conversation.language,
            Account.first_target_seconds,
            Account.next_target_seconds,
        )
        .join(Account, Account.id == Conversation.account_id)
        .where(among(Conversation.id, ids))
        # Two writers that settle the same conversation must not both derive from what was there before either.
        .order_by(Conversation.id)
        # Without the key: rows that point to a conversation may be written meanwhile.
        .with_for_update(of=Conversation, key_share=True)
    ).all()
    units, hints = _units(connection, ids)
    answers = _answers(connection, ids)
    stored: dict[int, dict[int, Row[*tuple[Any, ...]]]] = defaultdict(dict)
    for wait in connection.execute(
        select(
            Wait.id,
            Wait.conversation_id,
            Wait.ordinal,
            Wait.comment_id,
            Wait.opened_at,
            Wait.received_at,
            Wait.target_seconds,
            Wait.closed_at,
            Wait.reply_id,
            Wait.substantive_at,
        ).where(among(Wait.conversation_id, ids), Wait.superseded_at.is_(None))
    ):
        stored[wait.conversation_id][wait.ordinal] = wait

    changes = _Changes()
    for conversation in conversations:
        stretches, unanswered = derive(units[conversation.id], answers[conversation.id])
        targets = (conversation.first_target_seconds, conversation.next_target_seconds)
        due_at = changes.waits(conversation, stretches, stored[conversation.id], targets)
        changes.conversation(
            conversation,
            units[conversation.id],
            unanswered,
            answers[conversation.id],
            hints,
            due_at=due_at,
            new=conversation.id in news,
        )
    changes.write(connection)
    return {conversation.author_id for conversation in conversations}


def _units(connection: Connection, ids: list[int]) -> tuple[dict[int, list[Unit]], dict[int, tuple[int, str, str]]]:
    units: dict[int, list[Unit]] = defaultdict(list)
    hints: dict[int, tuple[int, str, str]] = {}
    for row in connection.execute(
        select(
            Comment.conversation_id,
            CommentVersion.id,
            Comment.id,
            CommentVersion.written_at,
            CommentVersion.received_at,
            Comment.urgency,
            Comment.kind,
            Comment.language,
        )
        .join(CommentVersion, CommentVersion.comment_id == Comment.id)
        .where(among(Comment.conversation_id, ids))
    ):
        units[row[0]].append(Unit(row[1], row[2], row[3], row[4]))
        hints[row[2]] = (row[5], row[6], row[7])
    return units, hints


def _answers(connection: Connection, ids: list[int]) -> dict[int, list[Answer]]:
    answers: dict[int, list[Answer]] = defaultdict(list)
    for row in connection.execute(
        select(Reply.conversation_id, Reply.id, Reply.sent_at, Reply.seen_up_to, Reply.kind).where(
            among(Reply.conversation_id, ids), Reply.state == ReplyState.SENT, Reply.automatic.is_(False)
        )
    ):
        if row.sent_at is None:
            raise ValueError(f"reply {row.id} is sent and has no time")
        substantive = row.kind is ReplyKind.SUBSTANTIVE
        answers[row.conversation_id].append(Answer(row.id, row.sent_at, row.seen_up_to, substantive))
    return answers


class _Changes:
    """What has to be written so that the stored rows say what was derived."""

    def __init__(self) -> None:
        self._new_waits: list[tuple[Any, ...]] = []
        self._changed_waits: list[dict[str, Any]] = []
        self._conversations: list[dict[str, Any]] = []
        self._superseded: list[int] = []

    def waits(
        self,
        conversation: Row[*tuple[Any, ...]],
        stretches: list[Stretch],
        stored: dict[int, Row[*tuple[Any, ...]]],
        targets: tuple[int, int],
    ) -> datetime | None:
        """Compare the waits of one conversation; returns the due time of the open one."""
        due_at = None
        for ordinal, stretch in enumerate(stretches, start=1):
            present = stored.get(ordinal)
            target = present.target_seconds if present else targets[0 if ordinal == 1 else 1]
            due = stretch.opened_at + timedelta(seconds=target)
            if stretch.closed_at is None:
                due_at = due
            facts = {
                "comment_id": stretch.comment_id,
                "opened_at": stretch.opened_at,
                "received_at": stretch.received_at,
                "closed_at": stretch.closed_at,
                "reply_id": stretch.reply_id,
                "substantive_at": stretch.substantive_at,
            }
            derived = {**facts, "due_at": due, "seconds": stretch.seconds}
            if present is None:
                self._new_waits.append(
                    (
                        *(conversation.id, conversation.account_id, ordinal, stretch.comment_id, stretch.opened_at),
                        *(stretch.received_at, target, due, stretch.closed_at, stretch.seconds, stretch.reply_id),
                        stretch.substantive_at,
                    )
                )
            elif any(getattr(present, name) != value for name, value in facts.items()):
                self._changed_waits.append({"row_id": present.id, **derived})
        self._superseded += [wait.id for ordinal, wait in stored.items() if ordinal > len(stretches)]
        return due_at

    def conversation(
        self,
        conversation: Row[*tuple[Any, ...]],
        units: list[Unit],
        unanswered: list[Unit],
        answers: list[Answer],
        hints: dict[int, tuple[int, str, str]],
        *,
        due_at: datetime | None,
        new: bool,
    ) -> None:
        """Compare one conversation with its units and answers."""
        if not units:
            return
        if unanswered:
            urgency, kind, language = min((hints[unit.comment_id] for unit in unanswered), key=lambda hint: hint[0])
        else:
            urgency, kind, language = hints[max(units, key=lambda unit: unit.written_at).comment_id]
        state = _state_after(conversation.state, waits=bool(unanswered), new=new)
        moved_back = new and bool(unanswered)
        derived = {
            "state": state,
            "opened_at": min(unit.written_at for unit in units),
            "last_comment_at": max(unit.written_at for unit in units),
            "last_reply_at": max((answer.at for answer in answers), default=None),
            "comment_count": len({unit.comment_id for unit in units}),
            "waiting_since": unanswered[0].written_at if unanswered else None,
            "due_at": due_at,
            "snoozed_until": conversation.snoozed_until if state is ConversationState.SNOOZED else None,
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
