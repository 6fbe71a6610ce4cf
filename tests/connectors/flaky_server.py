"""A server that stands before a real one on loopback and misbehaves when told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

Misbehaviour = Callable[["Exchange"], None]


@dataclass
class FlakyServer:
    """Passes everything on to `behind`, unless `faults` names the method that is called.

    Attributes:
        origin: where it listens.
        faults: what happens instead, by method (`com.atproto.repo.createRecord`).
        seen: the methods that were called, in order.
        released: set at the end, so that a hanging answer lets its thread go.
    """

    origin: str
    behind: str
    faults: dict[str, Misbehaviour] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@dataclass
class Exchange:
    """One request, and what can be done about it."""

    handler: BaseHTTPRequestHandler
    server: FlakyServer
    body: bytes

    def forward(self) -> httpx.Response:
        """What the real server answers; it has done what was asked. Without its own address, so that we stay here."""
        headers = {
            name: value
            for name, value in self.handler.headers.items()
            if name.lower() not in {"host", "content-length", "connection", "accept-encoding"}
        }
        url = f"{self.server.behind}{self.handler.path}"
        answer = httpx.request(
            self.handler.command, url, headers=headers, content=self.body, trust_env=False, timeout=30
        )
        if "application/json" in answer.headers.get("content-type", ""):
            told = answer.json()
            told.pop("didDoc", None)
            content = json.dumps(told).encode()
            return httpx.Response(answer.status_code, headers={"content-type": "application/json"}, content=content)
        return answer

    def answer(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
        """Send an answer."""
        self.handler.send_response(status)
        for name, value in ({"content-type": "application/json"} | (headers or {})).items():
            self.handler.send_header(name, value)
        self.handler.send_header("content-length", str(len(content)))
        self.handler.end_headers()
        self.handler.wfile.write(content)

    def refuse(self, status: int, name: str, headers: dict[str, str] | None = None) -> None:
        """Send a refusal as AT Protocol servers word it."""
        self.answer(status, json.dumps({"error": name, "message": "as the test wants it"}).encode(), headers)

    def cut(self) -> None:
        """Break the connection off without an answer."""
        self.handler.close_connection = True
        self.handler.connection.shutdown(2)

    def hang(self) -> None:
        """Say nothing until the test is over."""
        self.server.released.wait(30)


@contextmanager
def standing_before(origin: str) -> Iterator[FlakyServer]:
    """A flaky server before the one at `origin`."""
    flaky = FlakyServer("", origin)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name the base class gives it.
            pass

        def _take(self) -> None:
            method = self.path.partition("?")[0].rpartition("/")[2]
            exchange = Exchange(self, flaky, self.rfile.read(int(self.headers.get("content-length", 0))))
            flaky.seen.append(method)
            if method in flaky.faults:
                flaky.faults[method](exchange)
                return
            answer = exchange.forward()
            exchange.answer(answer.status_code, answer.content, {"content-type": answer.headers["content-type"]})

        do_GET = do_POST = _take

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    flaky.origin = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield flaky
    finally:
        flaky.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
