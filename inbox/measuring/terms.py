"""On what terms a wait is measured: how long it may be, whether a crisis is open over it, and which hours count.

Everything of an account is read once, in one statement where it has neither hours nor further targets nor crises, and
asked in memory for each wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, exists, literal, select, union_all
from sqlalchemy.orm import Session

from inbox.measuring import targets
from inbox.measuring.hours import ALWAYS, Calendar, History, histories
from inbox.measuring.targets import Allowed, InForce
from inbox.models import Crisis, CrisisScope, StaffedHours, Target
from inbox.models.bulk import among_given


class Allowance(NamedTuple):
    """What a wait opens with.

    Attributes:
        due_at: when `target_seconds` of staffed time are over.
    """

    target_seconds: int
    in_crisis: bool
    due_at: datetime


class Touch(NamedTuple):
    """That a crisis is open over an account, or one post of it, from one moment to another.

    Attributes:
        post_id: None for the whole account.
        until: None while it lasts.
    """

    post_id: int | None
    since: datetime
    until: datetime | None

    def holds(self, post_id: int | None, at: datetime) -> bool:
        """Whether it touches that post at that moment."""
        return (self.post_id is None or self.post_id == post_id) and (
            self.since <= at and (self.until is None or at < self.until)
        )


class Terms:
    """The terms of one account, as they are now."""

    def __init__(self, in_force: InForce, touches: tuple[Touch, ...] = (), history: History | None = None) -> None:
        self._in_force = in_force
        self._touches = touches
        self._history = history

    def calendar(self, opened_at: datetime) -> Calendar:
        """Which hours count for a wait that opened then."""
        return ALWAYS if self._history is None else self._history.calendar(opened_at)

    def allowance(self, ordinal: int, urgency: int, post_id: int | None, opened_at: datetime) -> Allowance:
        """What a new wait opens with.

        Args:
            ordinal: 1 for the first wait of its conversation.
            urgency: of the comment that opens it.
        """
        in_crisis = any(touch.holds(post_id, opened_at) for touch in self._touches)
        seconds = self._in_force.seconds(ordinal, urgency, in_crisis=in_crisis, opened_at=opened_at)
        return Allowance(seconds, in_crisis, self.calendar(opened_at).due(opened_at, seconds))


def terms_of(session: Session, own: Mapping[int, Allowed]) -> dict[int, Terms]:
    """The terms of accounts.

    Args:
        own: the accounts' own targets, by account id.
    """
    connection = session.connection()
    ids = list(own)
    further: dict[int, list[targets.Row]] = {}
    touches: dict[int, list[Touch]] = {}
    hours: dict[int, History] = {}
    there = set(connection.execute(_THERE, {"accounts": ids}).scalars()) if ids else set()
    if "target" in there:
        further = targets.rows_of(connection, ids)
    if "crisis" in there:
        touches = _touches(connection, ids)
    if "hours" in there:
        hours = histories(session, ids)
    return {
        account_id: Terms(
            InForce(allowed, further.get(account_id, ())),
            tuple(touches.get(account_id, ())),
            hours.get(account_id),
        )
        for account_id, allowed in own.items()
    }


_THERE = union_all(
    *(
        select(literal(name)).where(exists().where(among_given(table.account_id, "accounts")))
        for name, table in (("target", Target), ("crisis", CrisisScope), ("hours", StaffedHours))
    )
)
_TOUCHES = (
    select(
        CrisisScope.account_id,
        CrisisScope.post_id,
        CrisisScope.added_at,
        CrisisScope.removed_at,
        Crisis.opened_at,
        Crisis.closed_at,
    )
    .join(Crisis, Crisis.id == CrisisScope.crisis_id)
    .where(among_given(CrisisScope.account_id, "accounts"))
)


def _touches(connection: Connection, account_ids: list[int]) -> dict[int, list[Touch]]:
    found: dict[int, list[Touch]] = defaultdict(list)
    for row in connection.execute(_TOUCHES, {"accounts": account_ids}):
        ends = [at for at in (row.removed_at, row.closed_at) if at is not None]
        touch = Touch(row.post_id, max(row.added_at, row.opened_at), min(ends, default=None))
        found[row.account_id].append(touch)
    return found
