"""The addresses that a page names, each worked out once: of pages, and of files by the digest of their content."""

from __future__ import annotations

import hashlib
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import request, url_for

from inbox.web.carrying import base

STATIC = Path(__file__).resolve().parents[1] / "static"


def address(endpoint: str, **values: Any) -> str:
    """As `url_for`, remembered: a page names hundreds of addresses, most of them again and again."""
    root, filters = base()
    if filters and "conversation_id" in values:
        # A page about a conversation keeps the list that it was opened from.
        values = filters | values
    try:
        return _address(root, endpoint, tuple(values.items()))
    except TypeError:
        return url_for(endpoint, **values)


@lru_cache(maxsize=16_384)
def _address(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_address(name: str) -> str:
    """The address of a file of ours; it carries the digest of the content, so that browsers may keep it for ever."""
    return _static_address(request.script_root, name)


@lru_cache(maxsize=512)
def _static_address(_root: str, name: str) -> str:
    return url_for("static", filename=name, v=_digest(name))
