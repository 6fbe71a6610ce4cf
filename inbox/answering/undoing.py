"""The countdown before a reply leaves: its writer takes it back into the composer, and what somebody else writes
meanwhile stops it and asks.

The rule is kept here, whatever a page shows: nothing is sent before the countdown is over, and at its end, in the
transaction that would claim the reply for sending, it is asked once more whether it has been overtaken.
"""

from __future__ import annotations

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session, selectinload

from inbox import clock, notices
from inbox.answering import drafts
from inbox.answering.finding import IN_THE_OUTBOX, conversation_of, move, reply_of
from inbox.answering.fitness import ANSWERS_NOTHING
from inbox.answering.telling import tell
from inbox.extensions import session, writing
from inbox.measuring import crises
from inbox.models import Comment, CommentVersion, Conversation, Crisis, Member, Reply, ReplyMove, ReplyState
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

USUAL_SECONDS = 15
IN_CRISIS_SECONDS = 5
"""While a crisis is open over the conversation every second counts, and everybody is at their screen."""

WROTE_AGAIN = "stopped_wrote_again"
"""Why a reply was stopped: its author has written something that its writer had not seen."""

ANSWERED = "stopped_answered"
"""Why a reply was stopped: a colleague has answered, here or in the network's own app."""

MOST_AT_ONCE = 100


# Built once, since every answer asks it. Whether the crisis is about this conversation is asked where there is one.
_CHOSEN = (
    select(
        select(Member.undo_seconds).where(Member.id == bindparam("me")).scalar_subquery(),
        select(Crisis.id)
        .where(
            Crisis.opened_at <= bindparam("now"), or_(Crisis.closed_at.is_(None), Crisis.closed_at > bindparam("now"))
        )
        .exists(),
    )
    .select_from(Conversation)
    .where(Conversation.id == bindparam("conversation"))
)


def seconds_for(actor: Actor, conversation_id: int) -> int:
    """How long a reply of the member counts down in a conversation: as they chose it, else what is usual.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.REPLIES_WRITE)
    current = session()
    given = {"me": actor.member_id or 0, "conversation": conversation_id, "now": clock.now()}
    found = current.connection().execute(_CHOSEN, given).one_or_none()
    if found is None:
        raise Unknown("conversation_unknown", id=conversation_id)
    chosen, any_crisis = found
    if chosen is not None:
        return int(chosen)
    if not any_crisis:
        return USUAL_SECONDS
    conversation = conversation_of(current, conversation_id)
    in_crisis = crises.open_at(current, conversation.account_id, conversation.post_id, clock.now())
    return IN_CRISIS_SECONDS if in_crisis else USUAL_SECONDS


# Built once, since every page asks it.
_LEAVING = (
    select(Reply)
    .where(
        IN_THE_OUTBOX,
        Reply.state == ReplyState.QUEUED,
        Reply.undo_until > bindparam("now"),
        Reply.member_id == bindparam("me"),
    )
    .order_by(Reply.undo_until, Reply.id)
    .options(selectinload(Reply.conversation).selectinload(Conversation.author))
)


def leaving(actor: Actor) -> list[Reply]:
    """The replies of the member that still count down, the next to leave first, with conversation and author."""
    if actor.member_id is None or not actor.may(Permission.REPLIES_WRITE):
        return []
    return list(session().scalars(_LEAVING, {"now": clock.now(), "me": actor.member_id}))


def undo(actor: Actor, reply_id: int) -> Reply:
    """Take a reply of one's own back before it leaves; its words return to the composer.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `undo_too_late`: it is on its way or published, and nothing published is taken away here.
        Problem: `reply_of_another`.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        reply = _locked(current, reply_id)
        if actor.member_id is None or reply.member_id != actor.member_id:
            raise Problem("reply_of_another", 403)
        if reply.state is not ReplyState.QUEUED:
            raise Conflict("undo_too_late")
        move(reply, ReplyMove.WITHDRAW)
        reply.held_code = None
        drafts.put_back(current, reply)
        tell(current, actor, reply, "reply.withdrawn")
    return reply


def stop_overtaken(actor: Actor) -> int:
    """Stop what counts down where somebody else wrote meanwhile, as soon as that is known.

    Returns:
        how many replies were stopped.
    """
    require(actor, Permission.REPLIES_SEND)
    counting = session().scalars(
        select(Reply.id)
        .where(IN_THE_OUTBOX, Reply.state == ReplyState.QUEUED, Reply.undo_until > clock.now())
        .order_by(Reply.id)
        .limit(MOST_AT_ONCE)
    )
    overtaken = [reply_id for reply_id in counting if _overtaken(session(), reply_of(session(), reply_id))]
    session().commit()
    stopped = 0
    for reply_id in overtaken:
        with writing() as current:
            stopped += stop_if_overtaken(current, actor, reply_id)
    return stopped


def stop_if_overtaken(current: Session, actor: Actor, reply_id: int) -> bool:
    """Stop a reply that counted down and was overtaken, in a transaction that would otherwise send it.

    Its words go back to its writer's composer, and they are told.
    """
    reply = current.get(Reply, reply_id, populate_existing=True)
    if reply is None or reply.undo_until is None or reply.attempts or reply.state is not ReplyState.QUEUED:
        return False
    reply = _locked(current, reply_id)
    code = _overtaken(current, reply) if reply.state is ReplyState.QUEUED else None
    if code is None:
        return False
    move(reply, ReplyMove.WITHDRAW)
    reply.held_code = code
    drafts.put_back(current, reply)
    tell(current, actor, reply, "reply.stopped", code=code)
    if reply.member_id is not None:
        notices.tell_member(current, reply.member_id, code, of=("conversation", reply.conversation_id))
    return True


def _locked(current: Session, reply_id: int) -> Reply:
    """The reply, locked behind its conversation as everywhere."""
    conversation_of(current, reply_of(current, reply_id).conversation_id, lock=True)
    return reply_of(current, reply_id, lock=True)


def _overtaken(current: Session, reply: Reply) -> str | None:
    """Who wrote since: a comment that the writer of the reply had not seen, or a colleague's answer, in any
    conversation of the author."""
    author = select(Conversation.author_id).where(Conversation.id == reply.conversation_id).scalar_subquery()
    unseen = (
        select(CommentVersion.id)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(
            Comment.author_id == author,
            or_(
                and_(Comment.conversation_id == reply.conversation_id, CommentVersion.id > (reply.seen_up_to or 0)),
                CommentVersion.received_at > reply.created_at,
            ),
        )
    )
    if current.scalar(unseen.limit(1)) is not None:
        return WROTE_AGAIN
    later = (
        select(Reply.id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            Conversation.author_id == author,
            Reply.id > reply.id,
            Reply.automatic.is_(False),
            Reply.state.not_in(ANSWERS_NOTHING),
            or_(Reply.member_id.is_(None), Reply.member_id != reply.member_id),
        )
    )
    return ANSWERED if current.scalar(later.limit(1)) is not None else None
