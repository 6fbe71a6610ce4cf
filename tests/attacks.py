"""The roads over the network that are tried to make a criticism disappear: what SDKs can do, raw requests, and a trap
that tells whether anything arrived."""

from __future__ import annotations

import ast
import base64
import inspect
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import atproto
import tweepy
from atproto_client.namespaces import sync_ns

from inbox.connectors.bluesky import BlueskyConnector
from inbox.connectors.shapes import AccountAccess
from inbox.connectors.x import XConnector
from inbox.permissions import never

# What SDKs can do.

RECORD = Path(__file__).parent / "recorded_sdk_deeds.json"
"""Every method of the SDKs in use that writes, as it was last looked at: an upgrade that adds one is seen."""

KNOWN_DESTRUCTIVE = {
    *("delete_tweet", "hide_reply", "unhide_reply", "mute", "unmute", "unfollow", "unfollow_user", "unlike"),
    *("unretweet", "remove_bookmark", "delete_list", "remove_list_member", "unfollow_list", "unpin_list"),
    *("destroy_status", "create_block", "create_mute", "report_spam", "destroy_friendship", "delete_rules"),
}
"""Of tweepy: what the finder must find, or it is blind."""
TWEEPY = {"tweepy.Client": tweepy.Client, "tweepy.API": tweepy.API, "tweepy.StreamingClient": tweepy.StreamingClient}

_WRITES = re.compile(r"""["'](?:DELETE|PUT|POST|PATCH)["']""")
_HARMLESS = {"request", "filter", "sample", "connect", "disconnect", "create_tweet"}


def changes_something(name: str, source: str) -> bool:
    """Whether a method of tweepy writes, by its own source, or says so by its name."""
    named = bool(never.forbidden_words(name)) or name in KNOWN_DESTRUCTIVE
    return named or _WRITES.search(source) is not None


@cache
def tweepy_deeds() -> dict[str, list[str]]:
    """The writing methods of tweepy's classes, answering left out; of the asynchronous ones by reading their files,
    since they are not even loaded here."""
    found = {
        title: [
            name
            for name, method in inspect.getmembers(kind, inspect.isfunction)
            if not name.startswith("_")
            and name not in _HARMLESS
            and changes_something(name, inspect.getsource(inspect.unwrap(method)))
        ]
        for title, kind in TWEEPY.items()
    }
    for title, file in (("AsyncClient", "client.py"), ("AsyncStreamingClient", "streaming.py")):
        source = (Path(tweepy.__file__).parent / "asynchronous" / file).read_text()
        found[f"tweepy.asynchronous.{title}"] = sorted(
            node.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef)
            and not node.name.startswith("_")
            and node.name not in _HARMLESS
            and changes_something(node.name, ast.get_source_segment(source, node) or "")
        )
    return found


@cache
def atproto_deeds() -> dict[str, list[str]]:
    """What the SDK of the AT Protocol can write: procedures, kinds of records, and the methods of its client."""
    source = inspect.getsource(sync_ns)
    methods = [name for name, _ in inspect.getmembers(atproto.Client, inspect.isfunction)]
    return {
        "atproto procedures": sorted(set(re.findall(r"invoke_procedure\(\s*'([A-Za-z.]+)'", source))),
        "atproto collections": sorted(set(re.findall(r"collection='([A-Za-z.]+)'", source))),
        "atproto.Client": [name for name in methods if not name.startswith(("_", "get_", "detect_", "export_"))],
    }


def recorded_deeds() -> dict[str, list[str]]:
    """What stands in the record."""
    found: dict[str, list[str]] = json.loads(RECORD.read_text())
    return found


# Raw requests through a connector's own client, and a trap that tells whether one arrived.


@dataclass
class Trap:
    """A server on loopback that notes what arrives. `location`: it answers everything with a redirect there."""

    origin: str = ""
    seen: list[str] = field(default_factory=list)
    location: str = ""
    status: int = 307


@contextmanager
def trap() -> Iterator[Trap]:
    """A trap, set."""
    state = Trap()

    class Handler(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> Any:
            if name.startswith("do_"):
                return self.note
            raise AttributeError(name)

        def note(self) -> None:
            state.seen.append(f"{self.command} {self.path}")
            self.send_response(state.status if state.location else 200)
            if state.location:
                self.send_header("Location", state.location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """What arrived stands in `Trap.seen`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
POSTS = "app.bsky.feed.post"


def _token(**claims: object) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, {"sub": DID, "iat": 1, "exp": 4_102_444_800, **claims})
    return ".".join(
        (*(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts), "c2ln")
    )


def _access(origin: str, **credentials: str) -> AccountAccess:
    return AccountAccess(1, origin, "brand.test", None, credentials, private_hosts=("127.0.0.1",))


Ask = Callable[..., Any]


@dataclass(frozen=True)
class OwnClient:
    """What a connector sends with: the SDK's object, its HTTP client's `request`, and a path it may read."""

    sdk: Any
    ask: Ask
    reads: str
    answers: str


def x_client(origin: str) -> OwnClient:
    """The client that XConnector made for itself, over a server at `origin`."""
    sdk = XConnector(_access(origin, access_token="t"))._client.sdk
    return OwnClient(sdk, sdk.session.request, "/2/users/me", "/2/tweets")


def bluesky_client(origin: str) -> OwnClient:
    """The client that BlueskyConnector made for itself, signed in by a stored session."""
    tokens = (_token(scope="com.atproto.appPass"), _token(scope="com.atproto.refresh"))
    session = ":::".join(("brand.test", DID, *tokens, origin))
    sdk = BlueskyConnector(_access(origin, app_password="p", session=session)).line.client()
    return OwnClient(
        sdk,
        sdk.request._client.request,
        "/xrpc/app.bsky.feed.getPosts",
        "/xrpc/com.atproto.repo.createRecord",
    )


OWN_CLIENTS: dict[str, Callable[[str], OwnClient]] = {"x": x_client, "bluesky": bluesky_client}

_BATCH = [{"method": "DELETE", "path": "/2/tweets/1"}, {"$type": "com.atproto.repo.applyWrites#delete", "rkey": "1"}]

RAW_REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    *((method, "{reads}", {}) for method in ("DELETE", "PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "delete", "BLOCK")),
    *((method, "{answers}", {"json": {"text": "x"}}) for method in ("DELETE", "PUT", "PATCH")),
    ("POST", "{reads}", {}),
    *(
        ("GET", "{reads}", {"headers": {name: "DELETE"}})
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "x_http_method_override")
    ),
    ("GET", "{reads}", {"headers": {"X-Original-URL": "/2/tweets/1"}}),
    ("GET", "{reads}", {"headers": {"Host": "elsewhere.example"}}),
    ("GET", "{reads}", {"params": {"_method": "DELETE"}}),
    ("GET", "{reads}", {"json": {"hidden": True}}),
    *(("POST", path, {"json": _BATCH}) for path in ("{answers}", "/", "/batch", "/$batch", "/graphql")),
    *(
        ("POST", "{answers}", {"json": {"writes": _BATCH, name: _BATCH}})
        for name in ("batch", "requests", "operations")
    ),
    ("POST", "{answers}", {"json": {"text": "x", "reply": {"in_reply_to_tweet_id": "7"}, "hidden": True}}),
    ("POST", "{answers}", {"json": {"repo": DID, "collection": "app.bsky.graph.block", "rkey": "3jui7kd54zh2y"}}),
    ("POST", "{answers}", {"data": {"_method": "DELETE"}}),
    ("POST", "{answers}", {"files": {"request": b"DELETE /2/tweets/1 HTTP/1.1"}}),
    ("GET", "{reads}/%2e%2e/%2e%2e/admin", {}),
    ("GET", "{reads}%2F..%2Fhidden", {}),
    ("GET", "{answers}/%37", {}),
    ("GET", "//{host}{reads}", {}),
    ("POST", "/2/users/1/blocking", {"json": {"target_user_id": "7"}}),
    ("POST", "/2/users/1/muting", {"json": {"target_user_id": "7"}}),
    ("PUT", "/2/tweets/1/hidden", {"json": {"hidden": True}}),
    ("POST", "/1.1/statuses/destroy/1.json", {}),
    ("POST", "/xrpc/com.atproto.repo.deleteRecord", {"json": {"repo": DID, "collection": POSTS, "rkey": "1"}}),
    ("POST", "/xrpc/app.bsky.graph.muteActor", {"json": {"actor": DID}}),
    ("POST", "/xrpc/com.atproto.moderation.createReport", {"json": {"subject": {"did": DID}}}),
]
"""Method, path with `{reads}` and `{answers}` for what the network does allow, and what goes with it."""
