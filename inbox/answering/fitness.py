"""What must be so before a reply is stored: it answers what was seen, nothing in it is unfilled, it is no mere copy."""

from __future__ import annotations

from datetime import timedelta
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from inbox import clock, connecting
from inbox.answering import known_texts, likeness, placeholders
from inbox.answering.finding import typed
from inbox.extensions import session
from inbox.models import (
    Account,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    Member,
    Reply,
    ReplyState,
    ReplyTemplateVersion,
)
from inbox.problems import Conflict, Problem, Unknown

ANSWERS_NOTHING = (ReplyState.RETURNED, ReplyState.FAILED, ReplyState.WITHDRAWN)
"""A reply in one of these states does not reach anybody by itself."""


FEWEST_REASON_WORDS = 3
"""Words of a reason for likeness."""


# Built once, since every reply that is written asks it.
_BELONGS = (
    select(CommentVersion.id)
    .join(Comment, Comment.id == CommentVersion.comment_id)
    .where(CommentVersion.id == bindparam("version"), Comment.conversation_id == bindparam("conversation"))
)


def refuse_unseen(current: Session, conversation: Conversation, seen_up_to: int) -> None:
    """Let a reply answer only what stands in its conversation.

    Raises:
        Problem: `seen_unknown`.
    """
    belongs = current.scalar(_BELONGS, {"version": seen_up_to, "conversation": conversation.id})
    if belongs is None:
        raise Problem("seen_unknown")


def refuse_beside_others(
    current: Session, conversation: Conversation, member_id: int | None, seen_up_to: int, answered_up_to: int | None
) -> None:
    """Let nothing be written beside an answer that its writer does not know, a colleague's or their own.

    Args:
        seen_up_to: the newest comment version that they answer.
        answered_up_to: the newest reply that is known to the writer; None where they do not say.

    Raises:
        Conflict: `answered_meanwhile`, `own_reply_leaving`.
    """
    if answered_up_to is None:
        _refuse_colleagues(current, conversation, seen_up_to, member_id)
    elif current.scalar(_NEWER, {"author": conversation.author_id, "known": answered_up_to}) is None:
        # Nobody has written to the author since: nothing can be in the way.
        return
    else:
        refuse_second(current, conversation, answered_up_to)
    _refuse_beside_own(current, conversation, member_id, answered_up_to)


_NEWER = (
    select(Reply.id)
    .join(Conversation, Conversation.id == Reply.conversation_id)
    .where(Conversation.author_id == bindparam("author"), Reply.id > bindparam("known"))
    .limit(1)
)


def refuse_second(current: Session, conversation: Conversation, answered_up_to: int) -> None:
    """Let nobody answer a second time unseen.

    Args:
        answered_up_to: the newest reply that is known to the writer.

    Raises:
        Conflict: `answered_meanwhile`.
    """
    _refuse(current, _NEWER_ANSWERS, conversation=conversation.id, known=answered_up_to)


def _refuse_colleagues(current: Session, conversation: Conversation, seen_up_to: int, member_id: int | None) -> None:
    """Let nobody who does not say what they have read answer what a colleague has answered already.

    A further reply of the same member to the same comment is theirs to write.

    Args:
        seen_up_to: the newest comment version that they answer.

    Raises:
        Conflict: `answered_meanwhile`.
    """
    written_at = select(CommentVersion.written_at).where(CommentVersion.id == seen_up_to).scalar_subquery()
    answers_it = or_(
        Reply.seen_up_to >= seen_up_to,
        and_(Reply.seen_up_to.is_(None), Reply.sent_at >= written_at),
    )
    somebody_else = or_(Reply.member_id.is_(None), Reply.member_id != (member_id or 0))
    _refuse(current, _ANSWERS.where(Reply.conversation_id == conversation.id, answers_it, somebody_else))


def _refuse_beside_own(
    current: Session, conversation: Conversation, member_id: int | None, answered_up_to: int | None
) -> None:
    """Let nobody answer an author beside a reply of their own that still counts down, in whatever conversation of
    theirs, unless they have seen it; beside one that waits or was held up only knowingly.

    What leaves without a countdown was asked for one after the other by whoever wrote it.

    Args:
        answered_up_to: the newest reply that is known to the writer; None where they do not say.

    Raises:
        Conflict: `own_reply_leaving`.
    """
    if member_id is None:
        return
    given = {
        "author": conversation.author_id,
        "member": member_id,
        "known": answered_up_to or 0,
        "now": clock.now(),
    }
    if answered_up_to is None:
        given["conversation"] = conversation.id
    found = current.scalar(_beside_own(answered_up_to is not None), given)
    if found is not None:
        raise Conflict("own_reply_leaving", reply=found)


@cache
def _beside_own(says_what_is_known: bool) -> Select[int]:
    counts_down: ColumnElement[bool] = Reply.undo_until > bindparam("now")
    if not says_what_is_known:
        here = and_(Reply.conversation_id == bindparam("conversation"), Reply.undo_until.is_not(None))
        counts_down = or_(counts_down, here)
    return (
        select(Reply.id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(
            Conversation.author_id == bindparam("author"),
            Reply.member_id == bindparam("member"),
            Reply.id > bindparam("known"),
            Reply.automatic.is_(False),
            Reply.state.in_((ReplyState.QUEUED, ReplyState.SENDING)),
            counts_down,
        )
        .order_by(Reply.id.desc())
        .limit(1)
    )


def _refuse(current: Session, answers: Select[int, str], **given: object) -> None:
    found = current.execute(answers, given).first()
    if found is not None:
        raise Conflict("answered_meanwhile", reply=found.id, by=found.name or "")


_ANSWERS = (
    select(Reply.id, Member.name)
    .outerjoin(Member, Member.id == Reply.member_id)
    .where(Reply.automatic.is_(False), Reply.state.not_in(ANSWERS_NOTHING))
    .order_by(Reply.id.desc())
    .limit(1)
)
_NEWER_ANSWERS = _ANSWERS.where(Reply.conversation_id == bindparam("conversation"), Reply.id > bindparam("known"))


def target(current: Session, conversation: Conversation, comment_id: int | None, seen_up_to: int) -> Comment:
    """The comment that a reply answers: the one that is named, else the newest on the writer's screen still there.

    Raises:
        Unknown: `comment_unknown`.
        Problem: `comment_gone`, or the code with which the network restricts replies under it.
    """
    here = {"conversation": conversation.id}
    if comment_id is not None:
        comment = current.scalars(_OF_CONVERSATION.where(Comment.id == comment_id), here).first()
        if comment is None:
            raise Unknown("comment_unknown", id=comment_id)
    else:
        comment = current.scalars(_NEWEST_ON_SCREEN, {**here, "seen": seen_up_to}).first()
    if comment is None or comment.state is not CommentState.PRESENT:
        raise Problem("comment_gone")
    if not comment.can_reply:
        raise Problem(comment.can_reply_code or "reply_restricted")
    return comment


_OF_CONVERSATION = select(Comment).where(Comment.conversation_id == bindparam("conversation"))
_NEWEST_ON_SCREEN = (
    _OF_CONVERSATION.where(
        select(CommentVersion.id)
        .where(CommentVersion.comment_id == Comment.id, CommentVersion.id <= bindparam("seen"))
        .exists(),
        Comment.state == CommentState.PRESENT,
    )
    .order_by(Comment.posted_at.desc(), Comment.id.desc())
    .limit(1)
)


def refuse_unfilled(current: Session, template_id: int | None, filled: str, text: str) -> None:
    """Let nothing leave in which a place of a template is still open.

    Args:
        filled: what templates said before anything was changed by hand.

    Raises:
        Unknown: `template_unknown`.
        Problem: `placeholder_left`.
    """
    wordings = [filled]
    if template_id is not None:
        wordings += version_of(current, template_id, None).texts.values()
    known = {name for wording in wordings for name in placeholders.names_in(wording)}
    left = [name for name in placeholders.names_in(text) if name in known]
    if left:
        raise Problem("placeholder_left", name=left[0])


def version_of(current: Session, template_id: int, version_id: int | None) -> ReplyTemplateVersion:
    """One version of a template, the newest when none is named.

    Raises:
        Unknown: `template_unknown`.
    """
    versions = select(ReplyTemplateVersion).where(ReplyTemplateVersion.template_id == template_id)
    if version_id is not None:
        versions = versions.where(ReplyTemplateVersion.id == version_id)
    version = current.scalars(versions.order_by(ReplyTemplateVersion.number.desc()).limit(1)).first()
    if version is None:
        raise Unknown("template_unknown", id=template_id)
    return version


def refuse_too_long(account: Account, text: str) -> None:
    """Let nothing be written that the account's network would not take.

    Raises:
        Problem: `reply_too_long`.
    """
    length = connecting.length_of(account, text)
    if not length.fits:
        raise Problem("reply_too_long", used=length.used, limit=length.limit)


_LIKENESS_LIMIT = (
    select(Account.id, Account.likeness_limit)
    .join(Conversation, Conversation.account_id == Account.id)
    .where(Conversation.id == bindparam("conversation"))
)


def know_what_was_sent(conversation_id: int) -> None:
    """Have the texts that were sent at hand before the transaction in which they are compared: the first time they are
    read it takes a while, and nobody else could write meanwhile. Leaves no transaction open."""
    current = session()
    account = current.execute(_LIKENESS_LIMIT, {"conversation": conversation_id}).first()
    if account is not None and account.likeness_limit is not None:
        known_texts.of_account(current, account.id, clock.now() - timedelta(days=likeness.DAYS))
    current.commit()


def said_reason(reason: str) -> str:
    """A reason for saying what others were told, as it is kept: somebody who reads it later has to learn something.

    Raises:
        Problem: `reason_empty`, `likeness_reason_short`.
    """
    words = typed(reason, empty="reason_empty")
    if len([word for word in words.split() if any(map(str.isalnum, word))]) < FEWEST_REASON_WORDS:
        raise Problem("likeness_reason_short")
    return words


def reason_for_likeness(
    current: Session, account: Account, conversation: Conversation, own_words: str, reason: str
) -> str:
    """The reason that was given; asked for only where the account wants one and the text went to that many.

    Raises:
        Problem: `likeness_reason_needed`, `reason_empty`, `likeness_reason_short`.
    """
    if reason.strip():
        return said_reason(reason)
    if account.likeness_limit is not None:
        found = likeness.check(current, account.id, own_words, conversation_id=conversation.id)
        if likeness.needed_reason(account, found):
            raise Problem("likeness_reason_needed", people=found.people)
    return ""
