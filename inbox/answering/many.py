"""One deed over many conversations: each in a transaction of its own, with a trail row of its own, none twice.

What was asked for is stored before any of it is done. A few are done at once, more by the worker; whatever dies in
between is gone on with, since each conversation notes in the transaction of the deed that it was done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, text, update

from inbox import clock, trail
from inbox.answering import conversations, queue, tags
from inbox.answering.acting import member_now
from inbox.answering.finding import typed
from inbox.answering.queue_filters import QueueFilters
from inbox.extensions import joined, session, writing
from inbox.models import (
    Author,
    BulkDeed,
    BulkDeedPart,
    BulkDeedState,
    Conversation,
    DeedOfMany,
    Member,
    Tag,
)
from inbox.models.bulk import among
from inbox.models.bulk_deed import UNFINISHED_DEEDS
from inbox.permissions import Actor, Permission, Refused, require
from inbox.problems import Problem, Unknown
from inbox.sharing.people import answering_members

MOST_PICKED = 500
"""People that one deed is done for at most."""

AT_ONCE = 100
"""So many conversations are done while whoever asked waits; more are the worker's."""

LEASE = timedelta(minutes=2)
"""How long whoever carries a deed out may be silent about it before somebody else goes on."""

_NEEDS = {
    DeedOfMany.ASSIGN: Permission.CONVERSATIONS_ASSIGN,
    DeedOfMany.TAG: Permission.CONVERSATIONS_MARK,
    DeedOfMany.UNTAG: Permission.CONVERSATIONS_MARK,
    DeedOfMany.SNOOZE: Permission.CONVERSATIONS_MARK,
    DeedOfMany.NOTE: Permission.NOTES_WRITE,
}
_OF_WHOLE_ROW = frozenset({DeedOfMany.TAG, DeedOfMany.UNTAG, DeedOfMany.SNOOZE})
"""What is done to every conversation that a row of the queue stands for. Assigning reaches them by itself, and one note
is enough."""

_REFUSED = "permission_lost"


@dataclass(frozen=True, slots=True)
class Part:
    """What became of one conversation: `code` says why nothing did; `settled` is false while it is still to be done."""

    conversation_id: int
    author_name: str
    author_identifier: str
    settled: bool
    code: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """How a deed over many stands.

    Attributes:
        parts: those that were not possible first, then in the order of the list they were chosen from.
        name: of the tag, or of the member, that it is about; empty without.
    """

    deed: BulkDeed
    parts: list[Part]
    name: str

    @property
    def done(self) -> int:
        """How many conversations it was done to."""
        return sum(part.settled and part.code is None for part in self.parts)

    @property
    def refused(self) -> int:
        """To how many it was not possible."""
        return sum(part.code is not None for part in self.parts)

    @property
    def left(self) -> int:
        """How many are still to be done."""
        return sum(not part.settled for part in self.parts)


def everybody(actor: Actor, filters: QueueFilters) -> dict[int, int]:
    """The conversations that the rows of a view open, the most urgent first, `MOST_PICKED` at most.

    Returns:
        by conversation, how many comments its author has written.
    """
    require(actor, Permission.QUEUE_VIEW)
    found: dict[int, int] = {}
    after: str | None = None
    while len(found) < MOST_PICKED:
        page = queue.page(actor, filters, after, min(queue.MOST_ROWS, MOST_PICKED - len(found)))
        found |= {row.conversation_id: row.comment_count for row in page.rows}
        after = page.next
        if after is None:
            break
    return found


def ask(
    actor: Actor,
    conversation_ids: Collection[int],
    deed: DeedOfMany,
    *,
    seen: Mapping[int, int] | None = None,
    assignee_id: int | None = None,
    tag: str | int = "",
    until: datetime | None = None,
    words: str = "",
) -> BulkDeed:
    """Have a deed done for many; up to `AT_ONCE` conversations it is done when this returns.

    What can be refused for all of them is refused before anything is stored.

    Args:
        conversation_ids: those that the chosen rows open.
        seen: by these, how many comments of their authors the list knew of: whoever wrote again is not put off, also
            where that is carried out later. Left out by scripts.
        assignee_id: for `ASSIGN`: who is to answer them; None for nobody.
        tag: for `TAG` a word or the number of a tag, for `UNTAG` its number.
        until: for `SNOOZE` (aware).
        words: for `NOTE`.

    Raises:
        Problem: `nobody_picked`, `too_many_picked`, `member_needed`; as the deed alone: `assignee_unfit`, `tag_empty`,
            `tag_too_long`, `snooze_out_of_range`, `note_empty`.
        Conflict: `tag_is_retired`.
        Unknown: `tag_gone`.
    """
    require(actor, _NEEDS[deed])
    if actor.member_id is None:
        raise Problem("member_needed")
    picked = list(dict.fromkeys(conversation_ids))
    if not picked:
        raise Problem("nobody_picked")
    if len(picked) > MOST_PICKED:
        raise Problem("too_many_picked", most=MOST_PICKED)
    if deed is DeedOfMany.ASSIGN and assignee_id is not None and not answering_members([assignee_id]):
        raise Problem("assignee_unfit")
    if deed is DeedOfMany.SNOOZE:
        now = clock.now()
        if until is None or not now < clock.as_utc(until) <= now + conversations.LONGEST_SNOOZE:
            raise Problem("snooze_out_of_range", days=conversations.LONGEST_SNOOZE.days)
    clean = typed(words, empty="note_empty") if deed is DeedOfMany.NOTE else ""
    tag_id = _tag_of(actor, deed, tag)
    ids = _spread(picked) if deed in _OF_WHOLE_ROW else {each: each for each in _there(picked)}
    known = seen or {}
    if not ids:
        raise Problem("nobody_picked")
    with writing() as current:
        asked = BulkDeed(
            member_id=actor.member_id,
            deed=deed,
            assignee_id=assignee_id if deed is DeedOfMany.ASSIGN else None,
            tag_id=tag_id,
            until=clock.as_utc(until) if deed is DeedOfMany.SNOOZE and until is not None else None,
            words=clean,
            total=len(ids),
            asked_at=clock.now(),
        )
        current.add(asked)
        current.flush()
        current.add_all(
            BulkDeedPart(bulk_deed_id=asked.id, conversation_id=each, comments_seen=known.get(row))
            for each, row in ids.items()
        )
        params = {"deed": deed.value, "conversations": len(ids)}
        trail.record(current, actor, "bulk_deed.asked", of=("bulk_deed", asked.id), params=params)
    if len(ids) <= AT_ONCE:
        _carry_out(asked.id)
    return session().get_one(BulkDeed, asked.id, populate_existing=True)


def result(actor: Actor, bulk_deed_id: int) -> Result:
    """How a deed stands, for whoever asked for it.

    Raises:
        Unknown: `bulk_deed_unknown`: there is none, or a colleague asked for it.
    """
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    deed = current.get(BulkDeed, bulk_deed_id, populate_existing=True)
    if deed is None or actor.member_id is None or deed.member_id != actor.member_id:
        raise Unknown("bulk_deed_unknown")
    rows = current.execute(
        select(
            BulkDeedPart.conversation_id,
            Author.display_name,
            Author.identifier,
            BulkDeedPart.settled_at,
            BulkDeedPart.code,
        )
        .join(Conversation, Conversation.id == BulkDeedPart.conversation_id)
        .join(Author, Author.id == Conversation.author_id)
        .where(BulkDeedPart.bulk_deed_id == deed.id)
        .order_by(BulkDeedPart.code.is_(None), BulkDeedPart.id)
    )
    parts = [Part(row[0], row[1], row[2], row[3] is not None, row[4]) for row in rows]
    name: str | None = ""
    if deed.tag_id is not None:
        name = current.scalar(select(Tag.name).where(Tag.id == deed.tag_id))
    elif deed.assignee_id is not None:
        name = current.scalar(select(Member.name).where(Member.id == deed.assignee_id))
    return Result(deed, parts, name or "")


def carry_out_due(actor: Actor) -> int:
    """Carry out what was asked for and nobody is at.

    Returns:
        how many deeds over many that were.
    """
    require(actor, Permission.REPLIES_SEND)
    due = session().scalars(
        select(BulkDeed.id).where(text(f"bulk_deeds.{UNFINISHED_DEEDS}"), _free(clock.now())).order_by(BulkDeed.id)
    )
    ids = list(due)
    session().commit()
    return sum(_carry_out(each) for each in ids)


def _tag_of(actor: Actor, deed: DeedOfMany, tag: str | int) -> int | None:
    if deed is DeedOfMany.TAG:
        return tag if isinstance(tag, int) else tags.create(actor, tag).id
    if deed is DeedOfMany.UNTAG:
        return (tags.get_tag(actor, tag) if isinstance(tag, int) else tags.named(actor, tag)).id
    return None


def _spread(picked: Sequence[int]) -> dict[int, int]:
    """The conversations of the rows: whatever an author has on the account in the same state as the chosen one.

    Returns:
        by conversation, the chosen one of its row.
    """
    chosen = Conversation.__table__.alias("chosen")
    rows = session().execute(
        select(chosen.c.id, Conversation.id)
        .join(
            Conversation.__table__,
            (Conversation.author_id == chosen.c.author_id) & (Conversation.state == chosen.c.state),
        )
        .where(among(chosen.c.id, list(picked)))
        .order_by(Conversation.id)
    )
    of_row: dict[int, list[int]] = {each: [] for each in picked}
    for picked_id, conversation_id in rows:
        of_row[picked_id].append(conversation_id)
    spread: dict[int, int] = {}
    for picked_id, row in of_row.items():
        for each in row:
            spread.setdefault(each, picked_id)
    return spread


def _there(picked: Sequence[int]) -> list[int]:
    found = set(session().scalars(select(Conversation.id).where(among(Conversation.id, list(picked)))))
    return [each for each in picked if each in found]


def _free(now: datetime) -> Any:
    return or_(
        BulkDeed.state == BulkDeedState.WAITING,
        and_(BulkDeed.state == BulkDeedState.RUNNING, BulkDeed.running_until <= now),
    )


def _carry_out(bulk_deed_id: int) -> bool:
    """Do what is left of a deed, unless somebody else is at it."""
    now = clock.now()
    with writing() as current:
        taken = current.execute(
            update(BulkDeed)
            .where(BulkDeed.id == bulk_deed_id, _free(now))
            .values(state=BulkDeedState.RUNNING, running_until=now + LEASE)
            .returning(BulkDeed.id)
            .execution_options(synchronize_session=False)
        ).first()
    if taken is None:
        return False
    deed = session().get_one(BulkDeed, bulk_deed_id, populate_existing=True)
    doer = member_now(deed.member_id)
    for part_id in _left(bulk_deed_id):
        _settle(doer, deed, part_id)
    with writing() as current:
        deed = current.get_one(BulkDeed, bulk_deed_id, populate_existing=True, with_for_update=True)
        deed.state, deed.running_until, deed.finished_at, deed.words = BulkDeedState.DONE, None, clock.now(), ""
    return True


def _left(bulk_deed_id: int) -> Iterable[int]:
    left = session().scalars(
        select(BulkDeedPart.id)
        .where(BulkDeedPart.bulk_deed_id == bulk_deed_id, BulkDeedPart.settled_at.is_(None))
        .order_by(BulkDeedPart.id)
    )
    return list(left)


def _settle(doer: Actor, deed: BulkDeed, part_id: int) -> None:
    try:
        with writing() as current:
            part = current.get_one(BulkDeedPart, part_id, populate_existing=True, with_for_update=True)
            if part.settled_at is not None:
                return
            part.settled_at = clock.now()
            current.execute(
                update(BulkDeed)
                .where(BulkDeed.id == deed.id)
                .values(running_until=clock.now() + LEASE)
                .execution_options(synchronize_session=False)
            )
            # Its words as they are now: an erasure may have withheld them since.
            deed = current.get_one(BulkDeed, deed.id, populate_existing=True)
            with joined(current):
                _do(doer, deed, part)
    except (Problem, Refused) as refused:
        with writing() as current:
            part = current.get_one(BulkDeedPart, part_id, populate_existing=True, with_for_update=True)
            if part.settled_at is None:
                part.settled_at = clock.now()
                part.code = refused.code if isinstance(refused, Problem) else _REFUSED


def _do(doer: Actor, deed: BulkDeed, part: BulkDeedPart) -> None:
    conversation_id = part.conversation_id
    match deed.deed:
        case DeedOfMany.ASSIGN:
            # Whoever takes them for themselves takes nobody away from a colleague.
            taking = deed.assignee_id is not None and deed.assignee_id == deed.member_id
            conversations.assign(doer, conversation_id, deed.assignee_id, only_if_free=taking)
        case DeedOfMany.TAG:
            tags.put_on(doer, conversation_id, deed.tag_id or 0)
        case DeedOfMany.UNTAG:
            tags.take_off(doer, conversation_id, deed.tag_id or 0)
        case DeedOfMany.SNOOZE:
            until = deed.until or clock.now()
            conversations.snooze(doer, conversation_id, until, comments_seen=part.comments_seen)
        case DeedOfMany.NOTE:
            if not deed.words:
                raise Problem("note_withheld")
            conversations.add_note(doer, conversation_id, deed.words, tells=_is_first(part))


def _is_first(part: BulkDeedPart) -> bool:
    """Whether the deed was done nowhere yet: whom a note names is told once, not at every conversation."""
    done = select(BulkDeedPart.id).where(
        BulkDeedPart.bulk_deed_id == part.bulk_deed_id,
        BulkDeedPart.id != part.id,
        BulkDeedPart.settled_at.is_not(None),
        BulkDeedPart.code.is_(None),
    )
    return session().scalar(done.limit(1)) is None
