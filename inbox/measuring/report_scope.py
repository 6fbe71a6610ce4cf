"""Which waits a report is about, as conditions over stored rows that name no deed of a member."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from inbox.measuring.holding import counts
from inbox.models import Assignment, Comment, Conversation, Crisis, CrisisScope, Promise, Wait
from inbox.problems import Unknown


def in_crisis(current: Session, crisis_id: int) -> list[ColumnElement[bool]]:
    """The conditions, over `waits` alone, that a wait was opened in a crisis and in what it touches.

    A crisis lasts from its beginning until it was closed. What was taken out of its reach stays in its figures up to
    the moment it was taken out, so that nobody improves them by narrowing it.

    Raises:
        Unknown: `crisis_unknown`.
    """
    return during(current, crisis_id, Wait.account_id, Wait.conversation_id, Wait.opened_at)


def scopes(current: Session, crisis_id: int) -> list[CrisisScope]:
    """Everything a crisis touches or has touched."""
    return list(current.scalars(select(CrisisScope).where(CrisisScope.crisis_id == crisis_id).order_by(CrisisScope.id)))


def during(
    current: Session,
    crisis_id: int,
    account_id: InstrumentedAttribute[int],
    conversation_id: InstrumentedAttribute[int],
    at: InstrumentedAttribute[datetime],
) -> list[ColumnElement[bool]]:
    """The conditions that something of an account and a conversation, at a time, lies in a crisis and in its reach.

    Raises:
        Unknown: `crisis_unknown`.
    """
    crisis = current.get(Crisis, crisis_id)
    if crisis is None:
        raise Unknown("crisis_unknown", id=crisis_id)
    conditions: list[ColumnElement[bool]] = [at >= crisis.started_at]
    if crisis.closed_at is not None:
        conditions.append(at <= crisis.closed_at)
    touched: list[ColumnElement[bool]] = []
    for scope in scopes(current, crisis_id):
        within: ColumnElement[bool] = account_id == scope.account_id
        if scope.post_id is not None:
            within = conversation_id.in_(select(Conversation.id).where(Conversation.post_id == scope.post_id))
        touched.append(within if scope.removed_at is None else and_(within, at < scope.removed_at))
    return [*conditions, or_(*touched) if touched else false()]


def of_member(member_id: int) -> ColumnElement[bool]:
    """That a wait counts for a member: who wrote the reply that closed it; while there is none, everybody to whom the
    conversation was assigned since it opened, so that passing it on improves nobody's figures; see `holding.counts`."""
    return or_(
        and_(Wait.closed_at.is_not(None), Wait.member_id == member_id),
        and_(Wait.closed_at.is_(None), Wait.conversation_id.in_(had(member_id, Wait.opened_at))),
    )


def had(member_id: int | None, since: InstrumentedAttribute[datetime]) -> Select[int]:
    """The conversations that a member had at `since`, a column of the wait around, or later; anybody for None."""
    later = aliased(Assignment)
    passed_on_before = (
        select(later.id)
        .where(later.conversation_id == Assignment.conversation_id, later.id > Assignment.id, later.at <= since)
        .exists()
    )
    return select(Assignment.conversation_id).where(
        Assignment.member_id.is_not(None) if member_id is None else Assignment.member_id == member_id,
        Assignment.conversation_id == Wait.conversation_id,
        or_(Assignment.at > since, ~passed_on_before),
        counts(),
    )


def comments_in_crisis(current: Session, crisis_id: int) -> list[ColumnElement[bool]]:
    """The conditions, over `comments` alone, that one was written in a crisis and in what it touches.

    Raises:
        Unknown: `crisis_unknown`.
    """
    return during(current, crisis_id, Comment.account_id, Comment.conversation_id, Comment.posted_at)


def promises_in_crisis(current: Session, crisis_id: int) -> list[ColumnElement[bool]]:
    """The conditions, over `promises` alone, that one was made in a crisis and in what it touches.

    Raises:
        Unknown: `crisis_unknown`.
    """
    return during(current, crisis_id, Promise.account_id, Promise.conversation_id, Promise.made_at)
