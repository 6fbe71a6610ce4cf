"""X's way with text: how long it counts, how it escapes and shortens, and what time an id holds."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from twitter_text import extract_urls_with_indices, parse_tweet
from twitter_text.config import config

from inbox.connectors.shapes import Length

LIMIT = int(config["defaults"]["max_weighted_tweet_length"])
"""280; an address counts 23 (twitter-text configuration 3). Longer posts of paying accounts are not used."""
_ADDRESS_WEIGHT = int(config["defaults"]["transformed_url_length"])

_PLAIN_ADDRESS = re.compile(
    r"https?://(?:[a-z0-9-]{1,63}\.){1,8}[a-z]{2,24}(?:[/?#][!-~]*[A-Za-z0-9/=_#&-])?", re.IGNORECASE
)
_WORD_AT_MOST = 280
_DOTS_AT_MOST = 20
"""A word with more dots takes the parser's expressions cubic time (2,000 characters of `a.`: 13 s)."""
_PARSED_AT_MOST = 4_000

_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
"""1288834974657 ms, where X's ids begin to count (X documentation, "X IDs")."""
_FIRST_TIMED_ID = 1 << 35
"""Older ids were plain numbers: below it an id would name a moment within 8 seconds of the epoch."""
_LEADING_MENTIONS = re.compile(r"\A(?:@[A-Za-z0-9_]{1,20}(?:\s+|\Z))+")


def measure(text: str) -> Length:
    """Weighted length as X counts it.

    Words are counted one by one, since no address crosses white space. What could never fit is counted without looking
    for addresses, so that no text takes long.
    """
    if not text.strip():
        return Length(0, LIMIT)
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\r\n", "\n")
    used = 0
    parsed = 0
    for word in re.findall(r"\s+|\S+", whole):
        if len(word) > 30 and _PLAIN_ADDRESS.fullmatch(word):
            used += _ADDRESS_WEIGHT
        elif len(word) > _WORD_AT_MOST or word.count(".") > _DOTS_AT_MOST or parsed > _PARSED_AT_MOST:
            used += len(word)
        else:
            parsed += len(word)
            used += int(parse_tweet(word).weightedLength)
    return Length(used, LIMIT)


def unescaped(text: str) -> str:
    """`text` with the three characters that X escapes (`& < >`) as the author wrote them."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def skeleton(text: str) -> str:
    """What stays the same of a reply between sending it and reading it back (`unescaped`).

    X puts mentions in front, shortens every address and trims white space; all of that is levelled here.
    """
    text = _LEADING_MENTIONS.sub("", unicodedata.normalize("NFC", text).strip())
    for found in reversed(list(extract_urls_with_indices(text))):
        start, end = found["indices"]
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
