"""What every page counts beside its own affair: kept for a moment, so that hundreds of open screens ask once."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from flask import current_app

from inbox import clock, extensions

T = TypeVar("T")

KEPT = timedelta(seconds=2)
"""What another process commits meanwhile is seen so much later; what this one commits is seen at once."""

_GLANCES = "inbox_glances"


def glance(name: str, count: Callable[[], T]) -> T:
    """What `count` gave, at most `KEPT` seconds ago and before anything was committed here since.

    Only for what is the same for everybody who may see it, or what carries the member in its name: whether they may is
    asked before.

    Args:
        name: what is counted; what it was counted for belongs into it.
    """
    kept: dict[str, tuple[int, tuple[datetime, float], Any]] = current_app.extensions.setdefault(_GLANCES, {})
    commits, now, ticks = extensions.commits(), clock.now(), time.monotonic()
    found = kept.get(name)
    # By the clock of the product, which a rehearsal moves, and by one that nobody moves.
    if (
        found is None
        or found[0] != commits
        or not timedelta(0) <= now - found[1][0] < KEPT
        or ticks - found[1][1] >= KEPT.total_seconds()
    ):
        found = kept[name] = (commits, (now, ticks), count())
    counted: T = found[2]
    return counted
