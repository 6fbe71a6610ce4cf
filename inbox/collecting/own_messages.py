"""What the brand wrote in threads: which comment it answers, and whether it is a reply of ours or one sent natively.

A message answers the author of the comment it names. One that names another message of ours (an answer in parts)
answers whom that one answered. One that names nothing answers the author of the comment its thread began with; where
the thread began with a post of ours, or with what we do not know, nobody can say, and it closes no wait. What it
answers may be delivered later: it is placed then.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from inbox.collecting.sifting import OwnDelivered
from inbox.measuring import stages
from inbox.models import (
    Comment,
    OwnMessage,
    RawPayload,
    Reply,
    ReplyKind,
    ReplyMove,
    ReplyOrigin,
    ReplyState,
    Source,
    Stage,
    move_reply,
    search_index,
)
from inbox.models.bulk import Rows, among, take_ids
from inbox.permissions import Actor
from inbox.trail import record

_OWN = Rows(
    OwnMessage.__table__,
    *("account_id", "remote_id", "thread_id", "parent_remote_id", "text", "url", "posted_at", "received_at"),
)
_PAYLOADS = Rows(RawPayload.__table__, "account_id", "remote_id", "digest", "payload", "received_at", once=True)
_REPLIES = Rows(
    Reply.__table__,
    *("id", "conversation_id", "account_id", "comment_id", "origin", "kind", "automatic", "text", "text_hash"),
    *("state", "form_key", "key", "target_remote_id", "remote_id", "url", "created_at", "sent_at", "confirmed_at"),
    "attempts",
)

_OUTCOME_OPEN = (ReplyState.SENDING, ReplyState.UNCONFIRMED)
_MAY_BE_THIS = (ReplyState.QUEUED, *_OUTCOME_OPEN, ReplyState.FAILED, ReplyState.SENT)
_ADDRESS = re.compile(r"https?://\S+")


class _Target(NamedTuple):
    """Whom a message answers: a conversation, and the comment in it where known."""

    conversation_id: int
    comment_id: int | None


def store(connection: Connection, account_id: int, delivered: Sequence[OwnDelivered], now: datetime) -> list[str]:
    """Keep the messages that are not known yet, and every payload.

    Returns:
        the remote ids of the new ones.
    """
    if not delivered:
        return []
    ids = {one.message.remote_id for one in delivered}
    known = set(
        connection.execute(
            select(OwnMessage.remote_id).where(OwnMessage.account_id == account_id, among(OwnMessage.remote_id, ids))
        ).scalars()
    )
    fresh = {one.message.remote_id: one.message for one in reversed(delivered) if one.message.remote_id not in known}
    _OWN.store(
        connection,
        [
            (
                *(account_id, message.remote_id, message.thread_id, message.parent_id, message.text, message.url),
                *(message.posted_at, now),
            )
            for message in fresh.values()
        ],
    )
    _PAYLOADS.store(
        connection,
        [(account_id, one.message.remote_id, one.payload.digest, one.payload.text, now) for one in delivered],
    )
    return list(fresh)


def place(
    session: Session,
    actor: Actor,
    account_id: int,
    new_comments: Collection[str],
    new_messages: Collection[str],
    now: datetime,
) -> set[int]:
    """Find out what messages answer, now that `new_comments` and `new_messages` (remote ids) are stored.

    Returns:
        the conversations in which a confirmed reply appeared.
    """
    connection = session.connection()
    unplaced = OwnMessage.account_id == account_id, OwnMessage.reply_id.is_(None)
    if not new_messages and connection.execute(select(OwnMessage.id).where(*unplaced).limit(1)).first() is None:
        return set()
    pending = {row.remote_id: row for row in _pending(connection, unplaced, new_comments, new_messages)}
    touched: set[int] = set()
    while pending:
        targets = _targets(connection, account_id, pending.values())
        if not targets:
            break
        placed = {remote_id: (pending[remote_id], target) for remote_id, target in targets.items()}
        touched |= _become_replies(session, actor, account_id, placed, now)
        following = _naming(connection, unplaced, list(placed))
        pending = {row.remote_id: row for row in following if row.conversation_id is None}
    return touched


_COLUMNS = (
    OwnMessage.id,
    OwnMessage.remote_id,
    OwnMessage.thread_id,
    OwnMessage.parent_remote_id,
    OwnMessage.text,
    OwnMessage.url,
    OwnMessage.posted_at,
    OwnMessage.conversation_id,
    OwnMessage.comment_id,
)


def _pending(
    connection: Connection, unplaced: tuple[Any, ...], new_comments: Collection[str], new_messages: Collection[str]
) -> list[Row[*tuple[Any, ...]]]:
    """The unplaced messages for which something may have changed."""
    found = [*connection.execute(select(*_COLUMNS).where(*unplaced, OwnMessage.conversation_id.is_not(None)))]
    if new_messages:
        found += connection.execute(select(*_COLUMNS).where(*unplaced, among(OwnMessage.remote_id, new_messages)))
    if new_comments or new_messages:
        found += _naming(connection, unplaced, [*new_comments, *new_messages])
    if new_comments:
        found += connection.execute(
            select(*_COLUMNS).where(
                *unplaced, OwnMessage.parent_remote_id.is_(None), among(OwnMessage.thread_id, new_comments)
            )
        )
    return found


def _naming(
    connection: Connection, unplaced: tuple[Any, ...], remote_ids: Collection[str]
) -> Sequence[Row[*tuple[Any, ...]]]:
    return connection.execute(select(*_COLUMNS).where(*unplaced, among(OwnMessage.parent_remote_id, remote_ids))).all()


def _targets(
    connection: Connection, account_id: int, messages: Collection[Row[*tuple[Any, ...]]]
) -> dict[str, _Target]:
    """Whom messages answer, by their remote id, as far as that is known by now."""
    named = {message.parent_remote_id or message.thread_id for message in messages}
    places: dict[str, _Target] = {}
    for remote_id, conversation_id, comment_id in chain(
        connection.execute(
            select(Reply.remote_id, Reply.conversation_id, Reply.comment_id).where(
                Reply.account_id == account_id, among(Reply.remote_id, named)
            )
        ),
        connection.execute(
            select(OwnMessage.remote_id, OwnMessage.conversation_id, OwnMessage.comment_id).where(
                OwnMessage.account_id == account_id,
                among(OwnMessage.remote_id, named),
                OwnMessage.conversation_id.is_not(None),
            )
        ),
        connection.execute(
            select(Comment.remote_id, Comment.conversation_id, Comment.id).where(
                Comment.account_id == account_id, among(Comment.remote_id, named)
            )
        ),
    ):
        if conversation_id is not None:
            places[str(remote_id)] = _Target(conversation_id, comment_id)
    found = {}
    for message in messages:
        if message.conversation_id is not None:
            found[message.remote_id] = _Target(message.conversation_id, message.comment_id)
        elif target := places.get(message.parent_remote_id or message.thread_id):
            found[message.remote_id] = target
    return found


def _become_replies(
    session: Session,
    actor: Actor,
    account_id: int,
    placed: dict[str, tuple[Row[*tuple[Any, ...]], _Target]],
    now: datetime,
) -> set[int]:
    """Link each message to the reply it is: one of ours that the network confirmed, or a new native one.

    While the outbox does not know yet whether a reply of ours arrived, a message that may be it is left for the outbox
    to find, so that no reply stands here twice.
    """
    connection = session.connection()
    touched: set[int] = set()
    replies: dict[str, int] = {
        row[0]: row[1]
        for row in connection.execute(
            select(Reply.remote_id, Reply.id).where(Reply.account_id == account_id, among(Reply.remote_id, placed))
        )
        if row[0] is not None
    }
    candidates: dict[int, list[Reply]] = defaultdict(list)
    for reply in session.scalars(
        select(Reply).where(
            Reply.conversation_id.in_({target.conversation_id for _, target in placed.values()}),
            Reply.remote_id.is_(None),
            Reply.state.in_(_MAY_BE_THIS),
        )
    ):
        candidates[reply.conversation_id].append(reply)
    native = []
    links = []
    for remote_id, (message, target) in sorted(placed.items(), key=lambda entry: (entry[1][0].posted_at, entry[0])):
        reply_id = replies.get(remote_id)
        if reply_id is None:
            found = [one for one in candidates[target.conversation_id] if _is_it(one, message, target)]
            if not found:
                native.append((message, target))
                continue
            reply = found[0]
            if reply.state in (ReplyState.SENT, ReplyState.FAILED):
                _confirm(session, actor, reply, message, now)
                candidates[target.conversation_id].remove(reply)
                touched.add(reply.conversation_id)
                reply_id = reply.id
        links.append(_link(message, target, reply_id))
    for reply_id, (message, target) in zip(take_ids(connection, Reply.__table__, len(native)), native, strict=True):
        links.append(_link(message, target, reply_id))
        touched.add(target.conversation_id)
    session.flush()
    stored = list(zip(links[len(links) - len(native) :], native, strict=True))
    _REPLIES.store(
        connection,
        [_native(link["to_reply"], account_id, message, target, now) for link, (message, target) in stored],
    )
    stages.record_confirmed(session, [(target.conversation_id, link["to_reply"]) for link, (_, target) in stored], now)
    search_index.put(
        connection,
        [
            search_index.entry(
                *(Source.REPLY, link["to_reply"], message.posted_at, account_id, target.conversation_id, message.text)
            )
            for link, (message, target) in stored
        ],
        fresh=True,
    )
    if links:
        connection.execute(
            update(OwnMessage)
            .where(OwnMessage.id == bindparam("row_id"))
            .values(
                conversation_id=bindparam("to_conversation"),
                comment_id=bindparam("to_comment"),
                reply_id=bindparam("to_reply"),
            ),
            links,
        )
    return touched


def _is_it(reply: Reply, message: Row[*tuple[Any, ...]], target: _Target) -> bool:
    """Whether `message` may be what the network made of `reply`."""
    if reply.comment_id != target.comment_id and reply.target_remote_id != message.parent_remote_id:
        return False
    if reply.state is ReplyState.SENDING:
        # Networks change texts (addresses are shortened), and the outbox learns the message's id in a moment.
        return True
    return _essence(reply.text) == _essence(message.text)


def _essence(text: str) -> str:
    return " ".join(_ADDRESS.sub(" ", unicodedata.normalize("NFKC", text)).split())


def _confirm(session: Session, actor: Actor, reply: Reply, message: Row[*tuple[Any, ...]], now: datetime) -> None:
    """The network shows a reply that a member had marked as sent, or that counted as failed: its word stands."""
    if reply.state is ReplyState.FAILED:
        move_reply(reply, ReplyMove.SEEN_SENT)
    reply.remote_id = message.remote_id
    reply.url = message.url or reply.url
    reply.sent_at = message.posted_at
    reply.confirmed_at = now
    stages.record(session, Stage.CONFIRMED, reply.conversation_id, reply_id=reply.id, at=now)
    record(session, actor, "reply.seen", of=("reply", reply.id), params={"remote_id": message.remote_id})


def _link(message: Row[*tuple[Any, ...]], target: _Target, reply_id: int | None) -> dict[str, Any]:
    return {
        "row_id": message.id,
        "to_conversation": target.conversation_id,
        "to_comment": target.comment_id,
        "to_reply": reply_id,
    }


def _native(
    reply_id: int, account_id: int, message: Row[*tuple[Any, ...]], target: _Target, now: datetime
) -> tuple[Any, ...]:
    key = hashlib.sha256(f"{account_id} {message.remote_id}".encode()).hexdigest()
    text_hash = hashlib.sha256(message.text.encode("utf-8", "surrogatepass")).hexdigest()
    return (
        *(reply_id, target.conversation_id, account_id, target.comment_id, ReplyOrigin.NATIVE, ReplyKind.SUBSTANTIVE),
        *(False, message.text, text_hash, ReplyState.SENT, f"native-{key[:48]}", f"n{key[:31]}"),
        *(message.parent_remote_id, message.remote_id, message.url, message.posted_at, message.posted_at, now),
        0,
    )
