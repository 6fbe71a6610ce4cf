"""Targets: how long a wait may be, by urgency and whether a crisis is open; the strictest of those that apply counts.

A wait keeps the target it opened with: the stricter of what was in force when it opened and what is when it is stored,
so that a target that is loosened reaches nobody who had written before, however late that is delivered. Neither
urgency nor a crisis ever allows a longer wait than the account's own.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session, writing
from inbox.models import Account, Target
from inbox.models.bulk import among_given
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem, Unknown
from inbox.trail import record

LONGEST_TARGET = 366 * 24 * 3600
"""Seconds; a longer allowed wait is a slip of the finger."""

DUE_SOON = timedelta(minutes=15)
"""How long before its due time a wait is due soon. The same for every target: fifteen minutes are what it takes to read
a conversation, write an answer and have it approved, however long somebody was allowed to wait before; and a list by
due time is read from one index."""


class Case(NamedTuple):
    """For what a target holds.

    Attributes:
        urgency: for comments whose urgency is this or a smaller number: 0 is danger to people, 1 the press, 2 anything.
        in_crisis: only while a crisis is open over it.
    """

    urgency: int
    in_crisis: bool


class Allowed(NamedTuple):
    """The allowed first and later wait in seconds; None where there is no target of its own."""

    first: int | None
    next: int | None


ORDINARY = Case(2, False)
"""The account's own target, which always is there."""

CASES = tuple(Case(urgency, in_crisis) for urgency in (2, 1, 0) for in_crisis in (False, True))
"""Every case a target can be set for, the ordinary one first."""

NONE = Allowed(None, None)


class Row(NamedTuple):
    """One target that is or was in force.

    Attributes:
        since: None for from the beginning.
    """

    case: Case
    allowed: Allowed
    since: datetime | None = None


class InForce:
    """The targets of one account.

    Args:
        own: the account's own, as it is now.
        rows: what was set, oldest first; of one case the newest is in force now.
    """

    def __init__(self, own: Allowed, rows: Iterable[Row] = ()) -> None:
        self._own = own
        self._rows = tuple(rows)
        self._moments = sorted({row.since for row in self._rows if row.since is not None})
        self._known: dict[tuple[bool, int, bool, int], int] = {}

    def seconds(self, ordinal: int, urgency: int, *, in_crisis: bool, opened_at: datetime | None = None) -> int:
        """The strictest target that applies to a wait that is stored now.

        Args:
            ordinal: 1 for the first wait of its conversation.
            opened_at: what was in force then applies too; only what is now when left out.
        """
        passed = len(self._moments) if opened_at is None else bisect_right(self._moments, opened_at)
        key = (ordinal == 1, urgency, in_crisis, passed)
        if key not in self._known:
            which = 0 if ordinal == 1 else 1
            applying = [
                allowed[which]
                for in_force in (self._now(), self._after(passed))
                for case, allowed in in_force.items()
                if case.urgency >= min(urgency, ORDINARY.urgency) and (in_crisis or not case.in_crisis)
            ]
            self._known[key] = min(seconds for seconds in applying if seconds is not None)
        return self._known[key]

    def _now(self) -> dict[Case, Allowed]:
        return {**{row.case: row.allowed for row in self._rows}, ORDINARY: self._own}

    def _after(self, passed: int) -> dict[Case, Allowed]:
        """What was in force once that many moments at which something was set had passed."""
        found: dict[Case, Allowed] = {}
        for row in self._rows:
            if row.since is None or row.since in self._moments[:passed]:
                found[row.case] = row.allowed
            elif row.case == ORDINARY:
                # People may have written before the account was connected: its first target is the one they had.
                found.setdefault(ORDINARY, row.allowed)
        found.setdefault(ORDINARY, self._own)
        return found


_ROWS = (
    select(
        *(Target.account_id, Target.urgency, Target.in_crisis, Target.first_seconds, Target.next_seconds),
        Target.set_at,
    )
    .where(among_given(Target.account_id, "accounts"))
    .order_by(Target.account_id, Target.id)
)


def rows_of(connection: Connection, account_ids: list[int]) -> dict[int, list[Row]]:
    """All that was ever set, by account id, oldest first; the accounts' own once they were changed."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(_ROWS, {"accounts": account_ids}):
        found[row[0]].append(Row(Case(row[1], row[2]), Allowed(row[3], row[4]), row[5]))
    return found


def list_targets(actor: Actor) -> dict[int, dict[Case, Allowed]]:
    """The targets of every account, by account id: its own and those that are set besides."""
    require(actor, Permission.ACCOUNTS_VIEW)
    return _listed(session(), None)


def targets_of(actor: Actor, account_id: int) -> dict[Case, Allowed]:
    """The targets of one account: its own first, then those that are set besides.

    Raises:
        Unknown: `account_unknown`.
    """
    require(actor, Permission.ACCOUNTS_VIEW)
    found = _listed(session(), account_id)
    if account_id not in found:
        raise Unknown("account_unknown", id=account_id)
    return found[account_id]


def _listed(current: Session, account_id: int | None) -> dict[int, dict[Case, Allowed]]:
    wanted = select(Account.id, Account.first_target_seconds, Account.next_target_seconds)
    if account_id is not None:
        wanted = wanted.where(Account.id == account_id)
    found = {row[0]: {ORDINARY: Allowed(row[1], row[2])} for row in current.execute(wanted)}
    for identifier, rows in rows_of(current.connection(), list(found)).items():
        newest = {row.case: row.allowed for row in rows if row.case != ORDINARY}
        found[identifier] |= {case: newest[case] for case in CASES if newest.get(case, NONE) != NONE}
    return found


def set_targets(actor: Actor, account_id: int, wanted: Mapping[Case, Allowed]) -> Account:
    """Set how long waits that open from now on may be. Waits that are open keep the target they opened with.

    Args:
        wanted: by case; cases that are left out stay as they are, and without seconds a case has no target of its own
            any more.

    Raises:
        Unknown: `account_unknown`.
        Problem: `target_out_of_range`; `target_case_unknown`: there is no such case, or the ordinary one is left
            without a target.
    """
    require(actor, Permission.ACCOUNTS_CHANGE)
    for case, allowed in wanted.items():
        if case not in CASES or (case == ORDINARY and None in allowed):
            raise Problem("target_case_unknown")
        if any(seconds is not None and not 0 < seconds <= LONGEST_TARGET for seconds in allowed):
            raise Problem("target_out_of_range")
    with writing() as current:
        account = current.get(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
        if account is None:
            raise Unknown("account_unknown", id=account_id)
        present = _listed(current, account_id)[account_id]
        for case in CASES:
            if case in wanted and wanted[case] != present.get(case, NONE):
                _set(current, actor, account, case, wanted[case])
    return account


def _set(current: Session, actor: Actor, account: Account, case: Case, allowed: Allowed) -> None:
    facts = {"first_seconds": allowed.first, "next_seconds": allowed.next}
    if case == ORDINARY:
        assert allowed.first is not None and allowed.next is not None  # noqa: PT018 - asked above.
        known: dict[str, int] = {}
        if not _own_is_known(current, account.id):
            before = Allowed(account.first_target_seconds, account.next_target_seconds)
            known["before"] = _keep(current, actor, account, case, before, account.created_at)
        account.first_target_seconds, account.next_target_seconds = allowed.first, allowed.next
        known["target"] = _keep(current, actor, account, case, allowed, clock.now())
        record(current, actor, "account.targets_set", of=("account", account.id), params={**facts, **known})
        return
    number = _keep(current, actor, account, case, allowed, clock.now())
    deed = "account.target_withdrawn" if allowed == NONE else "account.target_set"
    record(current, actor, deed, of=("account", account.id), params={**case._asdict(), **facts, "target": number})


def _own_is_known(current: Session, account_id: int) -> bool:
    """Whether the account's own target has a history: it begins with the first change."""
    rows = select(Target.id).where(Target.account_id == account_id, Target.urgency == ORDINARY.urgency)
    return current.scalar(rows.where(Target.in_crisis.is_(False)).limit(1)) is not None


def _keep(current: Session, actor: Actor, account: Account, case: Case, allowed: Allowed, since: datetime) -> int:
    row = Target(
        account_id=account.id,
        **case._asdict(),
        first_seconds=allowed.first,
        next_seconds=allowed.next,
        set_at=since,
        set_by=actor.name,
    )
    current.add(row)
    current.flush()
    return row.id
