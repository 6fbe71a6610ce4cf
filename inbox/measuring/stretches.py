"""The definition of a wait, as a function of nothing but what was written and what was answered.

A wait opens at the author's clock of the oldest unanswered comment and closes at the network's time of our first
confirmed human reply that covers it. Because it is derived from facts alone, no order of delivery and no deed of a
member can change it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Unit:
    """One comment version: what has to be answered.

    Attributes:
        version_id: grows with the order in which versions were received.
        written_at: the author's clock: `posted_at`, or the edit's time.
    """

    version_id: int
    comment_id: int
    written_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One human reply that the network confirmed.

    Attributes:
        at: the network's time, or when a member marked it as sent (`marks`).
        seen_up_to: the newest version its writer had on screen. None for a reply made natively on the network, which
            covers what was written before it.
    """

    reply_id: int
    at: datetime
    seen_up_to: int | None
    substantive: bool

    def covers(self, unit: Unit) -> bool:
        """Whether the writer can have answered `unit`."""
        if self.seen_up_to is None:
            return unit.written_at <= self.at
        return unit.version_id <= self.seen_up_to


@dataclass(frozen=True, slots=True)
class Stretch:
    """One wait. Open while `closed_at` is None."""

    comment_id: int
    opened_at: datetime
    received_at: datetime
    closed_at: datetime | None = None
    reply_id: int | None = None
    substantive_at: datetime | None = None

    @property
    def seconds(self) -> float | None:
        """Its wall-clock length in seconds. An author's clock ahead of the network's makes no negative wait."""
        if self.closed_at is None:
            return None
        return max(0.0, (self.closed_at - self.opened_at).total_seconds())


def derive(units: Iterable[Unit], answers: Iterable[Answer]) -> tuple[list[Stretch], list[Unit]]:
    """The waits of one conversation, in order, and the units nobody has answered yet, oldest first."""
    waiting = sorted(units, key=lambda unit: (unit.written_at, unit.version_id))
    in_order = sorted(answers, key=lambda answer: (answer.at, answer.reply_id))
    stretches: list[Stretch] = []
    for position, answer in enumerate(in_order):
        covered = [unit for unit in waiting if answer.covers(unit)]
        if covered:
            first = covered[0]
            stretches.append(
                Stretch(
                    first.comment_id,
                    first.written_at,
                    first.received_at,
                    answer.at,
                    answer.reply_id,
                    _first_substantive(in_order[position:]),
                )
            )
            waiting = [unit for unit in waiting if not answer.covers(unit)]
    if waiting:
        first = waiting[0]
        stretches.append(Stretch(first.comment_id, first.written_at, first.received_at))
    return stretches, waiting


def _first_substantive(answers: Sequence[Answer]) -> datetime | None:
    return next((answer.at for answer in answers if answer.substantive), None)
