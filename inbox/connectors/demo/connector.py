"""Our side of the demo network: its pages into comments, our replies out."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from inbox.connectors.base import Connector
from inbox.connectors.demo.door import TEXT_LIMIT, Door, NoAnswer, NoConnection, Published, Refusal, graphemes
from inbox.connectors.demo.reading import read_item
from inbox.connectors.demo.store import FILE_NAME
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
    Quota,
    Receipt,
)

_PRESENCE = {
    "present": Presence.PRESENT,
    "hidden": Presence.HIDDEN,
    "taken_back": Presence.REMOVED_BY_AUTHOR,
    "vanished": Presence.GONE,
}

_CODES = {
    400: "rejected",
    401: "credentials_refused",
    403: "reply_restricted",
    404: "comment_gone",
    409: "rejected",
    413: "text_too_long",
}


class DemoConnector(Connector):
    """The demo network, reached through its file in the account's data folder; nothing leaves the machine."""

    network = "demo"
    title = "Demo"
    letter = "D"
    credential_fields = (CredentialField("access_key", required=False),)
    look_ups = LookUps(every_seconds=15, pace=0.1)

    def __init__(self, access: AccountAccess) -> None:
        super().__init__(access)
        self._file = Path(access.data_dir) / FILE_NAME

    @property
    def _door(self) -> Door:
        return Door(self._file, self.access.identifier, self.access.credentials.get("access_key", ""))

    @classmethod
    def measure(cls, text: str) -> Length:
        """Grapheme clusters, as the network's door counts them."""
        return Length(graphemes(text), TEXT_LIMIT)

    @classmethod
    def own_page_url(cls, base_url: str | None, comment_url: str | None) -> str | None:
        """None: the demo network has no pages of its own."""
        del base_url, comment_url
        return None

    def _check(self) -> Profile:
        return Profile(
            remote_id=self.access.identifier,
            identifier=self.access.identifier,
            display_name=self._door.sign_in(),
            scopes=("comments.read", "replies.write"),
        )

    def _fetch_comments(self, cursor: Json) -> Page:
        delivery = self._door.page(int(cursor.get("after", 0)))
        quota = Quota()
        if delivery.allowance is not None:
            quota = Quota(delivery.allowance.limit, delivery.allowance.remaining, delivery.allowance.reset_at)
        return Page(
            items=tuple(read_item(payload) for payload in delivery.items),
            cursor={"after": delivery.last},
            more=delivery.more,
            quota=quota,
            gap_since=delivery.forgotten_since,
            next_at=quota.reset_at if quota.remaining == 0 else None,
        )

    def _post_reply(self, reply: OutgoingReply) -> Receipt:
        return _receipt(self._door.publish(reply.text, reply.target_id, reply.key))

    def _find_reply(self, reply: OutgoingReply) -> Receipt | None:
        published = self._door.find(reply.key)
        return None if published is None else _receipt(published)

    def _look_up(self, remote_ids: Sequence[str]) -> dict[str, Presence]:
        states = self._door.look_up(remote_ids)
        return {remote_id: _PRESENCE.get(states.get(remote_id, ""), Presence.GONE) for remote_id in remote_ids}

    def _read_again(self, raw: Json) -> Item | None:
        return read_item(raw)

    def _explain(self, error: Exception, *, writing: bool) -> ConnectorError | None:
        match error:
            case NoConnection():
                return ConnectorError("unreachable", Outcome.TEMPORARY, detail=str(error))
            case NoAnswer():
                return ConnectorError("timed_out", Outcome.UNKNOWN if writing else Outcome.TEMPORARY, detail=str(error))
            case Refusal(status=429):
                return ConnectorError("rate_limited", Outcome.TEMPORARY, retry_at=error.retry_at, detail=str(error))
            case Refusal(status=500):
                outcome = Outcome.UNKNOWN if writing else Outcome.TEMPORARY
                return ConnectorError("network_fault", outcome, detail=str(error))
            case Refusal(status=501):
                return ConnectorError("unreadable_answer", Outcome.UNKNOWN, detail=str(error))
            case Refusal():
                return ConnectorError(_CODES[error.status], Outcome.PERMANENT, detail=str(error))
            case sqlite3.OperationalError() if writing:
                return ConnectorError("connection_lost", Outcome.UNKNOWN, detail=str(error))
            case sqlite3.OperationalError():
                return ConnectorError("unreachable", Outcome.TEMPORARY, detail=str(error))
            case _:
                return None


def _receipt(published: Published) -> Receipt:
    return Receipt(remote_id=published.id, posted_at=published.at)
