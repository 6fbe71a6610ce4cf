"""Where a collection goes on. The network lists newest first and has no "since": we page down to what we know.

Three things make that gapless:
- A mark moves only when a walk has come down to the old one. A crash between two pages goes on at the stored page.
- A walk goes a little below the mark. What is listed is sorted by the earlier of the author's clock and the AppView's,
  so that a comment of a slow clock, or of a server that was cut off, appears below newer ones that are known already.
  Once an hour a walk goes down a whole day. Known comments come again then; they are stored once.
- The next page is asked for with the last moment of this one included, since the list's cursor is a moment and would
  skip comments of the same millisecond.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from inbox import clock
from inbox.connectors.shapes import Json

OVERLAP = timedelta(minutes=10)
DEEP_OVERLAP = timedelta(days=1)
DEEP_EVERY = timedelta(hours=1)
_TICK = timedelta(milliseconds=1)


def moment_of(text: object) -> datetime | None:
    """An ISO 8601 time with a zone, in UTC; None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        return clock.as_utc(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Walk:
    """How far one list is known, and the walk down it that is going on, if any.

    Attributes:
        mark: everything from the list's start down to what was newest at this moment was delivered once.
        deep_at: when the last walk of a whole day began.
        page: the cursor of the page to ask for; None begins a walk at the newest.
        newest: the newest moment the running walk has met.
        oldest: the oldest moment it has met.
        floor: the moment it goes down to; None for the end of the list.
    """

    mark: datetime | None = None
    deep_at: datetime | None = None
    page: str | None = None
    newest: datetime | None = None
    oldest: datetime | None = None
    floor: datetime | None = None

    @property
    def going_on(self) -> bool:
        """Whether a walk was begun and has not come down yet."""
        return self.page is not None

    def begin(self, now: datetime) -> Self:
        """The walk to ask the next page for: the running one, or a new one from the newest down."""
        if self.going_on:
            return self
        floor, deep_at = None, self.deep_at
        if self.mark is None:
            deep_at = now
        elif deep_at is None or now - deep_at >= DEEP_EVERY:
            floor, deep_at = self.mark - DEEP_OVERLAP, now
        else:
            floor = self.mark - OVERLAP
        return replace(self, deep_at=deep_at, newest=None, oldest=None, floor=floor)

    def after(self, moments: Sequence[datetime], next_page: str | None) -> Self:
        """The walk after a page was taken in.

        Args:
            moments: the sort times of the page, in the order they came.
            next_page: the cursor that came with it; None at the end of the list.
        """
        met = [moment for moment in (self.newest, self.oldest, *moments) if moment is not None]
        newest, oldest = (max(met), min(met)) if met else (None, None)
        lowest = moments[-1] if moments else None
        listed_to = moment_of(next_page)
        down = self.floor is not None and any(
            moment is not None and moment < self.floor for moment in (lowest, listed_to)
        )
        following = _including(next_page, self.page)
        if not down and following is not None and following != self.page:
            return replace(self, page=following, newest=newest, oldest=oldest)
        known = [moment for moment in (self.mark, newest) if moment is not None]
        mark = max(known) if known else None
        return replace(self, mark=mark, page=None, newest=newest, oldest=oldest, floor=None)

    def to_json(self) -> Json:
        """For the account's stored cursor; only what is set."""
        stored = {name: getattr(self, name) for name in _MOMENTS}
        found: Json = {name: clock.to_iso(moment) for name, moment in stored.items() if moment is not None}
        return found | ({"page": self.page} if self.page is not None else {})

    @classmethod
    def from_json(cls, stored: object) -> Self:
        """What `to_json` stored; a fresh walk for anything unreadable, which delivers again and loses nothing."""
        if not isinstance(stored, dict):
            return cls()
        page = stored.get("page")
        return cls(page=page if isinstance(page, str) else None, **{n: moment_of(stored.get(n)) for n in _MOMENTS})


_MOMENTS = ("mark", "deep_at", "newest", "oldest", "floor")


def _including(next_page: str | None, asked: str | None) -> str | None:
    """The cursor to go on with: one millisecond above `next_page` where that is a moment and still goes down."""
    moment, before = moment_of(next_page), moment_of(asked)
    if moment is None:
        return next_page
    bumped = moment + _TICK
    if before is not None and bumped >= before:
        return next_page
    return clock.to_iso(bumped)
