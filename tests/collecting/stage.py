"""A demo network whose comments were really collected, and members who deal with what disappears from it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from config import Config
from inbox import clock
from inbox.collecting import accounts
from inbox.collecting.collect import collect_account
from inbox.collecting.watch import LookReport, look_again
from inbox.connectors.demo.network import DemoNetwork
from inbox.extensions import session
from inbox.models import Author, Comment, Conversation, Notice, TrailRow
from inbox.permissions import OPERATOR, WORKER

STAGE = "gobelune"


class Stage:
    """One account on a demo network in the data folder of the application under test."""

    def __init__(self, config: Config) -> None:
        self.network = DemoNetwork(config.data_dir)
        self.network.open_stage(STAGE, "Gobelune")
        self.account_id = accounts.connect_account(OPERATOR, "demo", STAGE, credentials={}).id

    def comment(self, author: str = "ines", text: str = "Cup 7 caught fire.", *, followers: int = 0) -> Comment:
        """Somebody writes, and it is collected."""
        remote_id = self.network.write(STAGE, author, text, followers=followers)
        self.collect()
        return self.found(remote_id)

    def collect(self) -> None:
        """One pass of collection."""
        assert collect_account(WORKER, self.account_id).code is None

    def look(self, minutes: float = 20) -> LookReport:
        """A second look, that many minutes later."""
        with clock.frozen(later(minutes)):
            return look_again(WORKER, self.account_id)

    @staticmethod
    def found(remote_id: str) -> Comment:
        """A comment as it is stored now."""
        session().expire_all()
        return session().scalars(select(Comment).where(Comment.remote_id == remote_id)).one()


def later(minutes: float) -> datetime:
    """The present moment and some minutes more."""
    return clock.now() + timedelta(minutes=minutes)


def again(comment: Comment) -> Comment:
    """A comment as it is stored now."""
    return session().get_one(Comment, comment.id, populate_existing=True)


def author_of(comment: Comment) -> Author:
    """Its author as stored now."""
    return session().get_one(Author, comment.author_id, populate_existing=True)


def conversation_of(comment: Comment) -> Conversation:
    """Its conversation as stored now."""
    return session().get_one(Conversation, comment.conversation_id, populate_existing=True)


def told() -> list[str]:
    """What members were told so far, as `role code`, oldest first."""
    return [f"{notice.role} {notice.code}" for notice in session().scalars(select(Notice).order_by(Notice.id))]


def deeds(noun: str) -> list[str]:
    """The actions of a noun that stand in the trail, oldest first."""
    rows = session().scalars(select(TrailRow.action).order_by(TrailRow.seq))
    return [action for action in rows if action.partition(".")[0] == noun]
