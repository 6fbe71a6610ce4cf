"""Escalating: a threat, private data or illegal content is put before the supervisors, and who can help is named.

Nothing is called from here: the network's own page and the public authorities are linked for people to use.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from inbox import bell, clock, connecting, notices, trail
from inbox.answering.finding import conversation_of
from inbox.extensions import session, writing
from inbox.models import Comment, Concern, Escalation, Member
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Problem, Unknown

LONGEST_NOTE = 2_000


@dataclass(frozen=True, slots=True)
class ShownEscalation:
    """What was put before the supervisors. `comment_id` is None where it is about the person as a whole."""

    id: int
    at: datetime
    concern: Concern
    comment_id: int | None
    note: str
    member_name: str


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody who helps. `code` is put into words; `address` is a link, or a number to call.

    Attributes:
        place: `fr` for France, `anywhere` else.
    """

    code: str
    place: str
    address: str


HELPS = (
    Help("help_emergency", "fr", "tel:112"),
    Help("help_police", "fr", "tel:17"),
    Help("help_deaf", "fr", "sms:114"),
    Help("help_pharos", "fr", "https://www.internet-signalement.gouv.fr"),
    Help("help_suicide", "fr", "tel:3114"),
    Help("help_emergency_anywhere", "anywhere", ""),
    Help("help_police_anywhere", "anywhere", ""),
    Help("help_suicide_anywhere", "anywhere", "https://findahelpline.com"),
)
"""The public authorities and lines that help, those of France by number."""


def escalate(
    actor: Actor, conversation_id: int, concern: Concern, *, comment_id: int | None = None, note: str = ""
) -> Escalation:
    """Put something before the supervisors: they are told at once, and everybody sees it in the conversation.

    Args:
        comment_id: the comment it is about, one of this conversation.
        note: what the supervisors should know.

    Raises:
        Unknown: `conversation_unknown`, `comment_unknown`.
        Problem: `escalation_note_too_long`, `member_needed`.
    """
    require(actor, Permission.CONVERSATIONS_ESCALATE)
    words = note.strip()
    if len(words) > LONGEST_NOTE:
        raise Problem("escalation_note_too_long", most=LONGEST_NOTE)
    if actor.member_id is None:
        raise Problem("member_needed")
    with writing() as current:
        conversation = conversation_of(current, conversation_id)
        if comment_id is not None:
            comment = current.get(Comment, comment_id)
            if comment is None or comment.conversation_id != conversation.id:
                raise Unknown("comment_unknown", id=comment_id)
        escalation = Escalation(
            conversation_id=conversation.id,
            comment_id=comment_id,
            concern=Concern(concern),
            note=words,
            member_id=actor.member_id,
            at=clock.now(),
        )
        current.add(escalation)
        current.flush()
        facts = {"escalation": escalation.id, "concern": escalation.concern.value, "comment": comment_id}
        of = ("conversation", conversation.id)
        trail.record(current, actor, "conversation.escalated", of=of, params=facts)
        told = {"concern": escalation.concern.value, "actor": actor.name}
        notices.tell(current, Role.SUPERVISOR, "escalated", of=of, params=told)
        bell.ring(current, "conversation.changed", conversation_id=conversation.id)
    return escalation


def of_conversation(actor: Actor, conversation_id: int) -> list[ShownEscalation]:
    """What of a conversation was put before the supervisors, oldest first."""
    require(actor, Permission.QUEUE_VIEW)
    rows = session().execute(
        select(Escalation.id, Escalation.at, Escalation.concern, Escalation.comment_id, Escalation.note, Member.name)
        .join(Member, Member.id == Escalation.member_id)
        .where(Escalation.conversation_id == conversation_id)
        .order_by(Escalation.id)
    )
    return [ShownEscalation(*row) for row in rows]


def safety_page_of(network: str) -> str | None:
    """The network's own page for threats and illegal content, None where none is known."""
    return connecting.safety_page_of(network)
