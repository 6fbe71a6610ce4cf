"""Writing the index of words: always in the transaction of the rows whose words it holds.

What the ORM writes is followed by itself; what writes in bulk calls `put` or `refresh`. Rows of before the index was
there are added batch by batch, the newest first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple
from weakref import WeakSet

from sqlalchemy import Connection, Engine, event, func, inspect, select, text, update
from sqlalchemy.orm import Session

from inbox.extensions import in_write_transaction
from inbox.models.bulk import among_given
from inbox.models.comment import Author, Comment, CommentVersion
from inbox.models.conversation import Conversation
from inbox.models.findable import Findable, IndexTask, Source, as_vector, mark_of, position_of
from inbox.models.reply import Note, Reply
from inbox.models.search_words import words_of

FORGET = "forget"
"""The task of taking withheld words out of SQLite's file, where a merged-away word stands until it is written over."""

_MERGED_AT_ONCE = 2_000
"""Pages of the index that one step of `forget` merges: some tens of milliseconds."""


class Entry(NamedTuple):
    """The words of one row, see `Findable`."""

    position: int
    source: Source
    row_id: int
    conversation_id: int | None
    words: str


def entry(
    source: Source, row_id: int, at: datetime, account_id: int, conversation_id: int | None, words: str | None
) -> Entry:
    """What the index holds of a row whose text is `words`; nothing of one whose words are withheld."""
    found = words_of(words) if words else []
    joined = " ".join((*found, mark_of(account_id))) if found else ""
    return Entry(position_of(source, row_id, at), source, row_id, conversation_id, joined)


def name_words(identifier: str, display_name: str) -> str:
    """By what a person is found."""
    return f"{display_name} {identifier}"


def put(connection: Connection, entries: Sequence[Entry], *, fresh: bool = False) -> None:
    """Lay entries into the index, over what stands there.

    Args:
        fresh: the rows are new, so that nothing stands there.
    """
    if not entries:
        return
    # The full-text table takes rising keys together; each that falls would begin a segment of its own.
    ordered = sorted(entries, key=itemgetter(0))
    if connection.dialect.name == "postgresql":
        _put_on_postgresql(connection, ordered)
    elif fresh:
        _add_on_sqlite(connection, ordered)
    else:
        _put_on_sqlite(connection, ordered)


def refresh(connection: Connection, source: Source, ids: Collection[int]) -> None:
    """Lay rows into the index as they stand in their own tables now."""
    put(connection, read(connection, source, ids))


def read(connection: Connection, source: Source, ids: Collection[int]) -> list[Entry]:
    """What the index should hold of rows, as they stand in their own tables now."""
    if not ids:
        return []
    return [entry(source, *row) for row in connection.execute(_rows_of(source), {"ids": list(ids)})]


@cache
def _rows_of(source: Source) -> Any:
    """Id, time, account, conversation and text of the rows with the ids given."""
    match source:
        case Source.COMMENT:
            newest = (
                select(CommentVersion.text)
                .where(CommentVersion.comment_id == Comment.id)
                .order_by(CommentVersion.number.desc())
                .limit(1)
                .correlate(Comment)
                .scalar_subquery()
            )
            rows = select(Comment.id, Comment.posted_at, Comment.account_id, Comment.conversation_id, newest)
            return rows.where(among_given(Comment.id, "ids"))
        case Source.REPLY:
            rows = select(Reply.id, Reply.created_at, Reply.account_id, Reply.conversation_id, Reply.text)
            return rows.where(among_given(Reply.id, "ids"))
        case Source.NOTE:
            of_note = select(Note.id, Note.written_at, Conversation.account_id, Note.conversation_id, Note.text)
            return of_note.join(Conversation, Conversation.id == Note.conversation_id).where(
                among_given(Note.id, "ids")
            )
        case Source.AUTHOR:
            name = Author.display_name + " " + Author.identifier
            people = select(Author.id, Author.first_seen_at, Author.account_id, text("NULL"), name)
            return people.where(among_given(Author.id, "ids"))


_UPSERT = text(
    "INSERT INTO findables (position, source, row_id, conversation_id, words)"
    " SELECT p, s, r, c, CAST(w AS tsvector) FROM unnest(CAST(:positions AS bigint[]), CAST(:sources AS text[]),"
    " CAST(:rows AS bigint[]), CAST(:conversations AS bigint[]), CAST(:words AS text[])) AS given (p, s, r, c, w)"
    " ON CONFLICT (position) DO UPDATE SET words = EXCLUDED.words WHERE findables.words <> EXCLUDED.words"
)
_ADD = text(_UPSERT.text.partition(" DO UPDATE")[0] + " DO NOTHING")


def _put_on_postgresql(connection: Connection, entries: Sequence[Entry], *, over: bool = True) -> None:
    positions, sources, rows, conversations, words = zip(*entries, strict=True)
    given = {
        "positions": list(positions),
        "sources": [source.value for source in sources],
        "rows": list(rows),
        "conversations": list(conversations),
        "words": [as_vector(each) for each in words],
    }
    connection.execute(_UPSERT if over else _ADD, given)


_STORE = "INSERT INTO findables (position, source, row_id, conversation_id, words) VALUES (?, ?, ?, ?, ?)"
_INDEX = "INSERT INTO fts_findables (rowid, words) VALUES (?, ?)"
_TAKE_OUT = "INSERT INTO fts_findables (fts_findables, rowid, words) VALUES ('delete', ?, ?)"
_MERGE = "INSERT INTO fts_findables (fts_findables, rank) VALUES ('merge', ?)"
_CHANGE = "UPDATE findables SET words = ? WHERE position = ?"
_STANDING = select(Findable.position, Findable.words).where(among_given(Findable.position, "positions"))


def _add_on_sqlite(connection: Connection, entries: Sequence[Entry]) -> None:
    connection.exec_driver_sql(_STORE, [(each.position, each.source.value, *each[2:]) for each in entries])
    if indexed := [(each.position, each.words) for each in entries if each.words]:
        connection.exec_driver_sql(_INDEX, indexed)


def _put_on_sqlite(connection: Connection, entries: Sequence[Entry], *, over: bool = True) -> None:
    positions = [each.position for each in entries]
    standing = {row.position: row.words for row in connection.execute(_STANDING, {"positions": positions})}
    fresh = [each for each in entries if each.position not in standing]
    if fresh:
        _add_on_sqlite(connection, fresh)
    changed = [each for each in entries if standing.get(each.position, each.words) != each.words] if over else []
    for each in changed:
        if standing[each.position]:
            connection.exec_driver_sql(_TAKE_OUT, (each.position, standing[each.position]))
        if each.words:
            connection.exec_driver_sql(_INDEX, (each.position, each.words))
        connection.exec_driver_sql(_CHANGE, (each.words, each.position))
    if taken := sum(not each.words for each in changed):
        forget = IndexTask.remaining + taken
        connection.execute(update(IndexTask).where(IndexTask.task == FORGET).values(remaining=forget))


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    """Lay what the ORM has just written into the index, whoever wrote it."""
    touched: dict[Source, set[int]] = defaultdict(set)
    for row in (*session.new, *session.dirty):
        for kind, source, columns, key in _FOLLOWED:
            if isinstance(row, kind) and (row in session.new or _changed(row, columns)):
                touched[source].add(getattr(row, key))
    for source, ids in touched.items():
        refresh(session.connection(), source, sorted(ids))


_FOLLOWED: tuple[tuple[type[Any], Source, tuple[str, ...], str], ...] = (
    (Reply, Source.REPLY, ("text",), "id"),
    (Note, Source.NOTE, ("text",), "id"),
    (Author, Source.AUTHOR, ("display_name", "identifier"), "id"),
    (CommentVersion, Source.COMMENT, ("text",), "comment_id"),
)
"""Tables whose words are found, by what, and which column names the row of the index."""


def _changed(row: object, columns: tuple[str, ...]) -> bool:
    attributes = inspect(row).attrs
    return any(attributes[column].history.has_changes() for column in columns)


def progress(of: Session) -> int:
    """How many rows of before the index was there are missing in it, at most; 0 once everything is in it.

    Every search asks. Once everything is in, it stays in, and nobody asks that database again.
    """
    engine = of.get_bind().engine
    if engine in _complete:
        return 0
    missing = int(of.connection().execute(_MISSING).scalar_one())
    if not missing and not in_write_transaction(of):
        _complete.add(engine)
    return missing


_complete: WeakSet[Engine] = WeakSet()


_MISSING = select(func.coalesce(func.sum(IndexTask.remaining), 0)).where(IndexTask.task != FORGET)


def add_batch(current: Session, most: int) -> int:
    """Add up to `most` rows of before the index was there, the newest first.

    Nothing is laid over what stands there already: whoever wrote it knew better.

    Args:
        current: inside a write transaction.

    Returns:
        how many rows are left at most.
    """
    tasks = current.scalars(
        select(IndexTask)
        .where(IndexTask.task != FORGET, IndexTask.remaining > 0)
        .order_by(IndexTask.task)
        .with_for_update()
        .limit(1)
    ).first()
    if tasks is None:
        return 0
    connection = current.connection()
    source = Source(tasks.task)
    table: Any = {Source.COMMENT: Comment, Source.REPLY: Reply, Source.NOTE: Note, Source.AUTHOR: Author}[source]
    ids = (
        connection.execute(select(table.id).where(table.id <= tasks.remaining).order_by(table.id.desc()).limit(most))
        .scalars()
        .all()
    )
    found = sorted(read(connection, source, ids), key=itemgetter(0))
    if found and connection.dialect.name == "postgresql":
        _put_on_postgresql(connection, found, over=False)
    elif found:
        _put_on_sqlite(connection, found, over=False)
    tasks.remaining = min(ids) - 1 if len(ids) == most else 0
    current.flush()
    return progress(current)


def to_forget(of: Session) -> bool:
    """Whether withheld words still stand in SQLite's file."""
    if of.connection().dialect.name != "sqlite":
        return False
    return bool(of.scalar(select(IndexTask.remaining).where(IndexTask.task == FORGET)))


def forget_step(current: Session, *, first: bool) -> bool:
    """Write over some of what was taken out of SQLite's full-text table; true once nothing of it is left.

    Merging everything into one piece is the only thing that takes a word out of the file. It is done in steps, so that
    nobody waits for the write lock for long.

    Args:
        current: inside a write transaction.
        first: the step that begins.
    """
    connection = current.connection()
    pages = -_MERGED_AT_ONCE if first else _MERGED_AT_ONCE
    before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    connection.exec_driver_sql(_MERGE, (pages,))
    done = int(connection.exec_driver_sql("SELECT total_changes()").scalar_one()) - int(before) < 2
    if done:
        connection.execute(update(IndexTask).where(IndexTask.task == FORGET).values(remaining=0))
    return done
