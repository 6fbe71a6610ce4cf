"""A delivered page made ready to be stored: what can be kept as it came, and what has to go to quarantine.

Needs no database, so that it is done before the write transaction.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from inbox import clock
from inbox.connectors.shapes import FetchedComment, FetchedOwnMessage, FetchedPost, Item, Page, Unreadable

LONGEST_ID = 512
"""Characters of a remote id that the tables hold."""

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
"""Nobody wrote on a network before."""
AHEAD = timedelta(days=1)
"""How far a clock outside may be ahead of ours."""
OUT_OF_RANGE = "time_out_of_range"
"""The code of an item that says it was written when nobody can have written it."""

_LARGEST = 2**63 - 1
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Payload(NamedTuple):
    """A raw payload as it is stored: JSON text with sorted keys, and its SHA-256."""

    text: str
    digest: bytes


class Delivered(NamedTuple):
    """A comment with its payload."""

    comment: FetchedComment
    payload: Payload


class OwnDelivered(NamedTuple):
    """A message of our own with its payload."""

    message: FetchedOwnMessage
    payload: Payload


class Unread(NamedTuple):
    """An item for quarantine with its payload."""

    item: Unreadable
    payload: Payload


@dataclass(frozen=True, slots=True)
class Sifted:
    """A page, its items apart, each in the order of the delivery."""

    page: Page
    comments: tuple[Delivered, ...]
    own: tuple[OwnDelivered, ...]
    unread: tuple[Unread, ...]

    @property
    def received(self) -> int:
        """How many items came."""
        return len(self.comments) + len(self.own) + len(self.unread)


def sift(page: Page) -> Sifted:
    """Take a page apart.

    An item whose identifiers or times no table can hold is turned into an unreadable one: a whole page must not fail,
    again and again, because of one of its items.
    """
    comments, own, unread = [], [], []
    for delivered in page.items:
        item = _storable(delivered)
        payload = payload_of(delivered.raw)
        match item:
            case FetchedComment():
                comments.append(Delivered(item, payload))
            case FetchedOwnMessage():
                own.append(OwnDelivered(item, payload))
            case Unreadable():
                unread.append(Unread(item, payload))
    return Sifted(page, tuple(comments), tuple(own), tuple(unread))


def payload_of(raw: Mapping[str, Any]) -> Payload:
    """A raw payload as it is stored; what JSON does not know is kept as Python prints it."""
    try:
        text = json.dumps(raw, sort_keys=True, separators=(",", ":"))
    except (TypeError, ValueError):
        text = json.dumps({"unserialisable": repr(raw)})
    return Payload(text, hashlib.sha256(text.encode()).digest())


def believable(moment: datetime) -> bool:
    """Whether something can have been written at `moment` (aware)."""
    return EARLIEST <= moment <= clock.now() + AHEAD


def storable(value: str) -> str:
    """`value` without NUL and lone surrogates, for what is no text of a person."""
    return _UNSTORABLE.sub("", value)


def _storable(item: Item) -> Item:
    if isinstance(item, Unreadable):
        return replace(
            item,
            code=storable(item.code)[:40],
            detail=storable(item.detail),
            remote_id=item.remote_id if item.remote_id and _is_id(item.remote_id) else None,
        )
    identifiers = [item.remote_id, item.thread_id, *([item.parent_id] if item.parent_id is not None else [])]
    times: list[datetime] = [item.posted_at]
    if isinstance(item, FetchedComment):
        identifiers += [item.author.remote_id, *([item.post.remote_id] if item.post else [])]
        times += [item.edited_at] if item.edited_at else []
    if not all(map(_is_id, identifiers)):
        return Unreadable(item.raw, "bad_id", remote_id=item.remote_id if _is_id(item.remote_id) else None)
    if not all(map(_is_time, times)):
        return Unreadable(item.raw, "bad_time", remote_id=item.remote_id)
    if not all(map(believable, times)):
        return Unreadable(item.raw, OUT_OF_RANGE, remote_id=item.remote_id)
    if isinstance(item, FetchedOwnMessage):
        return item if _is_address(item.url) else replace(item, url=None)
    return _storable_comment(item)


def _storable_comment(item: FetchedComment) -> FetchedComment:
    author, post = item.author, item.post
    followers = author.followers
    if not _is_address(author.url) or (followers is not None and not 0 <= followers <= _LARGEST):
        fits = followers is not None and 0 <= followers <= _LARGEST
        address = author.url if _is_address(author.url) else None
        author = replace(author, url=address, followers=followers if fits else None)
    if post is not None and not _post_is_storable(post):
        post = _storable_post(post)
    code = item.can_reply_code
    if author is item.author and post is item.post and _is_address(item.url) and (code is None or len(code) <= 40):
        return item
    url = item.url if _is_address(item.url) else None
    return replace(item, author=author, post=post, url=url, can_reply_code=code[:40] if code else None)


def _storable_post(post: FetchedPost) -> FetchedPost:
    url = post.url if _is_address(post.url) else None
    # When the post was published is only shown: for its sake nothing that was written under it waits.
    published_at = post.published_at if _is_believable_post(post) else None
    media = tuple(address for address in post.media if _is_address(address))
    return replace(post, url=url, published_at=published_at, media=media)


def _post_is_storable(post: FetchedPost) -> bool:
    return _is_address(post.url) and all(map(_is_address, post.media)) and _is_believable_post(post)


def _is_believable_post(post: FetchedPost) -> bool:
    return post.published_at is None or (_is_time(post.published_at) and believable(post.published_at))


def _is_id(value: str) -> bool:
    return 0 < len(value) <= LONGEST_ID and _UNSTORABLE.search(value) is None


def _is_time(moment: datetime) -> bool:
    try:
        clock.as_utc(moment)
    except (ValueError, OverflowError):
        return False
    return True


def _is_address(url: str | None) -> bool:
    return url is None or _UNSTORABLE.search(url) is None
