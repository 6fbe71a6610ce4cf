"""Which approved wordings may leave at this moment, recomputed from what is stored, never from a flag alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ScalarSelect, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from inbox import clock
from inbox.answering import citations
from inbox.answering.apologies import confirmations_of
from inbox.answering.apology_wording import binding_hash
from inbox.answering.standing_behind import complete, needed_for
from inbox.models import (
    Apology,
    ApologyState,
    ApologyVersion,
    Reply,
    ReplyCore,
    ReplyState,
    hash_of_words,
)

_COUNTS = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.UNCONFIRMED, ReplyState.FAILED)
"""A reply in one of these states uses up a wording; one that was withdrawn or must be approved does not."""


@dataclass(frozen=True, slots=True)
class InForce:
    """A wording that may leave. `uses_left` is None where nobody limited it."""

    apology: Apology
    version: ApologyVersion
    uses_left: int | None


@dataclass(frozen=True, slots=True)
class NotInForce:
    """A wording that may not leave, and why: `apology_expired`, `apology_used_up`, `apology_stale`,
    `apology_not_approved`, `apology_retired`."""

    apology: Apology
    version: ApologyVersion
    code: str


def wordings(
    current: Session, account_id: int, post_id: int | None, *, besides: int | None = None
) -> tuple[list[InForce], list[NotInForce]]:
    """The newest version of every apology for an account and a post: those that may leave, and the others.

    Args:
        besides: a reply whose own use is not counted, as it is the one that asks.
    """
    rows = current.execute(_wordings(), {"account": account_id, "post": post_id}).all()
    stale = citations.stale_apology_versions(current, [version.id for _, version in rows])
    may: list[InForce] = []
    may_not: list[NotInForce] = []
    for apology, version in rows:
        code, left = _judge(current, apology, version, stale, besides)
        if code is None:
            may.append(InForce(apology, version, left))
        else:
            may_not.append(NotInForce(apology, version, code))
    return may, may_not


def why_not(current: Session, apology: Apology, version: ApologyVersion) -> str | None:
    """Why a version may not leave at this moment, as a code of `NotInForce`; None where it may."""
    stale = citations.stale_apology_versions(current, [version.id])
    return _judge(current, apology, version, stale, None)[0]


def uses_of(current: Session, apology_id: int, *, besides: int | None = None) -> int:
    """How many replies hold one of the versions of an apology and have left, or are to leave."""
    of_reply = aliased(Reply)
    return (
        current.scalar(
            select(func.count(ReplyCore.reply_id.distinct()))
            .join(ApologyVersion, ApologyVersion.id == ReplyCore.version_id)
            .join(of_reply, of_reply.id == ReplyCore.reply_id)
            .where(
                ApologyVersion.apology_id == apology_id,
                of_reply.state.in_(_COUNTS),
                of_reply.id != (besides or 0),
            )
        )
        or 0
    )


def _judge(
    current: Session, apology: Apology, version: ApologyVersion, stale: Collection[int], besides: int | None
) -> tuple[str | None, int | None]:
    if apology.state is ApologyState.RETIRED:
        return "apology_retired", None
    if apology.state is not ApologyState.APPROVED or not _stood_behind(current, apology, version):
        return "apology_not_approved", None
    if version.expires_at is not None and version.expires_at <= clock.now():
        return "apology_expired", None
    if version.id in stale:
        return "apology_stale", None
    if version.most_uses is None:
        return None, None
    left = version.most_uses - uses_of(current, apology.id, besides=besides)
    return (None, left) if left > 0 else ("apology_used_up", 0)


def _stood_behind(current: Session, apology: Apology, version: ApologyVersion) -> bool:
    """Whether enough members confirmed exactly what is stored now, whatever its state says."""
    if version.core_hash != hash_of_words(version.core):
        return False
    bound = binding_hash(version, apology.language)
    behind = [one for one in confirmations_of(current, version.id) if one.binding_hash == bound]
    return complete(behind, needed_for(current, version.account_id))


def newest_number() -> ScalarSelect[int]:
    """In a query over `apologies`: the number of the newest version."""
    other = aliased(ApologyVersion)
    return select(func.max(other.number)).where(other.apology_id == Apology.id).correlate(Apology).scalar_subquery()


@cache
def _wordings() -> Select[Apology, ApologyVersion]:
    # Built once, since every text that is judged asks it.
    version = ApologyVersion
    return (
        select(Apology, version)
        .join(version, version.apology_id == Apology.id)
        .where(
            version.number == newest_number(),
            or_(version.account_id.is_(None), version.account_id == bindparam("account")),
            or_(version.post_id.is_(None), version.post_id == bindparam("post")),
        )
        .order_by(Apology.id)
    )
