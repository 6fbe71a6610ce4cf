"""Searching what was written: comments, replies, notes and the names of people, the newest first.

A page reads the index of words from where the page before ended, and the details of what it shows. Where filters leave
little of much that was found, it looks back a bounded way and says so, so that no search takes long.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from inbox.answering import search_details
from inbox.answering.search_details import FoundPerson
from inbox.extensions import session, writing
from inbox.models import Account, Conversation, ConversationState, ConversationTag, Findable, Source, search_index
from inbox.models.base import Code
from inbox.models.bulk import among_given
from inbox.models.findable import first_position, mark_of
from inbox.models.search_words import Query, Term, read_query
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem
from inbox.sharing.teams import teams_of

MOST_HITS = 200
"""The most hits one page may ask for."""

MOST_WALKED = 10_000
"""How many rows with the words are looked at for one page when filters are on."""

LONGEST_QUERY = 200

_FIRST_STRETCH = 200
_NEAR, _FAR, _ONE_OF = 10, 100, 100
_NEWEST = 2**63 - 1

_F = Findable.__table__.c
_C = Conversation.__table__.c


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What hits are narrowed to; None for everything.

    All but the period is about the conversation a hit stands in. A person is found where one of their conversations
    fits; their period is when they were first seen.

    Attributes:
        since: written then or later, to the second.
        until: written before.
    """

    account_id: int | None = None
    network: str | None = None
    post_id: int | None = None
    kind: str | None = None
    language: str | None = None
    assignee_id: int | Literal["nobody", "me"] | None = None
    team_id: int | None = None
    state: ConversationState | None = None
    tag_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


EVERYTHING = SearchFilters()


class Hit(NamedTuple):
    """A row that holds the words, and the conversation it is shown in."""

    position: int
    source: Source
    row_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True)
class SearchPage:
    """What was found, as people with their conversations, whoever wrote last first.

    Attributes:
        query: how the typed words were read; empty where they hold no word.
        next: the cursor of the next page, None on the last one.
        looked_back_to: with filters, until when the page looked before it stopped, None where it did not have to.
        not_indexed: rows of before there was an index that are not in it yet, at most.
    """

    query: Query
    people: list[FoundPerson] = field(default_factory=list)
    next: str | None = None
    looked_back_to: datetime | None = None
    not_indexed: int = 0

    @property
    def hits(self) -> int:
        """How many hits the page shows."""
        return sum(len(talk.hits) for person in self.people for talk in person.conversations)


def search(
    actor: Actor, words: str, filters: SearchFilters = EVERYTHING, after: str | None = None, limit: int = 50
) -> SearchPage:
    """One page of what holds every one of `words`, accents and case aside, the newest first.

    Words may go on ("refund" finds "refunded", from three letters on); words in quotes stand exactly so, one behind the
    other. An edited comment is found by its newest version; what was withheld is not found.

    Args:
        after: the `next` of the page before.
        limit: from 1 to `MOST_HITS`.

    Raises:
        Problem: `cursor_unknown`, `limit_unknown`, `search_too_long`.
    """
    require(actor, Permission.QUEUE_VIEW)
    if not 1 <= limit <= MOST_HITS:
        raise Problem("limit_unknown", most=MOST_HITS)
    if len(words) > LONGEST_QUERY:
        raise Problem("search_too_long", most=LONGEST_QUERY)
    query = read_query(words)
    before = _NEWEST if after is None else _position(after)
    if not query:
        return SearchPage(query)
    present = session()
    hits, walked_to = _walk(present, actor, query, filters, before, limit)
    shown = hits[:limit]
    following = shown[-1].position if len(hits) > limit else walked_to
    return SearchPage(
        query,
        search_details.read(present, query, shown),
        next=None if following is None else str(following),
        looked_back_to=_time_of(walked_to) if walked_to is not None and len(hits) <= limit else None,
        not_indexed=search_index.progress(present),
    )


def count(actor: Actor, words: str, filters: SearchFilters, most: int) -> tuple[int, bool]:
    """How many hits there are, counted up to `most`; and whether that is all, or at least so many."""
    require(actor, Permission.QUEUE_VIEW)
    query = read_query(words[:LONGEST_QUERY])
    if not query:
        return 0, True
    hits, walked_to = _walk(session(), actor, query, filters, _NEWEST, most)
    return min(len(hits), most), len(hits) <= most and walked_to is None


def catch_up(actor: Actor, most: int = 1_000) -> int:
    """Bring rows of before there was an index into it, the newest first, in a transaction of its own.

    Returns:
        how many are left at most.
    """
    require(actor, Permission.ACCOUNTS_COLLECT)
    if not search_index.progress(session()):
        return 0
    with writing() as current:
        return search_index.add_batch(current, most)


def _walk(
    present: Session, actor: Actor, query: Query, filters: SearchFilters, before: int, limit: int
) -> tuple[list[Hit], int | None]:
    """Up to `limit` + 1 hits before a position; and how far it went where it stopped without having seen everything."""
    names, values = _narrowed(actor, filters)
    connection = present.connection()
    on_postgresql = connection.dialect.name == "postgresql"
    values["words"] = (_as_tsquery if on_postgresql else _as_match)(query, filters.account_id)
    values["floor"] = 0 if filters.since is None else first_position(filters.since)
    if filters.until is not None:
        before = min(before, first_position(filters.until))
    found: list[Hit] = []
    # Without filters all that is walked over fits, or nearly: a second row of one reply is the exception.
    stretch, walked = (_FIRST_STRETCH if names else limit + 1), 0
    while True:
        rows = _stretch_of(connection, names, {**values, "before": before, "stretch": stretch})
        found += [Hit(*row[:4]) for row in rows if row[4] and row[3] is not None]
        walked += len(rows)
        if len(found) > limit:
            return found[: limit + 1], None
        if len(rows) < stretch:
            return found, None
        before = rows[-1][0]
        if walked >= MOST_WALKED:
            return found, before
        stretch = min(2 * stretch, MOST_WALKED - walked)


def _stretch_of(connection: Connection, names: frozenset[str], values: dict[str, Any]) -> Sequence[Any]:
    """The next rows that hold the words, whether or not they fit.

    PostgreSQL cannot tell how common a beginning of a word is, and would look for a rare one in every row. Here the
    newest rows tell: of what stands in one of a hundred there are enough not far behind; what is rarer, or not there in
    such numbers after all, the index finds.
    """
    if connection.dialect.name != "postgresql":
        return connection.execute(_statement("sqlite", names), values).all()
    stretch = values["stretch"]
    for window in (_NEAR * stretch, _FAR * stretch):
        rows = connection.execute(_statement("postgresql newest", names), {**values, "window": window}).all()
        if len(rows) == stretch:
            return rows
        if len(rows) * _ONE_OF < window:
            break
    return connection.execute(_statement("postgresql", names), values).all()


def _position(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 20 and int(cursor) <= _NEWEST):
        raise Problem("cursor_unknown")
    return int(cursor)


def _time_of(position: int) -> datetime:
    return datetime.fromtimestamp(position >> _SECOND, tz=UTC)


_SECOND = (first_position(datetime.fromtimestamp(1, tz=UTC))).bit_length() - 1


def _narrowed(actor: Actor, filters: SearchFilters) -> tuple[frozenset[str], dict[str, Any]]:
    """Which filters are about the conversation, and the values they are bound to."""
    values: dict[str, Any] = {
        name: value
        for name in ("network", "post_id", "kind", "language", "team_id", "state", "tag_id")
        if (value := getattr(filters, name)) is not None
    }
    names = set(values)
    assignee = actor.member_id if filters.assignee_id == "me" else filters.assignee_id
    if assignee == "nobody" or (filters.assignee_id == "me" and assignee is None):
        names.add("nobody")
    elif assignee is not None:
        values["assignee_id"] = assignee
        names.add("assignee_id")
        teams = teams_of(actor.member_id) if filters.assignee_id == "me" else []
        if teams:
            names.remove("assignee_id")
            names.add("mine")
            values["teams"] = teams
    return frozenset(names), values


def _conditions(columns: Any, names: frozenset[str]) -> Any:
    conditions: list[Any] = [
        columns[name] == bindparam(name, type_=columns[name].type)
        for name in ("post_id", "kind", "language", "assignee_id", "team_id")
        if name in names
    ]
    if "state" in names:
        conditions.append(columns.state == bindparam("state", type_=Code(ConversationState)))
    if "nobody" in names:
        conditions += [columns.assignee_id.is_(None), columns.team_id.is_(None)]
    if "mine" in names:
        of_teams = columns.assignee_id.is_(None) & among_given(columns.team_id, "teams")
        conditions.append((columns.assignee_id == bindparam("assignee_id")) | of_teams)
    if "tag_id" in names:
        tagged = select(ConversationTag.conversation_id).where(
            ConversationTag.tag_id == bindparam("tag_id"), ConversationTag.ended_at.is_(None)
        )
        conditions.append(columns.id.in_(tagged))
    if "network" in names:
        of_network = select(Account.id).where(Account.network == bindparam("network"))
        conditions.append(columns.account_id.in_(of_network))
    return and_(true(), *conditions)


@cache
def _statement(way: str, names: frozenset[str]) -> Any:
    """A stretch of the rows that hold the words, with the conversation of each and whether it fits."""
    walked = _on_sqlite() if way == "sqlite" else _on_postgresql(newest=way == "postgresql newest")
    other = Conversation.__table__.alias("other")
    of_person = (
        select(other.c.id)
        .where(other.c.author_id == _F.row_id, _conditions(other.c, names))
        .order_by(other.c.last_comment_at.desc(), other.c.id.desc())
        .limit(1)
        .correlate(Findable.__table__)
        .scalar_subquery()
    )
    fits = _conditions(_C, names) if names else literal(1)
    return (
        select(_F.position, _F.source, _F.row_id, _C.id, fits)
        .select_from(walked)
        .join(Findable.__table__, _F.position == walked.c.position)
        .outerjoin(Conversation.__table__, _C.id == func.coalesce(_F.conversation_id, of_person))
        .order_by(_F.position.desc())
    )


def _on_sqlite() -> Any:
    row: Any = literal_column("rowid")
    found = select(row.label("position")).select_from(text("fts_findables"))
    found = found.where(text("fts_findables MATCH :words"), row < bindparam("before"), row >= bindparam("floor"))
    return found.order_by(row.desc()).limit(bindparam("stretch")).subquery("walked")


def _on_postgresql(*, newest: bool) -> Any:
    # Written into the statement, since a plan made without knowing them is made for other words.
    before, floor, stretch, window = (
        bindparam(name, type_=BigInteger(), literal_execute=True) for name in ("before", "floor", "stretch", "window")
    )
    words = cast(bindparam("words", type_=String(), literal_execute=True), TSQUERY())
    between = (_F.position < before, _F.position >= floor)
    if newest:
        rows = select(_F.position, _F.words).where(*between).order_by(_F.position.desc()).limit(window).subquery()
        held = select(rows.c.position).where(rows.c.words.bool_op("@@")(words))
        return held.order_by(rows.c.position.desc()).limit(stretch).subquery("walked")
    # The sum keeps PostgreSQL from walking the rows by their keys.
    indexed: Any = select(_F.position).where(_F.words.bool_op("@@")(words), *between)
    return indexed.order_by((_F.position + 0).desc()).limit(stretch).subquery("walked")


def _as_match(query: Query, account_id: int | None) -> str:
    """The query as FTS5 reads it. Words hold no sign, so that nothing in them is syntax."""
    parts = [f'"{" ".join(term.words)}"{" *" if term.beginning else ""}' for term in query.terms]
    return " AND ".join((*parts, *([] if account_id is None else [f'"{mark_of(account_id)}"'])))


def _as_tsquery(query: Query, account_id: int | None) -> str:
    """The query as PostgreSQL reads it."""
    parts = [_phrase(term) for term in query.terms]
    return " & ".join((*parts, *([] if account_id is None else [f"'{mark_of(account_id)}'"])))


def _phrase(term: Term) -> str:
    words: Iterator[str] = (f"'{word}'" for word in term.words)
    return f"({' <-> '.join(words)}{':*' if term.beginning else ''})"
