"""The queue: its order, its pages, its filters and its counters, on both engines."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, insert

from inbox import clock
from inbox.answering import conversations, queue
from inbox.answering.cursor import OLDEST_EVERY, Keys, Position, Rank, Since, weave
from inbox.answering.queue import QueueFilters, QueueRow
from inbox.extensions import db, session, writing
from inbox.models import Author, Conversation, ConversationState, Post, QueueEntry
from inbox.permissions import OPERATOR, Actor, Role
from inbox.problems import Problem
from tests.answering.stage import Stage, later, member

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def walk(limit: int, filters: QueueFilters | None = None) -> list[QueueRow]:
    """Every row, page by page."""
    rows: list[QueueRow] = []
    after = None
    while True:
        page = queue.page(OPERATOR, filters or QueueFilters(), after, limit)
        rows += page.rows
        after = page.next
        if after is None:
            return rows
        assert len(page.rows) == limit


def in_order(rows: Sequence[Keys]) -> list[int]:
    """The order said in words: by rank, and every fifth the one of those left that has waited longest."""
    left, shown = list(rows), list[int]()
    while left:
        oldest = len(shown) % OLDEST_EVERY == OLDEST_EVERY - 1
        row = min(left, key=lambda row: row.since) if oldest else min(left, key=lambda row: row.rank)
        left.remove(row)
        shown.append(row.id)
    return shown


minutes = st.integers(0, 6)
some_rows = st.lists(st.tuples(st.integers(-1, 2), minutes, minutes), max_size=60)


def keys_of(rows: Sequence[tuple[int, int, int]]) -> list[Keys]:
    return [
        Keys(number, urgency, START + timedelta(minutes=due), number, START + timedelta(minutes=since))
        for number, (urgency, due, since) in enumerate(rows, start=1)
    ]


@given(rows=some_rows, limit=st.integers(1, 13))
def test_any_pages_put_together_are_the_woven_order(rows: list[tuple[int, int, int]], limit: int) -> None:
    everything = keys_of(rows)
    shown: list[int] = []
    position: Position | None = Position("waiting")
    while position is not None:
        left = [
            row
            for row in everything
            if (position.rank is None or row.rank > position.rank)
            and (position.since is None or row.since > position.since)
        ]
        by_rank = sorted(left, key=lambda row: row.rank)[: limit + 1]
        by_since = sorted(left, key=lambda row: row.since)[: limit + 1]
        ids, position = weave(by_rank, by_since, position, limit)
        shown += ids
        if position is not None:
            position = Position.decode(position.encode(), state="waiting")
    assert shown == in_order(everything)


@dataclass
class Filler:
    """Authors on one account whose queue rows are laid anew for each example."""

    stage: Stage
    authors: list[int]
    conversations: list[int]

    def lay(self, rows: Sequence[tuple[int, int, int]]) -> list[Keys]:
        keys = [
            Keys(author, urgency, START + timedelta(minutes=due), author, START + timedelta(minutes=since))
            for author, (urgency, due, since) in zip(self.authors, rows, strict=False)
        ]
        with writing() as current:
            current.execute(delete(QueueEntry))
            for key, conversation in zip(keys, self.conversations, strict=False):
                current.execute(
                    insert(QueueEntry).values(
                        id=key.id,
                        author_id=key.author_id,
                        account_id=self.stage.account_id,
                        network="demo",
                        state=ConversationState.WAITING,
                        conversation_id=conversation,
                        conversation_count=1,
                        urgency=key.urgency,
                        kind="question",
                        language="en",
                        due_at=key.due_at,
                        waiting_since=key.waiting_since,
                        last_comment_at=key.waiting_since,
                    )
                )
        return keys


@pytest.fixture
def filler(stage: Stage) -> Filler:
    """Thirty authors, each with a conversation."""
    with writing() as current:
        authors = [
            Author(
                account_id=stage.account_id,
                remote_id=f"a{number}",
                identifier=f"a{number}",
                display_name=f"Author {number}",
                first_seen_at=START,
            )
            for number in range(30)
        ]
        current.add_all(authors)
        current.flush()
        talks = [
            Conversation(
                account_id=stage.account_id,
                author_id=author.id,
                thread_id="t",
                state=ConversationState.WAITING,
                opened_at=START,
                last_comment_at=START,
            )
            for author in authors
        ]
        current.add_all(talks)
        current.flush()
        return Filler(stage, [author.id for author in authors], [talk.id for talk in talks])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(st.integers(-1, 2), minutes, minutes), max_size=30), limit=st.integers(1, 9))
def test_a_walk_shows_each_row_once_in_the_woven_order(
    filler: Filler, rows: list[tuple[int, int, int]], limit: int
) -> None:
    keys = filler.lay(rows)
    assert [row.author_id for row in walk(limit)] == in_order(keys)


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "",
        "é",
        "A" * 300,
        "bnVsbA",
        Position("closed").encode(),
        Position("waiting", place=7).encode(),
        Position("waiting", Rank(-2, START, 1)).encode(),
        Position("waiting", Rank(0, START, 2**63)).encode(),
        "W1tdXQ",
    ],
)
def test_a_cursor_that_is_none_is_refused(stage: Stage, cursor: str) -> None:
    if not cursor:
        assert queue.page(OPERATOR, QueueFilters(), cursor).rows == []
        return
    with pytest.raises(Problem, match="cursor_unknown"):
        queue.page(OPERATOR, QueueFilters(), cursor)


@given(st.text(max_size=250))
def test_no_text_breaks_the_reading_of_a_cursor(text: str) -> None:
    with contextlib.suppress(Problem):
        Position.decode(text, state="waiting")


def test_a_cursor_is_safe_in_an_address() -> None:
    at = datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
    position = Position("waiting", Rank(2, at, 2**63 - 1), Since(at, 2**63 - 1), 4)
    assert position.encode().replace("-", "").replace("_", "").isalnum()
    assert Position.decode(position.encode(), state="waiting") == position


def test_danger_comes_first_then_the_press_then_who_is_due(stage: Stage) -> None:
    stage.comment("calm", posted_at=START)
    stage.comment("press", urgency=1, posted_at=START + timedelta(minutes=2))
    stage.comment("danger", urgency=0, posted_at=START + timedelta(minutes=-600))
    stage.comment("now", urgency=-1, posted_at=START + timedelta(minutes=3))
    stage.comment("later", posted_at=START + timedelta(minutes=1))
    assert [row.author_identifier for row in walk(10)] == ["now", "danger", "press", "calm", "later"]


def test_a_row_tells_what_is_needed_to_choose_it(stage: Stage, cm: Actor) -> None:
    first = stage.comment(
        "ines", "It caught fire", urgency=0, reasons=[{"code": "danger", "params": {}}], kind="criticism"
    )
    second = stage.comment("ines", "Hello? " + "x" * 400, posted_at=later(60))
    conversations.assign(cm, second, cm.member_id)
    (row,) = queue.page(cm, QueueFilters()).rows
    assert (row.author_name, row.conversation_id, row.conversation_count, row.comment_count) == ("Ines", first, 2, 2)
    assert (row.urgency, row.kind, row.assignee_id) == (0, "criticism", cm.member_id)
    assert [reason["code"] for reason in row.reasons] == ["danger"]
    assert (row.network_title, row.letter, row.account_name) == ("Demo", "D", "Gobelune")
    assert row.excerpt == "It caught fire"
    assert row.waiting_since == START
    assert row.assignee_name == "Cm"


def test_a_long_or_hostile_text_is_cut_and_a_withheld_one_left_out(stage: Stage) -> None:
    for author, text in (("long", "é" * 900), ("nul", "\x00" * 900), ("lone", "\ud800" + "a" * 10)):
        stage.collected(author, author, text, thread=author)
    excerpts = {row.author_identifier: row.excerpt or "" for row in walk(10)}
    assert excerpts["long"] == "é" * 279 + "…"
    assert set(excerpts["nul"]) <= {"\x00", "…"}
    assert len(excerpts["nul"]) <= 280
    assert excerpts["lone"] == "\ud800" + "a" * 10


def test_every_filter_narrows_the_page(stage: Stage, cm: Actor) -> None:
    other = Stage(stage.demo.path.parent, name="other")
    with writing() as current:
        post = Post(account_id=stage.account_id, remote_id="p", text="Our cups are back", received_at=clock.now())
        current.add(post)
    mine = stage.comment("mine", kind="praise", language="fr")
    under = stage.comment("under", kind="criticism")
    other.comment("elsewhere")
    with writing() as current:
        current.get_one(Conversation, under).post_id = post.id
    conversations.assign(cm, mine, cm.member_id)

    def authors(**filters: object) -> list[str]:
        return sorted(row.author_identifier for row in queue.page(cm, QueueFilters(**filters)).rows)  # type: ignore[arg-type]

    assert authors() == ["elsewhere", "mine", "under"]
    assert authors(account_id=other.account_id) == ["elsewhere"]
    assert authors(network="demo") == ["elsewhere", "mine", "under"]
    assert authors(network="x") == []
    assert authors(post_id=post.id) == ["under"]
    assert authors(kind="praise") == authors(language="fr") == authors(assignee_id="me") == ["mine"]
    assert authors(assignee_id=cm.member_id) == ["mine"]
    assert authors(assignee_id="nobody") == ["elsewhere", "under"]
    assert authors(assignee_id="nobody", kind="criticism", account_id=stage.account_id) == ["under"]
    assert queue.page(OPERATOR, QueueFilters(assignee_id="me")).rows != []  # Who is nobody sees what is nobody's.


def test_other_states_are_walked_newest_first(stage: Stage, cm: Actor) -> None:
    for number in range(5):
        conversations.close(cm, stage.comment(f"a{number}", posted_at=START + timedelta(minutes=number), language="en"))
    rows = walk(2, QueueFilters(state=ConversationState.CLOSED))
    assert [row.author_identifier for row in rows] == ["a4", "a3", "a2", "a1", "a0"]
    assert walk(2) == []


def test_counters_follow_every_deed_and_are_not_counted(stage: Stage, cm: Actor) -> None:
    first = stage.comment("a")
    stage.comment("b")
    stage.comment("b")
    conversations.close(cm, first)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    counters = queue.counters(cm)
    assert counters == dict.fromkeys(ConversationState, 0) | {
        ConversationState.WAITING: 1,
        ConversationState.CLOSED: 1,
    }
    assert queue.counters(cm, account_id=stage.account_id) == counters
    assert queue.counters_by_account(cm) == {stage.account_id: counters}
    read = [statement for statement in statements if statement.startswith("SELECT")]
    assert len(read) == 3
    assert all("FROM queue_counters" in statement for statement in read)


def test_a_page_takes_two_statements_whatever_its_size(stage: Stage) -> None:
    for number in range(12):
        stage.comment(f"a{number}")
    session().commit()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    assert len(queue.page(OPERATOR, QueueFilters(), limit=12).rows) == 12
    assert len([statement for statement in statements if statement.startswith("SELECT")]) == 2


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_a_size(stage: Stage, limit: int) -> None:
    with pytest.raises(Problem, match="limit_unknown"):
        queue.page(OPERATOR, QueueFilters(), limit=limit)


def test_the_choices_are_what_is_there(stage: Stage, cm: Actor) -> None:
    with writing() as current:
        post = Post(account_id=stage.account_id, remote_id="p", text="Our cups are back", received_at=clock.now())
        unused = Post(account_id=stage.account_id, remote_id="q", text="Nobody wrote here", received_at=clock.now())
        current.add_all([post, unused])
    conversation = stage.comment("ines", language="de")
    with writing() as current:
        current.get_one(Conversation, conversation).post_id = post.id
    member(Role.ANALYST, email="analyst@example.org")
    choices = queue.filter_choices(cm)
    assert [account.name for account in choices.accounts] == ["Gobelune"]
    assert [(found.id, found.title) for found in choices.posts] == [(post.id, "Our cups are back")]
    assert choices.languages == ["de", "en", "fr"]
    assert [found.name for found in choices.assignees] == ["Cm"]
    assert choices.networks == ["demo"]
