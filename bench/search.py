"""Searching: a page of 50 hits against the bare full-text query, at 100,000 and at 1,000,000 comments.

Target 5 of the speed targets: newest first, at most twice the bare full-text query and one page more. The page is what
reading the details of 50 hits takes. Beside it stands what filters cost, and what a common word costs where the filters
leave nothing of it. Run with `python -m bench.search [--engine sqlite|postgresql] [--sizes 100000,1000000]
[--json FILE]`.
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
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import BindParameter, Connection, String, bindparam, create_engine, text

from bench import queue_page
from config import Config
from inbox import create_app
from inbox.answering import search, search_details
from inbox.answering.search import SearchFilters
from inbox.extensions import db, session
from inbox.models.search_words import read_query
from inbox.permissions import OPERATOR
from tests.databases import ENGINES, database

ROUNDS = 60
WARM_UP = 5
TARGET = 2.0
QUERIES = {
    "common word": "safe",
    "beginning": "answ",
    "one in 1,000": "lot417",
    "phrase": '"two days ago"',
    "one": "7919",
}

_WORDS = "is the blue one safe for my son i asked two days ago and nobody has answered me yet"
_SECONDS = {
    "sqlite": "CAST(strftime('%s', posted_at) AS INTEGER)",
    "postgresql": "CAST(extract(epoch FROM posted_at) AS bigint)",
}


def index(connection: Connection) -> None:
    """Lay the words of every comment into the index, as the product does, by the database itself."""
    dialect = connection.dialect.name
    words = f"'{_WORDS} ' || id || ' lot' || (id % 1000)"
    if dialect == "postgresql":
        words = f"to_tsvector('simple', {words})"
    connection.execute(
        text(
            "INSERT INTO findables (position, source, row_id, conversation_id, words)"
            f" SELECT ({_SECONDS[dialect]} << 31) + id, 'comment', id, conversation_id, {words} FROM comments"
        )
    )
    if dialect == "sqlite":
        connection.exec_driver_sql("INSERT INTO fts_findables (fts_findables) VALUES ('rebuild')")


@contextmanager
def filled(engine: str, size: int) -> Iterator[Flask]:
    """An application over a database with `size` comments that can be found."""
    with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
        owner = create_engine(url)
        with owner.begin() as connection:
            queue_page.fill(connection, size, " || ' lot' || (n % 1000)")
            index(connection)
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE" if engine == "sqlite" else "VACUUM ANALYZE"))
        owner.dispose()
        app = create_app(Config(Path(name), url, None, "a secret of the bench", (), (), False))
        with app.app_context():
            yield app
            db.session.remove()
            db.engine.dispose()


_BARE = {
    "sqlite": ("SELECT rowid FROM fts_findables WHERE fts_findables MATCH :words ORDER BY rowid DESC LIMIT 51",),
    "postgresql": tuple(
        f"SELECT position FROM findables WHERE words @@ CAST(:words AS tsquery) ORDER BY {order} DESC LIMIT 51"
        for order in ("position", "position + 0")
    ),
}
"""The bare query, in each way that an engine may go about it: the quickest counts."""


def deeds(
    engine: str,
) -> dict[str, tuple[Callable[[], object], list[Callable[[], object]] | None, Callable[[], object] | None]]:
    """What is measured by its label: the deed, the bare query and the page beside it."""
    found: dict[str, Any] = {}
    for label, typed in QUERIES.items():
        query = read_query(typed)
        words = (search._as_match if engine == "sqlite" else search._as_tsquery)(query, None)
        hits, _ = search._walk(session(), OPERATOR, query, search.EVERYTHING, search._NEWEST, 50)
        found[label] = (
            lambda typed=typed: search.search(OPERATOR, typed),
            # As a literal, which is how PostgreSQL plans it best.
            [
                lambda bare=bare, words=words: session().execute(bare.bindparams(_literal(words))).all()
                for bare in map(text, _BARE[engine])
            ],
            lambda query=query, hits=hits[:50]: search_details.read(session(), query, hits),
        )
    filters = SearchFilters(account_id=3, kind="question", language="fr", assignee_id="nobody")
    found["common word, filters on"] = (lambda: search.search(OPERATOR, "safe", filters), None, None)
    nothing = SearchFilters(language="it")
    found["common word, filters leave none"] = (lambda: search.search(OPERATOR, "safe", nothing), None, None)
    return found


def _literal(words: str) -> BindParameter[str]:
    return bindparam("words", words, type_=String(), literal_execute=True)


def median(deed: Callable[[], object]) -> float:
    """In microseconds."""
    taken = []
    for turn in range(WARM_UP + ROUNDS):
        started = time.perf_counter()
        deed()
        if turn >= WARM_UP:
            taken.append((time.perf_counter() - started) * 1e6)
    return statistics.median(taken)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and their ratios; exits with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    figures: list[dict[str, Any]] = []
    missed = 0
    for engine in given.engine or ENGINES:
        for size in map(int, given.sizes.split(",")):
            with filled(engine, size):
                measured = deeds(engine)
                gc.collect()
                gc.freeze()
                for label, (deed, bare, page) in measured.items():
                    took = median(deed)
                    row: dict[str, Any] = {"engine": engine, "size": size, "label": label, "us": round(took, 1)}
                    told = f"{engine:11} {size:9,} {label:32} {took:9.1f} µs"
                    if bare is not None and page is not None:
                        row["bare_us"], row["page_us"] = round(min(map(median, bare)), 1), round(median(page), 1)
                        row["met"] = took <= TARGET * row["bare_us"] + row["page_us"]
                        missed += not row["met"]
                        verdict = "ok" if row["met"] else "MISSED"
                        told += f"   bare {row['bare_us']:9.1f}   page {row['page_us']:9.1f}   {verdict}"
                    print(told, flush=True)
                    figures.append(row)
                gc.unfreeze()
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
