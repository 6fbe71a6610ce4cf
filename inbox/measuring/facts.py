"""What waits are derived from, read for many conversations at once, and the columns of a wait that follow from it.

Settling writes them, verifying compares them with what is stored: both by these functions and no others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from inbox.measuring import marks, stages
from inbox.measuring.hours import Calendar
from inbox.measuring.stretches import Answer, Stretch, Unit
from inbox.models import Comment, CommentVersion, Reply, ReplyKind, ReplyOrigin, ReplyState
from inbox.models.bulk import among_given

OF_STRETCH = ("comment_id", "opened_at", "received_at", "closed_at", "reply_id", "substantive_at")
OF_TIME = ("due_at", "seconds", "staffed_seconds")
OF_COMMENT = ("urgency", "kind", "language")
OF_REPLY = ("reply_origin", "template_id", "member_id")
DERIVED = (*OF_STRETCH, *OF_TIME, *OF_COMMENT, *OF_REPLY, *stages.Reached._fields)
"""The columns of a wait that are derived. Besides them it has what it opened with, and when it was superseded."""


class Hint(NamedTuple):
    """What triage or a member said of a comment."""

    urgency: int
    kind: str
    language: str


class Answering(NamedTuple):
    """What is copied from a reply onto the wait that it closes."""

    reply_origin: ReplyOrigin
    template_id: int | None
    member_id: int | None


class Facts:
    """What was written, answered and noted in some conversations.

    Attributes:
        units: by conversation.
        answers: by conversation.
        hints: by comment.
        answering: by reply.
        written: by conversation, those of which nothing is noted left out.
    """

    def __init__(self) -> None:
        self.units: dict[int, list[Unit]] = defaultdict(list)
        self.answers: dict[int, list[Answer]] = defaultdict(list)
        self.hints: dict[int, Hint] = {}
        self.answering: dict[int, Answering] = {}
        self.written: dict[int, stages.Written] = {}

    def columns(
        self, conversation_id: int, stretch: Stretch, target_seconds: int, calendar: Calendar
    ) -> dict[str, Any]:
        """Every column of `DERIVED` for one wait.

        Args:
            target_seconds: what it opened with.
            calendar: which hours count for it.
        """
        if stretch.closed_at is None:
            staffed = None
        else:
            staffed = calendar.seconds(stretch.opened_at, max(stretch.opened_at, stretch.closed_at))
        answering = self.answering.get(stretch.reply_id) if stretch.reply_id is not None else None
        native = answering is not None and answering.reply_origin is ReplyOrigin.NATIVE
        noted = self.written.get(conversation_id, stages.NOTHING)
        reached = noted.of_wait(stretch.received_at, stretch.closed_at, stretch.reply_id, native=native)
        return {
            **{name: getattr(stretch, name) for name in OF_STRETCH},
            "due_at": calendar.due(stretch.opened_at, target_seconds),
            "seconds": stretch.seconds,
            "staffed_seconds": staffed,
            **self.hints[stretch.comment_id]._asdict(),
            **(answering._asdict() if answering is not None else dict.fromkeys(OF_REPLY)),
            **reached._asdict(),
        }


_UNITS = (
    select(
        Comment.conversation_id,
        CommentVersion.id,
        Comment.id,
        CommentVersion.written_at,
        CommentVersion.received_at,
        Comment.urgency,
        Comment.kind,
        Comment.language,
    )
    .join(CommentVersion, CommentVersion.comment_id == Comment.id)
    .where(among_given(Comment.conversation_id, "conversations"))
)
_ANSWERS = select(
    *(Reply.conversation_id, Reply.id, Reply.seen_up_to, Reply.kind, Reply.template_id),
    *marks.COLUMNS,
).where(among_given(Reply.conversation_id, "conversations"), Reply.state == ReplyState.SENT, Reply.automatic.is_(False))


def read(connection: Connection, conversation_ids: Collection[int]) -> Facts:
    """Everything but the stages, which few conversations have.

    Raises:
        ValueError: a reply is sent and has no time.
    """
    facts = Facts()
    named = {"conversations": list(conversation_ids)}
    for row in connection.execute(_UNITS, named):
        facts.units[row[0]].append(Unit(row[1], row[2], row[3], row[4]))
        facts.hints[row[2]] = Hint(row[5], row[6], row[7])
    for reply in connection.execute(_ANSWERS, named):
        at = marks.counted_from(reply)
        substantive = reply.kind is ReplyKind.SUBSTANTIVE
        facts.answers[reply.conversation_id].append(Answer(reply.id, at, reply.seen_up_to, substantive))
        facts.answering[reply.id] = Answering(reply.origin, reply.template_id, reply.member_id)
    return facts
