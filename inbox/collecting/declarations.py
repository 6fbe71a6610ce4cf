"""Declarations: what people took down in the network's own app because a law or somebody's safety asked for it.

Nothing is taken down from here. One member declares what was done and why, another confirms it, one of the two is a
supervisor; the evidence is sealed before anybody could forget what it was.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock, notices
from inbox.collecting import alarms, evidence
from inbox.extensions import writing
from inbox.models import (
    Comment,
    CommentState,
    Decision,
    Declaration,
    Ground,
    Reply,
    ReplyState,
    seal_of,
)
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.trail import record
from inbox.trail.two_members import check_independent

LONGEST_NOTE = 2_000
CLOCK_AHEAD = timedelta(minutes=5)
"""By how much a typed time may be ahead of ours."""

_CORRECTING = (
    ReplyState.APPROVED,
    ReplyState.QUEUED,
    ReplyState.SENDING,
    ReplyState.SENT,
    ReplyState.UNCONFIRMED,
)


def declare_comment(
    actor: Actor, comment_id: int, ground: Ground, *, known_at: datetime, taken_at: datetime, note: str = ""
) -> Declaration:
    """Declare that people took a comment down in the network's own app.

    Args:
        known_at: since when the brand knew of it.
        taken_at: when it was taken down.
        note: for colleagues; what was done, and by whom.

    Raises:
        Unknown: `comment_unknown`.
        Problem: `declaration_times`, `declaration_note_too_long`, `declaration_withheld`: there is nothing left to
            seal, `member_needed`.
        Conflict: `declared_already`.
    """
    require(actor, Permission.DECLARATIONS_MAKE)
    with writing() as current:
        comment = current.get(Comment, comment_id, with_for_update={"key_share": True}, populate_existing=True)
        if comment is None:
            raise Unknown("comment_unknown", id=comment_id)
        if comment.state is CommentState.TOMBSTONED:
            raise Problem("declaration_withheld")
        _refuse_second(current, Declaration.comment_id == comment.id)
        declaration = Declaration(
            account_id=comment.account_id,
            conversation_id=comment.conversation_id,
            comment_id=comment.id,
            evidence=evidence.of_comment(current, comment),
        )
        return _declare(current, actor, declaration, ground, known_at, taken_at, note)


def declare_reply(
    actor: Actor, reply_id: int, ground: Ground, *, known_at: datetime, taken_at: datetime, note: str = ""
) -> Declaration:
    """Declare that people took down a dangerous mistake in a reply of ours; it is confirmed once a reply corrects it.

    Raises:
        Unknown: `reply_unknown`.
        Problem: `declaration_not_sent`: the reply was never published; otherwise as `declare_comment`.
        Conflict: `declared_already`.
    """
    require(actor, Permission.DECLARATIONS_MAKE)
    with writing() as current:
        reply = current.get(Reply, reply_id, with_for_update={"key_share": True}, populate_existing=True)
        if reply is None:
            raise Unknown("reply_unknown", id=reply_id)
        if reply.state not in (ReplyState.SENT, ReplyState.UNCONFIRMED):
            raise Problem("declaration_not_sent")
        if not reply.text:
            raise Problem("declaration_withheld")
        _refuse_second(current, Declaration.reply_id == reply.id)
        declaration = Declaration(
            account_id=reply.account_id,
            conversation_id=reply.conversation_id,
            reply_id=reply.id,
            evidence=evidence.of_reply(reply),
        )
        return _declare(current, actor, declaration, ground, known_at, taken_at, note)


def confirm(actor: Actor, declaration_id: int) -> Declaration:
    """Stand behind what a colleague declared: from now on its disappearance raises no alarm, and is counted by ground.

    Alarms about the comment that nobody has acknowledged yet are acknowledged with it.

    Raises:
        Unknown: `declaration_unknown`.
        Conflict: `declaration_decided_already`.
        Problem: `declaration_own`: two members stand behind it, `declaration_needs_supervisor`,
            `declaration_needs_correction`, `member_needed`.
    """
    require(actor, Permission.DECLARATIONS_CONFIRM)
    with writing() as current:
        declaration = _pending(current, declaration_id)
        _check_second_member(current, actor, declaration)
        if declaration.reply_id is not None:
            declaration.correction_id = _correction(current, declaration)
            if declaration.correction_id is None:
                raise Problem("declaration_needs_correction")
        _decide(current, actor, declaration, Decision.CONFIRMED, "")
        if declaration.comment_id is not None:
            for alarm_id in alarms.open_for(current, declaration.comment_id):
                alarms.write_acknowledgement(current, actor, alarm_id, "", declaration_id=declaration.id)
    return declaration


def decline(actor: Actor, declaration_id: int, reason: str) -> Declaration:
    """Refuse to stand behind what a colleague declared; its disappearance stays an alarm.

    Raises:
        Unknown: `declaration_unknown`.
        Conflict: `declaration_decided_already`.
        Problem: `declaration_own`, `declaration_reason_empty`, `declaration_note_too_long`, `member_needed`.
    """
    require(actor, Permission.DECLARATIONS_CONFIRM)
    words = _clean(reason)
    if not words:
        raise Problem("declaration_reason_empty")
    with writing() as current:
        declaration = _pending(current, declaration_id)
        _check_second_member(current, actor, declaration, declining=True)
        _decide(current, actor, declaration, Decision.DECLINED, words)
    return declaration


def _declare(
    current: Session,
    actor: Actor,
    declaration: Declaration,
    ground: Ground,
    known_at: datetime,
    taken_at: datetime,
    note: str,
) -> Declaration:
    now = clock.now()
    known, taken = clock.as_utc(known_at), clock.as_utc(taken_at)
    if not known <= taken <= now + CLOCK_AHEAD:
        raise Problem("declaration_times")
    if actor.member_id is None:
        raise Problem("member_needed")
    declaration.ground = Ground(ground)
    declaration.known_at, declaration.taken_at = known, taken
    declaration.note = _clean(note)
    declaration.evidence_hash = seal_of(declaration.evidence or "")
    declaration.declared_by, declaration.declared_at = actor.member_id, now
    declaration.by_supervisor = Role.SUPERVISOR in actor.roles
    current.add(declaration)
    current.flush()
    facts = {
        "ground": declaration.ground.value,
        "comment": declaration.comment_id,
        "reply": declaration.reply_id,
        "evidence": declaration.evidence_hash,
        "seconds_known": int((taken - known).total_seconds()),
    }
    record(current, actor, "declaration.made", of=("declaration", declaration.id), params=facts)
    facts = {"ground": declaration.ground.value, "actor": actor.name}
    notices.tell(current, Role.SUPERVISOR, "declaration_made", of=("declaration", declaration.id), params=facts)
    bell.ring(current, "conversation.changed", conversation_id=declaration.conversation_id)
    return declaration


def _refuse_second(current: Session, about: Any) -> None:
    known = current.scalar(
        select(Declaration.id).where(about, Declaration.decision.is_distinct_from(Decision.DECLINED))
    )
    if known is not None:
        raise Conflict("declared_already")


def _pending(current: Session, declaration_id: int) -> Declaration:
    declaration = current.get(Declaration, declaration_id, with_for_update=True, populate_existing=True)
    if declaration is None:
        raise Unknown("declaration_unknown", id=declaration_id)
    if declaration.decision is not None:
        raise Conflict("declaration_decided_already")
    return declaration


def _check_second_member(current: Session, actor: Actor, declaration: Declaration, *, declining: bool = False) -> None:
    if actor.member_id is None:
        raise Problem("member_needed")
    if actor.member_id == declaration.declared_by:
        raise Problem("declaration_own")
    if not (declining or declaration.by_supervisor or Role.SUPERVISOR in actor.roles):
        raise Problem("declaration_needs_supervisor")
    if not declining:
        check_independent(current, declaration.declared_by, actor.member_id)


def _correction(current: Session, declaration: Declaration) -> int | None:
    mistaken = current.get_one(Reply, declaration.reply_id)
    return current.scalar(
        select(Reply.id)
        .where(
            Reply.conversation_id == declaration.conversation_id,
            Reply.id > mistaken.id,
            Reply.state.in_(_CORRECTING),
        )
        .order_by(Reply.id)
        .limit(1)
    )


def _decide(current: Session, actor: Actor, declaration: Declaration, decision: Decision, note: str) -> None:
    declaration.decision, declaration.decision_note = decision, note
    declaration.decided_by, declaration.decided_at = actor.member_id, clock.now()
    current.flush()
    facts = {"ground": declaration.ground.value}
    record(current, actor, f"declaration.{decision.value}", of=("declaration", declaration.id), params=facts)
    bell.ring(current, "conversation.changed", conversation_id=declaration.conversation_id)


def _clean(note: str) -> str:
    words = note.strip()
    if len(words) > LONGEST_NOTE:
        raise Problem("declaration_note_too_long", most=LONGEST_NOTE)
    return words
