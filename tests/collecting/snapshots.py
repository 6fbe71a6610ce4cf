"""What an account holds, without the numbers that depend on the order of arrival: two runs can be compared."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.models import (
    Account,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    OwnMessage,
    Quarantined,
    QueueEntry,
    RawPayload,
    Reply,
    Wait,
    digest_of,
)


def snapshot(session: Session, account_id: int) -> dict[str, list[Any]]:
    """The final rows of an account, each table sorted, rows named by remote ids."""
    session.expire_all()
    of = {"account_id": account_id}
    authors = {row.id: row for row in session.scalars(select(Author).filter_by(**of))}
    comments = {row.id: row for row in session.scalars(select(Comment).filter_by(**of))}
    conversations = {row.id: row for row in session.scalars(select(Conversation).filter_by(**of))}
    replies = {row.id: row for row in session.scalars(select(Reply).filter_by(**of))}

    def conversation(row_id: int | None) -> Any:
        row = conversations.get(row_id or 0)
        return row and (authors[row.author_id].remote_id, row.thread_id)

    def remote(rows: dict[int, Any], row_id: int | None) -> str | None:
        return rows[row_id].remote_id if row_id is not None else None

    versions = []
    for version in session.scalars(select(CommentVersion).where(CommentVersion.comment_id.in_(comments))):
        assert version.salt is not None
        assert version.text is not None
        assert version.digest == digest_of(version.salt, version.text)
        versions.append((comments[version.comment_id].remote_id, version.text, version.written_at))
    return {
        "authors": sorted((row.remote_id, row.identifier, row.comment_count) for row in authors.values()),
        "comments": sorted(
            (row.remote_id, conversation(row.conversation_id), authors[row.author_id].remote_id, row.posted_at)
            for row in comments.values()
        ),
        "versions": sorted(versions),
        "payloads": sorted(
            (row.remote_id, row.digest, remote(comments, row.comment_id))
            for row in session.scalars(select(RawPayload).filter_by(**of))
        ),
        "conversations": sorted(
            (
                conversation(row.id),
                *(row.state, row.opened_at, row.last_comment_at, str(row.last_reply_at), row.comment_count),
                *(str(row.waiting_since), str(row.due_at)),
            )
            for row in conversations.values()
        ),
        "waits": sorted(
            (
                conversation(row.conversation_id),
                *(row.ordinal, comments[row.comment_id].remote_id, row.opened_at, str(row.closed_at)),
                *(str(row.seconds), remote(replies, row.reply_id)),
            )
            for row in session.scalars(select(Wait).filter_by(superseded_at=None, **of))
        ),
        "replies": sorted(
            (
                str(row.remote_id),
                conversation(row.conversation_id),
                str(remote(comments, row.comment_id)),
                *(row.origin, row.state, row.text, row.sent_at),
            )
            for row in replies.values()
        ),
        "own": sorted(
            (row.remote_id, str(conversation(row.conversation_id)), str(remote(replies, row.reply_id)))
            for row in session.scalars(select(OwnMessage).filter_by(**of))
        ),
        "quarantine": sorted(row.digest for row in session.scalars(select(Quarantined).filter_by(**of))),
        "queue": sorted(
            (authors[row.author_id].remote_id, row.state, row.conversation_count, row.due_at, row.waiting_since)
            for row in session.scalars(select(QueueEntry).filter_by(**of))
        ),
    }


def adds_up(session: Session, account_id: int) -> bool:
    """received = stored + known + quarantined, and what is counted is there."""
    account = session.get_one(Account, account_id, populate_existing=True)
    waiting = len(session.scalars(select(Quarantined).filter_by(account_id=account_id, resolved_at=None)).all())
    return (
        account.received_count == account.stored_count + account.known_count + account.quarantined_count
        and account.quarantined_count == waiting
    )
