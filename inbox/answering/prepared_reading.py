"""A group of prepared replies as its page shows it: what each answers, what it says, and what stands in its way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox import clock, connecting
from inbox.answering import judging, placeholders, prepared, prepared_watch
from inbox.answering.fitness import ANSWERS_NOTHING
from inbox.answering.judging import Judgement
from inbox.answering.prepared_alike import Compared, Group
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Author,
    BulkReply,
    BulkReplyState,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    Member,
    PreparedReply,
    PreparedState,
    Reply,
)
from inbox.models.bulk import among
from inbox.permissions import Actor, Permission, require

MOST_COMMENTS = 5
"""Comments of one person that are shown above the reply to them, the newest."""

MOST_ANSWERS = 3
"""Answers somebody else gave one person that are shown there, the newest."""

_OVER = (BulkReplyState.DONE, BulkReplyState.PUT_AWAY)


@dataclass(frozen=True, slots=True)
class AnsweredComment:
    """A comment that a reply answers. `text` is None where it is withheld."""

    posted_at: datetime
    text: str | None


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """What a person was answered, or is about to be, besides the group: by whom, None for the network's own app.

    `text` is None where it is withheld; `left` says whether it has reached them.
    """

    by: str | None
    at: datetime
    text: str | None
    left: bool


@dataclass(frozen=True, slots=True)
class ShownPrepared:
    """One prepared reply.

    Attributes:
        comments: what it answers, the oldest first.
        more: how many further comments it answers that are not shown here.
        answers: what else they were answered since they wait or the group was begun, the oldest first.
        used: how long it is, by the network's own counting, of `limit`.
        missing: the places that are still open in it.
        judged: what would become of it if it were sent now; None where it is empty, or cannot be changed at present.
        compared: how much of a copy it is; None likewise.
        reply: what it became.
    """

    row: PreparedReply
    conversation: Conversation
    author: Author
    account: Account
    comments: list[AnsweredComment]
    more: int
    answers: list[GivenAnswer]
    used: int
    limit: int
    missing: list[str]
    judged: Judgement | None
    compared: Compared | None
    reply: Reply | None

    @property
    def fits(self) -> bool:
        """Whether the network takes it at that length."""
        return self.used <= self.limit

    @property
    def needs_reason(self) -> bool:
        """Whether it needs a reason for saying what others say; not while its places are open."""
        return bool(self.compared) and not self.missing


@dataclass(frozen=True, slots=True)
class ShownBulk:
    """A group with everything in it, in its order."""

    bulk: BulkReply
    replies: list[ShownPrepared]

    @property
    def open(self) -> list[ShownPrepared]:
        """Those that have not left and were not taken out."""
        return [each for each in self.replies if each.row.state is PreparedState.OPEN]

    @property
    def out(self) -> list[ShownPrepared]:
        """Those that were taken out."""
        return [each for each in self.replies if each.row.state is PreparedState.OUT]

    @property
    def handed_over(self) -> list[ShownPrepared]:
        """Those that became replies."""
        return [each for each in self.replies if each.row.state is PreparedState.HANDED_OVER]

    @property
    def missing(self) -> dict[str, int]:
        """The places that are open in replies not yet ticked, and in how many each is."""
        counted: Counter[str] = Counter()
        for each in self.open:
            if each.row.ticked_at is None:
                counted.update(each.missing)
        return dict(counted.most_common())

    @property
    def need_reason(self) -> int:
        """How many open ones need a reason for their likeness."""
        return sum(each.needs_reason for each in self.open)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many replies of a group stand how; `ticked` are among the open ones."""

    open: int
    ticked: int
    out: int
    handed_over: int


@dataclass(frozen=True, slots=True)
class ListedBulk:
    """A group in the list of a member's own."""

    bulk: BulkReply
    replies: int
    open: int
    handed_over: int


def show(actor: Actor, bulk_id: int, *, only: int | None = None) -> ShownBulk:
    """A group as it stands now: whatever somebody else made unfit is taken out first.

    Args:
        only: the number of one prepared reply, where the others are not asked for.

    Raises:
        Unknown: `bulk_reply_unknown`.
    """
    require(actor, Permission.REPLIES_WRITE)
    bulk = prepared.find(session(), actor, bulk_id)
    # Looking alone writes nothing, and waits for nobody.
    if bulk.state not in _OVER and prepared_watch.overtaken(session(), bulk):
        with writing() as current:
            locked = current.get_one(BulkReply, bulk_id, populate_existing=True, with_for_update={"key_share": True})
            prepared_watch.look_over(current, locked)
    current = session()
    group = Group(current, bulk)
    rows = current.execute(
        select(PreparedReply, Conversation, Author, Account, Reply)
        .join(Conversation, Conversation.id == PreparedReply.conversation_id)
        .join(Author, Author.id == Conversation.author_id)
        .join(Account, Account.id == Conversation.account_id)
        .outerjoin(Reply, Reply.id == PreparedReply.reply_id)
        .where(PreparedReply.bulk_id == bulk_id, *([] if only is None else [PreparedReply.id == only]))
        .order_by(PreparedReply.position)
        .execution_options(populate_existing=True)
    ).all()
    said = _said(current, [row for row, *_ in rows])
    answers = _answers(current, bulk, [(row, conversation) for row, conversation, *_ in rows])
    # While they leave, nobody changes them any more, and the page asks every other second.
    looks = bulk.state in (BulkReplyState.PREPARING, BulkReplyState.STOPPED)
    return ShownBulk(bulk, [_shown(current, actor, group, said, answers, looks, *row) for row in rows])


def tally(actor: Actor, bulk_id: int) -> Tally:
    """How many replies of a group stand how.

    Raises:
        Unknown: `bulk_reply_unknown`.
    """
    require(actor, Permission.REPLIES_WRITE)
    current = session()
    prepared.find(current, actor, bulk_id)
    ticked = func.count(PreparedReply.ticked_at)
    rows = current.execute(
        select(PreparedReply.state, func.count(), ticked)
        .where(PreparedReply.bulk_id == bulk_id)
        .group_by(PreparedReply.state)
    )
    found = {state: (count, read) for state, count, read in rows}
    nothing = (0, 0)
    return Tally(
        open=found.get(PreparedState.OPEN, nothing)[0],
        ticked=found.get(PreparedState.OPEN, nothing)[1],
        out=found.get(PreparedState.OUT, nothing)[0],
        handed_over=found.get(PreparedState.HANDED_OVER, nothing)[0],
    )


def own_groups(actor: Actor, *, limit: int = 50) -> list[ListedBulk]:
    """The groups of the member that are not over, and the newest of those that are, the newest first."""
    require(actor, Permission.REPLIES_WRITE)
    current = session()
    bulks = current.scalars(
        select(BulkReply)
        .where(BulkReply.member_id == (actor.member_id or 0))
        .order_by(BulkReply.state.in_(_OVER), BulkReply.id.desc())
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()
    counted = Counter(
        {
            (bulk_id, state): count
            for bulk_id, state, count in current.execute(
                select(PreparedReply.bulk_id, PreparedReply.state, func.count())
                .where(among(PreparedReply.bulk_id, [bulk.id for bulk in bulks]))
                .group_by(PreparedReply.bulk_id, PreparedReply.state)
            )
        }
    )
    return [
        ListedBulk(
            bulk,
            sum(counted[bulk.id, state] for state in PreparedState),
            counted[bulk.id, PreparedState.OPEN],
            counted[bulk.id, PreparedState.HANDED_OVER],
        )
        for bulk in bulks
    ]


def under_way(actor: Actor) -> int:
    """How many groups the member has that are not over."""
    if actor.member_id is None or not actor.may(Permission.REPLIES_WRITE):
        return 0
    counted = select(func.count()).select_from(BulkReply)
    return session().scalar(counted.where(BulkReply.member_id == actor.member_id, BulkReply.state.not_in(_OVER))) or 0


def _said(current: Session, rows: Iterable[PreparedReply]) -> dict[int, list[tuple[datetime, str | None]]]:
    """The unanswered comments of each conversation, in their newest version that was seen, the oldest first."""
    seen = {row.conversation_id: row.seen_up_to for row in rows}
    found: dict[int, list[tuple[datetime, str | None]]] = {number: [] for number in seen}
    if not seen:
        return found
    newest = (
        select(CommentVersion.text)
        .where(CommentVersion.comment_id == Comment.id)
        .order_by(CommentVersion.number.desc())
        .limit(1)
        .correlate(Comment)
        .scalar_subquery()
    )
    first = (
        select(func.min(CommentVersion.id))
        .where(CommentVersion.comment_id == Comment.id)
        .correlate(Comment)
        .scalar_subquery()
    )
    statement = (
        select(Comment.conversation_id, Comment.posted_at, newest, first)
        .join(Conversation, Conversation.id == Comment.conversation_id)
        .where(
            among(Comment.conversation_id, sorted(seen)),
            Comment.posted_at >= func.coalesce(Conversation.waiting_since, Conversation.last_comment_at),
            Comment.state.in_((CommentState.PRESENT, CommentState.TOMBSTONED)),
        )
        .order_by(Comment.posted_at, Comment.id)
    )
    for conversation_id, posted_at, words, version_id in current.execute(statement):
        if version_id is not None and version_id <= seen[conversation_id]:
            found[conversation_id].append((posted_at, words))
    return found


def _answers(
    current: Session, bulk: BulkReply, rows: Sequence[tuple[PreparedReply, Conversation]]
) -> dict[int, list[GivenAnswer]]:
    """What each person was answered besides, by prepared reply: what is under way, and what left since they wait."""
    given = select(
        Conversation.author_id, Reply.id, Reply.text, Reply.state, Member.name, Reply.created_at, Reply.sent_at
    )
    given = given.join(Conversation, Conversation.id == Reply.conversation_id)
    given = given.outerjoin(Member, Member.id == Reply.member_id).where(
        among(Conversation.author_id, sorted({conversation.author_id for _, conversation in rows})),
        Reply.automatic.is_(False),
        Reply.state.not_in(ANSWERS_NOTHING),
    )
    found: dict[int, list[GivenAnswer]] = {row.id: [] for row, _ in rows}
    by_author: dict[int, list[Any]] = defaultdict(list)
    for reply in current.execute(given.order_by(Reply.id)):
        by_author[reply.author_id].append(reply)
    for row, conversation in rows:
        since = min(bulk.created_at, conversation.waiting_since or bulk.created_at)
        for reply in by_author[conversation.author_id]:
            under_way = reply.state in prepared_watch.UNDER_WAY
            at = reply.sent_at or reply.created_at
            if reply.id != row.reply_id and (under_way or at >= since):
                found[row.id].append(GivenAnswer(reply.name, at, reply.text or None, not under_way))
    return found


def _shown(
    current: Session,
    actor: Actor,
    group: Group,
    said: dict[int, list[tuple[datetime, str | None]]],
    answers: dict[int, list[GivenAnswer]],
    looks: bool,
    row: PreparedReply,
    conversation: Conversation,
    author: Author,
    account: Account,
    reply: Reply | None,
) -> ShownPrepared:
    words = reply.text if reply is not None else row.text
    length = connecting.length_of(account, words)
    judged = compared = None
    if looks and row.state is PreparedState.OPEN and row.text.strip():
        judged = judging.judge(current, account, conversation, row.text, member_id=actor.member_id)
        compared = group.compared(row, judged.rest)
    comments = said[row.conversation_id]
    return ShownPrepared(
        row=row,
        conversation=conversation,
        author=author,
        account=account,
        comments=[AnsweredComment(*each) for each in comments[-MOST_COMMENTS:]],
        more=max(0, len(comments) - MOST_COMMENTS),
        answers=answers[row.id][-MOST_ANSWERS:],
        used=length.used,
        limit=length.limit,
        missing=placeholders.names_in(row.text) if row.state is PreparedState.OPEN else [],
        judged=judged,
        compared=compared,
        reply=reply,
    )


def waits_until(shown: ShownBulk) -> datetime | None:
    """When the next reply of a group that is being sent may leave; None where nothing is to leave."""
    if shown.bulk.state is not BulkReplyState.SENDING or not shown.open:
        return None
    return max(shown.bulk.next_at or clock.now(), clock.now())
