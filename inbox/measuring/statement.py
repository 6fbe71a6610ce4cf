"""The promise, in public: a short statement of what was received, answered and never removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from inbox.extensions import session
from inbox.measuring.reports import Report, ReportQuery, response_times
from inbox.models import (
    Account,
    Comment,
    CommentState,
    CommentVersion,
    Decision,
    Declaration,
    Ground,
    Tombstone,
    TrailRow,
)
from inbox.permissions import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class Statement:
    """The figures of a statement.

    Attributes:
        report: the response times of the same period.
        removed_here: comments whose text is missing without a tombstone; the rule makes it 0.
        refused: refused attempts in the period.
        withheld: comments of the period behind a tombstone.
        vanished: comments of the period that are gone from the network for an unknown reason; declared ones are not.
        declared: comments that people took down on a network and two members declared in the period, by ground.
        declared_replies: mistaken replies of ours likewise.
    """

    report: Report
    removed_here: int
    refused: int
    withheld: int
    vanished: int
    declared: dict[Ground, int]
    declared_replies: int


def statement(actor: Actor, start: datetime | None, end: datetime | None) -> Statement:
    """Count what the statement says; nothing in it is typed by anybody.

    Raises:
        Refused: the actor may not see the trail or the reports.
        Problem: as `reports.response_times`.
    """
    require(actor, Permission.TRAIL_VIEW)
    report = response_times(actor, ReportQuery(start=start, end=end))
    current = session()
    of_period = _within(Comment.posted_at.expression, start, end)
    comments = (
        select(func.count(func.distinct(Comment.id)))
        .join(Account, Account.id == Comment.account_id)
        .where(Account.purpose == report.purpose, *of_period)
    )
    removed = (
        comments.join(CommentVersion, CommentVersion.comment_id == Comment.id)
        .outerjoin(Tombstone, Tombstone.comment_id == Comment.id)
        .where(CommentVersion.text.is_(None), Tombstone.id.is_(None))
    )
    refused = select(func.count()).where(
        TrailRow.action == "rule.refused", *_within(TrailRow.at.expression, start, end)
    )
    declared = dict.fromkeys(Ground, 0)
    declared_replies = 0
    for ground, of_reply, count in current.execute(
        select(Declaration.ground, Declaration.reply_id.is_not(None), func.count())
        .join(Account, Account.id == Declaration.account_id)
        .where(
            Account.purpose == report.purpose,
            Declaration.decision == Decision.CONFIRMED,
            *_within(Declaration.declared_at.expression, start, end),
        )
        .group_by(Declaration.ground, Declaration.reply_id.is_not(None))
    ):
        if of_reply:
            declared_replies += count
        else:
            declared[ground] += count
    known = select(Declaration.id).where(
        Declaration.comment_id == Comment.id, Declaration.decision == Decision.CONFIRMED
    )
    vanished = comments.where(Comment.state == CommentState.VANISHED, ~known.exists())
    return Statement(
        report=report,
        removed_here=current.scalar(removed) or 0,
        refused=current.scalar(refused) or 0,
        withheld=current.scalar(comments.join(Tombstone, Tombstone.comment_id == Comment.id)) or 0,
        vanished=current.scalar(vanished) or 0,
        declared=declared,
        declared_replies=declared_replies,
    )


def _within(column: ColumnElement[datetime], start: datetime | None, end: datetime | None) -> list[ColumnElement[bool]]:
    conditions = []
    if start is not None:
        conditions.append(column >= start)
    if end is not None:
        conditions.append(column < end)
    return conditions
