"""What was answered in the network's own app is read by the gate too, and shown to supervisors: it has left already."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from inbox import clock, notices, trail
from inbox.answering import courtesies, gate, judging
from inbox.extensions import session, writing
from inbox.measuring import waits
from inbox.models import Account, Author, Conversation, Outcome, Reply, ReplyKind, ReplyOrigin, ReplyState
from inbox.models.bulk import among
from inbox.models.reply import UNREAD_NATIVE
from inbox.permissions import Actor, Permission, Role, require

BATCH = 200
"""How many are read in one transaction."""

SHOWN_FOR = timedelta(days=30)
TOLD_OF = timedelta(days=7)
"""An import of last year's answers is read, and tells nobody of it."""

_UNREAD = text(f"replies.{UNREAD_NATIVE.replace(' AND ', ' AND replies.')}")


@dataclass(frozen=True, slots=True)
class NativeAnswer:
    """One that apologises or admits in words that nobody approved here, with the sentences that do."""

    reply: Reply
    author: str
    account: str
    findings: tuple[gate.Finding, ...]


def read(actor: Actor, *, limit: int = BATCH) -> int:
    """Read the messages of ours that were seen in collection, imported or marked, and were not read yet.

    Returns:
        how many were read.
    """
    require(actor, Permission.REPLIES_SEND)
    waiting = session().scalar(select(Reply.id).where(_UNREAD).limit(1))
    session().commit()
    if waiting is None:
        return 0
    with writing() as current:
        _lock_held_off(current, limit)
        found = current.scalars(
            select(Reply).where(_UNREAD).order_by(Reply.id).limit(limit).with_for_update(key_share=True)
        ).all()
        polite = courtesies.phrases(current)
        held_off: set[int] = set()
        for reply in found:
            reply.gate_outcome = _outcome(current, reply, polite)
            if reply.kind is not ReplyKind.HOLDING and gate.only_holds(reply.text):
                reply.kind = ReplyKind.HOLDING
                held_off.add(reply.conversation_id)
            if reply.gate_outcome.held:
                _tell(current, actor, reply)
        if held_off:
            waits.settle(current, held_off)
    return len(found)


def _lock_held_off(current: Session, limit: int) -> None:
    """Lock the conversations that got a holding answer: everybody locks a conversation before its replies."""
    unread = select(Reply.conversation_id, Reply.text).where(_UNREAD).order_by(Reply.id).limit(limit)
    ids = {row.conversation_id for row in current.execute(unread) if gate.only_holds(row.text)}
    if ids:
        wanted = select(Conversation.id).where(among(Conversation.id, sorted(ids))).order_by(Conversation.id)
        current.execute(wanted.with_for_update(key_share=True))


def held(actor: Actor, *, limit: int = 100) -> list[NativeAnswer]:
    """What apologised or admitted without approval in the last thirty days, newest first."""
    require(actor, Permission.REPLIES_APPROVE)
    current = session()
    polite = courtesies.phrases(current)
    rows = current.execute(
        select(Reply, Author, Account.name)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Author, Author.id == Conversation.author_id)
        .join(Account, Account.id == Reply.account_id)
        .where(
            Reply.origin == ReplyOrigin.NATIVE,
            Reply.state == ReplyState.SENT,
            Reply.gate_outcome.in_((Outcome.APOLOGY, Outcome.ADMISSION)),
            Reply.sent_at > clock.now() - SHOWN_FOR,
            Reply.automatic.is_(False),
            Reply.text != "",
        )
        .order_by(Reply.sent_at.desc(), Reply.id.desc())
        .limit(limit)
    )
    return [
        NativeAnswer(
            reply,
            author.display_name or author.identifier,
            account,
            gate.read(reply.text, courtesies=polite).held,
        )
        for reply, author, account in rows
    ]


def _outcome(current: Session, reply: Reply, polite: tuple[str, ...]) -> Outcome:
    reading = gate.read(reply.text, courtesies=polite)
    if not reading.held:
        return reading.outcome
    # Only what could be held is worth asking which wordings are in force.
    account = current.get_one(Account, reply.account_id)
    conversation = current.get_one(Conversation, reply.conversation_id)
    return judging.judge(current, account, conversation, reply.text, member_id=None, reply_id=reply.id).outcome


def _tell(current: Session, actor: Actor, reply: Reply) -> None:
    assert reply.gate_outcome is not None
    params = {"outcome": reply.gate_outcome.value}
    trail.record(current, actor, "reply.read_native", of=("reply", reply.id), params=params)
    if reply.sent_at is not None and reply.sent_at > clock.now() - TOLD_OF and not reply.automatic:
        notices.tell(current, Role.SUPERVISOR, "native_held", of=("conversation", reply.conversation_id), params=params)
