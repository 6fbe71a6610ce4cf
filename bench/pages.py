"""The queue page and the conversation page as a whole, against a bare Flask and Jinja page of the same size.

Targets 1 and 2 of the speed targets: the queue page (signed in, filters on, 50 rows) takes at most 2.5 × the bare page
on SQLite and 3 × on PostgreSQL, its slowest hundredth at most 3 × its median; the conversation page with 50 messages at
most 3 × the bare page; a reply posted at most 2 × the conversation page. Pages are called as a server calls them,
without one. Run with `python -m bench.pages [--engine sqlite|postgresql] [--sizes 10000,1000000] [--json FILE]`.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import io
import json
import re
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask, render_template_string
from sqlalchemy import create_engine, text

from bench.queue_page import fill
from config import Config
from inbox import clock, create_app, members
from inbox.extensions import db, writing
from inbox.languages import compile_translations
from inbox.models import Comment, CommentVersion, Conversation, MemberSession, digest_of
from inbox.permissions import OPERATOR, Role
from inbox.web.access import SESSION_COOKIE
from tests.databases import ENGINES, database

ROUNDS = 400
MESSAGES = 50
FILTERED = "/queue?account=3&kind=question&language=fr&assignee=nobody"
TARGET_QUEUE = {"sqlite": 2.5, "postgresql": 3.0}
TARGET_CONVERSATION = 3.0
TARGET_REPLY = 2.0
TARGET_SLOWEST = 3.0
TARGET_GROWTH = 1.3

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')

BARE_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title></head><body><h1>{{ title }}</h1>{{ padding }}
<ol>{% for row in rows %}
<li><a href="/conversations/{{ row.id }}"><strong>{{ row.wait }}</strong> <small>{{ row.due }}</small>
<bdi>{{ row.name }}</bdi> <abbr title="{{ row.network }}">{{ row.letter }}</abbr> <span>{{ row.kind }}</span>
<bdi>{{ row.text }}</bdi></a></li>{% endfor %}
</ol></body></html>"""


class Browser:
    """Calls an application as a server does, with the cookies it was given."""

    def __init__(self, app: Flask, cookies: dict[str, str] | None = None) -> None:
        self.app = app
        self.cookies = cookies or {}
        self.status = ""

    def call(self, path: str, form: dict[str, str] | None = None) -> bytes:
        """One request; the whole answer.

        Raises:
            SystemExit: the page was not shown, so that its time says nothing.
        """
        body = urlencode(form).encode() if form is not None else b""
        address, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "GET" if form is None else "POST",
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_ACCEPT_LANGUAGE": "fr",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

        def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> Callable[[bytes], object]:
            self.status = status
            for name, value in headers:
                if name == "Set-Cookie":
                    cookie, _, rest = value.partition("=")
                    self.cookies[cookie] = rest.partition(";")[0]
            return lambda _: None

        answer = self.app.wsgi_app(environ, start)
        try:
            whole = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        if not self.status.startswith("200" if form is None else "303"):
            raise SystemExit(f"{path} answered {self.status}, so there is nothing to measure")
        return whole


def bare_app(size: int) -> Flask:
    """An application with one page of 50 rows without a database, as large as `size` bytes."""
    app = Flask("bare")
    rows = [
        {
            "id": number,
            "wait": "41 min",
            "due": "due in 19 min",
            "name": f"Ines P. {number}",
            "network": "X",
            "letter": "X",
            "kind": "Question",
            "text": "Is the blue one safe for my son? I asked two days ago and nobody has answered me yet.",
        }
        for number in range(50)
    ]
    padding = ""

    @app.get("/")
    def page() -> str:
        return render_template_string(BARE_PAGE, title="Waiting", rows=rows, padding=padding)

    padding = "x" * max(0, size - len(Browser(app).call("/")))
    return app


def bare(size: int) -> Callable[[], bytes]:
    """The page of `bare_app`, asked for as every page is here."""
    browser = Browser(bare_app(size))
    return lambda: browser.call("/")


def measure(deeds: dict[str, Callable[[], object]], rounds: int) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile of each deed in milliseconds, in turns, so that all share the machine's moods."""
    times: dict[str, list[float]] = {name: [] for name in deeds}
    for deed in deeds.values():
        for _ in range(20):
            deed()
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for name, deed in deeds.items():
            started = time.perf_counter()
            deed()
            times[name].append((time.perf_counter() - started) * 1e3)
    gc.unfreeze()
    return {name: (statistics.median(taken), sorted(taken)[int(rounds * 0.99)]) for name, taken in times.items()}


def run(engine: str, size: int, rounds: int) -> dict[str, Any]:
    """Every figure on one engine at one size."""
    with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
        owner = create_engine(url)
        with owner.begin() as connection:
            fill(connection, size)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
            if engine == "postgresql":
                for table in ("authors", "conversations", "comments", "comment_versions"):
                    # Rows were laid with numbers of their own, so that the counters have to follow.
                    connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {size + 1})"))
        owner.dispose()
        app = create_app(Config(Path(name), url, None, "a secret of the bench", (), (), False))
        with app.app_context():
            token, conversation_id, seen_up_to = _prepare(size)
        found = _figures(app, engine, token, conversation_id, seen_up_to, rounds)
        with app.app_context():
            db.engine.dispose()
    return found


def _prepare(size: int) -> tuple[str, int, int]:
    """A signed-in member, and a conversation with `MESSAGES` comments in it."""
    member, _ = members.add_member(OPERATOR, "cm@example.org", [Role.SUPERVISOR], language="fr")
    token, conversation_id = secrets.token_urlsafe(32), size // 2 * 2
    with writing() as current:
        current.add(
            MemberSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                member_id=member.id,
                created_at=clock.now(),
                last_seen_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=8),
                address="127.0.0.1",
                browser="bench",
            )
        )
        conversation = current.get_one(Conversation, conversation_id)
        newest = 0
        for number in range(MESSAGES - 1):
            at = conversation.opened_at + timedelta(seconds=number)
            comment = Comment(
                account_id=conversation.account_id,
                remote_id=f"more {number}",
                conversation_id=conversation.id,
                author_id=conversation.author_id,
                posted_at=at,
                received_at=at,
                language="fr",
            )
            current.add(comment)
            current.flush()
            words = "Vous saviez depuis des semaines, et vous n’avez rien dit à personne. Pourquoi ?"
            version = CommentVersion(
                comment_id=comment.id,
                number=1,
                text=words,
                salt=bytes(16),
                digest=digest_of(bytes(16), words),
                written_at=at,
                received_at=at,
            )
            current.add(version)
            current.flush()
            newest = version.id
    return token, conversation_id, newest


def _figures(app: Flask, engine: str, token: str, conversation_id: int, seen_up_to: int, rounds: int) -> dict[str, Any]:
    browser = Browser(app, {SESSION_COOKIE: token})
    path = f"/conversations/{conversation_id}"
    queue_size, conversation_size = len(browser.call(FILTERED)), len(browser.call(path))
    queue_size, conversation_size = len(browser.call(FILTERED)), len(browser.call(path))
    form_token = _TOKEN.findall(browser.call("/profile").decode())[0]

    def post() -> None:
        form = {
            "csrf_token": form_token,
            "text": f"Bonjour, nous vérifions. {secrets.token_hex(4)}",
            "form_key": secrets.token_urlsafe(24),
            "seen_up_to": str(seen_up_to),
            "answered_up_to": str(10**17),
        }
        browser.call(f"{path}/replies", form)

    pages = measure(
        {
            "bare page as large as the queue": bare(queue_size),
            "queue, filters on": lambda: browser.call(FILTERED),
            "queue": lambda: browser.call("/queue"),
            "bare page as large as the conversation": bare(conversation_size),
            "conversation": lambda: browser.call(path),
        },
        rounds,
    )
    # Each reply makes the conversation longer: it is measured last, and against the page before it grew.
    replies = measure({"reply posted": post}, min(rounds, 100))
    milliseconds = {name: round(median, 3) for name, (median, _) in (pages | replies).items()}
    slowest = {name: round(slow, 3) for name, (_, slow) in (pages | replies).items()}
    ratios = {
        "queue, filters on / bare page": (
            milliseconds["queue, filters on"] / milliseconds["bare page as large as the queue"],
            TARGET_QUEUE[engine],
        ),
        "queue, p99 / p50": (slowest["queue, filters on"] / milliseconds["queue, filters on"], TARGET_SLOWEST),
        "conversation / bare page": (
            milliseconds["conversation"] / milliseconds["bare page as large as the conversation"],
            TARGET_CONVERSATION,
        ),
        "reply posted / conversation": (milliseconds["reply posted"] / milliseconds["conversation"], TARGET_REPLY),
    }
    return {
        "milliseconds": milliseconds,
        "slowest": slowest,
        "bytes": {"queue": queue_size, "conversation": conversation_size},
        "ratios": {name: {"ratio": round(ratio, 2), "target": target} for name, (ratio, target) in ratios.items()},
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every ratio with its target; exits with 1 when one is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--sizes", default="10000")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    compile_translations()
    sizes = [int(size) for size in given.sizes.split(",")]
    figures: dict[str, Any] = {}
    missed = 0
    for engine in given.engine or ENGINES:
        by_size = {size: run(engine, size, given.rounds) for size in sizes}
        figures[engine] = {str(size): found for size, found in by_size.items()}
        for size, found in by_size.items():
            for name, median in found["milliseconds"].items():
                print(f"{engine:11} {size:>9,} {name:40} {median:8.3f} ms   p99 {found['slowest'][name]:8.3f} ms")
            for name, of in found["ratios"].items():
                missed += _tell(engine, size, name, of["ratio"], of["target"])
        for smaller, larger in pairwise(sizes):
            growth = (
                by_size[larger]["milliseconds"]["queue, filters on"]
                / by_size[smaller]["milliseconds"]["queue, filters on"]
            )
            missed += _tell(engine, larger, f"queue, {larger:,} / {smaller:,} comments", growth, TARGET_GROWTH)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    return 1 if missed else 0


def _tell(engine: str, size: int, name: str, ratio: float, target: float) -> bool:
    verdict = "ok" if ratio <= target else "MISSED"
    print(f"{engine:11} {size:>9,} {name:40} × {ratio:6.2f}     target ≤ {target:g}  {verdict}")
    return verdict == "MISSED"


if __name__ == "__main__":
    sys.exit(main())
