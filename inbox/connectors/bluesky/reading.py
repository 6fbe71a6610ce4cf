"""What the network's answers mean: notifications become comments, our own feed our own messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, TypeGuard
from urllib.parse import quote

from inbox.connectors.bluesky.rules import POSTS
from inbox.connectors.bluesky.walk import moment_of
from inbox.connectors.shapes import (
    FetchedAuthor,
    FetchedComment,
    FetchedOwnMessage,
    FetchedPost,
    Item,
    Json,
    Unreadable,
)

APP: Final = "https://bsky.app/profile"
"""The web app that shows every account of the network, wherever it lives."""

_BACKDATED: Final = timedelta(days=1)
"""How far an author's clock may lag behind the network's before it says nothing about when the comment came."""


class _BrokenError(Exception):
    """An item lacks what a comment needs; the argument is the code for its quarantine."""


def author_of_uri(uri: str) -> str:
    """The identity (`did:…`) in whose repository the record at `uri` (`at://did/collection/key`) lies."""
    return uri.removeprefix("at://").partition("/")[0]


def key_of_uri(uri: str) -> str:
    """The record key in `uri`."""
    return uri.rpartition("/")[2]


def page_of_author(did: str) -> str:
    """Where people see the account."""
    return f"{APP}/{quote(did, safe=':')}"


def page_of_post(uri: str) -> str:
    """Where people see the post at `uri`."""
    return f"{page_of_author(author_of_uri(uri))}/post/{quote(key_of_uri(uri), safe='')}"


def is_post_uri(value: Any) -> TypeGuard[str]:
    """Whether `value` is the address of a post."""
    if not isinstance(value, str):
        return False
    parts = value.split("/")
    return (
        len(parts) == 5 and parts[0] == "at:" and parts[2].startswith("did:") and parts[3] == POSTS and bool(parts[4])
    )


def root_of(record: Any, uri: str) -> str:
    """The address of the root of the thread that `record` stands in: named by it, else its parent, else itself."""
    return _reference(record, "root") or _reference(record, "parent") or uri


def subject_of(notification: Json) -> str | None:
    """The post commented on: the thread's root, or the quoted post; None for a mention that answers nothing."""
    uri, record = notification.get("uri"), notification.get("record")
    if not isinstance(uri, str):
        return None
    root = root_of(record, uri)
    if root != uri:
        return root
    quoted = notification.get("reasonSubject") if notification.get("reason") == "quote" else None
    return quoted if is_post_uri(quoted) else None


def item_of(notification: Any, own_did: str, views: Mapping[str, Json], followers: Mapping[str, int]) -> Item:
    """The comment that a notification tells of.

    Args:
        own_did: the connected account.
        views: posts as the AppView shows them, by address: comments and what they comment on, as far as there.
        followers: how many follow an author, by identity, as far as known.
    """
    raw: Json = notification if isinstance(notification, dict) else {"value": notification}
    uri = raw.get("uri")
    remote_id = uri if is_post_uri(uri) else None
    try:
        if remote_id is None:
            raise _BrokenError("no_address")
        if author_of_uri(remote_id) == own_did:
            return _own_message(raw, remote_id)
        return _comment(raw, remote_id, own_did, views, followers)
    except _BrokenError as broken:
        return Unreadable(raw=raw, code=str(broken), remote_id=remote_id)


def own_reply_of(entry: Any, own_did: str) -> Item | None:
    """The reply that an entry of our own feed shows; None for a post that answers nothing and for what others wrote."""
    post = entry.get("post") if isinstance(entry, dict) else None
    if not isinstance(post, dict) or "reason" in entry:
        return None
    uri = post.get("uri")
    if not is_post_uri(uri) or author_of_uri(uri) != own_did or _reference(post.get("record"), "parent") is None:
        return None
    try:
        return _own_message(post, uri)
    except _BrokenError as broken:
        return Unreadable(raw=post, code=str(broken), remote_id=uri)


def feed_moment(entry: Any) -> datetime | None:
    """What an entry of a feed is sorted by: when it was reposted, else when it was written."""
    if not isinstance(entry, dict):
        return None
    shown = entry.get("reason") if isinstance(entry.get("reason"), dict) else entry.get("post")
    return moment_of(shown.get("indexedAt")) if isinstance(shown, dict) else None


def views_by_uri(posts: Iterable[Any]) -> dict[str, Json]:
    """The readable posts of an answer, by address."""
    return {post["uri"]: post for post in posts if isinstance(post, dict) and is_post_uri(post.get("uri"))}


def _comment(
    raw: Json, uri: str, own_did: str, views: Mapping[str, Json], followers: Mapping[str, int]
) -> FetchedComment:
    record = raw.get("record")
    if not isinstance(record, dict) or record.get("$type", POSTS) != POSTS:
        raise _BrokenError("no_record")
    view = views.get(uri, {})
    subject = subject_of(raw)
    viewer = view.get("viewer")
    closed = isinstance(viewer, dict) and viewer.get("replyDisabled") is True
    languages = record.get("langs")
    return FetchedComment(
        remote_id=uri,
        author=_author(raw.get("author"), uri, followers),
        text=_text(record),
        posted_at=_posted_at(record, view.get("indexedAt"), raw.get("indexedAt")),
        thread_id=root_of(record, uri),
        parent_id=_reference(record, "parent"),
        post=_post(subject, own_did, views) if subject else None,
        url=page_of_post(uri),
        language=languages[0] if isinstance(languages, list) and languages and isinstance(languages[0], str) else None,
        can_reply=not closed,
        can_reply_code="reply_restricted" if closed else None,
        raw=raw,
    )


def _own_message(raw: Json, uri: str) -> FetchedOwnMessage:
    record = raw.get("record")
    if not isinstance(record, dict):
        raise _BrokenError("no_record")
    return FetchedOwnMessage(
        remote_id=uri,
        text=_text(record),
        posted_at=_network_time(raw, record),
        thread_id=root_of(record, uri),
        parent_id=_reference(record, "parent"),
        url=page_of_post(uri),
        raw=raw,
    )


def _author(author: Any, uri: str, followers: Mapping[str, int]) -> FetchedAuthor:
    did = author_of_uri(uri)
    if not isinstance(author, dict) or author.get("did") != did:
        raise _BrokenError("no_author")
    name, shown = author.get("handle"), author.get("displayName")
    # The AppView says `handle.invalid` where a name does not lead back to its owner.
    identifier = name if isinstance(name, str) and name and name != "handle.invalid" else did
    return FetchedAuthor(
        remote_id=did,
        identifier=identifier,
        display_name=shown if isinstance(shown, str) and shown.strip() else identifier,
        url=page_of_author(did),
        followers=followers.get(did),
    )


def _post(uri: str, own_did: str, views: Mapping[str, Json]) -> FetchedPost:
    view = views.get(uri, {})
    record, author = view.get("record"), view.get("author")
    text = record.get("text") if isinstance(record, dict) else None
    name = author.get("displayName") or author.get("handle") if isinstance(author, dict) else None
    return FetchedPost(
        remote_id=uri,
        text=text if isinstance(text, str) else "",
        url=page_of_post(uri),
        author_name=name if isinstance(name, str) else "",
        is_ours=author_of_uri(uri) == own_did,
        published_at=moment_of(view.get("indexedAt")),
        media=tuple(_media(view.get("embed"))),
    )


def _media(embed: Any) -> list[str]:
    """Addresses of what a post shows: pictures, the still of a film, a linked page."""
    if not isinstance(embed, dict):
        return []
    external = embed.get("external")
    images = embed.get("images")
    found = [
        *(image.get("fullsize") for image in (images if isinstance(images, list) else ()) if isinstance(image, dict)),
        embed.get("thumbnail"),
        external.get("uri") if isinstance(external, dict) else None,
        *_media(embed.get("media")),
    ]
    return [address for address in found if isinstance(address, str)]


def _text(record: Json) -> str:
    text = record.get("text")
    if not isinstance(text, str):
        raise _BrokenError("no_text")
    return text


def _posted_at(record: Json, *indexed: object) -> datetime:
    """When the author wrote it, by the author's clock as far as that is believable.

    The clock is free for the author to set. A time after the network first saw the comment, more than a day before, or
    none at all, is replaced by the moment the network saw it.
    """
    seen = next((moment for moment in map(moment_of, indexed) if moment is not None), None)
    written = moment_of(record.get("createdAt"))
    if seen is None:
        raise _BrokenError("bad_time")
    return written if written is not None and seen - _BACKDATED <= written <= seen else seen


def _network_time(shown: Json, record: Json) -> datetime:
    """When the network first saw one of our own posts; our app's clock only where it does not say."""
    seen = moment_of(shown.get("indexedAt")) or moment_of(record.get("createdAt"))
    if seen is None:
        raise _BrokenError("bad_time")
    return seen


def _reference(record: Any, end: str) -> str | None:
    reply = record.get("reply") if isinstance(record, dict) else None
    reference = reply.get(end) if isinstance(reply, dict) else None
    uri = reference.get("uri") if isinstance(reference, dict) else None
    return uri if is_post_uri(uri) else None


def closed_off_in(view: Json) -> list[str]:
    """The answers that the owner of the thread's root, shown in `view`, keeps out of sight in its gate."""
    gate = view.get("threadgate")
    record = gate.get("record") if isinstance(gate, dict) else None
    listed = record.get("hiddenReplies") if isinstance(record, dict) else None
    return [uri for uri in listed if isinstance(uri, str)] if isinstance(listed, list) else []
