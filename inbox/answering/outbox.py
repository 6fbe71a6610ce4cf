"""The outbox: every reply leaves at most once by itself, and never out of sight.

Commit, call, commit: a due row is claimed by a conditional UPDATE and committed as `sending`, the network is called
with no transaction open, and what came of it is committed. What a killed worker left behind in `sending` is found by
the sweep once its lease is over, and read back from the network; never sent again blindly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from inbox import bell, clock, connecting, trail
from inbox.answering import conversations, holds, outcomes
from inbox.answering.finding import account_of, reply_of
from inbox.answering.outcomes import Try
from inbox.connectors.base import Connector, ConnectorError, Opener, Outcome, OutgoingReply, open_connector
from inbox.extensions import session, writing
from inbox.models import Account, Conversation, Reply, ReplyMove, ReplyState
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem

LEASE = timedelta(seconds=180)
"""How long a try may take before it counts as abandoned: far longer than any connector's calls with their time-outs."""

LATEST_START = timedelta(seconds=60)
"""A call that did not begin this long after the claim is not begun any more: its worker was asleep, and the sweep of
another one may be at work on the same reply when it ends."""

RINGS = 200
"""How many due replies one sweep rings for."""

_ACCOUNT_CODES = frozenset({"credentials_refused"})
"""Refusals that are about the account and not the reply: it waits until the account is connected again."""

_ACCOUNT_PAUSE = timedelta(minutes=5)


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
    due = (
        session()
        .execute(
            select(Reply.id, Reply.account_id)
            .where(Reply.state == ReplyState.QUEUED, Reply.not_before <= clock.now(), holds.may_leave())
            .order_by(Reply.not_before, Reply.id)
            .limit(limit)
        )
        .all()
    )
    session().commit()
    outcomes_of: Counter[ReplyState] = Counter()
    in_trouble: set[int] = set()
    for reply_id, account_id in due:
        if account_id in in_trouble:
            continue
        state = _send(actor, reply_id, opener)
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
    _send(actor, reply_id, opener)
    return reply_of(session(), reply_id)


def sweep(actor: Actor, *, opener: Opener = open_connector) -> int:
    """Find what a killed worker or a lost bell left behind.

    Tries whose lease is over are read back from the network, due replies are rung for, snoozed conversations whose
    time has come wait again.

    Returns:
        how many replies were read back, replies rung for and conversations woken.
    """
    require(actor, Permission.REPLIES_SEND)
    abandoned = session().execute(
        select(Reply.id, Reply.sending_until).where(
            Reply.state == ReplyState.SENDING, Reply.sending_until <= clock.now()
        )
    )
    left_behind = abandoned.all()
    session().commit()
    found = 0
    for reply_id, until in left_behind:
        found += _read_back_abandoned(actor, reply_id, until, opener)
    return found + _ring_for_due() + conversations.wake_snoozed(actor)


def _send(actor: Actor, reply_id: int, opener: Opener) -> ReplyState | None:
    """Claim, call, commit. None when there was nothing to claim."""
    mine = _claim(actor, reply_id)
    if mine is None:
        return None
    try:
        with _connector_of(mine, opener) as connector:
            return _carry_out(actor, mine, connector)
    except Problem as problem:
        return outcomes.later(actor, mine, problem.code)


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
    if clock.now() > mine.until - LEASE + LATEST_START:
        return outcomes.later(actor, mine, "timed_out")
    try:
        receipt = connector.post_reply(mine.outgoing)
    except ConnectorError as error:
        return _refused(actor, mine, connector, error)
    return outcomes.published(actor, mine, receipt)


@contextmanager
def _connector_of(mine: Try, opener: Opener) -> Iterator[Connector]:
    """The account's connector; what it renewed of the sign-in is stored whatever became of the call.

    Raises:
        Problem: the account cannot be opened, and nothing was called.
    """
    connector = connecting.open_account(mine.account, opener)
    try:
        yield connector
    finally:
        if connector.fresh_credentials is not None:
            with writing() as current:
                connecting.keep_fresh_credentials(current, mine.account, connector)


def _claim(actor: Actor, reply_id: int) -> Try | None:
    """Make the reply this worker's own, committed before anything leaves; None when it is not due, held, or taken."""
    now = clock.now()
    start = ReplyMove.START_SENDING.value
    with writing() as current:
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
        params = {"conversation": reply.conversation_id, "text_hash": reply.text_hash, "try": reply.attempts}
        trail.record(current, actor, "reply.sending", of=("reply", reply.id), params=params)
        account = account_of(current, reply.account_id)
        conversation = current.get_one(Conversation, reply.conversation_id)
        return _try(reply, account, conversation)


def _try(reply: Reply, account: Account, conversation: Conversation) -> Try:
    assert reply.sending_until is not None
    return Try(
        reply_id=reply.id,
        conversation_id=reply.conversation_id,
        number=reply.attempts,
        until=reply.sending_until,
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


def _read_back_abandoned(actor: Actor, reply_id: int, until: object, opener: Opener) -> bool:
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
        mine = _try(reply, account_of(current, reply.account_id), conversation)
    try:
        with _connector_of(mine, opener) as connector:
            _read_back(actor, mine, connector, None)
    except Problem as problem:
        outcomes.out_of_sight(actor, mine, problem.code)
    return True


def _ring_for_due() -> int:
    due = session().execute(
        select(Reply.id, Reply.account_id)
        .where(Reply.state == ReplyState.QUEUED, Reply.not_before <= clock.now(), holds.may_leave())
        .order_by(Reply.not_before, Reply.id)
        .limit(RINGS)
    )
    rows = due.all()
    with writing() as current:
        holds.mark_held(current)
        for reply_id, account_id in rows:
            bell.ring(current, "reply.queued", reply_id=reply_id, account_id=account_id)
    return len(rows)
