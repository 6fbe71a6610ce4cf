"""What a report is asked for, and the rows it is made of: one stored wait each, which no member can take out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from inbox.extensions import session
from inbox.models import Account, Comment, Conversation, ConversationState, Purpose, Reply, Wait
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem


class Breakdown(StrEnum):
    """What a report can be split by."""

    ACCOUNT = "account"
    NETWORK = "network"
    MEMBER = "member"
    TEMPLATE = "template"
    LANGUAGE = "language"
    KIND = "kind"
    HOUR = "hour"
    DAY = "day"


class WaitState(StrEnum):
    """How a wait stands. Closing a conversation without a reply answers nobody."""

    ANSWERED = "answered"
    WAITING = "waiting"
    CLOSED_WITHOUT_REPLY = "closed_without_reply"


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """What a report is asked for.

    Attributes:
        start: waits opened at or after it (aware); None for the beginning.
        end: waits opened before it (aware); None for now.
        by: what to split by.
        account_id: only this account.
        purpose: real, demo or drill; figures never mix them. None: real, or demo where there is nothing real.
        time_zone: IANA name for hours and days.
    """

    start: datetime | None = None
    end: datetime | None = None
    by: Breakdown | None = None
    account_id: int | None = None
    purpose: Purpose | None = None
    time_zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class WaitRow:
    """One wait with every stage, so that anyone can recompute the figures. Times are aware UTC, lengths in seconds."""

    wait_id: int
    conversation_id: int
    account: str
    network: str
    ordinal: int
    comment_remote_id: str
    language: str
    kind: str
    state: WaitState
    no_answer_called_for: bool
    posted_at: datetime
    received_at: datetime
    opened_at: datetime | None
    drafted_at: datetime | None
    submitted_at: datetime | None
    approved_at: datetime | None
    sent_at: datetime | None
    confirmed_at: datetime | None
    substantive_at: datetime | None
    seconds: float | None
    target_seconds: int
    due_at: datetime
    reply_id: int | None
    reply_origin: str | None
    reply_remote_id: str | None
    template_id: int | None

    def lasted(self, until: datetime) -> float:
        """Its length so far, in seconds."""
        return self.seconds if self.seconds is not None else max(0.0, (until - self.posted_at).total_seconds())


def wait_rows(actor: Actor, query: ReportQuery) -> Iterator[WaitRow]:
    """Every wait of the report, oldest first, one at a time.

    Raises:
        Refused: the actor may not export reports.
        Problem: as `response_times`.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    current = session()
    check_query(query)
    return stored_waits(current, query, query.purpose or purpose_of(current))


def check_query(query: ReportQuery) -> None:
    """Refuse what no report can be made of.

    Raises:
        Problem: `period_reversed`, `member_figures_off`, `time_zone_unknown`.
    """
    if query.start is not None and query.end is not None and query.end <= query.start:
        raise Problem("period_reversed")
    if query.by is Breakdown.MEMBER:
        raise Problem("member_figures_off", 403)
    try:
        ZoneInfo(query.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise Problem("time_zone_unknown", name=query.time_zone) from None


def purpose_of(current: Session) -> Purpose:
    """What figures are about where nobody says: what is real, or the demo where there is nothing real."""
    found = set(current.scalars(select(Account.purpose).distinct()))
    return Purpose.DEMO if found == {Purpose.DEMO} else Purpose.REAL


def within(query: ReportQuery, column: ColumnElement[datetime]) -> list[ColumnElement[bool]]:
    """The conditions that `column` lies in the period of `query`."""
    conditions = []
    if query.start is not None:
        conditions.append(column >= query.start)
    if query.end is not None:
        conditions.append(column < query.end)
    return conditions


def stored_waits(current: Session, query: ReportQuery, purpose: Purpose) -> Iterator[WaitRow]:
    """Every wait `query` asks for, oldest first, a few at a time."""
    statement = (
        select(
            Wait.id,
            Wait.conversation_id,
            Account.name,
            Account.network,
            Wait.ordinal,
            Comment.remote_id,
            Comment.language,
            Comment.kind,
            Conversation.state,
            Conversation.no_answer_reason,
            Wait.opened_at,
            Wait.received_at,
            Wait.first_opened_at,
            Reply.created_at,
            Reply.submitted_at,
            Reply.approved_at,
            Wait.closed_at,
            Reply.confirmed_at,
            Wait.substantive_at,
            Wait.seconds,
            Wait.target_seconds,
            Wait.due_at,
            Wait.reply_id,
            Reply.origin,
            Reply.remote_id,
            Reply.template_id,
        )
        .join(Conversation, Conversation.id == Wait.conversation_id)
        .join(Account, Account.id == Wait.account_id)
        .join(Comment, Comment.id == Wait.comment_id)
        .outerjoin(Reply, Reply.id == Wait.reply_id)
        .where(Wait.superseded_at.is_(None), Account.purpose == purpose)
        .where(*within(query, Wait.opened_at.expression))
        .order_by(Wait.opened_at, Wait.id)
        .execution_options(yield_per=2000)
    )
    if query.account_id is not None:
        statement = statement.where(Wait.account_id == query.account_id)
    for row in current.execute(statement):
        values = list(row)
        conversation_state, no_answer, closed_at, origin = values[8], values[9], values[16], values[23]
        if closed_at is not None:
            values[8] = WaitState.ANSWERED
        elif conversation_state is ConversationState.CLOSED:
            values[8] = WaitState.CLOSED_WITHOUT_REPLY
        else:
            values[8] = WaitState.WAITING
        values[9] = no_answer is not None
        values[23] = origin.value if origin is not None else None
        yield WaitRow(*values)
