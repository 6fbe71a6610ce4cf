"""What becomes of a reply once its words were judged: it is queued, or it waits for somebody to approve them."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.answering import citations, holds, judging, prepared_pause
from inbox.answering.finding import move
from inbox.answering.judging import Judgement
from inbox.answering.telling import tell, tell_queued
from inbox.measuring import stages
from inbox.models import Account, Reply, ReplyConfirmation, ReplyCore, ReplyMove, ReplyState, ReplyVersion, Stage
from inbox.permissions import Actor, Permission, Role

APPROVERS = (Role.SUPERVISOR, Role.APPROVER)


def decide(current: Session, reply: Reply, judged: Judgement, *, delay: timedelta = timedelta(0)) -> None:
    """Move a reply that was just written or edited to where `judged` sends it; nothing is told yet."""
    now = clock.now()
    reply.gate_outcome = judged.outcome
    if judged.held_code is None:
        queue(current, reply, delay=delay)
    else:
        if reply.state is not ReplyState.SUBMITTED:
            move(reply, ReplyMove.SUBMIT)
        reply.submitted_at, reply.held_code = now, judged.held_code


def queue(current: Session, reply: Reply, *, delay: timedelta = timedelta(0)) -> None:
    """Let a reply leave, `delay` from now; later where the pause of a group of prepared replies asks for it."""
    now = clock.now()
    # What was prepared in a group and waited for approval does not leave in a heap with the others.
    delay = max(delay, prepared_pause.still(current, reply))
    move(reply, ReplyMove.QUEUE)
    reply.queued_at, reply.not_before = now, now + delay
    reply.undo_until = reply.not_before if delay else None
    reply.held_code = holds.why_not(current, reply.account_id)


def tell_decided(current: Session, actor: Actor, reply: Reply, judged: Judgement) -> None:
    """Note what the reply holds and who stands behind it, and tell whoever has to act. The reply was flushed."""
    note_cores(current, reply, judged)
    if judged.held_code is None:
        # What leaves is what it cites; while it waits its words may still change.
        note_citations(current, reply)
        tell_queued(current, actor, reply)
        return
    add_version(current, actor, reply)
    stand_behind(current, actor, reply)
    tell_submitted(current, actor, reply)


def tell_submitted(current: Session, actor: Actor, reply: Reply) -> None:
    """Record that a reply waits for approval, and tell those who can give it."""
    note_stage(current, actor, reply, Stage.SUBMITTED)
    tell(current, actor, reply, "reply.submitted", code=reply.held_code)
    for role in APPROVERS:
        notices.tell(current, role, "reply_submitted", of=("reply", reply.id), params={"code": reply.held_code or ""})


def note_stage(current: Session, actor: Actor, reply: Reply, stage: Stage) -> None:
    """Write down that a stored reply reached a stage, by whose deed."""
    stages.record(current, stage, reply.conversation_id, reply_id=reply.id, member_id=actor.member_id)


def note_cores(current: Session, reply: Reply, judged: Judgement) -> None:
    """One use of each core that stands in the reply."""
    if not judged.version_ids:
        return
    known = set(current.scalars(select(ReplyCore.version_id).where(ReplyCore.reply_id == reply.id)))
    now = clock.now()
    current.add_all(
        ReplyCore(reply_id=reply.id, version_id=version, at=now)
        for version in judged.version_ids
        if version not in known
    )
    current.flush()


def note_citations(current: Session, reply: Reply) -> None:
    """The versions of facts whose words the reply says."""
    citations.cite(current, citations.recognised(current, reply.text), reply_id=reply.id)


def add_version(current: Session, actor: Actor, reply: Reply) -> None:
    """Keep what the reply says now, under the next number."""
    _keep(current, reply, actor.member_id)


def _keep(current: Session, reply: Reply, member_id: int | None) -> None:
    number = current.scalar(select(func.max(ReplyVersion.number)).where(ReplyVersion.reply_id == reply.id)) or 0
    current.add(
        ReplyVersion(
            reply_id=reply.id,
            conversation_id=reply.conversation_id,
            number=number + 1,
            text=reply.text,
            text_hash=reply.text_hash,
            written_at=clock.now(),
            member_id=member_id,
        )
    )
    current.flush()


def stand_behind(current: Session, actor: Actor, reply: Reply) -> None:
    """Note that a member stands behind what the reply says now; once is enough."""
    if actor.member_id is not None:
        _note_behind(current, reply, actor.member_id, may_approve(actor, reply))


def note_writer(current: Session, reply: Reply) -> None:
    """Whoever sent these very words stands behind them, as one of two."""
    if reply.member_id is not None:
        if current.scalar(select(ReplyVersion.id).where(ReplyVersion.reply_id == reply.id).limit(1)) is None:
            _keep(current, reply, reply.member_id)
        _note_behind(current, reply, reply.member_id, False)


def _note_behind(current: Session, reply: Reply, member_id: int, with_right: bool) -> None:
    if any(
        (one.member_id, one.text_hash) == (member_id, reply.text_hash)
        for one in judging.confirmations_of(current, reply.id)
    ):
        return
    current.add(
        ReplyConfirmation(
            reply_id=reply.id,
            text_hash=reply.text_hash,
            member_id=member_id,
            may_approve=with_right,
            at=clock.now(),
        )
    )
    current.flush()


def may_approve(actor: Actor, reply: Reply) -> bool:
    """Whether the actor has the right to approve this reply."""
    return actor.may(right_over(reply))


def right_over(reply: Reply) -> Permission:
    """The right that approving a reply asks for: apologies and admissions ask for the right to these."""
    held = reply.gate_outcome is not None and reply.gate_outcome.held
    return Permission.APOLOGIES_APPROVE if held else Permission.REPLIES_APPROVE


def release(current: Session, actor: Actor, reply: Reply, account: Account) -> None:
    """Let a reply go whose text enough members stand behind; on an imported account a member sends it natively."""
    move(reply, ReplyMove.APPROVE)
    reply.approved_at, reply.held_code = clock.now(), None
    behind = judging.behind_now(current, reply)
    note_stage(current, actor, reply, Stage.APPROVED)
    tell(current, actor, reply, "reply.approved", members=[one.member_id for one in behind])
    note_citations(current, reply)
    if account.connected:
        queue(current, reply)
        tell_queued(current, actor, reply, "reply.released")
