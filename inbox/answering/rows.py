"""What a row of the queue shows, read for a whole page at once."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, type_coerce
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from inbox.answering.cursor import moment_of
from inbox.connecting import letter_of, title_of
from inbox.models import Account, Author, Comment, CommentVersion, ConversationState, Draft, Member, QueueEntry, Team
from inbox.models.base import OutsideText
from inbox.models.bulk import among_given

EXCERPT = 280
"""The longest excerpt of a comment in a row, in characters."""

_FETCHED = 2 * EXCERPT
_ESCAPE = "\ufdd0"
_CUT_ESCAPE = re.compile("\ufdd0[0-9a-f]{0,3}$")


class QueueRow(NamedTuple):
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
    assignee_id: int | None
    assignee_name: str | None
    team_id: int | None
    team_name: str | None
    waiting_since: datetime
    due_at: datetime
    last_comment_at: datetime
    reasons: list[dict[str, Any]]
    excerpt: str | None


_E = QueueEntry.__table__.c
_COMMENT = Comment.__table__.c
_VERSION = CommentVersion.__table__.c
_AUTHOR = Author.__table__.c
_DRAFT = Draft.__table__.c
_CONVERSATION, _BEGUN = 8, 23
_AS_STORED = NullType()


@cache
def _statement(dialect: str) -> Any:
    newest = (
        select(_COMMENT.id)
        .where(_COMMENT.conversation_id == _E.conversation_id)
        .order_by(_COMMENT.posted_at.desc(), _COMMENT.id.desc())
        .limit(1)
        .correlate(QueueEntry.__table__)
        .scalar_subquery()
    )
    words = (
        select(func.substr(_VERSION.text, 1, _FETCHED))
        .where(_VERSION.comment_id == newest)
        .order_by(_VERSION.number.desc())
        .limit(1)
        .correlate(QueueEntry.__table__)
        .scalar_subquery()
    )
    reasons = (
        select(_COMMENT.reasons)
        .where(_COMMENT.conversation_id == _E.conversation_id, _COMMENT.posted_at >= _E.waiting_since)
        .order_by(_COMMENT.urgency, _COMMENT.posted_at.desc())
        .limit(1)
        .correlate(QueueEntry.__table__)
        .scalar_subquery()
    )
    begun = (
        select(_DRAFT.id)
        .where(
            _DRAFT.member_id == bindparam("member"),
            _DRAFT.conversation_id == _E.conversation_id,
            _DRAFT.text != "",
        )
        .correlate(QueueEntry.__table__)
        .exists()
    )
    author = _author(dialect)
    return (
        select(
            _E.id,
            _E.author_id,
            author.c.display_name,
            author.c.identifier,
            author.c.followers,
            _E.account_id,
            Account.__table__.c.name,
            _E.network,
            _E.conversation_id,
            _E.conversation_count,
            author.c.comment_count,
            _E.urgency,
            _E.kind,
            _E.language,
            _E.assignee_id,
            Member.__table__.c.name,
            _E.team_id,
            Team.__table__.c.name,
            *(type_coerce(_E[name], _AS_STORED) for name in ("waiting_since", "due_at", "last_comment_at")),
            type_coerce(reasons, _AS_STORED),
            type_coerce(words, OutsideText()),
            begun,
        )
        .join(author, author.c.id == _E.author_id)
        .join(Account.__table__, Account.__table__.c.id == _E.account_id)
        .outerjoin(Member.__table__, Member.__table__.c.id == _E.assignee_id)
        .outerjoin(Team.__table__, Team.__table__.c.id == _E.team_id)
        .where(among_given(_E.id, "ids"))
    )


def _author(dialect: str) -> Any:
    if dialect != "postgresql":
        return Author.__table__
    # Fifty look-ups by key, whatever the planner thinks of reading the whole table once for them.
    columns = (_AUTHOR.id, _AUTHOR.display_name, _AUTHOR.identifier, _AUTHOR.followers, _AUTHOR.comment_count)
    return select(*columns).where(_AUTHOR.id == _E.author_id).limit(1).lateral("author")


def read_rows(
    present: Session, ids: list[int], state: ConversationState, member_id: int | None
) -> tuple[list[QueueRow], frozenset[int]]:
    """The rows of queue entries, all in `state`, in the order of `ids`, in one statement.

    Returns:
        the rows, and in which of their conversations the member has half-written something.
    """
    if not ids:
        return [], frozenset()
    connection = present.connection()
    dialect = connection.dialect.name
    given = {"ids": ids, "member": member_id or 0}
    found = {row[0]: row for row in connection.execute(_statement(dialect), given).all()}
    begun = frozenset(row[_CONVERSATION] for row in found.values() if row[_BEGUN])
    return [_row(found[entry], state) for entry in ids if entry in found], begun


def _row(row: Any, state: ConversationState) -> QueueRow:
    # By position: names are looked up one by one, which would cost as much as the query.
    network, reasons, words = row[7], row[21], row[22]
    return QueueRow._make(
        (
            *row[1:8],
            *badge(network),
            *row[8:11],
            state,
            *row[11:18],
            moment_of(row[18]),
            moment_of(row[19]),
            moment_of(row[20]),
            _read_reasons(reasons) if isinstance(reasons, str) else reasons or [],
            None if words is None else excerpt(words),
        )
    )


@cache
def badge(network: str) -> tuple[str, str]:
    """What a network is called, and its letter."""
    return title_of(network), letter_of(network)


@lru_cache(maxsize=4096)
def _read_reasons(stored: str) -> list[dict[str, Any]]:
    """Reasons as SQLite stores them. Many comments have the same ones; whoever gets them only reads them."""
    found: list[dict[str, Any]] = json.loads(stored)
    return found


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of `text`, at most `most` characters, with an ellipsis where it was cut."""
    if len(text) <= most:
        return _CUT_ESCAPE.sub("", text) if _ESCAPE in text else text
    return text[: most - 1].rstrip() + "…"
