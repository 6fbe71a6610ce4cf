"""Where a walk through the queue stands, and the order of its rows.

Two orders are woven together: by rank (urgency, due time, author), and on every fifth place the author who has waited
longest, so that nobody starves. What was shown so far is {rank ≤ m} ∪ {since ≤ o}, so two bounds and a place tell
where to go on, and nothing is remembered on the server.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from inbox.problems import Problem

OLDEST_EVERY = 5
"""Every so many rows comes the one that has waited longest."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_MICROS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_LEAST_MICROS = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1)
_MOST_ID = 2**63 - 1
_LONGEST = 200


class Rank(NamedTuple):
    """The first order: danger first, of that what happens now, then the press, then due time."""

    urgency: int
    due_at: datetime
    author_id: int


class Since(NamedTuple):
    """The second order: who has waited longest."""

    waiting_since: datetime
    author_id: int


@dataclass(frozen=True, slots=True)
class Position:
    """Where a walk stands.

    Attributes:
        state: the state of the queue it walks, so that a cursor of another list is refused.
        rank: the last row shown by rank, None before the first.
        since: the last row shown by waiting time, None before the first.
        place: how many rows were shown since the last one by waiting time, from 0 to 4; 0 in lists that are not woven.
    """

    state: str
    rank: Rank | None = None
    since: Since | None = None
    place: int = 0

    def encode(self) -> str:
        """As one word of URL-safe letters."""
        rank = [self.rank.urgency, _micros(self.rank.due_at), self.rank.author_id] if self.rank else None
        since = [_micros(self.since.waiting_since), self.since.author_id] if self.since else None
        plain = json.dumps([self.state, rank, since, self.place], separators=(",", ":"))
        return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()

    @classmethod
    def decode(cls, cursor: str, *, state: str) -> Position:
        """The position that `encode` wrote.

        Raises:
            Problem: `cursor_unknown`: it is none, or one of another list.
        """
        try:
            if len(cursor) > _LONGEST:
                raise ValueError("too long")
            plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            of_state, rank, since, place = json.loads(plain)
            if of_state != state or type(place) is not int or not 0 <= place < OLDEST_EVERY:
                raise ValueError("of another list")
            return cls(
                state,
                None
                if rank is None
                else Rank(_within(rank[0], 32767, least=-1), _moment(rank[1]), _within(rank[2], _MOST_ID)),
                None if since is None else Since(_moment(since[0]), _within(since[1], _MOST_ID)),
                place,
            )
        except (ValueError, TypeError, LookupError, RecursionError, binascii.Error):
            raise Problem("cursor_unknown") from None


class Keys(NamedTuple):
    """What the order needs of one row. Times are as the engine stores them: they only have to compare."""

    id: int
    urgency: int
    due_at: Any
    author_id: int
    waiting_since: Any

    @property
    def rank(self) -> tuple[int, Any, int]:
        """Its place in the first order."""
        return self[1:4]

    @property
    def since(self) -> tuple[Any, int]:
        """Its place in the second order."""
        return self.waiting_since, self.author_id


def weave(
    by_rank: Sequence[Keys], by_since: Sequence[Keys], start: Position, limit: int
) -> tuple[list[int], Position | None]:
    """One page of the woven order.

    Args:
        by_rank: the first `limit` + 1 rows not shown before `start`, by rank.
        by_since: the same rows' first `limit` + 1, by waiting time.

    Returns:
        row ids in the order in which they are shown, and where the next page goes on, None after the last row.
    """
    shown: dict[int, None] = {}
    last: Keys | None = None
    oldest_shown: Keys | None = None
    place = start.place
    ranked, waited = iter(by_rank), iter(by_since)
    while len(shown) < limit:
        oldest = place == OLDEST_EVERY - 1
        row = next((row for row in (waited if oldest else ranked) if row.id not in shown), None)
        if row is None:
            return list(shown), None
        shown[row.id] = None
        if oldest:
            oldest_shown, place = row, 0
        else:
            last, place = row, place + 1
    if all(row.id in shown for row in by_rank):
        return list(shown), None
    rank = Rank(last.urgency, moment_of(last.due_at), last.author_id) if last else start.rank
    since = Since(moment_of(oldest_shown.waiting_since), oldest_shown.author_id) if oldest_shown else start.since
    return list(shown), Position(start.state, rank, since, place)


def moment_of(stored: Any) -> datetime:
    """The aware UTC moment of a time as the engine stores it: SQLite as text in UTC, PostgreSQL as a datetime."""
    if isinstance(stored, str):
        return datetime.fromisoformat(f"{stored}+00:00")
    moment: datetime = stored
    return moment.astimezone(UTC)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _moment(micros: object) -> datetime:
    if type(micros) is not int or not _LEAST_MICROS <= micros <= _MOST_MICROS:
        raise ValueError("no time")
    return _EPOCH + timedelta(microseconds=micros)


def _within(value: object, most: int, *, least: int = 0) -> int:
    if type(value) is not int or not least <= value <= most:
        raise ValueError("out of range")
    return value
