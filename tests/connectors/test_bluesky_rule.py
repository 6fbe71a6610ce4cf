"""The rule on a real network: whatever the SDK can do beyond reading and answering is refused before a byte leaves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from atproto import Client, models
from atproto_client.models.dot_dict import DotDict
from atproto_client.namespaces import sync_ns

from inbox.connectors.bluesky import BlueskyConnector
from inbox.connectors.bluesky.rules import POSTS
from inbox.permissions import never
from tests.atproto_network.fixture import AtprotoNetwork
from tests.connectors.peers_bluesky import BlueskyPeer, peer, strong_ref

ALLOWED_PROCEDURES = {
    "com.atproto.repo.createRecord",
    "com.atproto.server.createSession",
    "com.atproto.server.refreshSession",
}
PROCEDURES = sorted(set(re.findall(r"invoke_procedure\(\s*'([A-Za-z.]+)'", inspect.getsource(sync_ns))))
COLLECTIONS = sorted(
    set(re.findall(r"collection='([A-Za-z.]+)'", inspect.getsource(sync_ns)))
    | {"app.bsky.graph.block", "app.bsky.graph.listblock", "app.bsky.feed.threadgate", "app.bsky.feed.postgate"}
)


class Stage:
    """The brand's own client with the guard below it, a post, a critic's answer, and what the wire lets through."""

    def __init__(self, lent: BlueskyPeer, told: list[never.Attempt]) -> None:
        self.lent = lent
        self.told = told
        self.brand = BlueskyConnector(lent.access)
        self.client: Client = self.brand.line.client()
        self.client.me = self.client.app.bsky.actor.get_profile(
            models.AppBskyActorGetProfile.Params(actor=lent.brand.did)
        )
        self.comment = lent.write_comments(["You will want this away."])[0]

    def state(self) -> dict[str, Any]:
        """What the brand's server keeps: the commit changes with every write to the account's records."""
        app = self.lent.network.client(self.lent.brand)
        did = {"did": self.lent.brand.did}
        latest = app.com.atproto.sync.get_latest_commit(did)
        preferences = app.app.bsky.actor.get_preferences().model_dump()
        return {"commit": latest.cid, "revision": latest.rev, "preferences": preferences}


@pytest.fixture(scope="module")
def stage(atproto_network: AtprotoNetwork) -> Iterator[Stage]:
    told: list[never.Attempt] = []
    with peer() as lent, pytest.MonkeyPatch.context() as patch:
        patch.setattr(never, "_subscribers", [told.append])
        yield Stage(lent, told)


@pytest.fixture
def refused(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Checks that a deed is refused, announced, sends nothing and changes nothing."""
    sent: list[str] = []

    def refuse(deed: Callable[[], object]) -> None:
        before, announced = stage.state(), len(stage.told)
        inner = httpx.HTTPTransport.handle_request
        transport = stage.client.request._client._transport._inner
        with pytest.MonkeyPatch.context() as patch:

            def watched(self: httpx.HTTPTransport, request: httpx.Request) -> httpx.Response:
                if self is transport:
                    sent.append(f"{request.method} {request.url.path}")
                return inner(self, request)

            patch.setattr(httpx.HTTPTransport, "handle_request", watched)
            with pytest.raises(never.ForbiddenDeed):
                deed()
        assert sent == []
        assert len(stage.told) == announced + 1
        assert stage.told[-1].lock == "wire"
        assert stage.state() == before

    return refuse


Refuse = Callable[[Callable[[], object]], None]


def test_the_sdk_has_the_deeds_that_are_tried_here() -> None:
    assert len(PROCEDURES) > 80
    for name in (*ALLOWED_PROCEDURES, "com.atproto.repo.deleteRecord", "app.bsky.graph.muteActor"):
        assert name in PROCEDURES


def test_no_other_procedure_leaves(stage: Stage) -> None:
    before = stage.state()
    left, announced = stage.lent.left, len(stage.told)
    others = [name for name in PROCEDURES if name not in ALLOWED_PROCEDURES]
    for name in others:
        for body in (None, DotDict({"repo": stage.lent.brand.did, "collection": POSTS, "rkey": "3jui7kd54zh2y"})):
            with pytest.raises(never.ForbiddenDeed):
                stage.client.invoke_procedure(name, data=body, input_encoding="application/json")
    assert stage.lent.left - left == 2 * len(others)
    assert len(stage.told) - announced == 2 * len(others)
    assert stage.state() == before


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_no_other_record_is_created(stage: Stage, collection: str) -> None:
    if collection == POSTS:
        return
    before = stage.state()
    body = {
        "repo": stage.lent.brand.did,
        "collection": collection,
        "record": {"$type": collection, "subject": stage.lent.critic.did, "createdAt": "2026-03-02T09:00:00Z"},
    }
    with pytest.raises(never.ForbiddenDeed):
        stage.client.invoke_procedure(
            "com.atproto.repo.createRecord", data=DotDict(body), input_encoding="application/json"
        )
    assert stage.state() == before


DEEDS: dict[str, Callable[[Stage, Client], object]] = {
    "delete_post": lambda stage, client: client.delete_post(stage.lent.post.uri),
    "send_post": lambda stage, client: client.send_post("No answer to anybody."),
    "like": lambda stage, client: client.like(stage.comment, strong_ref(stage.lent.post).cid),
    "unlike": lambda stage, client: client.unlike(f"at://{stage.lent.brand.did}/app.bsky.feed.like/3jui7kd54zh2y"),
    "repost": lambda stage, client: client.repost(stage.comment, strong_ref(stage.lent.post).cid),
    "unrepost": lambda stage, client: client.unrepost(
        f"at://{stage.lent.brand.did}/app.bsky.feed.repost/3jui7kd54zh2y"
    ),
    "follow": lambda stage, client: client.follow(stage.lent.critic.did),
    "unfollow": lambda stage, client: client.unfollow(
        f"at://{stage.lent.brand.did}/app.bsky.graph.follow/3jui7kd54zh2y"
    ),
    "mute": lambda stage, client: client.mute(stage.lent.critic.did),
    "unmute": lambda stage, client: client.unmute(stage.lent.critic.did),
    "update_handle": lambda stage, client: client.update_handle("other.test"),
    "upload_blob": lambda stage, client: client.upload_blob(b"a picture"),
    "send_image": lambda stage, client: client.send_image("look", b"a picture", "alt"),
    "block": lambda stage, client: client.app.bsky.graph.block.create(
        stage.lent.brand.did,
        models.AppBskyGraphBlock.Record(subject=stage.lent.critic.did, created_at=client.get_current_time_iso()),
    ),
    "block by putting": lambda stage, client: client.com.atproto.repo.put_record(
        models.ComAtprotoRepoPutRecord.Data(
            repo=stage.lent.brand.did,
            collection="app.bsky.graph.block",
            rkey="3jui7kd54zh2y",
            record={"subject": stage.lent.critic.did},
        )
    ),
    "threadgate": lambda stage, client: client.app.bsky.feed.threadgate.create(
        stage.lent.brand.did,
        models.AppBskyFeedThreadgate.Record(
            post=stage.lent.post.uri, hidden_replies=[stage.comment], created_at=client.get_current_time_iso()
        ),
    ),
    "applyWrites": lambda stage, client: client.com.atproto.repo.apply_writes(
        models.ComAtprotoRepoApplyWrites.Data(
            repo=stage.lent.brand.did,
            writes=[
                models.ComAtprotoRepoApplyWrites.Delete(
                    collection=POSTS, rkey=str(stage.lent.post.uri).rpartition("/")[2]
                )
            ],
        )
    ),
    "createReport": lambda stage, client: client.com.atproto.moderation.create_report(
        models.ComAtprotoModerationCreateReport.Data(
            reason_type="com.atproto.moderation.defs#reasonRude",
            subject=models.ComAtprotoAdminDefs.RepoRef(did=stage.lent.critic.did),
        )
    ),
    "mute thread": lambda stage, client: client.app.bsky.graph.mute_thread({"root": stage.lent.post.uri}),
    "mute list": lambda stage, client: client.app.bsky.graph.mute_actor_list({"list": stage.lent.post.uri}),
    "preferences": lambda stage, client: client.app.bsky.actor.put_preferences(
        models.AppBskyActorPutPreferences.Data(preferences=[models.AppBskyActorDefs.AdultContentPref(enabled=True)])
    ),
    "deleteAccount": lambda stage, client: client.com.atproto.server.request_account_delete(),
    "deactivateAccount": lambda stage, client: client.com.atproto.server.deactivate_account({}),
    "a clone": lambda stage, client: client.clone().mute(stage.lent.critic.did),
    "a proxied clone": lambda stage, client: client.with_bsky_chat_proxy().mute(stage.lent.critic.did),
    "another server": lambda stage, client: _elsewhere(client, stage.lent.network.appview),
}


def _elsewhere(client: Client, url: str) -> object:
    moved = client.clone()
    moved.update_base_url(url)
    return moved.get_profile("critic.test")


@pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # The SDK's own, when it uploads a picture.
@pytest.mark.parametrize("deed", DEEDS)
def test_no_deed_of_the_sdk_reaches_the_server(stage: Stage, refused: Refuse, deed: str) -> None:
    refused(lambda: DEEDS[deed](stage, stage.client))


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "HEAD", "OPTIONS"])
def test_no_other_method_leaves(stage: Stage, refused: Refuse, method: str) -> None:
    url = f"{stage.lent.network.pds}/xrpc/app.bsky.feed.getPosts"
    refused(lambda: stage.client.request._send_request(method, url))


def test_a_method_override_does_not_help(stage: Stage, refused: Refuse) -> None:
    url = f"{stage.lent.network.pds}/xrpc/app.bsky.feed.getPosts"
    headers = {"X-HTTP-Method-Override": "DELETE"}
    refused(lambda: stage.client.request.get(url, headers=headers, params={"uris": [stage.comment]}))


def test_after_all_this_the_comment_stands_and_can_be_answered(stage: Stage) -> None:
    assert stage.brand.look_up([stage.comment])[stage.comment].value == "present"
    assert [text for _, text in stage.lent.replies()] == []
