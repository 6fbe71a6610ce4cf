"""Which waits a report is about, as conditions over stored rows that name no deed of a member."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from inbox.models import Assignment, Conversation, Crisis, CrisisScope, Wait
from inbox.problems import Unknown


def in_crisis(current: Session, crisis_id: int) -> list[ColumnElement[bool]]:
    """The conditions, over `waits` alone, that a wait was opened in a crisis and in what it touches.

    A crisis lasts from its beginning until it was closed. What was taken out of its reach stays in its figures up to
    the moment it was taken out, so that nobody improves them by narrowing it.

    Raises:
        Unknown: `crisis_unknown`.
    """
    crisis = current.get(Crisis, crisis_id)
    if crisis is None:
        raise Unknown("crisis_unknown", id=crisis_id)
    conditions: list[ColumnElement[bool]] = [Wait.opened_at >= crisis.started_at]
    if crisis.closed_at is not None:
        conditions.append(Wait.opened_at <= crisis.closed_at)
    touched = [_touched(scope) for scope in scopes(current, crisis_id)]
    conditions.append(or_(*touched) if touched else false())
    return conditions


def scopes(current: Session, crisis_id: int) -> list[CrisisScope]:
    """Everything a crisis touches or has touched."""
    return list(current.scalars(select(CrisisScope).where(CrisisScope.crisis_id == crisis_id).order_by(CrisisScope.id)))


def _touched(scope: CrisisScope) -> ColumnElement[bool]:
    if scope.post_id is None:
        within: ColumnElement[bool] = Wait.account_id == scope.account_id
    else:
        within = Wait.conversation_id.in_(select(Conversation.id).where(Conversation.post_id == scope.post_id))
    return within if scope.removed_at is None else and_(within, Wait.opened_at < scope.removed_at)


def of_member(member_id: int) -> ColumnElement[bool]:
    """That a wait counts for a member: who wrote the reply that closed it; while there is none, everybody to whom the
    conversation was assigned since it opened, so that passing it on improves nobody's figures."""
    return or_(
        and_(Wait.closed_at.is_not(None), Wait.member_id == member_id),
        and_(Wait.closed_at.is_(None), Wait.conversation_id.in_(had(member_id, Wait.opened_at))),
    )


def had(member_id: int, since: InstrumentedAttribute[object]) -> Select[int]:
    """The conversations that a member had at `since`, a column of the row around, or later."""
    later = aliased(Assignment)
    passed_on_before = (
        select(later.id)
        .where(later.conversation_id == Assignment.conversation_id, later.id > Assignment.id, later.at <= since)
        .exists()
    )
    return select(Assignment.conversation_id).where(
        Assignment.member_id == member_id,
        Assignment.conversation_id == Wait.conversation_id,
        or_(Assignment.at > since, ~passed_on_before),
    )
