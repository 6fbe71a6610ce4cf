"""The stop button: while a hold is in force, nothing leaves, everywhere or for one account.

Placing one is quick and allowed to whoever is on duty; taking it away is a supervisor's, after seeing what waits.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from inbox import bell, clock, trail
from inbox.answering.finding import IN_THE_OUTBOX, account_of, typed
from inbox.extensions import session, writing
from inbox.models import IMPORT, Account, Conversation, Reply, ReplyState, SendingHold
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict

ALL_HELD = "sending_held"
"""Why a queued reply does not leave: all sending is held."""

ACCOUNT_HELD = "account_held"
"""Why a queued reply does not leave: its account is held."""

ACCOUNT_DISCONNECTED = "account_disconnected"
"""Why a queued reply does not leave: its account was disconnected."""

MOST_SHOWN = 500


def hold(actor: Actor, *, account_id: int | None = None, reason: str = "") -> SendingHold:
    """Stop all sending, or that of one account; a second press changes nothing.

    Raises:
        Unknown: `account_unknown`.
    """
    require(actor, Permission.SENDING_HOLD)
    words = typed(reason, empty="reason_empty") if reason.strip() else ""
    with writing() as current:
        if account_id is not None:
            account_of(current, account_id)
        placed = current.scalars(select(SendingHold).where(_of(account_id), _IN_FORCE).limit(1)).first()
        if placed is None:
            placed = SendingHold(account_id=account_id, reason=words, placed_at=clock.now(), placed_by=actor.name)
            current.add(placed)
            trail.record(current, actor, "sending.held", params={"account": account_id})
        current.flush()
        mark_held(current)
        bell.ring(current, "sending.held", account_id=account_id)
    return placed


def release(actor: Actor, *, account_id: int | None = None, seen: int | None = None) -> int:
    """Let sending go on, everywhere or for one account; a hold of the other kind stays in force.

    Args:
        seen: how many waiting replies the supervisor was shown; if more wait by now, nothing is released.

    Returns:
        how many replies waited behind it.

    Raises:
        Conflict: `hold_not_in_force`, or `more_replies_wait`.
    """
    require(actor, Permission.SENDING_RELEASE)
    with writing() as current:
        # On PostgreSQL the replies are locked before they are counted, so that none slips in behind the count.
        waiting = len(
            current.scalars(
                select(Reply.id).where(*_waits_behind(account_id)).order_by(Reply.id).with_for_update(key_share=True)
            ).all()
        )
        if seen is not None and waiting > seen:
            raise Conflict("more_replies_wait", count=waiting, seen=seen)
        released = current.execute(
            update(SendingHold)
            .where(_of(account_id), _IN_FORCE)
            .values(released_at=clock.now(), released_by=actor.name)
            .returning(SendingHold.id)
        ).all()
        if not released:
            raise Conflict("hold_not_in_force")
        mark_held(current)
        trail.record(current, actor, "sending.released", params={"account": account_id, "replies": waiting})
        bell.ring(current, "sending.released", account_id=account_id)
    return waiting


def in_force() -> list[SendingHold]:
    """The holds in force, oldest first."""
    return list(session().scalars(_HELD))


def waiting_behind(actor: Actor, account_id: int | None = None) -> list[Reply]:
    """The replies that would leave once the hold is released, in that order, at most `MOST_SHOWN`."""
    require(actor, Permission.QUEUE_VIEW)
    return list(
        session().scalars(
            select(Reply)
            .where(*_waits_behind(account_id))
            .order_by(Reply.not_before, Reply.id)
            .limit(MOST_SHOWN)
            .options(
                selectinload(Reply.conversation).options(
                    selectinload(Conversation.author), selectinload(Conversation.account)
                )
            )
        )
    )


def may_leave() -> ColumnElement[bool]:
    """The condition, over `Reply`, that no hold is in force for it and its account is connected."""
    held = select(SendingHold.id).where(_IN_FORCE, _holds_reply())
    connected = select(Account.id).where(
        Account.id == Reply.account_id, Account.disconnected_at.is_(None), Account.network != IMPORT
    )
    return and_(~held.exists(), connected.exists())


def why_not(current: Session, account_id: int) -> str | None:
    """The code why nothing leaves from an account at this moment, None where it may."""
    everywhere, here, connected = current.connection().execute(_WHY_NOT, {"account": account_id}).one()
    if everywhere:
        return ALL_HELD
    if here:
        return ACCOUNT_HELD
    return None if connected else ACCOUNT_DISCONNECTED


def mark_held(current: Session) -> None:
    """Have every queued reply say whether and why it is held. Works inside the caller's transaction."""
    everywhere = select(SendingHold.id).where(_IN_FORCE, SendingHold.account_id.is_(None)).exists()
    account = select(SendingHold.id).where(_IN_FORCE, SendingHold.account_id == Reply.account_id).exists()
    connected = select(Account.id).where(Account.id == Reply.account_id, Account.disconnected_at.is_(None)).exists()
    why: Any = case((everywhere, ALL_HELD), (account, ACCOUNT_HELD), (~connected, ACCOUNT_DISCONNECTED), else_=None)
    current.execute(
        update(Reply)
        .where(
            IN_THE_OUTBOX,
            Reply.state == ReplyState.QUEUED,
            func.coalesce(Reply.held_code, "") != func.coalesce(why, ""),
        )
        .values(held_code=why)
        .execution_options(synchronize_session=False)
    )


_IN_FORCE = SendingHold.released_at.is_(None)
_HELD = select(SendingHold).where(_IN_FORCE).order_by(SendingHold.id)

# Built once: every reply that is written asks.
_WHY_NOT = select(
    select(SendingHold.id).where(_IN_FORCE, SendingHold.account_id.is_(None)).exists(),
    select(SendingHold.id).where(_IN_FORCE, SendingHold.account_id == bindparam("account")).exists(),
    select(Account.id)
    .where(Account.id == bindparam("account"), Account.disconnected_at.is_(None), Account.network != IMPORT)
    .exists(),
)


def _of(account_id: int | None) -> ColumnElement[bool]:
    return SendingHold.account_id.is_(None) if account_id is None else SendingHold.account_id == account_id


def _holds_reply() -> ColumnElement[bool]:
    return or_(SendingHold.account_id.is_(None), SendingHold.account_id == Reply.account_id)


def _waits_behind(account_id: int | None) -> list[Any]:
    conditions: list[Any] = [IN_THE_OUTBOX, Reply.state == ReplyState.QUEUED]
    if account_id is not None:
        conditions.append(Reply.account_id == account_id)
    return conditions
