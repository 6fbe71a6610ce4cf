"""Building and checking the database: every one of them, the tests' too, is built by the migrations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from inbox.models import triggers

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class SchemaError(Exception):
    """The database is not as this version of the product needs it. The message says what to do."""


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest version, as its owner, all or nothing, and lay the triggers."""
    config = AlembicConfig(MIGRATIONS / "alembic.ini")
    config.attributes["url"] = url
    command.upgrade(config, "head")


@cache
def newest() -> str:
    """The revision this version of the product needs."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert revision is not None
    return revision


def present(connection: Connection) -> str | None:
    """The revision of a database; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def check(connection: Connection) -> None:
    """Let nothing start on a database that is too old, or that has lost a trigger.

    Raises:
        SchemaError: it is one of the two.
    """
    if present(connection) != newest():
        raise SchemaError("The database is not up to date: run `inbox migrate` as its owner, then start again.")
    lost = triggers.faults(connection)
    if lost:
        raise SchemaError(
            f"The database has lost a trigger that keeps criticism from being deleted ({lost[0]}):"
            " find out who took it away, then run `inbox migrate`, which lays it again."
        )
