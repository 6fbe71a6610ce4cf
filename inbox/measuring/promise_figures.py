"""How many promises were kept, and how many were not: counted from stored promises, beside the waits of a report."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.measuring.promises import PromiseState, state_of
from inbox.measuring.report_groups import account_names, crises_over, moment_name
from inbox.measuring.report_rows import Breakdown, ReportQuery, accounts_of, since_informed, within
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
    """The promises of a report, under None for the whole, and by the names of the groups where it is split; where it
    tells members apart, those made since staff were informed."""
    statement = (
        select(
            *(Promise.made_at, Promise.due_at, Promise.kept_at, Account.network),
            *(Promise.account_id, Reply.template_id, Reply.member_id),
            *(Conversation.language, Conversation.kind, Conversation.urgency, Conversation.post_id),
        )
        .join(Account, Account.id == Promise.account_id)
        .join(Conversation, Conversation.id == Promise.conversation_id)
        .join(Reply, Reply.id == Promise.reply_id)
        .where(
            Account.purpose == purpose,
            *within(query, Promise.made_at.expression),
            *since_informed(current, query, Promise.made_at.expression),
        )
    )
    if query.member_id is not None:
        statement = statement.where(Reply.member_id == query.member_id)
    if query.account_ids:
        statement = statement.where(Promise.account_id.in_(query.account_ids))
    counted: dict[str | None, Counter[PromiseState]] = defaultdict(Counter)
    names = account_names(accounts_of(current, query, purpose))
    crises = _Crises(current)
    wanted = None if query.crisis_id is None else str(query.crisis_id)
    for row in current.execute(statement):
        if wanted is not None and wanted not in crises.over(row):
            continue
        state = state_of(row.due_at, row.kept_at, now)
        counted[None][state] += 1
        if query.by is Breakdown.CRISIS:
            for group in crises.over(row):
                counted[group][state] += 1
        elif query.by is not None:
            counted[_group(query, row, names)][state] += 1
    return {
        group: PromiseFigures(**{state.value: count for state, count in states.items()})
        for group, states in counted.items()
    }


class _Crises:
    """The crises over what was promised, each found once."""

    def __init__(self, current: Session) -> None:
        self._current = current
        self._found: dict[tuple[int, int | None, datetime], list[str]] = {}

    def over(self, row: Any) -> list[str]:
        key = (row.account_id, row.post_id, row.made_at)
        if key not in self._found:
            self._found[key] = crises_over(self._current, *key)
        return self._found[key]


def _group(query: ReportQuery, row: Any, names: dict[int, str]) -> str:
    """The group of a promise, called as the group of its conversation's waits is."""
    if query.by in (Breakdown.HOUR, Breakdown.DAY):
        return moment_name(query, row.made_at)
    values = {
        Breakdown.ACCOUNT: names[row.account_id],
        Breakdown.NETWORK: row.network,
        Breakdown.MEMBER: row.member_id,
        Breakdown.TEMPLATE: row.template_id,
        Breakdown.LANGUAGE: row.language,
        Breakdown.KIND: row.kind,
        Breakdown.URGENCY: row.urgency,
    }
    value = values[query.by or Breakdown.ACCOUNT]
    return "" if value is None else str(value)
