"""One group of a report that is split, as conditions: over waits, comments or promises, each joined to its account and
conversation, promises also to their reply."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, and_, cast, exists, not_, or_, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox.measuring.report_groups import account_names, crises_of, moment_name
from inbox.measuring.report_rows import Breakdown, ReportQuery, accounts_of
from inbox.measuring.report_scope import during, had, of_member
from inbox.models import Comment, Conversation, Promise, Purpose, Reply, Wait
from inbox.problems import Problem


class Subject(StrEnum):
    """What rows are about."""

    WAIT = "wait"
    COMMENT = "comment"
    PROMISE = "promise"


_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no name holds, and no database takes."""

_AT: dict[Subject, InstrumentedAttribute[datetime]] = {
    Subject.WAIT: Wait.opened_at,
    Subject.COMMENT: Comment.posted_at,
    Subject.PROMISE: Promise.made_at,
}
_ACCOUNT: dict[Subject, InstrumentedAttribute[int]] = {
    Subject.WAIT: Wait.account_id,
    Subject.COMMENT: Comment.account_id,
    Subject.PROMISE: Promise.account_id,
}
_CONVERSATION: dict[Subject, InstrumentedAttribute[int]] = {
    Subject.WAIT: Wait.conversation_id,
    Subject.COMMENT: Comment.conversation_id,
    Subject.PROMISE: Promise.conversation_id,
}
_COLUMNS: dict[Breakdown, dict[Subject, InstrumentedAttribute[Any]]] = {
    Breakdown.LANGUAGE: {
        Subject.WAIT: Wait.language,
        Subject.COMMENT: Comment.language,
        Subject.PROMISE: Conversation.language,
    },
    Breakdown.KIND: {Subject.WAIT: Wait.kind, Subject.COMMENT: Comment.kind, Subject.PROMISE: Conversation.kind},
    Breakdown.URGENCY: {
        Subject.WAIT: Wait.urgency,
        Subject.COMMENT: Comment.urgency,
        Subject.PROMISE: Conversation.urgency,
    },
    Breakdown.TEMPLATE: {Subject.WAIT: Wait.template_id, Subject.PROMISE: Reply.template_id},
}


def of_group(
    current: Session, query: ReportQuery, purpose: Purpose, group: str, subject: Subject
) -> list[ColumnElement[bool]]:
    """The conditions that a row belongs to the group that a report, split by `query.by`, calls `group`.

    Raises:
        Problem: `group_unknown`: there can be none of that name, or none of such rows.
    """
    by = query.by
    if _UNSTORABLE.search(group):
        raise Problem("group_unknown")
    if by in (Breakdown.HOUR, Breakdown.DAY):
        start, end = _lasts(query, group)
        return [_AT[subject] >= start, _AT[subject] < end]
    if by in (Breakdown.ACCOUNT, Breakdown.NETWORK):
        accounts = accounts_of(current, query, purpose)
        names = account_names(accounts) if by is Breakdown.ACCOUNT else {each.id: each.network for each in accounts}
        return [_ACCOUNT[subject].in_([number for number, name in names.items() if name == group])]
    if by is Breakdown.CRISIS:
        return [_in_crisis(current, group, subject)]
    if by is Breakdown.MEMBER:
        return [_of_member(group, subject)]
    column = _COLUMNS[by][subject] if by is not None and subject in _COLUMNS[by] else None
    if column is None:
        raise Problem("group_unknown")
    if by in (Breakdown.LANGUAGE, Breakdown.KIND):
        return [column == group]
    if by is Breakdown.URGENCY:
        if _number(group) is None:
            raise Problem("group_unknown")
        return [cast(column, String) == group]
    number = _number(group)
    return [column.is_(None) if number is None else column == number]


def _in_crisis(current: Session, group: str, subject: Subject) -> ColumnElement[bool]:
    columns = (_ACCOUNT[subject], _CONVERSATION[subject], _AT[subject])
    number = _number(group)
    if number is not None:
        return and_(*during(current, number, *columns))
    inside = [and_(*during(current, crisis.id, *columns)) for crisis in crises_of(current)]
    return not_(or_(*inside)) if inside else true()


def _of_member(group: str, subject: Subject) -> ColumnElement[bool]:
    number = _number(group)
    if subject is Subject.PROMISE:
        return Reply.member_id.is_(None) if number is None else Reply.member_id == number
    if subject is Subject.COMMENT:
        raise Problem("group_unknown")
    if number is not None:
        return of_member(number)
    anybody = exists(had(None, Wait.opened_at).correlate(Wait))
    return or_(
        and_(Wait.closed_at.is_not(None), Wait.member_id.is_(None)), and_(Wait.closed_at.is_(None), not_(anybody))
    )


def _lasts(query: ReportQuery, group: str) -> tuple[datetime, datetime]:
    """From when until when the clock of the report's zone shows an hour or a day. Around a change of the clock it may
    be a shorter or a longer one."""
    quarter = timedelta(minutes=15)
    try:
        begun = datetime.fromisoformat(group)
        begun = begun if begun.tzinfo is not None else begun.replace(tzinfo=ZoneInfo(query.time_zone))
        begun = begun.astimezone(UTC)
        moments = [begun + quarter * number for number in range(-8, 108)]
        shown = [moment for moment in moments if moment_name(query, moment) == group]
    except (ValueError, OverflowError):
        shown = []
    if not shown:
        raise Problem("group_unknown")
    return shown[0], shown[-1] + quarter


def _number(group: str) -> int | None:
    if not group:
        return None
    if not (group.isascii() and group.isdigit() and len(group) < 19):
        raise Problem("group_unknown")
    return int(group)
