"""The end of a shift: what a member has open, given to a colleague or a team with what they noticed, and kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from inbox import clock, connecting, notices, trail
from inbox.answering.assigning import check_fit, receivers
from inbox.answering.finding import AWAITING_SOMEBODY, typed
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Author,
    Conversation,
    ConversationState,
    Draft,
    HandOver,
    Member,
    Promise,
    QueueEntry,
    Reply,
    ReplyState,
    Team,
)
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Problem, Unknown
from inbox.sharing import teams
from inbox.sharing.giving import give as give_to

MOST_ITEMS = 300
"""Of one kind; whoever has more hands over the first due."""

LONGEST_WORDS = 5_000


class Kind(StrEnum):
    """What stands open."""

    HELD = "held"
    SNOOZED = "snoozed"
    PROMISED = "promised"
    APPROVAL = "approval"
    DRAFT = "draft"


class Item(NamedTuple):
    """One thing that stands open, as it is stored: numbers and times alone.

    Attributes:
        at: for `held` and `promised` when it is due, for `snoozed` when it comes back, for `approval` when it was
            asked for, for `draft` when it was last typed.
        state: of the reply, for `approval`.
    """

    kind: Kind
    conversation_id: int
    at: datetime | None
    state: str = ""


@dataclass(frozen=True, slots=True)
class ShownItem:
    """The same with whom it is about, as they are called now; `stands` is how the conversation stands now."""

    item: Item
    author_name: str
    author_identifier: str
    account_name: str
    network: str
    letter: str
    stands: ConversationState


@dataclass(frozen=True, slots=True)
class ShownHandOver:
    """A hand-over as it is kept. Either `to_member` or `to_team` names who got it."""

    id: int
    by: str
    to_member: str | None
    to_team: str | None
    mine: bool
    noticed: str
    passed_on: bool
    given_at: datetime
    counts: dict[Kind, int]


def overview(actor: Actor) -> list[ShownItem]:
    """What a member has open at the moment, kind by kind, the first due first.

    Raises:
        Problem: `member_needed`.
    """
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    return _shown(current, _open_items(current, _member(actor)))


def give(
    actor: Actor,
    noticed: str = "",
    *,
    member_id: int | None = None,
    team_id: int | None = None,
    pass_on: bool = False,
) -> HandOver:
    """Give what one has open to a colleague or to a team, who are told and find it all on one page.

    Args:
        noticed: what they should know, in free words.
        pass_on: they hold the conversations from now on, those that are put off too.

    Raises:
        Unknown: `team_unknown`.
        Problem: `member_needed`, `hand_over_to_nobody`, `hand_over_to_self`, `hand_over_empty`, `hand_over_too_long`,
            and those of `assigning.check_fit`.
    """
    require(actor, Permission.CONVERSATIONS_ASSIGN)
    own = _member(actor)
    if (member_id is None) == (team_id is None):
        raise Problem("hand_over_to_nobody")
    if member_id == own:
        raise Problem("hand_over_to_self")
    words = typed(noticed, empty="hand_over_empty") if noticed.strip() else ""
    if len(words) > LONGEST_WORDS:
        raise Problem("hand_over_too_long", most=LONGEST_WORDS)
    with writing() as current:
        check_fit(current, actor, member_id, team_id)
        items = _open_items(current, own)
        if not items and not words:
            raise Problem("hand_over_empty")
        if pass_on:
            _pass_on(current, actor, own, member_id, team_id)
        made = HandOver(
            member_id=own,
            to_member_id=member_id,
            to_team_id=team_id,
            noticed=words,
            items=[_stored(item) for item in items],
            passed_on=pass_on,
            given_at=clock.now(),
        )
        current.add(made)
        current.flush()
        of = ("hand_over", made.id)
        facts: dict[str, Any] = {"items": len(items), "passed_on": pass_on}
        facts |= {"member": member_id} if member_id is not None else {"team": team_id}
        trail.record(current, actor, "shift.handed_over", of=of, params=facts)
        for one in sorted(receivers(current, actor, member_id, team_id)):
            notices.tell_member(current, one, "shift_handed_over", of=of, params={"actor": actor.name})
    return made


def read(actor: Actor, hand_over_id: int) -> tuple[ShownHandOver, list[ShownItem]]:
    """A hand-over with what stood open then, for whoever gave or got it and for supervisors.

    Raises:
        Unknown: `hand_over_unknown`: there is none, or it is between others.
    """
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    which = HandOver.id == hand_over_id
    if Role.SUPERVISOR not in actor.roles:
        which &= _theirs(_member(actor))
    found = list(_hand_overs(current, actor, which, 1))
    if not found:
        raise Unknown("hand_over_unknown")
    shown, items = found[0]
    return shown, _shown(current, items)


def given_and_got(actor: Actor, *, limit: int = 20) -> list[ShownHandOver]:
    """The hand-overs that a member gave or got, themselves or with a team of theirs, the newest first."""
    require(actor, Permission.QUEUE_VIEW)
    own = _member(actor)
    return [shown for shown, _ in _hand_overs(session(), actor, _theirs(own), limit)]


def _theirs(own: int) -> ColumnElement[bool]:
    return or_(HandOver.member_id == own, HandOver.to_member_id == own, HandOver.to_team_id.in_(teams.teams_of(own)))


def _member(actor: Actor) -> int:
    if actor.member_id is None:
        raise Problem("member_needed")
    return actor.member_id


def _open_items(current: Session, own: int) -> list[Item]:
    return [*_held(current, own), *_promised(current, own), *_for_approval(current, own), *_begun(current, own)]


def _held(current: Session, own: int) -> Iterator[Item]:
    for state, kind, at in (
        (ConversationState.WAITING, Kind.HELD, Conversation.due_at),
        (ConversationState.SNOOZED, Kind.SNOOZED, Conversation.snoozed_until),
    ):
        rows = current.execute(
            select(Conversation.id, at).where(*_of(own, state)).order_by(at, Conversation.id).limit(MOST_ITEMS)
        )
        yield from (Item(kind, number, when) for number, when in rows)


def _of(own: int, state: ConversationState) -> tuple[Any, ...]:
    """What a member holds, found through the queue, in which an author's conversations of one state stand together."""
    authors = select(QueueEntry.author_id).where(QueueEntry.assignee_id == own, QueueEntry.state == state)
    return Conversation.author_id.in_(authors), Conversation.state == state, Conversation.assignee_id == own


def _promised(current: Session, own: int) -> Iterator[Item]:
    rows = current.execute(
        select(Promise.conversation_id, Promise.due_at)
        .join(Conversation, Conversation.id == Promise.conversation_id)
        .where(Promise.kept_at.is_(None), or_(Promise.member_id == own, Conversation.assignee_id == own))
        .order_by(Promise.due_at, Promise.id)
        .limit(MOST_ITEMS)
    )
    yield from (Item(Kind.PROMISED, number, when) for number, when in rows)


def _for_approval(current: Session, own: int) -> Iterator[Item]:
    waits = (ReplyState.SUBMITTED, ReplyState.RETURNED, ReplyState.APPROVED)
    rows = current.execute(
        select(Reply.conversation_id, Reply.submitted_at, Reply.state)
        .where(AWAITING_SOMEBODY, Reply.state.in_(waits), Reply.member_id == own)
        .order_by(Reply.submitted_at, Reply.id)
        .limit(MOST_ITEMS)
    )
    yield from (Item(Kind.APPROVAL, number, when, state.value) for number, when, state in rows)


def _begun(current: Session, own: int) -> Iterator[Item]:
    rows = current.execute(
        select(Draft.conversation_id, Draft.saved_at)
        .where(Draft.member_id == own, Draft.text != "")
        .order_by(Draft.saved_at, Draft.id)
        .limit(MOST_ITEMS)
    )
    yield from (Item(Kind.DRAFT, number, when) for number, when in rows)


def _pass_on(current: Session, actor: Actor, own: int, member_id: int | None, team_id: int | None) -> None:
    receiver_in = teams.teams_of(member_id)
    held = current.scalars(
        select(Conversation)
        .where(
            or_(*(_together(own, state) for state in (ConversationState.WAITING, ConversationState.SNOOZED))),
        )
        .order_by(Conversation.id)
        .with_for_update(of=Conversation, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    by_team: dict[int | None, list[Conversation]] = {}
    for each in held:
        kept = team_id if team_id is not None else each.team_id if each.team_id in receiver_in else None
        by_team.setdefault(kept, []).append(each)
    for kept, conversations in by_team.items():
        give_to(current, actor, conversations, member_id, kept)


def _together(own: int, state: ConversationState) -> Any:
    first, *further = _of(own, state)
    for each in further:
        first &= each
    return first


def _stored(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": item.kind.value, "conversation": item.conversation_id}
    if item.at is not None:
        found["at"] = clock.to_iso(item.at)
    if item.state:
        found["state"] = item.state
    return found


def _read(stored: Iterable[dict[str, Any]]) -> list[Item]:
    return [
        Item(
            Kind(one["kind"]),
            one["conversation"],
            datetime.fromisoformat(one["at"]) if "at" in one else None,
            one.get("state", ""),
        )
        for one in stored
    ]


def _shown(current: Session, items: Sequence[Item]) -> list[ShownItem]:
    rows = current.execute(
        select(
            Conversation.id,
            Author.display_name,
            Author.identifier,
            Account.name,
            Account.network,
            Conversation.state,
        )
        .join(Author, Author.id == Conversation.author_id)
        .join(Account, Account.id == Conversation.account_id)
        .where(Conversation.id.in_({item.conversation_id for item in items}))
    )
    known = {row[0]: row[1:] for row in rows}
    return [
        ShownItem(item, name, identifier, account, network, connecting.letter_of(network), state)
        for item in items
        for name, identifier, account, network, state in (known[item.conversation_id],)
    ]


def _hand_overs(current: Session, actor: Actor, which: Any, limit: int) -> Iterator[tuple[ShownHandOver, list[Item]]]:
    to = aliased(Member)
    rows = current.execute(
        select(HandOver, Member.name, to.name, Team.name)
        .join(Member, Member.id == HandOver.member_id)
        .outerjoin(to, to.id == HandOver.to_member_id)
        .outerjoin(Team, Team.id == HandOver.to_team_id)
        .where(which)
        .order_by(HandOver.id.desc())
        .limit(limit)
    )
    for made, by, to_member, to_team in rows:
        items = _read(made.items)
        counts = {kind: sum(item.kind is kind for item in items) for kind in Kind}
        mine = made.member_id == actor.member_id
        yield (
            ShownHandOver(made.id, by, to_member, to_team, mine, made.noticed, made.passed_on, made.given_at, counts),
            items,
        )
