"""What there is, in one statement: what is not there is not asked for one by one.

A page of a conversation shows a dozen things that most conversations have nothing of: notes, promises, tags, links, a
draft, an escalation. Every page shows holds, replies that count down and colleagues, of which there are none most of
the time. One look at the indices says which of them there are.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, TextClause, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from inbox.answering.finding import IN_THE_OUTBOX
from inbox.answering.threads import COUNTED
from inbox.models import (
    Account,
    Author,
    AuthorLink,
    Conversation,
    ConversationTag,
    Declaration,
    Draft,
    Erasure,
    Escalation,
    FollowUp,
    LineVersion,
    MemberSession,
    Note,
    Post,
    Presence,
    Promise,
    Reply,
    ReplyState,
    SendingHold,
    Wait,
)
from inbox.problems import Unknown


class AtHand(NamedTuple):
    """A conversation, and which parts of its page have anything to show.

    Attributes:
        waits: a wait is open in it, first opened by a member at `first_opened_at`.
        conversations: how many the author has on the account, this one included.
        replies: how many published replies of ours the author got.
        noted: there are notes in it; and so on.
        drafted: the reader has half-written something in it.
        replied: there are replies in it, in whatever state, or published ones in its thread.
        answered: a reply to the author was written or sent, in any of their conversations.
        held: a hold on everything or on its account is in force.
        lined: a line to take was written, for whatever crisis.
    """

    conversation: Conversation
    account: Account
    author: Author
    post: Post | None
    waits: bool
    first_opened_at: datetime | None
    conversations: int
    replies: int
    noted: bool
    drafted: bool
    replied: bool
    answered: bool
    declared: bool
    to_erase: bool
    escalated: bool
    promised: bool
    followed_up: bool
    linked: bool
    tagged: bool
    held: bool
    lined: bool


class Around(NamedTuple):
    """What there is around every page of a member, whose session was read with `AROUND`.

    Attributes:
        held: a hold is in force, on everything or on an account.
        leaving: a reply of the member counts down.
        tagged: some conversation has a tag.
        present: a colleague is at a conversation.
    """

    held: bool
    leaving: bool
    tagged: bool
    present: bool


def read(current: Session, conversation_id: int, member_id: int | None) -> AtHand:
    """The conversation as it stands now, and what there is about it.

    Args:
        member_id: the reader.

    Raises:
        Unknown: `conversation_unknown`.
    """
    given = {"conversation": conversation_id, "member": member_id or 0}
    found = current.execute(_statement(), given).one_or_none()
    if found is None:
        raise Unknown("conversation_unknown", id=conversation_id)
    return AtHand._make(found)


def _any(row: Any, *conditions: ColumnElement[bool] | TextClause) -> ColumnElement[bool]:
    return select(row).where(*conditions).exists()


_ME = MemberSession.member_id
AROUND: tuple[ColumnElement[bool], ...] = (
    _any(SendingHold.id, SendingHold.released_at.is_(None)),
    _any(
        Reply.id,
        IN_THE_OUTBOX,
        Reply.state == ReplyState.QUEUED,
        Reply.undo_until > bindparam("now"),
        Reply.member_id == _ME,
    ),
    _any(ConversationTag.id, ConversationTag.ended_at.is_(None)),
    _any(Presence.id, Presence.looking_until > bindparam("now"), Presence.member_id != _ME),
)
"""What makes an `Around`, to be read with the session of whoever asks, at the moment `now`."""


@cache
def _statement() -> Any:
    # Built once, like all that every page asks.
    here = Conversation.id
    talks = aliased(Conversation)
    of_author = and_(talks.author_id == Conversation.author_id, talks.account_id == Conversation.account_id)
    of_thread = and_(talks.account_id == Conversation.account_id, talks.thread_id == Conversation.thread_id)
    sent = Reply.state == ReplyState.SENT
    waits = (Wait.conversation_id == here, Wait.closed_at.is_(None), Wait.superseded_at.is_(None))
    to_author = select(Reply.id).join(talks, talks.id == Reply.conversation_id).where(of_author)
    in_thread = select(Reply.id).join(talks, talks.id == Reply.conversation_id).where(of_thread, sent)
    replies = (
        select(func.count(Reply.id)).join(talks, talks.id == Reply.conversation_id).where(of_author, sent, COUNTED)
    )
    return (
        select(
            *(Conversation, Account, Author, Post),
            _any(Wait.id, *waits),
            select(Wait.first_opened_at).where(*waits).limit(1).scalar_subquery(),
            select(func.count(talks.id)).where(of_author).scalar_subquery(),
            replies.scalar_subquery(),
            _any(Note.id, Note.conversation_id == here),
            _any(Draft.id, Draft.member_id == bindparam("member"), Draft.conversation_id == here, Draft.text != ""),
            or_(_any(Reply.id, Reply.conversation_id == here), in_thread.exists()),
            to_author.exists(),
            _any(Declaration.id, Declaration.conversation_id == here),
            _any(Erasure.id, Erasure.author_id == Conversation.author_id, Erasure.decision.is_(None)),
            _any(Escalation.id, Escalation.conversation_id == here),
            _any(Promise.id, Promise.conversation_id == here),
            _any(
                FollowUp.id,
                FollowUp.conversation_id == here,
                FollowUp.outcome_at.is_(None),
                FollowUp.passed_at.is_(None),
            ),
            or_(
                *(
                    _any(AuthorLink.id, end == Conversation.author_id, AuthorLink.ended_at.is_(None))
                    for end in (AuthorLink.author_id, AuthorLink.other_id)
                )
            ),
            _any(ConversationTag.id, ConversationTag.conversation_id == here, ConversationTag.ended_at.is_(None)),
            _any(
                SendingHold.id,
                SendingHold.released_at.is_(None),
                or_(SendingHold.account_id.is_(None), SendingHold.account_id == Conversation.account_id),
            ),
            _any(LineVersion.id),
        )
        .join(Account, Account.id == Conversation.account_id)
        .join(Author, Author.id == Conversation.author_id)
        .outerjoin(Post, Post.id == Conversation.post_id)
        .where(here == bindparam("conversation"))
        .execution_options(populate_existing=True)
    )
