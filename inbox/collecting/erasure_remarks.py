"""Words of colleagues that may mention a person whose data is to be erased: only somebody who reads them can tell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.models import (
    Author,
    AuthorLink,
    BulkDeed,
    BulkDeedPart,
    BulkReply,
    Conversation,
    ConversationTag,
    Escalation,
    HandOver,
    Member,
    Note,
    PreparedReply,
    PreparedState,
    Reply,
    Tag,
)
from inbox.models.search_words import folded
from inbox.permissions import SYSTEM

SHORTEST_MENTION = 3
"""Characters of a name that are looked for in what colleagues wrote; shorter ones are found in every word."""

MOST_REMARKS = 500
"""Of each kind."""

WORDS_WITHHELD = "prepared_words_withheld"
"""Why a reply to somebody else, prepared among others, leaves no more."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Words of a colleague that may mention the author; only a person can tell.

    Attributes:
        kind: a `note`, an `escalation`, a `note_for_many` that is still to be carried out, what was noticed in a
            `hand_over`, the `reason` why the same words go to several, a `prepared_reply` to somebody else, or a `tag`.
        conversation_id: None where it belongs to none.
        member_name: empty where no member wrote it.
    """

    kind: str
    id: int
    conversation_id: int | None
    at: datetime
    member_name: str
    text: str


def remarks_of(current: Session, author: Author) -> list[Remark]:
    """Everything noted in the author's conversations, and in those of whoever is linked with them at present; and what
    mentions their name or identifier elsewhere, whatever its case and accents."""
    people = [author.id, *_linked(current, author)]
    mentions = _mentions(author)
    found = (
        _noted(current, people, mentions),
        _escalated(current, people, mentions),
        _noticed(current, mentions),
        _for_many(current, people, mentions),
        _reasons(current, people, mentions),
        _prepared(current, author, mentions),
        _tags(current, author, mentions),
    )
    return [remark for of_kind in found for remark in islice(of_kind, MOST_REMARKS)]


def withhold(current: Session, ticked: Mapping[str, Collection[int]]) -> None:
    """Empty what was ticked, by kind."""
    for kind, ids in ticked.items():
        for number in sorted(ids):
            _WITHHOLD[kind](current, number)


Mentions = Callable[[str], bool]


def _linked(current: Session, author: Author) -> list[int]:
    rows = current.execute(
        select(AuthorLink.author_id, AuthorLink.other_id).where(
            or_(AuthorLink.author_id == author.id, AuthorLink.other_id == author.id), AuthorLink.ended_at.is_(None)
        )
    )
    return sorted({one for pair in rows for one in pair} - {author.id})


def _mentions(author: Author) -> Mentions:
    names = {author.identifier, author.display_name, author.display_name.partition(" ")[0]}
    sought = [name for name in map(folded, names) if len(name) >= SHORTEST_MENTION]

    def mention(words: str) -> bool:
        plain = folded(words)
        return any(name in plain for name in sought)

    return mention


def _noted(current: Session, people: list[int], mentions: Mentions) -> Iterator[Remark]:
    rows = current.execute(
        select(Conversation.author_id, Note.id, Note.conversation_id, Note.written_at, Member.name, Note.text)
        .join(Conversation, Conversation.id == Note.conversation_id)
        .join(Member, Member.id == Note.member_id)
        .where(Conversation.account_id.in_(_accounts(people)), Note.text != "")
        .order_by(Note.id)
    )
    for author_id, number, conversation_id, at, by, words in rows:
        if author_id in people or mentions(words):
            yield Remark("note", number, conversation_id, at, by, words)


def _escalated(current: Session, people: list[int], mentions: Mentions) -> Iterator[Remark]:
    of = Escalation
    rows = current.execute(
        select(Conversation.author_id, of.id, of.conversation_id, of.at, Member.name, of.note)
        .join(Conversation, Conversation.id == of.conversation_id)
        .join(Member, Member.id == of.member_id)
        .where(Conversation.account_id.in_(_accounts(people)), of.note != "")
        .order_by(of.id)
    )
    for author_id, number, conversation_id, at, by, words in rows:
        if author_id in people or mentions(words):
            yield Remark("escalation", number, conversation_id, at, by, words)


def _accounts(people: list[int]) -> Select[int]:
    return select(Author.account_id).where(Author.id.in_(people))


def _noticed(current: Session, mentions: Mentions) -> Iterator[Remark]:
    rows = current.execute(
        select(HandOver.id, HandOver.given_at, Member.name, HandOver.noticed)
        .join(Member, Member.id == HandOver.member_id)
        .where(HandOver.noticed != "")
        .order_by(HandOver.id)
    )
    for number, at, by, words in rows:
        if mentions(words):
            yield Remark("hand_over", number, None, at, by, words)


def _for_many(current: Session, people: list[int], mentions: Mentions) -> Iterator[Remark]:
    part = (
        select(BulkDeedPart.id)
        .join(Conversation, Conversation.id == BulkDeedPart.conversation_id)
        .where(BulkDeedPart.bulk_deed_id == BulkDeed.id, Conversation.author_id.in_(people))
    )
    rows = current.execute(
        select(BulkDeed.id, BulkDeed.asked_at, Member.name, BulkDeed.words, part.exists())
        .join(Member, Member.id == BulkDeed.member_id)
        .where(BulkDeed.words != "")
        .order_by(BulkDeed.id)
    )
    for number, at, by, words, theirs in rows:
        if theirs or mentions(words):
            yield Remark("note_for_many", number, None, at, by, words)


def _reasons(current: Session, people: list[int], mentions: Mentions) -> Iterator[Remark]:
    part = (
        select(PreparedReply.id)
        .join(Conversation, Conversation.id == PreparedReply.conversation_id)
        .where(PreparedReply.bulk_id == BulkReply.id, Conversation.author_id.in_(people))
    )
    rows = current.execute(
        select(BulkReply.id, BulkReply.created_at, Member.name, BulkReply.likeness_reason, part.exists())
        .join(Member, Member.id == BulkReply.member_id)
        .where(BulkReply.likeness_reason != "")
        .order_by(BulkReply.id)
    )
    for number, at, by, words, theirs in rows:
        if theirs or mentions(words):
            yield Remark("reason", number, None, at, by, words)


def _prepared(current: Session, author: Author, mentions: Mentions) -> Iterator[Remark]:
    rows = current.execute(
        select(
            PreparedReply.id,
            PreparedReply.conversation_id,
            PreparedReply.prepared_at,
            Member.name,
            PreparedReply.text,
            PreparedReply.filled,
        )
        .join(BulkReply, BulkReply.id == PreparedReply.bulk_id)
        .join(Member, Member.id == BulkReply.member_id)
        .join(Conversation, Conversation.id == PreparedReply.conversation_id)
        .where(or_(PreparedReply.text != "", PreparedReply.filled != ""), Conversation.author_id != author.id)
        .order_by(PreparedReply.id)
    )
    for number, conversation_id, at, by, words, filled in rows:
        if mentions(words) or mentions(filled):
            yield Remark("prepared_reply", number, conversation_id, at, by, words or filled)


def _tags(current: Session, author: Author, mentions: Mentions) -> Iterator[Remark]:
    """Not what stood on the author alone: that goes by itself."""
    members = {f"member:{row.id}": row.name for row in current.execute(select(Member.id, Member.name))}
    on = select(Conversation.author_id).join(ConversationTag, ConversationTag.conversation_id == Conversation.id)
    for tag in current.scalars(select(Tag).order_by(Tag.id)):
        if mentions(tag.name) and set(current.scalars(on.where(ConversationTag.tag_id == tag.id))) != {author.id}:
            yield Remark("tag", tag.id, None, tag.created_at, members.get(tag.created_by, ""), tag.name)


def withhold_tag(current: Session, tag: Tag) -> None:
    """Take the word of a tag away, and offer it no more; it stays where it is."""
    if tag.key == f"tag-{tag.id}":
        return
    tag.name = tag.key = f"tag-{tag.id}"
    tag.retired_at = tag.retired_at or clock.now()
    trail.record(current, SYSTEM, "tag.withheld", of=("tag", tag.id))


def _withhold_note(current: Session, number: int) -> None:
    current.get_one(Note, number).text = ""


def _withhold_escalation(current: Session, number: int) -> None:
    current.get_one(Escalation, number).note = ""


def _withhold_noticed(current: Session, number: int) -> None:
    current.get_one(HandOver, number).noticed = ""


def _withhold_for_many(current: Session, number: int) -> None:
    # Whoever is carrying it out holds the row while a note is written, and reads the words anew for the next.
    current.get_one(BulkDeed, number, populate_existing=True, with_for_update=True).words = ""


def _withhold_reason(current: Session, number: int) -> None:
    current.get_one(BulkReply, number).likeness_reason = ""
    became = select(PreparedReply.reply_id).where(PreparedReply.bulk_id == number, PreparedReply.reply_id.is_not(None))
    current.execute(
        update(Reply)
        .where(Reply.id.in_(became))
        .values(likeness_reason="")
        .execution_options(synchronize_session=False)
    )


def _withhold_prepared(current: Session, number: int) -> None:
    row = current.get_one(PreparedReply, number, populate_existing=True, with_for_update=True)
    row.text = row.filled = ""
    row.number, row.ticked_at = row.number + 1, None
    if row.state is PreparedState.OPEN:
        row.state, row.code, row.settled_at = PreparedState.OUT, WORDS_WITHHELD, clock.now()


def _withhold_tag(current: Session, number: int) -> None:
    withhold_tag(current, current.get_one(Tag, number))


_WITHHOLD: dict[str, Callable[[Session, int], None]] = {
    "note": _withhold_note,
    "escalation": _withhold_escalation,
    "hand_over": _withhold_noticed,
    "note_for_many": _withhold_for_many,
    "reason": _withhold_reason,
    "prepared_reply": _withhold_prepared,
    "tag": _withhold_tag,
}
