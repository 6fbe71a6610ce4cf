"""Reminders on their way by e-mail and to the webhook: claimed, handed over, and settled, each in a transaction of its
own, so that none is delivered twice.

A try whose outcome is not known is never repeated: whoever still waits is in the next reminder.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inbox import clock, languages
from inbox.extensions import session, writing
from inbox.models import Channel, Delivery, DeliveryState, Member, Notice, Reminder
from inbox.notices.letters import MailServer, hand_over, message_of
from inbox.notices.outcomes import NotDelivered, Unclear
from inbox.notices.reminder_words import letter
from inbox.notices.reminders import Standing, code_of, stands
from inbox.notices.telling import tell
from inbox.notices.webhook import EVENT, Webhook, call
from inbox.permissions import Actor, Permission, Role, require

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""How long one try may take; one that has not come back by then ended with its worker."""

RETRY_MINUTES = (1, 5, 15, 30)
"""How long is waited after each try that certainly failed. After the last one it is given up."""

AT_A_TIME = 20

TOLD_AGAIN = timedelta(hours=24)
"""Administrators are told that a channel fails no more often than this."""

FAILED = "reminders_not_delivered"

_DETAIL = 300


@dataclass(frozen=True, slots=True)
class Post:
    """How reminders leave the house.

    Attributes:
        public_url: where members reach the product, without a slash at the end.
    """

    public_url: str = ""
    mail: MailServer | None = None
    webhook: Webhook | None = None

    @property
    def channels(self) -> frozenset[Channel]:
        """What is set up."""
        found = {Channel.EMAIL: self.mail, Channel.WEBHOOK: self.webhook}
        return frozenset(channel for channel, how in found.items() if how is not None)


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel does, for administrators.

    Attributes:
        last_sent_at: when something last arrived; None if nothing ever did.
        waiting: how many are on their way.
        failed: how many were given up since something last arrived.
        error_code: why the last one that went wrong did, as long as none has arrived after it.
        error_detail: what the other side said.
    """

    channel: Channel
    last_sent_at: datetime | None
    waiting: int
    failed: int
    error_code: str | None
    error_detail: str


@dataclass(frozen=True, slots=True)
class _Claimed:
    """A delivery that this worker has, with everything that is needed for it: no transaction is open meanwhile."""

    id: int
    channel: Channel
    reminder: Reminder
    member: Member
    standing: Standing
    attempts: int


def deliver_due(actor: Actor, post: Post) -> int:
    """Hand over every reminder that is due.

    Returns:
        how many arrived.
    """
    require(actor, Permission.REMINDERS_SEND)
    current, now = session(), clock.now()
    due = current.scalars(
        select(Delivery.id)
        .where(
            Delivery.state.in_((DeliveryState.WAITING, DeliveryState.SENDING)),
            Delivery.next_try_at <= now,
        )
        .order_by(Delivery.next_try_at)
        .limit(AT_A_TIME)
    ).all()
    current.commit()
    return sum(_deliver(delivery_id, post) for delivery_id in due)


def channels(actor: Actor) -> list[ChannelState]:
    """How every channel does that was ever used."""
    require(actor, Permission.MEMBERS_CHANGE)
    return [state for channel in Channel if (state := _state_of(session(), channel)) is not None]


def _state_of(current: Session, channel: Channel) -> ChannelState | None:
    newest = current.scalars(
        select(Delivery).where(Delivery.channel == channel).order_by(Delivery.id.desc()).limit(_LOOKED_AT)
    ).all()
    if not newest:
        return None
    sent = [each.sent_at for each in newest if each.sent_at is not None]
    last_sent = max(sent, default=None)
    after = [each for each in newest if last_sent is None or each.next_try_at > last_sent]
    wrong = next((each for each in after if each.error_code and each.state is not DeliveryState.DROPPED), None)
    return ChannelState(
        channel=channel,
        last_sent_at=last_sent,
        waiting=sum(each.state in {DeliveryState.WAITING, DeliveryState.SENDING} for each in newest),
        failed=sum(each.state is DeliveryState.FAILED for each in after),
        error_code=wrong.error_code if wrong else None,
        error_detail=(wrong.error_detail or "") if wrong else "",
    )


_LOOKED_AT = 200
"""How many of the newest deliveries of a channel tell how it does."""


def _deliver(delivery_id: int, post: Post) -> bool:
    claimed = _claim(delivery_id)
    if claimed is None:
        return False
    how = {Channel.EMAIL: _by_email, Channel.WEBHOOK: _to_webhook}[claimed.channel]
    try:
        how(claimed, post)
    except NotDelivered as failure:
        _put_off(claimed, failure)
        return False
    except Unclear as failure:
        _settle(claimed, DeliveryState.FAILED, "outcome_unknown", str(failure))
        return False
    except Exception as error:
        log.exception("delivery %s failed", claimed.id)
        _settle(claimed, DeliveryState.FAILED, "fault", type(error).__name__)
        return False
    _settle(claimed, DeliveryState.SENT)
    return True


def _claim(delivery_id: int) -> _Claimed | None:
    """Take a delivery, so that no other worker does; None where one was quicker, or it is not needed any more."""
    now = clock.now()
    with writing() as current:
        delivery = current.get_one(Delivery, delivery_id, populate_existing=True)
        if delivery.state is DeliveryState.SENDING:
            # Its worker ended in the middle: whether it arrived is not known.
            if delivery.sending_until is not None and delivery.sending_until <= now:
                _write_failed(current, delivery, "outcome_unknown", "")
            return None
        taken = current.execute(
            update(Delivery)
            .where(Delivery.id == delivery_id, Delivery.state == DeliveryState.WAITING, Delivery.next_try_at <= now)
            .values(
                state=DeliveryState.SENDING,
                attempts=Delivery.attempts + 1,
                sending_until=now + LEASE,
                # The sweep looks at it again when the lease is over.
                next_try_at=now + LEASE,
            )
            .returning(Delivery.attempts)
            .execution_options(synchronize_session=False)
        ).scalar()
        if taken is None:
            return None
        current.expire(delivery)
        reminder = current.get_one(Reminder, delivery.reminder_id, populate_existing=True)
        member = current.get_one(Member, reminder.member_id, populate_existing=True)
        standing = stands(current, reminder.id)
        unwanted = delivery.channel is Channel.EMAIL and not member.reminded_by_email
        if reminder.acknowledged_at or not standing.people or member.deactivated_at or unwanted:
            delivery.state, delivery.sending_until = DeliveryState.DROPPED, None
            return None
        return _Claimed(delivery.id, delivery.channel, reminder, member, standing, taken)


def _by_email(claimed: _Claimed, post: Post) -> None:
    if post.mail is None:
        raise NotDelivered("not_set_up", final=True)
    member = claimed.member
    with languages.speaking(member.language, member.time_zone):
        made = letter(
            code_of(claimed.reminder.step, claimed.standing.people),
            _facts(claimed.standing),
            name=" ".join(member.name.split()),
            public_url=post.public_url,
        )
        message = message_of(
            made,
            sender=post.mail.sender,
            to=member.email,
            key=_key(claimed),
            language=languages.language(),
        )
    hand_over(post.mail, message, member.email)


def _to_webhook(claimed: _Claimed, post: Post) -> None:
    if post.webhook is None:
        raise NotDelivered("not_set_up", final=True)
    reminder, now = claimed.reminder, clock.now()
    since = claimed.standing.waiting_since
    facts: dict[str, Any] = {
        "event": EVENT,
        "reminder": reminder.id,
        "step": reminder.step.value,
        "member": {"id": claimed.member.id, "email": claimed.member.email},
        "people": claimed.standing.people,
        "more": claimed.standing.more,
        "waiting_since": clock.to_iso(since) if since is not None else None,
        "reminded_at": clock.to_iso(reminder.at),
        "sent_at": clock.to_iso(now),
        "url": f"{post.public_url}/queue?due=past",
    }
    call(post.webhook, facts, key=_key(claimed), at=now)


def _facts(standing: Standing) -> dict[str, object]:
    seconds = int(standing.longest(clock.now()).total_seconds())
    return {"people": standing.people, "more": standing.more, "seconds": seconds}


def _key(claimed: _Claimed) -> str:
    return f"reminder-{claimed.reminder.id}-{int(claimed.reminder.at.timestamp())}"


def _put_off(claimed: _Claimed, failure: NotDelivered) -> None:
    if failure.final or claimed.attempts > len(RETRY_MINUTES):
        _settle(claimed, DeliveryState.FAILED, failure.code, failure.detail)
        return
    again = clock.now() + timedelta(minutes=RETRY_MINUTES[claimed.attempts - 1])
    _change(claimed, lambda _current, delivery: _write_waiting(delivery, failure, again))


def _settle(claimed: _Claimed, state: DeliveryState, code: str | None = None, detail: str = "") -> None:
    def settle(current: Session, delivery: Delivery) -> None:
        if state is DeliveryState.FAILED:
            _write_failed(current, delivery, code or "fault", detail)
        else:
            delivery.state, delivery.sent_at = state, clock.now()
            delivery.error_code = delivery.error_detail = delivery.sending_until = None

    _change(claimed, settle)


def _change(claimed: _Claimed, change: Callable[[Session, Delivery], None]) -> None:
    """Write down how a try ended, if it is still ours: a sweep may have given it up meanwhile."""
    with writing() as current:
        delivery = current.get_one(Delivery, claimed.id, populate_existing=True, with_for_update=True)
        if delivery.state is DeliveryState.SENDING and delivery.attempts == claimed.attempts:
            change(current, delivery)


def _write_waiting(delivery: Delivery, failure: NotDelivered, again: datetime) -> None:
    delivery.state, delivery.next_try_at, delivery.sending_until = DeliveryState.WAITING, again, None
    delivery.error_code, delivery.error_detail = failure.code, failure.detail[:_DETAIL]


def _write_failed(current: Session, delivery: Delivery, code: str, detail: str) -> None:
    delivery.state, delivery.sending_until, delivery.next_try_at = DeliveryState.FAILED, None, clock.now()
    delivery.error_code, delivery.error_detail = code, detail[:_DETAIL]
    told = select(func.max(Notice.at)).where(
        Notice.object_type == "channel", Notice.object_id == delivery.channel.value, Notice.code == FAILED
    )
    last = current.scalar(told)
    if last is None or clock.now() - last >= TOLD_AGAIN:
        params = {"channel": delivery.channel.value, "error": code}
        tell(current, Role.ADMINISTRATOR, FAILED, of=("channel", delivery.channel.value), params=params)
