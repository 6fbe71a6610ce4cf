"""A demo network with critics on it, what was collected from it laid down as rows, and members who answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from inbox import clock
from inbox.answering import replies
from inbox.connectors.demo.network import DemoNetwork
from inbox.extensions import session, writing
from inbox.measuring import waits
from inbox.models import (
    Account,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    ConversationState,
    Member,
    MemberRole,
    Reply,
    TrailRow,
    digest_of,
)
from inbox.permissions import Actor, Role

STAGE = "gobelune"


class Stage:
    """One account on one demo network, in the data folder of the application under test."""

    def __init__(self, folder: Path, *, name: str = STAGE) -> None:
        self.name = name
        self.demo = DemoNetwork(folder)
        self.demo.open_stage(name, "Gobelune")
        with writing() as current:
            account = Account(network="demo", identifier=name, name="Gobelune", created_at=clock.now())
            current.add(account)
        self.account_id = account.id
        self._salt = 0

    def comment(
        self,
        author: str = "ines",
        text: str = "Is it safe?",
        *,
        thread: str | None = None,
        posted_at: datetime | None = None,
        **columns: Any,
    ) -> int:
        """`author` writes on the network and it is collected; returns the conversation's id."""
        remote_id = self.demo.write(self.name, author, text)
        return self.collected(remote_id, author, text, thread=thread or remote_id, posted_at=posted_at, **columns)

    def collected(
        self,
        remote_id: str,
        author: str,
        text: str,
        *,
        thread: str,
        posted_at: datetime | None = None,
        account_id: int | None = None,
        **columns: Any,
    ) -> int:
        """A comment as it was collected; returns the conversation's id."""
        at = posted_at or clock.now()
        account = account_id or self.account_id
        with writing() as current:
            writer = current.scalars(select(Author).filter_by(account_id=account, remote_id=author)).first()
            if writer is None:
                writer = Author(
                    account_id=account,
                    remote_id=author,
                    identifier=author,
                    display_name=author.title(),
                    first_seen_at=at,
                )
                current.add(writer)
                current.flush()
            writer.comment_count += 1
            conversation = current.scalars(
                select(Conversation).filter_by(account_id=account, author_id=writer.id, thread_id=thread)
            ).first()
            if conversation is None:
                conversation = Conversation(
                    account_id=account,
                    author_id=writer.id,
                    thread_id=thread,
                    state=ConversationState.WAITING,
                    opened_at=at,
                    last_comment_at=at,
                )
                current.add(conversation)
                current.flush()
            comment = Comment(
                account_id=account,
                remote_id=remote_id,
                conversation_id=conversation.id,
                author_id=writer.id,
                posted_at=at,
                received_at=at,
                language=columns.pop("language", "en"),
                kind=columns.pop("kind", "question"),
                **columns,
            )
            current.add(comment)
            current.flush()
            self.version(comment.id, 1, text, at)
            number = conversation.id
            waits.settle(current, {number}, arrived={number})
        return number

    def version(self, comment_id: int, number: int, text: str, at: datetime) -> None:
        """Inside a write transaction: one version of a comment."""
        self._salt += 1
        salt = self._salt.to_bytes(16, "big")
        session().add(
            CommentVersion(
                comment_id=comment_id,
                number=number,
                text=text,
                salt=salt,
                digest=digest_of(salt, text),
                written_at=at,
                received_at=at,
            )
        )


def seen(conversation_id: int) -> int:
    """The newest comment version of a conversation."""
    found = session().scalars(
        select(CommentVersion.id)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(Comment.conversation_id == conversation_id)
        .order_by(CommentVersion.id.desc())
    )
    newest = found.first()
    assert newest is not None
    return newest


def written(actor: Actor, conversation_id: int, text: str = "It is safe, here is the test.", **options: Any) -> Reply:
    """A reply written with everything on screen."""
    options.setdefault("form_key", replies.new_form_key())
    if "seen_up_to" not in options:
        options["seen_up_to"] = seen(conversation_id)
    return replies.write(actor, conversation_id, text, **options)


def member(*roles: Role, email: str) -> Actor:
    """A stored member."""
    with writing() as current:
        row = Member(email=email, name=email.partition("@")[0].title(), password_hash="!", created_at=clock.now())
        current.add(row)
        current.flush()
        for role in roles:
            current.add(MemberRole(member_id=row.id, role=role, granted_at=clock.now(), granted_by="operator"))
    return Actor.of_member(row.id, frozenset(roles))


def reply_now(reply_id: int) -> Reply:
    """A reply as it is stored."""
    return session().get_one(Reply, reply_id, populate_existing=True)


def deeds(of: str, number: int) -> list[str]:
    """What the trail says was done to one object, oldest first."""
    rows = session().scalars(
        select(TrailRow.action)
        .where(TrailRow.object_type == of, TrailRow.object_id == str(number))
        .order_by(TrailRow.seq)
    )
    return list(rows)


def later(seconds: float = 0, **further: float) -> datetime:
    """The present moment and some more."""
    return clock.now() + timedelta(seconds=seconds, **further)
