"""Authors write the address of their server themselves: none of ours that is private is reached through it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from inbox.connectors.bluesky.line import Line
from inbox.connectors.bluesky.presence import Repositories
from inbox.connectors.bluesky.rules import POSTS
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import AccountAccess, Presence

CRITIC = f"did:plc:{'c' * 24}"
PERMITTED = ("127.0.0.0/8", "10.0.0.0/8", "localhost")


class Server:
    """Answers every path with `answers`, or 404; keeps what it was asked for."""

    def __init__(self) -> None:
        self.answers: dict[str, object] = {}
        self.asked: list[str] = []
        seen = self

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                seen.asked.append(path)
                body = json.dumps(seen.answers.get(path)).encode()
                self.send_response(200 if path in seen.answers else 404)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None: ...

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.port = self.http.server_port
        self.origin = f"http://127.0.0.1:{self.port}"


@contextmanager
def listening() -> Iterator[Server]:
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    thread.join()
    server.http.server_close()


@pytest.fixture
def own() -> Iterator[Server]:
    """The account's own server, which knows nothing of the critic, and the directory beside it."""
    with listening() as server:
        yield server


@pytest.fixture
def inner() -> Iterator[Server]:
    """A machine of ours that nobody outside should reach, on the same private network."""
    with listening() as server:
        yield server


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that is connected to; the name `pds.example.org` leads inside."""
    found: list[Any] = []
    resolve, connect = socket.getaddrinfo, socket.socket.connect

    def leading_inside(host: str, *more: Any, **named: Any) -> Any:
        return resolve("127.0.0.1" if host == "pds.example.org" else host, *more, **named)

    def noted(line: socket.socket, address: Any) -> None:
        found.append(address)
        connect(line, address)

    monkeypatch.setattr(socket, "getaddrinfo", leading_inside)
    monkeypatch.setattr(socket.socket, "connect", noted)
    return found


class OwnLine:
    """The line to a server that does not hold the author's repository."""

    def __init__(self, server: Server) -> None:
        self.origins = frozenset({server.origin})

    def get_bytes(self, *_: object) -> bytes:
        raise ConnectorError("unreadable_answer", Outcome.TEMPORARY)


def look(own: Server, did: str = CRITIC) -> Presence:
    access = AccountAccess(1, own.origin, "brand.test", None, {}, private_hosts=PERMITTED)
    return Repositories(access, cast("Line", OwnLine(own)), own.origin).presence(f"at://{did}/{POSTS}/3jui7kd54zh2y")


def living_at(endpoint: str) -> dict[str, object]:
    return {"id": CRITIC, "service": [{"id": "#atproto_pds", "serviceEndpoint": endpoint}]}


RECORD = "/xrpc/com.atproto.sync.getRecord"


def test_an_author_on_the_accounts_own_private_server_is_asked_there(own: Server) -> None:
    own.answers[f"/{CRITIC}"] = living_at(own.origin)
    assert look(own) is Presence.GONE
    assert own.asked == [f"/{CRITIC}", RECORD]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "[::ffff:127.0.0.1]"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_an_author_names_no_other_server_of_the_private_network(
    own: Server, inner: Server, scheme: str, host: str
) -> None:
    own.answers[f"/{CRITIC}"] = living_at(f"{scheme}://{host}:{inner.port}")
    assert look(own) is Presence.GONE
    assert (own.asked, inner.asked) == ([f"/{CRITIC}"], [])


def test_a_public_name_that_leads_inside_is_refused_too(own: Server, inner: Server, dialled: list[Any]) -> None:
    own.answers[f"/{CRITIC}"] = living_at(f"https://pds.example.org:{inner.port}")
    assert look(own) is Presence.GONE
    assert dialled == [("127.0.0.1", own.port)]


def test_an_identity_kept_on_the_private_network_is_not_asked_for(own: Server, dialled: list[Any]) -> None:
    assert look(own, "did:web:localhost") is Presence.UNKNOWN
    assert look(own, "did:web:pds.example.org") is Presence.UNKNOWN
    assert dialled == []
