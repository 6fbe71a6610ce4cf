"""Authors whom a member links: the same person on two accounts. Nothing is guessed, nor inferred from two links.

A link has a reason and ends with one. What it ties together is shown to members and changes no figure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from inbox import bell, clock, connecting, trail
from inbox.answering import search, threads
from inbox.answering.finding import conversation_of, typed
from inbox.answering.rows import excerpt
from inbox.extensions import session, writing
from inbox.models import Account, Author, AuthorLink, Conversation, ConversationState, Member
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

LONGEST_REASON = 500

MOST_CONVERSATIONS = 5
"""Conversations of a linked author that are shown, the newest."""

MOST_OFFERED = 20
_LOOKED_THROUGH = 100


@dataclass(frozen=True, slots=True)
class LinkedConversation:
    """A conversation of the other author."""

    id: int
    state: ConversationState
    last_comment_at: datetime
    excerpt: str | None


@dataclass(frozen=True, slots=True)
class LinkedAuthor:
    """The other one of a link, with their history on their own account.

    Attributes:
        linked_by: who says that they are one person, and `reason` why.
        replies: answers of ours that they got there.
    """

    link_id: int
    author_id: int
    name: str
    identifier: str
    account_name: str
    network: str
    letter: str
    followers: int | None
    comments: int
    replies: int
    first_seen_at: datetime
    conversations: list[LinkedConversation]
    reason: str
    linked_by: str
    linked_at: datetime


@dataclass(frozen=True, slots=True)
class Candidate:
    """An author of another account, who might be the same person: only a member can tell."""

    author_id: int
    name: str
    identifier: str
    account_name: str
    network: str
    letter: str
    comments: int
    last_said: str | None


def link(actor: Actor, author_id: int, other_id: int, reason: str) -> AuthorLink:
    """Say that two authors of different accounts are one person.

    Raises:
        Unknown: `author_unknown`.
        Problem: `member_needed`, `link_reason_empty`, `link_reason_too_long`, `link_same_account`, `link_erased`.
        Conflict: `linked_already`.
    """
    require(actor, Permission.AUTHORS_LINK)
    words = _reason(reason)
    if actor.member_id is None:
        raise Problem("member_needed")
    first, second = sorted((author_id, other_id))
    with writing() as current:
        # Locked, so that an erasure of one of them and this see each other.
        pair = [_author(current, number, lock=True) for number in (first, second)]
        if pair[0].account_id == pair[1].account_id:
            raise Problem("link_same_account")
        # Nothing ties a person without a name to anybody again.
        if any(author.is_nameless for author in pair):
            raise Problem("link_erased")
        if current.scalar(_between(first, second)) is not None:
            raise Conflict("linked_already")
        made = AuthorLink(
            author_id=first, other_id=second, reason=words, linked_at=clock.now(), linked_by=actor.member_id
        )
        current.add(made)
        current.flush()
        for one, other in ((first, second), (second, first)):
            facts = {"link": made.id, "other": other}
            trail.record(current, actor, "author.linked", of=("author", one), params=facts)
        bell.ring(current, "author.linked", author_ids=[first, second])
    return made


def unlink(actor: Actor, link_id: int, reason: str) -> AuthorLink:
    """Say that two authors are not one person after all, or that nobody needs to know.

    Raises:
        Unknown: `link_unknown`.
        Problem: `member_needed`, `link_reason_empty`, `link_reason_too_long`.
        Conflict: `link_over`.
    """
    require(actor, Permission.AUTHORS_LINK)
    words = _reason(reason)
    if actor.member_id is None:
        raise Problem("member_needed")
    with writing() as current:
        row = current.get(AuthorLink, link_id, populate_existing=True, with_for_update=True)
        if row is None:
            raise Unknown("link_unknown")
        if row.ended_at is not None:
            raise Conflict("link_over")
        row.end_reason = words
        row.ended_at, row.ended_by = clock.now(), actor.name
        for one, other in ((row.author_id, row.other_id), (row.other_id, row.author_id)):
            facts = {"link": row.id, "other": other}
            trail.record(current, actor, "author.unlinked", of=("author", one), params=facts)
        bell.ring(current, "author.linked", author_ids=[row.author_id, row.other_id])
    return row


def linked_to(actor: Actor, author_id: int) -> list[LinkedAuthor]:
    """Whom members link with an author, each with the history they have on their own account."""
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    rows = current.execute(
        select(AuthorLink, Member.name)
        .join(Member, Member.id == AuthorLink.linked_by)
        .where(AuthorLink.ended_at.is_(None), or_(AuthorLink.author_id == author_id, AuthorLink.other_id == author_id))
        .order_by(AuthorLink.id)
    ).all()
    return [_shown(current, row, by, row.other_id if row.author_id == author_id else row.author_id) for row, by in rows]


def candidates(actor: Actor, conversation_id: int, words: str) -> list[Candidate]:
    """Authors of other accounts whose name or words a search finds, who are not linked yet, the newest first.

    Raises:
        Unknown: `conversation_unknown`.
        Problem: `search_too_long`.
    """
    require(actor, Permission.AUTHORS_LINK)
    current = session()
    author = current.get_one(Author, conversation_of(current, conversation_id).author_id)
    found = search.search(actor, words, limit=_LOOKED_THROUGH).people
    ids = list(dict.fromkeys(one.author_id for one in found if one.account_id != author.account_id))
    known = set(
        current.scalars(
            select(AuthorLink.other_id).where(AuthorLink.author_id == author.id, AuthorLink.ended_at.is_(None))
        )
    ) | set(
        current.scalars(
            select(AuthorLink.author_id).where(AuthorLink.other_id == author.id, AuthorLink.ended_at.is_(None))
        )
    )
    return list(_candidates(current, [number for number in ids if number not in known][:MOST_OFFERED]))


def _candidates(current: Session, ids: list[int]) -> Iterator[Candidate]:
    rows = {
        author.id: (author, name, network)
        for author, name, network in current.execute(
            select(Author, Account.name, Account.network)
            .join(Account, Account.id == Author.account_id)
            .where(Author.id.in_(ids))
        )
    }
    newest = _newest(current, ids, 1)
    for number in ids:
        author, name, network = rows[number]
        said = newest.get(number, [])
        yield Candidate(
            author.id,
            author.display_name,
            author.identifier,
            name,
            network,
            connecting.letter_of(network),
            author.comment_count,
            said[0].excerpt if said else None,
        )


def _shown(current: Session, row: AuthorLink, by: str, other_id: int) -> LinkedAuthor:
    author = current.get_one(Author, other_id)
    account = current.get_one(Account, author.account_id)
    return LinkedAuthor(
        link_id=row.id,
        author_id=author.id,
        name=author.display_name,
        identifier=author.identifier,
        account_name=account.name,
        network=account.network,
        letter=connecting.letter_of(account.network),
        followers=author.followers,
        comments=author.comment_count,
        replies=threads.count_replies(current, author.id),
        first_seen_at=author.first_seen_at,
        conversations=_newest(current, [author.id], MOST_CONVERSATIONS).get(author.id, []),
        reason=row.reason,
        linked_by=by,
        linked_at=row.linked_at,
    )


def _newest(current: Session, author_ids: list[int], most: int) -> dict[int, list[LinkedConversation]]:
    """The newest conversations of each author."""
    place = (
        func.row_number()
        .over(partition_by=Conversation.author_id, order_by=(Conversation.last_comment_at.desc(), Conversation.id))
        .label("place")
    )
    ranked = (
        select(Conversation.id, Conversation.author_id, Conversation.state, Conversation.last_comment_at, place)
        .where(Conversation.author_id.in_(author_ids))
        .subquery()
    )
    rows = current.execute(select(ranked).where(ranked.c.place <= most).order_by(ranked.c.place)).all()
    words = threads.newest_words(current, [row.id for row in rows])
    found: dict[int, list[LinkedConversation]] = {}
    for row in rows:
        text = words.get(row.id)
        shown = LinkedConversation(row.id, row.state, row.last_comment_at, None if text is None else excerpt(text))
        found.setdefault(row.author_id, []).append(shown)
    return found


def _between(first: int, second: int) -> Select[int]:
    return select(AuthorLink.id).where(
        AuthorLink.author_id == first, AuthorLink.other_id == second, AuthorLink.ended_at.is_(None)
    )


def _author(current: Session, author_id: int, *, lock: bool) -> Author:
    author = current.get(Author, author_id, populate_existing=True, with_for_update=lock or None)
    if author is None:
        raise Unknown("author_unknown", id=author_id)
    return author


def _reason(words: str) -> str:
    clean = typed(words, empty="link_reason_empty")
    if len(clean) > LONGEST_REASON:
        raise Problem("link_reason_too_long", most=LONGEST_REASON)
    return clean
