"""How many promises were kept, and how many were not: counted from stored promises, beside the waits of a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.measuring.promises import PromiseState, state_of
from inbox.measuring.report_rows import Breakdown, ReportQuery, within
from inbox.models import Account, Conversation, Promise, Purpose, Reply


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """Promises made in the period of a report, by how they stand when it is made.

    Attributes:
        kept: we wrote again in time.
        kept_late: we wrote again, later than promised.
        late: the time is over and nobody has written.
        open: the time is still to come.
    """

    kept: int = 0
    kept_late: int = 0
    late: int = 0
    open: int = 0

    @property
    def made(self) -> int:
        """All of them."""
        return self.kept + self.kept_late + self.late + self.open


NONE_MADE = PromiseFigures()


def promise_figures(
    current: Session, query: ReportQuery, purpose: Purpose, now: datetime
) -> dict[str | None, PromiseFigures]:
    """The promises of a report, under None for the whole, and by the names of the groups where it is split."""
    statement = (
        select(
            *(Promise.made_at, Promise.due_at, Promise.kept_at, Account.name, Account.network),
            *(Reply.template_id, Conversation.language, Conversation.kind),
        )
        .join(Account, Account.id == Promise.account_id)
        .join(Conversation, Conversation.id == Promise.conversation_id)
        .join(Reply, Reply.id == Promise.reply_id)
        .where(Account.purpose == purpose, *within(query, Promise.made_at.expression))
    )
    if query.account_ids:
        statement = statement.where(Promise.account_id.in_(query.account_ids))
    counted: dict[str | None, Counter[PromiseState]] = defaultdict(Counter)
    for row in current.execute(statement):
        state = state_of(row.due_at, row.kept_at, now)
        counted[None][state] += 1
        if query.by is not None:
            counted[_group(query, row)][state] += 1
    return {
        group: PromiseFigures(**{state.value: count for state, count in states.items()})
        for group, states in counted.items()
    }


def _group(query: ReportQuery, row: Any) -> str:
    """The group of a promise, called as the group of its conversation's waits is."""
    made_at = row.made_at.astimezone(ZoneInfo(query.time_zone))
    names = {
        Breakdown.ACCOUNT: row.name,
        Breakdown.NETWORK: row.network,
        Breakdown.TEMPLATE: "" if row.template_id is None else str(row.template_id),
        Breakdown.LANGUAGE: row.language,
        Breakdown.KIND: row.kind,
        Breakdown.HOUR: f"{made_at:%Y-%m-%dT%H:00%z}",
        Breakdown.DAY: f"{made_at:%Y-%m-%d}",
    }
    return str(names[query.by or Breakdown.ACCOUNT])
