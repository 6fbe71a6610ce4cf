"""The roads through SQL that are tried to make a criticism disappear, and a look at all that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Integer, LargeBinary, Table, insert, select, text
from sqlalchemy.orm import Session

from inbox.models import Base
from inbox.models.base import Code
from inbox.models.kept import KEPT

FORBIDDEN_STATEMENTS = [
    *(f"DELETE FROM {table}" for table in KEPT),
    'DELETE FROM "comments" WHERE 1 = 1',
    "delete from comments where id = (select min(id) from comments)",
    "WITH old AS (SELECT id FROM comments) DELETE FROM comments WHERE id IN (SELECT id FROM old)",
    "UPDATE comment_versions SET text = 'I love it'",
    "UPDATE comment_versions SET text = text || ' not'",
    "UPDATE comment_versions SET text = '', salt = NULL",
    "UPDATE comment_versions SET text = NULL, salt = NULL WHERE comment_id = 2",
    "UPDATE comment_versions SET salt = NULL WHERE comment_id = 2",
    "UPDATE comment_versions SET comment_id = 1",
    "UPDATE comment_versions SET digest = ''",
    "UPDATE comments SET author_id = 99",
    "UPDATE comments SET conversation_id = 99",
    "UPDATE comments SET remote_id = 'never seen'",
    "UPDATE comments SET posted_at = '2020-01-01 00:00:00'",
    "UPDATE comments SET state = 'tombstoned' WHERE id = 2",
    "UPDATE authors SET remote_id = 'nobody'",
    "UPDATE conversations SET author_id = 99",
    "UPDATE conversations SET thread_id = 'elsewhere'",
    "UPDATE accounts SET purpose = 'drill'",
    "UPDATE quarantine SET payload = '{}'",
    "UPDATE raw_payloads SET payload = '{}'",
    "UPDATE raw_payloads SET payload = NULL WHERE comment_id = 2",
    "UPDATE raw_payloads SET comment_id = 1 WHERE comment_id = 2",
    "UPDATE replies SET text = 'We never said that'",
    "UPDATE replies SET sent_at = '2020-01-01 00:00:00' WHERE confirmed_at IS NOT NULL",
    "UPDATE replies SET confirmed_at = NULL",
    "UPDATE tombstones SET comment_id = 2",
    "UPDATE trail SET actor = 'nobody'",
    "UPDATE trail SET hash = ''",
    "UPDATE waits SET target_seconds = 999999",
]
"""Refused on both engines, from the application's own connection and from another program's. Comment 1 is behind a
tombstone, comment 2 is not."""

LOOSENING_SQLITE = [
    *(f"DROP TABLE {table}" for table in ("comments", "comment_versions", "trail")),
    "DROP TRIGGER never_delete_comments",
    "DROP INDEX ix_comments_watched",
    "ALTER TABLE comments RENAME TO gone",
    "ALTER TABLE comment_versions DROP COLUMN text",
    "ATTACH ':memory:' AS other",
    "CREATE TABLE other (id INTEGER)",
    "CREATE TEMP TABLE comments (id INTEGER)",
    "CREATE TEMP VIEW tombstones AS SELECT id AS comment_id FROM comments",
    "CREATE TEMP TRIGGER hole BEFORE INSERT ON comments BEGIN SELECT RAISE(IGNORE); END",
    "PRAGMA recursive_triggers = OFF",
    "PRAGMA main.recursive_triggers(0)",
    "pragma RECURSIVE_TRIGGERS = 0",
    "PRAGMA writable_schema = ON",
    "PRAGMA foreign_keys = OFF",
    "PRAGMA ignore_check_constraints = ON",
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA legacy_alter_table = ON",
    "DELETE FROM sqlite_master",
    "UPDATE sqlite_master SET sql = '' WHERE name = 'never_delete_comments'",
]
"""What the authorizer refuses on the application's connections."""

TOGETHER_POSTGRESQL = [
    ["TRUNCATE comments CASCADE"],
    ["TRUNCATE trail"],
    ["COPY (DELETE FROM comments RETURNING id) TO STDOUT"],
    ["MERGE INTO comments AS c USING authors AS a ON c.author_id = a.id WHEN MATCHED THEN DELETE"],
    ["WITH gone AS (DELETE FROM comments RETURNING id) SELECT count(*) FROM gone"],
    ["DO $$ BEGIN DELETE FROM comments; END $$"],
    ["SET session_replication_role = replica", "DELETE FROM comment_versions"],
    [
        "CREATE TEMP TABLE tombstones AS SELECT id AS comment_id FROM comments",
        "UPDATE comment_versions SET text = NULL, salt = NULL WHERE comment_id = 2",
    ],
    ["SET search_path = pg_temp, public", "UPDATE comment_versions SET text = 'I love it'"],
]
"""Refused by the triggers even for a superuser, each in one transaction."""

LOOSENING_POSTGRESQL = [
    "DROP TABLE comments CASCADE",
    "DROP TRIGGER never_delete_comments ON comments",
    "DROP SCHEMA public CASCADE",
    "DROP FUNCTION inbox_never() CASCADE",
    "CREATE OR REPLACE FUNCTION inbox_never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'",
    "ALTER TABLE comments DISABLE TRIGGER ALL",
    "ALTER TABLE comments RENAME TO gone",
    "ALTER TABLE comment_versions DROP COLUMN text",
    "ALTER TABLE comments OWNER TO inbox_application",
    "ALTER ROLE inbox_application SUPERUSER",
    "ALTER SYSTEM SET session_replication_role = replica",
    "CREATE RULE hole AS ON INSERT TO comments DO INSTEAD NOTHING",
    "CREATE TRIGGER hole BEFORE INSERT ON comments FOR EACH ROW EXECUTE FUNCTION inbox_never()",
    "CREATE TABLE other (id integer)",
    "CREATE TEMP TABLE tombstones (comment_id bigint)",
    "CREATE FUNCTION hole() RETURNS void LANGUAGE sql SECURITY DEFINER AS 'DELETE FROM comments'",
    "SET ROLE inbox_owner",
    "SET SESSION AUTHORIZATION postgres",
    "SET session_replication_role = replica",
    "UPDATE alembic_version SET version_num = '0000'",
    "UPDATE pg_trigger SET tgenabled = 'D'",
    "DELETE FROM member_sessions",
    "DELETE FROM sign_in_attempts",
]
"""What the documented role of the application may not do."""


def replacements(table: Table) -> list[str]:
    """`INSERT OR REPLACE` over every row of `table` with other contents: by its own key, then by each unique key."""
    primary = next(iter(table.primary_key)).name
    unique = {column.name for key in (*table.constraints, *table.indexes) for column in getattr(key, "columns", ())}
    names = [column.name for column in table.columns]
    other = next((name for name in reversed(names) if name not in unique), names[-1])
    changed = [f"{name} || 'x'" if name == other else name for name in names]
    anew = [f"{name} + 1000" if name == primary else part for name, part in zip(names, changed, strict=True)]
    into = f"INSERT OR REPLACE INTO {table.name} ({', '.join(names)}) SELECT "
    return [f"{into}{', '.join(columns)} FROM {table.name}" for columns in (changed, anew)]


OVERWRITING = [
    *(f"UPDATE OR REPLACE {table} SET id = 2 WHERE id = 1" for table in KEPT if table != "trail"),
    "UPDATE OR REPLACE trail SET seq = 2 WHERE seq = 1",
    "UPDATE OR REPLACE replies SET remote_id = (SELECT max(remote_id) FROM replies)",
    "UPDATE OR REPLACE accounts SET base_url = '', identifier = 'Brand'",
    "UPDATE OR REPLACE members SET email = 'one@example.org'",
    "UPDATE OR REPLACE waits SET closed_at = NULL, conversation_id = 1",
    "UPDATE OR REPLACE member_roles SET ended_at = NULL",
]


_CHOSEN = {"citations": {"reply_id": 1}, "declarations": {"comment_id": 2}}
"""Where the database asks for more than a value of the right type."""


def fill(session: Session, at: datetime) -> None:
    """Inside a write transaction: one row at least in every kept table, so that there is something to lose."""
    for table in Base.metadata.sorted_tables:
        if table.name in KEPT and session.execute(select(table).limit(1)).first() is None:
            values = {
                column.name: _some_value(column.type, at)
                for column in table.columns
                if not column.nullable and not (column.primary_key and column.name == "id")
            }
            session.execute(insert(table).values(values | _CHOSEN.get(table.name, {})))


def _some_value(kind: Any, at: datetime) -> object:
    if isinstance(kind, Code):
        return next(iter(kind.enum))
    plain = getattr(kind, "impl", kind)
    if isinstance(plain, Integer):
        return 1
    if isinstance(plain, DateTime):
        return at
    if isinstance(plain, JSON):
        return {}
    if isinstance(plain, LargeBinary):
        return b"some bytes"
    return False if plain.python_type is bool else "one"


_TOLD = {"trail": "action <> 'rule.refused'", "notices": "code <> 'rule_refused'"}
"""What is not a row about a refused attempt."""


def contents(session: Any) -> Mapping[str, list[Any]]:
    """All rows of all kept tables, without those that tell of refused attempts; `session` may be a connection."""
    found = {}
    for table in KEPT:
        only = f" WHERE {_TOLD[table]}" if table in _TOLD else ""
        order = "seq" if table == "trail" else "id"
        rows = session.execute(text(f"SELECT * FROM {table}{only} ORDER BY {order}"))
        found[table] = [tuple(row) for row in rows]
    return found
