"""What a report is split by: which waits make a group, and what it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox.measuring.holding import counts
from inbox.measuring.report_rows import Breakdown, ReportQuery, accounts_of
from inbox.measuring.report_scope import scopes
from inbox.models import Account, Assignment, Conversation, Crisis, Member, Purpose, ReplyTemplate, Wait

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inbox.measuring.report_columns import Columns, Groups

COLUMNS: dict[Breakdown, InstrumentedAttribute[Any]] = {
    Breakdown.ACCOUNT: Wait.account_id,
    Breakdown.NETWORK: Wait.account_id,
    Breakdown.MEMBER: Wait.member_id,
    Breakdown.TEMPLATE: Wait.template_id,
    Breakdown.LANGUAGE: Wait.language,
    Breakdown.KIND: Wait.kind,
    Breakdown.URGENCY: Wait.urgency,
}
"""The column of `waits` that says the group. Hours, days and crises follow from when a wait was opened."""

BY_NUMBER = frozenset({Breakdown.MEMBER, Breakdown.TEMPLATE, Breakdown.CRISIS})
"""Breakdowns whose groups are called by the number of a row, or by nothing for none; `names_of` says the row's name."""

_QUARTER = 900 * 1_000_000
"""A quarter of an hour in microseconds: no zone's clock shows another hour within one."""


def in_order(query: ReportQuery, groups: Collection[str]) -> list[str]:
    """The names of groups, in the order in which they are shown: by time, by number, or as words."""
    if query.by is Breakdown.HOUR:
        return sorted(groups, key=datetime.fromisoformat)
    if query.by in BY_NUMBER:
        return sorted(groups, key=lambda name: int(name or 0))
    return sorted(groups)


def grouped(
    current: Session,
    query: ReportQuery,
    purpose: Purpose,
    columns: Columns,
    conditions: Sequence[ColumnElement[bool]],
) -> Groups:
    """The waits of each group. A wait that has no answer counts for every member who had it, and a wait in two crises
    counts in both, so that groups of members and of crises may be more together than the whole.

    Args:
        conditions: with which `columns` were read, split by `COLUMNS`.
    """
    from inbox.measuring.report_columns import split

    if query.by is None or not len(columns):
        return []
    if query.by in (Breakdown.HOUR, Breakdown.DAY):
        return _by_time(query, columns)
    if query.by is Breakdown.CRISIS:
        return _by_crisis(current, columns)
    if query.by is Breakdown.MEMBER:
        return _by_member(current, query, columns, conditions)
    return split(columns, name_of(accounts_of(current, query, purpose), query.by))


def name_of(accounts: Sequence[Account], by: Breakdown) -> Callable[[Any], str]:
    """What the group of a value of `COLUMNS` is called."""
    if by is Breakdown.ACCOUNT:
        named = account_names(accounts)
        return lambda value: named[value]
    if by is Breakdown.NETWORK:
        networks = {account.id: account.network for account in accounts}
        return lambda value: networks[value]
    return lambda value: "" if value is None else str(value)


def account_names(accounts: Sequence[Account]) -> dict[int, str]:
    """What accounts are called by id; two of one name are told apart by their number."""
    times: dict[str, int] = defaultdict(int)
    for account in accounts:
        times[account.name] += 1
    return {
        account.id: account.name if times[account.name] == 1 else f"{account.name} · {account.network} {account.id}"
        for account in accounts
    }


def moment_name(query: ReportQuery, moment: datetime) -> str:
    """What the hour or the day of `moment` is called on the clock of the report's zone."""
    local = moment.astimezone(ZoneInfo(query.time_zone))
    return f"{local:%Y-%m-%dT%H:00%z}" if query.by is Breakdown.HOUR else f"{local:%Y-%m-%d}"


def names_of(current: Session, query: ReportQuery, groups: Collection[str]) -> dict[str, str]:
    """What the rows are called whose numbers are the names of groups: members, templates, crises."""
    if query.by not in BY_NUMBER:
        return {}
    numbers = [int(group) for group in groups if group]
    columns: dict[Breakdown | None, tuple[Any, Any]] = {
        Breakdown.MEMBER: (Member.id, Member.name),
        Breakdown.TEMPLATE: (ReplyTemplate.id, ReplyTemplate.name),
        Breakdown.CRISIS: (Crisis.id, Crisis.name),
    }
    number, name = columns[query.by]
    return {str(row[0]): row[1] for row in current.execute(select(number, name).where(number.in_(numbers)))}


def crises_of(current: Session) -> list[Crisis]:
    """Every crisis there was, in order of its number."""
    return list(current.scalars(select(Crisis).order_by(Crisis.id)))


def _by_time(query: ReportQuery, columns: Columns) -> Groups:
    import numpy as np

    from inbox.measuring.report_columns import by_code, moment_of

    quarters = columns.opened // _QUARTER
    earliest = int(quarters.min())
    quarters -= earliest
    seen = np.zeros(int(quarters.max()) + 1, dtype=bool)
    seen[quarters] = True
    codes = np.zeros(len(seen), dtype=np.int32)
    names: dict[str, int] = {}
    for quarter in np.flatnonzero(seen).tolist():
        name = moment_name(query, moment_of((quarter + earliest) * _QUARTER))
        codes[quarter] = names.setdefault(name, len(names))
    return by_code(codes[quarters], list(names))


def _by_crisis(current: Session, columns: Columns) -> Groups:
    import numpy as np

    from inbox.measuring.report_columns import among, conversations, micros

    groups: Groups = []
    outside = np.ones(len(columns), dtype=bool)
    for crisis in crises_of(current):
        during = columns.opened >= micros(crisis.started_at)
        if crisis.closed_at is not None:
            during &= columns.opened <= micros(crisis.closed_at)
        touched = np.zeros(len(columns), dtype=bool)
        for scope in scopes(current, crisis.id):
            if scope.post_id is None:
                here = columns.account == scope.account_id
            else:
                here = among(columns.conversation, conversations(current, Conversation.post_id == scope.post_id))
            if scope.removed_at is not None:
                here &= columns.opened < micros(scope.removed_at)
            touched |= here
        inside = during & touched
        outside &= ~inside
        if inside.any():
            groups.append((str(crisis.id), np.flatnonzero(inside)))
    if outside.any():
        groups.insert(0, ("", np.flatnonzero(outside)))
    return groups


def _by_member(
    current: Session, query: ReportQuery, columns: Columns, conditions: Sequence[ColumnElement[bool]]
) -> Groups:
    import numpy as np

    from inbox.measuring.report_columns import ANSWERED

    found: dict[str, list[NDArray[np.int64]]] = defaultdict(list)
    answered = columns.having(ANSWERED)
    for number, member in enumerate(columns.names):
        positions = np.flatnonzero(answered & (columns.keys == number))
        if len(positions):
            found["" if member is None else str(member)].append(positions)
    had = members_who_had(current, conditions)
    unanswered: dict[str, list[int]] = defaultdict(list)
    for position in np.flatnonzero(~answered).tolist():
        for member in had.get(int(columns.conversation[position]), {""}):
            unanswered[member].append(position)
    for member, positions_of in unanswered.items():
        found[member].append(np.array(positions_of, dtype=np.int64))
    wanted = found if query.member_id is None else {str(query.member_id)} & found.keys()
    return [(name, np.sort(np.concatenate(found[name]))) for name in in_order(query, set(wanted))]


def members_who_had(current: Session, conditions: Sequence[ColumnElement[bool]]) -> dict[int, set[str]]:
    """Of unanswered waits, by conversation: every member to whom it was assigned since the wait was opened; a
    conversation that nobody had is left out."""
    had: dict[int, set[str]] = defaultdict(set)
    at_opening: dict[int, int | None] = {}
    statement = (
        select(Assignment.conversation_id, Assignment.member_id, Assignment.at, Wait.opened_at, counts())
        .join(Wait, Wait.conversation_id == Assignment.conversation_id)
        .where(*conditions, Wait.closed_at.is_(None))
        .order_by(Assignment.conversation_id, Assignment.id)
    )
    for conversation_id, member_id, at, opened_at, counted in current.execute(statement):
        if at <= opened_at:
            at_opening[conversation_id] = member_id if counted else None
        elif member_id is not None and counted:
            had[conversation_id].add(str(member_id))
    for conversation_id, first_member in at_opening.items():
        if first_member is not None:
            had[conversation_id].add(str(first_member))
    return dict(had)


def crises_over(current: Session, account_id: int, post_id: int | None, at: datetime) -> list[str]:
    """The names of the groups, split by crisis, to which something of an account and a post at `at` belongs."""
    found = []
    for crisis in crises_of(current):
        if at < crisis.started_at or (crisis.closed_at is not None and at > crisis.closed_at):
            continue
        if any(
            scope.account_id == account_id
            and (scope.post_id is None or scope.post_id == post_id)
            and (scope.removed_at is None or at < scope.removed_at)
            for scope in scopes(current, crisis.id)
        ):
            found.append(str(crisis.id))
    return found or [""]
