"""What the AppView shows of posts and people: asked in batches, and turned into items."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence

from atproto import models
from atproto_client.exceptions import RequestErrorBase

from inbox.connectors.bluesky import faults, reading
from inbox.connectors.bluesky.line import Line
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import Item, Json

log = logging.getLogger(__name__)

_BATCH = 25
"""The most that `getPosts` and `getProfiles` take at once."""


def list_in(answer: Json, name: str) -> list[object]:
    """The list that an answer holds under `name`.

    Raises:
        ConnectorError: `unreadable_answer`, when there is none.
    """
    found = answer.get(name)
    if not isinstance(found, list):
        raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail=f"no {name}")
    return found


class AppView:
    """Asks for posts and people through the account's own server."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def posts(self, uris: Sequence[str]) -> dict[str, Json]:
        """Posts by address, those that are shown to us."""
        found: dict[str, Json] = {}
        for batch in _batches(uris):
            answer = self._line.get("app.bsky.feed.getPosts", models.AppBskyFeedGetPosts.Params(uris=batch))
            found |= reading.views_by_uri(list_in(answer, "posts"))
        return found

    def profiles(self, dids: Sequence[str]) -> dict[str, Json]:
        """Profiles by identity, those that are known."""
        found: dict[str, Json] = {}
        for batch in _batches(dids):
            answer = self._line.get("app.bsky.actor.getProfiles", models.AppBskyActorGetProfiles.Params(actors=batch))
            for shown in list_in(answer, "profiles"):
                if isinstance(shown, dict) and isinstance(shown.get("did"), str):
                    found[shown["did"]] = shown
        return found

    def items(self, told: Sequence[object]) -> list[Item]:
        """One item for each notification, with the post it is about and how many follow its author."""
        notifications = [entry for entry in told if isinstance(entry, dict)]
        addresses = [entry.get("uri") for entry in notifications]
        addresses += [reading.subject_of(entry) for entry in notifications]
        wanted = list(dict.fromkeys(uri for uri in addresses if reading.is_post_uri(uri)))
        authors = list(dict.fromkeys(map(reading.author_of_uri, wanted)))
        views = self._extra(lambda: self.posts(wanted))
        profiles = self._extra(lambda: self.profiles(authors))
        followers = {
            did: count for did, shown in profiles.items() if isinstance(count := shown.get("followersCount"), int)
        }
        return [reading.item_of(entry, self._line.did, views, followers) for entry in told]

    def _extra(self, ask: Callable[[], dict[str, Json]]) -> dict[str, Json]:
        """What is good to know beside the comments; without it they are delivered all the same."""
        try:
            return ask()
        except RequestErrorBase as error:
            explained = faults.explain(error, writing=False)
            if explained is None or explained.code not in {"rejected", "network_fault"}:
                raise
            log.warning("bluesky: posts or profiles could not be read: %s", explained)
            return {}


def _batches(values: Sequence[str]) -> Iterable[list[str]]:
    return (list(values[start : start + _BATCH]) for start in range(0, len(values), _BATCH))
