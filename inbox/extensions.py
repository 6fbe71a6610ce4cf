"""The extensions, and how a database connection is opened, on either engine.

Reading may begin anywhere; writing happens only inside `writing()`, which begins IMMEDIATE on SQLite (a deferred
transaction that reads and then writes fails at once despite the busy time-out) and is the one place that commits.

On PostgreSQL what only reads has no transaction: each statement sees what is committed by then, as it would inside one
too. A transaction costs a page two more journeys, and rolling it back would let psycopg forget every statement that it
has had prepared, so that each page would have all of its statements planned anew. Who needs one moment for several
statements, or a cursor that stays on the server, asks for it (`at_one_moment`).
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session

db = SQLAlchemy(session_options={"expire_on_commit": False})
babel = Babel()
login_manager = LoginManager()
migrate = Migrate()
csrf = CSRFProtect()

BUSY_SECONDS = 30.0
"""How long a SQLite writer waits for another one before it gives up."""

ASKED_AFTER = 1.0
"""Seconds without use after which a connection to PostgreSQL is asked whether the server is still there."""

_ONE_MOMENT = "REPEATABLE READ"
_USED = "inbox_used"
_WRITING = "inbox_writing"
_DEPTH = "inbox_writing_depth"
_JOINED = "inbox_writing_joined"
_commits = 0

_SCHEMA_ACTIONS = frozenset(
    getattr(sqlite3, name)
    for name in dir(sqlite3)
    if name.startswith(("SQLITE_DROP_", "SQLITE_CREATE_", "SQLITE_ALTER_", "SQLITE_ATTACH", "SQLITE_DETACH"))
)
_READING_PRAGMAS = frozenset(
    {"foreign_key_check", "foreign_key_list", "index_info", "index_list", "index_xinfo", "integrity_check"}
    | {"quick_check", "table_info", "table_list", "table_xinfo", "wal_checkpoint"}
)
"""Pragmas whose argument names what to look at. All others with an argument set something, `recursive_triggers` and
`writable_schema` among them."""


def session() -> Session:
    """The session of this request, command or job."""
    return db.session()


@contextmanager
def writing(*, quiet: bool = False) -> Iterator[Session]:
    """One write transaction: begun for writing, committed at the end, rolled back on any error.

    Args:
        quiet: nothing that pages count changes by it: who looks at what, what is half-written.

    Yields:
        the session.

    Raises:
        RuntimeError: it is entered inside another one, or with unsaved changes of before: whoever owns the deed owns
            the commit, and there is one owner.
    """
    current = db.session()
    if current.info.get(_JOINED):
        yield current
        return
    if current.info.get(_DEPTH):
        raise RuntimeError("a write transaction is already open")
    _end_reading(current)
    current.info[_DEPTH] = True
    try:
        current.connection(execution_options=for_writing(current.get_bind()))
        yield current
        current.commit()
        if not quiet:
            _count_commit()
    except BaseException:
        current.rollback()
        raise
    finally:
        current.info.pop(_DEPTH, None)


def engine_options(*, on_sqlite: bool) -> dict[str, Any]:
    """How the application's engine is made."""
    return {} if on_sqlite else {"isolation_level": "AUTOCOMMIT"}


def for_writing(engine: Engine | Connection) -> dict[str, Any]:
    """The execution options of a connection that writes, in a transaction."""
    return {_WRITING: True} | ({} if engine.dialect.name == "sqlite" else {"isolation_level": "READ COMMITTED"})


def for_one_moment(engine: Engine | Connection) -> dict[str, Any]:
    """The execution options of a connection on which all that is read is of one moment."""
    return {} if engine.dialect.name == "sqlite" else {"isolation_level": _ONE_MOMENT}


def at_one_moment(current: Session) -> None:
    """Whatever `current` reads from now on is of one moment, until its transaction ends.

    Inside `writing()` nothing changes: there is a transaction already.

    Raises:
        RuntimeError: there are unsaved changes of before.
    """
    connection = current.connection()
    options = connection.get_execution_options()
    if connection.dialect.name == "sqlite" or options.get(_WRITING) or options.get("isolation_level") == _ONE_MOMENT:
        return
    _end_reading(current)
    current.connection(execution_options=for_one_moment(connection))


def _end_reading(current: Session) -> None:
    if current.in_transaction():
        if current.new or current.dirty or current.deleted:
            raise RuntimeError("there are changes outside a write transaction")
        current.commit()


@contextmanager
def joined(current: Session) -> Iterator[None]:
    """Inside `writing()`: the deeds that are called in the block are part of that transaction, all or none.

    For a deed over many, which notes of each that it was done in the transaction that does it.

    Raises:
        RuntimeError: no write transaction is open.
    """
    if not current.info.get(_DEPTH):
        raise RuntimeError("there is no write transaction to join")
    current.info[_JOINED] = True
    try:
        yield
    finally:
        current.info.pop(_JOINED, None)


def commits() -> int:
    """How often something was committed in this process that pages may count."""
    return _commits


def _count_commit() -> None:
    # Two at once may count as one: what was counted before either is not valid any more all the same.
    global _commits
    _commits += 1


@contextmanager
def begin_writing(engine: Engine) -> Iterator[Connection]:
    """A connection of its own with the write lock, whose transaction is rolled back: for a check that has to write."""
    with engine.connect().execution_options(**for_writing(engine)) as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def forget_what_was_overwritten() -> None:
    """After words were withheld for good: take what was overwritten out of SQLite's write-ahead log too.

    The database file itself is overwritten at once (`secure_delete`). On PostgreSQL that is the affair of VACUUM. Where
    a reader is at work, the next checkpoint does it.
    """
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    finally:
        connection.close()


def in_write_transaction(of: Session) -> bool:
    """Whether `of` is inside `writing()`."""
    return bool(of.info.get(_DEPTH))


def prepare_engine(engine: Engine, *, protected: frozenset[str]) -> None:
    """Set up how the application's connections are opened.

    Args:
        engine: the application's engine; migrations use one of their own.
        protected: tables out of which SQLite's authorizer refuses every DELETE (lock 6).
    """
    if engine.dialect.name != "sqlite":
        _ask_idle_connections(engine)
        return
    authorize = _authorizer(protected)

    @event.listens_for(engine, "connect")
    def open_sqlite(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA recursive_triggers=ON")
        cursor.execute("PRAGMA trusted_schema=OFF")
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.execute("PRAGMA cache_size=-65536")
        cursor.execute(f"PRAGMA busy_timeout={int(BUSY_SECONDS * 1000)}")
        cursor.close()
        connection.set_authorizer(authorize)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _ask_idle_connections(engine: Engine) -> None:
    """A connection that lay idle is asked whether the server is still there, and all are made anew where it is not.

    As the pool's own `pool_pre_ping`, but for one that was in use a moment ago: to ask it each time costs every page
    as much as one of its statements.
    """

    @event.listens_for(engine, "connect")
    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get(_USED, 0.0) < ASKED_AFTER:
            return
        dialect = engine.dialect
        try:
            dialect.do_ping(connection)
        except dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _authorizer(protected: frozenset[str]) -> Any:
    def authorize(action: int, first: str | None, second: str | None, *_rest: str | None) -> int:
        if action in _SCHEMA_ACTIONS:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_DELETE and first in protected:
            return sqlite3.SQLITE_DENY
        if action == sqlite3.SQLITE_PRAGMA and second is not None and (first or "").lower() not in _READING_PRAGMAS:
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK

    return authorize
