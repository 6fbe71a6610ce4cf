"""Answering on X: once, never blindly again, and found when the answer was lost."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox import clock
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import OutgoingReply
from inbox.connectors.x import XConnector
from inbox.connectors.x.texts import measure, skeleton, time_of_id, unescaped
from tests.connectors.fake_x import OWN, OWN_NAME, START, FakeX, escaped, id_at, running
from tests.connectors.peers_x import CRITIC, access_to

APP = {"refresh_token": "refresh-1", "client_id": "app", "client_secret": "app-secret"}


@pytest.fixture
def fake() -> Iterator[FakeX]:
    with running() as started:
        started.person(CRITIC, "critic", "A Critic", 120)
        yield started


@pytest.fixture
def target(fake: FakeX) -> str:
    return fake.write(CRITIC, f"@{OWN_NAME} my cup broke")


@pytest.fixture
def connector(fake: FakeX) -> XConnector:
    return XConnector(access_to(fake))


def reply_to(target: str, text: str = "We are sorry & we look: https://example.org/help?a=1 (today)") -> OutgoingReply:
    return OutgoingReply(text=text, target_id=target, thread_id=target, key="3l7x2k5q8r9s2", since=START)


def refusal(connector: XConnector, reply: OutgoingReply) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        connector.post_reply(reply)
    return caught.value


def creations(fake: FakeX) -> int:
    return sum(seen.method == "POST" and seen.path == "/2/tweets" for seen in fake.seen)


def test_an_answer_is_published_once_with_xs_own_time(fake: FakeX, connector: XConnector, target: str) -> None:
    receipt = connector.post_reply(reply_to(target))
    assert receipt.posted_at == START + timedelta(seconds=2)
    assert receipt.url == f"https://x.com/i/status/{receipt.remote_id}"
    assert fake.posts[receipt.remote_id]["created_at"] == "2026-10-01T09:00:02.000Z"
    assert creations(fake) == 1


def test_a_lost_answer_is_found_by_reading_back(fake: FakeX, connector: XConnector, target: str) -> None:
    reply = reply_to(target)
    assert connector.find_reply(reply) is None
    fake.lose_next_answer = True
    error = refusal(connector, reply)
    assert (error.code, error.outcome) == ("connection_lost", Outcome.UNKNOWN)
    for post in fake.posts.values():
        post["text"] = post["text"].replace("https://example.org/help?a=1", "https://t.co/AbC123")
    for number in range(150):
        fake.write(OWN, f"@critic something else {number}", parent=target)
    found = connector.find_reply(reply)
    assert found is not None
    assert found.posted_at == START + timedelta(seconds=2)
    assert connector.find_reply(reply_to(target, "Another text")) is None
    assert connector.find_reply(reply_to(id_at(START))) is None
    assert creations(fake) == 1


def test_the_same_text_twice_is_refused_as_such(fake: FakeX, connector: XConnector, target: str) -> None:
    connector.post_reply(reply_to(target))
    error = refusal(connector, reply_to(target))
    assert (error.code, error.outcome) == ("duplicate_text", Outcome.PERMANENT)


def test_what_x_does_not_let_us_answer_is_said(fake: FakeX, connector: XConnector, target: str) -> None:
    fake.refuse_replies_to.add(target)
    assert refusal(connector, reply_to(target)).code == "reply_restricted"
    fake.gone.add(target)
    assert refusal(connector, reply_to(target)).code == "comment_gone"
    assert refusal(connector, reply_to("at://not-of-x")).code == "rejected"


@pytest.mark.parametrize(
    ("status", "answer", "code", "outcome"),
    [
        (400, {"detail": "Bad"}, "rejected", Outcome.PERMANENT),
        (403, {"detail": "Not permitted"}, "not_allowed", Outcome.PERMANENT),
        (403, {"errors": [{"code": 187, "message": "Status is a copy."}]}, "duplicate_text", Outcome.PERMANENT),
        (403, {"errors": [{"code": 433, "message": "Restricted."}]}, "reply_restricted", Outcome.PERMANENT),
        (403, {"errors": [{"code": 385, "message": "Gone."}]}, "comment_gone", Outcome.PERMANENT),
        (403, {"errors": [{"code": 186, "message": "Long."}]}, "text_too_long", Outcome.PERMANENT),
        (404, {"detail": "Nothing"}, "rejected", Outcome.PERMANENT),
        (408, {"detail": "Slow"}, "timed_out", Outcome.UNKNOWN),
        (500, {"detail": "Ours"}, "network_fault", Outcome.UNKNOWN),
        (502, b"<html>", "network_fault", Outcome.UNKNOWN),
        (503, {"detail": "Over capacity"}, "network_fault", Outcome.UNKNOWN),
        (200, {}, "unreadable_answer", Outcome.UNKNOWN),
        (201, b"<html>", "unreadable_answer", Outcome.UNKNOWN),
        (201, b"[]", "unreadable_answer", Outcome.UNKNOWN),
        (500, b"[]", "unreadable_answer", Outcome.UNKNOWN),
        (201, {"data": {"id": None}}, "unreadable_answer", Outcome.UNKNOWN),
    ],
)
def test_each_refusal_says_whether_something_may_have_been_published(
    fake: FakeX, connector: XConnector, target: str, status: int, answer: Any, code: str, outcome: Outcome
) -> None:
    fake.faults.append(lambda _: (status, {}, answer))
    error = refusal(connector, reply_to(target))
    assert (error.code, error.outcome) == (code, outcome)
    assert creations(fake) == 1


def test_a_fault_while_reading_is_temporary(fake: FakeX, connector: XConnector, target: str) -> None:
    fake.faults.append(lambda _: (503, {}, {"detail": "Over capacity"}))
    for call in (lambda: connector.find_reply(reply_to(target)), lambda: connector.fetch_comments({})):
        with pytest.raises(ConnectorError) as caught:
            call()
        assert (caught.value.code, caught.value.outcome) == ("network_fault", Outcome.TEMPORARY)


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"errors": [{"title": "x"}]}, {"meta": {"result_count": 2}}])
def test_reading_back_never_takes_silence_for_no(
    fake: FakeX, connector: XConnector, target: str, answer: dict[str, Any]
) -> None:
    fake.faults.append(lambda _: (200, {}, answer))
    with pytest.raises(ConnectorError) as caught:
        connector.find_reply(reply_to(target))
    assert caught.value.outcome is Outcome.UNKNOWN


def test_too_many_requests_say_when_to_come_back(fake: FakeX, connector: XConnector, target: str) -> None:
    fake.remaining = 0
    error = refusal(connector, reply_to(target))
    assert (error.code, error.outcome) == ("rate_limited", Outcome.TEMPORARY)
    assert error.retry_at == START + timedelta(minutes=15)
    fake.faults.append(lambda _: (429, {}, {"title": "Too Many Requests"}))
    with clock.frozen(START):
        assert refusal(connector, reply_to(target)).retry_at == START + timedelta(minutes=15)


def test_a_refused_token_is_renewed_once(fake: FakeX, target: str) -> None:
    connector = XConnector(access_to(fake, access_token="ended", **APP))
    with clock.frozen(START):
        connector.post_reply(reply_to(target))
    assert creations(fake) == 2
    assert len(fake.own_replies()) == 1
    fresh = connector.fresh_credentials
    assert fresh is not None
    assert fresh["access_token"] == "renewed-1"
    assert fresh["refresh_token"] == "refresh-2"
    assert fresh["client_id"] == "app"
    assert fresh["token_expires_at"] == "2026-10-01T11:00:00Z"
    with clock.frozen(START + timedelta(minutes=30)):
        profile = XConnector(access_to(fake, **fresh)).check()
    assert profile.scopes == ("tweet.read", "tweet.write", "users.read", "offline.access")
    assert profile.excess == ()
    assert profile.token_expires_at == START + timedelta(hours=2)
    assert fake.renewals == 1


def test_a_renewed_token_that_is_refused_too_is_not_renewed_again(fake: FakeX, target: str) -> None:
    fake.faults.append(lambda seen: (401, {}, {"detail": "No"}) if seen.path == "/2/tweets" else None)
    connector = XConnector(access_to(fake, **APP))
    for _ in range(2):
        assert refusal(connector, reply_to(target)).code == "credentials_refused"
    assert fake.renewals == 1


def test_a_token_is_renewed_before_it_ends(fake: FakeX) -> None:
    connector = XConnector(access_to(fake, token_expires_at=clock.to_iso(START), **APP))
    with clock.frozen(START - timedelta(seconds=30)):
        connector.check()
    assert fake.renewals == 1
    assert [seen.path for seen in fake.seen] == ["/2/oauth2/token", "/2/users/me"]


def test_a_renewal_x_refuses_asks_for_signing_in(fake: FakeX, target: str) -> None:
    used = APP | {"refresh_token": "used"}
    error = refusal(XConnector(access_to(fake, access_token="ended", **used)), reply_to(target))
    assert (error.code, error.outcome) == ("credentials_refused", Outcome.PERMANENT)
    assert refusal(XConnector(access_to(fake, access_token="ended")), reply_to(target)).code == "credentials_refused"


def test_a_renewal_that_breaks_off_published_nothing(fake: FakeX, target: str) -> None:
    fake.lose_next_answer = True
    with clock.frozen(START):
        connector = XConnector(access_to(fake, token_expires_at=clock.to_iso(START), **APP))
        error = refusal(connector, reply_to(target))
    assert (error.code, error.outcome) == ("connection_lost", Outcome.TEMPORARY)
    assert creations(fake) == 0


@pytest.mark.parametrize("scope", ["tweet.moderate.write", "block.write", "mute.write", "follows.write"])
def test_an_over_powered_token_shows(fake: FakeX, scope: str) -> None:
    profile = XConnector(access_to(fake, scopes=f"tweet.read {scope}")).check()
    assert profile.excess == (scope,)


@pytest.mark.parametrize(
    ("base_url", "private"),
    [
        ("https://evil.example", ()),
        ("https://evil.example", ("127.0.0.1",)),
        ("http://127.0.0.1:1", ()),
        ("http://api.x.com", ()),
    ],
)
def test_x_has_one_address_unless_a_private_one_was_permitted(
    fake: FakeX, base_url: str, private: tuple[str, ...]
) -> None:
    access = access_to(fake)
    moved = type(access)(access.account_id, base_url, access.identifier, access.remote_id, access.credentials, private)
    with pytest.raises(ConnectorError) as caught:
        XConnector(moved).check()
    assert caught.value.code == "host_not_allowed"


def test_no_token_is_logged_at_any_level(fake: FakeX, target: str, caplog: pytest.LogCaptureFixture) -> None:
    loggers = [name for name in logging.root.manager.loggerDict if not name.startswith(("hypothesis", "inbox"))]
    for name in ["", "inbox", *loggers]:
        caplog.set_level(logging.DEBUG, logger=name or None)
    connector = XConnector(access_to(fake, access_token="ended-canary", **APP))
    connector.post_reply(reply_to(target))
    connector.fetch_comments({})
    fake.faults.append(lambda _: (403, {}, {"detail": "No"}))
    error = refusal(connector, reply_to(target))
    for secret in ("ended-canary", "renewed-1", "refresh-1", "app-secret"):
        assert secret not in caplog.text
        assert secret not in f"{error} {error.detail}"


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("a" * 280, 280),
        ("é" * 280, 280),
        ("日" * 140, 280),
        ("\U0001f600" * 140, 280),
        ("https://example.org/" + "a" * 2000, 23),
        ("See https://example.org/a now", 31),
        ("english text 日本語 😷 https://example.com", 46),
        ("two\r\nlines", 9),
    ],
)
def test_length_is_counted_as_x_counts(text: str, used: int) -> None:
    assert measure(text).used == used
    assert measure(text).fits
    assert measure(text).limit == 280


@given(st.text(max_size=400))
def test_any_text_has_a_length(text: str) -> None:
    length = measure(text)
    assert length.used >= 0
    assert (length.used == 0) == (not text.strip())


@given(st.text(max_size=60).filter(lambda text: not text.lstrip().startswith("@")))
def test_what_x_makes_of_a_text_is_still_that_text(text: str) -> None:
    assert skeleton(unescaped(f"@critic @other {escaped(text)} ")) == skeleton(text)


def test_other_words_are_another_text() -> None:
    assert skeleton("We are sorry: https://example.org/a") == skeleton("@critic We are  sorry: https://t.co/AbC1")
    assert skeleton("We are sorry") != skeleton("We are not sorry")
    assert skeleton("See https://example.org/a") != skeleton("See")


def test_an_id_holds_its_time() -> None:
    assert time_of_id(id_at(START, 4_000_000)) == START
    assert [time_of_id(bad) for bad in ("", "x", "20", "-1", "٣٣٣٣٣٣٣٣٣٣٣٣٣٣٣", str(1 << 63))] == [None] * 6
