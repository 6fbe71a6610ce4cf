"""What may leave for the AT Protocol: reading, signing in, and writing a post that answers another one.

An app password may do everything its owner may: take posts back, block, mute, close threads. On this network all of
that is records of other collections and a few other methods, so that this list is the only barrier.
"""

from __future__ import annotations

from typing import Any, Final

from inbox.connectors.bluesky.record_key import is_record_key
from inbox.connectors.guard import Rule, exactly, no_body
from inbox.connectors.shapes import Json

POSTS: Final = "app.bsky.feed.post"
"""The one collection that is ever written to."""

DIRECTORY: Final = "https://plc.directory"
"""Where identities `did:plc:…` are looked up (https://web.plc.directory)."""

_READING: Final = {
    "app.bsky.actor.getProfile": {"actor"},
    "app.bsky.actor.getProfiles": {"actors"},
    "app.bsky.feed.getAuthorFeed": {"actor", "filter", "limit", "cursor", "includePins"},
    "app.bsky.feed.getPosts": {"uris"},
    "app.bsky.notification.listNotifications": {"reasons", "limit", "cursor", "priority"},
    "com.atproto.identity.resolveHandle": {"handle"},
    "com.atproto.repo.getRecord": {"repo", "collection", "rkey"},
    "com.atproto.sync.getLatestCommit": {"did"},
    "com.atproto.sync.getRecord": {"did", "collection", "rkey"},
}
"""The queries that are asked at the account's own server, each with the parameters it may carry."""


def sign_in_rules(origin: str) -> list[Rule]:
    """What may leave for the server whose address was typed, before the account's own server is known."""
    body = exactly(identifier=_is_text, password=_is_text)
    return [Rule.at(origin, "POST", r"/xrpc/com\.atproto\.server\.createSession", body=body)]


def account_rules(origin: str, did: str) -> list[Rule]:
    """What may leave for the account's own server (PDS): reading, renewing the session, publishing a reply as `did`."""

    def is_own_reply(body: Json) -> bool:
        return set(body) == {"repo", "collection", "rkey", "record"} and (
            body["repo"] == did
            and body["collection"] == POSTS
            and isinstance(body["rkey"], str)
            and is_record_key(body["rkey"])
            and _is_reply_record(body["record"])
        )

    return [
        *(
            Rule.at(origin, "GET", f"/xrpc/{method}".replace(".", r"\."), queries=frozenset(queries))
            for method, queries in _READING.items()
        ),
        Rule.at(origin, "POST", r"/xrpc/com\.atproto\.server\.refreshSession", body=no_body),
        Rule.at(origin, "POST", r"/xrpc/com\.atproto\.repo\.createRecord", body=is_own_reply),
    ]


def repository_rules(origin: str) -> list[Rule]:
    """What may leave for an author's server: the question whether a record is in their repository."""
    queries = frozenset(_READING["com.atproto.sync.getRecord"])
    return [Rule.at(origin, "GET", r"/xrpc/com\.atproto\.sync\.getRecord", queries=queries)]


def identity_rules(origin: str) -> list[Rule]:
    """What may leave for whoever says where an author's repository lives."""
    return [Rule.at(origin, "GET", r"/did:plc:[a-z2-7]{24}|/\.well-known/did\.json")]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _is_reply_record(record: Any) -> bool:
    """A post with text that answers another one, and nothing that would change who may see or answer what."""
    if not isinstance(record, dict) or not record.keys() <= {"$type", "text", "createdAt", "reply", "facets"}:
        return False
    reply = record.get("reply")
    return (
        record.get("$type") == POSTS
        and _is_text(record.get("text"))
        and _is_text(record.get("createdAt"))
        and isinstance(record.get("facets", []), list)
        and isinstance(reply, dict)
        and reply.keys() <= {"$type", "root", "parent"}
        and all(_is_reference(reply.get(end)) for end in ("root", "parent"))
    )


def _is_reference(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= {"$type", "uri", "cid"}
        and _is_text(value.get("cid"))
        and isinstance(value.get("uri"), str)
        and f"/{POSTS}/" in value["uri"]
    )
