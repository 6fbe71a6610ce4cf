"""The connector of X."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import cached_property

from inbox.connectors.base import Connector
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import (
    CredentialField,
    Item,
    Json,
    Length,
    LookUps,
    OutgoingReply,
    Page,
    Presence,
    Profile,
    Receipt,
)
from inbox.connectors.x import errors, texts
from inbox.connectors.x.client import XClient
from inbox.connectors.x.parsing import SITE, Delivery, either, post_url, records, referenced
from inbox.connectors.x.reading import fetch_page
from inbox.connectors.x.rules import NEVER_REQUESTED_SCOPES

PER_LOOK_UP = 100
SEARCHED_PAGES = 32
"""100 posts each: as far back as X's timeline of an account reaches."""
CLOCK_LEEWAY = timedelta(seconds=30)
"""By how much our clock and X's may differ when a reply is read back."""


class XConnector(Connector):
    """X through its API version 2 with an OAuth 2 token of the account.

    Credentials: `access_token`; with `refresh_token` and `client_id` (and `client_secret` for a confidential app) the
    token is renewed by itself, and what is to be stored then stands whole in `fresh_credentials`, which also carry
    `token_expires_at` and `scopes`: X tells both only when a token is issued, so that before the first renewal
    `Profile.scopes` and `Profile.excess` are empty because unknown, not because the token is harmless.

    An edited post has a new id on X: the comment keeps its first one, each edit is a later version. A time that X
    does not give (that of our own reply, when it was just published) is decoded from the id, which holds X's own clock
    in milliseconds: no further call that could fail after the reply is out, and no further billed read.
    """

    network = "x"
    title = "X"
    letter = "X"
    look_ups = LookUps(per_call=PER_LOOK_UP, every_seconds=900, pace=24, billed=True)
    safety_page = "https://help.x.com/en/safety-and-security/report-abusive-behavior"
    credential_fields = (
        CredentialField("access_token"),
        CredentialField("refresh_token", required=False),
        CredentialField("client_id", secret=False, required=False),
        CredentialField("client_secret", required=False),
    )

    @classmethod
    def measure(cls, text: str) -> Length:
        """Weighted length of at most 280; any address counts 23, an emoji 2."""
        return texts.measure(text)

    @classmethod
    def own_page_url(cls, base_url: str | None, comment_url: str | None) -> str | None:  # noqa: ARG003
        """The post on x.com; None for an address that leads elsewhere."""
        return comment_url if comment_url and comment_url.startswith(f"{SITE}/") else None

    @cached_property
    def _client(self) -> XClient:
        return XClient(self.access)

    def _ask(self, name: str, *args: object, **params: object) -> Json:
        client = self._client
        try:
            return client.ask(getattr(client.sdk, name), *args, **params)
        finally:
            self.fresh_credentials = client.renewed

    @cached_property
    def _me(self) -> tuple[str, str]:
        """The account's id and name on X; asked for only while they are not stored."""
        if self.access.remote_id:
            return self.access.remote_id, self.access.identifier
        profile = self._check()
        return profile.remote_id, profile.identifier

    def _check(self) -> Profile:
        found = self._ask("get_me").get("data")
        remote_id, username = (found.get("id"), found.get("username")) if isinstance(found, dict) else (None, None)
        if not isinstance(found, dict) or not isinstance(remote_id, str) or not isinstance(username, str):
            raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail="X does not say whose token it is")
        scopes = self._client.scopes
        return Profile(
            remote_id=remote_id,
            identifier=username,
            display_name=str(found.get("name") or username),
            url=f"{SITE}/{username}",
            scopes=scopes,
            excess=tuple(scope for scope in scopes if scope in NEVER_REQUESTED_SCOPES),
            token_expires_at=self._client.token_expires_at,
        )

    def _fetch_comments(self, cursor: Json) -> Page:
        own_id, own_username = self._me
        client = self._client
        try:
            return fetch_page(client, cursor, own_id, own_username)
        finally:
            self.fresh_credentials = client.renewed

    def _post_reply(self, reply: OutgoingReply) -> Receipt:
        if not (reply.target_id.isascii() and reply.target_id.isdecimal()):
            raise ConnectorError("rejected", Outcome.PERMANENT, detail="what is answered is no post of X")
        answer = self._ask("create_tweet", text=reply.text, in_reply_to_tweet_id=reply.target_id)
        created = answer.get("data")
        receipt = self._receipt(created.get("id") if isinstance(created, dict) else None)
        if receipt is None:
            raise ConnectorError("unreadable_answer", Outcome.UNKNOWN, detail="X confirms no post")
        return receipt

    def _receipt(self, remote_id: object) -> Receipt | None:
        posted_at = texts.time_of_id(remote_id) if isinstance(remote_id, str) else None
        return Receipt(str(remote_id), posted_at, post_url(str(remote_id))) if posted_at else None

    def _find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Look through the account's own posts since `reply.since` for this answer to this comment.

        X gives a post no key of ours: the same text under the same comment is the reply. Should X list a post late,
        a second try of the same text is refused as `duplicate_text`.
        """
        own_id, _ = self._me
        wanted = texts.skeleton(reply.text)
        token: object = None
        for _ in range(SEARCHED_PAGES):
            answer = self._ask(
                "get_users_tweets",
                own_id,
                start_time=reply.since - CLOCK_LEEWAY,
                max_results=100,
                pagination_token=token,
                tweet_fields=["referenced_tweets", "note_tweet"],
            )
            meta = answer.get("meta")
            if not isinstance(meta, dict) or (
                not isinstance(answer.get("data"), list) and meta.get("result_count") != 0
            ):
                raise ConnectorError("unreadable_answer", Outcome.UNKNOWN, detail="X does not list the account's posts")
            for post in records(answer.get("data")):
                if referenced(post).get("replied_to") == reply.target_id and _says(post, wanted):
                    receipt = self._receipt(post.get("id"))
                    if receipt is not None:
                        return receipt
            token = meta.get("next_token")
            if not token:
                return None
        raise ConnectorError("unreadable_answer", Outcome.UNKNOWN, detail="the account posted too much since")

    def _look_up(self, remote_ids: Sequence[str]) -> dict[str, Presence]:
        """X says "not found" for whatever is gone, never who removed it.

        "Not authorized" (the author protects the account, or X suspended it) says nothing about the post, so it stays
        UNKNOWN: an alarm that somebody hid it would be false.
        """
        askable = list(dict.fromkeys(one for one in remote_ids if one.isascii() and one.isdecimal() and len(one) < 20))
        found: dict[str, Presence] = {}
        for start in range(0, len(askable), PER_LOOK_UP):
            answer = self._ask("get_tweets", askable[start : start + PER_LOOK_UP])
            for post in records(answer.get("data")):
                found[str(post.get("id"))] = Presence.PRESENT
            for error in records(answer.get("errors")):
                about = str(error.get("resource_id") or error.get("value"))
                if str(error.get("type")).endswith("/resource-not-found"):
                    found.setdefault(about, Presence.GONE)
        return found

    def _read_again(self, raw: Json) -> Item | None:
        if not isinstance(raw.get("post"), dict):
            return None
        included = {"users": [raw.get("author")], "tweets": raw.get("referenced")}
        return Delivery({"data": [raw["post"]], "includes": included}, *self._me).items()[0]

    def _explain(self, error: Exception, *, writing: bool) -> ConnectorError | None:
        return errors.explain(error, writing=writing)


def _says(post: Json, wanted: str) -> bool:
    long = either(post, "note_tweet", "note_post")
    text = long.get("text") if isinstance(long, dict) else post.get("text")
    return isinstance(text, str) and texts.skeleton(texts.unescaped(text)) == wanted
