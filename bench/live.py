"""500 open screens on one machine: how long after a commit the last of them knows, and how quick pages stay beside.

`inbox serve` runs as a program of its own, as people start it; another program commits, as the worker does. Measured
are the lag from the commit to each screen (target: 1 second for the worst), and the queue page beside the streams
against a bare page of the same size from the same kind of server at the same time, asked for in turns (target: what
`bench.pages` asks of it without any stream). Loopback only; stops by itself. Run with
`python -m bench.live [--engine sqlite|postgresql] [--screens 500] [--commits 40] [--json FILE]`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import secrets
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine

from bench.pages import TARGET_QUEUE
from bench.queue_page import fill
from config import Config
from inbox import clock, create_app, live, members
from inbox.answering import conversations
from inbox.extensions import db, session, writing
from inbox.languages import compile_translations
from inbox.models import Conversation, MemberSession
from inbox.permissions import OPERATOR, Actor, Role
from inbox.web.access import SESSION_COOKIE
from tests.databases import ENGINES, database

SECRET = "a secret of the bench"
CRITICS = 10_000
PAGES = 100
USUAL_THREADS = 100
"""Pages that `inbox serve` makes at once unless it is told otherwise."""

TARGET_LAG = 1.0
"""Seconds from a commit to the last screen."""

PATIENCE = 120.0


class Screens:
    """Many streams, read by one thread; notes when each of them heard of an event.

    Attributes:
        heard: per event number, when each screen knew of it (monotonic).
    """

    def __init__(self, port: int, tokens: Sequence[str]) -> None:
        self.heard: dict[int, list[float]] = {}
        self.open = 0
        self._changed = threading.Condition()
        self._selector = selectors.DefaultSelector()
        self._stop = False
        for token in tokens:
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(
                b"GET /live?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n"
                b"Cookie: " + f"{SESSION_COOKIE}={token}".encode() + b"\r\n\r\n"
            )
            connection.setblocking(False)
            self._selector.register(connection, selectors.EVENT_READ, bytearray())
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        while not self._stop:
            for key, _ in self._selector.select(0.2):
                part = key.fileobj.recv(65_536)  # type: ignore[union-attr]
                now = time.monotonic()
                if not part:
                    self._selector.unregister(key.fileobj)
                    continue
                key.data.extend(part)
                whole, _, rest = key.data.rpartition(b"\n")
                key.data[:] = rest
                with self._changed:
                    for line in whole.splitlines():
                        if line.startswith(b"retry:"):
                            self.open += 1
                        elif line.startswith(b"id: "):
                            self.heard.setdefault(int(line[4:]), []).append(now)
                    self._changed.notify_all()

    def wait_until_open(self, count: int) -> None:
        """Until so many streams have begun."""
        with self._changed:
            if not self._changed.wait_for(lambda: self.open >= count, PATIENCE):
                raise SystemExit(f"only {self.open} of {count} streams were opened")

    def wait_for(self, event: int, count: int) -> list[float]:
        """When each of so many screens heard of an event."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.heard.get(event, ())) >= count, PATIENCE):
                raise SystemExit(f"only {len(self.heard.get(event, ()))} of {count} screens heard of event {event}")
            return list(self.heard[event])

    def close(self) -> None:
        """Hang up."""
        self._stop = True
        self._thread.join(5)
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]


def free_port() -> int:
    """A loopback port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def stopped_at_the_end(program: subprocess.Popen[bytes]) -> Iterator[None]:
    """Asks a program to stop, however the block ends."""
    try:
        yield
    finally:
        program.send_signal(signal.SIGTERM)
        program.wait(30)


@contextmanager
def served(folder: Path, url: str, screens: int) -> Iterator[int]:
    """`inbox serve` as a program of its own; its port."""
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("INBOX_")},
        "INBOX_DATA_DIR": str(folder),
        "INBOX_DATABASE_URL": url,
        "INBOX_SECRET_KEY": SECRET,
        "INBOX_TOKEN_KEYS": "00" * 32,
        "INBOX_ALLOW_OWNER": "1",
        "PORT": str(port),
    }
    command = [sys.executable, "-m", "inbox", "serve", "--streams", str(screens)]
    program = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    with stopped_at_the_end(program):
        wait_for_server(program, f"http://127.0.0.1:{port}/healthz")
        yield port


def wait_for_server(program: subprocess.Popen[bytes], address: str) -> None:
    """Until it answers.

    Raises:
        SystemExit: it has ended, or does not begin.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            httpx.get(address, trust_env=False, timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > deadline or program.poll() is not None:
                raise SystemExit("the server did not start") from None
            time.sleep(0.2)


def sign_in(count: int) -> tuple[Actor, list[str]]:
    """A member, and so many browsers in which they are signed in."""
    member, _ = members.add_member(OPERATOR, "cm@example.org", [Role.COMMUNITY_MANAGER])
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    with writing() as current:
        current.add_all(
            MemberSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                member_id=member.id,
                created_at=clock.now(),
                last_seen_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=8),
                address="127.0.0.1",
                browser="bench",
            )
            for token in tokens
        )
    return members.actor_of(member), tokens


@contextmanager
def bare_served(size: int) -> Iterator[int]:
    """A bare page of `size` bytes from the same server with as many threads for pages; its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--threads", str(USUAL_THREADS)]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning", f"bench.pages:bare_app({size})"]
    program = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    with stopped_at_the_end(program):
        wait_for_server(program, f"http://127.0.0.1:{port}/")
        yield port


def pages(addresses: Sequence[str], token: str, times: int) -> list[list[float]]:
    """How long each page took, in milliseconds, asked for in turns and a little faster than people do."""
    taken: list[list[float]] = [[] for _ in addresses]
    with httpx.Client(trust_env=False, cookies={SESSION_COOKIE: token}, timeout=PATIENCE) as client:
        for _ in range(times):
            for address, found in zip(addresses, taken, strict=True):
                started = time.perf_counter()
                client.get(address).raise_for_status()
                found.append((time.perf_counter() - started) * 1e3)
                time.sleep(0.01)
    return taken


def run(engine: str, screens: int, commits: int) -> dict[str, Any]:
    """Every figure on one engine."""
    with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
        owner = create_engine(url)
        with owner.begin() as connection:
            fill(connection, CRITICS)
        owner.dispose()
        app = create_app(Config(Path(name), url, None, SECRET, (), (), False), pages=False)
        with app.app_context():
            actor, tokens = sign_in(screens + 1)
            numbers = session().query(Conversation.id).order_by(Conversation.id).limit(commits).all()
            session().commit()
            with served(Path(name), url, screens) as port:
                queue = f"http://127.0.0.1:{port}/queue"
                size = len(httpx.get(queue, trust_env=False, cookies={SESSION_COOKIE: tokens[-1]}).content)
                with bare_served(size) as bare_port:
                    addresses = [queue, f"http://127.0.0.1:{bare_port}/"]
                    pages(addresses, tokens[-1], 20)
                    alone = pages(addresses, tokens[-1], PAGES)
                    watching = Screens(port, tokens[:-1])
                    try:
                        watching.wait_until_open(screens)
                        numbered = [row.id for row in numbers]
                        lags, beside = measure(watching, actor, numbered, screens, addresses, tokens[-1])
                    finally:
                        watching.close()
            db.session.remove()
            db.engine.dispose()
    return {
        "screens": screens,
        "lags": [round(lag, 4) for lag in lags],
        "alone": [{"p50": statistics.median(taken), "p95": p95(taken)} for taken in alone],
        "beside": [{"p50": statistics.median(taken), "p95": p95(taken)} for taken in beside],
    }


def measure(
    watching: Screens, actor: Actor, conversation_ids: list[int], screens: int, addresses: Sequence[str], token: str
) -> tuple[list[float], list[list[float]]]:
    """Commit once a quarter of a second, while somebody looks at the pages.

    Returns:
        how long after each commit the last screen knew, in seconds, and how long the pages took, in milliseconds.
    """
    beside: list[list[float]] = []
    reader = threading.Thread(target=lambda: beside.extend(pages(addresses, token, PAGES)))
    reader.start()
    lags = []
    for number in conversation_ids:
        conversations.assign(actor, number, actor.member_id)
        committed = time.monotonic()
        event = live.newest()
        session().commit()
        lags.append(max(watching.wait_for(event, screens)) - committed)
        time.sleep(0.25)
    reader.join(PATIENCE)
    return lags, beside


def p95(taken: Sequence[float]) -> float:
    """The 95th percentile."""
    return sorted(taken)[int(len(taken) * 0.95)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every figure with its target; exits with 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--screens", type=int, default=500)
    parser.add_argument("--commits", type=int, default=40)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    compile_translations()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, 4 * given.screens + 1024), hard), hard))
    figures: dict[str, Any] = {}
    missed = False
    for engine in given.engine or ENGINES:
        found = figures[engine] = run(engine, given.screens, given.commits)
        for where, name in (("alone", "alone"), ("beside", f"beside {given.screens} screens")):
            for page, taken in zip(("queue", "bare"), found[where], strict=True):
                print(f"{engine:11} {page:5} {name:20} p50 {taken['p50']:7.1f} ms   p95 {taken['p95']:7.1f} ms")
            queue, bare = found[where]
            ratio = queue["p50"] / bare["p50"]
            missed |= _tell(engine, f"queue / bare page, {name}", ratio, TARGET_QUEUE[engine])
        worst, middle = max(found["lags"]), statistics.median(found["lags"])
        missed |= _tell(engine, f"last screen after a commit (median {middle:.3f} s)", worst, TARGET_LAG)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    return int(missed)


def _tell(engine: str, name: str, value: float, target: float) -> bool:
    print(f"{engine:11} {name:55} {value:6.3f}   target ≤ {target:g}  {'ok' if value <= target else 'MISSED'}")
    return value > target


if __name__ == "__main__":
    sys.exit(main())
