"""The outbox: every reply leaves at most once by itself, and never out of sight.

A pass sends what is due. What a killed worker left behind in `sending` is found by the sweep once its lease is over,
and read back from the network; never sent again blindly.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from inbox import bell, clock
from inbox.answering import conversations, holds, outcomes, presence, undoing
from inbox.answering.finding import IN_THE_OUTBOX, reply_of
from inbox.answering.sending import read_back_abandoned, send, try_of
from inbox.connectors.base import Opener, open_connector
from inbox.connectors.shapes import Receipt
from inbox.extensions import session, writing
from inbox.models import Account, Conversation, OwnMessage, Reply, ReplyState
from inbox.permissions import Actor, Permission, require

RINGS = 200
"""How many due replies one sweep rings for."""

COLLECTED_LEEWAY = timedelta(minutes=2)
"""How far a network's clock may be behind ours."""


@dataclass(frozen=True, slots=True)
class SendReport:
    """How many replies one pass tried, and what became of them. `waiting` go on by themselves later."""

    tried: int
    sent: int
    waiting: int
    failed: int
    unconfirmed: int


def send_due(actor: Actor, *, opener: Opener = open_connector, limit: int = 50) -> SendReport:
    """One pass: send what is due and not held, oldest first; an account in trouble is left until the next pass."""
    require(actor, Permission.REPLIES_SEND)
    due = _due(limit)
    outcomes_of: Counter[ReplyState] = Counter()
    in_trouble: set[int] = set()
    for reply_id, account_id in due:
        if account_id in in_trouble:
            continue
        state = send(actor, reply_id, opener)
        if state is None:
            continue
        outcomes_of[state] += 1
        if state not in (ReplyState.SENT, ReplyState.FAILED):
            in_trouble.add(account_id)
    return SendReport(
        tried=outcomes_of.total(),
        sent=outcomes_of[ReplyState.SENT],
        waiting=outcomes_of[ReplyState.QUEUED] + outcomes_of[ReplyState.SENDING],
        failed=outcomes_of[ReplyState.FAILED],
        unconfirmed=outcomes_of[ReplyState.UNCONFIRMED],
    )


def send_one(actor: Actor, reply_id: int, *, opener: Opener = open_connector) -> Reply:
    """Send one reply if it is due and not held; ringing twice does it once.

    Returns:
        the reply as it stands afterwards.

    Raises:
        Unknown: `reply_unknown`.
    """
    require(actor, Permission.REPLIES_SEND)
    reply_of(session(), reply_id)
    send(actor, reply_id, opener)
    return reply_of(session(), reply_id)


def sweep(actor: Actor, *, opener: Opener = open_connector) -> int:
    """Find what a killed worker or a lost bell left behind.

    Tries whose lease is over are read back from the network, due replies are rung for, snoozed conversations whose
    time has come wait again.

    Replies that count down are stopped where somebody else wrote meanwhile, and who left their screen is gone.

    Unconfirmed replies that collection saw on the network are confirmed.

    Returns:
        how many of all these there were.
    """
    require(actor, Permission.REPLIES_SEND)
    abandoned = session().execute(
        select(Reply.id, Reply.sending_until).where(
            IN_THE_OUTBOX, Reply.state == ReplyState.SENDING, Reply.sending_until <= clock.now()
        )
    )
    left_behind = abandoned.all()
    session().commit()
    found = 0
    for reply_id, until in left_behind:
        found += read_back_abandoned(actor, reply_id, until, opener)
    found += undoing.stop_overtaken(actor) + presence.expire(actor)
    return found + _recognise_collected(actor) + _ring_for_due() + conversations.wake_snoozed(actor)


def _due(limit: int) -> list[tuple[int, int]]:
    """What is due and not held, oldest first, as (reply, account); leaves no transaction open."""
    found = session().execute(
        select(Reply.id, Reply.account_id)
        .where(IN_THE_OUTBOX, Reply.state == ReplyState.QUEUED, Reply.not_before <= clock.now(), holds.may_leave())
        .order_by(Reply.not_before, Reply.id)
        .limit(limit)
    )
    due = [(row.id, row.account_id) for row in found]
    session().commit()
    return due


def _ring_for_due() -> int:
    due = _due(RINGS)
    with writing() as current:
        holds.mark_held(current)
        for reply_id, account_id in due:
            bell.ring(current, "reply.queued", reply_id=reply_id, account_id=account_id)
    return len(due)


def _recognise_collected(actor: Actor) -> int:
    """Unconfirmed replies that collection has seen on the network meanwhile: the network's word settles them."""
    rows = session().execute(
        select(Reply, OwnMessage)
        .join(
            OwnMessage,
            (OwnMessage.account_id == Reply.account_id) & (OwnMessage.conversation_id == Reply.conversation_id),
        )
        .where(
            IN_THE_OUTBOX,
            Reply.state == ReplyState.UNCONFIRMED,
            OwnMessage.reply_id.is_(None),
        )
        .order_by(Reply.id, OwnMessage.posted_at)
        .execution_options(populate_existing=True)
    )
    pairs = [
        (reply, message)
        for reply, message in rows
        if reply.text.split() == message.text.split() and message.posted_at >= reply.created_at - COLLECTED_LEEWAY
    ]
    session().commit()
    known: set[int] = set()
    for reply, message in pairs:
        if reply.id in known or message.id in known:
            continue
        known |= {reply.id, message.id}
        account = session().get_one(Account, reply.account_id)
        conversation = session().get_one(Conversation, reply.conversation_id)
        receipt = Receipt(message.remote_id, message.posted_at, message.url)
        outcomes.published(actor, try_of(reply, account, conversation), receipt)
    return len(known)
