"""Building and checking the database: every one of them, the tests' too, is built by the migrations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, pool

from inbox.models import roles, triggers

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


class SchemaError(Exception):
    """The database is not as this version of the product needs it. The message says what to do."""


def upgrade(url: str, application_url: str | None = None) -> None:
    """Bring the database at `url` to the newest version, as its owner, all or nothing, and lay the triggers.

    Args:
        url: the owner's address.
        application_url: the address at which the application is connected; where that is another role of PostgreSQL, it
            is given its rights.
    """
    config = AlembicConfig(MIGRATIONS / "alembic.ini")
    config.attributes["url"] = url
    command.upgrade(config, "head")
    owner, application = make_url(url), make_url(application_url or url)
    if owner.get_backend_name() == "postgresql" and application.username not in {None, owner.username}:
        engine = create_engine(owner, poolclass=pool.NullPool)
        with engine.begin() as connection:
            roles.grant(connection, str(application.username))


@cache
def newest() -> str:
    """The revision this version of the product needs."""
    revision = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    assert revision is not None
    return revision


def present(connection: Connection) -> str | None:
    """The revision of a database; None for an empty one."""
    return MigrationContext.configure(connection).get_current_revision()


def check(connection: Connection, *, for_good: bool = False) -> None:
    """Let nothing start on a database that is too old, or that has lost a trigger.

    Args:
        for_good: what starts serves or works, so that it may not be the owner of its tables on PostgreSQL either.

    Raises:
        SchemaError: it is one of these.
    """
    if present(connection) != newest():
        raise SchemaError("The database is not up to date: run `inbox migrate` as its owner, then start again.")
    lost = triggers.faults(connection)
    if lost:
        raise SchemaError(
            f"The database has lost a trigger that keeps criticism from being deleted ({lost[0]}):"
            " find out who took it away, then run `inbox migrate`, which lays it again."
        )
    fault = roles.faults(connection) if for_good else None
    if fault is not None:
        raise SchemaError(
            f"{fault} Give it a role of its own (`inbox roles` prints how), or set INBOX_ALLOW_OWNER=1 to start all the"
            " same."
        )
