"""Short ways to write down what a network delivers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from inbox import clock
from inbox.connectors.shapes import (
    FetchedAuthor,
    FetchedComment,
    FetchedOwnMessage,
    FetchedPost,
    Item,
    Json,
    Page,
    Unreadable,
)
from inbox.extensions import writing
from inbox.models import Account, Purpose

MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    """A moment on the Monday the tests play on."""
    return MONDAY + timedelta(minutes=minutes)


def comment(
    remote_id: str,
    author: str = "ines",
    text: str = "Where is my parcel?",
    *,
    minute: float = 0,
    thread: str | None = None,
    **more: Any,
) -> FetchedComment:
    """A comment by a person."""
    person = FetchedAuthor(f"id-{author}", author, author.title(), followers=more.pop("followers", None))
    raw = more.pop("raw", None) or {"id": remote_id, "text": text, "edited": str(more.get("edited_at"))}
    return FetchedComment(
        remote_id=remote_id,
        author=person,
        text=text,
        posted_at=at(minute),
        thread_id=thread or remote_id,
        raw=raw,
        **more,
    )


def own(remote_id: str, text: str = "We are sorry.", *, minute: float, thread: str, **more: Any) -> FetchedOwnMessage:
    """A message of the brand."""
    return FetchedOwnMessage(
        remote_id=remote_id, text=text, posted_at=at(minute), thread_id=thread, raw={"id": remote_id}, **more
    )


def unreadable(number: int, code: str = "no_text") -> Unreadable:
    """An item nobody can read."""
    return Unreadable(raw={"number": number}, code=code)


def page(*items: Item, cursor: Json | None = None, **more: Any) -> Page:
    """One delivery."""
    return Page(items=items, cursor=cursor or {}, **more)


POST = FetchedPost("post", "Our cups are back.", is_ours=True, author_name="Gobelune", published_at=at(-60))


def make_account(network: str = "demo", identifier: str = "gobelune") -> Account:
    """A connected account without credentials."""
    with writing() as session:
        account = Account(
            network=network,
            base_url="",
            identifier=identifier,
            remote_id=identifier,
            name=identifier.title(),
            purpose=Purpose.REAL,
            created_at=clock.now(),
            cursor={},
            scopes=[],
            excess_scopes=[],
        )
        session.add(account)
    return account
