"""A second look at comments: an author who removes their own is obeyed, any other disappearance raises an alarm."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, or_, select, update
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting import alarms, declaration_reading, tombstones
from inbox.collecting.watch_plan import LARGEST_BATCH, due, has_reach, within_quota
from inbox.connecting import keep_fresh_credentials, look_ups_of, open_account
from inbox.connectors.base import Connector, Opener, open_connector
from inbox.connectors.failures import ConnectorError
from inbox.connectors.shapes import Presence
from inbox.extensions import session, writing
from inbox.models import IMPORT, Account, Author, Comment, CommentState, TombstoneReason
from inbox.permissions import SYSTEM, Actor, Permission, require
from inbox.problems import Problem, Unknown
from inbox.trail import record

UNKNOWN_FOR = timedelta(hours=24)
"""How long a network may give no usable answer about a comment before that is an alarm of its own."""

AFTER_FAILURE = timedelta(minutes=15)
"""How long the watch leaves an account alone whose network did not answer."""

_MISSING = frozenset({Presence.HIDDEN, Presence.GONE})


@dataclass(frozen=True, slots=True)
class LookReport:
    """What a second look found.

    Attributes:
        asked: comments looked at.
        removed: removed by their authors: withheld from now on.
        vanished: hidden, gone, or without any answer for a day, since the last look.
        back: that had vanished and are there again.
    """

    asked: int = 0
    removed: int = 0
    vanished: int = 0
    back: int = 0


class _Seen(NamedTuple):
    id: int
    remote_id: str


def due_looks() -> list[int]:
    """The ids of connected accounts that may be looked at again now, the longest waiting first."""
    found = session().scalars(
        select(Account.id)
        .where(
            Account.network != IMPORT,
            Account.disconnected_at.is_(None),
            or_(Account.next_look_at.is_(None), Account.next_look_at <= clock.now()),
        )
        .order_by(Account.next_look_at.is_not(None), Account.next_look_at, Account.id)
    )
    return list(found)


def look_if_due(actor: Actor, account_id: int, *, opener: Opener = open_connector) -> LookReport:
    """One batch, if the account's plan has it due and nobody else took it; nothing otherwise.

    Raises:
        Refused: the actor may not.
        Unknown, Problem: as `look_again`.
    """
    require(actor, Permission.ACCOUNTS_COLLECT)
    return look_again(actor, account_id, opener=opener) if _claim(account_id) else LookReport()


def look_again(
    actor: Actor,
    account_id: int,
    *,
    opener: Opener = open_connector,
    limit: int = LARGEST_BATCH,
    settled: timedelta | None = None,
) -> LookReport:
    """Ask the network whether comments are still there.

    Half of the places go to comments with reach and the newest, the other half to what has waited longest for its
    look. Whatever is not there is asked for twice before it is believed.

    Args:
        actor: who watches: the worker, the operator. The tombstones are laid by the system.
        account_id: whose comments.
        opener: how the connector is made.
        limit: how many comments, at most `LARGEST_BATCH`.
        settled: in place of the plan, take whatever was received, or looked at, at least that long ago.

    Raises:
        Refused: the actor may not.
        Unknown: `account_unknown`.
        Problem: `account_not_connected`, or what the network answered; no comment was changed.
    """
    require(actor, Permission.ACCOUNTS_COLLECT)
    current = session()
    account = current.get(Account, account_id)
    if account is None:
        raise Unknown("account_unknown", id=account_id)
    connector = open_account(account, opener)
    chosen = _choose(current, account, min(limit, LARGEST_BATCH), settled)
    if current.in_transaction():
        current.commit()
    if not chosen:
        return LookReport()
    try:
        found = _ask(connector, chosen)
    except ConnectorError as error:
        _leave_alone(account_id, error.retry_at or clock.now() + AFTER_FAILURE)
        raise Problem(error.code) from error
    return _write(actor, account_id, connector, chosen, found)


def _claim(account_id: int) -> bool:
    """Take the next look at an account, unless it is not due, or what is left of the quota is for other work."""
    with writing() as current:
        account = current.get(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
        now = clock.now()
        if (
            account is None
            or not account.connected
            or (account.next_look_at is not None and account.next_look_at > now)
        ):
            return False
        may = within_quota(account)
        pause = timedelta(seconds=look_ups_of(account.network).every_seconds)
        account.next_look_at = now + pause if may else account.quota_reset_at
    return may


def _leave_alone(account_id: int, until: datetime) -> None:
    with writing() as current:
        current.execute(update(Account).where(Account.id == account_id).values(next_look_at=until))


def _choose(current: Session, account: Account, limit: int, settled: timedelta | None) -> list[_Seen]:
    waiting = (
        select(Comment.id, Comment.remote_id)
        .join(Author, Author.id == Comment.author_id)
        .where(due(account, settled))
        .limit(limit)
    )
    reach_first = waiting.order_by(case((has_reach(), 0), else_=1), Comment.posted_at.desc(), Comment.id)
    longest_ago = waiting.order_by(func.coalesce(Comment.looked_up_at, Comment.received_at), Comment.id)
    chosen = dict.fromkeys(_Seen(*row) for row in current.execute(reach_first.limit(limit - limit // 2)))
    for row in current.execute(longest_ago):
        if len(chosen) == limit:
            break
        chosen.setdefault(_Seen(*row))
    return list(chosen)


def _ask(connector: Connector, chosen: Sequence[_Seen]) -> dict[str, Presence]:
    found = connector.look_up([comment.remote_id for comment in chosen])
    absent = [remote_id for remote_id, presence in found.items() if presence is not Presence.PRESENT]
    again = connector.look_up(absent) if absent else {}
    return found | {remote_id: _believed(found[remote_id], second) for remote_id, second in again.items()}


def _believed(first: Presence, second: Presence) -> Presence:
    """What two looks one after the other are worth together."""
    if second in {first, Presence.PRESENT} or {first, second} <= _MISSING:
        return second
    return Presence.UNKNOWN


def _write(
    actor: Actor, account_id: int, connector: Connector, chosen: Sequence[_Seen], found: dict[str, Presence]
) -> LookReport:
    now = clock.now()
    with writing() as current:
        # The account first, as collecting does, which also writes versions and comments of these.
        account = current.get_one(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
        keep_fresh_credentials(current, account, connector)
        by_id = {comment.id: found[comment.remote_id] for comment in chosen}
        comments = current.scalars(
            select(Comment)
            .where(Comment.id.in_(by_id), Comment.state != CommentState.TOMBSTONED)
            .order_by(Comment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        ).all()
        removed = [one.id for one in comments if by_id[one.id] is Presence.REMOVED_BY_AUTHOR]
        tombstones.lay(current, SYSTEM, removed, TombstoneReason.REMOVED_BY_AUTHOR)
        left = [one for one in comments if one.id not in set(removed)]
        vanished = _vanish(current, actor, [one for one in left if _is_missing(one, by_id[one.id], now)], by_id)
        back = _come_back(current, actor, [one for one in left if by_id[one.id] is Presence.PRESENT])
        for comment in comments:
            unanswered = by_id[comment.id] is Presence.UNKNOWN
            comment.unseen_since = (comment.unseen_since or now) if unanswered else None
            comment.looked_up_at = now
        account.looked_at = now
    return LookReport(len(chosen), len(removed), vanished, back)


def _is_missing(comment: Comment, presence: Presence, now: datetime) -> bool:
    if presence is Presence.UNKNOWN:
        return comment.unseen_since is not None and comment.unseen_since <= now - UNKNOWN_FOR
    return presence in _MISSING


def _vanish(current: Session, actor: Actor, missing: Collection[Comment], by_id: dict[int, Presence]) -> int:
    """Note that comments are not there, and raise an alarm for each that nobody declared."""
    confirmed = declaration_reading.confirmed_for(current, [comment.id for comment in missing])
    standing = alarms.standing_for(current, [comment.id for comment in missing])
    vanished = 0
    for comment in missing:
        facts: dict[str, object] = {"presence": by_id[comment.id].value}
        if comment.id in confirmed:
            facts["declaration"] = confirmed[comment.id]
        if comment.state is CommentState.PRESENT:
            vanished += 1
            record(current, actor, "comment.vanished", of=("comment", comment.id), params=facts)
        if comment.id not in confirmed and comment.id not in standing:
            alarms.raise_alarm(current, actor, comment, by_id[comment.id])
        comment.state = CommentState.VANISHED
    return vanished


def _come_back(current: Session, actor: Actor, present: Collection[Comment]) -> int:
    back = [comment for comment in present if comment.state is CommentState.VANISHED]
    for comment in back:
        comment.state = CommentState.PRESENT
        record(current, actor, "comment.back", of=("comment", comment.id))
    alarms.note_return(current, actor, [comment.id for comment in back])
    return len(back)
