"""The index of words: every row that can be found, by the words it has now, and nothing of what was withheld."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from inbox.extensions import begin_writing
from inbox.models import Author, Comment, Findable, IndexTask, Note, Reply, Source, search_index
from inbox.models.bulk import among
from inbox.models.findable import same_words
from inbox.verify.fault import BATCH, Progress, VerifyFault

_TABLES: dict[Source, Any] = {
    Source.COMMENT: Comment,
    Source.REPLY: Reply,
    Source.NOTE: Note,
    Source.AUTHOR: Author,
}


def words_faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """Every row against its words in the index; rows of before there was one may still be missing."""
    missing = {task.task: task.remaining for task in current.scalars(select(IndexTask))}
    walked = counted = 0
    for source, table in _TABLES.items():
        last = 0
        while True:
            ids = current.scalars(select(table.id).where(table.id > last).order_by(table.id).limit(BATCH)).all()
            if not ids:
                break
            waiting, last = missing.get(source, 0), ids[-1]
            held = 0
            for fault, is_there in _batch(current, source, list(ids), waiting):
                held += is_there
                if fault is not None:
                    yield fault
            counted += held
            walked += len(ids)
            tell("index", walked)
    found = current.scalar(select(func.count()).select_from(Findable)) or 0
    if found != counted:
        yield VerifyFault("fault_index_rows", {"found": found, "counted": counted})


def _batch(current: Session, source: Source, ids: list[int], waiting: int) -> Iterator[tuple[VerifyFault | None, bool]]:
    """Of each row, the fault there is, and whether the index holds it."""
    connection = current.connection()
    wanted = search_index.read(connection, source, ids)
    places = [each.position for each in wanted]
    rows = connection.execute(select(Findable.position, Findable.words).where(among(Findable.position, places)))
    stored = {row.position: row.words for row in rows}
    for each in wanted:
        words = stored.get(each.position)
        if words is None:
            late = each.row_id <= waiting
            yield None if late else VerifyFault("fault_index", {"source": source.value, "id": each.row_id}), False
        elif not same_words(words, each.words, connection.dialect.name):
            yield VerifyFault("fault_index", {"source": source.value, "id": each.row_id}), True
        else:
            yield None, True


def file_faults(engine: Engine) -> Iterator[VerifyFault]:
    """SQLite's full-text table against the rows it is made of, by SQLite itself.

    It asks for the write lock, as a check of its own makes no sense while somebody writes. A file that cannot be
    written to is not checked this way.
    """
    if engine.dialect.name != "sqlite":
        return
    try:
        with begin_writing(engine) as connection:
            connection.exec_driver_sql("INSERT INTO fts_findables (fts_findables, rank) VALUES ('integrity-check', 1)")
    except DatabaseError as error:
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_CORRUPT:
            yield VerifyFault("fault_index_file", {})
        elif code != sqlite3.SQLITE_READONLY:
            raise
