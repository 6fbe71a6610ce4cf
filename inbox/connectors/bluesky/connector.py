"""The Bluesky connector: what the inbox asks of an account on the AT Protocol."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar, TypeVar

from atproto import models
from atproto_client.exceptions import BadRequestError
from pydantic import ValidationError

from inbox import clock
from inbox.connectors.base import TIMEOUT_SECONDS, Connector
from inbox.connectors.bluesky import faults, reading, writing
from inbox.connectors.bluesky.appview import AppView, list_in
from inbox.connectors.bluesky.line import Line
from inbox.connectors.bluesky.presence import Repositories
from inbox.connectors.bluesky.record_key import record_key, time_of_revision
from inbox.connectors.bluesky.rules import DIRECTORY, POSTS
from inbox.connectors.bluesky.walk import OVERLAP, Walk, moment_of
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import (
    AccountAccess,
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

log = logging.getLogger(__name__)

_PAGE = 100
"""The most that `listNotifications` and `getAuthorFeed` give at once."""

_REASONS = ["reply", "mention", "quote"]
_CLOCK_AHEAD = 300.0
"""Seconds by which a server's revision may be ahead of our clock before it is no time any more: a server that was once
ahead goes on counting from there."""

T = TypeVar("T")


class BlueskyConnector(Connector):
    """One account on Bluesky or on any other server of the AT Protocol, signed in with an app password.

    Comments are replies to us, mentions and quotes. Replies that the account writes in any app are collected as well,
    so that they close waits.
    """

    network: ClassVar[str] = "bluesky"
    title: ClassVar[str] = "Bluesky"
    letter: ClassVar[str] = "B"
    credential_fields: ClassVar[tuple[CredentialField, ...]] = (CredentialField("app_password"),)
    base_url_typed: ClassVar[bool] = True
    look_ups: ClassVar[LookUps] = LookUps(per_call=25, every_seconds=30)
    safety_page: ClassVar[str | None] = "https://bsky.social/about/support/regulatory-compliance-report"
    directory: ClassVar[str] = DIRECTORY

    def __init__(self, access: AccountAccess) -> None:
        super().__init__(access)
        self.line = Line(access, self._keep_session)
        self._view = AppView(self.line)

    @classmethod
    def measure(cls, text: str) -> Length:
        """The length of `text`, see `writing.measure`."""
        return writing.measure(text)

    @classmethod
    def own_page_url(cls, base_url: str | None, comment_url: str | None) -> str | None:  # noqa: ARG003 - one app for all.
        """The comment in the network's web app, which shows accounts of every server."""
        return comment_url if comment_url and comment_url.startswith(reading.APP) else None

    def _keep_session(self, session: str) -> None:
        self.fresh_credentials = {**self.access.credentials, "session": session}

    def _check(self) -> Profile:
        did = self.line.did
        # An app password has no narrower kind: whoever holds one can take posts back, block and mute.
        scopes = (self.line.scope,) if self.line.scope else ()
        shown = self._view.profiles([did]).get(did, {})
        return Profile(
            remote_id=did,
            identifier=self.line.identifier,
            display_name=str(shown.get("displayName") or self.line.identifier),
            url=reading.page_of_author(did),
            scopes=scopes,
            excess=scopes,
        )

    def _fetch_comments(self, cursor: Json) -> Page:
        comments, own = Walk.from_json(cursor.get("comments")), Walk.from_json(cursor.get("own"))
        if cursor.get("turn") == "own":
            return self._fetch_own(comments, own)
        return self._fetch_notifications(comments, own)

    def _fetch_notifications(self, walk: Walk, own: Walk) -> Page:
        def ask(page: str | None) -> tuple[Json, dict[str, str]]:
            # Without `priority` the account's own setting may leave out everybody it does not follow.
            asked = models.AppBskyNotificationListNotifications.Params(
                reasons=_REASONS, limit=_PAGE, cursor=page, priority=False
            )
            return self.line.get_with_headers("app.bsky.notification.listNotifications", asked)

        walk, (answer, headers) = self._next_page(walk, ask)
        told = list_in(answer, "notifications")
        items = self._view.items(told)
        moments = [moment for entry in told if (moment := moment_of(_get(entry, "indexedAt"))) is not None]
        walk = walk.after(moments, _next(answer))
        quota = faults.quota_of(headers)
        stored = {"comments": walk.to_json(), "own": own.to_json(), "turn": "comments" if walk.going_on else "own"}
        next_at = quota.reset_at if quota.remaining == 0 else None
        return Page(items=tuple(items), cursor=stored, more=True, quota=quota, next_at=next_at)

    def _fetch_own(self, comments: Walk, walk: Walk) -> Page:
        def ask(page: str | None) -> tuple[Json, dict[str, str]]:
            asked = models.AppBskyFeedGetAuthorFeed.Params(
                actor=did, filter="posts_with_replies", limit=_PAGE, cursor=page, include_pins=False
            )
            return self.line.get_with_headers("app.bsky.feed.getAuthorFeed", asked)

        did = self.line.did
        first = walk.mark is None and not walk.going_on
        walk = walk.begin(clock.now())
        if first:
            # What we wrote before the oldest comment we know answers none of them.
            walk = replace(walk, floor=(comments.oldest or clock.now()) - OVERLAP)
        walk, (answer, headers) = self._next_page(walk, ask)
        feed = list_in(answer, "feed")
        items = [item for entry in feed if (item := reading.own_reply_of(entry, did)) is not None]
        moments = [moment for entry in feed if (moment := reading.feed_moment(entry)) is not None]
        walk = walk.after(moments, _next(answer))
        stored = {"comments": comments.to_json(), "own": walk.to_json(), "turn": "own" if walk.going_on else "comments"}
        return Page(items=tuple(items), cursor=stored, more=walk.going_on, quota=faults.quota_of(headers))

    def _next_page(self, walk: Walk, ask: Callable[[str | None], T]) -> tuple[Walk, T]:
        walk = walk.begin(clock.now())
        try:
            return walk, ask(walk.page)
        except BadRequestError as refused:
            if walk.page is None or faults.is_signed_out(refused):
                raise
            # The server does not know its cursor any more: from the newest down again, to the same mark.
            log.warning("bluesky: a stored cursor was refused, the walk begins again")
            walk = replace(walk, page=None).begin(clock.now())
            return walk, ask(None)

    def _post_reply(self, reply: OutgoingReply) -> Receipt:
        try:
            body = self._prepared(reply)
        except Exception as error:
            # Nothing was written so far, whatever went wrong: only the call below can leave a doubt.
            explained = self._explain(error, writing=False)
            if explained is None:
                raise
            raise explained from None
        answer = self.line.post("com.atproto.repo.createRecord", body)
        uri = answer.get("uri")
        if uri != f"at://{body.repo}/{POSTS}/{body.rkey}":
            raise ConnectorError("unreadable_answer", Outcome.UNKNOWN, detail="no address of the reply")
        commit = answer.get("commit")
        committed = time_of_revision(commit.get("rev")) if isinstance(commit, dict) else None
        now = clock.now()
        if committed is None or (committed - now).total_seconds() > _CLOCK_AHEAD:
            committed = now
        return Receipt(remote_id=uri, posted_at=committed, url=reading.page_of_post(uri))

    def _prepared(self, reply: OutgoingReply) -> models.ComAtprotoRepoCreateRecord.Data:
        target = (
            self._view.posts([reply.target_id]).get(reply.target_id) if reading.is_post_uri(reply.target_id) else None
        )
        if target is None:
            kept = self._look_up([reply.target_id]).get(reply.target_id)
            restricted = kept in {Presence.PRESENT, Presence.HIDDEN}
            raise ConnectorError("reply_restricted" if restricted else "comment_gone", Outcome.PERMANENT)
        if _get(target.get("viewer"), "replyDisabled") is True:
            # Our server would publish it, and no thread would show it.
            raise ConnectorError("reply_restricted", Outcome.PERMANENT)
        try:
            record = writing.reply_record(reply.text, target, writing.facets(reply.text, self._did_of))
        except (KeyError, TypeError):
            raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail="no address in the thread") from None
        except (ValidationError, UnicodeEncodeError):
            raise ConnectorError("rejected", Outcome.PERMANENT, detail="not a text of valid characters") from None
        return models.ComAtprotoRepoCreateRecord.Data(
            repo=self.line.did, collection=POSTS, rkey=record_key(reply.key), record=record
        )

    def _did_of(self, name: str) -> str | None:
        asked = models.ComAtprotoIdentityResolveHandle.Params(handle=name)
        try:
            did = self.line.get("com.atproto.identity.resolveHandle", asked).get("did")
        except BadRequestError:
            return None
        return did if isinstance(did, str) and did.startswith("did:") else None

    def _find_reply(self, reply: OutgoingReply) -> Receipt | None:
        did, key = self.line.did, record_key(reply.key)
        asked = models.ComAtprotoRepoGetRecord.Params(repo=did, collection=POSTS, rkey=key)
        try:
            found = self.line.get("com.atproto.repo.getRecord", asked)
        except BadRequestError as refused:
            if faults.name_of(refused) != "RecordNotFound":
                raise
            return None
        uri = f"at://{did}/{POSTS}/{key}"
        if found.get("uri") != uri:
            raise ConnectorError("unreadable_answer", Outcome.UNKNOWN, detail="another record")
        return Receipt(remote_id=uri, posted_at=self._published_at(did, found), url=reading.page_of_post(uri))

    def _published_at(self, did: str, found: Json) -> datetime:
        """When a record of ours was published, as far as can be told afterwards.

        The repository keeps no time for a record. It was there by the repository's last revision, and by the time-out
        of the call that began when we dated it: the earlier of the two never makes an answer look quicker than it was.
        """
        asked = models.ComAtprotoSyncGetLatestCommit.Params(did=did)
        latest = time_of_revision(self.line.get("com.atproto.sync.getLatestCommit", asked).get("rev"))
        dated = moment_of(_get(found.get("value"), "createdAt"))
        bounds = [latest, dated + timedelta(seconds=TIMEOUT_SECONDS) if dated else None]
        return min((bound for bound in bounds if bound is not None), default=clock.now())

    def _look_up(self, remote_ids: Sequence[str]) -> dict[str, Presence]:
        asked = [uri for uri in dict.fromkeys(remote_ids) if reading.is_post_uri(uri)]
        own_did = self.line.did
        shown = self._view.posts(asked)
        roots = {uri: reading.root_of(view.get("record"), uri) for uri, view in shown.items()}
        ours = {root for root in roots.values() if reading.author_of_uri(root) == own_did}
        closed_off = {uri for view in self._view.posts(sorted(ours)).values() for uri in reading.closed_off_in(view)}
        found = {uri: Presence.HIDDEN if uri in closed_off else Presence.PRESENT for uri in shown}
        repositories = Repositories(self.access, self.line, self.directory)
        missing = [uri for uri in asked if uri not in shown]
        found |= {uri: repositories.presence(uri) for uri in missing}
        # An author who blocks us keeps the comment from us and from nobody else.
        kept_authors = {reading.author_of_uri(uri) for uri in missing if found[uri] is Presence.HIDDEN}
        profiles = self._view.profiles(sorted(kept_authors))
        for uri in missing:
            viewer = profiles.get(reading.author_of_uri(uri), {}).get("viewer")
            if found[uri] is Presence.HIDDEN and _shuts_us_out(viewer):
                found[uri] = Presence.PRESENT
        return found

    def _read_again(self, raw: Json) -> Item | None:
        return reading.item_of(raw, self.access.remote_id, {}, {}) if self.access.remote_id else None

    def _explain(self, error: Exception, *, writing: bool) -> ConnectorError | None:
        return faults.explain(error, writing=writing)


def _next(answer: Json) -> str | None:
    found = answer.get("cursor")
    return found if isinstance(found, str) and found else None


def _get(value: object, name: str) -> object:
    return value.get(name) if isinstance(value, dict) else None


def _shuts_us_out(viewer: object) -> bool:
    return _get(viewer, "blockedBy") is True and not _get(viewer, "blocking") and not _get(viewer, "blockingByList")
