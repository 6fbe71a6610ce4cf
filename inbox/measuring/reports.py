"""Response-time reports: every figure computed from stored waits, none of which a member can take out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session
from inbox.measuring.promise_figures import PromiseFigures, promise_figures
from inbox.measuring.report_figures import Figures, Judged, figures_of
from inbox.measuring.report_footnotes import Change, count_comments, footnotes
from inbox.measuring.report_groups import COLUMNS, account_names, grouped, in_order, names_of
from inbox.measuring.report_rows import (
    Breakdown,
    ReportQuery,
    accounts_of,
    check_members,
    check_query,
    purpose_of,
    waits_of,
)
from inbox.models import Crisis, Purpose
from inbox.permissions import Actor, Permission, require
from inbox.trail import chain

__all__ = ["DEFINITION", "Change", "Figures", "Report", "response_times"]

DEFINITION = "2"
"""The version of the definitions in docs/response-times.md; it changes with them."""


@dataclass(frozen=True, slots=True)
class Report:
    """A response-time report.

    Attributes:
        total: the figures of the whole.
        groups: the figures by `query.by`, in the order of `report_groups.in_order`; empty without a breakdown. Groups
            of members and of crises may be more together than the whole.
        names: what groups are called whose name is the number of a member, a template or a crisis.
        gaps: stretches in which comments may be missing, as (account name, start, end or None).
        tombstones: comments in the period whose text is withheld; they stay in every figure.
        trail_head: (number, hash) of the trail's last row when the report was made.
        promises: how promises made in the period stand, by group, under None for the whole.
        before: the whole in the period before, which is as long; None for a report without a beginning, and for one
            of a crisis.
        before_from: when that period began; it ended where this one begins.
        imported: names of the accounts whose comments were imported, with the times that the file gave.
        changed_hours: staffed hours that were set, withdrawn, or overridden in the period.
        changed_targets: targets that were set in the period; waits that were open kept theirs.
        filters: what was asked for, by name, as texts: `from`, `to`, `by`, `accounts`, `crisis`, `purpose`,
            `time_zone`, `member`; None where nothing was asked.
    """

    query: ReportQuery
    made_at: datetime
    purpose: Purpose
    total: Figures
    groups: tuple[Figures, ...]
    gaps: tuple[tuple[str, datetime, datetime | None], ...]
    tombstones: int
    trail_head: tuple[int, str]
    promises: Mapping[str | None, PromiseFigures]
    definition: str = DEFINITION
    names: Mapping[str, str] = field(default_factory=dict)
    before: Figures | None = None
    before_from: datetime | None = None
    imported: tuple[str, ...] = ()
    changed_hours: tuple[Change, ...] = ()
    changed_targets: tuple[Change, ...] = ()
    filters: Mapping[str, Any] = field(default_factory=dict)


def response_times(actor: Actor, query: ReportQuery) -> Report:
    """The report.

    Raises:
        Refused: the actor may not see reports, or not those of a member.
        Problem: `period_reversed`, `time_zone_unknown`, `member_figures_off`.
        Unknown: `crisis_unknown`.
    """
    require(actor, Permission.RESPONSE_TIMES_VIEW)
    current = session()
    check_query(query)
    check_members(current, actor, query)
    purpose = purpose_of(current, query)
    now = clock.now()
    total, by_name = _measured(current, query, purpose, now)
    promises = promise_figures(current, query, purpose, now)
    for group in promises:
        # A promise may have been made in an hour or a day in which nobody began to wait.
        if group is not None:
            by_name.setdefault(group, Figures(group))
    if query.member_id is None:
        total.comments = current.scalar(count_comments(current, query, purpose))
    before, before_from = _before(current, query, purpose, now)
    notes = footnotes(current, query, purpose)
    return Report(
        query=query,
        made_at=now,
        purpose=purpose,
        total=total,
        groups=tuple(by_name[name] for name in in_order(query, by_name)),
        gaps=notes.gaps,
        tombstones=notes.tombstones,
        trail_head=chain.head(current),
        promises=promises,
        names=names_of(current, query, by_name),
        before=before,
        before_from=before_from,
        imported=notes.imported,
        changed_hours=notes.changed_hours,
        changed_targets=notes.changed_targets,
        filters=_filters(current, query, purpose),
    )


def _measured(
    current: Session, query: ReportQuery, purpose: Purpose, now: datetime
) -> tuple[Figures, dict[str, Figures]]:
    """The figures of the whole, and those of every group."""
    from inbox.measuring import report_columns
    from inbox.measuring.report_staffing import staff

    conditions: Sequence[ColumnElement[bool]] = waits_of(current, query, purpose)
    by_time = query.by in (Breakdown.HOUR, Breakdown.DAY, Breakdown.CRISIS)
    column = None if query.by is None else COLUMNS.get(query.by)
    columns = report_columns.read(current, conditions, now, column, every_opening=by_time)
    staff(current, columns, now)
    judged = Judged(
        report_columns.among(columns.conversation, report_columns.closed_without_reply(current)),
        report_columns.among(columns.conversation, report_columns.marked(current)),
    )
    groups = grouped(current, query, purpose, columns, conditions)
    return (
        figures_of(None, columns, judged),
        {name: figures_of(name, columns, judged, positions) for name, positions in groups},
    )


def _before(
    current: Session, query: ReportQuery, purpose: Purpose, now: datetime
) -> tuple[Figures | None, datetime | None]:
    """The whole in the period before, which is as long. How its waits stand is as of now."""
    if query.start is None or query.crisis_id is not None:
        return None, None
    start = query.start - ((query.end or now) - query.start)
    if start >= query.start:
        return None, None
    earlier = replace(query, start=start, end=query.start, by=None)
    figures, _ = _measured(current, earlier, purpose, now)
    if query.member_id is None:
        figures.comments = current.scalar(count_comments(current, earlier, purpose))
    return figures, start


def _filters(current: Session, query: ReportQuery, purpose: Purpose) -> dict[str, Any]:
    chosen = account_names(accounts_of(current, query, purpose)) if query.account_ids else {}
    crisis = None if query.crisis_id is None else current.get(Crisis, query.crisis_id)
    return {
        "from": None if query.start is None else clock.to_iso(query.start),
        "to": None if query.end is None else clock.to_iso(query.end),
        "by": None if query.by is None else query.by.value,
        "accounts": [chosen[number] for number in sorted(chosen)] or None,
        "crisis": None if crisis is None else crisis.name,
        "purpose": purpose.value,
        "time_zone": query.time_zone,
        "member": query.member_id,
    }
