"""What was approved: all words are those that were hashed, and two members stand behind every apology and all that was
held before it left, by what is stored and by what the trail says of it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, ScalarSelect, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from inbox.models import (
    Apology,
    ApologyConfirmation,
    ApologyReturn,
    ApologyState,
    ApologyVersion,
    Member,
    Outcome,
    Reply,
    ReplyConfirmation,
    ReplyOrigin,
    ReplyState,
    ReplyVersion,
    TrailRow,
    hash_of_words,
)
from inbox.models.bulk import among
from inbox.verify.fault import BATCH, VerifyFault

_LEFT = (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNCONFIRMED)


LEAST = 2
"""How many different members stand behind whatever asks for an approval."""


def approved_faults(current: Session) -> Iterator[VerifyFault]:
    """Words that are not what was hashed, approvals without two members, and held words that left without them."""
    yield from _cores(current)
    yield from _words(current)
    yield from _confirmations(current)
    yield from _apologies(current)
    yield from _held(current)
    yield from _submitted(current)


def _cores(current: Session) -> Iterator[VerifyFault]:
    versions = select(ApologyVersion.apology_id, ApologyVersion.number, ApologyVersion.core, ApologyVersion.core_hash)
    for apology_id, number, core, core_hash in current.execute(
        versions.order_by(ApologyVersion.id).execution_options(yield_per=BATCH)
    ):
        if hash_of_words(core) != core_hash:
            yield VerifyFault("fault_core", {"apology": apology_id, "number": number})


def _words(current: Session) -> Iterator[VerifyFault]:
    """Replies of every origin, and what they said before they were edited; words that an erasure took have no hash."""
    last = 0
    while rows := current.execute(
        select(Reply.id, Reply.text, Reply.text_hash).where(Reply.id > last).order_by(Reply.id).limit(BATCH)
    ).all():
        for reply_id, text, text_hash in rows:
            if text and hash_of_words(text) != text_hash:
                yield VerifyFault("fault_reply_text", {"reply": reply_id})
        last = rows[-1][0]
    last = 0
    columns = (ReplyVersion.id, ReplyVersion.text, ReplyVersion.text_hash, ReplyVersion.reply_id, ReplyVersion.number)
    while versions := current.execute(
        select(*columns).where(ReplyVersion.id > last).order_by(ReplyVersion.id).limit(BATCH)
    ).all():
        for _, text, text_hash, reply_id, number in versions:
            if text and hash_of_words(text) != text_hash:
                yield VerifyFault("fault_reply_version", {"reply": reply_id, "number": number})
        last = versions[-1][0]


def _confirmations(current: Session) -> Iterator[VerifyFault]:
    """Confirmations of nobody, or of nothing."""
    for model, key, target, code in (
        (ApologyConfirmation, ApologyConfirmation.version_id, ApologyVersion.id, "fault_apology_confirmation"),
        (ReplyConfirmation, ReplyConfirmation.reply_id, Reply.id, "fault_reply_confirmation"),
    ):
        by = select(Member.id).where(Member.id == model.member_id).exists()
        of = select(target).where(target == key).exists()
        for number in current.scalars(select(model.id).where(or_(~by, ~of)).order_by(model.id).limit(1)):
            yield VerifyFault(code, {"confirmation": number})


def _apologies(current: Session) -> Iterator[VerifyFault]:
    """Approved apologies: the newest version, which nobody returned, has its members, and the trail names them."""
    other = aliased(ApologyVersion)
    newest = select(func.max(other.number)).where(other.apology_id == Apology.id).correlate(Apology).scalar_subquery()
    returned = select(ApologyReturn.id).where(ApologyReturn.version_id == ApologyVersion.id).exists()
    too_few = _too_few(
        ApologyConfirmation.member_id,
        ApologyConfirmation.may_approve,
        (ApologyConfirmation.version_id == ApologyVersion.id)
        & (ApologyConfirmation.binding_hash == ApologyVersion.binding_hash),
        ApologyVersion,
    )
    approved = (
        select(Apology.id, ApologyVersion.id, ApologyVersion.binding_hash, or_(returned, too_few))
        .join(ApologyVersion, ApologyVersion.apology_id == Apology.id)
        .where(Apology.state == ApologyState.APPROVED, ApologyVersion.number == newest)
        .order_by(Apology.id)
    )
    for apology_id, version_id, binding_hash, unfounded in current.execute(approved).all():
        behind = current.scalars(
            select(ApologyConfirmation.member_id).where(
                ApologyConfirmation.version_id == version_id, ApologyConfirmation.binding_hash == binding_hash
            )
        )
        rows = current.scalars(
            select(TrailRow.params).where(
                TrailRow.object_type == "apology",
                TrailRow.object_id == str(apology_id),
                TrailRow.action == "apology.approved",
            )
        )
        members = set(behind)
        told = any(_names("binding_hash", binding_hash, members, json.loads(params)) for params in rows)
        if unfounded or not told:
            yield VerifyFault("fault_approval", {"apology": apology_id})


def _held(current: Session) -> Iterator[VerifyFault]:
    """Replies that the gate would hold, and that left without two members."""
    for reply_id in current.scalars(
        select(Reply.id)
        .where(
            Reply.origin == ReplyOrigin.INBOX,
            Reply.gate_outcome.in_((Outcome.APOLOGY, Outcome.ADMISSION)),
            Reply.state.in_(_LEFT),
            _too_few(
                ReplyConfirmation.member_id,
                ReplyConfirmation.may_approve,
                (ReplyConfirmation.reply_id == Reply.id) & (ReplyConfirmation.text_hash == Reply.text_hash),
                Reply,
            ),
        )
        .order_by(Reply.id)
        .limit(1)
    ):
        yield VerifyFault("fault_unapproved", {"reply": reply_id})


def _submitted(current: Session) -> Iterator[VerifyFault]:
    """Replies that were held, by the trail or by their own row, and left though nobody let them go.

    What the gate found is not asked: whoever can change a reply's row can change that too.
    """
    told = select(cast(TrailRow.object_id, BigInteger)).where(
        TrailRow.action == "reply.submitted", TrailRow.object_type == "reply"
    )
    replies = (
        select(Reply.id, Reply.text_hash, Reply.member_id)
        .where(
            Reply.origin == ReplyOrigin.INBOX,
            Reply.state.in_(_LEFT),
            or_(Reply.submitted_at.is_not(None), Reply.id.in_(told)),
        )
        .order_by(Reply.id)
        .limit(BATCH)
    )
    last = 0
    while rows := current.execute(replies.where(Reply.id > last)).all():
        ids = [row.id for row in rows]
        behind: dict[tuple[int, str], set[int]] = defaultdict(set)
        for reply_id, text_hash, member_id in current.execute(
            select(ReplyConfirmation.reply_id, ReplyConfirmation.text_hash, ReplyConfirmation.member_id).where(
                among(ReplyConfirmation.reply_id, ids)
            )
        ):
            behind[reply_id, text_hash].add(member_id)
        deeds: dict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
        for deed in current.execute(
            select(TrailRow.object_id, TrailRow.action, TrailRow.actor, TrailRow.params)
            .where(
                TrailRow.object_type == "reply",
                among(TrailRow.object_id, [str(reply_id) for reply_id in ids]),
                TrailRow.action.in_(("reply.submitted", "reply.approved", "reply.queued")),
            )
            .order_by(TrailRow.seq)
        ):
            deeds[deed.object_id].append(deed)
        for reply in rows:
            if not _let_go(reply, behind[reply.id, reply.text_hash], deeds[str(reply.id)]):
                yield VerifyFault("fault_unapproved", {"reply": reply.id})
        last = ids[-1]


def _let_go(reply: Row[*tuple[Any, ...]], behind: set[int], deeds: Sequence[Row[*tuple[Any, ...]]]) -> bool:
    """Whether, since it was last held, members approved what the reply says, or its writer took out what held it."""
    let_go = False
    for deed in deeds:
        params = json.loads(deed.params)
        if deed.action == "reply.submitted":
            let_go = False
        elif deed.action == "reply.approved":
            let_go |= _names("text_hash", reply.text_hash, behind, params)
        elif reply.member_id is None or deed.actor == f"member:{reply.member_id}":
            let_go |= params.get("text_hash") == reply.text_hash
    return let_go


def _names(hashed: str, wanted: str, behind: set[int], params: dict[str, Any]) -> bool:
    """Whether a row of the trail says that enough of the members who confirmed these very words approved them."""
    members = set(params.get("members", ()))
    return params.get(hashed) == wanted and len(members) >= LEAST and members <= behind


def _too_few(
    member: InstrumentedAttribute[int], right: InstrumentedAttribute[bool], which: ColumnElement[bool], of: type[Any]
) -> ColumnElement[bool]:
    """Fewer than two different members, or none of them with the right to approve."""

    def counted(what: ColumnElement[Any]) -> ScalarSelect[Any]:
        return select(what).where(which).correlate(of).scalar_subquery()

    members = counted(func.count(member.distinct()))
    approving = counted(func.coalesce(func.sum(case((right, 1), else_=0)), 0))
    return (members < LEAST) | (approving < 1)
