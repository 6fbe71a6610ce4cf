"""What was approved: every core is the one that was confirmed, and two members stand behind all that left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from inbox.models import (
    Apology,
    ApologyConfirmation,
    ApologyState,
    ApologyVersion,
    Outcome,
    Reply,
    ReplyConfirmation,
    ReplyOrigin,
    ReplyState,
    hash_of_words,
)
from inbox.verify.fault import BATCH, VerifyFault

_LEFT = (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNCONFIRMED)


def approved_faults(current: Session) -> Iterator[VerifyFault]:
    """Cores that are not what was hashed, approvals without two members, and held words that left without them."""
    versions = select(ApologyVersion.apology_id, ApologyVersion.number, ApologyVersion.core, ApologyVersion.core_hash)
    for apology_id, number, core, core_hash in current.execute(
        versions.order_by(ApologyVersion.id).execution_options(yield_per=BATCH)
    ):
        if hash_of_words(core) != core_hash:
            yield VerifyFault("fault_core", {"apology": apology_id, "number": number})
    other = aliased(ApologyVersion)
    newest = select(func.max(other.number)).where(other.apology_id == Apology.id).correlate(Apology).scalar_subquery()
    for apology_id in current.scalars(
        select(Apology.id)
        .join(ApologyVersion, ApologyVersion.apology_id == Apology.id)
        .where(
            Apology.state == ApologyState.APPROVED,
            ApologyVersion.number == newest,
            _too_few(
                ApologyConfirmation.member_id,
                ApologyConfirmation.may_approve,
                (ApologyConfirmation.version_id == ApologyVersion.id)
                & (ApologyConfirmation.binding_hash == ApologyVersion.binding_hash),
                ApologyVersion,
            ),
        )
        .order_by(Apology.id)
        .limit(1)
    ):
        yield VerifyFault("fault_approval", {"apology": apology_id})
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


def _too_few(
    member: InstrumentedAttribute[int], right: InstrumentedAttribute[bool], which: ColumnElement[bool], of: type[Any]
) -> ColumnElement[bool]:
    """Fewer than two different members, or none of them with the right to approve."""

    def counted(what: ColumnElement[Any]) -> ScalarSelect[Any]:
        return select(what).where(which).correlate(of).scalar_subquery()

    members = counted(func.count(member.distinct()))
    approving = counted(func.coalesce(func.sum(case((right, 1), else_=0)), 0))
    return (members < 2) | (approving < 1)
