"""Alarms: a comment is not on its network any more, and its author did not take it back.

Supervisors acknowledge each with a reason, once; nothing makes one go away without.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from inbox import bell, clock, notices
from inbox.connectors.shapes import Presence
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Alarm,
    AlarmAcknowledgement,
    Author,
    Comment,
    CommentState,
    CommentVersion,
    Member,
)
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.trail import record

LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class ShownAlarm:
    """An alarm as it is listed.

    Attributes:
        text: what the comment last said; None where it is withheld by now.
        presence: what the look found: `hidden`, `gone` or `unknown`.
        state: how the comment stands now.
        reason: what was found out; empty for a declaration.
    """

    id: int
    comment_id: int
    conversation_id: int
    account_name: str
    network: str
    author_name: str
    author_identifier: str
    url: str | None
    text: str | None
    presence: str
    state: CommentState
    posted_at: datetime
    last_seen_at: datetime
    raised_at: datetime
    returned_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    reason: str | None
    declaration_id: int | None


def raise_alarm(session: Session, actor: Actor, comment: Comment, presence: Presence) -> Alarm:
    """Raise an alarm for a comment that two looks did not find, and tell the supervisors.

    Args:
        session: inside a write transaction, with the comment's row locked.
        actor: who looked.
        comment: as it stood before these looks.
        presence: what they found.
    """
    newest = session.scalars(
        select(CommentVersion.id)
        .where(CommentVersion.comment_id == comment.id)
        .order_by(CommentVersion.number.desc())
        .limit(1)
    ).one()
    alarm = Alarm(
        comment_id=comment.id,
        account_id=comment.account_id,
        version_id=newest,
        presence=presence.value,
        last_seen_at=comment.unseen_since or comment.looked_up_at or comment.received_at,
        raised_at=clock.now(),
    )
    session.add(alarm)
    session.flush()
    facts = {"comment": comment.id, "presence": presence.value}
    record(session, actor, "alarm.raised", of=("alarm", alarm.id), params=facts)
    notices.tell(session, Role.SUPERVISOR, "alarm_raised", of=("alarm", alarm.id), params={"presence": presence.value})
    bell.ring(session, "alarm.raised", alarm_id=alarm.id, account_id=comment.account_id)
    return alarm


def standing_for(session: Session, comment_ids: Collection[int]) -> dict[int, int]:
    """The alarms of comments that have not come back, by comment."""
    rows = session.execute(
        select(Alarm.comment_id, Alarm.id).where(Alarm.comment_id.in_(comment_ids), Alarm.returned_at.is_(None))
    )
    return {row.comment_id: row.id for row in rows}


def note_return(session: Session, actor: Actor, comment_ids: Collection[int]) -> None:
    """Note on the alarms of comments that these are there again. They still ask to be acknowledged."""
    for alarm_id in standing_for(session, comment_ids).values():
        session.execute(update(Alarm).where(Alarm.id == alarm_id).values(returned_at=clock.now()))
        record(session, actor, "alarm.returned", of=("alarm", alarm_id))
        notices.tell(session, Role.SUPERVISOR, "alarm_returned", of=("alarm", alarm_id))


def acknowledge(actor: Actor, alarm_id: int, reason: str) -> None:
    """Say what was found out about an alarm. It stays in the list of what happened, with the reason.

    Raises:
        Unknown: `alarm_unknown`.
        Problem: `alarm_reason_empty`, `alarm_reason_too_long`, `member_needed`.
        Conflict: `alarm_acknowledged_already`.
    """
    require(actor, Permission.ALARMS_ACKNOWLEDGE)
    words = reason.strip()
    if not words:
        raise Problem("alarm_reason_empty")
    if len(words) > LONGEST_REASON:
        raise Problem("alarm_reason_too_long", most=LONGEST_REASON)
    with writing() as current:
        alarm = current.get(Alarm, alarm_id, with_for_update=True, populate_existing=True)
        if alarm is None:
            raise Unknown("alarm_unknown", id=alarm_id)
        write_acknowledgement(current, actor, alarm.id, words)


def write_acknowledgement(
    session: Session, actor: Actor, alarm_id: int, reason: str, *, declaration_id: int | None = None
) -> None:
    """Inside a write transaction: the acknowledgement, and its row in the trail.

    Raises:
        Problem: `member_needed`.
        Conflict: `alarm_acknowledged_already`.
    """
    if actor.member_id is None:
        raise Problem("member_needed")
    known = session.scalar(select(AlarmAcknowledgement.id).where(AlarmAcknowledgement.alarm_id == alarm_id))
    if known is not None:
        raise Conflict("alarm_acknowledged_already")
    session.add(
        AlarmAcknowledgement(
            alarm_id=alarm_id,
            member_id=actor.member_id,
            reason=reason,
            declaration_id=declaration_id,
            at=clock.now(),
        )
    )
    facts = {} if declaration_id is None else {"declaration": declaration_id}
    record(session, actor, "alarm.acknowledged", of=("alarm", alarm_id), params=facts)


def open_for(session: Session, comment_id: int) -> list[int]:
    """The alarms of a comment that nobody has acknowledged."""
    return list(
        session.scalars(
            select(Alarm.id)
            .outerjoin(AlarmAcknowledgement, AlarmAcknowledgement.alarm_id == Alarm.id)
            .where(Alarm.comment_id == comment_id, AlarmAcknowledgement.id.is_(None))
        )
    )


_OPEN = (
    select(func.count())
    .select_from(Alarm)
    .outerjoin(AlarmAcknowledgement, AlarmAcknowledgement.alarm_id == Alarm.id)
    .where(AlarmAcknowledgement.id.is_(None))
)


def count_open(actor: Actor) -> int:
    """How many alarms nobody has acknowledged."""
    require(actor, Permission.ALARMS_VIEW)
    return session().connection().execute(_OPEN).scalar_one()


def list_alarms(
    actor: Actor, *, acknowledged: bool | None = None, limit: int = 50, before: int | None = None
) -> list[ShownAlarm]:
    """Alarms, newest first.

    Args:
        acknowledged: only those that somebody, or nobody, has acknowledged; None for all.
        before: only alarms with a lower number: the last one of the page before.
    """
    require(actor, Permission.ALARMS_VIEW)
    acknowledgement = AlarmAcknowledgement
    statement = (
        select(
            Alarm.id,
            Alarm.comment_id,
            Comment.conversation_id,
            Account.name,
            Account.network,
            Author.display_name,
            Author.identifier,
            Comment.url,
            CommentVersion.text,
            Alarm.presence,
            Comment.state,
            Comment.posted_at,
            Alarm.last_seen_at,
            Alarm.raised_at,
            Alarm.returned_at,
            acknowledgement.at,
            Member.name.label("member_name"),
            acknowledgement.reason,
            acknowledgement.declaration_id,
        )
        .join(Comment, Comment.id == Alarm.comment_id)
        .join(CommentVersion, CommentVersion.id == Alarm.version_id)
        .join(Author, Author.id == Comment.author_id)
        .join(Account, Account.id == Alarm.account_id)
        .outerjoin(acknowledgement, acknowledgement.alarm_id == Alarm.id)
        .outerjoin(Member, Member.id == acknowledgement.member_id)
        .order_by(Alarm.id.desc())
        .limit(limit)
    )
    if acknowledged is not None:
        statement = statement.where(acknowledgement.id.is_not(None) if acknowledged else acknowledgement.id.is_(None))
    if before is not None:
        statement = statement.where(Alarm.id < before)
    rows: Iterable[tuple[Any, ...]] = (tuple(row) for row in session().execute(statement))
    return [ShownAlarm(*row) for row in rows]
