"""Promise 1: nothing a critic wrote is lost, whatever the network repeats and whenever the program dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from inbox.collecting import ingest
from inbox.connectors.shapes import Item, Page
from inbox.extensions import db, writing
from inbox.models import Account, Author, Comment, Quarantined, RawPayload, Reply
from tests.collecting.deliveries import at, comment, make_account, own, page, unreadable
from tests.collecting.snapshots import adds_up, snapshot

_NAMES = count(1)


class Crash(Exception):
    """The program dies here."""


@contextmanager
def dying_at(statement: int | None) -> Iterator[None]:
    """Die before the given SQL statement (counted from 0), the COMMIT not included; None lives on."""
    executed = count()

    def die(*_: Any) -> None:
        if next(executed) == statement:
            raise Crash

    event.listen(db.engine, "before_cursor_execute", die)
    try:
        yield
    except Crash:
        pass
    finally:
        event.remove(db.engine, "before_cursor_execute", die)


@st.composite
def conversations(draw: st.DrawFn) -> list[Item]:
    """Everything that is written in a few threads: comments, edits, answers of the brand, and what nobody can read."""
    minutes = iter(draw(st.permutations(range(1, 41))))
    comments = [f"c{number}" for number in range(draw(st.integers(1, 5)))]
    ours = [f"o{number}" for number in range(draw(st.integers(0, 4)))]
    items: list[Item] = []
    threads = {}
    for remote_id in comments:
        thread = threads[remote_id] = draw(st.sampled_from(["c0", "post", remote_id]))
        author, minute = draw(st.sampled_from(["ines", "omar"])), next(minutes)
        items.append(comment(remote_id, author, f"{remote_id} says", minute=minute, thread=thread))
        for edit in range(draw(st.integers(0, 2))):
            text, edited_at = f"{remote_id} says {draw(st.integers(0, 1))}", at(60 * (edit + 1) + next(minutes))
            items.append(comment(remote_id, author, text, minute=minute, thread=thread, edited_at=edited_at))
    for remote_id in ours:
        thread = draw(st.sampled_from([*threads.values(), remote_id]))
        parent = draw(st.sampled_from([None, "nobody knows", *comments, *ours]))
        items.append(own(remote_id, f"{remote_id} answers", minute=next(minutes), thread=thread, parent_id=parent))
    return items + [unreadable(number) for number in range(draw(st.integers(0, 2)))]


def collect(items: list[Item], *, size: int = 1, deaths: list[int] | None = None) -> Account:
    """Collect `items` into an account of its own, page after page, dying at the given statements on the way."""
    account = make_account(identifier=f"brand-{next(_NAMES)}")
    dying = iter(deaths or [])
    while (position := db.session.get_one(Account, account.id, populate_existing=True).cursor.get("at", 0)) < len(
        items
    ):
        delivered = Page(tuple(items[position : position + size]), cursor={"at": position + size})
        with dying_at(next(dying, None)), writing() as current:
            ingest.store_page(current, current.get_one(Account, account.id), delivered)
    return account


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_repetition_and_crash_leaves_the_same_rows(
    store: Session, at_start: object, data: st.DataObject
) -> None:
    items = data.draw(conversations())
    repeated = data.draw(st.lists(st.sampled_from(items), max_size=6))
    delivered = data.draw(st.permutations(items + repeated))
    deaths = data.draw(st.lists(st.integers(0, 45), max_size=4))
    plain = collect(items, size=len(items))
    rough = collect(delivered, size=data.draw(st.integers(1, 7)), deaths=deaths)
    assert snapshot(store, rough.id) == snapshot(store, plain.id)
    assert adds_up(store, plain.id)
    assert adds_up(store, rough.id)


def test_a_crash_leaves_the_page_and_the_cursor_together(store: Session, at_start: object) -> None:
    delivered = page(comment("c1"), unreadable(1), own("o1", thread="c1", minute=2, parent_id="c1"), cursor={"at": 1})
    survived = False
    for statement in range(100):
        account = make_account(identifier=f"brand-{statement}")
        with dying_at(statement), writing() as current:
            ingest.store_page(current, current.get_one(Account, account.id), delivered)
        store.expire_all()
        survived = store.get_one(Account, account.id).cursor == {"at": 1}
        for table in (Comment, Quarantined, Reply):
            assert store.scalar(select(func.count()).select_from(table).filter_by(account_id=account.id)) == survived
        if survived:
            break
    assert survived
    assert statement > 15


def test_every_payload_is_kept_and_identical_ones_once(store: Session, at_start: object) -> None:
    account = make_account()
    likes = [comment("c1", raw={"id": "c1", "likes": number}) for number in (1, 2, 1)]
    with writing() as current:
        stored = ingest.store_page(current, account, page(*likes))
    assert (stored.comments, stored.known, stored.received) == (1, 2, 3)
    payloads = store.scalars(select(RawPayload.payload).order_by(RawPayload.payload)).all()
    assert payloads == ['{"id":"c1","likes":1}', '{"id":"c1","likes":2}']


HOSTILE_TEXTS = ["a\x00b", "\ud83d alone", "\u202ereversed", "x" * 100_000, "", "\ufdd00000", "=cmd()", "\u200b"]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_any_text_is_stored_as_it_came(store: Session, at_start: object, text: str) -> None:
    account = make_account()
    delivered = comment("c1", text=text, raw={"text": text})
    named = replace(delivered, author=replace(delivered.author, identifier=text, display_name=text))
    with writing() as current:
        ingest.store_page(current, account, page(named))
    kept = store.scalars(select(Comment)).one()
    assert [version.text for version in kept.versions] == [text]
    author = store.scalars(select(Author)).one()
    assert (author.identifier, author.display_name) == (text, text)


UNSTORABLE = [
    comment("c\x00"),
    comment("c\ud800"),
    comment("c" * 600),
    comment(""),
    comment("c1", thread="t" * 600),
    comment("c1", "a" * 600),
    comment("c1", parent_id="\x00"),
    own("o" * 600, thread="c1", minute=1),
]


@pytest.mark.parametrize("item", UNSTORABLE)
def test_one_item_that_no_table_holds_does_not_stop_its_page(store: Session, at_start: object, item: Item) -> None:
    account = make_account()
    with writing() as current:
        stored = ingest.store_page(current, account, page(item, comment("sound")))
    assert (stored.comments, stored.quarantined) == (1, 1)
    assert store.scalars(select(Quarantined.code)).all() == ["bad_id"]
