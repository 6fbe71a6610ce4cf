"""Small scenes for tests of what is measured and shown: accounts, authors, comments and answers laid down as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from inbox.extensions import session as reading
from inbox.extensions import writing
from inbox.measuring import stages, waits
from inbox.models import (
    Account,
    Assignment,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    ConversationState,
    Crisis,
    CrisisScope,
    Member,
    MemberRole,
    Purpose,
    Reply,
    ReplyKind,
    ReplyOrigin,
    ReplyState,
    RoundTheClock,
    StaffedHours,
    Stage,
    Target,
    digest_of,
)
from inbox.permissions import OPERATOR, Role
from inbox.trail import record

OFFICE: tuple[tuple[tuple[int, int], ...], ...] = (((540, 1080),),) * 5 + ((), ())
"""From nine to six on weekdays, in minutes after midnight, Monday first."""


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
        member: int | None = None,
        drafted: float | None = None,
        submitted: float | None = None,
        approved: float | None = None,
        template: int | None = None,
        text: str | None = None,
    ) -> int:
        """A reply the network confirmed; without `seen_up_to` and `member` a native one. Returns its id.

        Args:
            promised: by which minute it says that we write again.
            member: who wrote it here; without `seen_up_to` they had everything on screen.
            drafted: in which minute it was begun, when it was sent when left out.
            submitted: in which minute it was submitted for approval; no member stands behind it by that.
            approved: in which minute it was approved.
            template: the id of the reply template it was made from.
        """
        self._number += 1
        if member is not None and seen_up_to is None:
            seen_up_to = self.seen(conversation_id)
        native = seen_up_to is None
        at = self.at(minutes)
        with writing() as session:
            conversation = session.get_one(Conversation, conversation_id)
            text = text or f"Answer {self._number}"
            reply = Reply(
                conversation_id=conversation_id,
                account_id=conversation.account_id,
                member_id=member,
                origin=ReplyOrigin.NATIVE if native else ReplyOrigin.INBOX,
                kind=kind,
                automatic=automatic,
                template_id=template,
                promise_due_at=None if promised is None else self.at(promised),
                text=text,
                text_hash=hashlib.sha256(text.encode()).hexdigest(),
                state=ReplyState.SENT,
                seen_up_to=seen_up_to,
                form_key=f"form-{self._number}",
                key=f"key-{self._number}",
                remote_id=f"r{self._number}",
                created_at=at if drafted is None else self.at(drafted),
                submitted_at=None if submitted is None else self.at(submitted),
                approved_at=None if approved is None else self.at(approved),
                sent_at=at,
                confirmed_at=at,
            )
            session.add(reply)
            session.flush()
            if not native:
                drafted_at = reply.created_at
                stages.record(
                    session, Stage.DRAFTED, conversation_id, reply_id=reply.id, member_id=member, at=drafted_at
                )
            for stage, when in ((Stage.SUBMITTED, reply.submitted_at), (Stage.APPROVED, reply.approved_at)):
                if when is not None:
                    stages.record(session, stage, conversation_id, reply_id=reply.id, member_id=member, at=when)
            stages.record(session, Stage.CONFIRMED, conversation_id, reply_id=reply.id, at=at)
            waits.settle(session, {conversation_id})
            return reply.id

    def seen(self, conversation_id: int) -> int:
        """The newest comment version of a conversation."""
        newest = reading().scalar(
            select(func.max(CommentVersion.id))
            .join(Comment, Comment.id == CommentVersion.comment_id)
            .where(Comment.conversation_id == conversation_id)
        )
        assert newest is not None
        return newest

    def member(self, name: str, *roles: Role) -> int:
        """A member, a community manager unless other roles are named; returns the id."""
        with writing() as session:
            row = Member(email=f"{name}@example.org", name=name.title(), password_hash="!", created_at=self.start)
            session.add(row)
            session.flush()
            for role in roles or (Role.COMMUNITY_MANAGER,):
                grant = MemberRole(member_id=row.id, role=role, granted_at=self.start, granted_by="operator")
                session.add(grant)
            return row.id

    def opened(self, conversation_id: int, minutes: float, member: int | None = None) -> None:
        """A member has the conversation on screen."""
        with writing() as session:
            waits.mark_opened(session, conversation_id, self.at(minutes), member_id=member)

    def assign(self, conversation_id: int, member: int | None, minutes: float) -> None:
        """The conversation is given to a member, or to nobody."""
        with writing() as session:
            session.get_one(Conversation, conversation_id).assignee_id = member
            session.add(
                Assignment(conversation_id=conversation_id, member_id=member, at=self.at(minutes), by="operator")
            )
            waits.settle(session, {conversation_id})

    def hours(
        self,
        account_id: int,
        weekly: Sequence[Sequence[tuple[int, int]]] = OFFICE,
        time_zone: str = "Europe/Paris",
        *,
        minutes: float = 0,
        set_minutes: float | None = None,
        closed_days: Sequence[date] = (),
        own_days: Mapping[date, Sequence[tuple[int, int]]] | None = None,
    ) -> int:
        """Staffed hours from `minutes` on, set at that moment unless `set_minutes` says when; returns their id.

        Due times of open waits follow, as after the deed.
        """
        with writing() as session:
            row = StaffedHours(
                account_id=account_id,
                effective_from=self.at(minutes),
                time_zone=time_zone,
                weekly=[[list(span) for span in day] for day in weekly],
                closed_days=[{"date": day.isoformat(), "name": {"en": "", "fr": ""}} for day in closed_days],
                own_days=[
                    {"date": day.isoformat(), "name": "", "spans": [list(span) for span in spans]}
                    for day, spans in (own_days or {}).items()
                ],
                set_at=self.at(minutes if set_minutes is None else set_minutes),
                set_by="operator",
            )
            session.add(row)
            session.flush()
            waits.reschedule(session, account_id)
            record(session, OPERATOR, "hours.set", of=("account", account_id), params={"version": row.id})
            return row.id

    def round_the_clock(self, account_id: int, starts: float, ends: float, *, set_minutes: float | None = None) -> int:
        """Staffed day and night between two minutes; returns the row's id."""
        with writing() as session:
            row = RoundTheClock(
                account_id=account_id,
                starts_at=self.at(starts),
                ends_at=self.at(ends),
                set_at=self.at(starts if set_minutes is None else set_minutes),
                set_by="operator",
            )
            session.add(row)
            session.flush()
            waits.reschedule(session, account_id)
            record(session, OPERATOR, "hours.extended", of=("account", account_id), params={"extension": row.id})
            return row.id

    def target(
        self,
        account_id: int,
        *,
        urgency: int = 2,
        in_crisis: bool = False,
        first: float | None = None,
        later: float | None = None,
        minutes: float = 0,
    ) -> None:
        """A target in minutes for what is at least so urgent, or while a crisis is open."""
        with writing() as session:
            row = Target(
                account_id=account_id,
                urgency=urgency,
                in_crisis=in_crisis,
                first_seconds=None if first is None else int(first * 60),
                next_seconds=None if later is None else int(later * 60),
                set_at=self.at(minutes),
                set_by="operator",
            )
            session.add(row)
            session.flush()
            record(session, OPERATOR, "account.target_set", of=("account", account_id), params={"target": row.id})

    def crisis(self, account_id: int, minutes: float, *, until: float | None = None, post_id: int | None = None) -> int:
        """A crisis over the account, or one post of it; returns its id."""
        with writing() as session:
            crisis = Crisis(
                name="Gobelune",
                started_at=self.at(minutes),
                opened_at=self.at(minutes),
                opened_by="operator",
                closed_at=None if until is None else self.at(until),
                closed_by=None if until is None else "operator",
            )
            session.add(crisis)
            session.flush()
            session.add(
                CrisisScope(crisis_id=crisis.id, account_id=account_id, post_id=post_id, added_at=self.at(minutes))
            )
            return crisis.id
