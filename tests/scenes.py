"""Small scenes for tests of what is measured and shown: accounts, authors, comments and answers laid down as rows."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from inbox.extensions import writing
from inbox.measuring import waits
from inbox.models import (
    Account,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    ConversationState,
    Purpose,
    Reply,
    ReplyKind,
    ReplyOrigin,
    ReplyState,
    digest_of,
)


class Scene:
    """What people wrote and what was answered, in minutes after `start`."""

    def __init__(self, start: datetime) -> None:
        self.start = start
        self._authors: dict[tuple[int, str], int] = {}
        self._conversations: dict[tuple[int, int, str], int] = {}
        self._number = 0

    def at(self, minutes: float) -> datetime:
        """`minutes` after the start."""
        return self.start + timedelta(minutes=minutes)

    def account(self, name: str = "Brand", *, network: str = "demo", purpose: Purpose = Purpose.REAL) -> int:
        """A connected account; returns its id."""
        with writing() as session:
            account = Account(network=network, identifier=name, name=name, purpose=purpose, created_at=self.start)
            session.add(account)
            session.flush()
            return account.id

    def comment(
        self,
        account_id: int,
        author: str,
        minutes: float,
        text: str = "Is it safe?",
        *,
        thread: str | None = None,
        urgency: int = 2,
        kind: str = "question",
    ) -> int:
        """A comment that was collected as it was posted; returns its conversation's id."""
        self._number += 1
        at = self.at(minutes)
        with writing() as session:
            author_id = self._authors.get((account_id, author))
            if author_id is None:
                row = Author(
                    account_id=account_id,
                    remote_id=author,
                    identifier=author,
                    display_name=author,
                    first_seen_at=at,
                )
                session.add(row)
                session.flush()
                author_id = self._authors[account_id, author] = row.id
            key = (account_id, author_id, thread or author)
            if key not in self._conversations:
                conversation = Conversation(
                    account_id=account_id,
                    author_id=author_id,
                    thread_id=key[2],
                    state=ConversationState.WAITING,
                    opened_at=at,
                    last_comment_at=at,
                )
                session.add(conversation)
                session.flush()
                self._conversations[key] = conversation.id
            conversation_id = self._conversations[key]
            comment = Comment(
                account_id=account_id,
                remote_id=f"c{self._number}",
                conversation_id=conversation_id,
                author_id=author_id,
                posted_at=at,
                received_at=at,
                urgency=urgency,
                kind=kind,
                language="en",
            )
            session.add(comment)
            session.flush()
            salt = self._number.to_bytes(16, "big")
            session.add(
                CommentVersion(
                    comment_id=comment.id,
                    number=1,
                    text=text,
                    salt=salt,
                    digest=digest_of(salt, text),
                    written_at=at,
                    received_at=at,
                )
            )
            account = session.get_one(Account, account_id)
            account.received_count += 1
            account.stored_count += 1
            waits.settle(session, {conversation_id}, arrived={conversation_id})
        return conversation_id

    def answer(
        self,
        conversation_id: int,
        minutes: float,
        *,
        seen_up_to: int | None = None,
        kind: ReplyKind = ReplyKind.SUBSTANTIVE,
        automatic: bool = False,
        promised: float | None = None,
    ) -> int:
        """A reply the network confirmed; without `seen_up_to` a native one. Returns its id.

        Args:
            promised: by which minute it says that we write again.
        """
        self._number += 1
        with writing() as session:
            conversation = session.get_one(Conversation, conversation_id)
            text = f"Answer {self._number}"
            reply = Reply(
                conversation_id=conversation_id,
                account_id=conversation.account_id,
                origin=ReplyOrigin.NATIVE if seen_up_to is None else ReplyOrigin.INBOX,
                kind=kind,
                automatic=automatic,
                promise_due_at=None if promised is None else self.at(promised),
                text=text,
                text_hash=hashlib.sha256(text.encode()).hexdigest(),
                state=ReplyState.SENT,
                seen_up_to=seen_up_to,
                form_key=f"form-{self._number}",
                key=f"key-{self._number}",
                remote_id=f"r{self._number}",
                created_at=self.at(minutes),
                sent_at=self.at(minutes),
                confirmed_at=self.at(minutes),
            )
            session.add(reply)
            waits.settle(session, {conversation_id})
            return reply.id
