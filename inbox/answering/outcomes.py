"""What a try to send led to, committed: published, later, failed, not there, or out of sight.

Each function owns a transaction of its own, after the network call. A try may act on the reply only while the reply
is still its own: the sweep, collection or a member may have settled it meanwhile.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.answering import holds, submitting
from inbox.answering.finding import IN_THE_OUTBOX, conversation_of, move, reply_of
from inbox.answering.telling import tell
from inbox.connectors.shapes import OutgoingReply, Receipt
from inbox.extensions import writing
from inbox.measuring import stages, waits
from inbox.models import Account, OwnMessage, Reply, ReplyMove, ReplyOrigin, ReplyState, Stage
from inbox.permissions import Actor

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=15)
"""The pause after the first try that did not get through; it doubles up to `LONGEST_PAUSE`."""

LONGEST_PAUSE = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(hours=6)
"""How long a reply is tried by itself before a person decides: an answer that comes days later may be out of place."""

SECOND_LOOK = timedelta(seconds=60)
"""The pause between "it is not there" and the second look before another try: what was on its way has arrived by then,
and so has what a network shows with a delay."""

READ_AGAIN = timedelta(seconds=30)
READ_BACK_PATIENCE = timedelta(minutes=15)
"""How long reading back is tried again where the network cannot be asked, before a person decides."""

NOT_FOUND = "not_found_after_lost_answer"
"""The answer of the network was lost twice, and reading back did not find the reply."""

_WAY_TO_SENT = {
    ReplyState.SENDING: (ReplyMove.CONFIRM,),
    ReplyState.UNCONFIRMED: (ReplyMove.CONFIRM,),
    ReplyState.QUEUED: (ReplyMove.START_SENDING, ReplyMove.CONFIRM),
    ReplyState.FAILED: (ReplyMove.SEEN_SENT,),
}
"""The network's word that a reply is published stands above what was made of a slow call meanwhile."""


@dataclass(frozen=True, slots=True)
class Try:
    """One try to send, or to read back, a reply that was claimed.

    Attributes:
        number: the how-manieth try of the reply.
        until: the end of its lease; with `number` it tells whether the reply is still this try's own.
        look_first: an earlier try's answer was lost, so it is looked for before it is sent again.
    """

    reply_id: int
    conversation_id: int
    number: int
    until: datetime
    account: Account
    outgoing: OutgoingReply
    look_first: bool


def published(actor: Actor, of: Try, receipt: Receipt) -> ReplyState:
    """The network says that it is published: the wait closes with the network's own time."""
    with writing() as current:
        # Everybody locks the conversation before its replies, so that nobody waits in a circle.
        conversation_of(current, of.conversation_id, lock=True)
        reply = reply_of(current, of.reply_id, lock=True)
        if reply.state is ReplyState.SENT and reply.remote_id == receipt.remote_id:
            log.info("reply %d was known to be published", reply.id)
        elif reply.state in _WAY_TO_SENT:
            other = _give_up_twin(current, actor, reply, receipt)
            if other is not None:
                # What was found is another reply of ours with the same words: nothing is known about this one.
                return _lose_sight(current, actor, reply, NOT_FOUND, f"found reply {other.id}")
            for step in _WAY_TO_SENT[reply.state]:
                move(reply, step)
            reply.remote_id, reply.url = receipt.remote_id, receipt.url
            reply.sent_at, reply.confirmed_at = receipt.posted_at, clock.now()
            reply.error_code = reply.error_detail = reply.held_code = reply.sending_until = None
            _know_own(current, reply)
            stages.record(current, Stage.CONFIRMED, reply.conversation_id, reply_id=reply.id, at=reply.confirmed_at)
            waits.settle(current, [reply.conversation_id])
            tell(
                current,
                actor,
                reply,
                "reply.sent",
                remote_id=receipt.remote_id,
                sent_at=clock.to_iso(receipt.posted_at),
            )
        else:
            log.error("reply %d was published while it was %s", reply.id, reply.state.value)
            tell(current, actor, reply, "reply.published_after_all", remote_id=receipt.remote_id)
        return reply.state


def later(
    actor: Actor,
    of: Try,
    code: str,
    *,
    detail: str = "",
    retry_at: datetime | None = None,
) -> ReplyState:
    """Nothing left, and it may be tried again: at `retry_at`, or after a pause that grows. The other replies of the
    account wait as long, so that a network that asks for patience gets it."""
    with writing() as current:
        reply = _own(current, of)
        if reply is None:
            return reply_of(current, of.reply_id).state
        now = clock.now()
        if retry_at is None and now - (reply.queued_at or reply.created_at) > GIVE_UP_AFTER:
            return _fail(current, actor, reply, code, detail)
        move(reply, ReplyMove.TRY_LATER)
        pause = min(FIRST_PAUSE * 2 ** min(reply.attempts - 1, 10), LONGEST_PAUSE)
        reply.not_before = max(retry_at, now) if retry_at is not None else now + pause
        reply.error_code, reply.error_detail = code, detail or None
        reply.sending_until = None
        reply.held_code = holds.why_not(current, reply.account_id)
        others = select(Reply.id).where(
            IN_THE_OUTBOX,
            Reply.account_id == reply.account_id,
            Reply.state == ReplyState.QUEUED,
            Reply.not_before < reply.not_before,
            Reply.id != reply.id,
        )
        current.execute(
            update(Reply)
            .where(Reply.id.in_(others.with_for_update(skip_locked=True, key_share=True)))
            .values(not_before=reply.not_before)
            .execution_options(synchronize_session=False)
        )
        tell(current, actor, reply, "reply.postponed", code=code, until=clock.to_iso(reply.not_before))
        return reply.state


def held_back(actor: Actor, of: Try, code: str) -> ReplyState:
    """The stop button was pressed, or the account disconnected, before the network was called: it waits as it was."""
    with writing() as current:
        reply = _own(current, of)
        if reply is None:
            return reply_of(current, of.reply_id).state
        move(reply, ReplyMove.TRY_LATER)
        reply.held_code, reply.sending_until = code, None
        tell(current, actor, reply, "reply.held", code=code)
        return reply.state


def held_for_approval(actor: Actor, of: Try, code: str) -> ReplyState:
    """Its words may not leave any more: a wording was retired, ran out or was changed, or a fact is no longer so.

    Whoever wrote it stands behind its words; a second member confirms them, or they are put right.
    """
    with writing() as current:
        reply = _own(current, of)
        if reply is None:
            return reply_of(current, of.reply_id).state
        move(reply, ReplyMove.ASK_APPROVAL)
        reply.held_code, reply.submitted_at, reply.sending_until = code, clock.now(), None
        submitting.note_writer(current, reply)
        submitting.tell_submitted(current, actor, reply)
        return reply.state


def failed(actor: Actor, of: Try, code: str, detail: str = "") -> ReplyState:
    """The network refuses it for good: nothing left, and a person decides."""
    with writing() as current:
        reply = _own(current, of)
        if reply is None:
            return reply_of(current, of.reply_id).state
        return _fail(current, actor, reply, code, detail)


def not_there(actor: Actor, of: Try) -> ReplyState:
    """The answer was lost, and the network says definitely that the reply is not there.

    The first time it is queued again under the same key, after `SECOND_LOOK`, and looked for once more before it is
    sent. The second time a person decides.
    """
    with writing() as current:
        reply = _own(current, of)
        if reply is None:
            return reply_of(current, of.reply_id).state
        if reply.read_back_at is not None:
            return _lose_sight(current, actor, reply, NOT_FOUND, "")
        move(reply, ReplyMove.TRY_LATER)
        now = clock.now()
        reply.read_back_at, reply.not_before, reply.sending_until = now, now + SECOND_LOOK, None
        reply.held_code = holds.why_not(current, reply.account_id)
        tell(current, actor, reply, "reply.read_back", until=clock.to_iso(reply.not_before))
        return reply.state


def ask_again(actor: Actor, of: Try, code: str, detail: str = "") -> ReplyState:
    """The network cannot be asked at present whether the reply is there: the sweep asks again, with patience."""
    with writing() as current:
        reply = _own(current, of)
        if reply is None:
            return reply_of(current, of.reply_id).state
        now = clock.now()
        if now - (reply.sending_at or now) > READ_BACK_PATIENCE:
            return _lose_sight(current, actor, reply, code, detail)
        reply.sending_until = now + READ_AGAIN
        reply.error_code, reply.error_detail = code, detail or None
        return reply.state


def out_of_sight(actor: Actor, of: Try, code: str, detail: str = "") -> ReplyState:
    """Nobody can tell whether it is published: `unconfirmed`, never tried again by itself, and a person decides."""
    with writing() as current:
        reply = _own(current, of)
        if reply is None:
            return reply_of(current, of.reply_id).state
        return _lose_sight(current, actor, reply, code, detail)


def _own(current: Session, of: Try) -> Reply | None:
    reply = reply_of(current, of.reply_id, lock=True)
    if (reply.state, reply.attempts, reply.sending_until) == (ReplyState.SENDING, of.number, of.until):
        return reply
    log.warning("reply %d was settled by somebody else and is %s", reply.id, reply.state.value)
    return None


def _fail(current: Session, actor: Actor, reply: Reply, code: str, detail: str) -> ReplyState:
    move(reply, ReplyMove.FAIL)
    reply.error_code, reply.error_detail, reply.sending_until = code, detail or None, None
    tell(current, actor, reply, "reply.failed", code=code)
    return reply.state


def _lose_sight(current: Session, actor: Actor, reply: Reply, code: str, detail: str) -> ReplyState:
    if reply.state is ReplyState.SENDING:
        move(reply, ReplyMove.LOSE_SIGHT)
    reply.error_code, reply.error_detail, reply.sending_until = code, detail or None, None
    tell(current, actor, reply, "reply.unconfirmed", code=code)
    return reply.state


def _give_up_twin(current: Session, actor: Actor, reply: Reply, receipt: Receipt) -> Reply | None:
    """Collection may have seen our own reply first and stored it as one sent natively.

    That row gives up the network's id and counts nowhere, so that one message is one reply.

    Returns:
        another reply written here that has this id already, None otherwise.
    """
    other = current.scalars(
        select(Reply)
        .where(Reply.account_id == reply.account_id, Reply.remote_id == receipt.remote_id, Reply.id != reply.id)
        .with_for_update(key_share=True)
    ).first()
    if other is None:
        return None
    if other.origin is not ReplyOrigin.NATIVE:
        return other
    other.remote_id, other.automatic = None, True
    trail.record(current, actor, "reply.recognised", of=("reply", other.id), params={"same_as": reply.id})
    current.flush()
    return None


def _know_own(current: Session, reply: Reply) -> None:
    """Collection may have seen the message already and left open whose it is: it is this reply."""
    current.execute(
        update(OwnMessage)
        .where(OwnMessage.account_id == reply.account_id, OwnMessage.remote_id == reply.remote_id)
        .values(reply_id=reply.id, conversation_id=reply.conversation_id, comment_id=reply.comment_id)
        .execution_options(synchronize_session=False)
    )
