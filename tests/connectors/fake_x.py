"""X in small: a real HTTP server on loopback with posts, people, pages, limits and faults to order.

It answers with the names that tweepy's API version speaks (`referenced_tweets`); `as_specified` gives the same answer
with the names of X's 2026 specification, so that it can be held against the published schemas.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]
EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657_000, tzinfo=UTC)
START = datetime(2026, 10, 1, 9, 0, tzinfo=UTC)
OWN, OWN_NAME = "2244994945", "brand"
NEW_NAMES = {
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "note_tweet": "note_post",
    "tweets": "posts",
    "retweet_count": "repost_count",
    "tweet_count": "post_count",
}


def id_at(moment: datetime, sequence: int = 0) -> str:
    """The id that X would give at `moment`."""
    return str((((moment - EPOCH) // timedelta(milliseconds=1)) << 22) + sequence)


def escaped(text: str) -> str:
    """`text` as X delivers it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_specified(value: Any) -> Any:
    """`value` with the names of the specification of 2026."""
    if isinstance(value, dict):
        return {NEW_NAMES.get(name, name): as_specified(entry) for name, entry in value.items()}
    return [as_specified(entry) for entry in value] if isinstance(value, list) else value


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: bytes
    authorization: str


@dataclass
class FakeX:
    """The network's store. `seen` is the ledger of requests, `posts` that of everything published."""

    token: str = "good-token"
    page_size: int = 100
    posts: dict[str, Json] = field(default_factory=dict)
    people: dict[str, Json] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    protected: set[str] = field(default_factory=set)
    seen: list[Seen] = field(default_factory=list)
    answers: list[tuple[str, Any]] = field(default_factory=list)
    faults: list[Callable[[Seen], tuple[int, dict[str, str], Any] | None]] = field(default_factory=list)
    lose_next_answer: bool = False
    refuse_replies_to: set[str] = field(default_factory=set)
    refresh_token: str = "refresh-1"
    renewals: int = 0
    tamper: Callable[[str, Json], Json] | None = None
    limit: int = 300
    remaining: int = 300
    reset: int = int((START + timedelta(minutes=15)).timestamp())
    now: datetime = START
    origin: str = ""

    def __post_init__(self) -> None:
        self.person(OWN, OWN_NAME, "The Brand", 5)

    def person(self, remote_id: str, username: str, name: str, followers: int) -> None:
        metrics = {"followers_count": followers, "following_count": 1, "listed_count": 0, "tweet_count": 2}
        self.people[remote_id] = {"id": remote_id, "username": username, "name": name, "public_metrics": metrics}

    def write(self, author_id: str, text: str, *, parent: str | None = None, quoted: str | None = None) -> str:
        """Publish a post; its id."""
        self.now += timedelta(seconds=1)
        remote_id = id_at(self.now)
        refers = [("replied_to", parent), ("quoted", quoted)]
        post: Json = {
            "id": remote_id,
            "text": escaped(text),
            "author_id": author_id,
            "conversation_id": self.posts[parent]["conversation_id"] if parent in self.posts else remote_id,
            "created_at": self.now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "edit_history_tweet_ids": [remote_id],
            "lang": "en",
            "public_metrics": dict.fromkeys(
                ("bookmark_count", "impression_count", "like_count", "quote_count", "reply_count", "retweet_count"), 0
            ),
        }
        if any(about for _, about in refers):
            post["referenced_tweets"] = [{"type": kind, "id": about} for kind, about in refers if about]
        start = text.lower().find(f"@{OWN_NAME}")
        if start >= 0:
            mention = {"start": start, "end": start + 1 + len(OWN_NAME), "username": OWN_NAME, "id": OWN}
            post["entities"] = {"mentions": [mention]}
        self.posts[remote_id] = post
        return remote_id

    def own_replies(self) -> list[tuple[str, str]]:
        """What the account answered: (id of the answered post, text)."""
        mine = [post for post in self.posts.values() if post["author_id"] == OWN and "referenced_tweets" in post]
        return [(post["referenced_tweets"][0]["id"], post["text"]) for post in mine]

    def answer(self, seen: Seen) -> tuple[int, dict[str, str], Any]:
        """The answer to one request: status, headers, JSON (or bytes)."""
        for fault in self.faults:
            if (found := fault(seen)) is not None:
                return found
        limits = {
            "x-rate-limit-limit": str(self.limit),
            "x-rate-limit-remaining": str(self.remaining),
            "x-rate-limit-reset": str(self.reset),
        }
        if (seen.method, seen.path) == ("POST", "/2/oauth2/token"):
            return self._renew(seen)
        if seen.authorization != f"Bearer {self.token}":
            return 401, {}, {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"}
        if self.remaining <= 0:
            return 429, limits, {"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}
        self.remaining -= 1
        limits["x-rate-limit-remaining"] = str(self.remaining)
        status, answer = self._route(seen)
        if status == 200 and self.tamper is not None:
            answer = self.tamper(seen.path, answer)
        if status in {200, 201}:
            self.answers.append((seen.method + seen.path, answer))
        return status, limits, answer

    def _renew(self, seen: Seen) -> tuple[int, dict[str, str], Json]:
        form = {name: values[0] for name, values in parse_qs(seen.body.decode()).items()}
        expected = {"grant_type": "refresh_token", "refresh_token": self.refresh_token, "client_id": "app"}
        basic = "Basic " + base64.b64encode(b"app:app-secret").decode()
        if form != expected or seen.authorization not in {"", basic}:
            return 400, {}, {"error": "invalid_request", "error_description": "Value passed for the token was invalid."}
        self.renewals += 1
        self.token, self.refresh_token = f"renewed-{self.renewals}", f"refresh-{self.renewals + 1}"
        return (
            200,
            {},
            {
                "token_type": "bearer",
                "expires_in": 7200,
                "access_token": self.token,
                "refresh_token": self.refresh_token,
                "scope": "tweet.read tweet.write users.read offline.access",
            },
        )

    def _route(self, seen: Seen) -> tuple[int, Json]:
        parts = seen.path.split("/")
        if seen.method == "POST" and seen.path == "/2/tweets":
            return self._create(json.loads(seen.body))
        if seen.method != "GET":
            return 200, {"data": {"deleted": True}}
        if seen.path == "/2/users/me":
            return 200, {"data": {name: self.people[OWN][name] for name in ("id", "username", "name")}}
        if seen.path == "/2/tweets":
            return 200, self._lookup(seen.query["ids"].split(","))
        if parts[-1] == "mentions":
            about = [post for post in self.posts.values() if post["author_id"] != OWN and self._concerns_us(post)]
            return self._timeline(about, seen.query)
        if parts[-1] == "tweets":
            return self._timeline([post for post in self.posts.values() if post["author_id"] == OWN], seen.query)
        return 404, {"title": "Not Found", "detail": "Not Found", "status": 404}

    def _concerns_us(self, post: Json) -> bool:
        refers = [self.posts.get(entry["id"]) for entry in post.get("referenced_tweets", [])]
        return "entities" in post or any(about is not None and about["author_id"] == OWN for about in refers)

    def _create(self, body: Json) -> tuple[int, Json]:
        target, text = body["reply"]["in_reply_to_tweet_id"], body["text"]

        def refuse(detail: str) -> tuple[int, Json]:
            return 403, {"title": "Forbidden", "type": "about:blank", "status": 403, "detail": detail}

        if target not in self.posts or target in self.gone:
            return refuse("You attempted to reply to a Tweet that is deleted or not visible to you.")
        if target in self.refuse_replies_to:
            return refuse("Reply to this conversation is not allowed: the author has not mentioned you.")
        author = self.people[self.posts[target]["author_id"]]["username"]
        delivered = f"@{author} {text}"
        if any(entry == (target, escaped(delivered)) for entry in self.own_replies()):
            return refuse("You are not allowed to create a Tweet with duplicate content.")
        remote_id = self.write(OWN, delivered, parent=target)
        return 201, {"data": {"id": remote_id, "text": text, "edit_history_tweet_ids": [remote_id]}}

    def _timeline(self, posts: list[Json], query: dict[str, str]) -> tuple[int, Json]:
        since, start = int(query.get("since_id", 0)), query.get("start_time", "")
        newest_first = sorted(
            (
                post
                for post in posts
                if int(post["id"]) > since and post.get("created_at", start) >= start and post["id"] not in self.gone
            ),
            key=lambda post: -int(post["id"]),
        )
        token = query.get("pagination_token", "below-99999999999999999999")
        if not token.startswith("below-"):
            problem = {"message": "The pagination token is not valid.", "parameters": {"pagination_token": [token]}}
            return 400, {"title": "Invalid Request", "detail": "Invalid", "errors": [problem]}
        below = [post for post in newest_first if int(post["id"]) < int(token.removeprefix("below-"))]
        page = below[: min(self.page_size, int(query.get("max_results", "100")))]
        if not page:
            return 200, {"meta": {"result_count": 0}}
        meta: Json = {"result_count": len(page), "newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(below) > len(page):
            meta["next_token"] = f"below-{page[-1]['id']}"
        return 200, {"data": page, "includes": self._includes(page), "meta": meta}

    def _includes(self, page: list[Json]) -> Json:
        about = {entry["id"] for post in page for entry in post.get("referenced_tweets", [])}
        included: Json = {"users": [self.people[one] for one in sorted({post["author_id"] for post in page})]}
        known = [self.posts[one] for one in sorted(about) if one in self.posts and one not in self.gone]
        return included | ({"tweets": known} if known else {})

    def _lookup(self, ids: list[str]) -> Json:
        hidden = self.gone | self.protected
        present = [self.posts[one] for one in ids if one in self.posts and one not in hidden]
        errors = [
            {
                "value": one,
                "detail": f"Could not find tweet with ids: [{one}].",
                "title": "Authorization Error" if one in self.protected else "Not Found Error",
                "resource_type": "tweet",
                "parameter": "ids",
                "resource_id": one,
                "type": "https://api.x.com/2/problems/"
                + ("not-authorized-for-resource" if one in self.protected else "resource-not-found"),
            }
            for one in ids
            if one not in self.posts or one in hidden
        ]
        return ({"data": present} if present else {}) | ({"errors": errors} if errors else {})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeX

    def _serve(self) -> None:
        url = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        seen = Seen(self.command, url.path, query, body, self.headers.get("authorization", ""))
        self.fake.seen.append(seen)
        status, headers, answer = self.fake.answer(seen)
        if self.fake.lose_next_answer and self.command == "POST":
            self.fake.lose_next_answer = False
            self.close_connection = True
            return
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        for name, value in {"content-type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def __getattr__(self, name: str) -> Any:
        """Every verb is served, so that a forbidden one that got through would be seen."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The ledger is `FakeX.seen`."""


@contextmanager
def running(fake: FakeX | None = None) -> Iterator[FakeX]:
    """`fake` (or a new one) listening on a loopback port; `origin` says where."""
    fake = fake or FakeX()
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    fake.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
