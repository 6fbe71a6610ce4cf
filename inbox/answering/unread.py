"""Nobody is put off or closed over a comment that was not on the screen of whoever does it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.models import Author, Comment, CommentVersion, Conversation
from inbox.problems import Conflict

UNREAD = "wrote_meanwhile"


def refuse_unread(current: Session, conversation: Conversation, seen_up_to: int | None) -> None:
    """Let a deed go on only where nothing was written, or changed, in the conversation since it was read.

    Args:
        seen_up_to: the newest comment version that was on screen, 0 for none; None where no screen is behind the deed.

    Raises:
        Conflict: `wrote_meanwhile`.
    """
    if seen_up_to is None:
        return
    newer = (
        select(CommentVersion.id)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(Comment.conversation_id == conversation.id, CommentVersion.id > seen_up_to)
        .limit(1)
    )
    if current.scalar(newer) is not None:
        raise Conflict(UNREAD)


def refuse_more(current: Session, conversation: Conversation, comments_seen: int | None) -> None:
    """The same for a row of a list, which knew how many comments its author had written.

    Raises:
        Conflict: `wrote_meanwhile`.
    """
    if comments_seen is None:
        return
    written = current.scalar(select(Author.comment_count).where(Author.id == conversation.author_id)) or 0
    if written > comments_seen:
        raise Conflict(UNREAD)
