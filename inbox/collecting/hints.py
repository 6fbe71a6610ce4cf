"""What triage says of the comments of a page that bring something new, before the write transaction begins."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox.collecting.comments import Known, known_comments
from inbox.collecting.sifting import Sifted
from inbox.collecting.triage import Hint, Signals, triage_all
from inbox.models import Author, Comment, Conversation, ConversationState


def hints_for(session: Session, account_id: int | None, sifted: Sifted) -> dict[str, Hint]:
    """The hints for comments that are new or changed, by remote id; a page of known comments costs one query.

    Args:
        session: for reading, outside a write transaction.
        account_id: None for an account that is about to be made.
    """
    delivered = [one.comment for one in sifted.comments]
    if not delivered:
        return {}
    known: dict[str, Known] = {}
    if account_id is not None:
        known = known_comments(session, account_id, list({comment.remote_id for comment in delivered}))
    bringing = [
        comment for comment in delivered if (stored := known.get(comment.remote_id)) is None or stored.lacks(comment)
    ]
    if not bringing:
        return {}
    waiting: Counter[str] = Counter()
    if account_id is not None:
        waiting = _waiting_comments(session, account_id, {comment.author.remote_id for comment in bringing})
    items = []
    for comment in bringing:
        author = comment.author
        items.append(
            (comment.text, Signals(author.followers, comment.language, waiting[author.remote_id], author.display_name))
        )
        waiting[author.remote_id] += comment.remote_id not in known
    return dict(zip((comment.remote_id for comment in bringing), triage_all(items), strict=True))


def _waiting_comments(session: Session, account_id: int, authors: set[str]) -> Counter[str]:
    """How many comments of each author wait for an answer."""
    counted = session.execute(
        select(Author.remote_id, func.count())
        .join(Conversation, Conversation.author_id == Author.id)
        .join(Comment, Comment.conversation_id == Conversation.id)
        .where(
            Author.account_id == account_id,
            Author.remote_id.in_(authors),
            Conversation.state == ConversationState.WAITING,
            Comment.posted_at >= Conversation.waiting_since,
        )
        .group_by(Author.remote_id)
    )
    return Counter({row[0]: row[1] for row in counted})
