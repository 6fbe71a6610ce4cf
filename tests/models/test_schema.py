"""Databases are built by the migrations, and agree with the models."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text

from inbox.models import Base, schema, triggers
from tests.databases import database


def test_migrations_and_models_agree(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: (
                    not (kind in {"table", "index"} and name and name.startswith(("fts", "huey")))
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_a_migrated_database_passes_the_check(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.connect() as connection:
        schema.check(connection)
    engine.dispose()


def test_an_empty_database_is_refused(engine_name: str, tmp_path: Path) -> None:
    with database(engine_name, tmp_path, empty=True) as url:
        engine = create_engine(url)
        with engine.connect() as connection, pytest.raises(schema.SchemaError, match="inbox migrate"):
            schema.check(connection)
        engine.dispose()


@pytest.mark.parametrize("name", ["never_delete_comments", "never_change_comments_1"])
def test_a_lost_trigger_is_noticed_and_laid_again(database_url: str, name: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        on = " ON comments" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER {name}{on}"))
    with engine.connect() as connection, pytest.raises(schema.SchemaError, match=name):
        schema.check(connection)
    engine.dispose()
    schema.upgrade(database_url)
    with engine.connect() as connection:
        assert triggers.faults(connection) == []
    engine.dispose()


def test_an_upgrade_takes_down_the_triggers_of_an_earlier_version(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            laid = "BEFORE UPDATE ON accounts FOR EACH ROW EXECUTE FUNCTION inbox_never()"
        else:
            laid = "BEFORE UPDATE ON accounts BEGIN SELECT RAISE(ABORT, 'refused'); END"
        connection.exec_driver_sql(f"CREATE TRIGGER never_change_accounts_99 {laid}")
    schema.upgrade(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO accounts (id, network, base_url, identifier, name, purpose, scopes, excess_scopes,"
                " first_target_seconds, next_target_seconds, retention_months, created_at, cursor, failures_in_a_row,"
                " received_count, stored_count, known_count, quarantined_count)"
                " VALUES (1, 'demo', '', 'a', 'a', 'demo', '[]', '[]', 1, 1, 1, '2026-01-01T00:00:00', '{}',"
                " 0, 0, 0, 0, 0)"
            )
        )
        connection.execute(text("UPDATE accounts SET name = 'b'"))
        assert connection.scalar(text("SELECT name FROM accounts")) == "b"
        assert triggers.faults(connection) == []
    engine.dispose()
