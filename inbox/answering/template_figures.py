"""What became of answers that began with a template: how much was changed, how long people waited, what came next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import session
from inbox.models import Account, Comment, Conversation, NoAnswerReason, Purpose, Reply, ReplyState, Wait
from inbox.permissions import Actor, Permission, require

DAYS = 90
"""How far back the figures reach."""

SILENT_AFTER = timedelta(hours=24)
"""An author who has not written for so long after our answer is counted as silent."""

CALM_KIND = "praise"
"""The kind of comment, as triage or a member says it, that tells that somebody is calmed: praise and thanks."""


@dataclass(slots=True)
class TemplateFigures:
    """Of one template, over the answers that were sent with it in the last `DAYS` days.

    Attributes:
        uses: answers sent.
        changed: the median share of the filled text that was changed by hand, 0 to 1; None where it is not known.
        changed_of: over how many answers that is.
        seconds: the median length of the waits that these answers closed; None without any.
        waits: how many waits that is.
        calmed: the author's next comment was thanks or praise, or a member marked it as thanks.
        continued: the author wrote again, something else.
        silent: nothing came within a day.
        too_early: nothing came yet, and the day is not over.
    """

    uses: int = 0
    changed: float | None = None
    changed_of: int = 0
    seconds: float | None = None
    waits: int = 0
    calmed: int = 0
    continued: int = 0
    silent: int = 0
    too_early: int = 0


@dataclass(slots=True)
class _Gathered:
    changes: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


def figures(actor: Actor, template_ids: Iterable[int] | None = None) -> dict[int, TemplateFigures]:
    """The figures of templates that were used, by template id.

    Answers on accounts of the demo or of a drill count only as long as there is no real account.

    Args:
        template_ids: which templates; all when left out.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    current, now = session(), clock.now()
    wanted = None if template_ids is None else list(template_ids)
    found: dict[int, TemplateFigures] = defaultdict(TemplateFigures)
    gathered: dict[int, _Gathered] = defaultdict(_Gathered)
    for template_id, sent_at, change, seconds, next_kind, reason in _answers(
        current, now - timedelta(days=DAYS), wanted
    ):
        of = found[template_id]
        of.uses += 1
        if change is not None:
            gathered[template_id].changes.append(change)
        if seconds is not None:
            gathered[template_id].waits.append(seconds)
        if next_kind == CALM_KIND or (next_kind is not None and reason is NoAnswerReason.THANKS):
            of.calmed += 1
        elif next_kind is not None:
            of.continued += 1
        elif sent_at <= now - SILENT_AFTER:
            of.silent += 1
        else:
            of.too_early += 1
    for template_id, lists in gathered.items():
        of = found[template_id]
        of.changed_of, of.waits = len(lists.changes), len(lists.waits)
        of.changed = median(lists.changes) if lists.changes else None
        of.seconds = median(lists.waits) if lists.waits else None
    return dict(found)


_Answer = tuple[int, datetime, float | None, float | None, str | None, NoAnswerReason | None]


def _answers(current: Session, since: datetime, template_ids: list[int] | None) -> Iterable[_Answer]:
    """Each sent answer with the wait it closed and the kind of the first comment its author wrote after it."""
    next_kind = (
        select(Comment.kind)
        .where(Comment.conversation_id == Reply.conversation_id, Comment.posted_at > Reply.sent_at)
        .order_by(Comment.posted_at, Comment.id)
        .limit(1)
        .correlate(Reply)
        .scalar_subquery()
    )
    query = (
        select(
            Reply.template_id,
            Reply.sent_at,
            Reply.template_change,
            Wait.seconds,
            next_kind,
            Conversation.no_answer_reason,
        )
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Account, Account.id == Reply.account_id)
        .outerjoin(Wait, and_(Wait.reply_id == Reply.id, Wait.superseded_at.is_(None)))
        .where(
            Reply.template_id.is_not(None) if template_ids is None else Reply.template_id.in_(template_ids),
            Reply.state == ReplyState.SENT,
            Reply.sent_at >= since,
        )
    )
    if _has_real_account(current):
        query = query.where(Account.purpose == Purpose.REAL)
    return (tuple(row) for row in current.execute(query))


def _has_real_account(current: Session) -> bool:
    return current.scalar(select(Account.id).where(Account.purpose == Purpose.REAL).limit(1)) is not None
