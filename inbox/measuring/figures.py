"""Percentiles of waits, twice: over answered waits, and over all of them; and shares that small numbers do not hide in.

numpy is loaded when the first figure is computed: most commands compute none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = Sequence[float] | NDArray[np.float64]

SHARES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
"""The percentiles that every report gives."""

SMALL = 20
"""A share of fewer than so many is said as "3 of 7": a percentage of them would say more than is known."""

_NEARLY = 1e-9
"""What rounding may take from a share; one wait in a million is a thousand times as much."""


class Share(NamedTuple):
    """How many of how many."""

    part: int
    whole: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def small(self) -> bool:
        """Whether to say "3 of 7" instead of a percentage."""
        return self.whole < SMALL


def percentile(ordered: Numbers, share: float) -> float | None:
    """The value below which `share` of `ordered` (ascending) lies, interpolated linearly, as `percentile_cont` does.

    Returns:
        None for no values.
    """
    if not len(ordered):
        return None
    position = share * (len(ordered) - 1)
    below = int(position)
    found = float(ordered[below])
    if below + 1 == len(ordered):
        return found
    return found + (float(ordered[below + 1]) - found) * (position - below)


@dataclass(frozen=True, slots=True, eq=False)
class Survival:
    """How many waits are not yet answered after each length of time (the estimate of Kaplan and Meier, 1958).

    Attributes:
        times: lengths in seconds at which an answer came, ascending.
        unanswered: the share not answered after each of `times`.
    """

    times: NDArray[np.float64]
    unanswered: NDArray[np.float64]

    @classmethod
    def over(cls, answered: Numbers, unanswered: Numbers) -> Survival:
        """The estimate over answered waits (their lengths) and the others (how long they have lasted so far)."""
        import numpy as np

        events = np.sort(np.asarray(answered, dtype=np.float64))
        left = _left(events, np.asarray(unanswered, dtype=np.float64))
        last = np.append(events[1:] != events[:-1], True) if len(events) else np.zeros(0, dtype=bool)
        return cls(events[last], left[last])

    def reached_by(self, share: float) -> float | None:
        """The length of time, in seconds, after which `share` of all waits are answered.

        Returns:
            None where it is not yet reached.
        """
        import numpy as np

        # The shares fall: turned round they ascend, and the first that is low enough is found by halving.
        above = len(self.times) - int(np.searchsorted(self.unanswered[::-1], 1 - share + _NEARLY, side="right"))
        return float(self.times[above]) if above < len(self.times) else None


@dataclass(frozen=True, slots=True)
class Lengths:
    """The percentiles of one set of waits, in seconds.

    Attributes:
        answered: by name of `SHARES`, over answered waits; None without any.
        all: the same over all waits; None where not yet reached.
        longest: the longest answered wait.
        counted: how many are answered, and how many there are.
    """

    answered: dict[str, float | None]
    all: dict[str, float | None]
    longest: float | None
    counted: Share

    @classmethod
    def of(cls, answered: Numbers, unanswered: Numbers) -> Lengths:
        """Compute them.

        Args:
            answered: lengths of answered waits, in seconds, in any order.
            unanswered: how long the others have lasted until now, in seconds.
        """
        import numpy as np

        ordered = np.sort(np.asarray(answered, dtype=np.float64))
        total = len(ordered) + len(unanswered)
        # Where most waits are young, the estimate rests on the few old ones: no share is called reached before that
        # share really has an answer.
        within = [share for share in SHARES.values() if len(ordered) and len(ordered) >= share * total]
        reached = dict.fromkeys(SHARES.values()) | _reached(ordered, unanswered, within)
        return cls(
            {name: percentile(ordered, share) for name, share in SHARES.items()},
            {name: reached[share] for name, share in SHARES.items()},
            float(ordered[-1]) if len(ordered) else None,
            Share(len(ordered), total),
        )


def _reached(answered: NDArray[np.float64], unanswered: Numbers, shares: list[float]) -> dict[float, float | None]:
    """As `Survival.reached_by` of several shares.

    Args:
        answered: ascending.
    """
    import numpy as np

    if not shares:
        return {}
    left = _left(answered, np.asarray(unanswered, dtype=np.float64))
    above = len(left) - np.searchsorted(left[::-1], [1 - share + _NEARLY for share in shares], side="right")
    return {
        share: float(answered[place]) if place < len(left) else None
        for share, place in zip(shares, above.tolist(), strict=True)
    }


def _left(answered: NDArray[np.float64], unanswered: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share not answered after each of `answered` (ascending), taken one after the other.

    An answer and a wait cut off at the same length: the answer came first, by convention. Answers at the same length,
    taken one after the other, multiply to what they give at once.
    """
    import numpy as np

    total = len(answered) + len(unanswered)
    gone = np.arange(len(answered))
    if not len(unanswered):
        return np.asarray((total - 1 - gone) / total, dtype=np.float64)
    gone += np.searchsorted(np.sort(unanswered), answered, side="left")
    return np.cumprod(1 - 1 / (total - gone))


NO_LENGTHS = Lengths(dict.fromkeys(SHARES), dict.fromkeys(SHARES), None, Share(0, 0))
"""Of no waits at all."""
