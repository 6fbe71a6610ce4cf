"""The end of keeping: what is older than an account's retention loses its words and its people's names."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from inbox import clock, notices
from inbox.collecting import tombstones
from inbox.collecting.forgetting import take_withheld_words_out
from inbox.collecting.withholding import IN_THE_OUTBOX, make_nameless
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Author,
    Comment,
    CommentState,
    Conversation,
    Decision,
    Erasure,
    Reply,
    TombstoneReason,
)
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Problem, Unknown
from inbox.trail import record

SHORTEST_MONTHS, LONGEST_MONTHS = 6, 120
"""A crisis and its questions last months: nothing younger than half a year is called old."""

_AT_ONCE = 400
"""Comments, and authors, of one transaction; the next pass goes on."""


@dataclass(frozen=True, slots=True)
class RetentionReport:
    """What one pass withheld: comments, and authors whose name went."""

    comments: int = 0
    authors: int = 0


def set_retention(actor: Actor, account_id: int, months: int) -> Account:
    """Say how long what an account collects is kept with names and words, in months.

    Raises:
        Unknown: `account_unknown`.
        Problem: `retention_out_of_range`.
    """
    require(actor, Permission.ACCOUNTS_CHANGE)
    if not SHORTEST_MONTHS <= months <= LONGEST_MONTHS:
        raise Problem("retention_out_of_range", least=SHORTEST_MONTHS, most=LONGEST_MONTHS)
    with writing() as current:
        account = current.get(Account, account_id, with_for_update=True, populate_existing=True)
        if account is None:
            raise Unknown("account_unknown", id=account_id)
        shorter = months < account.retention_months
        account.retention_months = months
        record(current, actor, "account.retention_set", of=("account", account_id), params={"months": months})
        if shorter:
            told = {"actor": actor.name, "account": account.name, "months": months}
            notices.tell(current, Role.SUPERVISOR, "retention_shortened", of=("account", account_id), params=told)
    return account


def withhold_what_is_old(actor: Actor) -> RetentionReport:
    """One pass over every account, also disconnected and imported ones; a bounded number of rows each.

    Retention counts from when we received a comment. An author's name, and what we wrote to them, goes once nothing
    younger of theirs is here. No figure changes.

    Args:
        actor: the system.
    """
    require(actor, Permission.COMMENTS_TOMBSTONE)
    comments = authors = 0
    for account_id, months in session().execute(select(Account.id, Account.retention_months)).all():
        cutoff = months_before(clock.now(), months)
        withheld, nameless = _comments(actor, account_id, cutoff), _authors(actor, account_id, cutoff)
        comments, authors = comments + withheld, authors + nameless
    # Also what was withheld since the pass before, when its author took it back.
    take_withheld_words_out()
    return RetentionReport(comments, authors)


def months_before(moment: datetime, months: int) -> datetime:
    """The same day and time, `months` earlier; the last day of a month that is too short for it."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _comments(actor: Actor, account_id: int, cutoff: datetime) -> int:
    old = (
        select(Comment.id)
        .where(Comment.account_id == account_id, Comment.received_at < cutoff, Comment.state != CommentState.TOMBSTONED)
        .order_by(Comment.id)
        .limit(_AT_ONCE)
    )
    if session().scalar(old.limit(1)) is None:
        return 0
    with writing() as current:
        # The account first, as collecting does, so that no version of these arrives meanwhile.
        current.get_one(Account, account_id, with_for_update={"key_share": True})
        ids = list(current.scalars(old.with_for_update(key_share=True)))
        withheld = tombstones.lay(current, actor, ids, TombstoneReason.RETENTION)
        current.execute(update(Comment).where(Comment.id.in_(ids)).values(url=None))
        record(current, actor, "retention.passed", of=("account", account_id), params={"comments": withheld})
    return withheld


def _authors(actor: Actor, account_id: int, cutoff: datetime) -> int:
    younger = select(Comment.id).where(
        Comment.author_id == Author.id,
        (Comment.received_at >= cutoff) | (Comment.state != CommentState.TOMBSTONED),
    )
    on_its_way = (
        select(Reply.id)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .where(Conversation.author_id == Author.id, Reply.state.in_(IN_THE_OUTBOX))
    )
    erased_since = select(Erasure.id).where(
        Erasure.author_id == Author.id, Erasure.decision == Decision.CONFIRMED, Author.display_name == ""
    )
    old = (
        select(Author)
        .where(
            Author.account_id == account_id,
            Author.first_seen_at < cutoff,
            ~younger.exists(),
            ~on_its_way.exists(),
            ~erased_since.exists(),
        )
        .order_by(Author.id)
        .limit(_AT_ONCE)
    )
    if session().scalar(old.limit(1)) is None:
        return 0
    with writing() as current:
        authors = current.scalars(old.with_for_update(of=Author).execution_options(populate_existing=True)).all()
        now = clock.now()
        for author in authors:
            current.add(
                Erasure(
                    author_id=author.id,
                    reason=TombstoneReason.RETENTION,
                    requested_as=Role.SYSTEM,
                    requested_at=now,
                    decision=Decision.CONFIRMED,
                    decided_at=now,
                )
            )
            current.flush()
            make_nameless(current, author, TombstoneReason.RETENTION)
        if authors:
            facts = {"authors": len(authors)}
            record(current, actor, "retention.passed", of=("account", account_id), params=facts)
    return len(authors)
