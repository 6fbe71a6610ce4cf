"""What takes a prepared reply out: the person wrote again, or a colleague answers them, writes to them, has taken them.

It is looked at whenever somebody looks at the group or does something in it, and before each reply is handed over.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, null, or_, select
from sqlalchemy.orm import Session, aliased

from inbox import clock, notices, trail
from inbox.answering import conversations, prepared_pause
from inbox.answering.fitness import ANSWERS_NOTHING
from inbox.models import (
    BulkReply,
    BulkReplyState,
    Comment,
    CommentVersion,
    Conversation,
    ConversationState,
    Draft,
    Member,
    PreparedReply,
    PreparedState,
    Presence,
    Reply,
    ReplyState,
)
from inbox.permissions import SYSTEM, Actor, Permission
from inbox.problems import Conflict

ANSWERED = "prepared_answered"
WROTE_AGAIN = "prepared_wrote_again"
BEING_WRITTEN = "prepared_being_written"
CLAIMED = "prepared_claimed"
NOT_WAITING = "prepared_not_waiting"
WITHHELD = "prepared_withheld"

UNDER_WAY = (
    ReplyState.SUBMITTED,
    ReplyState.APPROVED,
    ReplyState.QUEUED,
    ReplyState.SENDING,
    ReplyState.UNCONFIRMED,
)
"""The states of replies that may still reach somebody, or have perhaps: nobody answers beside them."""


def look_over(current: Session, bulk: BulkReply, *, first: bool = False) -> dict[int, str]:
    """Take out of a group whatever somebody else made unfit, in the caller's transaction.

    Args:
        first: it was just begun: what colleagues have half-written from before counts as well.

    Returns:
        why, by the number of the prepared reply.
    """
    note_handed_over(current, bulk)
    rows = {
        row.id: row
        for row in current.scalars(
            select(PreparedReply)
            .where(PreparedReply.bulk_id == bulk.id, PreparedReply.state == PreparedState.OPEN)
            .order_by(PreparedReply.position)
            .execution_options(populate_existing=True)
        )
    }
    if not rows:
        return {}
    found: dict[int, tuple[str, str | None]] = {}
    for code, statement in _reasons(bulk, first):
        for row in current.execute(statement):
            found.setdefault(row[0], (code, row[1]))
    for prepared_id, (code, by) in found.items():
        take_out(current, SYSTEM, bulk, rows[prepared_id], code, by)
    return {prepared_id: code for prepared_id, (code, _) in found.items()}


def overtaken(current: Session, bulk: BulkReply) -> bool:
    """Whether `look_over` would take anything out; only reads."""
    statements = [_handed_over_unsaid(bulk), *(statement for _, statement in _reasons(bulk, first=False))]
    return any(current.execute(statement).first() is not None for statement in statements)


def note_handed_over(current: Session, bulk: BulkReply) -> None:
    """Note what became replies through a worker that died before it said so."""
    for row, reply in current.execute(_handed_over_unsaid(bulk)).all():
        hand_over(bulk, row, reply)
    current.flush()


def hand_over(bulk: BulkReply, row: PreparedReply, reply: Reply) -> None:
    """Note that a prepared reply became `reply`, and when the next of its group may leave at the earliest."""
    row.state, row.reply_id, row.settled_at = PreparedState.HANDED_OVER, reply.id, clock.now()
    # The words are the reply's now; they live nowhere else.
    row.text = row.filled = ""
    leaves_at = reply.not_before or clock.now()
    bulk.next_at = max(bulk.next_at or leaves_at, leaves_at + prepared_pause.of(bulk))


def take_out(
    current: Session, actor: Actor, bulk: BulkReply, row: PreparedReply, code: str, by: str | None = None
) -> None:
    """Take one reply out of a group, for a reason that its page says; its person waits on."""
    row.state, row.code, row.out_by = PreparedState.OUT, code, by
    row.ticked_at, row.settled_at = None, clock.now()
    params = {"conversation": row.conversation_id, "code": code}
    trail.record(current, actor, "prepared_reply.taken_out", of=("bulk_reply", bulk.id), params=params)
    if bulk.state is BulkReplyState.SENDING:
        # Its member may have gone on to something else meanwhile.
        notices.tell_member(current, bulk.member_id, "prepared_taken_out", of=("bulk_reply", bulk.id))


def take_on(actor: Actor, conversation: Conversation) -> bool:
    """Take a person on, where nobody else has; whether they are the actor's now."""
    if conversation.assignee_id == actor.member_id:
        return True
    if not actor.may(Permission.CONVERSATIONS_ASSIGN):
        return conversation.assignee_id is None
    try:
        conversations.assign(actor, conversation.id, actor.member_id, only_if_free=True)
    except Conflict:
        return False
    return True


def _handed_over_unsaid(bulk: BulkReply) -> Any:
    """Those that became replies through a worker that died before it said so, as (prepared reply, reply)."""
    return (
        select(PreparedReply, Reply)
        .join(Reply, Reply.form_key == PreparedReply.form_key)
        .where(PreparedReply.bulk_id == bulk.id, PreparedReply.state == PreparedState.OPEN)
    )


def _reasons(bulk: BulkReply, first: bool) -> list[tuple[str, Any]]:
    """The reasons, the weightiest first, each with a statement that gives (prepared reply, name of the colleague).

    An author is one person on the account: what happens in any conversation of theirs counts.
    """
    mine = and_(PreparedReply.bulk_id == bulk.id, PreparedReply.state == PreparedState.OPEN)
    of_group = (
        select(PreparedReply.id, Member.name)
        .select_from(PreparedReply)
        .join(Conversation, Conversation.id == PreparedReply.conversation_id)
        .where(mine)
    )
    own_words = select(PreparedReply.id, Conversation.author_id.label("nobody")).select_from(PreparedReply)
    own_words = own_words.join(Conversation, Conversation.id == PreparedReply.conversation_id).where(mine)
    theirs = aliased(Conversation)
    of_author = of_group.join(theirs, theirs.author_id == Conversation.author_id)
    answered = (
        of_author.join(Reply, Reply.conversation_id == theirs.id)
        .outerjoin(Member, Member.id == Reply.member_id)
        .where(
            # Only what has really left can have been read as an answer.
            or_(Reply.id > PreparedReply.answered_up_to, Reply.state.in_(UNDER_WAY)),
            Reply.automatic.is_(False),
            Reply.state.not_in(ANSWERS_NOTHING),
        )
    )
    wrote_again = (
        own_words.join(Comment, Comment.author_id == Conversation.author_id)
        .join(CommentVersion, CommentVersion.comment_id == Comment.id)
        .where(
            or_(
                and_(
                    Comment.conversation_id == PreparedReply.conversation_id,
                    CommentVersion.id > PreparedReply.seen_up_to,
                ),
                CommentVersion.received_at > PreparedReply.prepared_at,
            )
        )
        .distinct()
    )
    being_written = (
        of_author.join(Draft, Draft.conversation_id == theirs.id)
        .join(Member, Member.id == Draft.member_id)
        .where(Draft.member_id != bulk.member_id, Draft.text != "")
    )
    if not first:
        is_there = (
            select(Presence.id)
            .where(
                Presence.member_id == Draft.member_id,
                Presence.conversation_id == Draft.conversation_id,
                Presence.looking_until > clock.now(),
            )
            .exists()
        )
        being_written = being_written.where(or_(Draft.saved_at > PreparedReply.prepared_at, is_there))
    claimed = of_author.join(Member, Member.id == theirs.assignee_id).where(
        theirs.assignee_id != bulk.member_id,
        or_(theirs.id == Conversation.id, theirs.state == ConversationState.WAITING),
    )
    not_waiting = own_words.where(Conversation.state != ConversationState.WAITING)
    return [
        (ANSWERED, answered),
        (WROTE_AGAIN, _unnamed(wrote_again)),
        (BEING_WRITTEN, being_written),
        (CLAIMED, claimed),
        (NOT_WAITING, _unnamed(not_waiting)),
    ]


def _unnamed(statement: Any) -> Any:
    """A statement of (prepared reply, anything) whose second column says nothing."""
    rows = statement.subquery()
    return select(rows.c.id, null())
