"""Legal erasure: a person's right over their data, asked for by one member and confirmed by another of the other role.

The author's name, identifier and address go, and so do the words: of every version, of what was delivered, of what we
wrote to them. Rows, times, states and digests stay, so that every figure is what it was and `verify` still passes.
The network's own ids stay too: without them the next collection would bring everything back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from inbox import bell, clock, notices
from inbox.collecting.erasure_remarks import Remark, remarks_of, withhold
from inbox.collecting.forgetting import take_withheld_words_out
from inbox.collecting.withholding import IN_THE_OUTBOX, make_nameless
from inbox.extensions import forget_what_was_overwritten, session, writing
from inbox.models import (
    Author,
    Conversation,
    Decision,
    Erasure,
    Member,
    Reply,
    TombstoneReason,
)
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.trail import record
from inbox.trail.two_members import check_independent

_OTHER = {Role.ADMINISTRATOR: Role.SUPERVISOR, Role.SUPERVISOR: Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class ShownErasure:
    """A request for erasure as it is listed. `waits_for` is the role that confirms, None once it is decided.

    Attributes:
        mine: the reader asked for it, so that somebody else confirms it.
        may_confirm: the reader is a member of the other role.
    """

    erasure: Erasure
    author: Author
    conversation_id: int | None
    requested_by: str | None
    decided_by: str | None
    waits_for: Role | None
    mine: bool
    may_confirm: bool


def request(actor: Actor, author_id: int) -> Erasure:
    """Ask for an author's data to be erased; the other role is told.

    Raises:
        Unknown: `author_unknown`.
        Conflict: `erasure_requested_already`.
        Problem: `member_needed`.
    """
    require(actor, Permission.ERASURES_REQUEST)
    if actor.member_id is None:
        raise Problem("member_needed")
    role = Role.ADMINISTRATOR if Role.ADMINISTRATOR in actor.roles else Role.SUPERVISOR
    with writing() as current:
        author = current.get(Author, author_id, with_for_update=True, populate_existing=True)
        if author is None:
            raise Unknown("author_unknown", id=author_id)
        pending = select(Erasure.id).where(Erasure.author_id == author.id, Erasure.decision.is_(None))
        if current.scalar(pending) is not None:
            raise Conflict("erasure_requested_already")
        erasure = Erasure(
            author_id=author.id,
            reason=TombstoneReason.LEGAL_ERASURE,
            requested_by=actor.member_id,
            requested_as=role,
            requested_at=clock.now(),
        )
        current.add(erasure)
        current.flush()
        record(current, actor, "erasure.requested", of=("author", author.id), params={"erasure": erasure.id})
        notices.tell(
            current, _OTHER[role], "erasure_requested", of=("erasure", erasure.id), params={"actor": actor.name}
        )
    return erasure


def confirm(
    actor: Actor,
    erasure_id: int,
    *,
    notes: Collection[int] = (),
    escalations: Collection[int] = (),
    hand_overs: Collection[int] = (),
    notes_for_many: Collection[int] = (),
    reasons: Collection[int] = (),
    prepared_replies: Collection[int] = (),
    tags: Collection[int] = (),
) -> Erasure:
    """Stand behind a request for erasure: the system withholds everything at once, and nothing brings it back.

    Args:
        notes: those of `remarks` whose words mention the author and go too.
        escalations: likewise.
        hand_overs: likewise, and so all that follow.
        notes_for_many: notes for several that are still to be carried out; they are not.
        reasons: why the same words went to several, by the group of prepared replies.
        prepared_replies: those to somebody else; they leave no more.
        tags: whose word goes, wherever it stands.

    Raises:
        Unknown: `erasure_unknown`.
        Conflict: `erasure_decided_already`, `erasure_reply_on_its_way`.
        Problem: `erasure_own`, `erasure_needs_other_role`, `remark_unknown`, `member_needed`.
    """
    require(actor, Permission.ERASURES_CONFIRM)
    with writing() as current:
        erasure = _pending(current, actor, erasure_id)
        author = current.get_one(Author, erasure.author_id, with_for_update=True, populate_existing=True)
        if _reply_on_its_way(current, author.id):
            raise Conflict("erasure_reply_on_its_way")
        # Looked for before the name goes, by which they are found.
        offered = {(remark.kind, remark.id) for remark in remarks_of(current, author)}
        ticked = {
            "note": notes,
            "escalation": escalations,
            "hand_over": hand_overs,
            "note_for_many": notes_for_many,
            "reason": reasons,
            "prepared_reply": prepared_replies,
            "tag": tags,
        }
        chosen = {(kind, one) for kind, ones in ticked.items() for one in ones}
        if not chosen <= offered:
            raise Problem("remark_unknown")
        erasure.decision, erasure.decided_by, erasure.decided_at = Decision.CONFIRMED, actor.member_id, clock.now()
        current.flush()
        done = make_nameless(current, author, TombstoneReason.LEGAL_ERASURE)
        withhold(current, ticked)
        record(
            current,
            actor,
            "erasure.confirmed",
            of=("author", author.id),
            params={"erasure": erasure.id, "remarks": len(chosen), **done.counts()},
        )
        bell.ring(current, "author.erased", author_id=author.id)
    take_withheld_words_out()
    forget_what_was_overwritten()
    return erasure


def decline(actor: Actor, erasure_id: int) -> Erasure:
    """Refuse a request for erasure, for example because the words are needed for a legal claim.

    Raises:
        Unknown: `erasure_unknown`.
        Conflict: `erasure_decided_already`.
        Problem: `erasure_own`, `erasure_needs_other_role`, `member_needed`.
    """
    require(actor, Permission.ERASURES_CONFIRM)
    with writing() as current:
        erasure = _pending(current, actor, erasure_id)
        erasure.decision, erasure.decided_by, erasure.decided_at = Decision.DECLINED, actor.member_id, clock.now()
        record(current, actor, "erasure.declined", of=("author", erasure.author_id), params={"erasure": erasure.id})
    return erasure


def list_erasures(actor: Actor, *, limit: int = 100) -> list[ShownErasure]:
    """Requests for erasure, those that wait for the other role first, then the newest; not the system's own."""
    require(actor, Permission.ERASURES_CONFIRM)
    return _shown(actor, Erasure.reason == TombstoneReason.LEGAL_ERASURE, limit)


def get_erasure(actor: Actor, erasure_id: int) -> ShownErasure:
    """One request for erasure.

    Raises:
        Unknown: `erasure_unknown`.
    """
    require(actor, Permission.ERASURES_CONFIRM)
    found = _shown(actor, Erasure.id == erasure_id, 1)
    if not found:
        raise Unknown("erasure_unknown", id=erasure_id)
    return found[0]


def pending_for(actor: Actor, author_id: int) -> Erasure | None:
    """The request about an author that is not decided yet."""
    require(actor, Permission.ERASURES_REQUEST)
    return session().scalar(select(Erasure).where(Erasure.author_id == author_id, Erasure.decision.is_(None)))


def remarks(actor: Actor, erasure_id: int) -> list[Remark]:
    """The words of colleagues that a person has to look at before an erasure is confirmed, see `remarks_of`.

    Raises:
        Unknown: `erasure_unknown`.
    """
    require(actor, Permission.ERASURES_CONFIRM)
    current = session()
    erasure = current.get(Erasure, erasure_id)
    if erasure is None:
        raise Unknown("erasure_unknown", id=erasure_id)
    return remarks_of(current, current.get_one(Author, erasure.author_id))


def _pending(current: Session, actor: Actor, erasure_id: int) -> Erasure:
    erasure = current.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)
    if erasure is None:
        raise Unknown("erasure_unknown", id=erasure_id)
    if erasure.decision is not None:
        raise Conflict("erasure_decided_already")
    if actor.member_id is None:
        raise Problem("member_needed")
    if actor.member_id == erasure.requested_by:
        raise Problem("erasure_own")
    if _OTHER[erasure.requested_as] not in actor.roles:
        raise Problem("erasure_needs_other_role")
    check_independent(current, erasure.requested_by, actor.member_id)
    return erasure


def _reply_on_its_way(current: Session, author_id: int) -> bool:
    return (
        current.scalar(
            select(Reply.id)
            .join(Conversation, Conversation.id == Reply.conversation_id)
            .where(Conversation.author_id == author_id, Reply.state.in_(IN_THE_OUTBOX))
            .limit(1)
        )
        is not None
    )


def _shown(actor: Actor, condition: ColumnElement[bool], limit: int) -> list[ShownErasure]:
    asker, decider = aliased(Member), aliased(Member)
    newest = (
        select(Conversation.id)
        .where(Conversation.author_id == Erasure.author_id)
        .order_by(Conversation.last_comment_at.desc())
        .limit(1)
        .correlate(Erasure)
        .scalar_subquery()
    )
    rows = session().execute(
        select(Erasure, Author, newest, asker.name, decider.name)
        .join(Author, Author.id == Erasure.author_id)
        .outerjoin(asker, asker.id == Erasure.requested_by)
        .outerjoin(decider, decider.id == Erasure.decided_by)
        .where(condition)
        .order_by(Erasure.decision.is_not(None), Erasure.id.desc())
        .limit(limit)
    )
    return [
        ShownErasure(
            erasure=erasure,
            author=author,
            conversation_id=conversation_id,
            requested_by=requested_by,
            decided_by=decided_by,
            waits_for=_OTHER.get(erasure.requested_as) if erasure.decision is None else None,
            mine=erasure.requested_by == actor.member_id,
            may_confirm=erasure.requested_by != actor.member_id and _OTHER.get(erasure.requested_as) in actor.roles,
        )
        for erasure, author, conversation_id, requested_by, decided_by in rows
    ]
