"""The session's own lock (lock 5): the ORM refuses deletes of everything that is kept, single and bulk.

What goes past the ORM is refused by the database itself (lock 6); `watch` makes that an announced attempt too.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any

from sqlalchemy import Alias, Delete, Engine, FromClause, TableClause, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.orm import ORMExecuteState, Session

from inbox.models.kept import KEPT
from inbox.permissions import never

_REFUSED = "inbox_refused"
_SAID_BY_A_TRIGGER = re.compile(r"no criticism is [a-z ]+ here: (.+) is refused")
_NOT_PERMITTED = "42501"
"""SQLSTATE of PostgreSQL: insufficient_privilege."""
_BEGINNING = re.compile(r"\s*([A-Za-z]+(?:\s+[A-Za-z_][A-Za-z0-9_.]*){0,2})")


@event.listens_for(Session, "before_flush")
def _refuse_single(session: Session, _context: object, _instances: object) -> None:
    for row in session.deleted:
        _refuse(row.__tablename__)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if isinstance(state.statement, Delete):
        table: FromClause = state.statement.table
        while isinstance(table, Alias):
            table = table.element
        _refuse(table.name if isinstance(table, TableClause) else str(table))


def _refuse(table: str) -> None:
    if table in KEPT:
        attempt = never.Attempt("session", f"DELETE {table}")
        never.announce(attempt)
        raise never.ForbiddenDeed(attempt)


def watch(engine: Engine) -> None:
    """Announce what the database of the application refuses: triggers, the authorizer, missing rights.

    It is announced once the connection is given back, since the trail cannot be written while the transaction that
    was refused still holds the write lock.
    """
    event.listen(engine, "handle_error", _note)
    event.listen(engine, "checkin", _tell)


def _note(context: ExceptionContext) -> None:
    what = _refusal(context.original_exception, context.statement or "")
    if what is not None and context.connection is not None:
        context.connection.info.setdefault(_REFUSED, []).append(what)


def _tell(_connection: Any, record: Any) -> None:
    for what in record.info.pop(_REFUSED, ()):
        never.announce(never.Attempt("database", what))


def _refusal(error: BaseException, statement: str) -> str | None:
    """What was refused, without any value of the statement; None where the error is another one."""
    said = _SAID_BY_A_TRIGGER.search(str(error))
    if said is not None:
        return said[1][:200]
    not_authorized = isinstance(error, sqlite3.DatabaseError) and (
        getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_AUTH
    )
    beginning = _BEGINNING.match(statement)
    if beginning is None or not (not_authorized or getattr(error, "sqlstate", None) == _NOT_PERMITTED):
        return None
    words = beginning[1].split()
    return None if words[0].upper() in {"SELECT", "INSERT"} else " ".join(words)[:200]
