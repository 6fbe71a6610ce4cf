"""That a member has begun to write an answer, noted once for each wait and member: where time is lost begins there."""

from __future__ import annotations

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session, writing
from inbox.measuring import waits
from inbox.models import Reply, Stage, StageRow, Wait
from inbox.permissions import Actor, Permission, require

_WAIT, _STAGE = Wait.__table__.c, StageRow.__table__.c
# Built once: it is asked while somebody types.
_OPEN_WAIT = select(
    exists().where(
        _STAGE.conversation_id == _WAIT.conversation_id,
        _STAGE.stage == Stage.DRAFTED,
        _STAGE.member_id == bindparam("member"),
        _STAGE.at >= _WAIT.received_at,
    )
).where(_WAIT.conversation_id == bindparam("conversation"), _WAIT.closed_at.is_(None), _WAIT.superseded_at.is_(None))


def note_begun(actor: Actor, conversation_id: int, text: str) -> None:
    """Note that `text` stands in the composer of a conversation in which somebody waits; nothing of it is stored."""
    require(actor, Permission.REPLIES_WRITE)
    if actor.member_id is None or not text.strip() or _begun(session(), conversation_id, actor.member_id) is not False:
        return
    with writing() as current:
        waits.mark_drafted(current, conversation_id, clock.now(), member_id=actor.member_id)


def note_written(current: Session, reply: Reply) -> None:
    """In the transaction that stores a reply: whoever wrote it had begun to, at the latest now."""
    if reply.member_id is None or _begun(current, reply.conversation_id, reply.member_id) is not True:
        waits.mark_drafted(
            current, reply.conversation_id, reply.created_at, member_id=reply.member_id, reply_id=reply.id
        )


def _begun(current: Session, conversation_id: int, member_id: int) -> bool | None:
    """Whether the member has begun to answer the present wait; None where nobody waits."""
    named = {"conversation": conversation_id, "member": member_id}
    return current.connection().execute(_OPEN_WAIT, named).scalar()
