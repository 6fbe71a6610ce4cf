"""Addresses typed by people lead to the open internet or nowhere."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.connectors.addresses import Door, is_public, parse_service_url
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.guard import Rule, WireGuard
from inbox.connectors.transports import GuardedTransport, guarded_session

NOT_PUBLIC = [
    "127.0.0.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::1",
    "fc00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_what_is_not_on_the_open_internet_is_known(address: str) -> None:
    assert not is_public(address)
    assert not Door().lets("name.example", address)


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254",
        "169.254.170.2",
        "::ffff:169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    ],
)
def test_what_tells_a_machine_its_secrets_is_never_reached(address: str) -> None:
    door = Door(["0.0.0.0/0", "::/0", "metadata.example", address.partition("%")[0]])
    assert not is_public(address)
    assert not door.lets("metadata.example", address)
    assert not door.lets_private(address)
    number = f"[{address}]" if ":" in address else address
    with pytest.raises(ConnectorError):
        parse_service_url(f"http://{number}", ["0.0.0.0/0", "::/0"])


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "2a00:1450:4007::1", "::ffff:8.8.8.8"])
def test_the_open_internet_is_open(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_nothing_private_counts_as_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if is_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_loopback


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://pds.example.org", "https://pds.example.org"),
        (" https://PDS.Example.org./ ", "https://pds.example.org"),
        ("pds.example.org", "https://pds.example.org"),
        ("pds.example.org:8443", "https://pds.example.org:8443"),
        ("https://pds.example.org:443", "https://pds.example.org"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("bücher.example:8443", "https://xn--bcher-kva.example:8443"),
        ("https://8.8.8.8", "https://8.8.8.8"),
        ("https://[2606:4700::1111]:8443/", "https://[2606:4700::1111]:8443"),
    ],
)
def test_a_servers_address_is_made_an_origin(typed: str, origin: str) -> None:
    assert parse_service_url(typed) == origin
    assert parse_service_url(origin) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "https://",
        "http://pds.example.org",
        "ftp://pds.example.org",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://localhost",
        "localhost:3000",
        "https://intranet",
        "https://127.0.0.1",
        "https://127.1",
        "https://2130706433",
        "https://0x7f000001",
        "https://0x7f.1",
        "https://0177.0.0.1",
        "https://[::1]",
        "https://[64:ff9b::7f00:1]",
        "https://[2002:7f00:1::]",
        "https://[fec0::1]",
        "https://10.0.0.1",
        "https://169.254.169.254",
        "https://me:secret@pds.example.org",
        "https://pds.example.org@127.0.0.1",
        "https://pds.example.org\\@127.0.0.1",
        "https://pds.example.org/path",
        "https://pds.example.org/?a=b",
        "https://pds.example.org/#a",
        "https://pds.example.org:99999",
        "https://pds.example.org:a",
        "https://pds..example.org",
        "https://-pds.example.org",
        "https://pds example.org",
        "https://pds.example.org\n.evil.example",
        "https://" + "a" * 300 + ".example",
        "https://[::1",
        "https://pds.example.org%2f.evil.example",
        "https://①②⑦.0.0.1",
        "\0",
        "\ud800.example",
    ],
)
def test_anything_else_is_one_clear_refusal(typed: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        parse_service_url(typed)
    assert (caught.value.code, caught.value.outcome) == ("host_not_allowed", Outcome.PERMANENT)
    assert "secret" not in caught.value.detail


@given(st.text(max_size=60))
def test_no_typed_text_breaks_it(typed: str) -> None:
    with suppress(ConnectorError):
        origin = parse_service_url(typed)
        assert parse_service_url(origin) == origin
        assert origin.startswith("https://")


@pytest.mark.parametrize(
    ("typed", "private"),
    [
        ("http://127.0.0.1:2583", "127.0.0.1"),
        ("http://localhost:2583", "localhost"),
        ("http://10.1.2.3", "10.0.0.0/8"),
        ("https://intranet", "Intranet."),
        ("http://[::1]:2583", "[::1]"),
    ],
)
def test_a_private_host_is_taken_when_it_was_permitted(typed: str, private: str) -> None:
    assert parse_service_url(typed, (private,)) == typed
    with pytest.raises(ConnectorError):
        parse_service_url(typed, ("other.example", "192.168.0.0/16"))


class Ledger:
    """What arrived at a loopback server."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.connections = 0
        self.port = 0


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    state = Ledger()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            state.connections += 1
            super().setup()

        def do_GET(self) -> None:
            state.seen.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """What arrived stands in `Ledger.seen`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


Get = Callable[[str, Door], int]


def get_with_requests(url: str, door: Door) -> int:
    with guarded_session(guard_for(url), door) as session:
        return session.get(url).status_code


def get_with_httpx(url: str, door: Door) -> int:
    with httpx.Client(transport=GuardedTransport(guard_for(url), door), trust_env=False) as client:
        return client.get(url).status_code


def guard_for(url: str) -> WireGuard:
    return WireGuard([Rule.at(url, "GET", "/x")])


@pytest.fixture(params=[get_with_requests, get_with_httpx])
def get(request: pytest.FixtureRequest) -> Get:
    found: Get = request.param
    return found


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[list[str]]]:
    """What names resolve to: the next list at each question, the last one for ever."""
    answers: dict[str, list[list[str]]] = {}
    real = socket.getaddrinfo

    def resolve(host: str, port: int, *more: Any, **named: Any) -> Any:
        if host not in answers:
            return real(host, port, *more, **named)
        found = answers[host].pop(0) if len(answers[host]) > 1 else answers[host][0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return answers


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]"])
def test_nothing_private_is_even_connected_to(ledger: Ledger, get: Get, host: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        get(f"http://{host}:{ledger.port}/x", Door())
    assert (caught.value.code, caught.value.outcome) == ("host_not_allowed", Outcome.PERMANENT)
    assert ledger.connections == 0


@pytest.mark.parametrize(("host", "private"), [("127.0.0.1", "127.0.0.0/8"), ("localhost", "localhost")])
def test_a_permitted_private_host_is_reached(ledger: Ledger, get: Get, host: str, private: str) -> None:
    assert get(f"http://{host}:{ledger.port}/x", Door([private])) == 204
    assert ledger.seen == ["/x"]


def test_a_name_that_leads_inside_is_refused(ledger: Ledger, get: Get, names: dict[str, list[list[str]]]) -> None:
    names["pds.example.org"] = [["127.0.0.1"]]
    with pytest.raises(ConnectorError):
        get(f"http://pds.example.org:{ledger.port}/x", Door())
    assert ledger.connections == 0
    assert get(f"http://pds.example.org:{ledger.port}/x", Door(["127.0.0.1"])) == 204
    assert get(f"http://pds.example.org:{ledger.port}/x", Door(["pds.example.org"])) == 204


def test_a_name_that_changes_its_answer_gains_nothing(
    ledger: Ledger, get: Get, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    dialled: list[str] = []
    names["pds.example.org"] = [["8.8.8.8"], ["127.0.0.1"]]

    class Refusing(socket.socket):
        def connect(self, address: Any) -> None:
            dialled.append(address[0])
            raise ConnectionRefusedError("no network in tests")

    monkeypatch.setattr(socket, "socket", Refusing)
    with pytest.raises(Exception, match="no network in tests"):
        get(f"http://pds.example.org:{ledger.port}/x", Door())
    assert dialled == ["8.8.8.8"]
    assert ledger.connections == 0


def test_a_peer_that_is_not_who_was_dialled_gets_no_byte(
    ledger: Ledger, get: Get, names: dict[str, list[list[str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    names["pds.example.org"] = [["8.8.8.8"]]
    real = socket.socket.connect

    def diverted(self: socket.socket, address: Any) -> None:
        real(self, ("127.0.0.1", ledger.port))

    monkeypatch.setattr(socket.socket, "connect", diverted)
    with pytest.raises(ConnectorError) as caught:
        get(f"http://pds.example.org:{ledger.port}/x", Door())
    assert caught.value.code == "host_not_allowed"
    assert ledger.seen == []


def test_the_public_one_of_two_addresses_is_taken(names: dict[str, list[list[str]]]) -> None:
    names["pds.example.org"] = [["10.0.0.1", "8.8.8.8"]]
    dialled: list[str] = []

    class Line:
        def close(self) -> None:
            raise AssertionError("the line was permitted")

    def dial(number: str) -> Line:
        dialled.append(number)
        return Line()

    Door().connect("pds.example.org", 443, dial, lambda _: "8.8.8.8", (OSError,))
    assert dialled == ["8.8.8.8"]
