"""On what terms waits are measured: hours, staffing round the clock and targets, each set by a deed the trail tells of.

A row that somebody put into the database by other means could begin in the past and change what people were promised.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.models import RoundTheClock, StaffedHours, Target, TrailRow
from inbox.verify.fault import BATCH, VerifyFault

_NAMED_IN = {
    "hours.set": (("hours", "version"),),
    "hours.extended": (("round_the_clock", "extension"),),
    "account.target_set": (("target", "target"),),
    "account.target_withdrawn": (("target", "target"),),
    "account.targets_set": (("target", "target"), ("target", "before")),
}
"""By deed, what kind of row it wrote, and under which name its params say the row's id."""


def terms_faults(current: Session) -> Iterator[VerifyFault]:
    """Hours, staffing round the clock and targets that the trail does not tell of, and those that begin before they
    were set."""
    told = _told(current)
    hours = select(StaffedHours.id, StaffedHours.account_id, StaffedHours.effective_from, StaffedHours.set_at)
    for row_id, account_id, begins, set_at in current.execute(hours.order_by(StaffedHours.id)):
        if (row_id, str(account_id)) not in told["hours"]:
            yield VerifyFault("fault_hours", {"hours": row_id})
        if begins < set_at:
            yield VerifyFault("fault_hours_early", {"hours": row_id})
    around = select(RoundTheClock.id, RoundTheClock.account_id, RoundTheClock.starts_at, RoundTheClock.set_at)
    for row_id, account_id, begins, set_at in current.execute(around.order_by(RoundTheClock.id)):
        if (row_id, str(account_id)) not in told["round_the_clock"] or begins < set_at:
            yield VerifyFault("fault_round_the_clock", {"row": row_id})
    for row_id, account_id in current.execute(select(Target.id, Target.account_id).order_by(Target.id)):
        if (row_id, str(account_id)) not in told["target"]:
            yield VerifyFault("fault_target", {"target": row_id})


def _told(current: Session) -> dict[str, set[tuple[int, str]]]:
    """The rows that deeds name, by kind, each with the account it was set for."""
    found: dict[str, set[tuple[int, str]]] = defaultdict(set)
    deeds = select(TrailRow.action, TrailRow.object_id, TrailRow.params).where(
        TrailRow.action.in_(_NAMED_IN), TrailRow.object_type == "account"
    )
    for action, account_id, params in current.execute(deeds.execution_options(yield_per=BATCH)):
        said = json.loads(params)
        for kind, name in _NAMED_IN[action]:
            if name in said:
                found[kind].add((said[name], account_id))
    return found
