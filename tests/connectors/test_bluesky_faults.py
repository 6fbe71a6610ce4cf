"""Lost answers, throttling, broken servers: each before a real server that keeps what really happened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from inbox import clock
from inbox.connectors import transports
from inbox.connectors.bluesky import BlueskyConnector
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import FetchedComment, OutgoingReply, Presence
from tests.atproto_network.fixture import AtprotoNetwork
from tests.connectors.flaky_server import Exchange, FlakyServer, Misbehaviour, standing_before
from tests.connectors.peers_bluesky import BlueskyPeer, peer

CREATE = "com.atproto.repo.createRecord"
LIST = "app.bsky.notification.listNotifications"
SESSION = "com.atproto.server.createSession"


@pytest.fixture
def scene(atproto_network: AtprotoNetwork) -> Iterator[BlueskyPeer]:
    with peer() as lent:
        yield lent


@pytest.fixture
def flaky(scene: BlueskyPeer) -> Iterator[FlakyServer]:
    with standing_before(scene.network.pds) as server:
        yield server


@pytest.fixture
def brand(scene: BlueskyPeer, flaky: FlakyServer) -> BlueskyConnector:
    return BlueskyConnector(replace(scene.access, base_url=flaky.origin))


def refusing(status: int, name: str, **headers: str) -> Misbehaviour:
    plain = {key.replace("_", "-"): value for key, value in headers.items()}
    return lambda exchange: exchange.refuse(status, name, plain)


def answering(content: bytes) -> Misbehaviour:
    return lambda exchange: exchange.answer(200, content)


def doing_and_cutting(exchange: Exchange) -> None:
    assert exchange.forward().is_success
    exchange.cut()


def doing_and_hanging(exchange: Exchange) -> None:
    assert exchange.forward().is_success
    exchange.hang()


def doing_and_answering_500(exchange: Exchange) -> None:
    assert exchange.forward().is_success
    exchange.refuse(500, "InternalServerError")


def doing_and_babbling(exchange: Exchange) -> None:
    assert exchange.forward().is_success
    exchange.answer(200, b"{not json")


def doing_and_redirecting(exchange: Exchange) -> None:
    assert exchange.forward().is_success
    exchange.answer(307, b"", {"location": "/elsewhere"})


def a_reply(scene: BlueskyPeer, brand: BlueskyConnector) -> OutgoingReply:
    uri = scene.write_comments(["Hello?"])[0]
    comments = [item for item in brand.fetch_comments({}).items if isinstance(item, FetchedComment)]
    assert [comment.remote_id for comment in comments] == [uri]
    return OutgoingReply("We are sorry.", uri, comments[0].thread_id, "3l7x2k5q8r9s2", clock.now())


def failing(brand: BlueskyConnector, reply: OutgoingReply) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        brand.post_reply(reply)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (doing_and_cutting, "connection_lost"),
        (doing_and_hanging, "timed_out"),
        (doing_and_answering_500, "network_fault"),
        (doing_and_babbling, "unreadable_answer"),
        (doing_and_redirecting, "unreadable_answer"),
    ],
)
def test_a_lost_answer_is_found_by_reading_back(
    scene: BlueskyPeer,
    flaky: FlakyServer,
    brand: BlueskyConnector,
    monkeypatch: pytest.MonkeyPatch,
    fault: Misbehaviour,
    code: str,
) -> None:
    reply = a_reply(scene, brand)
    monkeypatch.setattr(transports, "TIMEOUT_SECONDS", 2.0)
    flaky.faults[CREATE] = fault
    before = datetime.now(UTC)
    error = failing(brand, reply)
    after = datetime.now(UTC)
    assert (error.code, error.outcome) == (code, Outcome.UNKNOWN)
    assert flaky.seen.count(CREATE) == 1
    del flaky.faults[CREATE]
    found = BlueskyConnector(replace(scene.access, base_url=flaky.origin)).find_reply(reply)
    assert found is not None
    assert before - timedelta(seconds=1) < found.posted_at < after
    assert scene.replies() == [(reply.target_id, reply.text)]


@pytest.mark.parametrize(
    "fault", [Exchange.cut, refusing(502, "UpstreamFailure"), refusing(500, "InternalServerError")]
)
def test_what_was_lost_before_it_was_done_is_read_back_as_not_there(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector, fault: Misbehaviour
) -> None:
    reply = a_reply(scene, brand)
    flaky.faults[CREATE] = fault
    assert failing(brand, reply).outcome is Outcome.UNKNOWN
    assert brand.find_reply(reply) is None
    assert scene.replies() == []


@pytest.mark.parametrize(
    ("fault", "code", "outcome"),
    [
        (refusing(400, "InvalidRequest"), "rejected", Outcome.PERMANENT),
        (refusing(401, "AccountTakedown"), "not_allowed", Outcome.PERMANENT),
        (refusing(403, "Forbidden"), "not_allowed", Outcome.PERMANENT),
        (refusing(413, "PayloadTooLarge"), "text_too_long", Outcome.PERMANENT),
        (refusing(429, "RateLimitExceeded"), "rate_limited", Outcome.TEMPORARY),
    ],
)
def test_a_refusal_says_whether_trying_again_helps(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector, fault: Misbehaviour, code: str, outcome: Outcome
) -> None:
    reply = a_reply(scene, brand)
    flaky.faults[CREATE] = fault
    error = failing(brand, reply)
    assert (error.code, error.outcome) == (code, outcome)
    assert scene.replies() == []


@pytest.mark.parametrize("before", ["app.bsky.feed.getPosts", SESSION])
def test_what_fails_before_writing_leaves_no_doubt(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector, before: str
) -> None:
    reply = a_reply(scene, brand)
    flaky.faults[before] = Exchange.cut
    fresh = BlueskyConnector(replace(scene.access, base_url=flaky.origin))
    error = failing(fresh, reply)
    assert (error.code, error.outcome) == ("connection_lost", Outcome.TEMPORARY)
    assert CREATE not in flaky.seen


NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"ratelimit_reset": str(int(NOW.timestamp()) + 90)}, timedelta(seconds=90)),
        ({"retry_after": "30"}, timedelta(seconds=30)),
        ({"ratelimit_reset": str(int(NOW.timestamp()) - 90)}, timedelta(0)),
        ({"ratelimit_reset": "9" * 30}, timedelta(minutes=5)),
        ({"retry_after": "9" * 30}, timedelta(days=1)),
        ({"retry_after": "soon"}, timedelta(minutes=5)),
        ({}, timedelta(minutes=5)),
    ],
)
def test_a_throttled_collection_says_until_when(
    flaky: FlakyServer, brand: BlueskyConnector, headers: dict[str, str], wait: timedelta
) -> None:
    flaky.faults[SESSION] = refusing(429, "RateLimitExceeded", **headers)
    with clock.frozen(NOW), pytest.raises(ConnectorError) as caught:
        brand.fetch_comments({})
    assert (caught.value.code, caught.value.outcome) == ("rate_limited", Outcome.TEMPORARY)
    assert caught.value.retry_at == NOW + wait
    assert flaky.seen == [SESSION]


def test_an_exhausted_quota_delays_the_next_collection(flaky: FlakyServer, brand: BlueskyConnector) -> None:
    reset = int(NOW.timestamp()) + 60
    headers = {"ratelimit-limit": "3000", "ratelimit-remaining": "0", "ratelimit-reset": str(reset)}
    flaky.faults[LIST] = lambda exchange: exchange.answer(200, b'{"notifications": []}', headers)
    page = brand.fetch_comments({})
    assert (page.quota.limit, page.quota.remaining) == (3000, 0)
    assert page.next_at == page.quota.reset_at == datetime.fromtimestamp(reset, UTC)


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"[]", "unreadable_answer"), (b'{"notifications": 7}', "unreadable_answer"), (b"{not", "unreadable_answer")],
)
def test_an_answer_of_another_shape_moves_no_cursor(
    flaky: FlakyServer, brand: BlueskyConnector, content: bytes, code: str
) -> None:
    flaky.faults[LIST] = answering(content)
    with pytest.raises(ConnectorError) as caught:
        brand.fetch_comments({})
    assert (caught.value.code, caught.value.outcome) == (code, Outcome.TEMPORARY)


def test_items_that_cannot_be_read_are_delivered_with_the_others(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector
) -> None:
    scene.write_comments(["one", "two", "three"])

    def mutilating(exchange: Exchange) -> None:
        told = json.loads(exchange.forward().content)
        del told["notifications"][1]["author"]
        told["notifications"].append("what is this")
        exchange.answer(200, json.dumps(told).encode())

    flaky.faults[LIST] = mutilating
    items = brand.fetch_comments({}).items
    assert [type(item).__name__ for item in items] == ["FetchedComment", "Unreadable", "FetchedComment", "Unreadable"]


@pytest.mark.parametrize("broken", ["app.bsky.feed.getPosts", "app.bsky.actor.getProfiles"])
def test_comments_come_even_if_nothing_else_can_be_read(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector, broken: str
) -> None:
    uri = scene.write_comments(["still here"])[0]
    flaky.faults[broken] = refusing(502, "UpstreamFailure")
    comment = brand.fetch_comments({}).items[0]
    assert isinstance(comment, FetchedComment)
    assert comment.remote_id == uri
    assert comment.post is not None
    assert comment.post.remote_id == scene.post.uri
    assert (comment.author.followers is None) == ("getProfiles" in broken)


def test_a_cursor_the_server_refuses_begins_the_walk_anew(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector
) -> None:
    uri = scene.write_comments(["still here"])[0]

    def forgetful(exchange: Exchange) -> None:
        if "cursor=" in exchange.handler.path:
            exchange.refuse(400, "InvalidRequest")
        else:
            exchange.answer(200, exchange.forward().content)

    flaky.faults[LIST] = forgetful
    page = brand.fetch_comments({"comments": {"page": "a cursor of another age"}})
    assert [item.remote_id for item in page.items] == [uri]


def test_a_session_that_ends_under_way_is_begun_again_once(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector
) -> None:
    brand.check()
    assert brand.fresh_credentials is not None
    access = replace(scene.access, base_url=flaky.origin, credentials=brand.fresh_credentials)
    flaky.faults[LIST] = refusing(400, "ExpiredToken")
    flaky.seen.clear()
    with pytest.raises(ConnectorError) as caught:
        BlueskyConnector(access).fetch_comments({})
    assert caught.value.code == "credentials_refused"
    assert flaky.seen == [LIST, SESSION, LIST]


def test_a_server_of_an_author_that_does_not_answer_leaves_it_open(
    scene: BlueskyPeer, flaky: FlakyServer, brand: BlueskyConnector
) -> None:
    uri = scene.write_comments(["here and gone"])[0]
    scene.take_away(uri)
    flaky.faults["com.atproto.sync.getRecord"] = refusing(502, "UpstreamFailure")
    with pytest.raises(ConnectorError) as caught:
        brand.look_up([uri])
    assert (caught.value.code, caught.value.outcome) == ("network_fault", Outcome.TEMPORARY)
    del flaky.faults["com.atproto.sync.getRecord"]
    assert brand.look_up([uri]) == {uri: Presence.REMOVED_BY_AUTHOR}
