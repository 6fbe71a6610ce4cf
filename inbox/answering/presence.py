"""Who has a conversation on screen, who is writing in it, and who took its author on by starting to write.

Each screen says so again and again; whoever closes the lid stops saying it, and is gone half a minute later. A claim
by writing is let go of with them, so that nobody waits for somebody who went home; what they had written is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import and_, bindparam, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import bell, clock
from inbox.answering import conversations
from inbox.answering.finding import conversation_of
from inbox.extensions import session, writing
from inbox.models import Conversation, Draft, Member, Presence
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem

LOOKING_FOR = timedelta(seconds=30)
"""How long somebody counts as there who said nothing more."""

TYPING_FOR = timedelta(seconds=12)
"""How long somebody counts as writing after the last letter."""

AWAY_FOR = timedelta(minutes=10)
"""How long whoever left the page in the middle of an answer, to look something up, keeps the author."""

_AT_ONCE = 200
_MOST_OTHERS = 1_000


class Doing(StrEnum):
    """What a member does at a conversation."""

    LOOKING = "looking"
    TYPING = "typing"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Present:
    """A colleague who is at a conversation of an author."""

    member_id: int
    name: str
    author_id: int
    conversation_id: int
    doing: Doing


def note(actor: Actor, conversation_id: int, doing: Doing) -> None:
    """Note what the member does at a conversation, and tell the other screens when that has changed.

    Raises:
        Unknown: `conversation_unknown`.
        Problem: `member_needed`.
    """
    require(actor, Permission.QUEUE_VIEW)
    if actor.member_id is None:
        raise Problem("member_needed")
    try:
        with writing(quiet=True) as current:
            conversation_of(current, conversation_id)
            _note(current, actor.member_id, conversation_id, doing)
    except IntegrityError:
        # A second screen of the same member was there first.
        with writing(quiet=True) as current:
            _note(current, actor.member_id, conversation_id, doing)


def start_typing(actor: Actor, conversation_id: int) -> str | None:
    """Note that the member is writing; the first letter takes the author on, where nobody else has.

    Returns:
        the name of the colleague who has taken the author on, None where that is nobody else.

    Raises:
        Unknown: `conversation_unknown`.
        Problem: `member_needed`.
    """
    require(actor, Permission.REPLIES_WRITE)
    note(actor, conversation_id, Doing.TYPING)
    current = session()
    assignee_id = conversation_of(current, conversation_id).assignee_id
    if assignee_id is None and actor.may(Permission.CONVERSATIONS_ASSIGN):
        try:
            conversations.assign(actor, conversation_id, actor.member_id, only_if_free=True)
        except Conflict:
            # A colleague was quicker, or has another conversation of the same author.
            assignee_id = conversation_of(current, conversation_id).assignee_id
        else:
            with writing() as current:
                current.execute(
                    update(Presence)
                    .where(Presence.member_id == actor.member_id, Presence.conversation_id == conversation_id)
                    .values(claimed_until=clock.now() + LOOKING_FOR)
                    .execution_options(synchronize_session=False)
                )
            return None
    if assignee_id in (None, actor.member_id):
        return None
    return current.scalar(select(Member.name).where(Member.id == assignee_id))


# Built once, since every list asks it.
_OTHERS = (
    select(
        Presence.member_id,
        Member.name,
        Conversation.author_id,
        Presence.conversation_id,
        Presence.typing_until,
    )
    .join(Member, Member.id == Presence.member_id)
    .join(Conversation, Conversation.id == Presence.conversation_id)
    .where(Presence.looking_until > bindparam("now"), Presence.member_id != bindparam("me"))
    .order_by(Presence.member_id, Presence.conversation_id)
    .limit(_MOST_OTHERS)
)


def others(actor: Actor) -> list[Present]:
    """The colleagues who are at a conversation, those who write first."""
    require(actor, Permission.QUEUE_VIEW)
    now = clock.now()
    given = {"now": now, "me": actor.member_id or 0}
    found = [
        Present(
            row.member_id,
            row.name,
            row.author_id,
            row.conversation_id,
            doing=Doing.TYPING if row.typing_until is not None and row.typing_until > now else Doing.LOOKING,
        )
        for row in session().execute(_OTHERS, given)
    ]
    return sorted(found, key=lambda one: one.doing is not Doing.TYPING)


def expire(actor: Actor) -> int:
    """Whoever said nothing more is gone, and what they took on by writing is let go of.

    Returns:
        how many there were.
    """
    require(actor, Permission.REPLIES_SEND)
    now = clock.now()
    over = or_(
        and_(Presence.looking_until <= now, or_(Presence.claimed_until.is_(None), Presence.claimed_until <= now)),
        Presence.typing_until <= now,
    )
    rows = session().scalars(select(Presence).where(over).order_by(Presence.id).limit(_AT_ONCE)).all()
    session().commit()
    for row in rows:
        if row.claimed_until is not None and row.claimed_until <= now and row.looking_until <= now:
            # Before the row goes, which remembers the claim: whatever dies in between is done by the next round.
            conversations.assign(actor, row.conversation_id, None, only_if_held_by=row.member_id)
    if rows:
        with writing() as current:
            for row in rows:
                _expire(current, row.id)
    return len(rows)


def _note(current: Session, member_id: int, conversation_id: int, doing: Doing) -> None:
    now = clock.now()
    row = current.scalars(
        select(Presence)
        .where(Presence.member_id == member_id, Presence.conversation_id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    before = _doing(row)
    if row is None:
        if doing is Doing.GONE:
            return
        row = Presence(member_id=member_id, conversation_id=conversation_id, looking_until=now, typing_until=None)
        current.add(row)
    if doing is Doing.GONE:
        row.typing_until, row.looking_until = None, min(row.looking_until, now)
        if row.claimed_until is not None and _has_begun(current, row):
            row.claimed_until = now + AWAY_FOR
    else:
        row.looking_until = now + LOOKING_FOR
        if row.claimed_until is not None:
            row.claimed_until = now + LOOKING_FOR
        row.typing_until = now + TYPING_FOR if doing is Doing.TYPING else row.typing_until
    current.flush()
    after = doing if doing is Doing.GONE else _doing(row)
    if after is not before:
        _tell(current, row, after)


def _doing(row: Presence | None) -> Doing:
    now = clock.now()
    if row is None or row.looking_until <= now:
        return Doing.GONE
    return Doing.TYPING if row.typing_until is not None and row.typing_until > now else Doing.LOOKING


def _has_begun(current: Session, row: Presence) -> bool:
    begun = select(Draft.id).where(
        Draft.member_id == row.member_id, Draft.conversation_id == row.conversation_id, Draft.text != ""
    )
    return current.scalar(begun) is not None


def _expire(current: Session, presence_id: int) -> None:
    row = current.get(Presence, presence_id, populate_existing=True, with_for_update=True)
    now = clock.now()
    if row is None:
        return
    if row.looking_until <= now:
        row.typing_until = None
        if row.claimed_until is not None and row.claimed_until > now:
            return
        _tell(current, row, Doing.GONE)
        current.execute(delete(Presence).where(Presence.id == row.id))
        current.expunge(row)
    elif row.typing_until is not None and row.typing_until <= now:
        row.typing_until = None
        _tell(current, row, Doing.LOOKING)


def _tell(current: Session, row: Presence, doing: Doing) -> None:
    bell.ring(
        current,
        "presence.changed",
        conversation_id=row.conversation_id,
        member_id=row.member_id,
        doing=doing.value,
    )
