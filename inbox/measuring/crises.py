"""Crises as every room may read them: which are open over an account or a post, and how much is written in them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox.models import Comment, Conversation, Crisis, CrisisScope, Wait
from inbox.models.base import UtcTime


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a crisis is so far, over what it touches, from its beginning until it was closed.

    `waits` are those that opened in that time; `waiting` are those of them that nobody has answered.
    """

    comments: int
    people: int
    waits: int
    waiting: int
    oldest_waiting: datetime | None


def open_at(session: Session, account_id: int, post_id: int | None, at: datetime) -> list[Crisis]:
    """The crises that were open at `at` and touch the post, or its whole account, the latest opened first.

    Args:
        post_id: None for a comment whose post is not known: only crises over the whole account touch it.
    """
    named = {"account": account_id, "at": at} | ({} if post_id is None else {"post": post_id})
    return list(session.scalars(_open_at(post_id is not None), named))


@cache
def _open_at(of_post: bool) -> Select[Crisis]:
    # Built once: every conversation that is shown asks.
    touched: ColumnElement[bool] = CrisisScope.post_id.is_(None)
    if of_post:
        touched |= CrisisScope.post_id == bindparam("post")
    moment = bindparam("at", type_=UtcTime())
    scope = select(CrisisScope.crisis_id).where(
        CrisisScope.account_id == bindparam("account"),
        touched,
        CrisisScope.added_at <= moment,
        CrisisScope.removed_at.is_(None) | (CrisisScope.removed_at > moment),
    )
    return (
        select(Crisis)
        .where(
            Crisis.id.in_(scope),
            Crisis.opened_at <= moment,
            Crisis.closed_at.is_(None) | (Crisis.closed_at > moment),
        )
        .order_by(Crisis.opened_at.desc(), Crisis.id.desc())
    )


def extent(session: Session, crisis: Crisis, scopes: Collection[CrisisScope]) -> Extent:
    """How much a crisis is.

    Args:
        scopes: what it touches.
    """
    comments, people = session.execute(
        select(func.count(Comment.id), func.count(func.distinct(Comment.author_id)))
        .join(Conversation, Conversation.id == Comment.conversation_id)
        .where(touches(scopes), *_during(crisis, Comment.posted_at))
    ).one()
    waits, waiting, oldest = session.execute(
        select(
            func.count(Wait.id),
            func.count(Wait.id).filter(Wait.closed_at.is_(None)),
            func.min(Wait.opened_at).filter(Wait.closed_at.is_(None)),
        )
        .join(Conversation, Conversation.id == Wait.conversation_id)
        .where(touches(scopes), Wait.superseded_at.is_(None), *_during(crisis, Wait.opened_at))
    ).one()
    return Extent(comments, people, waits, waiting, oldest)


def touches(scopes: Collection[CrisisScope]) -> ColumnElement[bool]:
    """Of a row of `conversations`: it belongs to one of the accounts or posts."""
    accounts = {scope.account_id for scope in scopes if scope.post_id is None}
    posts = {scope.post_id for scope in scopes if scope.post_id is not None}
    return Conversation.account_id.in_(accounts) | Conversation.post_id.in_(posts)


def _during(crisis: Crisis, column: InstrumentedAttribute[datetime]) -> list[ColumnElement[bool]]:
    until = [column <= crisis.closed_at] if crisis.closed_at is not None else []
    return [column >= crisis.started_at, *until]
