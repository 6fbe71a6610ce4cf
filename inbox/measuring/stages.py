"""The stages of a wait, written down as they happen and read back for the waits they belong to.

Rows are only ever added. What a wait shows of them is a copy, derived by `Reached` alone, so that it can be computed
again at any time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import Stage, StageRow
from inbox.models.bulk import Rows, among_given

_ROWS = Rows(StageRow.__table__, "conversation_id", "reply_id", "member_id", "stage", "at")
_S = StageRow.__table__.c
_OF_CONVERSATIONS = select(_S.conversation_id, _S.stage, _S.reply_id, _S.at).where(
    among_given(_S.conversation_id, "conversations")
)


def record(
    session: Session,
    stage: Stage,
    conversation_id: int,
    *,
    reply_id: int | None = None,
    member_id: int | None = None,
    at: datetime | None = None,
) -> None:
    """Write down that a stage was reached, in the caller's transaction.

    Args:
        reply_id: of a stored reply; None for what happens before there is one.
        member_id: whose deed it was; None where the network or the system did it.
        at: when it happened (aware); now when left out.
    """
    row = (conversation_id, reply_id, member_id, stage, at or clock.now())
    _ROWS.store(session.connection(), [row])


def record_confirmed(session: Session, replies: Iterable[tuple[int, int]], at: datetime) -> None:
    """Write down at once that the network has published many replies.

    Args:
        replies: conversation id and reply id of each.
    """
    rows = [(conversation_id, reply_id, None, Stage.CONFIRMED, at) for conversation_id, reply_id in replies]
    _ROWS.store(session.connection(), rows)


class Reached(NamedTuple):
    """When a wait reached its stages, None for those it has not reached."""

    first_opened_at: datetime | None = None
    drafted_at: datetime | None = None
    submitted_at: datetime | None = None
    approved_at: datetime | None = None
    confirmed_at: datetime | None = None


class Written:
    """What is written down of one conversation."""

    def __init__(self) -> None:
        self._before: dict[Stage, list[datetime]] = {Stage.OPENED: [], Stage.DRAFTED: []}
        self._of_reply: dict[tuple[int | None, Stage], list[datetime]] = defaultdict(list)

    def add(self, stage: Stage, reply_id: int | None, at: datetime) -> None:
        """One row."""
        if stage in self._before:
            self._before[stage].append(at)
        else:
            self._of_reply[reply_id, stage].append(at)

    def of_wait(
        self, received_at: datetime, closed_at: datetime | None, reply_id: int | None, *, native: bool
    ) -> Reached:
        """The stages of one wait.

        *Opened* and *drafted* are the first of their kind once the comment was here, and while the wait was open: a
        conversation that is looked at after it was answered in the network's own app was not opened before. The end of
        a wait is on the network's clock; for a reply written here the moment we learned of it, on our own clock,
        stands in for it, so that clocks that disagree take no stage away. *Submitted* is the first submission of the
        reply that closed the wait, *approved* its last approval.
        """
        confirmed_at = min(self._of_reply.get((reply_id, Stage.CONFIRMED), ()), default=None) if reply_id else None
        until = closed_at
        if closed_at is not None and confirmed_at is not None and not native:
            until = max(closed_at, confirmed_at)
        first = {
            stage: min((at for at in times if at >= received_at and (until is None or at <= until)), default=None)
            for stage, times in self._before.items()
        }
        if reply_id is None:
            return Reached(first[Stage.OPENED], first[Stage.DRAFTED])
        return Reached(
            first[Stage.OPENED],
            first[Stage.DRAFTED],
            min(self._of_reply.get((reply_id, Stage.SUBMITTED), ()), default=None),
            max(self._of_reply.get((reply_id, Stage.APPROVED), ()), default=None),
            confirmed_at,
        )


NOTHING = Written()
"""Of a conversation of which nothing is written down."""


def written(connection: Connection, conversation_ids: Collection[int]) -> dict[int, Written]:
    """What is written down of conversations; those without any row are left out."""
    found: dict[int, Written] = {}
    if conversation_ids:
        for row in connection.execute(_OF_CONVERSATIONS, {"conversations": list(conversation_ids)}):
            found.setdefault(row[0], Written()).add(row[1], row[2], row[3])
    return found
