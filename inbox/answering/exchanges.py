"""How a talk with one critic goes: whether it goes to and fro too fast, and whether they only repeat themselves.

Hints for whoever answers, beside the composer; they order nothing and stop nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select

from inbox import clock
from inbox.answering import alike
from inbox.answering.threads import COUNTED, ShownComment, ShownReply, ThreadItem
from inbox.extensions import session
from inbox.models import Comment, CommentState, Conversation, Reply, ReplyState
from inbox.permissions import Actor, Permission, require

WITHIN = timedelta(hours=1)

MANY = 3
"""Exchanges within `WITHIN` after which a pause helps more than another answer."""

DANGER = 0
"""Urgency down to which nobody is told that an answer may be left out."""

_LOOKED_AT = 40
_LEFT = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.UNCONFIRMED)

# Statements are built once: to build one takes longer than to run it.
_TALK, _COMMENT, _REPLY = Conversation.__table__.c, Comment.__table__.c, Reply.__table__.c
_REPLIED = (
    select(func.coalesce(_REPLY.sent_at, _REPLY.created_at).label("at"))
    .select_from(Reply.__table__)
    .join(Conversation.__table__, _TALK.id == _REPLY.conversation_id)
    .where(_TALK.author_id == bindparam("author"), _REPLY.state.in_(_LEFT), _REPLY.automatic.is_(False), COUNTED)
    .order_by(_REPLY.created_at.desc())
    .limit(_LOOKED_AT)
)
_WROTE = (
    select(_COMMENT.posted_at)
    .where(_COMMENT.author_id == bindparam("author"))
    .order_by(_COMMENT.posted_at.desc())
    .limit(_LOOKED_AT)
)


@dataclass(frozen=True, slots=True)
class Repeated:
    """The newest comment says nearly what an earlier one said that was answered.

    Attributes:
        comment_id: of the earlier one, written `at`.
    """

    comment_id: int
    at: datetime


def count_lately(actor: Actor, author_id: int) -> int:
    """How often, within `WITHIN`, an author wrote and was answered, whoever answered and in whatever thread.

    Several comments before one answer are one exchange, and so are several answers to one comment.
    """
    require(actor, Permission.QUEUE_VIEW)
    connection, since = session().connection(), clock.now() - WITHIN
    replied = sorted(row.at for row in connection.execute(_REPLIED, {"author": author_id}))
    if not replied or replied[-1] < since:
        return 0
    wrote = [row.posted_at for row in connection.execute(_WROTE, {"author": author_id})]
    return exchanges(wrote, replied, since)


def exchanges(wrote: Sequence[datetime], replied: Sequence[datetime], since: datetime) -> int:
    """How many answers since a moment follow on something that was written after the answer before them."""
    found, before = 0, None
    for at in sorted(replied):
        if at >= since and any(each <= at and (before is None or each > before) for each in wrote):
            found += 1
        before = at
    return found


def repeats(thread: Sequence[ThreadItem]) -> Repeated | None:
    """The earlier comment that the newest one repeats though it was answered; None where it says something new.

    Args:
        thread: in time order.
    """
    own = [item for item in thread if isinstance(item, ShownComment) and not item.dimmed]
    answered = [
        item.at for item in thread if isinstance(item, ShownReply) and not item.dimmed and item.state is ReplyState.SENT
    ]
    if len(own) < 2 or not answered:
        return None
    newest = own[-1]
    words = _words(newest)
    if words is None or newest.urgency <= DANGER or newest.at < answered[-1]:
        return None
    for earlier in reversed(own[:-1]):
        said = _words(earlier)
        if (
            said is not None
            and any(earlier.at <= at <= newest.at for at in answered)
            and alike.nearly_same(words, said)
        ):
            return Repeated(earlier.id, earlier.at)
    return None


def _words(comment: ShownComment) -> str | None:
    return comment.versions[-1].text if comment.versions and comment.state is CommentState.PRESENT else None
