"""What waits for approval, oldest first: each with the comment it answers and how long that critic has waited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import apology_views, citations, judging, submitting
from inbox.answering.apology_views import Behind, Returned, ShownApology
from inbox.answering.citations import Outdated
from inbox.answering.finding import AWAITING_SOMEBODY, reply_of
from inbox.answering.gate import Finding
from inbox.answering.judging import ChangedCore
from inbox.answering.standing_behind import needed_for
from inbox.extensions import session
from inbox.models import (
    Account,
    Apology,
    ApologyState,
    ApologyVersion,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    ConversationState,
    Member,
    Reply,
    ReplyReturn,
    ReplyState,
    ReplyVersion,
)
from inbox.permissions import Actor, Permission, require

MOST = 200
"""Rows of one page: whoever has more waiting needs more approvers, not a longer page."""


@dataclass(frozen=True, slots=True)
class WaitingReply:
    """A reply that waits for approval, or was returned.

    Attributes:
        comment: the newest words of the comment it answers; None where they are withheld.
        critic_since: since when that critic waits; None once nothing of theirs waits.
        findings: what the gate found, over `rest`.
        changed: an approved wording in which something was changed.
        before: what it said before the newest edit; None without one.
        outdated: the names of the facts that it says as they are not so any more: nobody can approve it like that.
        said_now: their words now, in the same order, in the language of the conversation where they have any.
        confirmed_by_me: the reader stands behind these very words.
        completes: the reader's confirmation would complete it.
        overdue: nobody has answered within the account's time.
    """

    reply: Reply
    author: str
    account: str
    network: str
    writer: str
    comment: str | None
    language: str
    critic_since: datetime | None
    findings: tuple[Finding, ...]
    changed: ChangedCore | None
    rest: str
    before: str | None
    behind: tuple[Behind, ...]
    needed: int
    returned: Returned | None
    confirmed_by_me: bool
    completes: bool
    overdue: bool
    outdated: tuple[str, ...] = ()
    said_now: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WaitingApology:
    """A wording that waits for approval.

    Attributes:
        waiting: how many conversations wait on its account or under its post.
        critic_since: since when the longest of them waits.
    """

    shown: ShownApology
    waiting: int
    critic_since: datetime | None
    confirmed_by_me: bool
    completes: bool
    overdue: bool


@dataclass(frozen=True, slots=True)
class Approvals:
    """What the reader can act on: `replies` and `apologies` wait, `returned` are their own to put right."""

    replies: list[WaitingReply]
    apologies: list[WaitingApology]
    returned: list[WaitingReply]


def waiting(actor: Actor) -> Approvals:
    """Everything that waits for somebody who approves; for a writer, what is their own."""
    approves = actor.may(Permission.REPLIES_APPROVE)
    if not approves:
        require(actor, Permission.REPLIES_WRITE)
    current = session()
    own = Reply.member_id == actor.member_id
    submitted = Reply.state == ReplyState.SUBMITTED
    replies = _replies(current, actor, submitted if approves else submitted & own)
    returned = _replies(current, actor, (Reply.state == ReplyState.RETURNED) & own)
    return Approvals(replies, _apologies(current, actor), returned)


def listing(actor: Actor) -> Approvals:
    """Everything that waits or was returned, whoever wrote it: for reading only, as at the command line."""
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    replies = _replies(current, actor, Reply.state == ReplyState.SUBMITTED)
    returned = _replies(current, actor, Reply.state == ReplyState.RETURNED)
    return Approvals(replies, _apologies(current, actor, everybodys=True), returned)


def one_reply(actor: Actor, reply_id: int) -> WaitingReply | None:
    """A reply that waits or was returned, for its conversation's page; None where it does neither."""
    if not actor.may(Permission.REPLIES_WRITE):
        require(actor, Permission.REPLIES_APPROVE)
    states = Reply.state.in_((ReplyState.SUBMITTED, ReplyState.RETURNED))
    found = _replies(session(), actor, states & (Reply.id == reply_id))
    return found[0] if found else None


def conversation_of(actor: Actor, reply_id: int) -> int:
    """The conversation to which a reply belongs.

    Raises:
        Unknown: `reply_unknown`.
    """
    if not actor.may(Permission.REPLIES_WRITE):
        require(actor, Permission.REPLIES_APPROVE)
    return reply_of(session(), reply_id).conversation_id


def _replies(current: Session, actor: Actor, which: ColumnElement[bool]) -> list[WaitingReply]:
    rows = current.execute(
        select(Reply, Conversation, Account, Author, Member.name)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Account, Account.id == Reply.account_id)
        .join(Author, Author.id == Conversation.author_id)
        .outerjoin(Member, Member.id == Reply.member_id)
        .where(AWAITING_SOMEBODY, which)
        .order_by(Reply.submitted_at, Reply.id)
        .limit(MOST)
    ).all()
    names = {row.id: row.name for row in current.execute(select(Member.id, Member.name))}
    changed_facts = {each.version.id: each for each in citations.outdated_versions(current)} if rows else {}
    found = []
    for reply, conversation, account, author, writer in rows:
        judged = judging.judge(current, account, conversation, reply.text, member_id=reply.member_id, reply_id=reply.id)
        behind = tuple(
            Behind(one.member_id, names.get(one.member_id, ""), one.may_approve, one.at)
            for one in judging.behind_now(current, reply)
        )
        needed = needed_for(current, account.id)
        mine = any(one.member_id == actor.member_id for one in behind)
        recognised = citations.recognised(current, reply.text) if changed_facts else ()
        outdated = [changed_facts[version] for version in recognised if version in changed_facts]
        found.append(
            WaitingReply(
                reply=reply,
                author=author.display_name or author.identifier,
                account=account.name,
                network=account.network,
                writer=writer or "",
                comment=_words(current, reply.comment_id),
                language=conversation.language,
                critic_since=conversation.waiting_since,
                findings=judged.findings,
                changed=judged.changed,
                rest=judged.rest,
                before=_before(current, reply),
                behind=behind,
                needed=needed,
                returned=_returned(current, reply, names),
                confirmed_by_me=mine,
                completes=not mine and _completes(behind, needed, with_right=submitting.may_approve(actor, reply)),
                overdue=_overdue(reply.submitted_at, account.approval_minutes),
                outdated=tuple(each.fact.name for each in outdated),
                said_now=tuple(_words_now(each, conversation.language) for each in outdated),
            )
        )
    return found


def _apologies(current: Session, actor: Actor, *, everybodys: bool = False) -> list[WaitingApology]:
    which: ColumnElement[bool] = Apology.state == ApologyState.SUBMITTED
    if not (everybodys or actor.may(Permission.APOLOGIES_APPROVE)):
        own = select(ApologyVersion.apology_id).where(ApologyVersion.member_id == actor.member_id)
        which &= Apology.id.in_(own)
    found = current.scalars(select(Apology).where(which).order_by(Apology.submitted_at, Apology.id).limit(MOST)).all()
    listed = []
    for shown in apology_views.shown(current, found):
        version = shown.newest.version
        behind = shown.newest.behind
        mine = any(one.member_id == actor.member_id for one in behind)
        count, since = _who_waits(current, version)
        minutes = select(func.min(Account.approval_minutes))
        if version.account_id is not None:
            minutes = minutes.where(Account.id == version.account_id)
        listed.append(
            WaitingApology(
                shown=shown,
                waiting=count,
                critic_since=since,
                confirmed_by_me=mine,
                completes=not mine
                and _completes(behind, shown.needed, with_right=actor.may(Permission.APOLOGIES_APPROVE)),
                overdue=_overdue(shown.apology.submitted_at, current.scalar(minutes) or 0),
            )
        )
    return listed


def _who_waits(current: Session, version: ApologyVersion) -> tuple[int, datetime | None]:
    which = [Conversation.state == ConversationState.WAITING]
    if version.account_id is not None:
        which.append(Conversation.account_id == version.account_id)
    if version.post_id is not None:
        which.append(Conversation.post_id == version.post_id)
    row = current.execute(
        select(func.count(), func.min(Conversation.waiting_since)).select_from(Conversation).where(*which)
    ).one()
    return row[0], row[1]


def _completes(behind: Sequence[Behind], needed: int, *, with_right: bool) -> bool:
    return len(behind) + 1 >= needed and (with_right or any(one.may_approve for one in behind))


def _overdue(since: datetime | None, minutes: int) -> bool:
    return since is not None and clock.now() - since > timedelta(minutes=minutes)


def _words(current: Session, comment_id: int | None) -> str | None:
    return current.scalar(
        select(CommentVersion.text)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(Comment.id == comment_id)
        .order_by(CommentVersion.number.desc())
        .limit(1)
    )


def _words_now(outdated: Outdated, language: str) -> str:
    texts = outdated.newest.texts
    return str(texts.get(language) or texts.get(language.partition("-")[0]) or next(iter(texts.values()), ""))


def _before(current: Session, reply: Reply) -> str | None:
    return current.scalar(
        select(ReplyVersion.text)
        .where(ReplyVersion.reply_id == reply.id, ReplyVersion.text_hash != reply.text_hash)
        .order_by(ReplyVersion.number.desc())
        .limit(1)
    )


def _returned(current: Session, reply: Reply, names: dict[int, str]) -> Returned | None:
    row = current.scalars(
        select(ReplyReturn).where(ReplyReturn.reply_id == reply.id).order_by(ReplyReturn.id.desc()).limit(1)
    ).first()
    return Returned(names.get(row.member_id, ""), row.words, row.at) if row is not None else None
