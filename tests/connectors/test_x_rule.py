"""No destructive method of tweepy leaves this machine, and no answer of X carries more than an answer."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import tweepy

from inbox.connectors.addresses import Door
from inbox.connectors.guard import WireGuard
from inbox.connectors.transports import guarded_session
from inbox.connectors.x import XConnector
from inbox.connectors.x.rules import NEVER_REQUESTED_SCOPES, REQUESTED_SCOPES, SDK_ORIGIN, rules
from inbox.permissions import never
from tests.attacks import KNOWN_DESTRUCTIVE, TWEEPY, tweepy_deeds
from tests.connectors.fake_x import FakeX, running
from tests.connectors.peers_x import access_to

WRITING = [(title, name) for title in TWEEPY for name in tweepy_deeds()[title]]


@pytest.fixture
def fake() -> Iterator[FakeX]:
    with running() as started:
        yield started


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[never.Attempt]:
    seen: list[never.Attempt] = []
    monkeypatch.setattr(never, "_subscribers", [seen.append])
    return seen


def sdk_object(title: str, fake: FakeX) -> Any:
    """The SDK's object with everything it wants to sign with, behind the session the connector uses."""
    signs = {"consumer_key": "k", "consumer_secret": "s", "access_token": "2244994945-t", "access_token_secret": "s"}
    if title == "tweepy.API":
        made: Any = tweepy.API(tweepy.OAuth1UserHandler(**signs))
    elif title == "tweepy.Client":
        made = tweepy.Client(bearer_token="good-token", **signs)
    else:
        made = tweepy.StreamingClient("good-token")
    made.session = guarded_session(WireGuard(rules(fake.origin)), Door(["127.0.0.1"]), {SDK_ORIGIN: fake.origin})
    return made


def plausible_arguments(method: Callable[..., Any]) -> dict[str, Any]:
    """A value for each parameter the method insists on."""
    named = inspect.signature(method).parameters.values()
    return {
        one.name: "7"
        for one in named
        if one.default is one.empty and one.kind not in {one.VAR_KEYWORD, one.VAR_POSITIONAL}
    }


def test_the_list_holds_what_is_known_to_destroy() -> None:
    assert {name for _, name in WRITING} >= KNOWN_DESTRUCTIVE
    assert len(WRITING) > 60


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("title", "name"), WRITING)
def test_no_writing_method_of_the_sdk_leaves(
    fake: FakeX, attempts: list[never.Attempt], title: str, name: str, tmp_path: Any
) -> None:
    method = getattr(sdk_object(title, fake), name)
    arguments = plausible_arguments(method)
    if "filename" in arguments:
        picture = tmp_path / "picture.png"
        picture.write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
        arguments["filename"] = str(picture)
    with pytest.raises(Exception):  # noqa: B017 - tweepy wraps the refusal, or misses an argument that no name tells.
        method(**arguments)
    assert attempts or not (name in KNOWN_DESTRUCTIVE or never.forbidden_words(name)), "it must be tried for real"
    assert [seen for seen in fake.seen if (seen.method, seen.path) != ("GET", "/2/users/me")] == []


@pytest.mark.parametrize(
    "more",
    [
        {"quote_tweet_id": "7"},
        {"reply_settings": "mentionedUsers"},
        {"exclude_reply_user_ids": ["7"]},
        {"for_super_followers_only": True},
        {"media_ids": ["7"]},
        {"poll_options": ["a", "b"], "poll_duration_minutes": 5},
        {"community_id": "7"},
        {"in_reply_to_tweet_id": "7/../8"},
        {"in_reply_to_tweet_id": None},
    ],
)
def test_an_answer_carries_its_text_and_its_target_and_nothing_else(
    fake: FakeX, attempts: list[never.Attempt], more: dict[str, Any]
) -> None:
    client = sdk_object("tweepy.Client", fake)
    with pytest.raises(never.ForbiddenDeed):
        client.create_tweet(**{"text": "Sorry", "in_reply_to_tweet_id": "7", "user_auth": False} | more)
    assert fake.seen == []
    assert [attempt.params["reason"] for attempt in attempts] == ["body"]


def test_the_token_is_renewed_there_and_nothing_else_is_asked_of_that_address(fake: FakeX) -> None:
    session = guarded_session(WireGuard(rules(fake.origin)), Door(["127.0.0.1"]))
    taking = {"grant_type": "authorization_code", "refresh_token": "refresh-1", "client_id": "app"}
    for form in (
        taking,
        {"grant_type": "client_credentials"},
        {"token": "good-token", "token_type_hint": "access_token"},
    ):
        with pytest.raises(never.ForbiddenDeed):
            session.post(f"{fake.origin}/2/oauth2/token", data=form)
    with pytest.raises(never.ForbiddenDeed):
        session.post(f"{fake.origin}/2/oauth2/revoke", data={"token": "good-token"})
    assert fake.seen == []


def test_the_connectors_own_client_stands_behind_the_guard(fake: FakeX) -> None:
    sdk = XConnector(access_to(fake))._client.sdk
    with pytest.raises(never.ForbiddenDeed):
        sdk.delete_tweet("7", user_auth=False)
    assert fake.seen == []
    assert not sdk.wait_on_rate_limit
    assert not sdk.session.trust_env


def test_scopes_that_moderate_are_never_asked_for() -> None:
    assert not NEVER_REQUESTED_SCOPES & set(REQUESTED_SCOPES)
    assert {"tweet.moderate.write", "block.write", "mute.write", "follows.write"} <= NEVER_REQUESTED_SCOPES


def test_the_unguarded_asynchronous_client_is_not_even_loaded() -> None:
    assert not any(name.startswith("tweepy.asynchronous") for name in sys.modules)
