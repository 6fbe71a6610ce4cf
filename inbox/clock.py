"""The only clock of the product: every time in it is an aware UTC datetime that came from here.

A drill or a test moves it; nothing else reads the machine's time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Between which years lies whatever somebody may ask for: outside of them nothing of ours happened or is planned, and
near the ends of the calendar the same moment has no date in some time zone."""

_shift = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """The present moment, in UTC, with microseconds."""
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + _shift


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let the clock run `by` ahead (or behind, when negative) inside the block."""
    global _shift
    before = _shift
    _shift = before + by
    try:
        yield
    finally:
        _shift = before


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` (aware) inside the block.

    Raises:
        ValueError: `at` has no time zone.
    """
    global _frozen
    before = _frozen
    _frozen = as_utc(at)
    try:
        yield
    finally:
        _frozen = before


def as_utc(moment: datetime) -> datetime:
    """`moment` in UTC.

    Raises:
        ValueError: `moment` has no time zone, so that nobody can say when it was.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return moment.astimezone(UTC)


def within_reach(typed: date) -> bool:
    """Whether a day or a time that was typed lies in the years from `FIRST_YEAR` to `LAST_YEAR`."""
    return FIRST_YEAR <= typed.year <= LAST_YEAR


def to_iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a `Z`, the form every export and `--json` listing uses."""
    return as_utc(moment).isoformat().replace("+00:00", "Z")
