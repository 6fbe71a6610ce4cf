"""Collecting from X: nothing skipped, nothing swallowed, whatever the pages look like."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import FetchedComment, FetchedOwnMessage, Item, Json, Presence, Quota, Unreadable
from inbox.connectors.x import XConnector
from inbox.connectors.x.parsing import Delivery
from tests.connectors.fake_x import OWN, OWN_NAME, START, FakeX, as_specified, id_at, running
from tests.connectors.peers_x import CRITIC, access_to


@pytest.fixture
def fake() -> Iterator[FakeX]:
    with running() as started:
        started.person(CRITIC, "critic", "A Critic", 120)
        yield started


@pytest.fixture
def connector(fake: FakeX) -> XConnector:
    return XConnector(access_to(fake))


def collect(connector: XConnector, cursor: Json | None = None) -> tuple[list[Item], Json]:
    items: list[Item] = []
    cursor = cursor or {}
    while True:
        page = connector.fetch_comments(cursor)
        items += page.items
        cursor = json.loads(json.dumps(page.cursor))
        if not page.more:
            return items, cursor


def timelines(fake: FakeX) -> list[dict[str, str]]:
    return [seen.query for seen in fake.seen if seen.path.endswith(("/mentions", "/tweets"))]


def test_a_comment_is_told_as_x_tells_it(fake: FakeX, connector: XConnector) -> None:
    publication = fake.write(OWN, "Our new cups")
    remote_id = fake.write(CRITIC, f"@{OWN_NAME} mine <broke> & cut me", parent=publication)
    items, _ = collect(connector)
    comment = next(item for item in items if isinstance(item, FetchedComment))
    assert comment.remote_id == remote_id
    assert comment.text == f"@{OWN_NAME} mine <broke> & cut me"
    assert comment.posted_at == START + timedelta(seconds=2)
    assert (comment.thread_id, comment.parent_id) == (publication, publication)
    assert (comment.author.identifier, comment.author.display_name, comment.author.followers) == (
        "critic",
        "A Critic",
        120,
    )
    assert comment.post is not None
    assert (comment.post.remote_id, comment.post.text, comment.post.is_ours) == (publication, "Our new cups", True)
    assert comment.url == f"https://x.com/critic/status/{remote_id}"
    assert comment.language == "en"
    assert comment.can_reply
    assert comment.raw["post"]["text"].endswith("&lt;broke&gt; &amp; cut me")


def test_pages_are_walked_with_since_id(fake: FakeX, connector: XConnector) -> None:
    fake.page_size = 3
    first = [fake.write(CRITIC, f"@{OWN_NAME} {number}") for number in range(7)]
    items, cursor = collect(connector)
    assert {item.remote_id for item in items} == set(first)
    assert cursor["since_id"] == max(first, key=int)
    seen = len(fake.seen)
    later = [fake.write(CRITIC, f"@{OWN_NAME} later {number}") for number in range(4)]
    items, cursor = collect(connector, cursor)
    assert {item.remote_id for item in items} == set(later)
    assert all(int(query["since_id"]) >= int(first[0]) for query in timelines(fake)[seen - 1 :])
    assert collect(connector, cursor)[0] == []


def test_since_id_moves_only_after_the_last_page(fake: FakeX, connector: XConnector) -> None:
    fake.page_size = 2
    written = [fake.write(CRITIC, f"@{OWN_NAME} {number}") for number in range(5)]
    page = connector.fetch_comments({})
    assert "since_id" not in page.cursor
    assert page.more
    during = fake.write(CRITIC, f"@{OWN_NAME} written during the walk")
    items, cursor = collect(connector, page.cursor)
    assert {item.remote_id for item in [*page.items, *items]} == set(written)
    assert cursor["since_id"] == written[-1]
    assert {item.remote_id for item in collect(connector, cursor)[0]} == {during}


def test_a_pagination_token_that_expired_begins_the_walk_anew(fake: FakeX, connector: XConnector) -> None:
    written = {fake.write(CRITIC, f"@{OWN_NAME} {number}") for number in range(3)}
    items, _ = collect(connector, {"pagination_token": "expired", "newest_id": "1"})
    assert {item.remote_id for item in items} == written


def test_answers_given_natively_are_seen(fake: FakeX, connector: XConnector) -> None:
    remote_id = fake.write(CRITIC, f"@{OWN_NAME} hello?")
    answer = fake.write(OWN, "@critic we are here", parent=remote_id)
    items, cursor = collect(connector)
    own = [item for item in items if isinstance(item, FetchedOwnMessage)]
    assert [(item.remote_id, item.parent_id, item.thread_id) for item in own] == [(answer, remote_id, remote_id)]
    later = fake.write(OWN, "@critic once more", parent=remote_id)
    assert [item.remote_id for item in collect(connector, cursor)[0]] == [later]


def test_reading_back_further_than_x_reaches_is_a_gap(fake: FakeX, connector: XConnector) -> None:
    known = fake.write(CRITIC, f"@{OWN_NAME} known")
    _, cursor = collect(connector)
    for number in range(800):
        fake.write(CRITIC, f"@{OWN_NAME} {number}")
    gaps = []
    for _ in range(9):
        page = connector.fetch_comments(cursor)
        cursor = page.cursor
        gaps.append(page.gap_since)
    assert known
    assert [gap for gap in gaps if gap] == [START + timedelta(seconds=1)]


def lacking(*names: str) -> Callable[[Json], Json]:
    return lambda post: {name: value for name, value in post.items() if name not in names}


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lacking("id"), "no_id"),
        (lacking("text"), "no_text"),
        (lacking("author_id"), "no_author"),
        (lambda post: post | {"created_at": "yesterday"}, "bad_time"),
        (lambda post: post | {"created_at": "2026-10-01T09:00:00"}, "bad_time"),
        (lambda post: post | {"id": 7}, "no_id"),
        (lambda post: post | {"text": None}, "no_text"),
        (lambda post: "no object", "no_object"),
        (lambda post: None, "no_object"),
    ],
)
def test_what_cannot_be_read_is_kept_beside_what_can(
    fake: FakeX, connector: XConnector, damage: Callable[[Json], Any], code: str
) -> None:
    fake.write(CRITIC, f"@{OWN_NAME} one")
    whole = fake.write(CRITIC, f"@{OWN_NAME} two")

    def tamper(path: str, answer: Json) -> Json:
        if path.endswith("/mentions"):
            answer = answer | {"data": [answer["data"][0], damage(answer["data"][1])]}
        return answer

    fake.tamper = tamper
    page = connector.fetch_comments({})
    assert len(page.items) == 2
    good, bad = page.items
    assert isinstance(good, FetchedComment)
    assert good.remote_id == whole
    assert isinstance(bad, Unreadable)
    assert bad.code == code
    assert "post" in bad.raw


@pytest.mark.parametrize(
    "missing", ["created_at", "conversation_id", "lang", "public_metrics", "edit_history_tweet_ids"]
)
def test_a_comment_without_a_lesser_field_is_still_a_comment(fake: FakeX, connector: XConnector, missing: str) -> None:
    remote_id = fake.write(CRITIC, f"@{OWN_NAME} one")
    del fake.posts[remote_id][missing]
    comment = connector.fetch_comments({}).items[0]
    assert isinstance(comment, FetchedComment)
    assert comment.posted_at == START + timedelta(seconds=1)
    assert comment.thread_id == remote_id


def test_an_author_x_does_not_describe_keeps_an_id(fake: FakeX, connector: XConnector) -> None:
    fake.write(CRITIC, f"@{OWN_NAME} one")
    fake.tamper = lambda _, answer: {name: value for name, value in answer.items() if name != "includes"}
    comment = connector.fetch_comments({}).items[0]
    assert isinstance(comment, FetchedComment)
    assert (comment.author.remote_id, comment.author.identifier, comment.author.followers) == (CRITIC, CRITIC, None)


def test_partial_errors_about_the_page_are_kept_and_others_are_not(fake: FakeX, connector: XConnector) -> None:
    fake.write(CRITIC, f"@{OWN_NAME} one")
    about_reference = {
        "resource_type": "tweet",
        "parameter": "referenced_tweets.id",
        "resource_id": "5",
        "title": "Not Found",
    }
    about_post = {"resource_type": "tweet", "parameter": "id", "resource_id": "6", "title": "Authorization Error"}
    fake.tamper = lambda _, answer: answer | {"errors": [about_reference, about_post]}
    page = connector.fetch_comments({})
    assert len(page.items) == 2
    withheld = page.items[1]
    assert isinstance(withheld, Unreadable)
    assert (withheld.code, withheld.remote_id) == ("withheld", "6")


@pytest.mark.parametrize("answer", [{}, {"errors": []}, {"meta": {}}, {"data": None, "meta": {"result_count": 3}}])
def test_an_answer_that_says_nothing_is_no_empty_page(fake: FakeX, connector: XConnector, answer: Json) -> None:
    fake.tamper = lambda _, __: answer
    with pytest.raises(ConnectorError) as caught:
        connector.fetch_comments({})
    assert (caught.value.code, caught.value.outcome) == ("unreadable_answer", Outcome.TEMPORARY)


@pytest.mark.parametrize("content", [b"<html>", b"[]", b"null", b"", b"\xff"])
def test_an_answer_that_is_no_json_object_is_unreadable(fake: FakeX, connector: XConnector, content: bytes) -> None:
    fake.faults.append(lambda _: (200, {}, content))
    with pytest.raises(ConnectorError) as caught:
        connector.fetch_comments({})
    assert caught.value.code == "unreadable_answer"


def test_quota_and_patience_come_from_the_headers(fake: FakeX, connector: XConnector) -> None:
    fake.remaining = 2
    page = connector.fetch_comments({})
    reset = START + timedelta(minutes=15)
    assert page.quota == Quota(limit=300, remaining=1, reset_at=reset)
    assert page.next_at is None
    assert connector.fetch_comments(page.cursor).next_at == reset
    with pytest.raises(ConnectorError) as caught:
        connector.fetch_comments(page.cursor)
    assert (caught.value.code, caught.value.retry_at) == ("rate_limited", reset)


def test_who_neither_mentions_nor_quotes_us_cannot_be_answered(fake: FakeX, connector: XConnector) -> None:
    ours = fake.write(OWN, "Our new cups")
    fake.write(CRITIC, "they broke", parent=ours)
    fake.write(CRITIC, f"hi @{OWN_NAME.upper()} there", parent=ours)
    fake.write(CRITIC, "look at this", quoted=ours)
    fake.write(CRITIC, f"not@{OWN_NAME} nor @{OWN_NAME}ish", parent=ours)
    for post in fake.posts.values():
        post.pop("entities", None)
    found = {item.text: item for item in collect(connector)[0] if isinstance(item, FetchedComment)}
    allowed = {text: (item.can_reply, item.can_reply_code) for text, item in found.items()}
    assert allowed == {
        "they broke": (False, "x_not_mentioned"),
        f"hi @{OWN_NAME.upper()} there": (True, None),
        "look at this": (True, None),
        f"not@{OWN_NAME} nor @{OWN_NAME}ish": (False, "x_not_mentioned"),
    }


def test_old_and_new_names_read_alike(fake: FakeX) -> None:
    ours = fake.write(OWN, "Our new cups")
    remote_id = fake.write(CRITIC, "short", parent=ours, quoted=ours)
    fake.posts[remote_id] |= {
        "note_tweet": {"text": "the long text"},
        "edit_history_tweet_ids": [id_at(START), remote_id],
    }
    _, answer = fake._timeline([fake.posts[remote_id]], {})
    old = Delivery(answer, OWN, OWN_NAME).items()[0]
    new = Delivery(as_specified(answer), OWN, OWN_NAME).items()[0]
    assert isinstance(old, FetchedComment)
    assert isinstance(new, FetchedComment)
    assert (old.remote_id, old.text, old.parent_id, old.post) == (new.remote_id, new.text, new.parent_id, new.post)
    assert (old.text, old.parent_id) == ("the long text", ours)
    assert (old.remote_id, old.posted_at, old.edited_at) == (id_at(START), START, START + timedelta(seconds=2))


def test_a_second_look_tells_gone_from_unknown(fake: FakeX, connector: XConnector) -> None:
    ids = [fake.write(CRITIC, f"@{OWN_NAME} {number}") for number in range(250)]
    fake.gone |= {ids[0], ids[120]}
    fake.protected.add(ids[240])
    found = connector.look_up(ids)
    assert len(found) == 250
    assert {one for one in ids if found[one] is Presence.GONE} == {ids[0], ids[120]}
    assert {one for one in ids if found[one] is Presence.UNKNOWN} == {ids[240]}
    assert [len(seen.query["ids"].split(",")) for seen in fake.seen] == [100, 100, 50]


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_pages_duplicates_and_crashes_leave_the_same_comments(data: st.DataObject) -> None:
    """Comments and cursor are stored in one go; a crash loses a whole page's step, never half of it."""
    with running(FakeX(page_size=data.draw(st.integers(1, 5), label="page size"))) as fake:
        fake.person(CRITIC, "critic", "A Critic", 120)
        fake.remaining = 10_000
        expected: set[str] = set()
        stored: set[str] = set()
        cursor: Json = {}
        for _ in range(data.draw(st.integers(1, 12), label="steps")):
            for number in range(data.draw(st.integers(0, 6), label="written")):
                expected.add(fake.write(CRITIC, f"@{OWN_NAME} {number}"))
            page = XConnector(access_to(fake)).fetch_comments(cursor)
            if data.draw(st.booleans(), label="crash before storing"):
                continue
            stored |= {item.remote_id for item in page.items if isinstance(item, FetchedComment)}
            cursor = json.loads(json.dumps(page.cursor))
        for _ in range(2):  # The walk that was under way, and one after it.
            items, cursor = collect(XConnector(access_to(fake)), cursor)
            stored |= {item.remote_id for item in items if isinstance(item, FetchedComment)}
        assert stored == expected


def test_times_are_utc(fake: FakeX, connector: XConnector) -> None:
    remote_id = fake.write(CRITIC, f"@{OWN_NAME} one")
    fake.posts[remote_id]["created_at"] = "2026-10-01T11:00:01.000+02:00"
    comment = connector.fetch_comments({}).items[0]
    assert isinstance(comment, FetchedComment)
    assert comment.posted_at == datetime(2026, 10, 1, 9, 0, 1, tzinfo=UTC)
    assert comment.posted_at.tzinfo is UTC
