"""What needs no network: what is read, what is counted, how replies are named, marked up and fenced in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox import clock
from inbox.connectors.bluesky import BlueskyConnector, reading
from inbox.connectors.bluesky.record_key import is_record_key, record_key, time_of_revision
from inbox.connectors.bluesky.rules import POSTS, account_rules, identity_rules
from inbox.connectors.bluesky.writing import facets, measure
from inbox.connectors.guard import WireGuard
from inbox.connectors.shapes import FetchedComment, FetchedOwnMessage, Json, Unreadable
from inbox.permissions import never

BRAND, CRITIC = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa", "did:plc:bbbbbbbbbbbbbbbbbbbbbbbb"
ROOT = f"at://{BRAND}/{POSTS}/3jui7kd54zh2y"
COMMENT = f"at://{CRITIC}/{POSTS}/3jui7kd54zh2z"
SEEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def reference(uri: str) -> Json:
    return {"uri": uri, "cid": "bafyreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"}


def notification(**changes: Any) -> Json:
    """A reply of the critic to the brand's post, as `listNotifications` tells it."""
    return {
        "uri": COMMENT,
        "author": {"did": CRITIC, "handle": "critic.test", "displayName": "A Critic"},
        "reason": "reply",
        "reasonSubject": ROOT,
        "record": {
            "$type": POSTS,
            "text": "My cup broke.",
            "createdAt": clock.to_iso(SEEN - timedelta(seconds=5)),
            "reply": {"root": reference(ROOT), "parent": reference(ROOT)},
        },
        "indexedAt": clock.to_iso(SEEN),
        **changes,
    }


def read(entry: object, views: dict[str, Json] | None = None) -> Any:
    return reading.item_of(entry, BRAND, views or {}, {CRITIC: 41_000})


def with_record(**changes: Any) -> Json:
    return notification(record=notification()["record"] | changes)


def test_a_reply_becomes_a_comment_in_its_thread() -> None:
    comment = read(notification())
    assert isinstance(comment, FetchedComment)
    assert (comment.thread_id, comment.parent_id, comment.text) == (ROOT, ROOT, "My cup broke.")
    assert (comment.author.identifier, comment.author.followers) == ("critic.test", 41_000)
    assert comment.post is not None
    assert comment.post.is_ours
    assert comment.raw == notification()


def test_a_mention_that_answers_nothing_is_its_own_thread() -> None:
    record = {key: value for key, value in notification()["record"].items() if key != "reply"}
    comment = read(notification(record=record, reason="mention", reasonSubject=None))
    assert (comment.thread_id, comment.parent_id, comment.post) == (COMMENT, None, None)


def test_a_quote_is_about_the_quoted_post_and_its_own_thread() -> None:
    record = {key: value for key, value in notification()["record"].items() if key != "reply"}
    comment = read(notification(record=record, reason="quote"))
    assert comment.thread_id == COMMENT
    assert comment.post.remote_id == ROOT


def test_a_reply_without_a_root_belongs_to_its_parent() -> None:
    assert read(with_record(reply={"parent": reference(ROOT)})).thread_id == ROOT


def test_what_we_wrote_ourselves_is_no_comment() -> None:
    own = f"at://{BRAND}/{POSTS}/3jui7kd54zh2a"
    assert isinstance(read(notification(uri=own)), FetchedOwnMessage)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (clock.to_iso(SEEN - timedelta(hours=3)), SEEN - timedelta(hours=3)),
        (clock.to_iso(SEEN + timedelta(hours=3)), SEEN),
        ("2010-01-01T00:00:00Z", SEEN),
        ("9999-12-31T23:59:59-14:00", SEEN),
        ("0001-01-01T00:00:00+14:00", SEEN),
        ("2026-03-02T08:59:00", SEEN),
        ("yesterday", SEEN),
        (None, SEEN),
    ],
)
def test_the_authors_clock_counts_as_far_as_it_is_believable(written: object, expected: datetime) -> None:
    assert read(with_record(createdAt=written)).posted_at == expected


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ("no object", "no_address"),
        (notification(uri=None), "no_address"),
        (notification(uri=f"at://{CRITIC}/app.bsky.feed.like/3jui7kd54zh2y"), "no_address"),
        (notification(author=None), "no_author"),
        (notification(author={"did": BRAND, "handle": "critic.test"}), "no_author"),
        (notification(record=[]), "no_record"),
        (with_record(text=7), "no_text"),
        (notification(indexedAt="soon"), "bad_time"),
    ],
)
def test_what_cannot_be_read_goes_to_quarantine_as_it_came(entry: object, code: str) -> None:
    item = read(entry)
    assert isinstance(item, Unreadable)
    assert item.code == code
    assert item.raw == entry or item.raw == {"value": entry}


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=20) | st.sampled_from([ROOT, COMMENT]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
PATHS = st.sampled_from(
    [
        (),
        *[(name,) for name in notification()],
        *[("record", name) for name in notification()["record"]],
        ("record", "reply", "root"),
        ("record", "reply", "parent", "uri"),
        ("author", "did"),
        ("author", "handle"),
        ("author", "displayName"),
    ]
)


@given(mutations=st.lists(st.tuples(PATHS, JSON), max_size=3), view=JSON)
@settings(max_examples=300)
def test_whatever_is_told_becomes_one_item(mutations: list[tuple[tuple[str, ...], Any]], view: Any) -> None:
    entry: Any = json.loads(json.dumps(notification()))
    for path, value in mutations:
        if not path:
            entry = value
            continue
        holder = entry
        for name in path[:-1]:
            holder = holder.get(name) if isinstance(holder, dict) else None
        if isinstance(holder, dict):
            holder[path[-1]] = value
    views = reading.views_by_uri([{"uri": ROOT, "record": view, "embed": view, "author": view, "viewer": view}])
    item = reading.item_of(entry, BRAND, views, {})
    assert isinstance(item, FetchedComment | FetchedOwnMessage | Unreadable)
    if isinstance(item, FetchedComment):
        assert item.author.remote_id == CRITIC
        assert item.posted_at.tzinfo is UTC
    reading.own_reply_of({"post": entry}, BRAND)
    reading.feed_moment({"post": entry, "reason": view})
    if isinstance(entry, dict):
        reading.subject_of(entry)


def test_a_closed_thread_is_known_beforehand() -> None:
    comment = read(notification(), {COMMENT: {"viewer": {"replyDisabled": True}}})
    assert (comment.can_reply, comment.can_reply_code) == (False, "reply_restricted")


@pytest.mark.parametrize(
    ("text", "used", "limit", "fits"),
    [
        ("", 0, 300, False),
        ("é" * 300, 300, 300, True),
        ("é" * 301, 301, 300, False),
        ("👨‍👩‍👧" * 120, 120, 300, True),
        ("👨‍👩‍👧" * 167, 3006, 3000, False),
        ("e" + "\u0301" * 1600, 3201, 3000, False),
        ("\r\n".join("ab"), 3, 300, True),
    ],
)
def test_length_is_counted_as_the_network_counts(text: str, used: int, limit: int, fits: bool) -> None:
    length = measure(text)
    assert (length.used, length.limit, length.fits) == (used, limit, fits)


@given(text=st.text(max_size=60), name=st.sampled_from(["critic.test", "nobody.test"]))
def test_links_and_mentions_are_marked_by_bytes(text: str, name: str) -> None:
    text = f"{text} https://example.org/ä?b=c @{name} and more"
    known = {"critic.test": CRITIC}
    size = text.encode()
    marked = facets(text, known.get)
    spans = [(facet.index.byte_start, facet.index.byte_end) for facet in marked]
    assert spans == sorted(spans)
    words = [size[start:end].decode() for start, end in spans]
    assert "https://example.org/ä?b=c" in words
    assert (f"@{name}" in words) == (name in known)


@given(key=st.text(min_size=1), other=st.text(min_size=1))
def test_a_reply_is_always_named_the_same(key: str, other: str) -> None:
    name = record_key(key)
    assert is_record_key(name)
    assert name == record_key(key)
    assert (name == record_key(other)) == (key == other)
    moment = time_of_revision(name)
    assert moment is not None
    assert moment.year < 2006


def test_many_replies_share_no_name() -> None:
    assert len({record_key(f"reply{number}") for number in range(20_000)}) == 20_000


def test_a_revision_tells_its_time() -> None:
    assert time_of_revision("3jzfcijpj2z2a") == datetime(2023, 6, 30, 15, 3, 1, 887_007, tzinfo=UTC)
    assert time_of_revision("not a revision") is None
    assert time_of_revision(None) is None


def guard() -> WireGuard:
    return WireGuard(account_rules("https://pds.example", BRAND))


def create(**changes: Any) -> Json:
    record = {
        "$type": POSTS,
        "text": "Sorry.",
        "createdAt": clock.to_iso(SEEN),
        "reply": {"root": reference(ROOT), "parent": reference(COMMENT)},
    }
    return {"repo": BRAND, "collection": POSTS, "rkey": record_key("k"), "record": record} | changes


def send(body: Json, method: str = "com.atproto.repo.createRecord") -> None:
    headers = {"content-type": "application/json"}
    guard().check("POST", f"https://pds.example/xrpc/{method}", headers, json.dumps(body).encode())


def test_a_reply_may_leave() -> None:
    send(create())


@pytest.mark.parametrize(
    "body",
    [
        create(collection="app.bsky.graph.block"),
        create(collection="app.bsky.feed.threadgate"),
        create(repo=CRITIC),
        create(rkey="self"),
        create(swapCommit="bafy"),
        create(validate=False),
        create(record=create()["record"] | {"$type": "app.bsky.graph.block"}),
        create(record={name: value for name, value in create()["record"].items() if name != "reply"}),
        create(record=create()["record"] | {"reply": {"root": reference(ROOT)}}),
        create(record=create()["record"] | {"reply": {"root": reference(ROOT), "parent": {"uri": "x", "cid": "y"}}}),
        create(record=create()["record"] | {"embed": {}}),
        create(record=create()["record"] | {"labels": {}}),
        create(record=create()["record"] | {"text": ""}),
        create(record=[]),
        {},
    ],
)
def test_nothing_else_may_be_created(body: Json) -> None:
    with pytest.raises(never.ForbiddenDeed):
        send(body)


@pytest.mark.parametrize(
    "method",
    [
        "com.atproto.repo.deleteRecord",
        "com.atproto.repo.putRecord",
        "com.atproto.repo.applyWrites",
        "com.atproto.repo.createRecordX",
        "com.atproto.repo/createRecord",
    ],
)
def test_no_other_method_takes_a_reply(method: str) -> None:
    with pytest.raises(never.ForbiddenDeed):
        send(create(), method)


def test_an_identity_is_asked_for_by_its_form_only() -> None:
    listed = WireGuard(identity_rules("https://plc.directory"))
    listed.check("GET", f"https://plc.directory/{CRITIC}", {}, None)
    for path in ("/did:plc:short", "/export", f"/{CRITIC}/log"):
        with pytest.raises(never.ForbiddenDeed):
            listed.check("GET", f"https://plc.directory{path}", {}, None)


def test_a_comment_is_opened_in_the_networks_own_app() -> None:
    address = reading.page_of_post(COMMENT)
    assert address == f"https://bsky.app/profile/{CRITIC}/post/3jui7kd54zh2z"
    assert BlueskyConnector.own_page_url("https://pds.example", address) == address
