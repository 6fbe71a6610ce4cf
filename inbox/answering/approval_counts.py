"""How much waits for the reader to approve, accept or put right: two counts, cheap enough for every page."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, bindparam, func, or_, select
from sqlalchemy.orm import aliased

from inbox.extensions import session
from inbox.models import (
    Apology,
    ApologyConfirmation,
    ApologyState,
    ApologyVersion,
    Reply,
    ReplyConfirmation,
    ReplyState,
    ReplyVersion,
)
from inbox.permissions import Actor, Permission

_ME = bindparam("me", type_=Reply.member_id.type)


def count(actor: Actor) -> int:
    """What waits for `actor`: for an approver everything that they do not stand behind yet, for a writer their own that
    were returned, or corrected by somebody else. 0 for everybody else."""
    found = 0
    me = {"me": actor.member_id}
    if actor.may(Permission.REPLIES_APPROVE) or actor.may(Permission.REPLIES_WRITE):
        found += session().scalar(_replies(actor.may(Permission.REPLIES_APPROVE)), me) or 0
    if actor.may(Permission.APOLOGIES_APPROVE) or actor.may(Permission.APOLOGIES_DRAFT):
        found += session().scalar(_apologies(actor.may(Permission.APOLOGIES_APPROVE)), me) or 0
    return found


# Built once: putting the statement together takes longer than the database needs for the answer.
@cache
def _replies(approves: bool) -> Select[int]:
    own = Reply.member_id == _ME
    confirmed = (
        select(ReplyConfirmation.id)
        .where(
            ReplyConfirmation.reply_id == Reply.id,
            ReplyConfirmation.text_hash == Reply.text_hash,
            ReplyConfirmation.member_id == _ME,
        )
        .exists()
    )
    asked = (Reply.state == ReplyState.SUBMITTED) & ~confirmed
    if not approves:
        asked &= own
    # Only a reply that was once submitted has versions: these few are looked at, not every reply there is.
    once_submitted = Reply.id.in_(select(ReplyVersion.reply_id))
    return (
        select(func.count())
        .select_from(Reply)
        .where(once_submitted, or_(asked, own & (Reply.state == ReplyState.RETURNED)))
    )


@cache
def _apologies(approves: bool) -> Select[int]:
    version, other = aliased(ApologyVersion), aliased(ApologyVersion)
    newest = select(func.max(other.number)).where(other.apology_id == Apology.id).correlate(Apology).scalar_subquery()
    confirmed = (
        select(ApologyConfirmation.id)
        .where(ApologyConfirmation.version_id == version.id, ApologyConfirmation.member_id == _ME)
        .exists()
    )
    own = Apology.id.in_(select(ApologyVersion.apology_id).where(ApologyVersion.member_id == _ME))
    asked = (Apology.state == ApologyState.SUBMITTED) & ~confirmed
    if not approves:
        asked &= own
    return (
        select(func.count())
        .select_from(Apology)
        .join(version, (version.apology_id == Apology.id) & (version.number == newest))
        .where(or_(asked, own & (Apology.state == ApologyState.RETURNED)))
    )
