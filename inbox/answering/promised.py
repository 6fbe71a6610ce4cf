"""What we promised to write again about: due items of the queue until a reply follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from inbox import clock, connecting
from inbox.extensions import session
from inbox.measuring.promises import PromiseState, state_of
from inbox.models import Account, Author, Member, Promise
from inbox.models.conversation import Conversation
from inbox.permissions import Actor, Permission, require

SOON = timedelta(hours=1)
"""How long before its time a promise is due soon."""

MOST = 200

_ASSIGNEE = aliased(Member)


@dataclass(frozen=True, slots=True)
class ShownPromise:
    """A promise, to whom it was made, and how it stands now.

    Attributes:
        promised_by: the member who wrote the reply, None for a reply made natively on the network.
        assignee: who has taken the conversation.
    """

    id: int
    reply_id: int
    conversation_id: int
    account_name: str
    network: str
    letter: str | None
    author_name: str
    author_identifier: str
    promised_by: str | None
    assignee: str | None
    made_at: datetime
    due_at: datetime
    kept_at: datetime | None
    state: PromiseState


def due(actor: Actor, *, within: timedelta = SOON, limit: int = MOST) -> list[ShownPromise]:
    """The open promises that are late or due soon, the first due first."""
    require(actor, Permission.QUEUE_VIEW)
    return _shown(Promise.kept_at.is_(None) & (Promise.due_at <= clock.now() + within), limit)


def open_promises(actor: Actor, *, limit: int = MOST) -> list[ShownPromise]:
    """Every promise that nobody has kept yet, the first due first."""
    require(actor, Permission.QUEUE_VIEW)
    return _shown(Promise.kept_at.is_(None), limit)


def of_conversation(actor: Actor, conversation_id: int) -> dict[int, ShownPromise]:
    """The promises of one conversation, kept ones too, by the reply that made them."""
    require(actor, Permission.QUEUE_VIEW)
    return {shown.reply_id: shown for shown in _shown(Promise.conversation_id == conversation_id, MOST)}


def list_promises(actor: Actor, *, limit: int = MOST) -> list[ShownPromise]:
    """Every promise, kept or not, the last due first."""
    require(actor, Permission.QUEUE_VIEW)
    return _shown(None, limit)


def count_open(actor: Actor) -> int:
    """How many promises nobody has kept yet."""
    require(actor, Permission.QUEUE_VIEW)
    return session().scalar(select(func.count()).select_from(Promise).where(Promise.kept_at.is_(None))) or 0


def _shown(which: ColumnElement[bool] | None, limit: int) -> list[ShownPromise]:
    now = clock.now()
    statement = (
        select(
            *(Promise, Account.name, Account.network, Author.display_name, Author.identifier, Member.name),
            _ASSIGNEE.name,
        )
        .join(Conversation, Conversation.id == Promise.conversation_id)
        .join(Account, Account.id == Promise.account_id)
        .join(Author, Author.id == Conversation.author_id)
        .outerjoin(Member, Member.id == Promise.member_id)
        .outerjoin(_ASSIGNEE, _ASSIGNEE.id == Conversation.assignee_id)
    )
    statement = (
        statement.order_by(Promise.due_at.desc(), Promise.id.desc())
        if which is None
        else statement.where(which).order_by(Promise.due_at, Promise.id)
    )
    return [
        ShownPromise(
            id=promise.id,
            reply_id=promise.reply_id,
            conversation_id=promise.conversation_id,
            account_name=account,
            network=network,
            letter=connecting.letter_of(network),
            author_name=name,
            author_identifier=identifier,
            promised_by=writer,
            assignee=taken_by,
            made_at=promise.made_at,
            due_at=promise.due_at,
            kept_at=promise.kept_at,
            state=state_of(promise.due_at, promise.kept_at, now),
        )
        for promise, account, network, name, identifier, writer, taken_by in session().execute(statement.limit(limit))
    ]
