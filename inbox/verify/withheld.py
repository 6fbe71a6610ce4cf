"""What was withheld or declared: nothing of it without somebody who answers for it in the trail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from inbox.models import (
    Author,
    Conversation,
    Decision,
    Declaration,
    Erasure,
    Reply,
    ReplyState,
    Tombstone,
    TombstoneReason,
    TrailRow,
    seal_of,
)
from inbox.verify.fault import BATCH, VerifyFault


def withheld_faults(current: Session) -> Iterator[VerifyFault]:
    """Tombstones nobody answers for, and replies whose words are missing without an erasure."""
    told = select(TrailRow.seq).where(
        TrailRow.object_type == "comment",
        TrailRow.object_id == cast(Tombstone.comment_id, String),
        TrailRow.action == "comment.tombstoned",
    )
    for comment_id in current.scalars(
        select(Tombstone.comment_id).where(~told.exists()).order_by(Tombstone.id).limit(1)
    ):
        yield VerifyFault("fault_tombstone", {"comment": comment_id})
    of_reply = _erased().where(Conversation.id == Reply.conversation_id).exists()
    for reply_id in current.scalars(
        select(Reply.id).where(Reply.text == "", Reply.state == ReplyState.SENT, ~of_reply).order_by(Reply.id).limit(1)
    ):
        yield VerifyFault("fault_reply_withheld", {"reply": reply_id})


def erasures_faults(current: Session) -> Iterator[VerifyFault]:
    """Confirmed erasures that nobody answers for: a member's has a row of the trail by who confirmed it, the system's
    own are counted by the rows of retention."""
    confirmed = select(Erasure.id, Erasure.author_id, Erasure.decided_by).where(Erasure.decision == Decision.CONFIRMED)
    for erasure_id, author_id, decided_by in current.execute(
        confirmed.where(Erasure.reason == TombstoneReason.LEGAL_ERASURE)
        .order_by(Erasure.id)
        .execution_options(yield_per=BATCH)
    ):
        told = current.execute(
            select(TrailRow.actor, TrailRow.params).where(
                TrailRow.object_type == "author",
                TrailRow.object_id == str(author_id),
                TrailRow.action == "erasure.confirmed",
            )
        )
        wanted = (f"member:{decided_by}", erasure_id)
        if not any((actor, json.loads(params).get("erasure")) == wanted for actor, params in told):
            yield VerifyFault("fault_erasure", {"erasure": erasure_id})
    found: Counter[str] = Counter()
    for account_id, count in current.execute(
        select(Author.account_id, func.count())
        .join(Erasure, Erasure.author_id == Author.id)
        .where(Erasure.decision == Decision.CONFIRMED, Erasure.reason == TombstoneReason.RETENTION)
        .group_by(Author.account_id)
    ):
        found[str(account_id)] = count
    passed: Counter[str] = Counter()
    for account, params in current.execute(
        select(TrailRow.object_id, TrailRow.params)
        .where(TrailRow.action == "retention.passed")
        .execution_options(yield_per=BATCH)
    ):
        passed[account] += json.loads(params).get("authors", 0)
    for account in sorted(found.keys() | passed.keys()):
        if found[account] != passed[account]:
            yield VerifyFault(
                "fault_retention", {"account": account, "counted": passed[account], "found": found[account]}
            )


def declarations_faults(current: Session) -> Iterator[VerifyFault]:
    """Seals of evidence, and confirmed declarations that the trail knows nothing of."""
    erased = _erased().where(Conversation.id == Declaration.conversation_id).exists()
    told = select(TrailRow.seq).where(
        TrailRow.object_type == "declaration",
        TrailRow.object_id == cast(Declaration.id, String),
        TrailRow.action == "declaration.confirmed",
    )
    columns = (Declaration.id, Declaration.evidence, Declaration.evidence_hash, Declaration.decision)
    for number, evidence, seal, decision, known, answered_for in current.execute(
        select(*columns, erased, told.exists()).order_by(Declaration.id).execution_options(yield_per=BATCH)
    ):
        if not (known if evidence is None else seal_of(evidence) == seal):
            yield VerifyFault("fault_evidence", {"declaration": number})
        if decision is Decision.CONFIRMED and not answered_for:
            yield VerifyFault("fault_declaration", {"declaration": number})


def _erased() -> Any:
    """Confirmed erasures of whoever a conversation is with."""
    return (
        select(Erasure.id)
        .join(Conversation, Conversation.author_id == Erasure.author_id)
        .where(Erasure.decision == Decision.CONFIRMED)
    )
