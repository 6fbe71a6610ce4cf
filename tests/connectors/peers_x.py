"""X, lent to the contract of all networks: the fake on a real socket."""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from inbox.connectors.guard import Rule
from inbox.connectors.shapes import AccountAccess
from inbox.connectors.x.rules import rules
from tests.connectors.fake_x import OWN, OWN_NAME, FakeX, running

CRITIC = "700001"


def access_to(fake: FakeX, **credentials: str) -> AccountAccess:
    """How the connector reaches `fake`."""
    return AccountAccess(
        account_id=1,
        base_url=fake.origin,
        identifier=OWN_NAME,
        remote_id=OWN,
        credentials={"access_token": "good-token", **credentials},
        private_hosts=("127.0.0.1",),
    )


class XPeer:
    """The fake with one critic on it."""

    def __init__(self, fake: FakeX) -> None:
        self.fake = fake
        fake.person(CRITIC, "critic", "A Critic", 120)

    @property
    def access(self) -> AccountAccess:
        return access_to(self.fake)

    def write_comments(self, texts: list[str]) -> list[str]:
        return [self.fake.write(CRITIC, f"@{OWN_NAME} {text}") for text in texts]

    def take_away(self, remote_id: str) -> None:
        self.fake.gone.add(remote_id)

    def replies(self) -> list[tuple[str, str]]:
        return [(target, text.removeprefix("@critic ")) for target, text in self.fake.own_replies()]

    def wrong_access(self) -> AccountAccess:
        return access_to(self.fake, access_token="wrong")

    def unreachable_access(self) -> AccountAccess:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        return dataclasses.replace(self.access, base_url=f"http://127.0.0.1:{port}")

    def rules(self) -> tuple[Rule, ...]:
        return rules(self.fake.origin)

    def requests_seen(self) -> int:
        return len(self.fake.seen)


@contextmanager
def peer() -> Iterator[XPeer]:
    """The fake, started."""
    with running() as fake:
        yield XPeer(fake)
