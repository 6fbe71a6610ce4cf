"""Whether a reply may leave as it stands: the gate over its words, less the approved cores, and who must agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import apologies, citations, cores, courtesies, gate, in_force
from inbox.answering.gate import Finding
from inbox.answering.placeholders import tame_name
from inbox.answering.standing_behind import complete, needed_for
from inbox.models import (
    Account,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    Member,
    Outcome,
    Reply,
    ReplyConfirmation,
    ReplyReturn,
)

APOLOGY = "apology_unapproved"
ADMISSION = "admission_unapproved"
CHANGED = "core_changed"
MEMBER = "member_supervised"
ACCOUNT = "account_supervised"
FACT = "fact_changed"

_READ = 50
"""How many of the author's newest comments are looked through for a signature."""


@dataclass(frozen=True, slots=True)
class ChangedCore:
    """A passage that looks like an approved core and is not: what was approved, and what stands there."""

    apology_id: int
    approved: str
    passage: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a text holds, and whether it may leave.

    Attributes:
        outcome: the gravest thing the gate found outside approved cores.
        findings: these, with their places in `rest`.
        rest: the text less the approved cores, which is what was read.
        version_ids: the versions of apologies whose cores it holds.
        changed: an approved core in which something was changed.
        not_in_force: why a core that stands in it may not leave, as a code.
        held_code: why it waits for approval; None where it may leave.
    """

    outcome: Outcome
    findings: tuple[Finding, ...]
    rest: str
    version_ids: tuple[int, ...]
    changed: ChangedCore | None
    not_in_force: str | None
    held_code: str | None


def judge(
    current: Session,
    account: Account,
    conversation: Conversation,
    text: str,
    *,
    member_id: int | None,
    reply_id: int | None = None,
    lock: bool = False,
) -> Judgement:
    """Read a text as a reply of `account` in `conversation`.

    Args:
        member_id: who writes it.
        reply_id: the stored reply it is, whose own use of a core is not counted.
        lock: for a deed: nobody else uses up a limited wording until the end of the transaction.
    """
    may, may_not = in_force.wordings(current, account.id, conversation.post_id, besides=reply_id)
    names = _names(current, account, conversation) if may or may_not else ()
    is_name = cores.known_names(names, _said(current, conversation) if may or may_not else ())
    polite = courtesies.phrases(current)

    def is_harmless_name(value: str) -> bool:
        return is_name(value) and not gate.read(value, courtesies=polite).held

    spans: list[cores.Found] = []
    used: list[int] = []
    for wording in may:
        found = cores.find(wording.version.core, text, is_harmless_name, names)
        if found and lock and not _may_still(current, wording, reply_id):
            may_not.append(in_force.NotInForce(wording.apology, wording.version, "apology_used_up"))
        elif found:
            spans += found
            used.append(wording.version.id)
    apart, together = cores.cut(text, spans)
    readings = [gate.read(rest, courtesies=polite) for rest in dict.fromkeys((apart, together))]
    gravest = max(readings, key=lambda reading: reading.outcome.gravity)
    changed = None
    for wording in may:
        if wording.version.id not in used and (passage := cores.nearly(wording.version.core, apart)) is not None:
            changed = ChangedCore(wording.apology.id, wording.version.core, passage)
            break
    stopped = next(
        (one.code for one in may_not if cores.find(one.version.core, apart, is_harmless_name, names)),
        None,
    )
    return Judgement(
        outcome=gravest.outcome,
        findings=gravest.findings,
        rest=apart if gravest is readings[0] else together,
        version_ids=tuple(used),
        changed=changed,
        not_in_force=stopped,
        held_code=_held_code(current, account, gravest, changed, stopped, member_id),
    )


def why_not_now(current: Session, reply: Reply) -> str | None:
    """Why a stored reply may not leave at this moment, asked again right before it does; None where it may.

    Members who stand behind the whole text have approved what it holds; a fact that has changed since holds it back
    all the same.
    """
    if says_what_changed(current, reply):
        return FACT
    if stood_behind(current, reply):
        return None
    account = current.get_one(Account, reply.account_id)
    conversation = current.get_one(Conversation, reply.conversation_id)
    judged = judge(current, account, conversation, reply.text, member_id=reply.member_id, reply_id=reply.id)
    return judged.held_code


def says_what_changed(current: Session, reply: Reply) -> bool:
    """Whether a reply says the words of a fact that has changed since."""
    return bool(citations.outdated_among(current, citations.recognised(current, reply.text)))


def stood_behind(current: Session, reply: Reply) -> bool:
    """Whether enough members confirmed exactly the text that is stored now, and nobody returned it."""
    return complete(behind_now(current, reply), needed_for(current, reply.account_id))


def behind_now(current: Session, reply: Reply) -> list[ReplyConfirmation]:
    """The confirmations of what the reply says now; none once somebody returned these very words."""
    if was_returned(current, reply.id, reply.text_hash):
        return []
    return [one for one in confirmations_of(current, reply.id) if one.text_hash == reply.text_hash]


def was_returned(current: Session, reply_id: int, text_hash: str) -> bool:
    """Whether somebody returned a reply with exactly these words."""
    returned = select(ReplyReturn.id).where(ReplyReturn.reply_id == reply_id, ReplyReturn.text_hash == text_hash)
    return current.scalar(returned.limit(1)) is not None


def confirmations_of(current: Session, reply_id: int) -> Sequence[ReplyConfirmation]:
    """Everything that members confirmed of a reply, in order."""
    return current.scalars(
        select(ReplyConfirmation).where(ReplyConfirmation.reply_id == reply_id).order_by(ReplyConfirmation.id)
    ).all()


def _may_still(current: Session, wording: in_force.InForce, reply_id: int | None) -> bool:
    """Under a lock: whether a use of a limited wording is left."""
    if wording.version.most_uses is None:
        return True
    apologies.find(current, wording.apology.id, lock=True)
    return in_force.uses_of(current, wording.apology.id, besides=reply_id) < wording.version.most_uses


def _held_code(
    current: Session,
    account: Account,
    reading: gate.Reading,
    changed: ChangedCore | None,
    stopped: str | None,
    member_id: int | None,
) -> str | None:
    if stopped is not None:
        return stopped
    if changed is not None:
        return CHANGED
    if reading.outcome is Outcome.ADMISSION:
        return ADMISSION
    if reading.outcome is Outcome.APOLOGY:
        return APOLOGY
    if account.approves_every_reply:
        return ACCOUNT
    member = current.get(Member, member_id) if member_id is not None else None
    if member is not None and member.supervised_until is not None and member.supervised_until > clock.now():
        return MEMBER
    return None


def _names(current: Session, account: Account, conversation: Conversation) -> tuple[str, ...]:
    """The names that may stand whole in the place of a name: the author's and the account's, as they are filled in."""
    author = current.get_one(Author, conversation.author_id)
    every = (author.display_name, author.identifier, account.name)
    return tuple(dict.fromkeys(tame_name(name) for name in every if name and tame_name(name)))


def _said(current: Session, conversation: Conversation) -> list[str]:
    """What the author wrote lately, for the name they signed with."""
    said = current.scalars(
        select(CommentVersion.text)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(Comment.conversation_id == conversation.id, CommentVersion.text.is_not(None))
        .order_by(CommentVersion.id.desc())
        .limit(_READ)
    )
    return [words for words in said if words is not None]
