"""One pass over the waits of a report: the four numbers of each that its curves need, eight bytes apiece."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.measuring.curves_local import exact_epoch
from inbox.measuring.figures import Lengths
from inbox.measuring.report_columns import raw
from inbox.measuring.report_rows import ReportQuery, waits_of
from inbox.models import Purpose, Wait


@dataclass(frozen=True, slots=True)
class Passed:
    """Waits, as one array per number.

    Attributes:
        opened: when each began, in seconds since 1970, to the millisecond.
        lasted: its length in seconds: until its answer, or until now.
        answered: whether it has one.
        allowed: seconds on the wall clock from its beginning until it was due.
        ordinal: 1 for first responses.
    """

    opened: NDArray[np.float64]
    lasted: NDArray[np.float64]
    answered: NDArray[np.bool_]
    allowed: NDArray[np.float64]
    ordinal: NDArray[np.int64]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.opened)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Passed:
        """Only those."""
        return Passed(
            self.opened[chosen], self.lasted[chosen], self.answered[chosen], self.allowed[chosen], self.ordinal[chosen]
        )

    def first(self) -> Passed:
        """Only first responses."""
        return self.where(self.ordinal == 1)

    def split(self, places: NDArray[np.int64], number: int) -> list[Passed]:
        """Those of place 0, of place 1, … up to `number` places; what stands elsewhere is in none."""
        order = np.argsort(places, kind="stable")
        edges = np.searchsorted(places[order], np.arange(number + 1))
        return [self.where(order[edges[place] : edges[place + 1]]) for place in range(number)]

    def lengths(self) -> Lengths:
        """The percentiles of a report, over these."""
        return Lengths.of(self.lasted[self.answered], self.lasted[~self.answered])

    def usually_allowed(self) -> float | None:
        """The median of `allowed`; None without any wait."""
        return float(np.median(self.allowed)) if len(self) else None


def passed(current: Session, query: ReportQuery, purpose: Purpose, now: datetime) -> Passed:
    """The waits of a report."""
    statement = select(
        exact_epoch(current, Wait.opened_at.expression),
        Wait.seconds,
        exact_epoch(current, Wait.due_at.expression),
        Wait.ordinal,
    ).where(*waits_of(current, query, purpose))
    parts = [np.array(rows, dtype=np.float64) for rows in raw(current, statement)]
    table = np.concatenate(parts) if parts else np.empty((0, 4))
    opened = np.round(table[:, 0], 3)
    answered = ~np.isnan(table[:, 1])
    lasted = np.where(answered, table[:, 1], np.maximum(0.0, now.timestamp() - opened))
    return Passed(opened, lasted, answered, np.round(table[:, 2], 3) - opened, table[:, 3].astype(np.int64))
