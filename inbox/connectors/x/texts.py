"""X's way with text: how long it counts, how it escapes and shortens, and what time an id holds."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from inbox.connectors.shapes import Length
from inbox.connectors.x.length import LIMIT, addresses, weight

_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
"""1288834974657 ms, where X's ids begin to count (X documentation, "X IDs")."""
_FIRST_TIMED_ID = 1 << 35
"""Older ids were plain numbers: below it an id would name a moment within 8 seconds of the epoch."""
_LEADING_MENTIONS = re.compile(r"\A(?:@[A-Za-z0-9_]{1,20}(?:\s+|\Z))+")


def measure(text: str) -> Length:
    """Weighted length as X counts it; a lone surrogate, which no network takes, counts as what is shown for it."""
    if not text.strip():
        return Length(0, LIMIT)
    return Length(weight(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")), LIMIT)


def unescaped(text: str) -> str:
    """`text` with the three characters that X escapes (`& < >`) as the author wrote them."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def skeleton(text: str) -> str:
    """What stays the same of a reply between sending it and reading it back (`unescaped`).

    X puts mentions in front, shortens every address and trims white space; all of that is levelled here.
    """
    text = _LEADING_MENTIONS.sub("", unicodedata.normalize("NFC", text).strip())
    for start, end in reversed(addresses(text)):
        text = f"{text[:start]}\0{text[end:]}"
    return " ".join(text.split())


def time_of_id(remote_id: str) -> datetime | None:
    """The moment (aware UTC, milliseconds) at which X gave out `remote_id`; None for what is no such id."""
    if not (remote_id.isascii() and remote_id.isdecimal()) or not _FIRST_TIMED_ID <= int(remote_id) < 1 << 63:
        return None
    return _EPOCH + timedelta(milliseconds=int(remote_id) >> 22)


def parse_time(value: object) -> datetime | None:
    """X's `created_at` as aware UTC; None for anything else."""
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
