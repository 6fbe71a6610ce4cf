"""Following up on people who were answered: still angry, silent, or in private messages; each has an owner.

What is derived from comments and replies stands in `inbox.measuring.follow_ups`; here is what members do about it.
None of it touches a wait, a state or a figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session, aliased

from inbox import clock, connecting, trail
from inbox.answering import threads
from inbox.answering.assigning import check_fit
from inbox.answering.finding import conversation_of, typed
from inbox.answering.rows import excerpt
from inbox.extensions import session, writing
from inbox.measuring.follow_ups import SILENT_AFTER
from inbox.models import (
    Account,
    Author,
    Conversation,
    ConversationState,
    FollowUp,
    FollowUpOutcome,
    FollowUpReason,
    Member,
    Note,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

ASKED_AFTER = SILENT_AFTER
"""How long after somebody went to private messages the outcome is asked for."""

LONGEST_UNTIL_LOOK = timedelta(days=30)

MOST = 200
MOST_COUNTED = 99

_OWNER, _TELLER = aliased(Member), aliased(Member)
_STANDS = and_(FollowUp.outcome_at.is_(None), FollowUp.passed_at.is_(None))


@dataclass(frozen=True, slots=True)
class ShownFollowUp:
    """Somebody to follow up, and how it stands.

    Attributes:
        since: when what it rests on was written, or marked.
        excerpt: the beginning of their newest comment, None where it is withheld.
        state: of the conversation; one that is closed is followed up all the same.
        look_at: when somebody looks at it next.
        due: that time has come.
        urgency: of the conversation.
        passed_at: when it passed by itself, since something else was written.
        outcome_by: the name of the member who said how it went.
    """

    id: int
    conversation_id: int
    account_name: str
    network: str
    letter: str | None
    author_name: str
    author_identifier: str
    reason: FollowUpReason
    since: datetime
    state: ConversationState
    urgency: int
    language: str
    owner_id: int | None
    owner: str | None
    look_at: datetime
    due: bool
    passed_at: datetime | None
    outcome: FollowUpOutcome | None
    outcome_at: datetime | None
    outcome_by: str | None
    excerpt: str | None


def standing(
    actor: Actor, *, due: bool | None = None, owner: int | Literal["me", "nobody"] | None = None, limit: int = MOST
) -> list[ShownFollowUp]:
    """Those that nobody has said the outcome of, the first to look at first.

    Args:
        due: only those whose time has come, or only those whose time has not.
        owner: only those that this member sees to, oneself, or nobody.
    """
    require(actor, Permission.QUEUE_VIEW)
    conditions: list[ColumnElement[bool]] = [_STANDS]
    if due is not None:
        conditions.append(FollowUp.look_at <= clock.now() if due else FollowUp.look_at > clock.now())
    if owner is not None:
        seen_to_by = actor.member_id if owner == "me" else None if owner == "nobody" else owner
        conditions.append(FollowUp.owner_id.is_(None) if seen_to_by is None else FollowUp.owner_id == seen_to_by)
    return _shown(and_(*conditions), (FollowUp.look_at, FollowUp.id), limit)


def list_all(actor: Actor, *, limit: int = MOST) -> list[ShownFollowUp]:
    """Every one there ever was, the newest first."""
    require(actor, Permission.QUEUE_VIEW)
    return _shown(None, (FollowUp.id.desc(),), limit)


def of_conversation(actor: Actor, conversation_id: int) -> list[ShownFollowUp]:
    """Those of one conversation that stand, the first to look at first."""
    require(actor, Permission.QUEUE_VIEW)
    here = and_(_STANDS, FollowUp.conversation_id == conversation_id)
    return _shown(here, (FollowUp.look_at, FollowUp.id), MOST, words=False)


def get(actor: Actor, follow_up_id: int) -> ShownFollowUp:
    """One of them.

    Raises:
        Unknown: `follow_up_unknown`.
    """
    require(actor, Permission.QUEUE_VIEW)
    found = _shown(FollowUp.id == follow_up_id, (FollowUp.id,), 1)
    if not found:
        raise Unknown("follow_up_unknown", id=follow_up_id)
    return found[0]


def count_due(actor: Actor) -> int:
    """How many are to be looked at now, counted up to one more than `MOST_COUNTED`."""
    require(actor, Permission.QUEUE_VIEW)
    due = select(FollowUp.id).where(_STANDS, FollowUp.look_at <= clock.now()).limit(MOST_COUNTED + 1).subquery()
    return session().scalar(select(func.count()).select_from(due)) or 0


def move_to_private(actor: Actor, conversation_id: int) -> FollowUp:
    """Mark that the talk goes on in private messages; a day later somebody is asked how it went.

    Whoever waits in public goes on waiting there: readers see no private answer.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `private_already`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    now = clock.now()
    with writing() as current:
        conversation = conversation_of(current, conversation_id, lock=True)
        stands = select(FollowUp.id).where(
            FollowUp.conversation_id == conversation.id, FollowUp.reason == FollowUpReason.PRIVATE, _STANDS
        )
        if current.scalar(stands) is not None:
            raise Conflict("private_already")
        follow_up = FollowUp(
            conversation_id=conversation.id,
            account_id=conversation.account_id,
            reason=FollowUpReason.PRIVATE,
            since=now,
            opened_at=now,
            owner_id=actor.member_id or conversation.assignee_id,
            look_at=now + ASKED_AFTER,
        )
        current.add(follow_up)
        current.flush()
        params = {"follow_up": follow_up.id}
        trail.record(current, actor, "conversation.went_private", of=("conversation", conversation.id), params=params)
    return follow_up


def give(actor: Actor, follow_up_id: int, member_id: int | None) -> FollowUp:
    """Have a member see to it, or nobody.

    Raises:
        Unknown: `follow_up_unknown`.
        Conflict: `follow_up_over`.
        Problem: `assignee_unfit`: not an active member who may answer; `assignee_away`.
    """
    require(actor, Permission.CONVERSATIONS_ASSIGN)
    with writing() as current:
        check_fit(current, actor, member_id, None)
        follow_up = _standing(current, follow_up_id)
        if follow_up.owner_id != member_id:
            follow_up.owner_id = member_id
            _record(current, actor, follow_up, "follow_up.given", member=member_id)
    return follow_up


def look_again(actor: Actor, follow_up_id: int, at: datetime) -> FollowUp:
    """Set when somebody looks at it next.

    Raises:
        Unknown: `follow_up_unknown`.
        Conflict: `follow_up_over`.
        Problem: `look_out_of_range`: not in the next `LONGEST_UNTIL_LOOK`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    look_at = _checked(at)
    with writing() as current:
        follow_up = _standing(current, follow_up_id)
        follow_up.look_at = look_at
        _record(current, actor, follow_up, "follow_up.put_off", until=clock.to_iso(look_at))
    return follow_up


def tell(
    actor: Actor, follow_up_id: int, outcome: FollowUpOutcome, note: str = "", *, look_at: datetime | None = None
) -> FollowUp:
    """Say how it went, with a word and maybe a note of the conversation.

    Args:
        look_at: somebody looks at the person once more then.

    Returns:
        the one that is over now.

    Raises:
        Unknown: `follow_up_unknown`.
        Conflict: `follow_up_over`: a colleague has said it already, or it passed.
        Problem: `look_out_of_range`, `note_empty`, `text_too_long_to_store`, `member_needed`.
    """
    require(actor, Permission.CONVERSATIONS_MARK)
    if actor.member_id is None:
        raise Problem("member_needed")
    words = typed(note, empty="note_empty") if note.strip() else ""
    again = None if look_at is None else _checked(look_at)
    now = clock.now()
    with writing() as current:
        follow_up = _standing(current, follow_up_id)
        if words:
            require(actor, Permission.NOTES_WRITE)
            said = Note(
                conversation_id=follow_up.conversation_id, member_id=actor.member_id, text=words, written_at=now
            )
            current.add(said)
            current.flush()
            follow_up.note_id = said.id
            of = ("conversation", follow_up.conversation_id)
            trail.record(current, actor, "note.written", of=of, params={"note": said.id})
        follow_up.outcome, follow_up.outcome_at, follow_up.outcome_by = FollowUpOutcome(outcome), now, actor.member_id
        current.flush()
        _record(current, actor, follow_up, "follow_up.told", outcome=follow_up.outcome.value)
        if again is not None:
            further = FollowUp(
                conversation_id=follow_up.conversation_id,
                account_id=follow_up.account_id,
                reason=follow_up.reason,
                comment_id=follow_up.comment_id,
                reply_id=follow_up.reply_id,
                since=follow_up.since,
                opened_at=now,
                owner_id=follow_up.owner_id or actor.member_id,
                look_at=again,
            )
            current.add(further)
            current.flush()
            _record(current, actor, further, "follow_up.put_off", until=clock.to_iso(again))
    return follow_up


def _checked(at: datetime) -> datetime:
    now, moment = clock.now(), clock.as_utc(at)
    if not now < moment <= now + LONGEST_UNTIL_LOOK:
        raise Problem("look_out_of_range", days=LONGEST_UNTIL_LOOK.days)
    return moment


def _standing(current: Session, follow_up_id: int) -> FollowUp:
    number = current.scalar(select(FollowUp.conversation_id).where(FollowUp.id == follow_up_id))
    if number is None:
        raise Unknown("follow_up_unknown", id=follow_up_id)
    # What is written at the same moment settles under the lock of the conversation.
    conversation_of(current, number, lock=True)
    follow_up = current.get_one(FollowUp, follow_up_id, populate_existing=True)
    if follow_up.outcome_at is not None or follow_up.passed_at is not None:
        raise Conflict("follow_up_over")
    return follow_up


def _record(current: Session, actor: Actor, follow_up: FollowUp, deed: str, **facts: object) -> None:
    params = {"follow_up": follow_up.id, **facts}
    trail.record(current, actor, deed, of=("conversation", follow_up.conversation_id), params=params)


def _shown(
    which: ColumnElement[bool] | None, order: tuple[Any, ...], limit: int, *, words: bool = True
) -> list[ShownFollowUp]:
    now, current = clock.now(), session()
    statement = (
        select(
            *(FollowUp, Account.name, Account.network, Author.display_name, Author.identifier),
            *(Conversation.state, Conversation.urgency, Conversation.language, _OWNER.name, _TELLER.name),
        )
        .join(Conversation, Conversation.id == FollowUp.conversation_id)
        .join(Account, Account.id == FollowUp.account_id)
        .join(Author, Author.id == Conversation.author_id)
        .outerjoin(_OWNER, _OWNER.id == FollowUp.owner_id)
        .outerjoin(_TELLER, _TELLER.id == FollowUp.outcome_by)
        .order_by(*order)
        .limit(limit)
    )
    rows = current.execute(statement if which is None else statement.where(which)).all()
    newest = threads.newest_words(current, [row[0].conversation_id for row in rows]) if words else {}
    found = []
    for one, account, network, name, identifier, state, urgency, language, owner, teller in rows:
        said = newest.get(one.conversation_id)
        found.append(
            ShownFollowUp(
                id=one.id,
                conversation_id=one.conversation_id,
                account_name=account,
                network=network,
                letter=connecting.letter_of(network),
                author_name=name,
                author_identifier=identifier,
                reason=one.reason,
                since=one.since,
                state=state,
                urgency=urgency,
                language=language,
                owner_id=one.owner_id,
                owner=owner,
                look_at=one.look_at,
                due=one.look_at <= now and one.outcome_at is None and one.passed_at is None,
                passed_at=one.passed_at,
                outcome=one.outcome,
                outcome_at=one.outcome_at,
                outcome_by=teller,
                excerpt=None if said is None else excerpt(said),
            )
        )
    return found
