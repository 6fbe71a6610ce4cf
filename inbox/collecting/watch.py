"""A second look at comments: an author who removes their own is obeyed, any other disappearance is written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from inbox import clock
from inbox.collecting import tombstones
from inbox.connecting import keep_fresh_credentials, open_account
from inbox.connectors.base import Connector, ConnectorError, Opener, Presence, open_connector
from inbox.extensions import session, writing
from inbox.models import Account, Comment, CommentState, TombstoneReason
from inbox.permissions import SYSTEM, Actor, Permission, require
from inbox.problems import Problem, Unknown
from inbox.trail import record

HORIZON = timedelta(days=30)
"""How old a comment may be to be looked at again."""

SETTLED = timedelta(minutes=10)
"""How long after a comment was received, or looked at, the next look is worth a call."""

LARGEST_BATCH = 100
"""What the networks' look-up calls take at once."""


@dataclass(frozen=True, slots=True)
class LookReport:
    """What a second look found.

    Attributes:
        asked: comments looked at.
        removed: removed by their authors: withheld from now on.
        vanished: hidden, or gone for an unknown reason, since the last look.
        back: that had vanished and are there again.
    """

    asked: int = 0
    removed: int = 0
    vanished: int = 0
    back: int = 0


class _Seen(NamedTuple):
    id: int
    remote_id: str
    state: CommentState


def look_again(
    actor: Actor,
    account_id: int,
    *,
    opener: Opener = open_connector,
    limit: int = LARGEST_BATCH,
    settled: timedelta = SETTLED,
) -> LookReport:
    """Ask the network whether comments are still there.

    What was never looked at comes first, the newest before the others, and has half of the places; the other half goes
    to what was looked at longest ago. A removal by the author is asked for twice before it is believed.

    Args:
        actor: who watches: the worker, the operator. The tombstones are laid by the system.
        account_id: whose comments.
        opener: how the connector is made.
        limit: how many comments, at most `LARGEST_BATCH`.
        settled: leave out what was received, or looked at, less than that ago.

    Raises:
        Refused: the actor may not.
        Unknown: `account_unknown`.
        Problem: `account_not_connected`, or what the network answered; nothing was changed.
    """
    require(actor, Permission.ACCOUNTS_COLLECT)
    current = session()
    account = current.get(Account, account_id)
    if account is None:
        raise Unknown("account_unknown", id=account_id)
    connector = open_account(account, opener)
    chosen = _choose(account_id, min(limit, LARGEST_BATCH), settled)
    if current.in_transaction():
        current.commit()
    if not chosen:
        return LookReport()
    found = _ask(connector, chosen)
    return _write(actor, account_id, connector, chosen, found)


def _choose(account_id: int, limit: int, settled: timedelta) -> list[_Seen]:
    now = clock.now()
    of_account = (
        Comment.account_id == account_id,
        Comment.state != CommentState.TOMBSTONED,
        Comment.posted_at >= now - HORIZON,
    )
    columns = select(Comment.id, Comment.remote_id, Comment.state)
    never = columns.where(*of_account, Comment.looked_up_at.is_(None), Comment.received_at <= now - settled)
    again = columns.where(*of_account, Comment.looked_up_at <= now - settled)
    first = session().execute(never.order_by(Comment.posted_at.desc()).limit(limit)).all()
    longest_ago = session().execute(again.order_by(Comment.looked_up_at, Comment.posted_at).limit(limit)).all()
    places = max(limit - limit // 2, limit - len(longest_ago))
    chosen = [*first[:places]]
    chosen += longest_ago[: limit - len(chosen)]
    return [_Seen(*row) for row in chosen]


def _ask(connector: Connector, chosen: Sequence[_Seen]) -> dict[str, Presence]:
    try:
        found = connector.look_up([comment.remote_id for comment in chosen])
        removed = [remote_id for remote_id, presence in found.items() if presence is Presence.REMOVED_BY_AUTHOR]
        if removed:
            found |= {
                remote_id: presence if presence is Presence.REMOVED_BY_AUTHOR else Presence.UNKNOWN
                for remote_id, presence in connector.look_up(removed).items()
            }
    except ConnectorError as error:
        raise Problem(error.code) from error
    return found


def _write(
    actor: Actor, account_id: int, connector: Connector, chosen: Sequence[_Seen], found: dict[str, Presence]
) -> LookReport:
    now = clock.now()
    with writing() as current:
        keep_fresh_credentials(current, current.get_one(Account, account_id), connector)
        states = {
            row.id: row.state
            for row in current.execute(
                select(Comment.id, Comment.state).where(Comment.id.in_([comment.id for comment in chosen]))
            )
        }
        removed = [one.id for one in chosen if found[one.remote_id] is Presence.REMOVED_BY_AUTHOR]
        withheld = tombstones.lay(current, SYSTEM, removed, TombstoneReason.REMOVED_BY_AUTHOR)
        moves: dict[CommentState, list[int]] = {CommentState.VANISHED: [], CommentState.PRESENT: []}
        for comment in chosen:
            presence, state = found[comment.remote_id], states[comment.id]
            if presence in (Presence.HIDDEN, Presence.GONE) and state is CommentState.PRESENT:
                moves[CommentState.VANISHED].append(comment.id)
                params = {"presence": presence.value}
                record(current, actor, "comment.vanished", of=("comment", comment.id), params=params)
            elif presence is Presence.PRESENT and state is CommentState.VANISHED:
                moves[CommentState.PRESENT].append(comment.id)
                record(current, actor, "comment.back", of=("comment", comment.id))
        for state, ids in moves.items():
            if ids:
                current.execute(update(Comment).where(Comment.id.in_(ids)).values(state=state))
        current.execute(
            update(Comment).where(Comment.id.in_([comment.id for comment in chosen])).values(looked_up_at=now)
        )
    vanished, back = (len(moves[state]) for state in (CommentState.VANISHED, CommentState.PRESENT))
    return LookReport(len(chosen), withheld, vanished, back)
