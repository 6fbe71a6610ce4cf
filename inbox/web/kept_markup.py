"""Pieces of pages as markup. A piece that says what it said on another page is not made again.

Rows of the queue and comments of a thread are the busiest pieces of any page: hundreds of screens show the same ones,
and of these one or two change with a new comment. Words of people outside stand in what was made: it is forgotten with
the first page after the turn of a minute, and at once where somebody is erased in this process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from markupsafe import Markup

from inbox import bell, clock, languages
from inbox.web.carrying import carried

MOST_KEPT = 8192
"""Pieces that are kept, about 2 KiB each."""

Key = tuple[Any, ...]

_kept: dict[Key, Markup] = {}
_minute = 0


def here() -> Key:
    """What every piece depends on: the reader's language and clock, and how addresses are written on this page."""
    _let_go()
    return languages.language(), str(languages.zone()), request.script_root, tuple(carried().items())


def piece(key: Key, make: Callable[[], Markup]) -> Markup:
    """The piece that `key` says everything about, `here` included; made where it is not kept."""
    found = _kept.get(key)
    if found is None:
        found = _kept[key] = make()
    return found


def _let_go(*_ring: object) -> None:
    """Forget all of it at the turn of a minute, when waits are other words anyway, and before it grows too large."""
    global _minute
    minute = int(clock.now().timestamp()) // 60
    if _ring or minute != _minute or len(_kept) >= MOST_KEPT:
        _kept.clear()
        _minute = minute


bell.subscribe("author.erased", _let_go)
