"""Targets: how long a wait may be, by urgency and whether a crisis is open; the strictest of those that apply counts.

A wait keeps the target it opened with. Neither urgency nor a crisis ever allows a longer wait than the account's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
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
    """One target that is in force."""

    case: Case
    allowed: Allowed


class InForce:
    """The targets of one account.

    Args:
        own: the account's own.
        rows: the others.
    """

    def __init__(self, own: Allowed, rows: Iterable[Row] = ()) -> None:
        self._own = own
        self._rows = tuple(rows)
        self._known: dict[tuple[bool, int, bool], int] = {}

    def seconds(self, ordinal: int, urgency: int, *, in_crisis: bool) -> int:
        """The strictest target that applies to a wait that opens now.

        Args:
            ordinal: 1 for the first wait of its conversation.
        """
        key = (ordinal == 1, urgency, in_crisis)
        if key not in self._known:
            which = 0 if ordinal == 1 else 1
            applying = [self._own[which]]
            applying += [
                row.allowed[which]
                for row in self._rows
                if row.case.urgency >= urgency and (in_crisis or not row.case.in_crisis)
            ]
            self._known[key] = min(seconds for seconds in applying if seconds is not None)
        return self._known[key]


_ROWS = (
    select(Target.account_id, Target.urgency, Target.in_crisis, Target.first_seconds, Target.next_seconds)
    .where(among_given(Target.account_id, "accounts"))
    .order_by(Target.account_id, Target.id)
)


def rows_of(connection: Connection, account_ids: list[int]) -> dict[int, list[Row]]:
    """The targets in force besides the accounts' own, by account id."""
    newest: dict[int, dict[Case, Allowed]] = defaultdict(dict)
    for row in connection.execute(_ROWS, {"accounts": account_ids}):
        newest[row[0]][Case(row[1], row[2])] = Allowed(row[3], row[4])
    return {
        account_id: [Row(case, allowed) for case, allowed in found.items() if allowed != NONE]
        for account_id, found in newest.items()
    }


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
        found[identifier] |= {row.case: row.allowed for row in sorted(rows, key=lambda row: CASES.index(row.case))}
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
        account.first_target_seconds, account.next_target_seconds = allowed.first, allowed.next
        record(current, actor, "account.targets_set", of=("account", account.id), params=facts)
        return
    current.add(Target(account_id=account.id, **case._asdict(), **facts, set_at=clock.now(), set_by=actor.name))
    deed = "account.target_withdrawn" if allowed == NONE else "account.target_set"
    record(current, actor, deed, of=("account", account.id), params={**case._asdict(), **facts})
