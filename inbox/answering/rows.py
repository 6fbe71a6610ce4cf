"""What a row of the queue shows, read for a whole page at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from inbox.connecting import letter_of, title_of
from inbox.models import Account, Author, Comment, CommentVersion, ConversationState, Member, QueueEntry
from inbox.models.base import OutsideText

EXCERPT = 280
"""The longest excerpt of a comment in a row, in characters."""

_FETCHED = 2 * EXCERPT
_CUT_ESCAPE = re.compile("\ufdd0[0-9a-f]{0,3}$")

_E = QueueEntry


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One author's conversations on one account that are in one state.

    Attributes:
        conversation_id: the one that a click opens.
        conversation_count: how many conversations the row stands for.
        comment_count: how many comments the author has written on the account.
        reasons: why it stands where it stands, as `[{"code": …, "params": {…}}]`.
        waiting_since: the author's clock of the oldest unanswered comment.
        excerpt: the newest comment's text, at most `EXCERPT` characters, None when it is withheld.
    """

    author_id: int
    author_name: str
    author_identifier: str
    followers: int | None
    account_id: int
    account_name: str
    network: str
    network_title: str
    letter: str
    conversation_id: int
    conversation_count: int
    comment_count: int
    state: ConversationState
    urgency: int
    kind: str
    language: str
    reasons: list[dict[str, Any]]
    waiting_since: datetime
    due_at: datetime
    last_comment_at: datetime
    assignee_id: int | None
    assignee_name: str | None
    excerpt: str | None


@cache
def _detail_statement() -> Any:
    newest = (
        select(Comment.id)
        .where(Comment.conversation_id == _E.conversation_id)
        .order_by(Comment.posted_at.desc(), Comment.id.desc())
        .limit(1)
        .correlate(_E)
        .scalar_subquery()
    )
    # The same cut on both engines; what was escaped for storage is put back afterwards.
    words = (
        select(type_coerce(func.substr(CommentVersion.text, 1, _FETCHED), OutsideText()))
        .where(CommentVersion.comment_id == newest)
        .order_by(CommentVersion.number.desc())
        .limit(1)
        .correlate(_E)
        .scalar_subquery()
    )
    reasons = (
        select(Comment.reasons)
        .where(Comment.conversation_id == _E.conversation_id, Comment.posted_at >= _E.waiting_since)
        .order_by(Comment.urgency, Comment.posted_at.desc())
        .limit(1)
        .correlate(_E)
        .scalar_subquery()
    )
    return (
        select(
            _E.id,
            _E.author_id,
            Author.display_name,
            Author.identifier,
            Author.followers,
            _E.account_id,
            Account.name.label("account_name"),
            _E.network,
            _E.conversation_id,
            _E.conversation_count,
            Author.comment_count,
            _E.state,
            _E.urgency,
            _E.kind,
            _E.language,
            reasons.label("reasons"),
            _E.waiting_since,
            _E.due_at,
            _E.last_comment_at,
            _E.assignee_id,
            Member.name.label("assignee_name"),
            words.label("words"),
        )
        .join(Author, Author.id == _E.author_id)
        .join(Account, Account.id == _E.account_id)
        .outerjoin(Member, Member.id == _E.assignee_id)
        .where(_E.id.in_(bindparam("ids", expanding=True)))
    )


def read_rows(present: Session, ids: list[int]) -> list[QueueRow]:
    """The rows of queue entries, in the order of `ids`, in one statement."""
    if not ids:
        return []
    found: Mapping[int, Any] = {row.id: row for row in present.execute(_detail_statement(), {"ids": ids})}
    return [_row(found[entry]) for entry in ids if entry in found]


def _row(row: Any) -> QueueRow:
    return QueueRow(
        author_id=row.author_id,
        author_name=row.display_name,
        author_identifier=row.identifier,
        followers=row.followers,
        account_id=row.account_id,
        account_name=row.account_name,
        network=row.network,
        network_title=title_of(row.network),
        letter=letter_of(row.network),
        conversation_id=row.conversation_id,
        conversation_count=row.conversation_count,
        comment_count=row.comment_count,
        state=row.state,
        urgency=row.urgency,
        kind=row.kind,
        language=row.language,
        reasons=row.reasons or [],
        waiting_since=row.waiting_since,
        due_at=row.due_at,
        last_comment_at=row.last_comment_at,
        assignee_id=row.assignee_id,
        assignee_name=row.assignee_name,
        excerpt=None if row.words is None else excerpt(row.words),
    )


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of `text`, at most `most` characters, with an ellipsis where it was cut."""
    whole = _CUT_ESCAPE.sub("", text)
    return whole if len(whole) <= most else whole[: most - 1].rstrip() + "…"
