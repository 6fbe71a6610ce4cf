"""The demo network's payloads, read into what rooms understand; what cannot be read is kept as it came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from inbox import clock
from inbox.connectors.shapes import (
    FetchedAuthor,
    FetchedComment,
    FetchedOwnMessage,
    FetchedPost,
    Item,
    Json,
    Unreadable,
)


class _Unfit(Exception):
    """A payload lacks something; the message is the code of the quarantine."""


def read_item(payload: Any) -> Item:
    """One payload of the stream, read."""
    if not isinstance(payload, dict):
        return Unreadable({"payload": payload}, "no_object", detail=type(payload).__name__)
    try:
        return _read(payload)
    except _Unfit as unfit:
        remote_id = payload.get("id")
        known = remote_id if isinstance(remote_id, str) and remote_id else None
        return Unreadable(payload, str(unfit), remote_id=known)


def _read(payload: Json) -> FetchedComment | FetchedOwnMessage:
    remote_id = _string(payload, "id", "no_id")
    author = payload.get("author")
    if not isinstance(author, dict):
        raise _Unfit("no_author")
    text = payload.get("text")
    if not isinstance(text, str):
        raise _Unfit("no_text")
    posted_at = _moment(payload, "created_at")
    thread_id = _string(payload, "thread", "no_thread")
    parent_id = _optional_string(payload, "in_reply_to", "bad_parent")
    if author.get("you") is True:
        return FetchedOwnMessage(
            remote_id=remote_id,
            text=text,
            posted_at=posted_at,
            thread_id=thread_id,
            parent_id=parent_id,
            raw=payload,
        )
    closed = payload.get("answers") == "nobody"
    return FetchedComment(
        remote_id=remote_id,
        author=_author(author),
        text=text,
        posted_at=posted_at,
        thread_id=thread_id,
        parent_id=parent_id,
        edited_at=None if payload.get("edited_at") is None else _moment(payload, "edited_at"),
        post=_post(payload.get("post")),
        language=_optional_string(payload, "lang", "bad_language"),
        can_reply=not closed,
        can_reply_code="reply_restricted" if closed else None,
        raw=payload,
    )


def _author(author: Json) -> FetchedAuthor:
    followers = author.get("followers")
    if followers is not None and (not isinstance(followers, int) or followers < 0):
        raise _Unfit("bad_followers")
    name = _string(author, "name", "no_author")
    return FetchedAuthor(
        remote_id=_string(author, "id", "no_author"),
        identifier=name,
        display_name=_optional_string(author, "display_name", "bad_author") or name,
        followers=followers,
    )


def _post(post: Any) -> FetchedPost | None:
    if post is None:
        return None
    if not isinstance(post, dict) or not isinstance(post.get("text"), str):
        raise _Unfit("bad_post")
    return FetchedPost(
        remote_id=_string(post, "id", "bad_post"),
        text=post["text"],
        author_name=_optional_string(post, "by", "bad_post") or "",
        is_ours=True,
        published_at=_moment(post, "published_at"),
    )


def _string(payload: Json, name: str, code: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not value:
        raise _Unfit(code)
    return value


def _optional_string(payload: Json, name: str, code: str) -> str | None:
    return None if payload.get(name) is None else _string(payload, name, code)


def _moment(payload: Json, name: str) -> datetime:
    value = payload.get(name)
    if not isinstance(value, str):
        raise _Unfit("bad_time")
    try:
        return clock.as_utc(datetime.fromisoformat(value))
    except (ValueError, OverflowError) as error:
        raise _Unfit("bad_time") from error
