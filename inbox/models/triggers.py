"""The database's own lock (lock 6): triggers that refuse to lose or rewrite what an author wrote.

All of them stand in this file and are laid again after every upgrade, because a rebuilt table silently loses its
triggers on SQLite. Start and `verify` compare what is installed with this file.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, text

KEPT = (
    "accounts",
    "apologies",
    "apology_versions",
    "authors",
    "collection_gaps",
    "comment_versions",
    "comments",
    "conversations",
    "member_roles",
    "members",
    "notes",
    "own_messages",
    "posts",
    "quarantine",
    "raw_payloads",
    "replies",
    "reply_template_versions",
    "reply_templates",
    "sending_holds",
    "tombstones",
    "trail",
    "waits",
)
"""Tables whose rows are never deleted, by nobody."""


@dataclass(frozen=True, slots=True)
class _Fixed:
    """Columns that never change, or change only where `unless` (an SQL condition over OLD and NEW) holds."""

    table: str
    columns: tuple[str, ...]
    unless: str | None = None
    behind_tombstone: bool = False
    """Besides `unless`, a row of `tombstones` must name the comment."""


FIXED = (
    _Fixed("apology_versions", ("id", "apology_id", "number", "core", "core_hash", "written_at", "written_by")),
    _Fixed("authors", ("id", "account_id", "remote_id")),
    _Fixed("comments", ("id", "account_id", "remote_id", "author_id", "conversation_id", "posted_at", "received_at")),
    _Fixed("comment_versions", ("id", "comment_id", "number", "digest", "written_at", "received_at")),
    _Fixed(
        "comment_versions",
        ("text", "salt"),
        "NEW.text IS NULL AND NEW.salt IS NULL",
        behind_tombstone=True,
    ),
    _Fixed(
        "own_messages",
        ("id", "account_id", "remote_id", "thread_id", "parent_remote_id", "text", "posted_at", "received_at"),
    ),
    _Fixed("quarantine", ("id", "account_id", "payload", "digest", "received_at")),
    _Fixed("raw_payloads", ("id", "account_id", "remote_id", "digest", "received_at")),
    _Fixed("raw_payloads", ("payload",), "NEW.payload IS NULL", behind_tombstone=True),
    _Fixed("replies", ("id", "conversation_id", "account_id", "created_at", "form_key", "key")),
    _Fixed(
        "replies",
        ("text", "text_hash", "comment_id", "seen_up_to"),
        "OLD.state IN ('draft', 'submitted', 'returned')",
    ),
    _Fixed("reply_template_versions", ("id", "template_id", "number", "texts", "written_at", "written_by")),
    _Fixed("tombstones", ("id", "comment_id", "reason", "at", "by")),
    _Fixed(
        "trail",
        ("seq", "at", "actor", "action", "object_type", "object_id", "params", "previous_hash", "hash"),
    ),
    _Fixed("waits", ("id", "conversation_id", "account_id", "target_seconds")),
)
"""What never changes: what an author wrote, what was approved or sent, and what the trail remembers."""

NEVER_REPLACED = {
    "authors": ("(account_id = NEW.account_id AND remote_id = NEW.remote_id)",),
    "comments": ("(account_id = NEW.account_id AND remote_id = NEW.remote_id)",),
    "comment_versions": ("(comment_id = NEW.comment_id AND number = NEW.number)",),
    "replies": (
        "form_key = NEW.form_key",
        "key = NEW.key",
        "(account_id = NEW.account_id AND remote_id = NEW.remote_id)",
    ),
    "tombstones": ("comment_id = NEW.comment_id",),
    "trail": (),
}
"""Tables in which SQLite's `INSERT OR REPLACE` keeps the row that is there, with their unique keys."""


def names(dialect: str) -> set[str]:
    """The names of all triggers that must be installed on `dialect` (`sqlite` or `postgresql`)."""
    return set(_triggers(dialect))


def lay(connection: Connection) -> None:
    """Install every trigger afresh. Runs as the owner of the tables, without an authorizer."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        for name, body in _POSTGRESQL_FUNCTIONS.items():
            quoted = "$never$" + body.replace("%", "%%") + "$never$"
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS {quoted}"
            )
    for name, (table, statement) in _triggers(dialect).items():
        on = f" ON {table}" if dialect == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        connection.exec_driver_sql(statement)
    if dialect == "postgresql":
        wanted = _triggers(dialect)
        for installed in _installed_on_postgresql(connection):
            if installed.name in wanted:
                seal = _seal(wanted[installed.name][1], installed.definition)
                connection.exec_driver_sql(f"COMMENT ON TRIGGER {installed.name} ON {installed.table} IS '{seal}'")


def faults(connection: Connection) -> list[str]:
    """The names of triggers that are missing, switched off or not as this file has them, in alphabetical order."""
    wanted = _triggers(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        present = {name: _plain(sql) for name, sql in rows}
        return sorted(name for name, (_, sql) in wanted.items() if present.get(name) != _plain(sql))
    sound = {
        trigger.name
        for trigger in _installed_on_postgresql(connection)
        if trigger.name in wanted
        and trigger.enabled
        and trigger.table == wanted[trigger.name][0]
        and _plain(trigger.source) == _plain(_POSTGRESQL_FUNCTIONS.get(trigger.function, ""))
        and trigger.seal == _seal(wanted[trigger.name][1], trigger.definition)
    }
    return sorted(set(wanted) - sound)


class _Installed(NamedTuple):
    name: str
    table: str
    enabled: bool
    function: str
    source: str
    definition: str
    seal: str | None


def _installed_on_postgresql(connection: Connection) -> list[_Installed]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, c.relname, t.tgenabled IN ('O', 'A'), p.proname, p.prosrc, pg_get_triggerdef(t.oid),"
            " obj_description(t.oid, 'pg_trigger')"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid"
            " WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"
        )
    )
    return [_Installed(*row) for row in rows]


def _seal(statement: str, definition: str) -> str:
    """What is noted on a trigger when it is laid: PostgreSQL prints a trigger in words of its own, so that the
    statement of this file can only be compared through what was printed when it was laid."""
    return hashlib.sha256(f"{_plain(statement)}\0{definition}".encode()).hexdigest()


def _plain(sql: str) -> str:
    return " ".join(sql.split())


_POSTGRESQL_REFUSAL = """
    RAISE EXCEPTION 'no criticism is deleted or rewritten here: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
"""

_POSTGRESQL_FUNCTIONS = {
    "inbox_never": f"BEGIN {_POSTGRESQL_REFUSAL} END",
    "inbox_only_behind_tombstone": f"""
BEGIN
    IF EXISTS (SELECT 1 FROM tombstones WHERE comment_id = OLD.comment_id) THEN
        RETURN NEW;
    END IF;
    {_POSTGRESQL_REFUSAL}
END
""",
}


def _triggers(dialect: str) -> dict[str, tuple[str, str]]:
    return _sqlite_triggers() if dialect == "sqlite" else _postgresql_triggers()


def _sqlite_triggers() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def add(name: str, table: str, event: str, body: str) -> None:
        found[name] = (table, f"CREATE TRIGGER {name} {event} ON {table} {body}")

    for table in KEPT:
        refusal = f"BEGIN SELECT RAISE(ABORT, 'no criticism is deleted here: DELETE on {table} is refused'); END"
        add(f"never_delete_{table}", table, "BEFORE DELETE", refusal)
    for number, fixed in enumerate(FIXED):
        changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in fixed.columns)
        allowed = fixed.unless
        if fixed.behind_tombstone:
            allowed = f"{allowed} AND EXISTS (SELECT 1 FROM tombstones WHERE comment_id = OLD.comment_id)"
        condition = f"({changed})" + (f" AND NOT ({allowed})" if allowed else "")
        refusal = (
            f"BEGIN SELECT RAISE(ABORT, 'no criticism is rewritten here: UPDATE of {fixed.table} is refused'); END"
        )
        add(
            f"never_change_{fixed.table}_{number}",
            fixed.table,
            f"BEFORE UPDATE OF {', '.join(fixed.columns)}",
            f"WHEN {condition} {refusal}",
        )
    for table, keys in NEVER_REPLACED.items():
        primary = "seq" if table == "trail" else "id"
        same = " OR ".join((f"{primary} = NEW.{primary}", *keys))
        add(
            f"never_replace_{table}",
            table,
            "BEFORE INSERT",
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) BEGIN SELECT RAISE(IGNORE); END",
        )
    return found


def _postgresql_triggers() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def add(name: str, table: str, event: str, each: str, function: str = "inbox_never") -> None:
        found[name] = (table, f"CREATE TRIGGER {name} {event} ON {table} {each} EXECUTE FUNCTION {function}()")

    for table in KEPT:
        add(f"never_delete_{table}", table, "BEFORE DELETE", "FOR EACH ROW")
        add(f"never_truncate_{table}", table, "BEFORE TRUNCATE", "FOR EACH STATEMENT")
    for number, fixed in enumerate(FIXED):
        name = f"never_change_{fixed.table}_{number}"
        event = f"BEFORE UPDATE OF {', '.join(fixed.columns)}"
        changed = "(" + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in fixed.columns) + ")"
        allowed = fixed.unless
        if fixed.behind_tombstone:
            withheld = f"{changed} AND {allowed}"
            add(f"{name}_kept", fixed.table, event, f"FOR EACH ROW WHEN ({withheld})", "inbox_only_behind_tombstone")
        condition = changed + (f" AND NOT ({allowed})" if allowed else "")
        add(name, fixed.table, event, f"FOR EACH ROW WHEN ({condition})")
    return found
