"""Who is to be answered next, so that nobody has to look for them: the next conversation opens by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from sqlalchemy import func, select

from inbox.answering import queue
from inbox.answering.finding import conversation_of
from inbox.answering.queue_filters import QueueFilters
from inbox.answering.rows import QueueRow
from inbox.extensions import session
from inbox.models import Author, ConversationState, Reply, ReplyState
from inbox.models.bulk import among_given
from inbox.permissions import Actor, Permission, require
from inbox.sharing.teams import teams_of

LOOKED_AT = (6, 60)
"""So many rows are looked through, and so many where none of those is next; who stands further down is not next."""

_DANGER = 0
"""Urgency down to which somebody comes before what one has taken."""

_ON_ITS_WAY = (ReplyState.SUBMITTED, ReplyState.APPROVED, ReplyState.QUEUED, ReplyState.SENDING)


# Built once, since it is asked after every answer.
_LAST_ANSWERS = (
    select(Reply.conversation_id, func.max(Reply.created_at).label("at"))
    .where(among_given(Reply.__table__.c.conversation_id, "conversations"), Reply.state.in_(_ON_ITS_WAY))
    .group_by(Reply.conversation_id)
)


def after(actor: Actor, filters: QueueFilters | None = None, *, author_id: int | None = None) -> int | None:
    """The conversation to open next, None where nobody is left.

    An answer that has not left yet lets its person wait on, in the queue and in every figure; but who has it need not
    be opened again. Nor does anybody whom a colleague has taken, unless the filters ask for them.

    Args:
        filters: of the list that is worked through; without any, danger comes first, then one's own, then those whom
            nobody has.
        author_id: who has just been answered.
    """
    require(actor, Permission.QUEUE_VIEW)
    # Asked only where somebody waits for a team.
    mine = cache(lambda: teams_of(actor.member_id))
    if filters is None:
        pressing = queue.page(actor, QueueFilters(), None, LOOKED_AT[0]).rows
        rows = [row for row in pressing if row.urgency <= _DANGER and row.author_id != author_id]
        found = next(_not_answered([row for row in rows if _is_theirs_to_take(row, actor, mine)]), None)
        if found is not None:
            return found
    for narrowed in _lists(filters):
        for most in LOOKED_AT:
            page = queue.page(actor, narrowed, None, most)
            rows = [row for row in page.rows if row.author_id != author_id]
            if narrowed.assignee_id is None:
                rows = [row for row in rows if _is_theirs_to_take(row, actor, mine)]
            found = next(_not_answered(rows), None)
            if found is not None:
                return found
            if page.next is None:
                break
    return None


def person(actor: Actor, conversation_id: int) -> Author:
    """Who wrote in a conversation.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    return current.get_one(Author, conversation_of(current, conversation_id).author_id)


def _lists(filters: QueueFilters | None) -> Iterator[QueueFilters]:
    if filters is not None:
        yield from (filters,) if filters.state is ConversationState.WAITING else ()
        return
    yield QueueFilters(assignee_id="me")
    yield QueueFilters(assignee_id="nobody")


def _is_theirs_to_take(row: QueueRow, actor: Actor, teams: Callable[[], list[int]]) -> bool:
    if row.assignee_id is not None:
        return row.assignee_id == actor.member_id
    return row.team_id is None or row.team_id in teams()


def _not_answered(rows: list[QueueRow]) -> Iterator[int]:
    """Those in whose conversation no answer is on its way, written after they last wrote."""
    if not rows:
        return
    given = {"conversations": [row.conversation_id for row in rows]}
    last = {row.conversation_id: row.at for row in session().execute(_LAST_ANSWERS, given)}
    for row in rows:
        at = last.get(row.conversation_id)
        if at is None or at < row.last_comment_at:
            yield row.conversation_id
