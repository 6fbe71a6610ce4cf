"""Tags: free words on conversations. Members put them on and take them off; a supervisor keeps the list in order.

What differs in case, accents or spaces alone is one tag. The trail keeps a tag's number, never its word: a word that
names a person can be withheld with them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.answering.finding import conversation_of, typed
from inbox.answering.known_texts import folded_letters
from inbox.extensions import session, writing
from inbox.models import Conversation, ConversationState, ConversationTag, Tag
from inbox.models.bulk import among_given
from inbox.models.tag import LONGEST_TAG
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

MOST_OFFERED = 100
"""Tags that the filter and the fields offer, those in use most often first."""

MOST_ON_ONE = 20
"""Tags that one conversation has at most."""

_PRESENT = ConversationTag.ended_at.is_(None)


@dataclass(frozen=True, slots=True)
class ShownTag:
    """A tag as it is listed. `conversations` have it at present."""

    id: int
    name: str
    conversations: int
    created_at: datetime
    retired_at: datetime | None


def list_tags(actor: Actor, *, retired: bool = False, most: int | None = None) -> list[ShownTag]:
    """The tags that are in use, or the retired ones, by name; with `most`, those on most conversations."""
    require(actor, Permission.QUEUE_VIEW)
    counted = (
        select(ConversationTag.tag_id, func.count().label("conversations"))
        .where(_PRESENT)
        .group_by(ConversationTag.tag_id)
        .subquery()
    )
    conversations = func.coalesce(counted.c.conversations, 0)
    statement = (
        select(Tag.id, Tag.name, conversations, Tag.created_at, Tag.retired_at)
        .outerjoin(counted, counted.c.tag_id == Tag.id)
        .where(Tag.retired_at.is_not(None) if retired else Tag.retired_at.is_(None))
    )
    if most is not None:
        statement = statement.order_by(conversations.desc(), Tag.id).limit(most)
    return sorted((ShownTag(*row) for row in session().execute(statement)), key=lambda tag: key_of(tag.name))


def named(actor: Actor, words: str) -> Tag:
    """The tag that is called so, retired or not.

    Raises:
        Unknown: `tag_unknown`.
    """
    require(actor, Permission.QUEUE_VIEW)
    found = session().scalars(select(Tag).where(Tag.key == key_of(words))).first()
    if found is None:
        raise Unknown("tag_unknown", name=words)
    return found


def get_tag(actor: Actor, tag_id: int) -> Tag:
    """One tag.

    Raises:
        Unknown: `tag_gone`.
    """
    require(actor, Permission.QUEUE_VIEW)
    return _found(session(), tag_id)


def of_conversation(actor: Actor, conversation_id: int) -> list[Tag]:
    """The tags a conversation has, in the order in which they were put on."""
    require(actor, Permission.QUEUE_VIEW)
    return list(
        session().scalars(
            select(Tag)
            .join(ConversationTag, ConversationTag.tag_id == Tag.id)
            .where(ConversationTag.conversation_id == conversation_id, _PRESENT)
            .order_by(ConversationTag.id)
        )
    )


# Built once, since every list asks it.
_OF_ROWS = (
    select(Conversation.author_id, Tag.name)
    .join(ConversationTag, ConversationTag.conversation_id == Conversation.id)
    .join(Tag, Tag.id == ConversationTag.tag_id)
    .where(
        among_given(Conversation.__table__.c.author_id, "authors"), Conversation.state == bindparam("state"), _PRESENT
    )
    .order_by(ConversationTag.id)
)


def of_rows(actor: Actor, author_ids: Collection[int], state: ConversationState) -> dict[int, tuple[str, ...]]:
    """The names of the tags on rows of the queue, by author: those of all their conversations in `state`."""
    require(actor, Permission.QUEUE_VIEW)
    if not author_ids:
        return {}
    found: dict[int, dict[str, None]] = defaultdict(dict)
    for author_id, name in session().execute(_OF_ROWS, {"authors": sorted(author_ids), "state": state}):
        found[author_id][name] = None
    return {author_id: tuple(names) for author_id, names in found.items()}


def create(actor: Actor, words: str) -> Tag:
    """The tag of these words, made where there is none yet.

    Raises:
        Problem: `tag_empty`, `tag_too_long`.
        Conflict: `tag_is_retired`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    name = _clean(words)
    try:
        with writing() as current:
            return _made(current, actor, name)
    except IntegrityError:
        # A colleague thought of the same word at the same moment.
        with writing() as current:
            return _made(current, actor, name)


def put_on(actor: Actor, conversation_id: int, words: str | int) -> Tag:
    """Put a tag on a conversation; one that it has already stays as it is.

    Args:
        words: what the tag is called, or its number.

    Raises:
        Unknown: `conversation_unknown`, `tag_gone`.
        Problem: `tag_empty`, `tag_too_long`, `tags_too_many`.
        Conflict: `tag_is_retired`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    conversation_of(session(), conversation_id)
    tag_id = words if isinstance(words, int) else create(actor, words).id
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        tag = _in_use(_found(current, tag_id))
        present = current.scalars(
            select(ConversationTag.tag_id).where(ConversationTag.conversation_id == conversation.id, _PRESENT)
        ).all()
        if tag.id in present:
            return tag
        if len(present) >= MOST_ON_ONE:
            raise Problem("tags_too_many", most=MOST_ON_ONE)
        row = ConversationTag(conversation_id=conversation.id, tag_id=tag.id, at=clock.now(), by=actor.name)
        current.add(row)
        _tell(current, actor, conversation.id, tag.id, "conversation.tagged")
    return tag


def take_off(actor: Actor, conversation_id: int, tag_id: int) -> None:
    """Take a tag off a conversation; that it had it stays on record.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `tag_not_on_it`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    with writing() as current:
        conversation_of(current, conversation_id, lock=True)
        row = current.scalars(
            select(ConversationTag).where(
                ConversationTag.conversation_id == conversation_id, ConversationTag.tag_id == tag_id, _PRESENT
            )
        ).first()
        if row is None:
            raise Conflict("tag_not_on_it")
        row.ended_at, row.ended_by = clock.now(), actor.name
        _tell(current, actor, conversation_id, tag_id, "conversation.untagged")


def rename(actor: Actor, tag_id: int, words: str) -> None:
    """Call a tag by another name, on every conversation that has it; views that hold it go on.

    Raises:
        Unknown: `tag_gone`.
        Problem: `tag_empty`, `tag_too_long`.
        Conflict: `tag_name_taken`.
    """
    require(actor, Permission.TAGS_CHANGE)
    name = _clean(words)
    with writing() as current:
        tag = _found(current, tag_id, lock=True)
        other = current.scalars(select(Tag.id).where(Tag.key == key_of(name), Tag.id != tag.id)).first()
        if other is not None:
            raise Conflict("tag_name_taken", name=name)
        tag.name, tag.key = name, key_of(name)
        trail.record(current, actor, "tag.renamed", of=("tag", tag.id))


def retire(actor: Actor, tag_id: int) -> None:
    """Offer a tag no more; the conversations that have it keep it, and it can be brought back.

    Raises:
        Unknown: `tag_gone`.
    """
    require(actor, Permission.TAGS_CHANGE)
    with writing() as current:
        tag = _found(current, tag_id, lock=True)
        if tag.retired_at is None:
            tag.retired_at = clock.now()
            trail.record(current, actor, "tag.retired", of=("tag", tag.id))


def bring_back(actor: Actor, tag_id: int) -> None:
    """Offer a retired tag again.

    Raises:
        Unknown: `tag_gone`.
    """
    require(actor, Permission.TAGS_CHANGE)
    with writing() as current:
        tag = _found(current, tag_id, lock=True)
        if tag.retired_at is not None:
            tag.retired_at = None
            trail.record(current, actor, "tag.brought_back", of=("tag", tag.id))


def key_of(words: str) -> str:
    """Words without case, accents, spaces at the ends and a sign of a hashtag: what makes two tags one."""
    return " ".join(folded_letters(words).lstrip("# ").split())[: 4 * LONGEST_TAG]


def _clean(words: str) -> str:
    name = " ".join(typed(words.lstrip("# "), empty="tag_empty").split())
    if not key_of(name):
        raise Problem("tag_empty")
    if len(name) > LONGEST_TAG:
        raise Problem("tag_too_long", most=LONGEST_TAG)
    return name


def _made(current: Session, actor: Actor, name: str) -> Tag:
    tag = current.scalars(select(Tag).where(Tag.key == key_of(name)).with_for_update()).first()
    if tag is not None:
        return _in_use(tag)
    tag = Tag(name=name, key=key_of(name), created_at=clock.now(), created_by=actor.name)
    current.add(tag)
    current.flush()
    trail.record(current, actor, "tag.created", of=("tag", tag.id))
    return tag


def _in_use(tag: Tag) -> Tag:
    if tag.retired_at is not None:
        raise Conflict("tag_is_retired", name=tag.name)
    return tag


def _found(current: Session, tag_id: int, *, lock: bool = False) -> Tag:
    tag = current.get(Tag, tag_id, populate_existing=True, with_for_update={"key_share": True} if lock else None)
    if tag is None:
        raise Unknown("tag_gone")
    return tag


def _tell(current: Session, actor: Actor, conversation_id: int, tag_id: int, deed: str) -> None:
    trail.record(current, actor, deed, of=("conversation", conversation_id), params={"tag": tag_id})
    bell.ring(current, "conversation.changed", conversation_id=conversation_id)
