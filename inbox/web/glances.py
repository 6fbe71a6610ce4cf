"""What every page asks beside its own affair: kept for a moment, so that hundreds of open screens ask once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from flask import current_app, g

from inbox import clock, extensions

T = TypeVar("T")

KEPT = timedelta(seconds=2)
"""What another process commits meanwhile is seen so much later; what this one commits is seen at once."""

_GLANCES = "inbox_glances"


class _Kept(NamedTuple):
    commits: int
    at: datetime
    ticks: float
    found: Any


def glance(name: str, look: Callable[[], T]) -> T:
    """What `look` gave, at most `KEPT` ago and before anything was committed here since.

    Only for what is the same for everybody who may see it, or what carries the member in its name: whether they may is
    asked before. And only for what outlives the session of the database that it was read in.

    Args:
        name: what is looked at; what it was looked at for belongs into it.
    """
    kept, now, ticks = _here()
    commits = extensions.commits()
    known = kept.get(name)
    # By the clock of the product, which a rehearsal moves, and by one that nobody moves.
    if (
        known is None
        or known.commits != commits
        or not timedelta(0) <= now - known.at < KEPT
        or ticks - known.ticks >= KEPT.total_seconds()
    ):
        known = kept[name] = _Kept(commits, now, ticks, look())
    found: T = known.found
    return found


def _here() -> tuple[dict[str, _Kept], datetime, float]:
    """What is kept, and the moment of this request on either clock: a page asks for it twenty times."""
    found: tuple[dict[str, _Kept], datetime, float] | None = g.get("glancing")
    if found is None:
        found = g.glancing = (current_app.extensions.setdefault(_GLANCES, {}), clock.now(), time.monotonic())
    return found
