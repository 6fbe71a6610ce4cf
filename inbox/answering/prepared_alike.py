"""Never one text blasted: how alike the replies of a group are, to each other and to what was sent before.

Compared as everywhere (`likeness`): names, mentions, addresses and greetings make no difference. Within a group, and
beside what the member's other groups sent in the last hour, figures and signs make none either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import judging, likeness, prepared_pause
from inbox.answering.known_texts import plain
from inbox.answering.likeness import FEWEST_WORDS, THRESHOLD
from inbox.models import (
    Account,
    Author,
    BulkReply,
    BulkReplyState,
    Conversation,
    PreparedReply,
    PreparedState,
    Reply,
    ReplyState,
)


@dataclass(frozen=True, slots=True)
class Compared:
    """How much of a copy one reply of a group is.

    Attributes:
        same: how many others of the group say the same once names, figures and signs are taken out, or nearly all
            the same words; so do replies of the member's other groups of the last hour.
        near: how many others of the group say nearly the same, those included.
        sent: how many people were sent nearly this before, this group's included.
        limit: from how many people on the account wants a reason; None where it wants none.
    """

    same: int
    near: int
    sent: int
    limit: int | None

    @property
    def people(self) -> int:
        """How many people get nearly this, were the whole group sent."""
        return self.near + self.sent

    def __bool__(self) -> bool:
        """Whether a reason is needed: the same words twice in a group, or as many copies as the account allows."""
        return bool(self.same) or (self.limit is not None and self.people >= self.limit)


SAME_WORDS = 90
"""From which share of words in common, of 100, two replies of a group say the same; a sentence of one's own in a reply
of usual length makes the share smaller."""

_FIGURES = re.compile(r"[\d_]+")


class Group:
    """The words of a group as they are compared, read once."""

    def __init__(self, current: Session, bulk: BulkReply) -> None:
        self._current = current
        rows = current.execute(
            select(PreparedReply, Reply.text, Author.display_name, Author.identifier, Account)
            .join(BulkReply, BulkReply.id == PreparedReply.bulk_id)
            .join(Conversation, Conversation.id == PreparedReply.conversation_id)
            .join(Author, Author.id == Conversation.author_id)
            .join(Account, Account.id == Conversation.account_id)
            .outerjoin(Reply, Reply.id == PreparedReply.reply_id)
            .where(or_(_in_group(bulk), _beside_it(bulk)))
            .order_by(PreparedReply.position)
        ).all()
        self._accounts = {row.id: account for row, *_, account in rows}
        self._said = {
            row.id: plain(sent or row.text, [name, identifier, account.name])
            for row, sent, name, identifier, account in rows
        }
        self._sent = {row.id for row, sent, *_ in rows if sent}
        self._others = {row.id for row, *_ in rows if row.bulk_id != bulk.id}
        self._words = {number: _FIGURES.sub(" ", said).split() for number, said in self._said.items()}

    def compared(self, row: PreparedReply, own_words: str | None = None, *, look_back: bool = True) -> Compared:
        """One reply against the others of its group, and against what was sent before.

        Args:
            own_words: its text without approved cores, where that is known.
            look_back: also against what was sent before.
        """
        account = self._accounts[row.id]
        mine = self._said[row.id]
        same = near = 0
        if len(mine.split()) >= FEWEST_WORDS:
            for number, other in self._said.items():
                if number == row.id or not other:
                    continue
                if _same(self._words[row.id], self._words[number]):
                    same += 1
                # What has left is counted by those who were sent it.
                if number not in self._sent | self._others and fuzz.ratio(mine, other, score_cutoff=THRESHOLD):
                    near += 1
        if not look_back:
            return Compared(same, near, 0, account.likeness_limit)
        if own_words is None:
            conversation = self._current.get_one(Conversation, row.conversation_id)
            own_words = judging.judge(self._current, account, conversation, row.text, member_id=None).rest
        sent = likeness.check(self._current, account.id, own_words, conversation_id=row.conversation_id).people
        return Compared(same, near, sent, account.likeness_limit)


def _in_group(bulk: BulkReply) -> ColumnElement[bool]:
    return and_(PreparedReply.bulk_id == bulk.id, PreparedReply.state != PreparedState.OUT)


def _beside_it(bulk: BulkReply) -> ColumnElement[bool]:
    """What other groups of its member sent lately, or are sending."""
    since = clock.now() - prepared_pause.LOOKED_BACK
    leaving = and_(PreparedReply.state == PreparedState.OPEN, BulkReply.state == BulkReplyState.SENDING)
    left = and_(
        PreparedReply.state == PreparedState.HANDED_OVER,
        PreparedReply.settled_at >= since,
        Reply.state != ReplyState.WITHDRAWN,
    )
    return and_(BulkReply.member_id == bulk.member_id, BulkReply.id != bulk.id, or_(leaving, left))


def _same(mine: list[str], other: list[str]) -> bool:
    """Whether two texts are the same but for spaces, or nearly all their words are."""
    if "".join(mine) == "".join(other):
        return True
    return bool(Indel.normalized_similarity(mine, other, score_cutoff=SAME_WORDS / 100))


def needs_reason(current: Session, bulk: BulkReply, row: PreparedReply, group: Group | None = None) -> Compared:
    """One reply compared; true where it needs a reason. What is in it was flushed.

    Args:
        group: the words of the group, where they are at hand already.
    """
    conversation = current.get_one(Conversation, row.conversation_id)
    limit = current.scalar(select(Account.likeness_limit).where(Account.id == conversation.account_id))
    return (group or Group(current, bulk)).compared(row, look_back=limit is not None)
