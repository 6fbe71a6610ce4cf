"""What a search shows of each hit: who, where, when, and the words around what was found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, null, select
from sqlalchemy.orm import Session

from inbox.answering.rows import badge
from inbox.answering.threads import COUNTED
from inbox.models import (
    Account,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    ConversationState,
    Member,
    Note,
    Reply,
    ReplyState,
    Source,
)
from inbox.models.bulk import among_given
from inbox.models.search_words import Query, places_of

if TYPE_CHECKING:
    from inbox.answering.search import Hit

EXCERPT = 240
"""Characters of a text that are shown around what was found."""

_BEFORE = 60
"""Of them, those before the first word that was found."""


class Piece(NamedTuple):
    """A part of a text as it came, and whether it is what was looked for."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class FoundText:
    """A hit.

    Attributes:
        at: when it was written: a comment's and a reply's by the network's time; a person's is when they were first
            seen.
        pieces: the text around what was found, one behind the other.
        kind: of a comment, as triage or a member says; None for anything else.
        state: of a reply; None for anything else.
        by: the member who wrote the reply or the note.
    """

    source: Source
    id: int
    at: datetime
    pieces: tuple[Piece, ...]
    kind: str | None = None
    state: ReplyState | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class FoundConversation:
    """A conversation with its hits, the newest first."""

    id: int
    state: ConversationState
    kind: str
    urgency: int
    language: str
    assignee: str | None
    waiting_since: datetime | None
    due_at: datetime | None
    hits: list[FoundText]


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody on one account, with their conversations in which something was found, the newest hit first."""

    author_id: int
    name: str
    identifier: str
    account_id: int
    account_name: str
    network: str
    network_title: str
    letter: str
    conversations: list[FoundConversation]


def read(present: Session, query: Query, hits: Sequence[Hit]) -> list[FoundPerson]:
    """The hits with their details, grouped by person and conversation, in the order of the newest of each."""
    if not hits:
        return []
    ids: dict[Source, list[int]] = defaultdict(list)
    for hit in hits:
        ids[hit.source].append(hit.row_id)
    texts = {
        (source, row[0]): row for source, wanted in ids.items() for row in _rows(present, _texts_of(source), wanted)
    }
    talks = {row.id: row for row in _rows(present, _talks(), {hit.conversation_id for hit in hits})}
    people: dict[int, FoundPerson] = {}
    conversations: dict[int, FoundConversation] = {}
    for hit in hits:
        row, talk = texts.get((hit.source, hit.row_id)), talks.get(hit.conversation_id)
        pieces = pieces_of(row.text, query) if row is not None and row.text else ()
        # Withheld since the index was read, or the second row of one reply.
        if row is None or talk is None or not pieces:
            continue
        person = people.get(talk.author_id)
        if person is None:
            person = people[talk.author_id] = _person(talk)
        conversation = conversations.get(talk.id)
        if conversation is None:
            conversation = conversations[talk.id] = _conversation(talk)
            person.conversations.append(conversation)
        conversation.hits.append(FoundText(hit.source, hit.row_id, row.at, pieces, row.kind, row.state, row.by))
    return list(people.values())


def pieces_of(text: str, query: Query, most: int = EXCERPT) -> tuple[Piece, ...]:
    """The part of `text` around the first thing that was found, cut at spaces, with all that was found in it apart.

    Empty where nothing of the query stands in it.
    """
    found = _together(query.found_in(places_of(text)))
    if not found:
        return ()
    start, end = _window(text, found[0], most)
    pieces, at = ([Piece("…", False)] if start else []), start
    for first, last in found:
        if first >= end:
            break
        if first > at:
            pieces.append(Piece(text[at:first], False))
        pieces.append(Piece(text[first : min(last, end)], True))
        at = last
    if at < end:
        pieces.append(Piece(text[at:end], False))
    if end < len(text):
        pieces.append(Piece("…", False))
    return tuple(pieces)


def _together(found: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping stretches as one."""
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start < joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _window(text: str, first: tuple[int, int], most: int) -> tuple[int, int]:
    if len(text) <= most:
        return 0, len(text)
    start = max(min(first[0] - _BEFORE, len(text) - most), 0)
    if start:
        space = text.find(" ", start, first[0])
        start = start if space < 0 else space + 1
    end = max(min(start + most, len(text)), min(first[1], start + 2 * most))
    if end < len(text):
        space = text.rfind(" ", first[1], end)
        end = end if space < 0 else space
    return start, end


def _rows(present: Session, statement: Any, ids: Iterable[int]) -> Any:
    return present.connection().execute(statement, {"ids": list(ids)})


# Statements are built once: to build one takes longer than to run it.
@cache
def _texts_of(source: Source) -> Any:
    nothing = (null().label("kind"), null().label("state"))
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
            of_comment = (Comment.id, Comment.posted_at.label("at"), newest.label("text"), Comment.kind)
            shown = select(*of_comment, null().label("state"), null().label("by"))
            return shown.where(among_given(Comment.id, "ids"))
        case Source.REPLY:
            at = func.coalesce(Reply.sent_at, Reply.created_at, type_=Reply.created_at.type).label("at")
            of_reply = (Reply.id, at, Reply.text, null().label("kind"), Reply.state, Member.name.label("by"))
            shown = select(*of_reply).outerjoin(Member, Member.id == Reply.member_id)
            return shown.where(among_given(Reply.id, "ids"), COUNTED)
        case Source.NOTE:
            of_note = (Note.id, Note.written_at.label("at"), Note.text, *nothing, Member.name.label("by"))
            return select(*of_note).join(Member, Member.id == Note.member_id).where(among_given(Note.id, "ids"))
        case Source.AUTHOR:
            name = (Author.display_name + " " + Author.identifier).label("text")
            of_person = (Author.id, Author.first_seen_at.label("at"), name, *nothing, null().label("by"))
            return select(*of_person).where(among_given(Author.id, "ids"))


@cache
def _talks() -> Any:
    names = ("id", "state", "kind", "urgency", "language", "waiting_since", "due_at", "author_id", "account_id")
    talk = Conversation.__table__.c
    return (
        select(
            *(talk[name] for name in names),
            Author.display_name,
            Author.identifier,
            Account.name.label("account_name"),
            Account.network,
            Member.name.label("assignee"),
        )
        .select_from(Conversation)
        .join(Author, Author.id == Conversation.author_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(Member, Member.id == Conversation.assignee_id)
        .where(among_given(talk.id, "ids"))
    )


def _person(talk: Any) -> FoundPerson:
    title, letter = badge(talk.network)
    return FoundPerson(
        author_id=talk.author_id,
        name=talk.display_name,
        identifier=talk.identifier,
        account_id=talk.account_id,
        account_name=talk.account_name,
        network=talk.network,
        network_title=title,
        letter=letter,
        conversations=[],
    )


def _conversation(talk: Any) -> FoundConversation:
    return FoundConversation(
        id=talk.id,
        state=talk.state,
        kind=talk.kind,
        urgency=talk.urgency,
        language=talk.language,
        assignee=talk.assignee,
        waiting_since=talk.waiting_since,
        due_at=talk.due_at,
        hits=[],
    )
