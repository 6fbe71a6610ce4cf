"""The wire: whatever is not on the allow-list is announced and refused before a byte leaves."""

from __future__ import annotations

import gzip
import json
import logging
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from inbox.connectors import transports
from inbox.connectors.addresses import Door
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.guard import Rule, WireGuard, exactly, no_body
from inbox.connectors.transports import GuardedTransport, explain_transport, guarded_session
from inbox.permissions import never

SECRET = "s3cr3t-canary"
HOST = "https://api.example.org"


def is_text(value: object) -> bool:
    return isinstance(value, str)


RULES = (
    Rule("GET", "api.example.org", r"/comments/[0-9]+", queries=frozenset({"after"})),
    Rule("POST", "api.example.org", "/replies", body=exactly(text=is_text)),
    Rule("POST", "api.example.org", "/session", body=no_body),
    Rule("POST", "api.example.org", "/token", body=exactly(grant=is_text), form=True),
)
JSON = {"content-type": "application/json"}
FORM = {"content-type": "application/x-www-form-urlencoded"}
GUARD = WireGuard(RULES)


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[never.Attempt]:
    seen: list[never.Attempt] = []
    monkeypatch.setattr(never, "_subscribers", [seen.append])
    return seen


@pytest.mark.parametrize(
    ("method", "url", "headers", "body"),
    [
        ("GET", f"{HOST}/comments/1", {}, None),
        ("GET", f"{HOST}:443/comments/1?after=2&after=3", {}, b""),
        ("GET", "https://API.Example.org./comments/1", {"Host": "api.example.org"}, None),
        ("POST", f"{HOST}/replies", JSON, b'{"text": "sorry"}'),
        (
            "POST",
            f"{HOST}/replies",
            {"Content-Type": "application/json; charset=utf-8"},
            '{"text": "d\\u00e9sol\\u00e9"}',
        ),
        ("POST", f"{HOST}/session", {}, None),
        ("POST", f"{HOST}/token", FORM, "grant=renew"),
    ],
)
def test_what_is_listed_leaves(
    attempts: list[never.Attempt], method: str, url: str, headers: dict[str, str], body: object
) -> None:
    GUARD.check(method, url, headers, body)
    assert attempts == []


@pytest.mark.parametrize(
    ("method", "url", "headers", "body", "reason"),
    [
        ("DELETE", f"{HOST}/comments/1", {}, None, "not_listed"),
        ("PUT", f"{HOST}/comments/1", {}, None, "not_listed"),
        ("PATCH", f"{HOST}/comments/1", {}, None, "not_listed"),
        ("get", f"{HOST}/comments/1", {}, None, "not_listed"),
        ("POST", f"{HOST}/comments/1", JSON, b"{}", "not_listed"),
        ("GET", f"{HOST}/comments/1/hidden", {}, None, "not_listed"),
        ("GET", f"{HOST}/comments/1\n", {}, None, "address"),
        ("GET", f"{HOST}/com\tments/1", {}, None, "address"),
        ("GET", f" {HOST}/comments/1", {}, None, "address"),
        ("GET", f"{HOST}/comments/\u0661", {}, None, "address"),
        ("GET", "https://evil.example/comments/1", {}, None, "host"),
        ("GET", "https://api.example.org.evil.example/comments/1", {}, None, "host"),
        ("GET", f"{HOST}:8443/comments/1", {}, None, "host"),
        ("GET", "http://api.example.org/comments/1", {}, None, "host"),
        ("GET", "ftp://api.example.org/comments/1", {}, None, "host"),
        ("GET", f"https://me:{SECRET}@api.example.org/comments/1", {}, None, "address"),
        ("GET", f"{HOST}@evil.example/comments/1", {}, None, "address"),
        ("GET", f"{HOST}\\@evil.example/comments/1", {}, None, "address"),
        ("GET", "https://[::1/comments/1", {}, None, "address"),
        ("GET", "https://api.example.org:99999/comments/1", {}, None, "address"),
        ("GET", f"{HOST}/comments/1#x", {}, None, "address"),
        ("GET", f"{HOST}/comments/%31", {}, None, "encoded_path"),
        ("GET", f"{HOST}/comments%2F1", {}, None, "encoded_path"),
        ("GET", f"{HOST}/comments/%252e%252e", {}, None, "encoded_path"),
        ("GET", f"{HOST}/other/../comments/1", {}, None, "encoded_path"),
        ("GET", f"{HOST}/./comments/1", {}, None, "encoded_path"),
        ("GET", f"{HOST}//comments/1", {}, None, "encoded_path"),
        ("GET", f"{HOST}/comments/1?_method=DELETE", {}, None, "method_override"),
        ("GET", f"{HOST}/comments/1?METHOD=delete", {}, None, "method_override"),
        ("GET", f"{HOST}/comments/1?%6Dethod=delete", {}, None, "method_override"),
        ("GET", f"{HOST}/comments/1?before={SECRET}", {}, None, "query"),
        ("GET", f"{HOST}/comments/1?after=1;_method=DELETE", {}, None, "query"),
        ("GET", f"{HOST}/comments/1?after", {}, None, "query"),
        ("GET", f"{HOST}/comments/1", {"X-HTTP-Method-Override": "DELETE"}, None, "method_override"),
        ("GET", f"{HOST}/comments/1", {"x_http_method_override": "DELETE"}, None, "method_override"),
        ("GET", f"{HOST}/comments/1", {"X-Method-Override": "DELETE"}, None, "method_override"),
        ("GET", f"{HOST}/comments/1", {"x-http-method": "DELETE"}, None, "method_override"),
        ("GET", f"{HOST}/comments/1", {"Host": "evil.example"}, None, "host"),
        ("GET", f"{HOST}/comments/1", JSON, b'{"text": "x"}', "body"),
        ("POST", f"{HOST}/replies", JSON, None, "body"),
        ("POST", f"{HOST}/replies", JSON, b'{"text": "x", "hidden": true}', "body"),
        ("POST", f"{HOST}/replies", JSON, b'{"text": "x", "text": "y"}', "body"),
        ("POST", f"{HOST}/replies", JSON, b'[{"text": "x"}]', "body"),
        ("POST", f"{HOST}/replies", JSON, b'{"text": ', "body"),
        ("POST", f"{HOST}/replies", JSON, b"[" * 100_000, "body"),
        ("POST", f"{HOST}/replies", {}, b'{"text": "x"}', "body"),
        ("POST", f"{HOST}/replies", FORM, b"text=x", "body"),
        ("POST", f"{HOST}/replies", {"content-type": "multipart/mixed"}, b'{"text": "x"}', "body"),
        ("POST", f"{HOST}/replies", JSON, iter([b'{"text": "x"}']), "body"),
        (
            "POST",
            f"{HOST}/replies",
            JSON | {"Content-Encoding": "gzip"},
            gzip.compress(b"{}", mtime=0),
            "method_override",
        ),
        ("POST", f"{HOST}/session", JSON, b'{"a": 1}', "body"),
        ("POST", f"{HOST}/token", FORM, b"grant=renew&grant=other", "body"),
        ("POST", f"{HOST}/token", FORM, b"grant=renew&_method=DELETE", "body"),
        ("POST", f"{HOST}/", JSON, b'{"batch": [{"method": "DELETE"}]}', "not_listed"),
    ],
)
def test_what_is_not_listed_is_announced_and_refused(
    attempts: list[never.Attempt], method: str, url: str, headers: dict[str, str], body: object, reason: str
) -> None:
    with pytest.raises(never.ForbiddenDeed):
        GUARD.check(method, url, headers | {"authorization": f"Bearer {SECRET}"}, body)
    assert [(attempt.lock, attempt.params["reason"]) for attempt in attempts] == [("wire", reason)]
    assert SECRET not in str(attempts)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"]),
    path=st.text(max_size=30),
    query=st.text(max_size=20),
    body=st.one_of(st.none(), st.binary(max_size=30), st.text(max_size=30)),
)
def test_whatever_is_asked_is_either_listed_or_refused(method: str, path: str, query: str, body: object) -> None:
    refused = None
    try:
        GUARD.check(method, f"{HOST}/{path}?{query}" if query else f"{HOST}/{path}", JSON, body)
    except never.ForbiddenDeed as refusal:
        refused = refusal.attempt.what
    if refused is None:
        assert (method, path.partition("/")[0]) in {("GET", "comments"), ("POST", "replies"), ("POST", "session")}
    else:
        assert refused.isascii()
        assert len(refused) <= 200


@pytest.mark.parametrize(
    "make",
    [
        lambda: Rule("DELETE", "a.example", "/x"),  # type: ignore[arg-type]
        lambda: Rule("PUT", "a.example", "/x", body=no_body),  # type: ignore[arg-type]
        lambda: Rule("POST", "a.example", "/x"),
        lambda: Rule("GET", "a.example", "/x", body=no_body),
        lambda: Rule("GET", "a.example", "/x", queries=frozenset({"_method"})),
    ],
)
def test_a_rule_without_a_look_at_its_body_cannot_be_written(make: Callable[[], Rule]) -> None:
    with pytest.raises(ValueError):
        make()


@pytest.mark.parametrize("path", ["/comments/[0-9]+/hide", "/accounts/mute", "/statuses/delete", "/blocks"])
def test_a_rule_for_a_forbidden_deed_cannot_be_written(path: str) -> None:
    with pytest.raises(never.ForbiddenDeed):
        Rule("POST", "a.example", path, body=no_body)


class Peer:
    """A server that answers as told and counts what arrived."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: send(handler, b'{"a": 1}')
        self.origin = ""


def send(handler: BaseHTTPRequestHandler, content: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


@pytest.fixture
def peer() -> Iterator[Peer]:
    state = Peer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.serve
            raise AttributeError(name)

        def serve(self) -> None:
            state.seen.append(f"{self.command} {self.path}")
            self.rfile.read(int(self.headers.get("content-length", 0)))
            state.answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """What arrived stands in `Peer.seen`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


Send = Callable[..., Any]


@pytest.fixture(params=["requests", "httpx"])
def ask(request: pytest.FixtureRequest, peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Send]:
    """Sends through either library, with a proxy in the environment that nobody may use."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    guard = WireGuard(
        [
            Rule.at(peer.origin, "GET", "/(?:comments|elsewhere)"),
            Rule.at(peer.origin, "POST", "/replies", body=exactly(text=is_text)),
        ]
    )
    door = Door(["127.0.0.1"])
    if request.param == "requests":
        with guarded_session(guard, door) as session:
            yield session.request
    else:
        with httpx.Client(transport=GuardedTransport(guard, door), trust_env=False, follow_redirects=True) as client:
            yield client.request


def test_a_listed_request_is_answered(peer: Peer, ask: Send) -> None:
    content = gzip.compress(b'{"a": "%s"}' % (b"x" * 100_000))
    peer.answer = lambda handler: send(handler, content, Content_Encoding="gzip", X_Kind="k")
    answer = ask("GET", f"{peer.origin}/comments")
    assert len(answer.json()["a"]) == 100_000
    assert answer.headers["x-kind"] == "k"
    assert ask("POST", f"{peer.origin}/replies", json={"text": "x"}).status_code == 200
    assert peer.seen == ["GET /comments", "POST /replies"]


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("DELETE", "/comments", {}),
        ("PUT", "/comments", {"json": {}}),
        ("POST", "/comments", {"json": {}}),
        ("POST", "/replies", {"json": {"text": "x", "hidden": True}}),
        ("POST", "/replies", {"data": {"text": "x"}}),
        ("POST", "/replies", {"files": {"text": b"x"}}),
        ("GET", "/comments", {"params": {"_method": "DELETE"}}),
        ("GET", "/comments", {"headers": {"X-HTTP-Method-Override": "DELETE"}}),
        ("GET", "/comments", {"json": {"a": 1}}),
        ("GET", "/comments/%2e%2e/other", {}),
    ],
)
def test_a_refused_request_never_arrives(
    attempts: list[never.Attempt], peer: Peer, ask: Send, method: str, path: str, more: dict[str, Any]
) -> None:
    with pytest.raises(never.ForbiddenDeed):
        ask(method, f"{peer.origin}{path}", **more)
    assert peer.seen == []
    assert len(attempts) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("writing", [True, False])
def test_no_redirect_is_followed(peer: Peer, ask: Send, status: int, writing: bool) -> None:
    peer.answer = lambda handler: send(handler, b"", status, Location=f"{peer.origin}/elsewhere")
    arguments = ("POST", f"{peer.origin}/replies") if writing else ("GET", f"{peer.origin}/comments")
    with pytest.raises((requests.RequestException, httpx.HTTPError)) as caught:
        ask(*arguments, **({"json": {"text": "x"}} if writing else {}))
    explained = explain_transport(caught.value, writing=writing)
    assert explained is not None
    assert explained.code == "unreadable_answer"
    assert explained.outcome is (Outcome.UNKNOWN if writing else Outcome.TEMPORARY)
    assert len(peer.seen) == 1


def test_no_sign_in_is_taken_from_the_machine(peer: Peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    sent: list[str | None] = []

    def note(handler: BaseHTTPRequestHandler) -> None:
        sent.append(handler.headers.get("authorization"))
        send(handler, b"{}")

    peer.answer = note
    with guarded_session(WireGuard([Rule.at(peer.origin, "GET", "/x")]), Door(["127.0.0.1"])) as session:
        session.get(f"{peer.origin}/x", headers={"Authorization": "Bearer ours"})
    assert sent == ["Bearer ours"]


def outcome_of(ask: Send, origin: str) -> tuple[str, Outcome]:
    with pytest.raises((requests.RequestException, httpx.HTTPError, ConnectorError)) as caught:
        ask("POST", f"{origin}/replies", json={"text": "x"})
    explained = explain_transport(caught.value, writing=True)
    assert explained is not None
    return explained.code, explained.outcome


def test_a_peer_that_hangs_leaves_the_outcome_unknown(peer: Peer, ask: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 0.2)
    release = threading.Event()
    peer.answer = lambda handler: (release.wait(5), None)[1]
    assert outcome_of(ask, peer.origin) == ("timed_out", Outcome.UNKNOWN)
    release.set()


def test_a_peer_that_trickles_is_broken_off(peer: Peer, ask: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 0.3)
    done = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        try:
            while not done.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            return

    peer.answer = trickle
    assert outcome_of(ask, peer.origin) == ("timed_out", Outcome.UNKNOWN)
    done.set()


def test_a_peer_that_breaks_off_leaves_the_outcome_unknown(peer: Peer, ask: Send) -> None:
    def break_off(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    peer.answer = break_off
    assert outcome_of(ask, peer.origin) == ("connection_lost", Outcome.UNKNOWN)


def test_a_cut_answer_leaves_the_outcome_unknown(peer: Peer, ask: Send) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        handler.wfile.write(b'{"a": 1}')
        handler.close_connection = True

    peer.answer = cut
    assert outcome_of(ask, peer.origin) == ("connection_lost", Outcome.UNKNOWN)


def test_an_endless_answer_is_broken_off(peer: Peer, ask: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transports, "MAX_ANSWER_BYTES", 10_000)
    content = gzip.compress(b" " * 1_000_000)
    peer.answer = lambda handler: send(handler, content, Content_Encoding="gzip")
    assert outcome_of(ask, peer.origin) == ("unreadable_answer", Outcome.UNKNOWN)


def test_a_refusal_is_found_inside_what_an_sdk_makes_of_it() -> None:
    try:
        try:
            GUARD.check("DELETE", f"{HOST}/comments/1", {}, None)
        except never.ForbiddenDeed as error:
            raise RuntimeError("wrapped by an SDK") from error
    except RuntimeError as error:
        explained = explain_transport(error, writing=True)
    assert explained is not None
    assert (explained.code, explained.outcome) == ("refused_by_rule", Outcome.PERMANENT)
    assert explain_transport(ValueError("ours"), writing=True) is None


def test_sdk_loggers_say_no_token_at_any_level(peer: Peer, ask: Send, caplog: pytest.LogCaptureFixture) -> None:
    for name in ("", "httpx", "httpcore", "httpcore.http11", "urllib3", "urllib3.connectionpool"):
        caplog.set_level(logging.DEBUG, logger=name)
    ask("GET", f"{peer.origin}/comments", headers={"Authorization": f"Bearer {SECRET}"})
    assert SECRET not in caplog.text
    assert json.dumps(peer.seen) == '["GET /comments"]'
