"""What a reader of a report has to know beside its figures: what may be missing, what is withheld, what was changed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from inbox.measuring.report_groups import account_names
from inbox.measuring.report_rows import ReportQuery, accounts_of, within
from inbox.measuring.report_scope import comments_in_crisis
from inbox.measuring.targets import ORDINARY, Case
from inbox.models import (
    Account,
    CollectionGap,
    Comment,
    Crisis,
    Purpose,
    RoundTheClock,
    StaffedHours,
    Target,
    Tombstone,
    TrailRow,
)
from inbox.models.account import IMPORT


@dataclass(frozen=True, slots=True)
class Change:
    """Hours or targets of an account that were changed in the period of a report; no figure of before moved.

    Attributes:
        code: `hours_set`, `hours_withdrawn`, `round_the_clock_set`, `round_the_clock_ended` or `targets_set`.
        account: the account's name.
        at: when it was done.
        by: the actor's name, as in the trail.
        params: `from` and `until` (aware) for hours; `urgency`, `in_crisis`, `first_seconds` and `next_seconds` for
            targets, None where that target was given up.
    """

    code: str
    account: str
    at: datetime
    by: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Footnotes:
    """See `Report`, which carries them."""

    gaps: tuple[tuple[str, datetime, datetime | None], ...]
    tombstones: int
    imported: tuple[str, ...]
    changed_hours: tuple[Change, ...]
    changed_targets: tuple[Change, ...]


def footnotes(current: Session, query: ReportQuery, purpose: Purpose) -> Footnotes:
    """The footnotes of a report."""
    accounts = accounts_of(current, query, purpose)
    names = account_names(accounts)
    start, end = span_of(current, query)
    withheld = (
        select(func.count())
        .select_from(Tombstone)
        .join(Comment, Comment.id == Tombstone.comment_id)
        .where(*comments_of(current, query, purpose))
    )
    return Footnotes(
        gaps=_gaps(current, names, start, end),
        tombstones=current.scalar(withheld) or 0,
        imported=tuple(names[account.id] for account in accounts if account.network == IMPORT),
        changed_hours=_in_order(_hours(current, names, start, end)),
        changed_targets=_in_order(_targets(current, names, start, end)),
    )


def span_of(current: Session, query: ReportQuery) -> tuple[datetime | None, datetime | None]:
    """From when until when the waits of a report can have been opened (aware); None for no limit."""
    starts, ends = [query.start], [query.end]
    if query.crisis_id is not None and (crisis := current.get(Crisis, query.crisis_id)) is not None:
        starts.append(crisis.started_at)
        ends.append(crisis.closed_at)
    return max(filter(None, starts), default=None), min(filter(None, ends), default=None)


def comments_of(current: Session, query: ReportQuery, purpose: Purpose) -> list[ColumnElement[bool]]:
    """The conditions, over `comments` alone, that one was written in the period of a report and in what it is about."""
    conditions: list[ColumnElement[bool]] = within(query, Comment.posted_at.expression)
    accounts = [account.id for account in accounts_of(current, query, purpose)]
    # An index holds the times of all comments, none those of one account.
    if len(accounts) != current.scalar(select(func.count(Account.id))):
        conditions.append(Comment.account_id.in_(accounts))
    if query.crisis_id is not None:
        conditions += comments_in_crisis(current, query.crisis_id)
    return conditions


def count_comments(current: Session, query: ReportQuery, purpose: Purpose) -> Select[int]:
    """How many comments were written in the period of a report."""
    return select(func.count()).select_from(Comment).where(*comments_of(current, query, purpose))


def _in_order(found: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted(found, key=lambda change: (change.at, change.account)))


def _gaps(
    current: Session, names: dict[int, str], start: datetime | None, end: datetime | None
) -> tuple[tuple[str, datetime, datetime | None], ...]:
    statement = (
        select(CollectionGap.account_id, CollectionGap.started_at, CollectionGap.ended_at)
        .where(CollectionGap.account_id.in_(names))
        .order_by(CollectionGap.started_at)
    )
    if end is not None:
        statement = statement.where(CollectionGap.started_at < end)
    return tuple(
        (names[account_id], began, ended)
        for account_id, began, ended in current.execute(statement)
        if start is None or ended is None or ended > start
    )


def _hours(current: Session, names: dict[int, str], start: datetime | None, end: datetime | None) -> list[Change]:
    found = []
    for hours in current.scalars(select(StaffedHours).where(StaffedHours.account_id.in_(names))):
        name = names[hours.account_id]
        begins = {"from": hours.effective_from, "until": None}
        if _lies_within(hours.set_at, start, end) or _lies_within(hours.effective_from, start, end):
            found.append(Change("hours_set", name, hours.set_at, hours.set_by, begins))
        if hours.withdrawn_at is not None and _lies_within(hours.withdrawn_at, start, end):
            found.append(Change("hours_withdrawn", name, hours.withdrawn_at, hours.withdrawn_by or "", begins))
    for override in current.scalars(select(RoundTheClock).where(RoundTheClock.account_id.in_(names))):
        name = names[override.account_id]
        lasts = {"from": override.starts_at, "until": override.ends_at}
        if _lies_within(override.set_at, start, end) or (
            (end is None or override.starts_at < end) and (start is None or override.ends_at > start)
        ):
            found.append(Change("round_the_clock_set", name, override.set_at, override.set_by, lasts))
        if override.ended_at is not None and _lies_within(override.ended_at, start, end):
            ended = {**lasts, "until": override.ended_at}
            found.append(Change("round_the_clock_ended", name, override.ended_at, override.ended_by or "", ended))
    return found


def _targets(current: Session, names: dict[int, str], start: datetime | None, end: datetime | None) -> list[Change]:
    found = []
    for target in current.scalars(select(Target).where(Target.account_id.in_(names))):
        if Case(target.urgency, target.in_crisis) != ORDINARY and _lies_within(target.set_at, start, end):
            said = {
                "urgency": target.urgency,
                "in_crisis": target.in_crisis,
                "first_seconds": target.first_seconds,
                "next_seconds": target.next_seconds,
            }
            found.append(Change("targets_set", names[target.account_id], target.set_at, target.set_by, said))
    # What the accounts' own were changed to is read from the trail: its rows tell the deeds from what was before them.
    deeds = select(TrailRow).where(
        TrailRow.action == "account.targets_set",
        TrailRow.object_type == "account",
        TrailRow.object_id.in_([str(number) for number in names]),
    )
    for deed in current.scalars(deeds):
        if _lies_within(deed.at, start, end):
            said = {"urgency": None, "in_crisis": False, **json.loads(deed.params)}
            found.append(Change("targets_set", names[int(deed.object_id)], deed.at, deed.actor, said))
    return found


def _lies_within(moment: datetime, start: datetime | None, end: datetime | None) -> bool:
    return (start is None or moment >= start) and (end is None or moment < end)
