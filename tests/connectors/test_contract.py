"""What every network must honour: one test per promise, over every folder under `inbox/connectors`."""

from __future__ import annotations

import inspect
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from inbox.connectors import base
from inbox.connectors.base import Connector
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import FetchedComment, Item, Json, OutgoingReply, Presence
from inbox.permissions import never
from tests.connectors.peers import Peer, peer_of

ALL = sorted(base.networks())
HOSTILE = {
    "empty": "",
    "blank": " \n\t ",
    "long": "x" * 100_000,
    "dots": "a." * 50_000,
    "addresses": "http://a.b/" * 9_000,
    "words with addresses": "www.example.org/a?b=c " * 4_500,
    "lone surrogates": "\ud800 a \udfff" * 10_000,
    "nul": "\0" * 100_000,
    "combining": "e" + "\u0301" * 99_999,
    "emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 20_000,
    "bidi": "\u202e\u2066abc" * 20_000,
    "hash": "#a@b" * 25_000,
}


@pytest.fixture(params=ALL)
def network(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connector_class(network: str) -> type[Connector]:
    return base.networks()[network]


@pytest.fixture
def peer(network: str) -> Iterator[Peer]:
    start = peer_of(network)
    assert start is not None, f"tests/connectors/peers_{network}.py is missing"
    with start() as running:
        yield running


@pytest.fixture
def connector(network: str, peer: Peer) -> Connector:
    return base.open_connector(network, peer.access)


def collect(connector: Connector, cursor: Json | None = None) -> tuple[list[Item], Json]:
    """Everything there is after `cursor`, page by page."""
    items: list[Item] = []
    cursor = cursor or {}
    for _ in range(100):
        page = connector.fetch_comments(cursor)
        items += page.items
        cursor = page.cursor
        if not page.more:
            return items, cursor
    raise AssertionError("the pages never end")


def comments_in(items: list[Item]) -> dict[str, FetchedComment]:
    return {item.remote_id: item for item in items if isinstance(item, FetchedComment)}


def reply_to(comment: FetchedComment, text: str = "We are sorry, and we look into it.") -> OutgoingReply:
    return OutgoingReply(
        text=text,
        target_id=comment.remote_id,
        thread_id=comment.thread_id,
        key="3l7x2k5q8r9s2",
        since=comment.posted_at - timedelta(seconds=1),
    )


def test_it_says_what_it_is(network: str, connector_class: type[Connector]) -> None:
    assert connector_class.network == network
    assert connector_class.title
    assert 1 <= len(connector_class.letter) <= 2
    names = [entry.name for entry in connector_class.credential_fields]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
    assert isinstance(connector_class.base_url_typed, bool)


@pytest.mark.parametrize("deed", ["delete_comment", "hide_reply", "block_author", "mute", "report_spam", "unfollow"])
def test_no_network_can_be_given_a_deed_that_makes_critics_disappear(
    connector_class: type[Connector], deed: str
) -> None:
    with pytest.raises(never.ForbiddenDeed):
        type("Extended", (connector_class,), {deed: lambda self: None})


def test_none_of_its_names_is_such_a_deed(connector_class: type[Connector]) -> None:
    assert [name for name in dir(connector_class) if never.forbidden_words(name)] == []


@pytest.mark.parametrize("kind", HOSTILE)
def test_measuring_is_quick_and_sane_for_any_text(connector_class: type[Connector], kind: str) -> None:
    text = HOSTILE[kind]
    # What is prepared once, at the first measuring, is not what is timed; nor is what others do on this machine.
    connector_class.measure("https://example.org 🙂")
    started = time.process_time()
    length = connector_class.measure(text)
    assert time.process_time() - started < 1.0
    assert length.limit > 0
    assert length.used >= 0
    if not text.strip():
        assert length.used == 0
    elif len(text) > 50_000 and kind not in {"combining", "emoji"}:
        assert not length.fits


@pytest.mark.parametrize("text", ["a", "Bonjour, désolé.", "See https://example.org/a", "\U0001f600", "two\r\nlines"])
def test_measuring_an_everyday_text_counts_something_that_fits(connector_class: type[Connector], text: str) -> None:
    length = connector_class.measure(text)
    assert 0 < length.used <= 40
    assert length.fits


def test_a_dangerous_address_is_no_page_of_its_own(connector_class: type[Connector]) -> None:
    for address in ("javascript:alert(1)", "data:text/html,x", None, ""):
        assert not connector_class.own_page_url(None, address)


def test_the_allow_list_exists_and_names_nothing_destructive(peer: Peer) -> None:
    rules = peer.rules()
    if rules is None:
        return
    assert rules
    for rule in rules:
        assert rule.method in {"GET", "POST"}
        assert (rule.method == "POST") == (rule.body is not None)
        assert never.forbidden_words(rule.path) == []
        if rule.body is not None:
            assert not rule.body({"anything": "at all"})


def test_signing_in_says_who_the_account_is(connector: Connector) -> None:
    profile = connector.check()
    assert profile.remote_id
    assert profile.identifier
    assert profile.display_name
    assert set(profile.excess) <= set(profile.scopes)


def test_every_comment_comes_once_and_the_cursor_goes_on(peer: Peer, connector: Connector) -> None:
    before, cursor = collect(connector)
    written = peer.write_comments(["first", "second", "third"])
    items, cursor = collect(connector, cursor)
    fresh = comments_in(items)
    assert set(written) <= set(fresh)
    assert not set(written) & set(comments_in(before))
    for remote_id in written:
        comment = fresh[remote_id]
        assert comment.posted_at.tzinfo is not None
        assert comment.author.remote_id
        assert comment.author.identifier
        assert comment.thread_id
        assert comment.raw
        assert comment.can_reply or comment.can_reply_code
    later = peer.write_comments(["fourth"])
    items, _ = collect(connector, cursor)
    assert set(later) <= set(comments_in(items))


def test_the_cursor_survives_storing_as_json_and_a_new_connector(network: str, peer: Peer) -> None:
    _, cursor = collect(base.open_connector(network, peer.access))
    written = peer.write_comments(["after a restart"])
    items, _ = collect(base.open_connector(network, peer.access), json.loads(json.dumps(cursor)))
    assert set(written) <= set(comments_in(items))


def test_a_reply_is_published_once_and_read_back(peer: Peer, connector: Connector) -> None:
    target = peer.write_comments(["my order never came"])[0]
    reply = reply_to(comments_in(collect(connector)[0])[target])
    assert connector.find_reply(reply) is None
    receipt = connector.post_reply(reply)
    assert receipt.posted_at.tzinfo is not None
    assert peer.replies() == [(target, reply.text)]
    found = connector.find_reply(reply)
    assert found is not None
    assert found.remote_id == receipt.remote_id
    assert peer.replies() == [(target, reply.text)]


@pytest.mark.parametrize(
    ("text", "code"), [("", "text_empty"), (" \n ", "text_empty"), ("x" * 100_000, "text_too_long")]
)
def test_a_text_that_cannot_go_out_reaches_nobody(peer: Peer, connector: Connector, text: str, code: str) -> None:
    target = peer.write_comments(["hello"])[0]
    comment = comments_in(collect(connector)[0])[target]
    seen = peer.requests_seen()
    with pytest.raises(ConnectorError) as caught:
        connector.post_reply(reply_to(comment, text))
    assert (caught.value.code, caught.value.outcome) == (code, Outcome.PERMANENT)
    assert peer.requests_seen() == seen
    assert peer.replies() == []


def test_looking_up_answers_every_id_asked_for(peer: Peer, connector: Connector) -> None:
    kept, taken = peer.write_comments(["stays", "goes"])
    known = comments_in(collect(connector)[0])
    assert {kept, taken} <= set(known)
    peer.take_away(taken)
    asked = [kept, taken, "no such id", ""]
    found = connector.look_up(asked)
    assert set(found) == set(asked)
    assert found[kept] is Presence.PRESENT
    assert found[taken] in {Presence.GONE, Presence.REMOVED_BY_AUTHOR}
    assert found[""] is not Presence.PRESENT
    assert connector.look_up([]) == {}


CALLS: dict[str, Callable[[Connector], object]] = {
    "check": lambda connector: connector.check(),
    "fetch_comments": lambda connector: connector.fetch_comments({}),
    "look_up": lambda connector: connector.look_up(["2105583500391350272"]),
    "post_reply": lambda connector: connector.post_reply(
        OutgoingReply("Hello", "2105583500391350272", "2105583500391350272", "3l7x2k5q8r9s2", datetime.now(UTC))
    ),
}


@pytest.mark.parametrize("call", ["check", "fetch_comments"])
def test_wrong_credentials_are_one_clear_refusal(network: str, peer: Peer, call: str) -> None:
    access = peer.wrong_access()
    if access is None:
        return
    connector = base.open_connector(network, access)
    with pytest.raises(ConnectorError) as caught:
        CALLS[call](connector)
    assert (caught.value.code, caught.value.outcome) == ("credentials_refused", Outcome.PERMANENT)
    assert connector.calls[-1].error == "credentials_refused"
    for secret in access.credentials.values():
        assert secret not in str(caught.value)


@pytest.mark.parametrize("call", CALLS)
def test_nobody_there_means_that_nothing_was_done(network: str, peer: Peer, call: str) -> None:
    access = peer.unreachable_access()
    if access is None:
        return
    connector = base.open_connector(network, access)
    started = time.perf_counter()
    with pytest.raises(ConnectorError) as caught:
        CALLS[call](connector)
    assert (caught.value.code, caught.value.outcome) == ("unreachable", Outcome.TEMPORARY)
    assert time.perf_counter() - started < 5


def test_a_fault_of_our_own_is_not_explained_away(connector: Connector) -> None:
    assert connector._explain(ZeroDivisionError(), writing=True) is None


def test_no_connector_sleeps(connector_class: type[Connector]) -> None:
    package = connector_class.__module__.rpartition(".")[0]
    for name, module in sorted(sys.modules.items()):
        if name == package or name.startswith(f"{package}."):
            assert "sleep(" not in inspect.getsource(module), name
