"""What an event carries: enough for a screen to change in place without asking back.

Counters, identifiers, states and the names of members; never words of anybody outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from inbox.bell import Ring
from inbox.models import Account, Conversation, ConversationState, Member, QueueCounter, QueueEntry, Reply, Team
from inbox.models.bulk import among, among_given

TOPICS = frozenset(
    {"comments.stored", "conversation.changed", "reply.changed", "presence.changed", "notice.written", "alarm.raised"}
    | {"sending.held", "sending.released", "crisis.changed"}
)
"""The rings that open screens are told of."""

MOST_ROWS = 40
"""Conversations that one event tells of one by one; of more only how many there are."""


def told(current: Session, rings: list[tuple[str, Ring]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the rings of one transaction become, as (topic, data); what was rung for twice is told once."""
    yield from _conversations(current, rings)
    yield from _replies(current, [ring for topic, ring in rings if topic == "reply.changed"])
    yield from _presences(current, [ring for topic, ring in rings if topic == "presence.changed"])
    known: list[dict[str, Any]] = []
    for topic, ring in rings:
        simple = _simple(topic, ring)
        if simple is not None and simple not in known:
            known.append(simple)
            yield simple.pop("topic"), simple


def _simple(topic: str, ring: Ring) -> dict[str, Any] | None:
    match topic:
        case "notice.written":
            return {"topic": "notice", "role": ring["role"], "member": ring.get("member_id")}
        case "alarm.raised":
            return {"topic": "alarm", "alarm": ring["alarm_id"]}
        case "crisis.changed":
            return {"topic": "crisis", "crisis": ring["crisis_id"]}
        case "sending.held" | "sending.released":
            return {"topic": "sending", "held": topic == "sending.held", "account": ring["account_id"]}
    return None


def _conversations(current: Session, rings: list[tuple[str, Ring]]) -> Iterator[tuple[str, dict[str, Any]]]:
    arrived: set[int] = set()
    changed: set[int] = set()
    for topic, ring in rings:
        if topic == "comments.stored":
            arrived.update(ring["conversation_ids"])
            changed.update(ring["answered_ids"])
        elif topic in ("conversation.changed", "reply.changed"):
            changed.add(ring["conversation_id"])
    every = sorted(arrived | changed, reverse=True)
    if not every:
        return
    data: dict[str, Any] = {
        "rows": [_row(row, row.id in arrived) for row in current.execute(_ROWS, {"ids": every[:MOST_ROWS]})],
        "counters": _counters(current),
    }
    if len(every) > MOST_ROWS:
        data["more"] = len(every) - MOST_ROWS
    yield "conversations", data


# Built once: what is told is read in every transaction that tells.
_ROWS = (
    select(
        Conversation.id,
        Conversation.author_id,
        Conversation.account_id,
        Account.network,
        Conversation.post_id,
        Conversation.state,
        Conversation.kind,
        Conversation.language,
        Conversation.assignee_id,
        Member.name,
        Conversation.team_id,
        Team.name.label("team"),
        Conversation.last_comment_at,
        select(QueueEntry.id)
        .where(QueueEntry.author_id == Conversation.author_id, QueueEntry.state == ConversationState.WAITING)
        .exists()
        .label("waits"),
    )
    .join(Account, Account.id == Conversation.account_id)
    .outerjoin(Member, Member.id == Conversation.assignee_id)
    .outerjoin(Team, Team.id == Conversation.team_id)
    .where(among_given(Conversation.__table__.c.id, "ids"))
    .order_by(Conversation.id.desc())
)
_COUNTED = select(QueueCounter.state, func.sum(QueueCounter.entries)).group_by(QueueCounter.state)
_REPLIES = (
    select(Reply.id, Reply.conversation_id, Reply.state, Reply.held_code, Reply.member_id, Member.name)
    .outerjoin(Member, Member.id == Reply.member_id)
    .where(among_given(Reply.__table__.c.id, "ids"))
    .order_by(Reply.id)
)


def _row(row: Any, arrived: bool) -> dict[str, Any]:
    return {
        "id": row.id,
        "author": row.author_id,
        "account": row.account_id,
        "network": row.network,
        "post": row.post_id,
        "state": row.state.value,
        "kind": row.kind,
        "language": row.language,
        "assignee": row.assignee_id,
        "by": row.name,
        "team": row.team_id,
        "of": row.team,
        "last": int(row.last_comment_at.timestamp() * 1_000_000),
        "waits": bool(row.waits),
        "new": arrived,
    }


def _counters(current: Session) -> dict[str, int]:
    return {state.value: 0 for state in ConversationState} | {
        state.value: int(entries) for state, entries in current.execute(_COUNTED)
    }


def _replies(current: Session, rings: list[Ring]) -> Iterator[tuple[str, dict[str, Any]]]:
    last = {ring["reply_id"]: ring for ring in rings}
    if not last:
        return
    for row in current.execute(_REPLIES, {"ids": sorted(last)}):
        yield (
            "reply",
            {
                "reply": row.id,
                "conversation": row.conversation_id,
                "state": row.state.value,
                "held": row.held_code,
                "member": row.member_id,
                "by": row.name,
            },
        )


def _presences(current: Session, rings: list[Ring]) -> Iterator[tuple[str, dict[str, Any]]]:
    last = {(ring["member_id"], ring["conversation_id"]): ring for ring in rings}
    if not last:
        return
    who = aliased(Member)
    names = dict(
        current.execute(select(who.id, who.name).where(among(who.id, sorted({member for member, _ in last})))).all()
    )
    authors = dict(
        current.execute(
            select(Conversation.id, Conversation.author_id).where(
                among(Conversation.id, sorted({conversation for _, conversation in last}))
            )
        ).all()
    )
    for (member, conversation), ring in last.items():
        yield (
            "presence",
            {
                "conversation": conversation,
                "author": authors.get(conversation),
                "member": member,
                "by": names.get(member),
                "doing": ring["doing"],
            },
        )
