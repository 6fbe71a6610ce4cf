"""Bluesky, lent to the contract of all networks: fresh accounts on the network that runs for the whole session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

import httpx
from atproto import models

from inbox.connectors.bluesky.rules import POSTS, account_rules, sign_in_rules
from inbox.connectors.guard import Rule
from inbox.connectors.shapes import AccountAccess
from inbox.connectors.transports import GuardedTransport
from tests.atproto_network.fixture import PRIVATE_HOSTS, AtprotoNetwork, NetworkAccount, shared_network
from tests.atproto_network.servers import free_ports


def access_to(network: AtprotoNetwork, account: NetworkAccount, **credentials: str) -> AccountAccess:
    """How the connector reaches `account`, as right after a person typed its app password."""
    return AccountAccess(
        account_id=1,
        base_url=network.pds,
        identifier=account.identifier,
        remote_id=None,
        credentials={"app_password": account.app_password, **credentials},
        private_hosts=PRIVATE_HOSTS,
    )


def strong_ref(post: models.AppBskyFeedPost.CreateRecordResponse) -> models.ComAtprotoRepoStrongRef.Main:
    """The reference to a post that was just written."""
    return models.ComAtprotoRepoStrongRef.Main(uri=post.uri, cid=post.cid)


class BlueskyPeer:
    """A brand with one post, and a critic who answers it."""

    def __init__(self, network: AtprotoNetwork) -> None:
        self.network = network
        self.brand = network.new_account("brand")
        self.critic = network.new_account("critic")
        self.post = network.client(self.brand).send_post("Our cups are back.")
        network.settle()
        self.left = 0

    @property
    def access(self) -> AccountAccess:
        return access_to(self.network, self.brand)

    def write_comments(self, texts: list[str]) -> list[str]:
        answered = models.AppBskyFeedPost.ReplyRef(parent=strong_ref(self.post), root=strong_ref(self.post))
        client = self.network.client(self.critic)
        written = [str(client.send_post(text, reply_to=answered).uri) for text in texts]
        self.network.settle()
        return written

    def take_away(self, remote_id: str) -> None:
        self.network.client(self.critic).delete_post(remote_id)
        self.network.settle()

    def replies(self) -> list[tuple[str, str]]:
        asked = models.ComAtprotoRepoListRecords.Params(repo=self.brand.did, collection=POSTS, limit=100)
        records = [
            entry.value for entry in self.network.client(self.brand).com.atproto.repo.list_records(asked).records
        ]
        answers = sorted((record for record in records if record.reply), key=lambda record: str(record.created_at))
        return [(str(record.reply.parent.uri), str(record.text)) for record in answers]

    def wrong_access(self) -> AccountAccess:
        return access_to(self.network, self.brand, app_password="none-of-its-passwords")

    def unreachable_access(self) -> AccountAccess:
        return replace(self.access, base_url=f"http://localhost:{free_ports(1)[0]}")

    def rules(self) -> tuple[Rule, ...]:
        return (*sign_in_rules(self.network.pds), *account_rules(self.network.pds, self.brand.did))

    def requests_seen(self) -> int:
        return self.left


@contextmanager
def peer() -> Iterator[BlueskyPeer]:
    """Two fresh accounts. What leaves this process through the guarded door is counted there."""
    lent = BlueskyPeer(shared_network())
    send = GuardedTransport.handle_request

    def counted(transport: GuardedTransport, request: httpx.Request) -> httpx.Response:
        lent.left += 1
        return send(transport, request)

    with patch.object(GuardedTransport, "handle_request", counted):
        yield lent
