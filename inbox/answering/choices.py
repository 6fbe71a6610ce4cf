"""What the queue can be narrowed to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, type_coerce

from inbox.answering.rows import excerpt
from inbox.extensions import session
from inbox.models import Account, Conversation, Post, QueueEntry
from inbox.models.base import OutsideText
from inbox.permissions import Actor, Permission, require
from inbox.sharing import teams
from inbox.sharing.people import MemberChoice, answering_members
from inbox.sharing.teams import TeamChoice

KINDS = ("question", "criticism", "praise", "other")
"""What a comment does, as triage and members say it."""

URGENCIES = (-1, 0, 1, 2)
"""Danger to people that happens now, danger to people, the press and growing reach, everything else."""

LANGUAGES = ("en", "fr")
"""Always offered, whether or not somebody writes in them at present."""

_RECENT_ENTRIES = 500
_RECENT_POSTS = 50
_TITLE = 80


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account, connected or not: what was collected stays."""

    id: int
    name: str
    network: str


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post, by the beginning of its text."""

    id: int
    account_id: int
    title: str


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters of the queue offer. `kinds` and `languages` are codes."""

    accounts: list[AccountChoice]
    networks: list[str]
    posts: list[PostChoice]
    kinds: tuple[str, ...]
    languages: list[str]
    assignees: list[MemberChoice]
    teams: list[TeamChoice]


def filter_choices(actor: Actor) -> FilterChoices:
    """What the queue can be narrowed to: the newest posts, the languages of the newest rows, everybody who answers."""
    require(actor, Permission.QUEUE_VIEW)
    present = session()
    accounts = [
        AccountChoice(*row)
        for row in present.execute(select(Account.id, Account.name, Account.network).order_by("name"))
    ]
    posts = present.execute(
        select(Post.id, Post.account_id, type_coerce(func.substr(Post.text, 1, 2 * _TITLE), OutsideText()))
        .where(select(Conversation.id).where(Conversation.post_id == Post.id).exists())
        .order_by(Post.id.desc())
        .limit(_RECENT_POSTS)
    )
    recent = select(QueueEntry.language).order_by(QueueEntry.id.desc()).limit(_RECENT_ENTRIES).subquery()
    languages = set(present.scalars(select(recent.c.language).distinct())) | set(LANGUAGES)
    return FilterChoices(
        accounts=accounts,
        networks=sorted({account.network for account in accounts}),
        posts=[PostChoice(post_id, account_id, excerpt(text, _TITLE)) for post_id, account_id, text in posts],
        kinds=KINDS,
        languages=sorted(languages),
        assignees=answering_members(),
        teams=teams.choices(),
    )
