"""How Alembic reaches the database: an engine of its own, as the owner, exclusively, all or nothing.

On SQLite it has no authorizer and no foreign keys, both of which make rebuilding a table fail; the triggers, which a
rebuilt table silently loses, are laid again at the end, in the same transaction.
"""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine, event, pool, text

from inbox.models import Base, triggers

_LOCK = 7_120_345_682


def _render_item(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    if kind == "type" and type(value).__module__ == "inbox.models.base":
        if type(value).__name__ == "Code":
            return "sa.String(length=40)"
        return f"inbox.models.base.{type(value).__name__}()"
    return False


def _include_name(name: str | None, kind: str, _parents: Any) -> bool:
    return not (kind in {"table", "index"} and name is not None and name.startswith(("fts", "huey")))


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render_item,
        include_name=_include_name,
        compare_type=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()
        if not context.config.attributes.get("only_compare"):
            triggers.lay(connection)


def _run() -> None:
    url = context.config.attributes["url"]
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def open_alone(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA busy_timeout=60000")
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def begin_alone(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN EXCLUSIVE")

    with engine.connect() as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _migrate(connection)
        if connection.dialect.name == "sqlite":
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken is not None:
                raise RuntimeError(f"the migration left a row of {broken[0]} that points to nothing")


_run()
