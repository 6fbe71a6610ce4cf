"""The session's own lock (lock 5): the ORM refuses deletes of everything that is kept, single and bulk."""

from __future__ import annotations

from sqlalchemy import Alias, Delete, TableClause, event
from sqlalchemy.orm import ORMExecuteState, Session

from inbox.models.triggers import KEPT
from inbox.permissions import never


@event.listens_for(Session, "before_flush")
def _refuse_single(session: Session, _context: object, _instances: object) -> None:
    for row in session.deleted:
        _refuse(row.__tablename__)


@event.listens_for(Session, "do_orm_execute")
def _refuse_bulk(state: ORMExecuteState) -> None:
    if isinstance(state.statement, Delete):
        table = state.statement.table
        _refuse(table.name if isinstance(table, (TableClause, Alias)) else str(table))


def _refuse(table: str) -> None:
    if table in KEPT:
        attempt = never.Attempt("session", f"DELETE {table}")
        never.announce(attempt)
        raise never.ForbiddenDeed(attempt)
