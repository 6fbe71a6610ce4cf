"""Writers that meet on PostgreSQL: what must follow each other does, nobody waits in a circle, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from config import Config
from inbox import clock
from inbox.answering import composing, conversations, outbox, replies
from inbox.collecting import comments as comment_rows
from inbox.collecting import tombstones, watch
from inbox.collecting.ingest import store_page
from inbox.connectors.shapes import FetchedAuthor, FetchedComment, Page
from inbox.extensions import db, session, writing
from inbox.measuring import entries, waits
from inbox.models import Account, Comment, Conversation, ConversationState, QueueEntry, Reply, ReplyState, Wait
from inbox.permissions import WORKER, Actor, Role
from inbox.problems import Problem
from inbox.sharing import giving
from tests.answering.stage import Stage, member, seen, written

pytestmark = pytest.mark.parametrize("engine_name", ["postgresql"])

ROUNDS = 6


@pytest.fixture
def stage(app: Flask, config: Config, at_start: datetime) -> Stage:
    return Stage(config.data_dir)


@pytest.fixture
def cm(stage: Stage) -> Actor:
    return member(Role.COMMUNITY_MANAGER, email="cm@example.org")


def side_by_side(app: Flask, *deeds: Callable[[], object]) -> list[Exception]:
    """Do all at once, each in a session of its own; returns what was raised but is no answer to a member."""
    raised: list[Exception] = []

    def run(deed: Callable[[], object]) -> None:
        with app.app_context():
            try:
                deed()
            except Problem:
                pass
            except Exception as error:  # noqa: BLE001 - the test looks at whatever was raised
                raised.append(error)
            finally:
                db.session.remove()

    session().commit()
    threads = [threading.Thread(target=run, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session().rollback()
    return raised


def meeting(monkeypatch: pytest.MonkeyPatch, *places: tuple[Any, str]) -> None:
    """Nobody passes one of `places` before somebody stands at each of them."""
    barrier = threading.Barrier(len(places), timeout=30)
    for module, name in places:
        real = getattr(module, name)

        def waiting(*given: Any, _real: Callable[..., Any] = real, **named: Any) -> Any:
            barrier.wait()
            return _real(*given, **named)

        monkeypatch.setattr(module, name, waiting)


def delivered(remote_id: str, author: str, thread: str, words: str = "And now?") -> FetchedComment:
    person = FetchedAuthor(author, author, author.title())
    return FetchedComment(remote_id, person, words, clock.now(), thread, raw={"id": remote_id, "text": words})


def collect(stage: Stage, *items: FetchedComment) -> None:
    with writing() as current:
        store_page(current, current.get_one(Account, stage.account_id), Page(items, {}))


def thread_of(conversation_id: int) -> str:
    return session().get_one(Conversation, conversation_id).thread_id


def test_collecting_and_writing_a_reply_wait_in_no_circle(
    app: Flask, stage: Stage, cm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = stage.comment()
    screen, thread = seen(conversation), thread_of(conversation)
    # Collecting holds the account and needs the conversation next; the reply holds that and points to the account.
    meeting(monkeypatch, (comment_rows, "store"), (composing, "refuse_unseen"))
    raised = side_by_side(
        app,
        lambda: collect(stage, delivered("later", "ines", thread)),
        lambda: replies.write(cm, conversation, "It is safe.", form_key="k" * 24, seen_up_to=screen),
    )
    assert raised == []
    assert session().scalars(select(Reply.state)).all() == [ReplyState.QUEUED]
    assert len(session().scalars(select(Comment.id)).all()) == 2


def test_looking_again_and_writing_a_reply_wait_in_no_circle(
    app: Flask, stage: Stage, cm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = stage.comment()
    stage.demo.author_takes_back(thread_of(conversation))
    screen = seen(conversation)
    meeting(monkeypatch, (tombstones, "lay"), (composing, "refuse_unseen"))
    raised = side_by_side(
        app,
        lambda: watch.look_again(WORKER, stage.account_id, settled=timedelta()),
        lambda: replies.write(cm, conversation, "It is safe.", form_key="k" * 24, seen_up_to=screen),
    )
    assert raised == []


def test_what_points_to_a_conversation_is_written_while_it_changes_hands(
    app: Flask, stage: Stage, cm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation = stage.comment()
    assert cm.member_id is not None
    taken, noted = threading.Event(), threading.Event()
    real = entries.refresh

    def held(*given: Any) -> None:
        taken.set()
        assert noted.wait(30)
        real(*given)

    def note() -> None:
        assert taken.wait(30)
        try:
            session().execute(text("SET lock_timeout = '5s'"))
            session().commit()
            conversations.add_note(cm, conversation, "I know them.")
        finally:
            noted.set()

    monkeypatch.setattr(giving, "entries", SimpleNamespace(refresh=held))
    assert side_by_side(app, lambda: conversations.assign(cm, conversation, cm.member_id), note) == []


def test_two_conversations_of_one_author_give_one_row_of_the_queue(
    app: Flask, stage: Stage, cm: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = stage.comment("ines", "Is it safe?"), stage.comment("ines", "Where is it?")
    both = threading.Barrier(2, timeout=30)
    real = conversations._changed

    def together(*given: Any) -> None:
        both.wait()
        real(*given)

    monkeypatch.setattr(conversations, "_changed", together)
    raised = side_by_side(app, lambda: conversations.close(cm, first), lambda: conversations.close(cm, second))
    assert raised == []
    rows = session().execute(select(QueueEntry.state, QueueEntry.conversation_count)).all()
    assert [tuple(row) for row in rows] == [(ConversationState.CLOSED, 2)]


def test_everybody_at_the_same_conversations_at_once(app: Flask, stage: Stage, cm: Actor) -> None:
    chosen = [stage.comment(author, f"{author} asks {number}") for number in range(3) for author in ("ines", "noor")]
    threads = [thread_of(number) for number in chosen]
    for number in chosen:
        written(cm, number, f"An answer to {number}.")
    barrier = threading.Barrier(6, timeout=60)

    def rounds(deed: Callable[[int], object]) -> Callable[[], None]:
        def run() -> None:
            for number in range(ROUNDS):
                barrier.wait()
                try:
                    deed(number)
                except Problem:
                    session().rollback()

        return run

    def arrive(number: int) -> None:
        items = [
            delivered(f"{thread}-{number}", ("ines", "noor")[place % 2], thread) for place, thread in enumerate(threads)
        ]
        collect(
            stage,
            *items,
            *(
                delivered(thread, ("ines", "noor")[place % 2], thread, f"edit {number}")
                for place, thread in enumerate(threads)
            ),
        )

    raised = side_by_side(
        app,
        rounds(arrive),
        rounds(lambda _: outbox.send_due(WORKER)),
        rounds(lambda number: conversations.assign(cm, chosen[number % 6], cm.member_id if number % 2 else None)),
        rounds(lambda number: conversations.snooze(cm, chosen[-1 - number % 6], clock.now() + timedelta(hours=1))),
        rounds(lambda _: watch.look_again(WORKER, stage.account_id, settled=timedelta())),
        rounds(lambda number: written(cm, chosen[number % 6], f"Another answer {number}.")),
    )
    assert raised == []
    assert len(session().scalars(select(Comment.id)).all()) == len(chosen) * (1 + ROUNDS)
    stored = {row.id: (row.waiting_since, row.due_at, row.state) for row in session().scalars(select(Conversation))}
    rows = session().execute(select(QueueEntry.author_id, QueueEntry.state, QueueEntry.conversation_count)).all()
    counted = {(row.author_id, row.state): row.conversation_count for row in rows}
    waiting = session().scalars(select(Wait.id).where(Wait.closed_at.is_(None), Wait.superseded_at.is_(None))).all()
    with writing() as current:
        waits.settle(current, chosen)
    session().expire_all()
    again = {row.id: (row.waiting_since, row.due_at, row.state) for row in session().scalars(select(Conversation))}
    assert stored == again
    after = session().execute(select(QueueEntry.author_id, QueueEntry.state, QueueEntry.conversation_count)).all()
    assert counted == {(row.author_id, row.state): row.conversation_count for row in after}
    assert (
        waiting
        == session().scalars(select(Wait.id).where(Wait.closed_at.is_(None), Wait.superseded_at.is_(None))).all()
    )
