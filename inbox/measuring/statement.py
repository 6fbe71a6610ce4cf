"""The promise, in public: a short statement of what was received, answered and never removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from inbox import clock
from inbox.extensions import session
from inbox.measuring import statement_rows
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import Report, response_times
from inbox.measuring.statement_rows import Figure, Span
from inbox.models import Account
from inbox.permissions import Actor, Permission, require

WITHHELD = (Figure.WITHHELD_REMOVED_BY_AUTHOR, Figure.WITHHELD_RETENTION, Figure.WITHHELD_LEGAL_ERASURE)
"""Texts behind a tombstone, by reason."""

DECLARED = (Figure.DECLARED_ILLEGAL_CONTENT, Figure.DECLARED_PRIVATE_DATA, Figure.DECLARED_DANGER)
"""What people had to take down on a network, by ground."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; nothing in it is typed by anybody.

    Attributes:
        report: the response times of the same period.
        accounts: (name, network) of every account it speaks of.
        counts: every figure; each is the number of its rows.
    """

    report: Report
    accounts: tuple[tuple[str, str], ...]
    counts: dict[Figure, int]

    @property
    def median(self) -> float | None:
        """Half of the first answers came within it, in seconds; None without any."""
        return self.report.total.first.answered["median"]

    @property
    def median_over_all(self) -> float | None:
        """The same over all first waits; None where not yet reached."""
        return self.report.total.first.all["median"]

    @property
    def withheld(self) -> int:
        """Texts behind a tombstone."""
        return sum(self.counts[figure] for figure in WITHHELD)


def statement(actor: Actor, start: datetime | None, end: datetime | None) -> Statement:
    """Count what the statement says.

    Args:
        start: comments posted, waits opened, deeds done and alarms raised at or after it (aware); None for the
            beginning.
        end: before it (aware); None for now.

    Raises:
        Refused: the actor may not see the trail or the reports.
        Problem: as `reports.response_times`.
    """
    require(actor, Permission.TRAIL_VIEW)
    report = response_times(actor, ReportQuery(start=start, end=end))
    current = session()
    span = Span(report.purpose, start, end)
    accounts = current.execute(
        select(Account.name, Account.network).where(Account.purpose == report.purpose).order_by(Account.name)
    )
    return Statement(
        report=report,
        accounts=tuple((name, network) for name, network in accounts),
        counts={figure: statement_rows.count(current, figure, span) for figure in Figure},
    )


def facts_of(made: Statement) -> dict[str, Any]:
    """A statement as one flat object: times in ISO 8601 UTC, lengths in seconds."""
    query, (seq, digest) = made.report.query, made.report.trail_head
    return {
        "made_at": clock.to_iso(made.report.made_at),
        "from": None if query.start is None else clock.to_iso(query.start),
        "to": None if query.end is None else clock.to_iso(query.end),
        "definition": made.report.definition,
        "purpose": made.report.purpose.value,
        "accounts": [{"name": name, "network": network} for name, network in made.accounts],
        **{figure.value: number for figure, number in made.counts.items()},
        "withheld": made.withheld,
        "first_response_median_seconds": made.median,
        "first_response_median_all_seconds": made.median_over_all,
        "trail_seq": seq,
        "trail_hash": digest,
    }
