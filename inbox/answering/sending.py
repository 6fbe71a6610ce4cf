"""One reply on its way: claimed, looked for if need be, published, read back.

A due row is claimed by a conditional UPDATE and committed as `sending`; the network is called with no transaction
open; what came of it is committed. Whether sending is held, and whether the words may still leave, is asked last of
all, right before the call.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from sqlalchemy import update

from config import ConfigError
from inbox import clock, connecting
from inbox.answering import holds, judging, outcomes, undoing
from inbox.answering.finding import account_of, reply_of
from inbox.answering.outcomes import Try
from inbox.answering.telling import tell
from inbox.connectors.base import Connector, Opener
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import OutgoingReply
from inbox.extensions import session, writing
from inbox.models import Account, Conversation, Reply, ReplyMove, ReplyState
from inbox.permissions import Actor
from inbox.problems import Problem

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=180)
"""How long a try may take before it counts as abandoned: far longer than any connector's calls with their time-outs."""

LATEST_START = timedelta(seconds=60)
"""A call that did not begin this long after the claim is not begun any more: its worker was asleep, and the sweep of
another one may be at work on the same reply when it ends."""

ACCOUNT_UNUSABLE = "account_unusable"
"""The account was disconnected meanwhile, or its stored sign-in cannot be decrypted."""

_ACCOUNT_CODES = frozenset({"credentials_refused"})
"""Refusals that are about the account and not the reply: it waits until the account is connected again."""

_ACCOUNT_PAUSE = timedelta(minutes=5)


def send(actor: Actor, reply_id: int, opener: Opener) -> ReplyState | None:
    """Claim, call, commit. None when there was nothing to claim."""
    mine = _claim(actor, reply_id)
    if mine is None:
        return None
    connector = _open(mine, opener)
    if connector is None:
        return outcomes.later(actor, mine, ACCOUNT_UNUSABLE)
    with _keeping_fresh_credentials(mine, connector):
        return _carry_out(actor, mine, connector)


def _carry_out(actor: Actor, mine: Try, connector: Connector) -> ReplyState:
    if mine.look_first:
        try:
            earlier = connector.find_reply(mine.outgoing)
        except ConnectorError as error:
            return _could_not_look(actor, mine, error)
        if earlier is not None:
            return outcomes.published(actor, mine, earlier)
    stop = _stop(mine)
    if stop is not None:
        return outcomes.held_back(actor, mine, stop)
    unapproved = _unapproved(mine)
    if unapproved is not None:
        return outcomes.held_for_approval(actor, mine, unapproved)
    if clock.now() > mine.until - LEASE + LATEST_START:
        return outcomes.later(actor, mine, "timed_out")
    try:
        receipt = connector.post_reply(mine.outgoing)
    except ConnectorError as error:
        return _refused(actor, mine, connector, error)
    return outcomes.published(actor, mine, receipt)


def _open(mine: Try, opener: Opener) -> Connector | None:
    """The account's connector; None where its stored sign-in cannot be used, and nothing was called."""
    try:
        return connecting.open_account(mine.account, opener)
    except (Problem, ConfigError) as error:
        log.error("account %d cannot be opened: %s", mine.account.id, error)
        return None


@contextmanager
def _keeping_fresh_credentials(mine: Try, connector: Connector) -> Iterator[None]:
    """What the connector renewed of the sign-in is stored, whatever became of the call."""
    try:
        yield
    finally:
        if connector.fresh_credentials is not None:
            with writing() as current:
                connecting.keep_fresh_credentials(current, mine.account, connector)


def _claim(actor: Actor, reply_id: int) -> Try | None:
    """Make the reply this worker's own, committed before anything leaves; None when it is not due, held, or taken."""
    now = clock.now()
    start = ReplyMove.START_SENDING.value
    with writing() as current:
        if undoing.stop_if_overtaken(current, actor, reply_id):
            return None
        claimed = current.execute(
            update(Reply)
            .where(Reply.id == reply_id, Reply.state.in_(start.sources), Reply.not_before <= now, holds.may_leave())
            .values(
                state=start.target,
                sending_at=now,
                sending_until=now + LEASE,
                attempts=Reply.attempts + 1,
                held_code=None,
            )
            .returning(Reply.id)
            .execution_options(synchronize_session=False)
        ).first()
        if claimed is None:
            return None
        reply = reply_of(current, reply_id)
        tell(current, actor, reply, "reply.sending", number=reply.attempts)
        account = account_of(current, reply.account_id)
        conversation = current.get_one(Conversation, reply.conversation_id)
        return try_of(reply, account, conversation)


def try_of(reply: Reply, account: Account, conversation: Conversation) -> Try:
    """What is needed of a reply outside a transaction."""
    return Try(
        reply_id=reply.id,
        conversation_id=reply.conversation_id,
        number=reply.attempts,
        until=reply.sending_until or clock.now(),
        account=account,
        outgoing=OutgoingReply(
            text=reply.text,
            target_id=reply.target_remote_id or "",
            thread_id=conversation.thread_id,
            key=reply.key,
            since=reply.created_at,
        ),
        look_first=reply.read_back_at is not None,
    )


def _stop(mine: Try) -> str | None:
    """Why nothing may leave at this very moment, asked last of all; no transaction stays open behind it."""
    code = holds.why_not(session(), mine.account.id)
    session().commit()
    return code


def _unapproved(mine: Try) -> str | None:
    """Why its words may not leave at this very moment, whatever was so when they were queued."""
    current = session()
    code = judging.why_not_now(current, reply_of(current, mine.reply_id))
    current.commit()
    return code


def _refused(actor: Actor, mine: Try, connector: Connector, error: ConnectorError) -> ReplyState:
    if error.outcome is Outcome.UNKNOWN:
        return _read_back(actor, mine, connector, error)
    if mine.look_first and error.code == "duplicate_text":
        # The network refuses the same words twice: the earlier try, whose answer was lost, arrived after all.
        return _read_back(actor, mine, connector, error)
    if error.code in _ACCOUNT_CODES:
        retry_at = clock.now() + _ACCOUNT_PAUSE
        return outcomes.later(actor, mine, error.code, detail=error.detail, retry_at=retry_at)
    if error.outcome is Outcome.TEMPORARY:
        return outcomes.later(actor, mine, error.code, detail=error.detail, retry_at=error.retry_at)
    return outcomes.failed(actor, mine, error.code, error.detail)


def _read_back(actor: Actor, mine: Try, connector: Connector, lost: ConnectorError | None) -> ReplyState:
    try:
        receipt = connector.find_reply(mine.outgoing)
    except ConnectorError as error:
        told = lost or error
        if error.outcome is Outcome.TEMPORARY or error.code in _ACCOUNT_CODES:
            return outcomes.ask_again(actor, mine, told.code, told.detail)
        return outcomes.out_of_sight(actor, mine, told.code, told.detail)
    if receipt is not None:
        return outcomes.published(actor, mine, receipt)
    return outcomes.not_there(actor, mine)


def _could_not_look(actor: Actor, mine: Try, error: ConnectorError) -> ReplyState:
    """An earlier try may have arrived and cannot be looked for: nothing is sent."""
    if error.outcome is Outcome.TEMPORARY or error.code in _ACCOUNT_CODES:
        return outcomes.later(actor, mine, error.code, detail=error.detail, retry_at=error.retry_at)
    return outcomes.out_of_sight(actor, mine, error.code, error.detail)


def read_back_abandoned(actor: Actor, reply_id: int, until: datetime | None, opener: Opener) -> bool:
    """Read back a try whose lease is over, unless another sweep took it."""
    with writing() as current:
        taken = current.execute(
            update(Reply)
            .where(Reply.id == reply_id, Reply.state == ReplyState.SENDING, Reply.sending_until == until)
            .values(sending_until=clock.now() + LEASE)
            .returning(Reply.id)
            .execution_options(synchronize_session=False)
        ).first()
        if taken is None:
            return False
        reply = reply_of(current, reply_id)
        conversation = current.get_one(Conversation, reply.conversation_id)
        mine = try_of(reply, account_of(current, reply.account_id), conversation)
    connector = _open(mine, opener)
    if connector is None:
        outcomes.ask_again(actor, mine, ACCOUNT_UNUSABLE)
        return True
    with _keeping_fresh_credentials(mine, connector):
        _read_back(actor, mine, connector, None)
    return True
