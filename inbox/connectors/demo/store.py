"""Where the demo network keeps itself: one SQLite file, shared by every program of this machine that visits it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

FILE_NAME: Final = "demo_network.sqlite"
"""The network's file inside the data folder."""

BUSY_SECONDS = 15.0
"""How long a program waits for another one's write; below the time-out of a connector's call."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS stages (
    name TEXT PRIMARY KEY, display_name TEXT NOT NULL, access_key TEXT, runs INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS people (
    id TEXT PRIMARY KEY, stage TEXT NOT NULL, identifier TEXT NOT NULL, display_name TEXT NOT NULL,
    followers INTEGER, lang TEXT);
CREATE TABLE IF NOT EXISTS posts (
    id TEXT PRIMARY KEY, stage TEXT NOT NULL, published_at INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, stage TEXT NOT NULL, author_id TEXT, post_id TEXT, parent_id TEXT, thread_id TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'present', closed INTEGER NOT NULL DEFAULT 0, posted_at INTEGER NOT NULL,
    edited_at INTEGER, body TEXT NOT NULL, key TEXT, UNIQUE (stage, key));
CREATE INDEX IF NOT EXISTS messages_by_author ON messages (author_id);
CREATE INDEX IF NOT EXISTS messages_by_parent ON messages (parent_id);
CREATE TABLE IF NOT EXISTS deliveries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, message_id TEXT, at INTEGER NOT NULL,
    payload TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS deliveries_by_stage ON deliveries (stage, seq);
CREATE TABLE IF NOT EXISTS script (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, due_at INTEGER NOT NULL, event TEXT NOT NULL,
    played INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS script_due ON script (stage, due_at, id) WHERE played = 0;
CREATE TABLE IF NOT EXISTS reactions (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, message_id TEXT NOT NULL, author_id TEXT NOT NULL,
    thread_id TEXT NOT NULL, delay INTEGER NOT NULL, event TEXT NOT NULL, used INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS reactions_of ON reactions (stage, author_id, thread_id, id) WHERE used = 0;
CREATE TABLE IF NOT EXISTS weather (
    stage TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (stage, name));
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, stage TEXT NOT NULL, call TEXT NOT NULL,
    subject TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS calls_by_stage ON calls (stage, at);
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_micros(moment: datetime) -> int:
    """`moment` (aware) as whole microseconds since 1970, exact, so that it sorts and compares as a number."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The aware UTC moment of `to_micros`."""
    return _EPOCH + timedelta(microseconds=micros)


class Store:
    """The file of one demo network. Opens a connection per transaction, so threads and forks share nothing.

    Args:
        path: the SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def make(self) -> None:
        """Make the file and its tables where they are not there yet; the folder must exist."""
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def transaction(self, *, keep_after: tuple[type[Exception], ...] = ()) -> Iterator[sqlite3.Connection]:
        """One write transaction: committed at the end, rolled back by an exception.

        Args:
            keep_after: exceptions after which the transaction is committed all the same before they go on.
        """
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except keep_after:
                connection.execute("COMMIT")
                raise
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one look, outside a write transaction."""
        with closing(self._connect()) as connection:
            yield connection
