"""How many comments a second are stored: new pages, known pages, and what triage costs beside.

Target 3 of the speed targets, each a ratio taken in this run on this machine: ingest in pages of 100, with raw payload,
versions, conversation, wait, queue row and trail, against raw `executemany` into one table with a unique key, four
indices and (on SQLite) a full-text trigger, committed per page with the same durability. Run with
`python -m bench.ingest [--engine sqlite|postgresql] [--comments N] [--full N] [--json FILE]`; `--full` measures again
in a database that already holds so many comments.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, create_engine, event, text

from config import Config
from inbox import create_app
from inbox.collecting.hints import hints_for
from inbox.collecting.ingest import store_page
from inbox.collecting.sifting import sift
from inbox.connectors.shapes import FetchedAuthor, FetchedComment, FetchedPost, Page
from inbox.extensions import db, session, writing
from inbox.models import Account
from tests.databases import ENGINES, database

PAGE = 100
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROUNDS = 7
"""Raw and ingest are measured in turns, so that a noisy moment hits both; the best turn of each counts, as noise only
ever slows."""

TARGETS = {
    "sqlite": {"new": 0.35, "known": 1.5, "full": 0.1},
    "postgresql": {"new": 0.15, "known": 1.5, "full": 0.6},
}

_WORDS = (
    *(
        "my",
        "cup",
        "arrived",
        "broken",
        "again",
        "nobody",
        "answers",
        "for",
        "three",
        "days",
        "why",
        "should",
        "anyone",
    ),
    *("order", "here", "the", "refund", "never", "came", "please", "tell", "me", "what", "to", "do", "with", "smoke"),
)


def comments(start: int, count: int) -> Iterator[FetchedComment]:
    """Believable comments, numbered from `start`: a third of them by people who wrote before, in threads of three."""
    post = FetchedPost("post-1", "Our cups are back.", is_ours=True, author_name="Gobelune", published_at=START)
    for number in range(start, start + count):
        chance = random.Random(number)
        writer = number - number % 3 if number % 3 == 2 else number
        text_of = " ".join(chance.choices(_WORDS, k=chance.randint(6, 40)))
        remote_id = f"at://did:plc:{writer:024d}/app.bsky.feed.post/{number:013d}"
        author = FetchedAuthor(f"did:plc:{writer:024d}", f"person{writer}.example.org", f"Person {writer}", None, 120)
        posted_at = START + timedelta(seconds=number)
        raw = {
            "uri": remote_id,
            "author": {"did": author.remote_id, "name": author.identifier, "displayName": author.display_name},
            "record": {"text": text_of, "createdAt": posted_at.isoformat(), "langs": ["en"]},
            "likes": number % 17,
            "indexedAt": posted_at.isoformat(),
        }
        yield FetchedComment(
            remote_id, author, text_of, posted_at, thread_id=remote_id, post=post, language="en", raw=raw
        )


def pages(start: int, count: int) -> list[Page]:
    """The comments in pages of `PAGE`."""
    found = list(comments(start, count))
    return [
        Page(tuple(found[place : place + PAGE]), cursor={"after": start + place})
        for place in range(0, len(found), PAGE)
    ]


_RAW_TABLE = """
CREATE TABLE raw_baseline (
    id {key}, account_id BIGINT NOT NULL, remote_id VARCHAR(512) NOT NULL, author_id BIGINT NOT NULL,
    thread_id VARCHAR(512) NOT NULL, posted_at {time} NOT NULL, state VARCHAR(40) NOT NULL, urgency SMALLINT NOT NULL,
    text TEXT NOT NULL, UNIQUE (account_id, remote_id))
"""
_RAW_INDICES = (
    "CREATE INDEX raw_1 ON raw_baseline (author_id, posted_at)",
    "CREATE INDEX raw_2 ON raw_baseline (thread_id, posted_at)",
    "CREATE INDEX raw_3 ON raw_baseline (state, urgency, posted_at)",
    "CREATE INDEX raw_4 ON raw_baseline (account_id, posted_at)",
)
_RAW_FULL_TEXT = (
    "CREATE VIRTUAL TABLE raw_words USING fts5(text, content='raw_baseline', content_rowid='id')",
    """CREATE TRIGGER raw_words_follow AFTER INSERT ON raw_baseline BEGIN
    INSERT INTO raw_words(rowid, text) VALUES (new.id, new.text); END""",
)


class Raw:
    """The baseline: the driver alone, one `executemany` and one commit a page."""

    def __init__(self, url: str) -> None:
        self._on_sqlite = url.startswith("sqlite")
        engine = create_engine(url)
        if self._on_sqlite:

            @event.listens_for(engine, "connect")
            def durable(connection: sqlite3.Connection, _record: object) -> None:
                connection.execute("PRAGMA journal_mode=WAL")
                connection.execute("PRAGMA synchronous=FULL")
                connection.execute("PRAGMA cache_size=-65536")

        self._engine = engine
        key, moment = ("INTEGER PRIMARY KEY", "TEXT") if self._on_sqlite else ("BIGSERIAL PRIMARY KEY", "TIMESTAMPTZ")
        with engine.begin() as connection:
            connection.execute(text(_RAW_TABLE.format(key=key, time=moment)))
            for statement in (*_RAW_INDICES, *(_RAW_FULL_TEXT if self._on_sqlite else ())):
                connection.execute(text(statement))

    def rate(self, delivered: list[Page]) -> float:
        """Rows a second."""
        rows: list[list[tuple[object, ...]]] = [
            [
                (
                    *(1, one.remote_id, int(one.author.remote_id[-24:]), one.thread_id),
                    *(one.posted_at.isoformat(" ") if self._on_sqlite else one.posted_at, "waiting", 2, one.text),
                )
                for one in page.items
                if isinstance(one, FetchedComment)
            ]
            for page in delivered
        ]
        mark = "?" if self._on_sqlite else "%s"
        statement = (
            "INSERT INTO raw_baseline (account_id, remote_id, author_id, thread_id, posted_at, state, urgency, text)"
            f" VALUES ({', '.join([mark] * 8)}) ON CONFLICT DO NOTHING"
        )
        with self._engine.connect() as connection:
            started = time.perf_counter()
            for page in rows:
                self._page(connection, statement, page)
            return sum(map(len, rows)) / (time.perf_counter() - started)

    @staticmethod
    def _page(connection: Connection, statement: str, rows: list[tuple[object, ...]]) -> None:
        connection.exec_driver_sql(statement, rows)
        connection.commit()

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


def ingest_rate(account: Account, delivered: list[Page]) -> float:
    """Comments a second through `store_page`, one transaction a page, sifting included, triage not."""
    started = time.perf_counter()
    for page in delivered:
        sifted = sift(page)
        with writing() as current:
            store_page(current, account, sifted)
    return sum(len(page.items) for page in delivered) / (time.perf_counter() - started)


def triage_rate(account: Account, delivered: list[Page]) -> float:
    """Comments a second that triage judges, before the write transaction."""
    hints_for(session(), account.id, sift(delivered[0]))
    started = time.perf_counter()
    for page in delivered:
        hints_for(session(), account.id, sift(page))
    session().commit()
    return sum(len(page.items) for page in delivered) / (time.perf_counter() - started)


@dataclass(frozen=True, slots=True)
class Result:
    """One ratio with its target. `rate` is what was measured, in comments a second."""

    engine: str
    name: str
    rate: float
    ratio: float | None = None
    target: float | None = None

    def line(self) -> str:
        """For people."""
        told = f"{self.engine:11} {self.name:28} {self.rate:10,.0f}/s"
        if self.ratio is None or self.target is None:
            return told
        return f"{told}   ratio {self.ratio:5.2f}   target ≥ {self.target}   {'met' if self.met else 'NOT MET'}"

    @property
    def met(self) -> bool:
        """Whether the target is reached; a result without one always is."""
        return self.ratio is None or self.target is None or self.ratio >= self.target


def measure(engine: str, count: int, full: int) -> Iterator[Result]:
    """Every figure of one engine."""
    targets = TARGETS[engine]
    with tempfile.TemporaryDirectory() as folder, database(engine, Path(folder)) as url:
        config = Config(
            data_dir=Path(folder),
            database_url=url,
            migration_database_url=None,
            secret_key="a secret of the bench",
            token_keys=(),
            private_hosts=(),
            demo=False,
        )
        app = create_app(config)
        with app.app_context(), raw_beside(engine, url, folder) as raw:
            account = _account()
            ingest_rate(account, pages(0, 10 * PAGE))
            raw.rate(pages(0, 10 * PAGE))
            gc.collect()
            gc.freeze()
            raws, news, knowns = [], [], []
            for turn in range(ROUNDS):
                delivered = pages((turn + 1) * 10_000_000, count)
                raws.append(raw.rate(delivered))
                news.append(ingest_rate(account, delivered))
                knowns.append(ingest_rate(account, delivered))
            bare, new, known = max(raws), max(news), max(knowns)
            yield Result(engine, "raw executemany", bare)
            yield Result(engine, "ingest, new comments", new, new / bare, targets["new"])
            yield Result(engine, "ingest, known comments", known, known / new, targets["known"])
            yield Result(engine, "triage (apart)", triage_rate(account, pages(900_000_000, min(count, 500))))
            if full:
                yield from _in_a_full_table(engine, account, full, count, new)
            db.session.remove()
            db.engine.dispose()


def _in_a_full_table(engine: str, account: Account, full: int, count: int, empty: float) -> Iterator[Result]:
    done = 0
    while done < full:
        ingest_rate(account, pages(100_000_000 + done, 10_000))
        done += 10_000
    rates = [ingest_rate(account, pages(500_000_000 + turn * 1_000_000, count)) for turn in range(ROUNDS)]
    rate = max(rates)
    yield Result(engine, f"ingest at {full:,} comments", rate, rate / empty, TARGETS[engine]["full"])


class raw_beside:  # noqa: N801 - reads as a verb phrase in its `with`.
    """The baseline's own table: a file beside on SQLite, the same server on PostgreSQL."""

    def __init__(self, engine: str, url: str, folder: str) -> None:
        self._raw = Raw(f"sqlite:///{folder}/raw.sqlite" if engine == "sqlite" else url)

    def __enter__(self) -> Raw:
        return self._raw

    def __exit__(self, *_: object) -> None:
        self._raw.close()


def _account() -> Account:
    with writing() as current:
        account = Account(
            network="bluesky",
            base_url="",
            identifier="gobelune.example.org",
            name="Gobelune",
            created_at=START,
            cursor={},
            scopes=[],
            excess_scopes=[],
        )
        current.add(account)
    return account


def main() -> int:
    """Measure, print, write; 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--comments", type=int, default=1_000)
    parser.add_argument("--full", type=int, default=0)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    results = []
    for engine in asked.engine or ENGINES:
        for result in measure(engine, asked.comments, asked.full):
            print(result.line(), flush=True)
            results.append(result)
    if asked.json:
        told = [{name: getattr(one, name) for name in ("engine", "name", "rate", "ratio", "target")} for one in results]
        asked.json.write_text(json.dumps(told, indent=2))
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
