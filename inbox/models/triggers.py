"""The database's own lock (lock 6): triggers that refuse to lose or rewrite what an author wrote.

All of them stand in this file, over the lists of `kept`, and are laid again after every upgrade, because a rebuilt
table silently loses its triggers on SQLite. Start and `verify` compare what is installed with this file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sqlalchemy import Connection, text

from inbox.models.kept import FIXED, KEPT, KEYS, PASSED_OVER, Fixed, Key


def names(dialect: str) -> set[str]:
    """The names of all triggers that must be installed on `dialect` (`sqlite` or `postgresql`)."""
    return set(_triggers(dialect))


def lay(connection: Connection) -> None:
    """Install every trigger afresh. Runs as the owner of the tables, without an authorizer."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        for name, body in POSTGRESQL_FUNCTIONS.items():
            quoted = "$never$" + body.replace("%", "%%") + "$never$"
            connection.exec_driver_sql(
                f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql"
                f" SET {_SEARCH_PATH.replace('=', ' = ')} AS {quoted}"
            )
    wanted = _triggers(dialect)
    for name, table in _present(connection):
        if name not in wanted:
            connection.exec_driver_sql(f"DROP TRIGGER {name}" + (f" ON {table}" if dialect == "postgresql" else ""))
    for name, (table, statement) in wanted.items():
        on = f" ON {table}" if dialect == "postgresql" else ""
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}{on}")
        connection.exec_driver_sql(statement)
        if dialect == "postgresql":
            # Otherwise a session that calls itself a replica would not be stopped by it.
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    if dialect == "postgresql":
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
        and _plain(trigger.source) == _plain(POSTGRESQL_FUNCTIONS.get(trigger.function, ""))
        and trigger.settings == [_SEARCH_PATH]
        and trigger.seal == _seal(wanted[trigger.name][1], trigger.definition)
    }
    return sorted(set(wanted) - sound)


def _present(connection: Connection) -> list[tuple[str, str]]:
    """Our triggers that are installed, those of earlier versions included, as (name, table)."""
    if connection.dialect.name == "postgresql":
        installed = _installed_on_postgresql(connection)
        return [(trigger.name, trigger.table) for trigger in installed if trigger.name.startswith("never_")]
    rows = connection.execute(text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"))
    return [(row.name, row.tbl_name) for row in rows if row.name.startswith("never_")]


class _Installed(NamedTuple):
    name: str
    table: str
    enabled: bool
    function: str
    source: str
    settings: list[str] | None
    definition: str
    seal: str | None


def _installed_on_postgresql(connection: Connection) -> list[_Installed]:
    rows = connection.execute(
        text(
            "SELECT t.tgname, c.relname, t.tgenabled = 'A', p.proname, p.prosrc, p.proconfig,"
            " pg_get_triggerdef(t.oid), obj_description(t.oid, 'pg_trigger')"
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

POSTGRESQL_FUNCTIONS = {
    "inbox_never": f"BEGIN {_POSTGRESQL_REFUSAL} END",
    "inbox_only_behind_tombstone": f"""
DECLARE
    withheld boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.tombstones WHERE comment_id = $1)', TG_TABLE_SCHEMA)
        INTO withheld USING (to_jsonb(OLD) ->> TG_ARGV[0])::bigint;
    IF withheld THEN
        RETURN NEW;
    END IF;
    {_POSTGRESQL_REFUSAL}
END
""",
    "inbox_only_behind_erasure": f"""
DECLARE
    erased boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I.erasures e JOIN %1$I.conversations c ON c.author_id = e.author_id'
        ' WHERE c.id = $1 AND e.decision = ''confirmed'')', TG_TABLE_SCHEMA)
        INTO erased USING (to_jsonb(OLD) ->> TG_ARGV[0])::bigint;
    IF erased THEN
        RETURN NEW;
    END IF;
    {_POSTGRESQL_REFUSAL}
END
""",
    "inbox_only_of_erased": f"""
DECLARE
    erased boolean;
BEGIN
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I.erasures e JOIN %1$I.authors a ON a.id = e.author_id'
        ' WHERE a.account_id = $1 AND e.decision = ''confirmed'' AND strpos($2, a.remote_id) > 0)', TG_TABLE_SCHEMA)
        INTO erased USING OLD.account_id, to_jsonb(OLD) ->> TG_ARGV[0];
    IF NOT erased AND TG_NARGS > 1 THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I.tombstones WHERE comment_id = $1)', TG_TABLE_SCHEMA)
            INTO erased USING (to_jsonb(OLD) ->> TG_ARGV[1])::bigint;
    END IF;
    IF NOT erased AND TG_NARGS > 2 THEN
        EXECUTE format('SELECT EXISTS (SELECT 1 FROM %1$I.own_messages o'
            ' JOIN %1$I.conversations c ON c.id = o.conversation_id JOIN %1$I.erasures e ON e.author_id = c.author_id'
            ' WHERE o.account_id = $1 AND o.remote_id = $2 AND e.decision = ''confirmed'')', TG_TABLE_SCHEMA)
            INTO erased USING OLD.account_id, to_jsonb(OLD) ->> TG_ARGV[2];
    END IF;
    IF erased THEN
        RETURN NEW;
    END IF;
    {_POSTGRESQL_REFUSAL}
END
""",
}
_SEARCH_PATH = "search_path=pg_catalog, pg_temp"
"""Whoever calls a function chooses what its names mean, a temporary table called `tombstones` for example: these look
nothing up but by schema."""


def _triggers(dialect: str) -> dict[str, tuple[str, str]]:
    return _sqlite_triggers() if dialect == "sqlite" else _postgresql_triggers()


def _fixed_by_name() -> Iterator[tuple[str, Fixed]]:
    """The rules on columns with the names of their triggers, numbered within each table."""
    known: Counter[str] = Counter()
    for fixed in FIXED:
        known[fixed.table] += 1
        yield f"never_change_{fixed.table}_{known[fixed.table]}", fixed


def _sqlite_triggers() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def add(name: str, table: str, event: str, body: str) -> None:
        found[name] = (table, f"CREATE TRIGGER {name} {event} ON {table} {body}")

    for table in KEPT:
        refusal = f"BEGIN SELECT RAISE(ABORT, 'no criticism is deleted here: DELETE on {table} is refused'); END"
        add(f"never_delete_{table}", table, "BEFORE DELETE", refusal)
    for name, fixed in _fixed_by_name():
        allowed = fixed.unless
        if witness := _witness_on_sqlite(fixed):
            allowed = f"{allowed} AND {witness}"
        refusal = (
            f"BEGIN SELECT RAISE(ABORT, 'no criticism is rewritten here: UPDATE of {fixed.table} is refused'); END"
        )
        add(
            name,
            fixed.table,
            f"BEFORE UPDATE OF {', '.join(fixed.columns)}",
            f"WHEN {_changed(fixed, 'IS NOT')}" + (f" AND NOT ({allowed})" if allowed else "") + f" {refusal}",
        )
    for table in KEPT:
        _never_replace(table, add)
    return found


def _never_replace(table: str, add: Callable[[str, str, str, str], None]) -> None:
    primary = "seq" if table == "trail" else "id"
    keys = KEYS.get(table, ())
    taken = " OR ".join((f"{primary} = NEW.{primary}", *map(_same_as_new, keys)))
    refusal = f"RAISE(ABORT, 'no criticism is replaced here: REPLACE in {table} is refused')"
    add(
        f"never_replace_{table}",
        table,
        "BEFORE INSERT",
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})"
        f" BEGIN SELECT {'RAISE(IGNORE)' if table in PASSED_OVER else refusal}; END",
    )
    settled = {column for fixed in FIXED if fixed.table == table and fixed.always for column in fixed.columns}
    loose = [key for key in keys if not settled.issuperset((*key.columns, *key.empty))]
    if loose:
        columns = sorted({column for key in loose for column in (*key.columns, *key.empty)} - settled)
        taken = " OR ".join(map(_same_as_new, loose))
        add(
            f"never_overwrite_{table}",
            table,
            f"BEFORE UPDATE OF {', '.join(columns)}",
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {primary} <> OLD.{primary} AND ({taken}))"
            f" BEGIN SELECT {refusal}; END",
        )


def _same_as_new(key: Key) -> str:
    parts = [f"{column} = NEW.{column}" for column in key.columns]
    parts += [f"{row}{column} IS NULL" for column in key.empty for row in ("", "NEW.")]
    return f"({' AND '.join(parts)})"


def _witness_on_sqlite(fixed: Fixed) -> str | None:
    """What another table has to say before a change that `unless` allows is let through."""
    found = []
    if fixed.tombstone_of:
        found.append(f"EXISTS (SELECT 1 FROM tombstones WHERE comment_id = OLD.{fixed.tombstone_of})")
    if fixed.erasure_of:
        found.append(
            "EXISTS (SELECT 1 FROM erasures e JOIN conversations c ON c.author_id = e.author_id"
            f" WHERE c.id = OLD.{fixed.erasure_of} AND e.decision = 'confirmed')"
        )
    if fixed.erased_in:
        found.append(
            "EXISTS (SELECT 1 FROM erasures e JOIN authors a ON a.id = e.author_id"
            " WHERE a.account_id = OLD.account_id AND e.decision = 'confirmed'"
            f" AND instr(OLD.{fixed.erased_in}, a.remote_id) > 0)"
        )
    if fixed.answer_of:
        found.append(
            "EXISTS (SELECT 1 FROM own_messages o JOIN conversations c ON c.id = o.conversation_id"
            " JOIN erasures e ON e.author_id = c.author_id WHERE o.account_id = OLD.account_id"
            f" AND o.remote_id = OLD.{fixed.answer_of} AND e.decision = 'confirmed')"
        )
    return f"({' OR '.join(found)})" if found else None


def _witness_on_postgresql(fixed: Fixed) -> str | None:
    if fixed.erased_in:
        columns = (fixed.erased_in, fixed.tombstone_of, fixed.answer_of)
        return f"inbox_only_of_erased({', '.join(repr(column) for column in columns if column)})"
    if fixed.tombstone_of:
        return f"inbox_only_behind_tombstone('{fixed.tombstone_of}')"
    return f"inbox_only_behind_erasure('{fixed.erasure_of}')" if fixed.erasure_of else None


def _changed(fixed: Fixed, differs: str) -> str:
    condition = "(" + " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in fixed.columns) + ")"
    return f"{condition} AND {fixed.only}" if fixed.only else condition


def _postgresql_triggers() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}

    def add(name: str, table: str, event: str, each: str, function: str = "inbox_never()") -> None:
        found[name] = (table, f"CREATE TRIGGER {name} {event} ON {table} {each} EXECUTE FUNCTION {function}")

    for table in KEPT:
        add(f"never_delete_{table}", table, "BEFORE DELETE", "FOR EACH ROW")
        add(f"never_truncate_{table}", table, "BEFORE TRUNCATE", "FOR EACH STATEMENT")
    for name, fixed in _fixed_by_name():
        event = f"BEFORE UPDATE OF {', '.join(fixed.columns)}"
        changed = _changed(fixed, "IS DISTINCT FROM")
        allowed = fixed.unless
        if function := _witness_on_postgresql(fixed):
            add(f"{name}_kept", fixed.table, event, f"FOR EACH ROW WHEN ({changed} AND {allowed})", function)
        condition = changed + (f" AND NOT ({allowed})" if allowed else "")
        add(name, fixed.table, event, f"FOR EACH ROW WHEN ({condition})")
    return found
