"""Prepared replies on their way: one after the other becomes a reply like any other, with a pause between them.

The group's row says before which moment the next may leave. Whoever rings hands one over at most, and each is asked
everything again that is asked of a reply that is written by hand. What stands in the way of one stops the rest only
where a person should look first.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import ColumnElement, or_, select, text, update
from sqlalchemy.orm import Session

from inbox import clock, notices, trail
from inbox.answering import holds, prepared, prepared_pause, prepared_watch, replies, undoing
from inbox.answering.acting import member_now
from inbox.answering.prepared_alike import Group, needs_reason
from inbox.answering.prepared_stopping import take_back, take_back_all
from inbox.extensions import session, writing
from inbox.models import (
    BulkReply,
    BulkReplyState,
    Conversation,
    PreparedReply,
    PreparedState,
    Reply,
    ReplyKind,
    ReplyState,
    ReplyTemplate,
)
from inbox.models.bulk_reply import BEING_SENT
from inbox.permissions import Actor, Permission, Refused, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.sharing import people

log = logging.getLogger(__name__)

SHORTEST_PAUSE, LONGEST_PAUSE = 20, 600
"""Seconds between two replies of a group."""

LEASE = timedelta(seconds=60)
"""How long whoever hands a reply over may take before somebody else does."""

LATE = timedelta(seconds=30)
"""A reply that did not leave so long after it should have is in trouble: the next one waits for it."""

FAILED = "prepared_stopped_failed"
UNCONFIRMED = "prepared_stopped_unconfirmed"
NOT_ALLOWED = "prepared_stopped_not_allowed"
AWAY = "prepared_stopped_away"

_ON_ITS_WAY = (ReplyState.QUEUED, ReplyState.SENDING)


def start(actor: Actor, bulk_id: int, *, pause_seconds: int) -> BulkReply:
    """Let the replies of a group leave one after the other, once every one of them is ticked or taken out.

    Raises:
        Unknown: `bulk_reply_unknown`.
        Conflict: `bulk_reply_not_now`; `prepared_not_all_ticked`: `count` of them have not been read.
        Problem: `pause_out_of_range`, `prepared_nobody_left`, and as `prepared.tick`.
    """
    require(actor, Permission.REPLIES_WRITE)
    if not SHORTEST_PAUSE <= pause_seconds <= LONGEST_PAUSE:
        raise Problem("pause_out_of_range", least=SHORTEST_PAUSE, most=LONGEST_PAUSE)
    with writing() as current:
        bulk = prepared.own(current, actor, bulk_id)
        prepared_watch.look_over(current, bulk)
        rows = _open(current, bulk)
        unread = [row for row in rows if row.ticked_at is None]
        if unread:
            raise Conflict("prepared_not_all_ticked", count=len(unread))
        if not rows:
            raise Problem("prepared_nobody_left")
        group = Group(current, bulk)
        for row in rows:
            prepared.refuse_unfit(current, bulk, row, group)
        now = clock.now()
        bulk.state, bulk.pause_seconds, bulk.started_at = BulkReplyState.SENDING, pause_seconds, now
        bulk.next_at = max(now, bulk.next_at or now)
        bulk.stopped_at = bulk.stopped_code = bulk.running_until = None
        params = {"replies": len(rows), "pause": pause_seconds}
        trail.record(current, actor, "bulk_reply.started", of=("bulk_reply", bulk.id), params=params)
    return bulk


def stop(actor: Actor, bulk_id: int) -> int:
    """Stop the rest: nothing more is handed over, and what still counts down or waits for approval
    is prepared again, to be ticked anew.

    Its member may, and whoever may hold sending.

    Returns:
        how many replies were taken back.

    Raises:
        Unknown: `bulk_reply_unknown`.
        Conflict: `bulk_reply_not_now`: it is not being sent.
    """
    require(actor, Permission.QUEUE_VIEW)
    with writing() as current:
        bulk = current.get(BulkReply, bulk_id, populate_existing=True, with_for_update={"key_share": True})
        if bulk is None or (bulk.member_id != actor.member_id and not actor.may(Permission.SENDING_HOLD)):
            raise Unknown("bulk_reply_unknown")
        if bulk.state is not BulkReplyState.SENDING:
            raise Conflict("bulk_reply_not_now")
        taken_back = take_back_all(current, actor, bulk)
        bulk.state, bulk.stopped_at, bulk.running_until = BulkReplyState.STOPPED, clock.now(), None
        params = {"taken_back": taken_back}
        trail.record(current, actor, "bulk_reply.stopped", of=("bulk_reply", bulk.id), params=params)
    return taken_back


def hand_over_due(actor: Actor) -> int:
    """Of each group that is being sent, hand over the next reply whose time has come.

    Returns:
        how many replies were handed over.
    """
    require(actor, Permission.REPLIES_SEND)
    ids = session().scalars(
        select(BulkReply.id)
        .where(text(f"bulk_replies.{BEING_SENT}"), BulkReply.state == BulkReplyState.SENDING, _free(clock.now()))
        .order_by(BulkReply.id)
    )
    due = list(ids)
    session().commit()
    return sum(_hand_over(actor, bulk_id) for bulk_id in due)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(BulkReply.running_until.is_(None), BulkReply.running_until <= now)


def _hand_over(actor: Actor, bulk_id: int) -> bool:
    """Hand over one reply of a group, unless it is not time yet, something is in the way, or somebody else does."""
    writer = _writer(bulk_id)
    with writing() as current:
        now = clock.now()
        taken = current.execute(
            update(BulkReply)
            .where(BulkReply.id == bulk_id, BulkReply.state == BulkReplyState.SENDING, _free(now))
            .values(running_until=now + LEASE)
            .returning(BulkReply.id)
            .execution_options(synchronize_session=False)
        ).first()
        if taken is None:
            return False
        bulk = current.get_one(BulkReply, bulk_id, populate_existing=True)
        if _another_hands_over(current, bulk):
            bulk.running_until = None
            return False
        row, delay = _next(current, actor, bulk, writer)
        if row is None:
            bulk.running_until = None
            return False
        conversation_id, words, form_key = row.conversation_id, row.text, row.form_key
        reason = bulk.likeness_reason if needs_reason(current, bulk, row) else ""
        kind = ReplyKind.SUBSTANTIVE
        template = current.get(ReplyTemplate, bulk.template_id) if bulk.template_id is not None else None
        if template is not None and template.holding:
            kind = ReplyKind.HOLDING
    try:
        reply = replies.write(
            writer,
            conversation_id,
            words,
            form_key=form_key,
            seen_up_to=row.seen_up_to,
            answered_up_to=row.answered_up_to,
            template_id=bulk.template_id,
            template_version_id=bulk.template_version_id,
            template_filled=row.filled,
            likeness_reason=reason,
            kind=kind,
            promise_due_at=bulk.promise_due_at,
            delay_seconds=delay,
        )
    except Refused:
        with writing() as current:
            _stop_by_itself(current, actor, current.get_one(BulkReply, bulk_id, populate_existing=True), NOT_ALLOWED)
        return False
    except Problem as problem:
        with writing() as current:
            bulk, row = _again(current, bulk_id, row.id)
            bulk.running_until = None
            if row.state is PreparedState.OPEN:
                prepared_watch.take_out(current, actor, bulk, row, problem.code)
        return False
    with writing() as current:
        bulk, row = _again(current, bulk_id, row.id)
        if row.state is PreparedState.OPEN:
            prepared_watch.hand_over(bulk, row, reply)
        bulk.running_until = None
        current.flush()
        if bulk.state is BulkReplyState.SENDING:
            _finish_if_over(current, actor, bulk)
        else:
            # Somebody stopped the rest in this very moment.
            take_back(current, actor, row)
    return True


def _next(current: Session, actor: Actor, bulk: BulkReply, writer: Actor) -> tuple[PreparedReply | None, int]:
    """The reply whose turn it is, and how many seconds it counts down; None where none is to be handed over now."""
    prepared_watch.look_over(current, bulk)
    trouble = _trouble(current, bulk)
    if trouble is not None:
        _stop_by_itself(current, actor, bulk, trouble)
        return None, 0
    if not writer.may(Permission.REPLIES_WRITE):
        _stop_by_itself(current, actor, bulk, NOT_ALLOWED)
        return None, 0
    # Who is away and starts a group all the same means it.
    away_since = people.away_since(bulk.member_id)
    if away_since is not None and bulk.started_at is not None and away_since > bulk.started_at:
        _stop_by_itself(current, actor, bulk, AWAY)
        return None, 0
    if _finish_if_over(current, actor, bulk) or _one_is_late(current, bulk):
        return None, 0
    # Where sending is held nothing is handed over, so that nothing leaves in a heap once it is released.
    row = next(
        (each for each in _open(current, bulk) if holds.why_not(current, _account_of(current, each)) is None), None
    )
    if row is None or row.ticked_at is None:
        return None, 0
    now = clock.now()
    countdown = max(1, undoing.seconds_for(writer, row.conversation_id))
    leaves_at = max(now + timedelta(seconds=countdown), _not_before(current, bulk))
    if leaves_at - now > timedelta(seconds=countdown + 1):
        return None, 0
    return row, ceil((leaves_at - now).total_seconds())


def _not_before(current: Session, bulk: BulkReply) -> datetime:
    """When the next reply may leave: a pause after the one before was to leave, and after it really left, whichever
    group of the member it was in."""
    left = prepared_pause.last_leaving(current, bulk.member_id)
    planned = bulk.next_at or clock.now()
    return planned if left is None else max(planned, left + prepared_pause.of(bulk))


def _another_hands_over(current: Session, bulk: BulkReply) -> bool:
    """Whether another group of the member is handing one over at this moment."""
    prepared_pause.one_at_a_time(current, bulk.member_id)
    other = select(BulkReply.id).where(
        BulkReply.member_id == bulk.member_id,
        BulkReply.id != bulk.id,
        BulkReply.state == BulkReplyState.SENDING,
        BulkReply.running_until > clock.now(),
    )
    return current.scalar(other.limit(1)) is not None


def _trouble(current: Session, bulk: BulkReply) -> str | None:
    """Why a person should look before anything else leaves: one failed, or nobody knows whether it arrived."""
    states = set(
        current.scalars(
            select(Reply.state)
            .join(PreparedReply, PreparedReply.reply_id == Reply.id)
            .where(PreparedReply.bulk_id == bulk.id, PreparedReply.settled_at >= bulk.started_at)
            .distinct()
        )
    )
    if ReplyState.FAILED in states:
        return FAILED
    return UNCONFIRMED if ReplyState.UNCONFIRMED in states else None


def _one_is_late(current: Session, bulk: BulkReply) -> bool:
    """Whether a reply that should have left has not: what holds it up would hold up the next as well."""
    late = select(Reply.id).join(PreparedReply, PreparedReply.reply_id == Reply.id)
    late = late.where(
        PreparedReply.bulk_id == bulk.id,
        or_(
            Reply.state == ReplyState.SENDING,
            (Reply.state == ReplyState.QUEUED) & ((Reply.attempts > 0) | (Reply.not_before < clock.now() - LATE)),
        ),
    )
    return current.scalar(late.limit(1)) is not None


def _finish_if_over(current: Session, actor: Actor, bulk: BulkReply) -> bool:
    """Say that a group is done once everything in it was handed over, or taken out."""
    current.flush()
    if _open(current, bulk):
        return False
    bulk.state, bulk.finished_at, bulk.running_until = BulkReplyState.DONE, clock.now(), None
    trail.record(current, actor, "bulk_reply.finished", of=("bulk_reply", bulk.id))
    return True


def _stop_by_itself(current: Session, actor: Actor, bulk: BulkReply, code: str) -> None:
    bulk.state, bulk.stopped_at, bulk.stopped_code = BulkReplyState.STOPPED, clock.now(), code
    bulk.running_until = None
    trail.record(current, actor, "bulk_reply.stopped", of=("bulk_reply", bulk.id), params={"code": code})
    notices.tell_member(current, bulk.member_id, "prepared_stopped", of=("bulk_reply", bulk.id))


def _writer(bulk_id: int) -> Actor:
    return member_now(session().get_one(BulkReply, bulk_id).member_id)


def _again(current: Session, bulk_id: int, prepared_id: int) -> tuple[BulkReply, PreparedReply]:
    bulk = current.get_one(BulkReply, bulk_id, populate_existing=True, with_for_update={"key_share": True})
    return bulk, current.get_one(PreparedReply, prepared_id, populate_existing=True)


def _account_of(current: Session, row: PreparedReply) -> int:
    return current.get_one(Conversation, row.conversation_id).account_id


def _open(current: Session, bulk: BulkReply) -> list[PreparedReply]:
    return _in_state(current, bulk, PreparedState.OPEN)


def _in_state(current: Session, bulk: BulkReply, state: PreparedState) -> list[PreparedReply]:
    return list(
        current.scalars(
            select(PreparedReply)
            .where(PreparedReply.bulk_id == bulk.id, PreparedReply.state == state)
            .order_by(PreparedReply.position)
            .execution_options(populate_existing=True)
        )
    )
