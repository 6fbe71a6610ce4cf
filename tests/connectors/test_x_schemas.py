"""The fake of X answers what X publishes: its answers are held against the schemas of X's own client library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from inbox.connectors.shapes import OutgoingReply
from inbox.connectors.x import XConnector
from tests.connectors.fake_x import OWN, OWN_NAME, START, FakeX, as_specified, running
from tests.connectors.peers_x import CRITIC, access_to

schemas: Any = pytest.importorskip("xdk.schemas")


@pytest.fixture
def fake() -> Iterator[FakeX]:
    with running() as started:
        started.person(CRITIC, "critic", "A Critic", 120)
        yield started


def schema_of(call: str) -> type[BaseModel]:
    kinds = {
        "GET/2/users/me": schemas.GetUsersMeResponse,
        f"GET/2/users/{OWN}/mentions": schemas.GetUsersMentionsResponse,
        f"GET/2/users/{OWN}/tweets": schemas.GetUsersPostsResponse,
        "GET/2/tweets": schemas.GetPostsByIdsResponse,
        "POST/2/tweets": schemas.CreatePostsResponse,
    }
    found: type[BaseModel] = kinds[call]
    return found


def unknown_names(model: Any, path: str = "") -> list[str]:
    """Names in a parsed answer that the schema does not have."""
    if isinstance(model, list):
        return [name for entry in model for name in unknown_names(entry, path)]
    if not isinstance(model, BaseModel):
        return []
    extra = [f"{path}.{name}" for name in model.model_extra or {}]
    for name in type(model).model_fields:
        extra += unknown_names(getattr(model, name), f"{path}.{name}")
    return extra


def test_every_answer_of_the_fake_fits_xs_schemas(fake: FakeX) -> None:
    connector = XConnector(access_to(fake))
    fake.page_size = 2
    ours = fake.write(OWN, "Our new cups")
    target = fake.write(CRITIC, f"@{OWN_NAME} mine broke & more", parent=ours)
    fake.write(CRITIC, f"@{OWN_NAME} look", quoted=ours)
    other = fake.write(CRITIC, f"@{OWN_NAME} third", parent=target)
    fake.write(OWN, "@critic native", parent=target)
    cursor: dict[str, Any] = {}
    connector.check()
    for _ in range(6):
        cursor = connector.fetch_comments(cursor).cursor
    reply = OutgoingReply("We are sorry", target, target, "3l7x2k5q8r9s2", START)
    connector.post_reply(reply)
    assert connector.find_reply(reply) is not None
    fake.gone.add(target)
    fake.protected.add(other)
    connector.look_up([ours, target, other])
    checked = set()
    for call, answer in fake.answers:
        parsed = schema_of(call).model_validate(as_specified(answer))
        assert unknown_names(parsed) == []
        checked.add(call)
    assert len(checked) == 5


def test_what_we_send_fits_xs_schema(fake: FakeX) -> None:
    target = fake.write(CRITIC, f"@{OWN_NAME} mine broke")
    XConnector(access_to(fake)).post_reply(OutgoingReply("Sorry", target, target, "3l7x2k5q8r9s2", START))
    request = schemas.CreatePostsRequest.model_validate_json(fake.seen[-1].body)
    assert (request.text, request.reply.in_reply_to_tweet_id) == ("Sorry", target)
    assert unknown_names(request) == []


def test_the_held_against_is_not_blind() -> None:
    broken = {"data": [{"id": 7, "text": "x"}]}
    with pytest.raises(ValueError):
        schemas.GetUsersMentionsResponse.model_validate(broken)
    named = schemas.GetUsersMentionsResponse.model_validate({"data": [{"id": "7", "txt": "x"}]})
    assert unknown_names(named) == [".data.txt"]
