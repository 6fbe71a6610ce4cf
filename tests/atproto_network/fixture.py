"""The fixture `atproto_network`: a running AT Protocol network with two accounts, `brand` and `critic`.

A test module takes it with `from tests.atproto_network.fixture import atproto_network` or through a conftest that does.
It is started once per session (about 8 s; the first time npm installs about 300 packages and compiles one, 2 to 3 min).
What is missing on the machine skips the tests that ask for it, unless the environment has `CI=true`: then they fail.

    def test_something(atproto_network: AtprotoNetwork) -> None:
        brand = atproto_network.new_account("brand")       # or atproto_network.brand, shared by the whole session
        access_url = atproto_network.pds                   # what a person types as the account's server
        atproto_network.client(brand).send_post("…")       # the SDK's own client, without our guard: a person's app
        atproto_network.settle()                           # everything written is now in threads and notifications
        atproto_network.take_down(uri, cid)                # as the network's own moderators would
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from atproto import Client, Session, models
from atproto_client.request import Request

from tests.atproto_network import servers

PRIVATE_HOSTS = ("localhost", "127.0.0.1")
"""What `AccountAccess.private_hosts` (INBOX_ALLOW_PRIVATE_HOSTS) must hold to reach the network."""


@dataclass(frozen=True, slots=True)
class NetworkAccount:
    """One account. `identifier` is its name, `app_password` what our product is given, `server` its home."""

    did: str
    identifier: str
    password: str
    app_password: str
    server: str


class AtprotoNetwork:
    """The running network.

    Attributes:
        pds, appview, plc: addresses of the servers; `pds` is the one accounts sign in at.
        elsewhere: a second server for accounts, which the AppView does not read.
        brand, critic: two accounts that exist from the start.
    """

    def __init__(self, running: subprocess.Popen[str], line: dict[str, Any]) -> None:
        self._running = running
        self._staff: dict[str, str] = line["staff"]
        self._clients: dict[str, Client] = {}
        self._made = 0
        self.pds: str = line["pds"]
        self.appview: str = line["appview"]
        self.plc: str = line["plc"]
        self.elsewhere: str = line["elsewhere"]
        self.brand = self._create("brand", self.pds)
        self.critic = self._create("critic", self.pds)
        self.settle()

    def new_account(self, name: str) -> NetworkAccount:
        """A fresh account whose identifier begins with `name` (letters and digits, 3 to 12)."""
        self._made += 1
        return self._create(f"{name}{self._made}", self.pds)

    def new_account_elsewhere(self, name: str) -> NetworkAccount:
        """The same on the second server. `client` signs in there, too."""
        self._made += 1
        return self._create(f"{name}{self._made}", self.elsewhere)

    def client(self, account: NetworkAccount) -> Client:
        """The SDK's client as its owner's app uses it, without our guard: it may do everything."""
        return self._clients[account.did]

    def settle(self) -> None:
        """Wait until the AppView has taken in everything that was written.

        Needed between a post and its answer, too: it takes in accounts side by side, and an answer that it meets at the
        same moment as the post is in the thread and never told of.
        """
        assert self._running.stdin is not None
        assert self._running.stdout is not None
        self._running.stdin.write("settle\n")
        self._running.stdin.flush()
        answer = json.loads(self._running.stdout.readline())
        assert answer == {"settled": True}, answer

    def take_down(self, uri: str, cid: str) -> None:
        """Have the network's moderators withhold a record everywhere; its author's repository keeps it."""
        subject = {"$type": "com.atproto.repo.strongRef", "uri": uri, "cid": cid}
        for name, origin in (("pds", self.pds), ("appview", self.appview)):
            answer = httpx.post(
                f"{origin}/xrpc/com.atproto.admin.updateSubjectStatus",
                json={"subject": subject, "takedown": {"applied": True, "ref": "1"}},
                headers={"Authorization": self._staff[name]},
                trust_env=False,
            )
            answer.raise_for_status()

    def close(self) -> None:
        """Close the clients that were handed out."""
        for client in self._clients.values():
            client.request.close()

    def _create(self, name: str, server: str) -> NetworkAccount:
        identifier, password = f"{name}.test", f"{name}-password"
        client = Client(server, request=Request(trust_env=False, timeout=30))
        made = client.com.atproto.server.create_account(
            models.ComAtprotoServerCreateAccount.Data(
                handle=identifier, email=f"{name}@example.test", password=password
            )
        )
        # With the session that comes with the account: signing in costs a password check, and asks the AppView.
        session = Session(identifier, made.did, made.access_jwt, made.refresh_jwt, server)
        client.login(session_string=session.export(), fetch_bsky_profile=False)
        client.me = models.AppBskyActorDefs.ProfileViewDetailed(did=made.did, handle=identifier)
        self._clients[made.did] = client
        client.app.bsky.actor.profile.create(
            made.did, models.AppBskyActorProfile.Record(display_name=name.title()), "self"
        )
        app = client.com.atproto.server.create_app_password({"name": "inbox"})
        return NetworkAccount(made.did, identifier, password, app.password, server)


_outcome: list[AtprotoNetwork | Exception] = []
_stack = ExitStack()


def shared_network() -> AtprotoNetwork:
    """The network of this test session, started by the first who asks and stopped when the interpreter ends."""
    if not _outcome:
        atexit.register(_stack.close)
        try:
            servers.install()
            network = AtprotoNetwork(*_stack.enter_context(servers.running_network()))
            _stack.callback(network.close)
            _outcome.append(network)
        except Exception as error:  # noqa: BLE001 - kept: everybody who asks is told, and nobody waits for it again.
            _outcome.append(error)
    found = _outcome[0]
    if isinstance(found, servers.Missing):
        reason = f"the AT Protocol network needs {found}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    if isinstance(found, Exception):
        raise found
    return found


@pytest.fixture(scope="session")
def atproto_network() -> AtprotoNetwork:
    """The running network; see the head of this module."""
    return shared_network()
