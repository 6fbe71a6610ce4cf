"""Beginning a group of prepared replies: from people who write nearly the same, or from rows that were chosen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from inbox import clock, trail
from inbox.answering import alike, prepared_watch
from inbox.answering.finding import new_form_key
from inbox.answering.queue_filters import QueueFilters
from inbox.extensions import writing
from inbox.models import BulkReply, Comment, CommentVersion, Conversation, PreparedReply, Reply
from inbox.models.bulk import among
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem

MOST_PREPARED = 100
"""Replies of one group: what a person can read one by one in a sitting."""


def begin_alike(actor: Actor, comment_id: int, filters: QueueFilters | None = None) -> BulkReply:
    """Begin a group for everybody who waits and writes nearly what one comment says, the most urgent first.

    Raises:
        Unknown: `comment_gone`.
        Problem: as `begin`.
    """
    require(actor, Permission.REPLIES_WRITE)
    group = alike.around(actor, comment_id, filters)
    return begin(actor, group.conversation_ids, comment_id=comment_id)


def begin(actor: Actor, conversation_ids: Sequence[int], *, comment_id: int | None = None) -> BulkReply:
    """Begin a group of replies to people who wait, in this order, `MOST_PREPARED` at most; nothing is written yet.

    Of several conversations of one author the first is answered.

    Whom a colleague has taken, answers or has half-answered is in it as taken out, with the reason.

    Raises:
        Problem: `member_needed`, `nobody_picked`: none of them is there, or has anything on screen to answer.
    """
    require(actor, Permission.REPLIES_WRITE)
    if actor.member_id is None:
        raise Problem("member_needed")
    with writing() as current:
        seen = seen_in(current, _one_of_each_author(current, conversation_ids)[:MOST_PREPARED])
        if not seen:
            raise Problem("nobody_picked")
        now = clock.now()
        bulk = BulkReply(member_id=actor.member_id, comment_id=comment_id, created_at=now)
        current.add(bulk)
        current.flush()
        for position, (conversation_id, version_id, reply_id) in enumerate(seen, 1):
            current.add(
                PreparedReply(
                    bulk_id=bulk.id,
                    position=position,
                    conversation_id=conversation_id,
                    seen_up_to=version_id,
                    answered_up_to=reply_id,
                    prepared_at=now,
                    form_key=new_form_key(),
                )
            )
        current.flush()
        prepared_watch.look_over(current, bulk, first=True)
        params = {"replies": len(seen)}
        trail.record(current, actor, "bulk_reply.begun", of=("bulk_reply", bulk.id), params=params)
    return bulk


def _one_of_each_author(current: Session, conversation_ids: Sequence[int]) -> list[int]:
    """Those of the conversations that are there, the first of each author."""
    ids = list(dict.fromkeys(conversation_ids))
    rows = current.execute(select(Conversation.id, Conversation.author_id).where(among(Conversation.id, ids)))
    authors = {row.id: row.author_id for row in rows}
    first: dict[int, int] = {}
    for each in ids:
        if each in authors:
            first.setdefault(authors[each], each)
    return list(first.values())


def seen_in(current: Session, conversation_ids: Sequence[int]) -> list[tuple[int, int, int]]:
    """Of each conversation that is there: (conversation, its newest version, the newest reply to its author or 0)."""
    ids = list(conversation_ids)
    versions = dict(
        current.execute(
            select(Comment.conversation_id, func.max(CommentVersion.id))
            .join(CommentVersion, CommentVersion.comment_id == Comment.id)
            .where(among(Comment.conversation_id, ids))
            .group_by(Comment.conversation_id)
        ).all()
    )
    theirs = aliased(Conversation)
    answers = dict(
        current.execute(
            select(Conversation.id, func.max(Reply.id))
            .join(theirs, theirs.author_id == Conversation.author_id)
            .join(Reply, Reply.conversation_id == theirs.id)
            .where(among(Conversation.id, ids))
            .group_by(Conversation.id)
        ).all()
    )
    return [(each, versions[each], answers.get(each, 0)) for each in ids if each in versions]
