"""What can be proved of a database: the rule holds, the trail is whole, every figure can be recomputed."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from inbox.extensions import session
from inbox.measuring import waits
from inbox.models import (
    Account,
    Comment,
    CommentVersion,
    Conversation,
    Decision,
    Declaration,
    Erasure,
    OwnMessage,
    QueueCounter,
    QueueEntry,
    Reply,
    ReplyState,
    Tombstone,
    TrailRow,
    Wait,
    digest_of,
    digest_over,
    seal_of,
    triggers,
)
from inbox.permissions import Actor, Permission, require
from inbox.trail import chain

_BATCH = 2_000

Progress = Callable[[str, int], None]
"""Called with the name of the check and how many rows it has walked."""


@dataclass(frozen=True, slots=True)
class VerifyFault:
    """Something that is not as it must be; `code` is a key of `inbox.words`, `params` names the row."""

    code: str
    params: dict[str, Any]


def verify(actor: Actor, progress: Progress | None = None) -> VerifyFault | None:
    """Check the rule's triggers, the trail, what was collected and the figures, in this order; memory stays flat.

    Returns:
        the first fault, or None.

    Raises:
        Refused: the actor may not see the trail.
    """
    require(actor, Permission.TRAIL_VIEW)
    current = session()
    tell = progress or (lambda _name, _count: None)
    return next(_faults(current, tell), None)


def _faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    for name in triggers.faults(current.connection()):
        yield VerifyFault("fault_trigger", {"name": name})
    fault = chain.verify(current, lambda count: tell("trail", count))
    if fault is not None:
        yield VerifyFault("fault_trail", {"seq": fault.seq, "code": fault.code})
    yield from _versions(current, tell)
    yield from _collections(current, tell)
    yield from _withheld(current)
    yield from _counts(current)
    yield from _waits(current, tell)
    yield from _counters(current)


def _versions(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    last = 0
    while True:
        rows = current.execute(
            select(
                CommentVersion.id,
                CommentVersion.comment_id,
                CommentVersion.number,
                CommentVersion.text,
                CommentVersion.salt,
                CommentVersion.digest,
                Tombstone.id.is_not(None),
            )
            .outerjoin(Tombstone, Tombstone.comment_id == CommentVersion.comment_id)
            .where(CommentVersion.id > last)
            .order_by(CommentVersion.id)
            .limit(_BATCH)
        ).all()
        for identifier, comment_id, number, text, salt, digest, withheld in rows:
            if text is None or salt is None:
                if not withheld:
                    yield VerifyFault("fault_withheld", {"comment": comment_id})
            elif not hmac.compare_digest(digest_of(salt, text), digest):
                yield VerifyFault("fault_digest", {"comment": comment_id, "number": number})
            last = identifier
        tell("comments", last)
        if len(rows) < _BATCH:
            return


def _collections(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """What the trail says of each page that was collected, against the versions that are there."""
    last = 0
    while True:
        rows = current.execute(
            select(TrailRow.seq, TrailRow.params)
            .where(TrailRow.action == "comments.stored", TrailRow.seq > last)
            .order_by(TrailRow.seq)
            .limit(_BATCH)
        ).all()
        for seq, params in rows:
            page = json.loads(params)
            digests: list[bytes] = []
            for first, final in page["versions"]:
                covered = CommentVersion.id.between(first, final)
                digests += current.scalars(select(CommentVersion.digest).where(covered).order_by(CommentVersion.id))
            if digest_over(digests) != page["digest"]:
                yield VerifyFault("fault_collection", {"seq": seq})
            last = seq
        tell("collections", last)
        if len(rows) < _BATCH:
            return


def _withheld(current: Session) -> Iterator[VerifyFault]:
    """What may be withheld behind an erasure only, the seals of evidence, and tombstones nobody answers for."""
    told = select(TrailRow.seq).where(
        TrailRow.object_type == "comment",
        TrailRow.object_id == cast(Tombstone.comment_id, String),
        TrailRow.action == "comment.tombstoned",
    )
    for comment_id in current.scalars(
        select(Tombstone.comment_id).where(~told.exists()).order_by(Tombstone.id).limit(1)
    ):
        yield VerifyFault("fault_tombstone", {"comment": comment_id})
    erased = (
        select(Erasure.id)
        .join(Conversation, Conversation.author_id == Erasure.author_id)
        .where(Erasure.decision == Decision.CONFIRMED)
    )
    of_declaration = erased.where(Conversation.id == Declaration.conversation_id).exists()
    for declaration, known in current.execute(select(Declaration, of_declaration).order_by(Declaration.id)):
        sound = known if declaration.evidence is None else seal_of(declaration.evidence) == declaration.evidence_hash
        if not sound:
            yield VerifyFault("fault_evidence", {"declaration": declaration.id})
    of_reply = erased.where(Conversation.id == Reply.conversation_id).exists()
    for reply_id in current.scalars(
        select(Reply.id).where(Reply.text == "", Reply.state == ReplyState.SENT, ~of_reply).order_by(Reply.id).limit(1)
    ):
        yield VerifyFault("fault_reply_withheld", {"reply": reply_id})


def _counts(current: Session) -> Iterator[VerifyFault]:
    stored: Counter[int] = Counter()
    # An edit that was delivered is an item of its own, and a version of its comment.
    versions = select(Comment.account_id, func.count()).join(CommentVersion, CommentVersion.comment_id == Comment.id)
    messages = select(OwnMessage.account_id, func.count())
    for counted, column in ((versions, Comment.account_id), (messages, OwnMessage.account_id)):
        for account_id, count in current.execute(counted.group_by(column)):
            stored[account_id] += count
    for account in current.scalars(select(Account).order_by(Account.id)):
        parts = (account.stored_count, account.known_count, account.quarantined_count)
        if account.received_count != sum(parts):
            yield VerifyFault(
                "fault_counts",
                {
                    "account": account.id,
                    "received": account.received_count,
                    "stored": parts[0],
                    "known": parts[1],
                    "quarantined": parts[2],
                },
            )
        found = stored[account.id]
        if account.stored_count != found:
            yield VerifyFault("fault_stored", {"account": account.id, "counted": account.stored_count, "found": found})


def _waits(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    last = 0
    while True:
        ids = current.scalars(
            select(Conversation.id).where(Conversation.id > last).order_by(Conversation.id).limit(waits.CHUNK)
        ).all()
        if not ids:
            return
        derived = waits.derived(current, list(ids))
        stored: dict[int, list[tuple[Any, ...]]] = {identifier: [] for identifier in ids}
        for wait in current.execute(
            select(Wait.conversation_id, Wait.comment_id, Wait.opened_at, Wait.closed_at, Wait.reply_id, Wait.seconds)
            .where(Wait.conversation_id.in_(ids), Wait.superseded_at.is_(None))
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
        tell("conversations", last)


def _counters(current: Session) -> Iterator[VerifyFault]:
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
