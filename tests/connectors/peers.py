"""What a network's tests lend to the contract test that runs over every connector folder.

`tests/connectors/peers_<network>.py` holds a context manager `peer()` that starts a peer of that network on loopback
(or in a folder, for a network that lives on this machine) and yields a `Peer`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, cast

from inbox.connectors.guard import Rule
from inbox.connectors.shapes import AccountAccess


class Peer(Protocol):
    """A running network with one account of ours on it."""

    @property
    def access(self) -> AccountAccess:
        """How the connector reaches the account: right credentials, and loopback in `private_hosts` where needed."""

    def write_comments(self, texts: list[str]) -> list[str]:
        """Let somebody outside write these comments to our account, oldest first; their remote ids."""

    def take_away(self, remote_id: str) -> None:
        """Let the author of this comment remove it."""

    def replies(self) -> list[tuple[str, str]]:
        """What our account answered on the network: (remote id of the comment, text), oldest first."""

    def wrong_access(self) -> AccountAccess | None:
        """The same account with credentials that the network refuses; None where there are none."""

    def unreachable_access(self) -> AccountAccess | None:
        """The same account at an address where nobody listens; None for a network that needs no connection."""

    def rules(self) -> tuple[Rule, ...] | None:
        """The allow-list the connector's wire guard works with for `access`; None for a network without a wire."""

    def requests_seen(self) -> int | None:
        """How many requests arrived so far; None for a network that needs no connection."""


Start = Callable[[], AbstractContextManager[Peer]]


def peer_of(network: str) -> Start | None:
    """How to start the peer of `network`; None if its tests lend none."""
    path = Path(__file__).with_name(f"peers_{network}.py")
    if not path.exists():
        return None
    spec = importlib.util.spec_from_file_location(f"peers_{network}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return cast("Start", module.peer)
