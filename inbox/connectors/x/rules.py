"""What may leave towards X, and the scopes that are asked for and never asked for."""

from __future__ import annotations

from inbox.connectors.guard import Rule, exactly
from inbox.connectors.shapes import Json

SDK_ORIGIN = "https://api.twitter.com"
"""Built into tweepy (`BaseClient.request`)."""
ORIGIN = "https://api.x.com"
"""Where X documents its API since 2025; requests of the SDK are sent here."""
TOKEN_PATH = "/2/oauth2/token"  # noqa: S105 - an address, not a secret.

REQUESTED_SCOPES = ("tweet.read", "tweet.write", "users.read", "offline.access")
"""The least that reading mentions, answering and renewing the token need."""
NEVER_REQUESTED_SCOPES = frozenset(
    {
        "block.write",
        "bookmark.write",
        "dm.write",
        "follows.write",
        "like.write",
        "list.write",
        "mute.write",
        "tweet.moderate.write",
    }
)
"""Scopes that could hide, block, mute or unfollow, or do anything else beyond answering: a token that carries one is
over-powered (lock 4 of the rule)."""

POST_FIELDS = (
    "author_id",
    "conversation_id",
    "created_at",
    "edit_history_tweet_ids",
    "entities",
    "in_reply_to_user_id",
    "lang",
    "note_tweet",
    "public_metrics",
    "referenced_tweets",
)
EXPANSIONS = ("author_id", "referenced_tweets.id")
AUTHOR_FIELDS = ("name", "public_metrics", "username")

_FIELDS = frozenset({"expansions", "tweet.fields", "user.fields"})
_PAGING = _FIELDS | {"exclude", "max_results", "pagination_token", "since_id", "start_time"}


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _target(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"in_reply_to_tweet_id"}
        and isinstance(value["in_reply_to_tweet_id"], str)
        and value["in_reply_to_tweet_id"].isdecimal()
    )


_is_reply = exactly(text=_text, reply=_target)
_has_renewal_keys = exactly(grant_type=_text, refresh_token=_text, client_id=_text)


def _is_renewal(body: Json) -> bool:
    return _has_renewal_keys(body) and body["grant_type"] == "refresh_token"


def rules(origin: str = ORIGIN) -> tuple[Rule, ...]:
    """The whole allow-list: four ways to read, one way to answer, one way to renew the token."""
    return (
        Rule.at(origin, "GET", "/2/users/me", queries=_FIELDS),
        Rule.at(origin, "GET", r"/2/users/[0-9]{1,19}/mentions", queries=_PAGING),
        Rule.at(origin, "GET", r"/2/users/[0-9]{1,19}/tweets", queries=_PAGING),
        Rule.at(origin, "GET", "/2/tweets", queries=_FIELDS | {"ids"}),
        Rule.at(origin, "POST", "/2/tweets", body=_is_reply),
        Rule.at(origin, "POST", TOKEN_PATH, body=_is_renewal, form=True),
    )
