"""Percentiles of waits, twice: over answered waits, and over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SHARES = {"median": 0.5, "p90": 0.9, "p95": 0.95}
"""The percentiles that every report gives."""


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which `share` of `ordered` (ascending) lies, interpolated linearly, as `percentile_cont` does.

    Returns:
        None for no values.
    """
    if not ordered:
        return None
    position = share * (len(ordered) - 1)
    below = int(position)
    if below + 1 == len(ordered):
        return ordered[below]
    return ordered[below] + (ordered[below + 1] - ordered[below]) * (position - below)


@dataclass(frozen=True, slots=True)
class Survival:
    """How many waits are not yet answered after each length of time (the estimate of Kaplan and Meier, 1958).

    Attributes:
        times: lengths in seconds at which an answer came, ascending.
        unanswered: the share not answered after each of `times`.
    """

    times: tuple[float, ...]
    unanswered: tuple[float, ...]

    @classmethod
    def over(cls, answered: Sequence[float], unanswered: Sequence[float]) -> Survival:
        """The estimate over answered waits (their lengths) and the others (how long they have lasted so far)."""
        events = sorted([(seconds, True) for seconds in answered] + [(seconds, False) for seconds in unanswered])
        # An answer and a wait cut off at the same length: the answer came first, by convention.
        events.sort(key=lambda event: (event[0], not event[1]))
        times: list[float] = []
        shares: list[float] = []
        at_risk, share, position = len(events), 1.0, 0
        while position < len(events):
            seconds = events[position][0]
            answers = others = 0
            while position < len(events) and events[position][0] == seconds:
                answers += events[position][1]
                others += not events[position][1]
                position += 1
            if answers:
                share *= 1 - answers / at_risk
                times.append(seconds)
                shares.append(share)
            at_risk -= answers + others
        return cls(tuple(times), tuple(shares))

    def reached_by(self, share: float) -> float | None:
        """The length of time, in seconds, after which `share` of all waits are answered.

        Returns:
            None where it is not yet reached.
        """
        for seconds, unanswered in zip(self.times, self.unanswered, strict=True):
            if unanswered <= 1 - share + 1e-12:
                return seconds
        return None


@dataclass(frozen=True, slots=True)
class Lengths:
    """The percentiles of one set of waits, in seconds.

    Attributes:
        answered: by name of `SHARES`, over answered waits; None without any.
        all: the same over all waits; None where not yet reached.
        longest: the longest answered wait.
    """

    answered: dict[str, float | None]
    all: dict[str, float | None]
    longest: float | None

    @classmethod
    def of(cls, answered: Sequence[float], unanswered: Sequence[float]) -> Lengths:
        """Compute them.

        Args:
            answered: lengths of answered waits, in seconds, in any order.
            unanswered: how long the others have lasted until now, in seconds.
        """
        ordered = sorted(answered)
        survival = Survival.over(ordered, unanswered)
        total = len(ordered) + len(unanswered)
        return cls(
            {name: percentile(ordered, share) for name, share in SHARES.items()},
            {
                # Where most waits are young, the estimate rests on the few old ones: no share is called reached
                # before that share really has an answer.
                name: survival.reached_by(share) if len(ordered) >= share * total else None
                for name, share in SHARES.items()
            },
            ordered[-1] if ordered else None,
        )
