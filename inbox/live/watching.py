"""Noticing that somebody committed, in whatever program: SQLite's counter is looked at, PostgreSQL's NOTIFY wakes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Event

from sqlalchemy import URL

from inbox.live.events import CHANNEL

LOOK_SECONDS = 0.1
"""How often SQLite is asked whether something was committed."""

LISTEN_SECONDS = 1.0
"""How long PostgreSQL is listened to before it is looked whether to stop."""

Changed = Callable[[Event], bool]
"""Waits a moment for a commit, or for the event that says to stop; tells whether there was one."""


@contextmanager
def watcher(url: URL) -> Iterator[Changed]:
    """Watch the database at `url` over a connection of its own, which is in no transaction while it waits."""
    with _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url) as changed:
        yield changed


@contextmanager
def _sqlite(url: URL) -> Iterator[Changed]:
    with closing(sqlite3.connect(url.database or "", isolation_level=None, check_same_thread=False)) as connection:
        cursor = connection.cursor()

        def version() -> int:
            return int(cursor.execute("PRAGMA data_version").fetchone()[0])

        known = version()

        def changed(stop: Event) -> bool:
            nonlocal known
            if stop.wait(LOOK_SECONDS):
                return False
            before, known = known, version()
            return known != before

        yield changed


@contextmanager
def _postgresql(url: URL) -> Iterator[Changed]:
    import psycopg  # Only where it is the engine: it loads slowly.

    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"LISTEN {CHANNEL}".encode())

        def changed(_stop: Event) -> bool:
            return any(True for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1))

        yield changed
