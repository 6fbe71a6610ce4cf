"""Making an author nameless: what an erasure and the end of retention have in common."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, case, or_, select, update
from sqlalchemy.orm import Session, aliased

from inbox import clock
from inbox.collecting import tombstones
from inbox.collecting.erasure_remarks import withhold_tag
from inbox.measuring.waits import chunks
from inbox.models import (
    Author,
    AuthorLink,
    Comment,
    Conversation,
    ConversationTag,
    Declaration,
    Draft,
    FollowUp,
    OwnMessage,
    Post,
    PreparedReply,
    PreparedState,
    Quarantined,
    RawPayload,
    Reply,
    ReplyMove,
    ReplyReturn,
    ReplyState,
    ReplyVersion,
    Source,
    Tag,
    TombstoneReason,
    move_reply,
    search_index,
)
from inbox.permissions import SYSTEM, never
from inbox.trail import record

IN_THE_OUTBOX = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCONFIRMED)
"""A reply in one of these states may still leave, or may have left unseen: its words are needed."""

PREPARED = "prepared_withheld"
"""Why a reply that was prepared among others leaves no more."""

NO_PAYLOAD = "{}"
"""What stands in quarantine in place of a payload that named an erased author; no reader makes anything of it."""

PERSON_KEYS = frozenset(
    {"author", "authors", "by", "did", "from", "mention", "mentions", "person", "sender", "user", "users"}
)
"""Words of the keys under which networks and files name a person."""

_NOT_SENT = (ReplyState.DRAFT, ReplyState.SUBMITTED, ReplyState.RETURNED, ReplyState.APPROVED, ReplyState.FAILED)


@dataclass(frozen=True, slots=True)
class MadeNameless:
    """How many rows were withheld."""

    comments: int
    payloads: int
    replies: int
    own_messages: int
    posts: int
    quarantined: int

    def counts(self) -> dict[str, int]:
        """The same by name, for the trail."""
        return asdict(self)


def make_nameless(session: Session, author: Author, reason: TombstoneReason) -> MadeNameless:
    """Withhold an author's name, identifier, address and words, and the words that we wrote to them.

    Our replies and messages to them go whole: a name can be cut out of a sentence, what the sentence says about the
    person cannot. Their hashes, times and states stay.

    Args:
        session: inside a write transaction, after the confirmed row of `erasures` was flushed: the database lets
            nothing of this through without it.
        author: locked.
        reason: for the tombstones.
    """
    names = {author.identifier, author.display_name} - {""}
    comments = payloads = replies = own = 0
    own_comments = session.scalars(select(Comment.id).where(Comment.author_id == author.id)).all()
    for ids in chunks(own_comments):
        comments += tombstones.lay(session, SYSTEM, ids, reason)
        session.execute(update(Comment).where(Comment.id.in_(ids)).values(url=None))
    _withhold_tags(session, author)
    for ids in chunks(session.scalars(select(Conversation.id).where(Conversation.author_id == author.id)).all()):
        replies += _withhold_replies(session, ids)
        ours = select(OwnMessage.remote_id).where(
            OwnMessage.account_id == author.account_id, OwnMessage.conversation_id.in_(ids)
        )
        payloads += _changed(
            session,
            update(RawPayload)
            .where(
                RawPayload.account_id == author.account_id,
                RawPayload.remote_id.in_(ours),
                RawPayload.payload.is_not(None),
            )
            .values(payload=None),
        )
        own += _changed(
            session,
            update(OwnMessage).where(OwnMessage.conversation_id.in_(ids), OwnMessage.text != "").values(text=""),
        )
        session.execute(
            update(FollowUp)
            .where(FollowUp.conversation_id.in_(ids), FollowUp.outcome_at.is_(None), FollowUp.passed_at.is_(None))
            .values(passed_at=clock.now())
        )
        session.execute(
            update(Declaration)
            .where(Declaration.conversation_id.in_(ids))
            .values(evidence=None, note="", decision_note="")
        )
    # The payload of another person's comment stays theirs, whatever it names.
    theirs = _written_by(
        session.execute(
            select(RawPayload.id, RawPayload.payload).where(
                RawPayload.account_id == author.account_id,
                RawPayload.comment_id.is_(None),
                _names(RawPayload.payload.expression, author),
            )
        ).all(),
        author,
    )
    payloads += _changed(session, update(RawPayload).where(RawPayload.id.in_(theirs)).values(payload=None))
    unread = _written_by(
        session.execute(
            select(Quarantined.id, Quarantined.payload).where(
                Quarantined.account_id == author.account_id, _names(Quarantined.payload.expression, author)
            )
        ).all(),
        author,
    )
    quarantined = _changed(
        session, update(Quarantined).where(Quarantined.id.in_(unread)).values(payload=NO_PAYLOAD, detail="")
    )
    namesake = aliased(Author)
    shared = select(namesake.id).where(
        namesake.account_id == author.account_id,
        namesake.id != author.id,
        or_(namesake.display_name == Post.author_name, namesake.identifier == Post.author_name),
    )
    posts = _changed(
        session,
        update(Post)
        .where(Post.account_id == author.account_id, Post.is_ours.is_(False), Post.author_name.in_(names))
        .where(~shared.exists())
        .values(text="", url=None, author_name="", media=[]),
    )
    _end_links(session, author, reason)
    author.identifier, author.display_name = author.pseudonym, ""
    author.url = author.followers = None
    session.flush()
    return MadeNameless(comments, payloads, replies, own, posts, quarantined)


def _end_links(session: Session, author: Author, why: TombstoneReason) -> None:
    """Nobody who has no name is tied to anybody: links end, and the reasons of all that there ever were go."""
    links = session.scalars(
        select(AuthorLink)
        .where(or_(AuthorLink.author_id == author.id, AuthorLink.other_id == author.id))
        .order_by(AuthorLink.id)
        .with_for_update()
    )
    for link in links:
        link.reason = link.end_reason = ""
        if link.ended_at is not None:
            continue
        link.ended_at, link.ended_by = clock.now(), SYSTEM.name
        for one, other in ((link.author_id, link.other_id), (link.other_id, link.author_id)):
            facts = {"link": link.id, "other": other, "reason": why.value}
            record(session, SYSTEM, "author.unlinked", of=("author", one), params=facts)


def _withhold_replies(session: Session, conversation_ids: list[int]) -> int:
    unsent = session.scalars(
        select(Reply).where(Reply.conversation_id.in_(conversation_ids), Reply.state.in_(_NOT_SENT))
    )
    for reply in unsent:
        move_reply(reply, ReplyMove.WITHDRAW)
    session.flush()
    # What a reply said before it was corrected, and what was said when it was returned, address the person too.
    for table, column in ((ReplyVersion, "text"), (ReplyReturn, "words")):
        session.execute(update(table).where(table.conversation_id.in_(conversation_ids)).values({column: ""}))
    # So does what somebody has half-written to them, on whatever screen.
    session.execute(
        update(Draft)
        .where(Draft.conversation_id.in_(conversation_ids))
        .values(text="", filled="", number=Draft.number + 1)
        .execution_options(synchronize_session=False)
    )
    # And what was prepared for them among others, which leaves no more.
    session.execute(
        update(PreparedReply)
        .where(PreparedReply.conversation_id.in_(conversation_ids))
        .values(
            text="",
            filled="",
            number=PreparedReply.number + 1,
            ticked_at=None,
            state=case((PreparedReply.state == PreparedState.OPEN, PreparedState.OUT), else_=PreparedReply.state),
            code=case((PreparedReply.state == PreparedState.OPEN, PREPARED), else_=PreparedReply.code),
        )
        .execution_options(synchronize_session=False)
    )
    withheld = session.scalars(
        select(Reply.id).where(
            Reply.conversation_id.in_(conversation_ids), Reply.state.not_in(IN_THE_OUTBOX), Reply.text != ""
        )
    ).all()
    for ids in chunks(withheld):
        session.execute(
            update(Reply).where(Reply.id.in_(ids)).values(text="", error_detail=None, likeness_reason=""),
            execution_options={"synchronize_session": False},
        )
        search_index.refresh(session.connection(), Source.REPLY, ids)
    return len(withheld)


def _withhold_tags(session: Session, author: Author) -> None:
    """Take every tag off the author's conversations, and withhold the word of one that nobody else ever had: it may be
    their name."""
    theirs = select(Conversation.id).where(Conversation.author_id == author.id)
    tag_ids = session.scalars(
        select(ConversationTag.tag_id).where(ConversationTag.conversation_id.in_(theirs)).distinct()
    ).all()
    if not tag_ids:
        return
    now = clock.now()
    session.execute(
        update(ConversationTag)
        .where(ConversationTag.conversation_id.in_(theirs), ConversationTag.ended_at.is_(None))
        .values(ended_at=now, ended_by=SYSTEM.name),
        execution_options={"synchronize_session": False},
    )
    shared = set(
        session.scalars(
            select(ConversationTag.tag_id)
            .where(ConversationTag.tag_id.in_(tag_ids), ConversationTag.conversation_id.not_in(theirs))
            .distinct()
        )
    )
    for tag in session.scalars(select(Tag).where(Tag.id.in_(set(tag_ids) - shared))):
        withhold_tag(session, tag)


def _names(payload: ColumnElement[Any], author: Author) -> ColumnElement[bool]:
    """Payloads that name the author by the network's own id: as a value, or inside an address of theirs."""
    quoted = payload.contains(f'"{author.remote_id}"', autoescape=True)
    return or_(quoted, payload.contains(f"/{author.remote_id}/", autoescape=True))


def _written_by(rows: Sequence[Row[*tuple[Any, ...]]], author: Author) -> list[int]:
    """Those of (id, payload) that name the author where an author, a receiver or an address stands.

    An author may call themselves like a key or a word that stands in every payload: what merely holds the same
    letters is somebody else's.
    """
    return [identifier for identifier, payload in rows if _stands_in(json.loads(payload), author.remote_id)]


def _stands_in(value: object, remote_id: str, *, as_person: bool = False) -> bool:
    if isinstance(value, dict):
        return any(
            _stands_in(inner, remote_id, as_person=as_person or not PERSON_KEYS.isdisjoint(never.words_of(key)))
            for key, inner in value.items()
        )
    if isinstance(value, list):
        return any(_stands_in(inner, remote_id, as_person=as_person) for inner in value)
    if not isinstance(value, str):
        return False
    return (as_person and value == remote_id) or (value.startswith("at://") and f"//{remote_id}/" in f"{value}/")


def _changed(session: Session, statement: object) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False})  # type: ignore[call-overload]
    return int(done.rowcount)
