"""What the demo network delivers, through its connector: pages, versions, own messages, unreadable payloads, gaps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox import clock
from inbox.connectors.base import networks
from inbox.connectors.demo import DemoConnector
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.demo.reading import read_item
from inbox.connectors.shapes import AccountAccess, FetchedComment, FetchedOwnMessage, Item, Json, Unreadable

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STAGE = "pedalune"


@pytest.fixture(autouse=True)
def _at_the_start() -> Iterator[None]:
    with clock.frozen(START):
        yield


@pytest.fixture
def demo(tmp_path: Path) -> DemoNetwork:
    return DemoNetwork(tmp_path)


def connector(demo: DemoNetwork, stage: str = STAGE, key: str = "") -> DemoConnector:
    return DemoConnector(
        AccountAccess(
            account_id=7,
            base_url=None,
            identifier=stage,
            remote_id=None,
            credentials={"access_key": key} if key else {},
            data_dir=str(demo.path.parent),
        )
    )


def collect(visitor: DemoConnector, cursor: Json | None = None) -> tuple[list[Item], Json]:
    items: list[Item] = []
    cursor = cursor or {}
    while True:
        page = visitor.fetch_comments(cursor)
        items += page.items
        cursor = page.cursor
        if not page.more:
            return items, cursor


def comments(items: list[Item]) -> list[FetchedComment]:
    return [item for item in items if isinstance(item, FetchedComment)]


def test_the_folder_is_a_network() -> None:
    assert networks()["demo"] is DemoConnector


def test_a_scenario_unfolds_with_the_clock(demo: DemoNetwork) -> None:
    run = demo.play("double_charge", start_at=START)
    visitor = connector(demo)
    before, cursor = collect(visitor)
    assert len(comments(before)) == 6
    assert [item.remote_id for item in before if isinstance(item, FetchedOwnMessage)] == [run.remote_id("b1")]
    with clock.frozen(START + timedelta(seconds=60)):
        first_minute, cursor = collect(visitor, cursor)
    assert [comment.remote_id for comment in comments(first_minute)] == [
        run.remote_id(f"c{number}") for number in range(7, 14)
    ]
    with clock.frozen(run.ends_at):
        rest, cursor = collect(visitor, cursor)
        assert demo.to_come(STAGE) == 0
        assert collect(visitor, cursor) == ([], cursor)
    assert {comment.remote_id for comment in comments(before + first_minute + rest)} == {
        run.remote_id(f"c{number}") for number in range(1, 25)
    }


def test_the_pace_compresses_what_comes_and_keeps_the_waits_that_were(demo: DemoNetwork) -> None:
    demo.play("double_charge", start_at=START, pace=10)
    with clock.frozen(START + timedelta(seconds=42)):
        found = comments(collect(connector(demo))[0])
    assert min(comment.posted_at for comment in found) == START - timedelta(seconds=5400)
    assert max(comment.posted_at for comment in found) == START + timedelta(seconds=42)


def test_a_comment_carries_what_the_queue_needs(demo: DemoNetwork) -> None:
    run = demo.play("double_charge", start_at=START)
    by_id = {item.remote_id: item for item in collect(connector(demo))[0] if not isinstance(item, Unreadable)}
    answer, native = by_id[run.remote_id("c4")], by_id[run.remote_id("b1")]
    assert isinstance(answer, FetchedComment)
    assert (answer.parent_id, answer.thread_id) == (run.remote_id("b1"), run.remote_id("c2"))
    assert (answer.author.identifier, answer.author.display_name) == ("lucie.fmt", "Lucie Fremont")
    assert (answer.author.followers, answer.language, answer.can_reply) == (95, "fr", True)
    assert answer.post is not None
    assert answer.post.is_ours
    assert answer.post.published_at == START - timedelta(seconds=90000)
    assert answer.raw["text"] == answer.text
    assert isinstance(native, FetchedOwnMessage)
    assert native.parent_id == run.remote_id("c2")


def test_an_edit_comes_as_another_version_of_the_same_comment(demo: DemoNetwork) -> None:
    run = demo.play("double_charge", start_at=START)
    with clock.frozen(run.ends_at):
        versions = [c for c in comments(collect(connector(demo))[0]) if c.remote_id == run.remote_id("c8")]
    assert [version.edited_at for version in versions] == [None, START + timedelta(seconds=80)]
    assert versions[0].posted_at == versions[1].posted_at
    assert versions[1].text == versions[0].text + " (Edit: make that three times, just checked.)"


def test_pages_hold_what_the_network_says(demo: DemoNetwork) -> None:
    demo.open_stage(STAGE)
    for number in range(7):
        demo.write(STAGE, "critic", f"comment {number}")
    demo.set_page_size(3)
    visitor = connector(demo)
    first = visitor.fetch_comments({})
    assert (len(first.items), first.more) == (3, True)
    items, _ = collect(visitor, first.cursor)
    assert [comment.text for comment in comments(items)] == ["comment 3", "comment 4", "comment 5", "comment 6"]


def test_what_cannot_be_read_is_delivered_all_the_same(demo: DemoNetwork) -> None:
    demo.open_stage(STAGE)
    demo.write(STAGE, "critic", "before")
    demo.garble_next(1)
    demo.write(STAGE, "critic", "spoilt")
    for payload in (
        None,
        ["a list"],
        {"id": "x1", "author": {"id": "a", "name": "a"}, "text": "t", "created_at": "yesterday", "thread": "x1"},
        {"id": "x2", "author": {"id": "a", "name": "a"}, "text": "t", "created_at": "2026-03-02T08:00", "thread": "x2"},
        {"id": "x3", "author": {"id": "a", "name": "a", "followers": "many"}, "text": "t"},
    ):
        demo.deliver_raw(STAGE, payload)
    demo.write(STAGE, "critic", "after")
    items, _ = collect(connector(demo))
    assert [comment.text for comment in comments(items)] == ["before", "after"]
    unreadable = [item for item in items if isinstance(item, Unreadable)]
    assert len(unreadable) == 6
    assert [(item.code, item.remote_id) for item in unreadable[1:]] == [
        ("no_object", None),
        ("no_object", None),
        ("bad_time", "x1"),
        ("bad_time", "x2"),
        ("bad_time", "x3"),
    ]
    assert unreadable[2].raw == {"payload": ["a list"]}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
_FIELDS = st.sampled_from(
    ["id", "author", "text", "created_at", "edited_at", "in_reply_to", "thread", "lang", "answers", "post"]
)
_WHOLE = {
    "id": "c",
    "author": {"id": "a", "name": "a", "display_name": "A", "followers": 3},
    "text": "t",
    "created_at": "2026-03-02T08:00:00Z",
    "edited_at": None,
    "in_reply_to": None,
    "thread": "c",
    "lang": "en",
    "answers": "everybody",
    "post": {"id": "p", "text": "t", "by": "brand", "published_at": "2026-03-02T08:00:00Z"},
}


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=st.dictionaries(_FIELDS, _JSON, max_size=4), missing=st.sets(_FIELDS, max_size=3))
def test_no_payload_breaks_the_reading(changes: dict[str, Any], missing: set[str]) -> None:
    payload = {name: value for name, value in (_WHOLE | changes).items() if name not in missing}
    item = read_item(payload)
    assert item.raw == payload
    if not isinstance(item, Unreadable):
        assert item.posted_at.utcoffset() == timedelta(0)
        assert item.remote_id
        assert isinstance(item.text, str)
    if not changes and not missing:
        assert isinstance(item, FetchedComment)


@pytest.mark.parametrize("text", ["\x00", "\ud800 alone", "\u202e", "x" * 100_000, "", "</script>"])
def test_any_text_is_delivered_as_it_was_written(demo: DemoNetwork, text: str) -> None:
    demo.open_stage(STAGE)
    demo.write(STAGE, "critic", text)
    (comment,) = comments(collect(connector(demo))[0])
    assert comment.text == text


def test_a_second_delivery_changes_nothing_about_the_comment(demo: DemoNetwork) -> None:
    demo.open_stage(STAGE)
    comment = demo.write(STAGE, "critic", "once")
    demo.deliver_again(STAGE, comment)
    first, second = comments(collect(connector(demo))[0])
    assert first == second


def test_what_the_network_forgot_is_a_gap_and_not_silence(demo: DemoNetwork) -> None:
    demo.open_stage(STAGE)
    demo.write(STAGE, "critic", "seen")
    visitor = connector(demo)
    _, cursor = collect(visitor)
    with clock.frozen(START + timedelta(hours=1)):
        demo.write(STAGE, "critic", "lost for us")
    with clock.frozen(START + timedelta(hours=3)):
        demo.write(STAGE, "critic", "new")
        demo.keep_from(START + timedelta(hours=2))
        page = visitor.fetch_comments(cursor)
        assert [comment.text for comment in comments(list(page.items))] == ["new"]
        assert page.gap_since == START
        assert visitor.fetch_comments(page.cursor).gap_since is None
        assert visitor.fetch_comments({}).gap_since is None


def test_what_was_taken_back_is_not_delivered_any_more(demo: DemoNetwork) -> None:
    demo.open_stage(STAGE)
    kept, withdrawn = (demo.write(STAGE, "critic", text) for text in ("kept", "withdrawn"))
    demo.author_takes_back(withdrawn)
    page = connector(demo).fetch_comments({})
    assert [comment.remote_id for comment in comments(list(page.items))] == [kept]


def test_stages_do_not_see_each_other(demo: DemoNetwork) -> None:
    real = demo.play("double_charge", start_at=START)
    drill = demo.play("double_charge", stage="drill", start_at=START)
    ids = {item.remote_id for item in comments(collect(connector(demo, "drill"))[0])}
    assert ids == {drill.remote_id(f"c{number}") for number in range(1, 7)}
    authors = {item.author.remote_id for item in comments(collect(connector(demo))[0])}
    assert authors.isdisjoint(item.author.remote_id for item in comments(collect(connector(demo, "drill"))[0]))
    demo.end_play("drill")
    assert demo.to_come("drill") == 0
    assert demo.to_come(real.stage) > 0


def test_the_same_scenario_again_brings_new_comments(demo: DemoNetwork) -> None:
    assert demo.times_played(STAGE) == 0
    runs = [demo.play("double_charge", start_at=START) for _ in range(2)]
    assert demo.times_played(STAGE) == 2
    ids = {item.remote_id for item in comments(collect(connector(demo))[0])}
    assert ids == {run.remote_id(f"c{number}") for run in runs for number in range(1, 7)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 60), fates=st.lists(st.tuples(st.integers(0, 200), st.booleans()), max_size=25))
def test_any_page_size_and_any_crash_before_the_cursor_gives_the_same_set(
    tmp_path_factory: pytest.TempPathFactory, size: int, fates: list[tuple[int, bool]]
) -> None:
    """A crash stores the page and forgets the cursor, or forgets both; time goes on in between."""
    demo = DemoNetwork(tmp_path_factory.mktemp("demo"))
    demo.set_page_size(size)
    run = demo.play("double_charge", start_at=START)
    visitor, cursor, moment = connector(demo), dict[str, Any](), START
    stored: dict[tuple[str, datetime | None], Item] = {}

    def keep(items: list[Item]) -> None:
        for item in items:
            assert not isinstance(item, Unreadable)
            stored[(item.remote_id, getattr(item, "edited_at", None))] = item

    for seconds, crashed in fates:
        moment += timedelta(seconds=seconds)
        with clock.frozen(moment):
            page = visitor.fetch_comments(cursor)
        keep(list(page.items))
        cursor = cursor if crashed else page.cursor
    with clock.frozen(max(moment, run.ends_at)):
        keep(collect(visitor, cursor)[0])
    delivered = {remote_id for remote_id, _ in stored}
    scripted = {run.remote_id(f"c{number}") for number in range(1, 25)} | {run.remote_id("b1")}
    # The comment that its author took back may have been gone before it was first fetched.
    assert scripted - {run.remote_id("c10")} <= delivered <= scripted
    assert len(stored) - len(delivered) == 1
