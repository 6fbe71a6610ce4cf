"""Who was answered and may not be reassured yet, kept in line with what was written. No figure reads this.

Somebody is *still angry* while their newest comment came after an answer of ours and speaks against us. They are
*silent* while our newest answer asks them something, or says that we look into it, and nothing was written since. Both
follow from stored comments and replies alone, and pass by themselves; only what a member says ends them for good. What
happened long before it was stored is let rest: an import of old threads asks nobody to look at them again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import Row
from sqlalchemy.orm import Session

from inbox import clock
from inbox.measuring import marks
from inbox.models import (
    Comment,
    CommentState,
    Conversation,
    FollowUp,
    FollowUpReason,
    Reply,
    ReplyKind,
    ReplyState,
)
from inbox.models.bulk import among

SILENT_AFTER = timedelta(days=1)
"""How long nothing may follow on a question or a holding answer before somebody looks at it."""

RECENT = timedelta(days=14)
"""What was written longer ago than this when it is stored is not followed up."""

AGAINST = -0.1
"""Tone from which a comment speaks against us, as triage has it for criticism."""

_CRITICISM = "criticism"
_DERIVED = (FollowUpReason.STILL_ANGRY, FollowUpReason.SILENT)
_ASKS = re.compile(r"[?\uff1f\u061f\u037e](?=[\s\"'\u00bb\u201d\u2019)\]]|$)")


@dataclass(frozen=True, slots=True)
class Wrote:
    """One comment. `against`: its tone is against us, or a member said so."""

    comment_id: int
    at: datetime
    against: bool
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """One human answer that was published. `holding`: it only says that we look into it; `asks`: it asks something."""

    reply_id: int
    at: datetime
    holding: bool
    asks: bool
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What has to be followed up, from when on, and what that rests on."""

    reason: FollowUpReason
    since: datetime
    look_at: datetime
    comment_id: int | None = None
    reply_id: int | None = None


def asks(text: str) -> bool:
    """Whether an answer of ours asks something; the mark inside an address does not."""
    return _ASKS.search(text) is not None


def derive(comments: Iterable[Wrote], answers: Iterable[Answered]) -> Due | None:
    """What of one conversation has to be followed up, whatever the order in which its parts arrived."""
    written = sorted(comments, key=lambda each: (each.at, each.comment_id))
    replied = sorted(answers, key=lambda each: (each.at, each.reply_id))
    if not written or not replied:
        return None
    standing = [each for each in written if not each.withdrawn]
    if standing:
        newest = standing[-1]
        if newest.against and replied[0].at < newest.at:
            return Due(FollowUpReason.STILL_ANGRY, newest.at, newest.at, comment_id=newest.comment_id)
    last = replied[-1]
    if (last.holding or last.asks) and written[-1].at <= last.at:
        return Due(FollowUpReason.SILENT, last.at, last.at + SILENT_AFTER, reply_id=last.reply_id)
    return None


def settle(session: Session, conversation_ids: Collection[int]) -> None:
    """Bring what is to be followed up in conversations in line with their comments and replies.

    Works inside the caller's transaction and never commits; `waits.settle` calls it, under its locks.
    """
    if not conversation_ids:
        return
    connection = session.connection()
    # Where nobody was answered there is nothing to follow up: that is nearly all that is collected.
    conversations = {
        row.id: row
        for row in connection.execute(
            select(Conversation.id, Conversation.account_id, Conversation.assignee_id).where(
                among(Conversation.id, sorted(set(conversation_ids))), Conversation.last_reply_at.is_not(None)
            )
        )
    }
    if not conversations:
        return
    ids = sorted(conversations)
    comments, answers = _read(connection, ids)
    known: dict[int, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in connection.execute(_KNOWN.where(among(FollowUp.conversation_id, ids)).order_by(FollowUp.id)):
        known[row.conversation_id].append(row)
    now = clock.now()
    for number, conversation in conversations.items():
        due = derive(comments[number], answers[number])
        owner = conversation.assignee_id or _last_writer(answers[number])
        _bring_in_line(session, conversation, due, known[number], owner, now)
    for held in list(session.identity_map.values()):
        if isinstance(held, FollowUp):
            session.expire(held)


_KNOWN = select(
    *(FollowUp.id, FollowUp.conversation_id, FollowUp.reason, FollowUp.comment_id, FollowUp.reply_id),
    *(FollowUp.since, FollowUp.look_at, FollowUp.outcome_at, FollowUp.passed_at),
).where(FollowUp.reason.in_(_DERIVED))


def _read(connection: Connection, ids: list[int]) -> tuple[dict[int, list[Wrote]], dict[int, list[Answered]]]:
    comments: dict[int, list[Wrote]] = defaultdict(list)
    for row in connection.execute(
        select(
            *(Comment.conversation_id, Comment.id, Comment.posted_at, Comment.kind, Comment.sentiment),
            *(Comment.corrected_by, Comment.state),
        ).where(among(Comment.conversation_id, ids))
    ):
        corrected = row.corrected_by is not None
        against = row.kind == _CRITICISM or (row.sentiment <= AGAINST and not corrected)
        withdrawn = row.state is CommentState.TOMBSTONED
        comments[row.conversation_id].append(Wrote(row.id, row.posted_at, against, withdrawn))
    answers: dict[int, list[Answered]] = defaultdict(list)
    for reply in connection.execute(
        select(Reply.conversation_id, Reply.id, Reply.kind, Reply.text, *marks.COLUMNS).where(
            among(Reply.conversation_id, ids), Reply.state == ReplyState.SENT, Reply.automatic.is_(False)
        )
    ):
        # Whose data were erased is asked nothing more: then the text is empty.
        holding = reply.kind is ReplyKind.HOLDING and reply.text != ""
        answered = Answered(reply.id, marks.counted_from(reply), holding, asks(reply.text), reply.member_id)
        answers[reply.conversation_id].append(answered)
    return comments, answers


def _bring_in_line(
    session: Session,
    conversation: Row[*tuple[Any, ...]],
    due: Due | None,
    known: list[Row[*tuple[Any, ...]]],
    owner: int | None,
    now: datetime,
) -> None:
    standing = None
    for row in known:
        if row.outcome_at is not None or row.passed_at is not None:
            continue
        if due is not None and row.reason is due.reason:
            standing = row
        else:
            session.execute(_of(row.id).values(passed_at=now))
    if due is None:
        return
    rests_on = {"comment_id": due.comment_id, "reply_id": due.reply_id}
    if standing is not None:
        if (standing.comment_id, standing.reply_id) != tuple(rests_on.values()):
            # Something new was written, so that whoever was to look later looks now.
            look_at = max(due.look_at, min(now, standing.look_at))
            session.execute(_of(standing.id).values(since=due.since, look_at=look_at, **rests_on))
        return
    said = any(
        row.outcome_at is not None and (row.comment_id, row.reply_id) == tuple(rests_on.values()) for row in known
    )
    if said or due.since < now - RECENT:
        return
    session.execute(
        insert(FollowUp).values(
            conversation_id=conversation.id,
            account_id=conversation.account_id,
            reason=due.reason,
            since=due.since,
            opened_at=now,
            owner_id=owner,
            look_at=due.look_at,
            **rests_on,
        )
    )


def _of(number: int) -> Any:
    return update(FollowUp).where(FollowUp.id == number).execution_options(synchronize_session=False)


def _last_writer(answers: list[Answered]) -> int | None:
    return max(answers, key=lambda each: (each.at, each.reply_id)).member_id if answers else None
