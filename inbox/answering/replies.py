"""A reply and what a person can do about it: write it, take it back, send it again, say what became of it."""

from __future__ import annotations

from datetime import datetime

from inbox import clock, connecting
from inbox.answering import drafts, holds
from inbox.answering.composing import (
    LEEWAY,
    LONGEST_DELAY,
    mark_sent_natively,
    readable_address,
    write,
)
from inbox.answering.finding import account_of, conversation_of, move, new_form_key, reply_of
from inbox.answering.fitness import refuse_second
from inbox.answering.telling import tell, tell_queued
from inbox.connectors.shapes import Length
from inbox.extensions import session, writing
from inbox.measuring import waits
from inbox.models import Account, Reply, ReplyMove, ReplyState
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem

__all__ = [
    "LONGEST_DELAY",
    "mark_approved_sent",
    "mark_sent_natively",
    "measure",
    "new_form_key",
    "send_again",
    "settle_unconfirmed",
    "withdraw",
    "write",
]

NOT_PUBLISHED = "not_published"
"""A member looked, and the reply is not on the network."""


def measure(account: Account | int, text: str) -> Length:
    """How long `text` is, by the counting of the account's network.

    Raises:
        Unknown: `account_unknown`.
    """
    of = account if isinstance(account, Account) else account_of(session(), account)
    return connecting.length_of(of, text)


def withdraw(actor: Actor, reply_id: int) -> Reply:
    """Take a reply back before it leaves; the words of its own writer return to their composer.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `reply_not_now`: it is on its way or published; nothing published is taken away here.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        reply = reply_of(current, reply_id, lock=True)
        move(reply, ReplyMove.WITHDRAW)
        reply.held_code = None
        if reply.member_id is not None and reply.member_id == actor.member_id:
            drafts.put_back(current, reply)
        tell(current, actor, reply, "reply.withdrawn")
    return reply


def send_again(actor: Actor, reply_id: int, *, answered_up_to: int | None = None) -> Reply:
    """Queue a failed reply once more, under the same key.

    Args:
        answered_up_to: the newest reply of the conversation that is known to whoever sends it; itself when left out.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `reply_not_now`: it has not failed; `answered_meanwhile`: there is a later one that is not known.
        Problem: `account_not_connected`.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        conversation = conversation_of(current, reply_of(current, reply_id).conversation_id, lock=True)
        reply = reply_of(current, reply_id, lock=True)
        account = account_of(current, reply.account_id)
        move(reply, ReplyMove.QUEUE_AGAIN)
        refuse_second(current, conversation, reply.id if answered_up_to is None else max(reply.id, answered_up_to))
        if not account.connected:
            raise Problem("account_not_connected", account=account.name)
        reply.queued_at = reply.not_before = clock.now()
        reply.error_code = reply.error_detail = reply.read_back_at = None
        reply.held_code = holds.why_not(current, account.id)
        tell_queued(current, actor, reply, "reply.queued_again")
    return reply


def mark_approved_sent(
    actor: Actor, reply_id: int, *, sent_at: datetime | None = None, url: str | None = None
) -> Reply:
    """Say that an approved reply, which cannot leave from here, was sent in the network's own app.

    Args:
        sent_at: when it was published (aware); now when left out.
        url: where it can be read.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `reply_not_now`: it is not approved, or it leaves by itself.
        Problem: `sent_in_future`, `sent_before_comment`, `url_unusable`.
    """
    require(actor, Permission.REPLIES_WRITE)
    at = clock.now() if sent_at is None else clock.as_utc(sent_at)
    if at > clock.now() + LEEWAY:
        raise Problem("sent_in_future")
    with writing() as current:
        conversation_of(current, reply_of(current, reply_id).conversation_id, lock=True)
        reply = reply_of(current, reply_id, lock=True)
        if reply.state is not ReplyState.APPROVED:
            raise Conflict("reply_not_now", id=reply.id, move="seen_sent", state=reply.state.value)
        if reply.approved_at is not None and at < reply.approved_at - LEEWAY:
            raise Problem("sent_before_comment")
        move(reply, ReplyMove.SEEN_SENT)
        reply.sent_at, reply.url = at, readable_address(url)
        reply.confirmed_at = clock.now()
        waits.settle(current, [reply.conversation_id])
        tell(current, actor, reply, "reply.marked_natively")
    return reply


def settle_unconfirmed(actor: Actor, reply_id: int, *, was_sent: bool, sent_at: datetime | None = None) -> Reply:
    """Say what became of a reply of which the network could not tell: a person looked.

    Args:
        was_sent: it is published there; otherwise it failed and may be sent again.
        sent_at: when it was published (aware); the time of the last try when left out.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `reply_not_now`: it is not unconfirmed.
        Problem: `sent_in_future`, `sent_before_comment`.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        conversation_of(current, reply_of(current, reply_id).conversation_id, lock=True)
        reply = reply_of(current, reply_id, lock=True)
        if not was_sent:
            move(reply, ReplyMove.FAIL)
            reply.error_code, reply.error_detail = NOT_PUBLISHED, None
        else:
            move(reply, ReplyMove.CONFIRM)
            at = clock.as_utc(sent_at) if sent_at is not None else reply.sending_at or clock.now()
            if at > clock.now() + LEEWAY:
                raise Problem("sent_in_future")
            if at < reply.created_at - LEEWAY:
                raise Problem("sent_before_comment")
            reply.sent_at, reply.error_code, reply.error_detail = at, None, None
            waits.settle(current, [reply.conversation_id])
        tell(current, actor, reply, "reply.settled", was_sent=was_sent)
    return reply
