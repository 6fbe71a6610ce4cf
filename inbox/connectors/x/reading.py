"""Walking X's pages so that nothing is skipped, whatever breaks in between.

X delivers newest first. `since_id` stays where it is during a walk and moves to the newest id of its first page once
the last page was delivered; a walk that breaks off goes on at its pagination token. Two walks follow each other:
mentions by others, then what the account itself posted (answers given natively on X).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

import tweepy

from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import Json, Page
from inbox.connectors.x.client import XClient
from inbox.connectors.x.parsing import Delivery
from inbox.connectors.x.rules import AUTHOR_FIELDS, EXPANSIONS, POST_FIELDS
from inbox.connectors.x.texts import time_of_id

PER_PAGE = 100
REACH = {"mentions": 800, "own": 3200}
"""How many posts back X's two timelines reach (X documentation)."""

Walk = Literal["mentions", "own"]
FIELDS = {"expansions": list(EXPANSIONS), "tweet_fields": list(POST_FIELDS), "user_fields": list(AUTHOR_FIELDS)}


def fetch_page(client: XClient, cursor: Json, own_id: str, own_username: str) -> Page:
    """The next page and the cursor after it.

    The cursor's keys: `walk`; for the mentions `since_id`, `pagination_token`, `newest_id`, `oldest_id`, `delivered`;
    the same with `own_` in front for the account's own posts. The own posts of the very first collection are read back
    to the oldest mention only, since X bills each post that is read.

    Raises:
        ConnectorError, tweepy.TweepyException, requests.RequestException: nothing was fetched.
    """
    cursor = dict(cursor)
    walk: Walk = "own" if cursor.get("walk") == "own" else "mentions"
    prefix = "own_" if walk == "own" else ""
    token = cursor.get(f"{prefix}pagination_token")
    answer = _ask(client, walk, cursor, own_id)
    if answer is None:
        for name in ("pagination_token", "newest_id", "delivered"):
            cursor.pop(prefix + name, None)
        token = None
        answer = _ask(client, walk, cursor, own_id) or {}
    meta = _meta(answer)
    delivery = Delivery(answer, own_id, own_username)
    delivered = int(cursor.get(f"{prefix}delivered", 0)) + len(delivery.posts)
    known = [cursor.get(f"{prefix}newest_id"), cursor.get(f"{prefix}since_id"), meta.get("newest_id")]
    newest = _newest([*known, *_ids(delivery.posts)])
    following = meta.get("next_token")
    if following is not None and (not isinstance(following, str) or following == token):
        raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail="the pages of X lead nowhere")
    if walk == "mentions" and "own_since_id" not in cursor:
        cursor["oldest_id"] = _oldest([cursor.get("oldest_id"), meta.get("oldest_id"), *_ids(delivery.posts)])
    gap_since = None
    if following:
        cursor |= {f"{prefix}pagination_token": following, f"{prefix}newest_id": newest}
        cursor[f"{prefix}delivered"] = delivered
    else:
        gap_since = _gap(walk, cursor, delivered)
        for name in ("pagination_token", "newest_id", "delivered"):
            cursor.pop(prefix + name, None)
        cursor[f"{prefix}since_id"] = newest
        _turn(walk, cursor)
    return Page(
        items=delivery.items(),
        cursor={name: value for name, value in cursor.items() if value is not None},
        more=bool(following) or (walk == "mentions" and cursor["walk"] == "own"),
        quota=client.quota,
        gap_since=gap_since,
        next_at=client.quota.reset_at if client.quota.remaining == 0 else None,
    )


def _turn(walk: Walk, cursor: Json) -> None:
    """After the last page of one walk comes the other one."""
    if walk == "own":
        cursor["walk"] = "mentions"
        return
    if cursor.get("own_since_id") is None:
        oldest = cursor.pop("oldest_id", None)
        if oldest is not None:
            cursor["own_since_id"] = oldest
    cursor["walk"] = "own" if cursor.get("own_since_id") is not None else "mentions"


def _ask(client: XClient, walk: Walk, cursor: Json, own_id: str) -> Json | None:
    """X's answer; None when its pagination token is not accepted any more, so that the walk begins anew."""
    prefix = "own_" if walk == "own" else ""
    token = cursor.get(f"{prefix}pagination_token")
    paging = {"since_id": cursor.get(f"{prefix}since_id"), "pagination_token": token, "max_results": PER_PAGE}
    try:
        if walk == "mentions":
            return client.ask(client.sdk.get_users_mentions, own_id, **paging, **FIELDS)
        return client.ask(client.sdk.get_users_tweets, own_id, exclude=["retweets"], **paging, **FIELDS)
    except tweepy.BadRequest:
        if token is None:
            raise
        return None


def _meta(answer: Json) -> Json:
    """The answer's `meta`, without which nobody knows whether an empty page means that nobody wrote."""
    meta = answer.get("meta")
    if isinstance(meta, dict) and (isinstance(answer.get("data"), list) or meta.get("result_count") == 0):
        return meta
    raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail="a page of X without posts and without count")


def _gap(walk: Walk, cursor: Json, delivered: int) -> datetime | None:
    since = cursor.get("since_id")
    if walk == "own" or since is None or delivered < REACH[walk]:
        return None
    return time_of_id(str(since))


def _ids(posts: Iterable[object]) -> list[object]:
    return [post.get("id") for post in posts if isinstance(post, dict)]


def _numbers(ids: Iterable[object]) -> list[int]:
    return [int(one) for one in ids if isinstance(one, str) and one.isascii() and one.isdecimal() and len(one) < 20]


def _newest(ids: Iterable[object]) -> str | None:
    return str(max(numbers)) if (numbers := _numbers(ids)) else None


def _oldest(ids: Iterable[object]) -> str | None:
    return str(min(numbers)) if (numbers := _numbers(ids)) else None
