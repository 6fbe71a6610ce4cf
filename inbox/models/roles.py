"""PostgreSQL's own part of lock 6: the application is connected as a role that owns nothing and may delete next to
nothing.

The owner migrates; the application reads and writes. A role that does not own a table cannot drop or switch off its
triggers. Two steps: a superuser runs `role_statements` once in the new database; `grant` gives the rights on the tables
and is repeated by every migration.
"""

from __future__ import annotations

import re
from typing import Final

from sqlalchemy import Connection, text

from inbox.models.base import Base
from inbox.models.kept import FIXED, KEPT
from inbox.models.triggers import POSTGRESQL_FUNCTIONS

JOB_TABLES: Final = ("huey_counter", "huey_kv", "huey_schedule", "huey_task")
"""The job engine's own tables: what was rung for and is done leaves them."""
EMPTIED: Final = frozenset({"events", "exposures", "presences", "queue_entries", *JOB_TABLES})
"""The tables from which the product takes rows out: a queue that is derived from the conversations, jobs, what screens
were told an hour ago, who was at a screen, and what a member read some days ago."""
ONLY_READ: Final = frozenset({"alembic_version"})

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")


def role_statements(owner: str, application: str) -> list[str]:
    """What a superuser runs once, in the product's own empty database, before the first migration.

    It makes the two roles, takes from everybody else what PostgreSQL gives to all (PUBLIC), and sees to it that the
    application can read and fill tables that a later version adds. It sets no passwords. It can be run again.

    Args:
        owner: the role that migrates (INBOX_MIGRATION_DATABASE_URL).
        application: the role that serves and works (INBOX_DATABASE_URL).

    Raises:
        ValueError: the two are the same, or a name needs more than Latin letters, digits, - and _.
    """
    if owner == application:
        raise ValueError("the owner and the application are two roles")
    both, mine = (_name(owner), _name(application)), _name(application)
    powers = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
    return [
        *(_unless_there(role) for role in (owner, application)),
        *(f"ALTER ROLE {role} {powers}" for role in both),
        _of_database("REVOKE ALL ON DATABASE %I FROM PUBLIC"),
        *(_of_database(f"GRANT CONNECT ON DATABASE %I TO {role}") for role in both),
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        f"REVOKE ALL ON SCHEMA public FROM {mine}",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {_name(owner)}",
        f"GRANT USAGE ON SCHEMA public TO {mine}",
        *(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {_name(owner)} IN SCHEMA public GRANT {rights} ON {kind} TO {mine}"
            for rights, kind in (("SELECT, INSERT", "TABLES"), ("USAGE, SELECT", "SEQUENCES"))
        ),
    ]


def right_statements(application: str) -> list[str]:
    """The rights of the application on the tables of this version, as the owner gives them.

    DELETE only on `EMPTIED`; UPDATE of a kept table only on columns that may change at all.
    """
    mine = _name(application)
    statements = [f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM {mine}" for kind in ("TABLES", "SEQUENCES")]
    for table in sorted((*Base.metadata.tables, *JOB_TABLES)):
        rights = ["SELECT", "INSERT"]
        if table in KEPT:
            columns = _changing_columns(table)
            rights += [f"UPDATE ({', '.join(map(_name, columns))})"] if columns else []
        else:
            rights.append("UPDATE")
        if table in EMPTIED:
            rights.append("DELETE")
        statements.append(f"GRANT {', '.join(rights)} ON TABLE {_name(table)} TO {mine}")
    statements += [f"GRANT SELECT ON TABLE {_name(table)} TO {mine}" for table in sorted(ONLY_READ)]
    return [*statements, f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {mine}"]


def grant(connection: Connection, application: str) -> None:
    """Give the application its rights, in the transaction of `connection`, which is the owner's."""
    for statement in right_statements(application):
        connection.exec_driver_sql(statement)


def faults(connection: Connection) -> str | None:
    """Why the application should not run over `connection`, as one sentence; None where it may.

    On SQLite there are no roles: who can write the file owns it.
    """
    if connection.dialect.name != "postgresql":
        return None
    who = connection.execute(_WHO).one()
    if who.superuser:
        return f"The application is connected to PostgreSQL as {who.name}, a superuser, whom no trigger stops for long."
    if who.owns_schema:
        return f"The application is connected to PostgreSQL as {who.name}, who owns the schema and may drop its tables."
    owned = connection.execute(_OWNED_FUNCTION, {"names": list(POSTGRESQL_FUNCTIONS)}).scalar()
    for table in connection.execute(_TABLES, {"names": list(KEPT)}):
        if table.owned:
            return (
                f"The application is connected to PostgreSQL as {who.name}, who owns the table {table.name}"
                " and may drop its triggers."
            )
        if table.right:
            return f"The application is connected to PostgreSQL as {who.name}, who may {table.right} {table.name}."
    if owned is not None:
        return f"The application is connected to PostgreSQL as {who.name}, who may rewrite the function {owned}()."
    return None


_WHO = text(
    "SELECT session_user AS name,"
    " (SELECT bool_or(rolsuper) FROM pg_roles WHERE pg_has_role(session_user, oid, 'MEMBER')) AS superuser,"
    " pg_has_role(session_user, (SELECT nspowner FROM pg_namespace WHERE nspname = current_schema()), 'MEMBER')"
    " AS owns_schema"
)
_TABLES = text(
    "SELECT c.relname AS name, pg_has_role(session_user, c.relowner, 'MEMBER') AS owned,"
    " (SELECT min(kind) FROM unnest(ARRAY['DELETE', 'TRUNCATE', 'TRIGGER']) AS kind"
    "  WHERE has_table_privilege(session_user, c.oid, kind)) AS right"
    " FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:names)"
    " ORDER BY c.relname"
)
_OWNED_FUNCTION = text(
    "SELECT min(proname) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname = ANY(:names)"
    " AND pg_has_role(session_user, proowner, 'MEMBER')"
)


def _changing_columns(table: str) -> list[str]:
    always = {column for fixed in FIXED if fixed.table == table and fixed.always for column in fixed.columns}
    return [column.name for column in Base.metadata.tables[table].columns if column.name not in always]


def _name(role_or_table: str) -> str:
    if _PLAIN.fullmatch(role_or_table) is None:
        raise ValueError(f"{role_or_table!r}: a name here has Latin letters, digits, - and _ only, at most 63")
    return f'"{role_or_table}"'


def _unless_there(role: str) -> str:
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}')"
        f" THEN CREATE ROLE {_name(role)} LOGIN; END IF; END $$"
    )


def _of_database(statement: str) -> str:
    return f"DO $$ BEGIN EXECUTE format('{statement}', current_database()); END $$"
