"""Reading declarations: all of them, those of a conversation, those that explain a disappearance."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from inbox.extensions import session
from inbox.models import Account, Decision, Declaration, Member
from inbox.permissions import Actor, Permission, Role, require


@dataclass(frozen=True, slots=True)
class ShownDeclaration:
    """A declaration as it is listed.

    Attributes:
        evidence: the sealed evidence as JSON text; None where a legal erasure withheld it.
        took: how long it took from knowing to taking it down.
        mine: the reader declared it, so that somebody else confirms it.
        needs_supervisor: only a supervisor may confirm it.
    """

    declaration: Declaration
    account_name: str
    network: str
    declared_by: str
    decided_by: str | None
    took: timedelta
    mine: bool
    needs_supervisor: bool


def list_declarations(
    actor: Actor, *, pending: bool | None = None, limit: int = 50, before: int | None = None
) -> list[ShownDeclaration]:
    """Declarations, newest first; only those that wait for the second member, or only the others, where asked."""
    require(actor, Permission.DECLARATIONS_CONFIRM)
    declarer, decider = aliased(Member), aliased(Member)
    statement = (
        select(Declaration, Account.name, Account.network, declarer.name, decider.name)
        .join(Account, Account.id == Declaration.account_id)
        .join(declarer, declarer.id == Declaration.declared_by)
        .outerjoin(decider, decider.id == Declaration.decided_by)
        .order_by(Declaration.id.desc())
        .limit(limit)
    )
    if pending is not None:
        statement = statement.where(Declaration.decision.is_(None) if pending else Declaration.decision.is_not(None))
    if before is not None:
        statement = statement.where(Declaration.id < before)
    return [
        ShownDeclaration(
            declaration=row[0],
            account_name=row[1],
            network=row[2],
            declared_by=row[3],
            decided_by=row[4],
            took=row[0].taken_at - row[0].known_at,
            mine=row[0].declared_by == actor.member_id,
            needs_supervisor=not row[0].by_supervisor and Role.SUPERVISOR not in actor.roles,
        )
        for row in session().execute(statement)
    ]


def of_conversation(actor: Actor, conversation_id: int) -> list[Declaration]:
    """What was declared about a conversation, oldest first; declined ones are left out."""
    require(actor, Permission.QUEUE_VIEW)
    return list(
        session().scalars(
            select(Declaration)
            .where(
                Declaration.conversation_id == conversation_id,
                Declaration.decision.is_distinct_from(Decision.DECLINED),
            )
            .order_by(Declaration.id)
        )
    )


def confirmed_for(session: Session, comment_ids: Collection[int]) -> dict[int, int]:
    """The confirmed declarations about comments, by comment."""
    rows = session.execute(
        select(Declaration.comment_id, Declaration.id).where(
            Declaration.comment_id.in_(comment_ids), Declaration.decision == Decision.CONFIRMED
        )
    )
    return {comment_id: declaration_id for comment_id, declaration_id in rows if comment_id is not None}
