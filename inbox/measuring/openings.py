"""Conversations that are just being opened: what `waits.settle` would derive for them, without reading anything back.

In a bad buzz nearly every comment opens a conversation of its own. Its first wait and its row of the queue follow from
that one comment, so that a page of such comments costs two statements.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from inbox.measuring import entries
from inbox.measuring.targets import Allowed
from inbox.measuring.terms import Allowance, Terms, terms_of
from inbox.models import Account, Wait
from inbox.models.bulk import Rows

_WAITS = Rows(
    Wait.__table__,
    *("conversation_id", "account_id", "ordinal", "comment_id", "opened_at", "received_at"),
    *("urgency", "kind", "language", "target_seconds", "in_crisis", "due_at"),
)


class Opening(NamedTuple):
    """What triage said of the first comment."""

    urgency: int
    kind: str
    language: str


class FirstComment(NamedTuple):
    """The one version of the one comment of a conversation that has no answer.

    `allowance`: how long the first wait may be. `new_author`: the author was not known before, and so stands in no row
    of the queue.
    """

    conversation_id: int
    author_id: int
    comment_id: int
    written_at: datetime
    received_at: datetime
    opening: Opening
    allowance: Allowance
    new_author: bool


def terms(session: Session, account: Account) -> Terms:
    """On what terms waits of the account open at present."""
    return terms_of(session, {account.id: Allowed(account.first_target_seconds, account.next_target_seconds)})[
        account.id
    ]


def open_new(session: Session, account: Account, firsts: Sequence[FirstComment]) -> None:
    """Open the waits and queue rows of conversations that were inserted with `firsts` in this transaction.

    The conversations' own rows hold already what they say: waiting, since when and until when.
    """
    if not firsts:
        return
    _WAITS.store(
        session.connection(),
        [
            (
                *(first.conversation_id, account.id, 1, first.comment_id, first.written_at, first.received_at),
                *(*first.opening, *first.allowance),
            )
            for first in firsts
        ],
    )
    times = Counter(first.author_id for first in firsts)
    alone = [first for first in firsts if first.new_author and times[first.author_id] == 1]
    entries.add_new(
        session,
        account,
        [
            (first.author_id, first.conversation_id, first.opening, first.written_at, first.allowance.due_at)
            for first in alone
        ],
    )
    entries.refresh(session, times.keys() - {first.author_id for first in alone})
