"""Never one text blasted: how alike the replies of a group are, to each other and to what was sent before.

Compared as everywhere (`likeness`): names, mentions, addresses and greetings make no difference.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import judging, likeness
from inbox.answering.known_texts import plain
from inbox.answering.likeness import FEWEST_WORDS, THRESHOLD
from inbox.models import Account, Author, BulkReply, Conversation, PreparedReply, PreparedState, Reply


@dataclass(frozen=True, slots=True)
class Compared:
    """How much of a copy one reply of a group is.

    Attributes:
        same: how many others of the group say the same once the names are taken out.
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


class Group:
    """The words of a group as they are compared, read once."""

    def __init__(self, current: Session, bulk: BulkReply) -> None:
        self._current = current
        rows = current.execute(
            select(PreparedReply, Reply.text, Author.display_name, Author.identifier, Account)
            .join(Conversation, Conversation.id == PreparedReply.conversation_id)
            .join(Author, Author.id == Conversation.author_id)
            .join(Account, Account.id == Conversation.account_id)
            .outerjoin(Reply, Reply.id == PreparedReply.reply_id)
            .where(PreparedReply.bulk_id == bulk.id, PreparedReply.state != PreparedState.OUT)
            .order_by(PreparedReply.position)
        ).all()
        self._accounts = {row.id: account for row, *_, account in rows}
        self._said = {
            row.id: plain(sent or row.text, [name, identifier, account.name])
            for row, sent, name, identifier, account in rows
        }
        self._sent = {row.id for row, sent, *_ in rows if sent}

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
                if other == mine:
                    same += 1
                # What has left is counted by those who were sent it.
                if number not in self._sent and fuzz.ratio(mine, other, score_cutoff=THRESHOLD):
                    near += 1
        if not look_back:
            return Compared(same, near, 0, account.likeness_limit)
        if own_words is None:
            conversation = self._current.get_one(Conversation, row.conversation_id)
            own_words = judging.judge(self._current, account, conversation, row.text, member_id=None).rest
        sent = likeness.check(self._current, account.id, own_words, conversation_id=row.conversation_id).people
        return Compared(same, near, sent, account.likeness_limit)


def needs_reason(current: Session, bulk: BulkReply, row: PreparedReply, group: Group | None = None) -> Compared:
    """One reply compared; true where it needs a reason. What is in it was flushed.

    Args:
        group: the words of the group, where they are at hand already.
    """
    conversation = current.get_one(Conversation, row.conversation_id)
    limit = current.scalar(select(Account.likeness_limit).where(Account.id == conversation.account_id))
    return (group or Group(current, bulk)).compared(row, look_back=limit is not None)
