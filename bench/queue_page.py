"""The queue's queries: 50 rows with their details, at 10,000 and at 1,000,000 comments, on both engines.

Target 1 of the speed targets, the query part: at the larger size at most 1.3 times as long as at the smaller one.
Beside it stands what the bare index read costs, and what a page far down the walk costs. Run with
`python -m bench.queue_page [--engine sqlite|postgresql] [--sizes 10000,1000000] [--json FILE]`.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Connection, create_engine, insert, text

from config import Config
from inbox import create_app
from inbox.answering import queue
from inbox.answering.queue import QueueFilters
from inbox.extensions import db, session
from inbox.models import Account, QueueCounter
from inbox.permissions import OPERATOR
from tests.databases import ENGINES, database

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROUNDS = 300
WARM_UP = 20
TARGET_GROWTH = 1.3
DEEP_PAGES = 40

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :size)",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(1, CAST(:size AS bigint)))",
}
_AT = {
    "sqlite": r"datetime('2026-03-02 {hour}\:00\:00', '-' || {seconds} || ' seconds') || '.000000'",
    "postgresql": r"timestamptz '2026-03-02 {hour}\:00\:00+00' - make_interval(secs => {seconds})",
}
_BLOB = {"sqlite": "zeroblob({size})", "postgresql": "decode(repeat('00', {size}), 'hex')"}


def fill(connection: Connection, size: int, more: str = "") -> None:
    """`size` comments of as many authors on four accounts, half of them waiting, laid down by the database itself.

    Args:
        more: SQL that is written behind the expression of their text.
    """
    dialect = connection.dialect.name
    numbers = _NUMBERS[dialect]
    seconds = "(n * 7919 % 2592000)"
    at = _AT[dialect].format(hour="09", seconds=seconds)
    due = _AT[dialect].format(hour="10", seconds=seconds)
    state = "CASE WHEN n % 2 = 0 THEN 'waiting' ELSE 'answered' END"
    triage = {
        "urgency": "CASE WHEN n % 500 = 0 THEN 0 WHEN n % 50 = 0 THEN 1 ELSE 2 END",
        "kind": "CASE n % 3 WHEN 0 THEN 'question' WHEN 1 THEN 'criticism' ELSE 'praise' END",
        "language": "CASE n % 2 WHEN 0 THEN 'fr' ELSE 'en' END",
    }
    account = "n % 4 + 1"
    words = "'Is the blue one safe for my son? I asked two days ago and nobody has answered me yet. ' || n" + more
    connection.execute(
        insert(Account),
        [
            {
                "id": number,
                "network": "demo",
                "identifier": f"a{number}",
                "name": f"A{number}",
                "created_at": START,
                "scopes": [],
                "excess_scopes": [],
                "cursor": {},
            }
            for number in range(1, 5)
        ],
    )
    tables = {
        "authors": {
            "id": "n",
            "account_id": account,
            "remote_id": "'r' || n",
            "identifier": "'author' || n",
            "display_name": "'Author ' || n",
            "followers": "n % 50000",
            "first_seen_at": at,
            "comment_count": "1",
        },
        "conversations": {
            "id": "n",
            "account_id": account,
            "author_id": "n",
            "thread_id": "'t' || n",
            "state": state,
            "opened_at": at,
            "last_comment_at": at,
            "comment_count": "1",
            "waiting_since": at,
            "due_at": due,
            **triage,
        },
        "comments": {
            "id": "n",
            "account_id": account,
            "remote_id": "'c' || n",
            "conversation_id": "n",
            "author_id": "n",
            "posted_at": at,
            "received_at": at,
            "state": "'present'",
            "can_reply": "1" if dialect == "sqlite" else "true",
            "sentiment": "0.0",
            "reasons": """'[{"code"\\: "asks_question", "params"\\: {}}]'""",
            **triage,
        },
        "comment_versions": {
            "id": "n",
            "comment_id": "n",
            "number": "1",
            "text": words,
            "salt": _BLOB[dialect].format(size=16),
            "digest": _BLOB[dialect].format(size=32),
            "written_at": at,
            "received_at": at,
        },
        "queue_entries": {
            "id": "n",
            "author_id": "n",
            "account_id": account,
            "network": "'demo'",
            "state": state,
            "conversation_id": "n",
            "conversation_count": "1",
            "due_at": due,
            "waiting_since": at,
            "last_comment_at": at,
            **triage,
        },
    }
    for table, columns in tables.items():
        values = ", ".join(columns.values())
        statement = f"INSERT INTO {table} ({', '.join(columns)}) {numbers} SELECT {values} FROM numbers"
        connection.execute(text(statement), {"size": size})
    connection.execute(
        insert(QueueCounter),
        [{"account_id": number, "state": "waiting", "entries": size // 8} for number in range(1, 5)],
    )


@contextmanager
def filled(engine: str, size: int) -> Iterator[Flask]:
    """An application over a database with `size` comments."""
    with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
        owner = create_engine(url)
        with owner.begin() as connection:
            fill(connection, size)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        owner.dispose()
        app = create_app(Config(Path(name), url, None, "a secret of the bench", (), (), False))
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def deeds() -> dict[str, Callable[[], object]]:
    """What is measured, by its label; in the present application."""
    bare = text(
        "SELECT id, author_id, due_at FROM queue_entries WHERE state = 'waiting'"
        " ORDER BY urgency, due_at, author_id LIMIT 50"
    )
    deep = None
    for _ in range(DEEP_PAGES):
        deep = queue.page(OPERATOR, QueueFilters(), deep).next
    filters = QueueFilters(account_id=3, kind="question", language="fr", assignee_id="nobody")
    if len(queue.page(OPERATOR, filters).rows) < 50:
        raise RuntimeError("the filters leave less than a page")
    return {
        "bare index read": lambda: session().execute(bare).all(),
        "first page": lambda: queue.page(OPERATOR, QueueFilters()),
        "page with filters": lambda: queue.page(OPERATOR, filters),
        f"page {DEEP_PAGES + 1}": lambda: queue.page(OPERATOR, QueueFilters(), deep),
        "counters": lambda: queue.counters(OPERATOR),
        "choices of the filters": lambda: queue.filter_choices(OPERATOR),
    }


def measure(apps: Sequence[Flask]) -> dict[str, list[tuple[float, float]]]:
    """Median and 99th percentile in microseconds, by label and application.

    The applications take turns, so that what else the machine does meets all of them alike.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    by_app = []
    for app in apps:
        with app.app_context():
            by_app.append(deeds())
    gc.collect()
    gc.freeze()
    for label in by_app[0]:
        times: list[list[float]] = [[] for _ in apps]
        for turn in range(WARM_UP + ROUNDS):
            for app, own, taken in zip(apps, by_app, times, strict=True):
                with app.app_context():
                    started = time.perf_counter()
                    own[label]()
                    if turn >= WARM_UP:
                        taken.append((time.perf_counter() - started) * 1e6)
        found[label] = [(statistics.median(taken), sorted(taken)[int(ROUNDS * 0.99)]) for taken in times]
    gc.unfreeze()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and their ratios; exits with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--sizes", default="10000,1000000")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    sizes = [int(size) for size in given.sizes.split(",")]
    figures: dict[str, Any] = {}
    missed = 0
    for engine in given.engine or ENGINES:
        with ExitStack() as stack:
            apps = [stack.enter_context(filled(engine, size)) for size in sizes]
            found = measure(apps)
        figures[engine] = {}
        for label, by_size in found.items():
            (small, _), (large, slowest) = by_size[0], by_size[-1]
            watched = label in ("first page", "page with filters")
            verdict = "" if not watched else "ok" if large <= TARGET_GROWTH * small else "MISSED"
            missed += verdict == "MISSED"
            figures[engine][label] = {
                "sizes": sizes,
                "medians_us": [round(median, 1) for median, _ in by_size],
                "p99_us": [round(slow, 1) for _, slow in by_size],
                "growth": round(large / small, 2),
            }
            print(
                f"{engine:11} {label:24} {small:9.1f} µs {large:9.1f} µs  × {large / small:5.2f}"
                f"  p99 {slowest:9.1f} µs  {verdict}"
            )
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
