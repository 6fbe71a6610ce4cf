"""The rows behind each figure of the public statement: the figure is nothing but their number."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from inbox.extensions import session, writing
from inbox.measuring.report_rows import ReportQuery, check_query, purpose_of
from inbox.models import (
    Account,
    Alarm,
    CollectionGap,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    ConversationState,
    Decision,
    Declaration,
    Ground,
    Purpose,
    Tombstone,
    TombstoneReason,
    TrailRow,
    Wait,
)
from inbox.permissions import Actor, Permission, require
from inbox.trail import record

_BATCH = 2_000


class Figure(StrEnum):
    """What a statement counts, by the name it is exported under."""

    COMMENTS = "comments"
    WAITS = "waits"
    ANSWERED = "answered"
    STILL_WAITING = "still_waiting"
    CLOSED_WITHOUT_REPLY = "closed_without_reply"
    FIRST_RESPONSES = "first_responses"
    REMOVED_HERE = "removed_here"
    REFUSED_ATTEMPTS = "refused_attempts"
    WITHHELD_REMOVED_BY_AUTHOR = "withheld_removed_by_author"
    WITHHELD_RETENTION = "withheld_retention"
    WITHHELD_LEGAL_ERASURE = "withheld_legal_erasure"
    DECLARED_ILLEGAL_CONTENT = "declared_illegal_content"
    DECLARED_PRIVATE_DATA = "declared_private_data"
    DECLARED_DANGER = "declared_danger"
    DECLARED_REPLIES = "declared_replies"
    ALARMS = "alarms"
    VANISHED = "vanished"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True)
class Span:
    """What a statement is about: comments, deeds and alarms from `start` on and before `end` (aware; None: open)."""

    purpose: Purpose
    start: datetime | None
    end: datetime | None

    def holds(self, column: Any) -> list[ColumnElement[bool]]:
        """The conditions that `column` lies within it."""
        conditions = []
        if self.start is not None:
            conditions.append(column >= self.start)
        if self.end is not None:
            conditions.append(column < self.end)
        return conditions


def count(current: Session, figure: Figure, span: Span) -> int:
    """How many rows stand behind `figure`."""
    return current.scalar(select(func.count()).select_from(_SOURCES[figure](span).subquery())) or 0


def columns(figure: Figure) -> list[str]:
    """The names of the columns of its rows; the first is their number."""
    everything = Span(Purpose.REAL, None, None)
    return [column.name for column in _SOURCES[figure](everything).selected_columns]


def rows(
    actor: Actor,
    figure: Figure,
    start: datetime | None,
    end: datetime | None,
    *,
    limit: int = 50,
    before: int | None = None,
) -> list[dict[str, Any]]:
    """The rows behind a figure, the last number first: numbers, times, codes; never words of a person outside.

    Args:
        limit: this many at most.
        before: only rows with a lower number.

    Raises:
        Refused: the actor may not see the trail or the reports.
        Problem: `period_reversed`.
    """
    return _page(session(), figure, _span(actor, start, end), limit, before)


def export(actor: Actor, figure: Figure, start: datetime | None, end: datetime | None) -> Iterator[dict[str, Any]]:
    """All of them, one at a time; that they were taken out is a row of the trail.

    Raises:
        as `rows`.
    """
    span = _span(actor, start, end)
    with writing() as current:
        record(current, actor, "statement.exported", params={"figure": figure.value})
    return _walk(figure, span)


def _walk(figure: Figure, span: Span) -> Iterator[dict[str, Any]]:
    key = columns(figure)[0]
    before = None
    while True:
        page = _page(session(), figure, span, _BATCH, before)
        yield from page
        if len(page) < _BATCH:
            return
        before = page[-1][key]


def _page(current: Session, figure: Figure, span: Span, limit: int, before: int | None) -> list[dict[str, Any]]:
    statement = _SOURCES[figure](span)
    key: Any = next(iter(statement.selected_columns))
    if before is not None:
        statement = statement.where(key < before)
    found = current.execute(statement.order_by(key.desc()).limit(limit)).mappings()
    return [{name: _value(value) for name, value in row.items()} for row in found]


def _value(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def _span(actor: Actor, start: datetime | None, end: datetime | None) -> Span:
    require(actor, Permission.TRAIL_VIEW)
    require(actor, Permission.RESPONSE_TIMES_VIEW)
    check_query(ReportQuery(start=start, end=end))
    return Span(purpose_of(session()), start, end)


def _comments(*conditions: ColumnElement[bool]) -> Callable[[Span], Select[*tuple[Any, ...]]]:
    def source(span: Span) -> Select[*tuple[Any, ...]]:
        return (
            select(
                Comment.id.label("comment"),
                Account.name.label("account"),
                Account.network,
                Comment.remote_id,
                Comment.posted_at,
                Comment.received_at,
                Comment.state,
                Comment.conversation_id,
            )
            .join(Account, Account.id == Comment.account_id)
            .where(Account.purpose == span.purpose, *span.holds(Comment.posted_at), *conditions)
        )

    return source


def _waits(*conditions: ColumnElement[bool]) -> Callable[[Span], Select[*tuple[Any, ...]]]:
    def source(span: Span) -> Select[*tuple[Any, ...]]:
        return (
            select(
                Wait.id.label("wait"),
                Account.name.label("account"),
                Account.network,
                Wait.opened_at,
                Wait.closed_at,
                Wait.seconds,
                Wait.conversation_id,
            )
            .join(Account, Account.id == Wait.account_id)
            .join(Conversation, Conversation.id == Wait.conversation_id)
            .where(Account.purpose == span.purpose, Wait.superseded_at.is_(None), *span.holds(Wait.opened_at))
            .where(*conditions)
        )

    return source


def _refused(span: Span) -> Select[*tuple[Any, ...]]:
    return select(TrailRow.seq, TrailRow.at, TrailRow.actor, TrailRow.action, TrailRow.params).where(
        TrailRow.action == "rule.refused", *span.holds(TrailRow.at)
    )


def _alarms(span: Span) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Alarm.id.label("alarm"),
            Account.name.label("account"),
            Account.network,
            Alarm.presence,
            Alarm.last_seen_at,
            Alarm.raised_at,
            Alarm.returned_at,
            Comment.conversation_id,
        )
        .join(Comment, Comment.id == Alarm.comment_id)
        .join(Account, Account.id == Alarm.account_id)
        .where(Account.purpose == span.purpose, *span.holds(Alarm.raised_at))
    )


def _declared(*conditions: ColumnElement[bool]) -> Callable[[Span], Select[*tuple[Any, ...]]]:
    def source(span: Span) -> Select[*tuple[Any, ...]]:
        return (
            select(
                Declaration.id.label("declaration"),
                Account.name.label("account"),
                Account.network,
                Declaration.ground,
                Declaration.known_at,
                Declaration.taken_at,
                Declaration.declared_at,
                Declaration.decided_at,
                Declaration.evidence_hash,
                Declaration.conversation_id,
            )
            .join(Account, Account.id == Declaration.account_id)
            .where(
                Account.purpose == span.purpose,
                Declaration.decision == Decision.CONFIRMED,
                *span.holds(Declaration.declared_at),
                *conditions,
            )
        )

    return source


def _gaps(span: Span) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            CollectionGap.id.label("gap"),
            Account.name.label("account"),
            Account.network,
            CollectionGap.started_at,
            CollectionGap.ended_at,
        )
        .join(Account, Account.id == CollectionGap.account_id)
        .where(Account.purpose == span.purpose)
    )
    if span.end is not None:
        statement = statement.where(CollectionGap.started_at < span.end)
    if span.start is not None:
        statement = statement.where(CollectionGap.ended_at.is_(None) | (CollectionGap.ended_at > span.start))
    return statement


def _withheld(reason: TombstoneReason) -> Callable[[Span], Select[*tuple[Any, ...]]]:
    laid = select(Tombstone.id).where(Tombstone.comment_id == Comment.id, Tombstone.reason == reason)
    return _comments(laid.exists())


def _declared_for(ground: Ground) -> Callable[[Span], Select[*tuple[Any, ...]]]:
    return _declared(Declaration.ground == ground, Declaration.reply_id.is_(None))


_TOMBSTONE = select(Tombstone.id).where(Tombstone.comment_id == Comment.id)
_BARE = select(CommentVersion.id).where(CommentVersion.comment_id == Comment.id, CommentVersion.text.is_(None))
_KNOWN = select(Declaration.id).where(Declaration.comment_id == Comment.id, Declaration.decision == Decision.CONFIRMED)
_CLOSED = Conversation.state == ConversationState.CLOSED

_SOURCES: dict[Figure, Callable[[Span], Select[*tuple[Any, ...]]]] = {
    Figure.COMMENTS: _comments(),
    Figure.WAITS: _waits(),
    Figure.ANSWERED: _waits(Wait.closed_at.is_not(None)),
    Figure.STILL_WAITING: _waits(Wait.closed_at.is_(None), ~_CLOSED),
    Figure.CLOSED_WITHOUT_REPLY: _waits(Wait.closed_at.is_(None), _CLOSED),
    Figure.FIRST_RESPONSES: _waits(Wait.ordinal == 1),
    Figure.REMOVED_HERE: _comments(_BARE.exists(), ~_TOMBSTONE.exists()),
    Figure.REFUSED_ATTEMPTS: _refused,
    Figure.WITHHELD_REMOVED_BY_AUTHOR: _withheld(TombstoneReason.REMOVED_BY_AUTHOR),
    Figure.WITHHELD_RETENTION: _withheld(TombstoneReason.RETENTION),
    Figure.WITHHELD_LEGAL_ERASURE: _withheld(TombstoneReason.LEGAL_ERASURE),
    Figure.DECLARED_ILLEGAL_CONTENT: _declared_for(Ground.ILLEGAL_CONTENT),
    Figure.DECLARED_PRIVATE_DATA: _declared_for(Ground.PRIVATE_DATA),
    Figure.DECLARED_DANGER: _declared_for(Ground.DANGER),
    Figure.DECLARED_REPLIES: _declared(Declaration.reply_id.is_not(None)),
    Figure.ALARMS: _alarms,
    Figure.VANISHED: _comments(Comment.state == CommentState.VANISHED, ~_KNOWN.exists()),
    Figure.GAPS: _gaps,
}
