"""Replies that were sent with words of a fact which has changed since: each is corrected, or a member says why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from inbox import bell, clock, trail
from inbox.answering.citations import Outdated, outdated_versions
from inbox.answering.finding import reply_of, typed
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Author,
    Citation,
    Conversation,
    Correction,
    Fact,
    FactVersion,
    Member,
    Reply,
    ReplyState,
)
from inbox.models.bulk import among
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ChangedFact:
    """A fact as a reply said it, and as we say it now, in the reply's language where the fact has it.

    `new` is empty where the newest version has no words in that language.
    """

    fact: Fact
    cited: FactVersion
    newest: FactVersion
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A reply sent in the same conversation after the fact changed: it may be what corrects the earlier one."""

    reply_id: int
    sent_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class ToCorrect:
    """A sent reply that says what is not so any more."""

    reply: Reply
    conversation: Conversation
    account_name: str
    author_name: str
    author_identifier: str
    writer: str | None
    changes: tuple[ChangedFact, ...]
    follow_ups: tuple[FollowUp, ...]


def to_correct(
    actor: Actor,
    *,
    fact_id: int | None = None,
    conversation_id: int | None = None,
    limit: int = MOST_SHOWN,
) -> list[ToCorrect]:
    """The sent replies that cite a version of a fact which has changed since, oldest first.

    A reply stands here until a later reply of its conversation that cites newer words of the fact is sent, or until a
    member decides (`decide`). Retiring a fact alone lists nothing.

    Args:
        fact_id: only for this fact.
        conversation_id: only in this conversation.
        limit: at most so many replies.
    """
    require(actor, Permission.FACTS_VIEW)
    current = session()
    outdated = {each.version.id: each for each in outdated_versions(current) if each.changed}
    if fact_id is not None:
        outdated = {number: each for number, each in outdated.items() if each.fact.id == fact_id}
    if not outdated:
        return []
    wanted = _CITING
    if conversation_id is None:
        wanted = wanted.where(_says(outdated), _STANDS)
    else:
        of_this = select(Reply.id).where(Reply.conversation_id == conversation_id)
        near = _near(current, list(current.scalars(of_this)), outdated)
        wanted = wanted.where(Citation.id.in_(near), _STANDS)
    rows = current.execute(
        select(Reply, Conversation, Account.name, Author.display_name, Author.identifier, Member.name)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Account, Account.id == Reply.account_id)
        .join(Author, Author.id == Conversation.author_id)
        .outerjoin(Member, Member.id == Reply.member_id)
        .where(Reply.id.in_(wanted))
        .order_by(Reply.sent_at, Reply.id)
        .limit(limit)
    ).all()
    replies = [row[0] for row in rows]
    changes = _changes(current, replies, outdated)
    follow_ups = _follow_ups(current, replies)
    return [
        ToCorrect(
            *(reply, conversation, account, name, identifier, writer),
            changes=tuple(_said(each, conversation.language) for each in changes[reply.id]),
            follow_ups=tuple(
                follow_up
                for follow_up in follow_ups[conversation.id]
                if follow_up.sent_at > max(each.newest.written_at for each in changes[reply.id])
            ),
        )
        for reply, conversation, account, name, identifier, writer in rows
    ]


def count_to_correct(actor: Actor, *, most: int | None = None) -> int:
    """How many sent replies are to be corrected.

    Args:
        most: do not count further.
    """
    require(actor, Permission.FACTS_VIEW)
    current = session()
    outdated = {each.version.id: each for each in outdated_versions(current) if each.changed}
    if not outdated:
        return 0
    found = (
        select(Citation.reply_id).distinct().join(Reply, Reply.id == Citation.reply_id).where(_says(outdated), _STANDS)
    )
    return current.scalar(select(func.count()).select_from(found.limit(most).subquery())) or 0


def start_correction(actor: Actor, reply_id: int) -> ToCorrect:
    """What the composer shows above a follow-up reply that is to correct this one.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `correction_not_needed`: it is corrected, or decided, already.
    """
    require(actor, Permission.FACTS_VIEW)
    reply = reply_of(session(), reply_id)
    for found in to_correct(actor, conversation_id=reply.conversation_id):
        if found.reply.id == reply_id:
            return found
    raise Conflict("correction_not_needed")


def decide(actor: Actor, reply_id: int, *, follow_up_id: int | None = None, reason: str = "") -> list[Correction]:
    """Say that a later reply corrects this one, or why no correction is needed: exactly one of both.

    Args:
        follow_up_id: a reply sent in the same conversation after the fact changed.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `correction_not_needed`: it is corrected, or decided, already.
        Problem: `correction_undecided`: neither or both are given; `follow_up_unfit`; `member_needed`.
    """
    return decide_together(actor, [reply_id], follow_up_id=follow_up_id, reason=reason)


def decide_together(
    actor: Actor, reply_ids: Collection[int], *, follow_up_id: int | None = None, reason: str = ""
) -> list[Correction]:
    """As `decide`, for several replies with one reason: all of them or none."""
    require(actor, Permission.REPLIES_WRITE)
    if actor.member_id is None:
        raise Problem("member_needed")
    if (follow_up_id is None) == (not reason.strip()):
        raise Problem("correction_undecided")
    words = typed(reason, empty="correction_undecided") if follow_up_id is None else ""
    made = []
    with writing() as current:
        outdated = {each.version.id: each for each in outdated_versions(current) if each.changed}
        for reply_id in sorted(set(reply_ids)):
            reply = reply_of(current, reply_id, lock=True)
            open_ones = current.scalars(
                select(Citation.fact_version_id)
                .join(Reply, Reply.id == Citation.reply_id)
                .where(Citation.id.in_(_near(current, [reply.id], outdated)), _STANDS)
                .order_by(Citation.fact_version_id)
            ).all()
            if not open_ones:
                raise Conflict("correction_not_needed")
            if follow_up_id is not None:
                _refuse_unfit(current, reply, follow_up_id, [outdated[number] for number in open_ones])
            made += [
                Correction(
                    reply_id=reply.id,
                    fact_version_id=number,
                    follow_up_id=follow_up_id,
                    reason=words,
                    member_id=actor.member_id,
                    at=clock.now(),
                )
                for number in open_ones
            ]
            trail.record(
                current,
                actor,
                "reply.corrected" if follow_up_id is not None else "reply.correction_declined",
                of=("reply", reply.id),
                params={"conversation": reply.conversation_id, "follow_up": follow_up_id, "facts": list(open_ones)},
            )
            bell.ring(current, "conversation.changed", conversation_id=reply.conversation_id)
        current.add_all(made)
    return made


def _near(current: Session, reply_ids: Collection[int], outdated: Collection[int]) -> list[int]:
    """The citations of a few replies that say what is not so any more, by their own numbers: the others of the same
    fact, thousands of them, are not walked."""
    found = current.execute(
        select(Citation.id, Citation.fact_version_id).where(among(Citation.reply_id, sorted(reply_ids)))
    )
    return [row.id for row in found if row.fact_version_id in outdated]


def _says(outdated: Collection[int]) -> ColumnElement[bool]:
    """Of a citation: it says what is not so any more."""
    return Citation.fact_version_id.in_(sorted(outdated))


def _standing() -> ColumnElement[bool]:
    """Of a citation joined with its reply: the reply was sent, and nobody has put it right."""
    decided = select(Correction.id).where(
        Correction.reply_id == Citation.reply_id, Correction.fact_version_id == Citation.fact_version_id
    )
    cited, newer, later, later_citation = (
        aliased(FactVersion),
        aliased(FactVersion),
        aliased(Reply),
        aliased(Citation),
    )
    put_right = (
        select(later.id)
        .join(later_citation, later_citation.reply_id == later.id)
        .join(newer, newer.id == later_citation.fact_version_id)
        .join(cited, cited.fact_id == newer.fact_id)
        .where(
            cited.id == Citation.fact_version_id,
            newer.number > cited.number,
            later.conversation_id == Reply.conversation_id,
            later.state == ReplyState.SENT,
            later.sent_at >= newer.written_at,
        )
    )
    return (
        (Reply.state == ReplyState.SENT)
        & ~decided.correlate(Citation).exists()
        & ~put_right.correlate(Citation, Reply).exists()
    )


# Built once: what SQLAlchemy does for the aliases in it takes longer than the query.
_STANDS = _standing()
_CITING = select(Citation.reply_id).join(Reply, Reply.id == Citation.reply_id)


def _changes(current: Session, replies: list[Reply], outdated: dict[int, Outdated]) -> dict[int, list[Outdated]]:
    found: dict[int, list[Outdated]] = defaultdict(list)
    for row in current.execute(
        select(Citation.reply_id, Citation.fact_version_id)
        .join(Reply, Reply.id == Citation.reply_id)
        .where(Citation.id.in_(_near(current, [reply.id for reply in replies], outdated)), _STANDS)
        .order_by(Citation.fact_version_id)
    ):
        found[row.reply_id].append(outdated[row.fact_version_id])
    return found


def _follow_ups(current: Session, replies: list[Reply]) -> dict[int, list[FollowUp]]:
    found: dict[int, list[FollowUp]] = defaultdict(list)
    for reply in current.scalars(
        select(Reply)
        .where(
            among(Reply.conversation_id, sorted({reply.conversation_id for reply in replies})),
            Reply.state == ReplyState.SENT,
            Reply.automatic.is_(False),
        )
        .order_by(Reply.sent_at, Reply.id)
    ):
        if reply.sent_at is not None:
            found[reply.conversation_id].append(FollowUp(reply.id, reply.sent_at, reply.text))
    return found


def _refuse_unfit(current: Session, reply: Reply, follow_up_id: int, outdated: list[Outdated]) -> None:
    follow_up = current.get(Reply, follow_up_id, populate_existing=True)
    if follow_up is None:
        raise Unknown("reply_unknown", id=follow_up_id)
    if (
        follow_up.id == reply.id
        or follow_up.conversation_id != reply.conversation_id
        or follow_up.state is not ReplyState.SENT
        or follow_up.sent_at is None
        or any(follow_up.sent_at < each.newest.written_at for each in outdated)
    ):
        raise Problem("follow_up_unfit")


def _said(outdated: Outdated, language: str) -> ChangedFact:
    old, new = outdated.version.texts, outdated.newest.texts
    changed = [code for code in old if old[code] != new.get(code)]
    wanted = next((code for code in (language, language.partition("-")[0]) if code in changed), changed[0])
    return ChangedFact(outdated.fact, outdated.version, outdated.newest, str(old[wanted]), str(new.get(wanted, "")))
