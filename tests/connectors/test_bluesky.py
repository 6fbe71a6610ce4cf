"""The main job on a real AT Protocol network: a critic writes, we collect, we answer, the critic sees it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from atproto import models

from inbox import clock
from inbox.connectors.bluesky import BlueskyConnector, connector
from inbox.connectors.bluesky.line import Line
from inbox.connectors.bluesky.rules import POSTS
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import FetchedComment, FetchedOwnMessage, Item, Json, OutgoingReply, Presence
from tests.atproto_network.fixture import AtprotoNetwork
from tests.atproto_network.servers import free_ports
from tests.connectors.peers_bluesky import BlueskyPeer, access_to, peer, strong_ref


@pytest.fixture
def scene(atproto_network: AtprotoNetwork) -> Iterator[BlueskyPeer]:
    with peer() as lent:
        yield lent


@pytest.fixture
def brand(scene: BlueskyPeer) -> BlueskyConnector:
    return BlueskyConnector(scene.access)


def collect(brand: BlueskyConnector, cursor: Json | None = None) -> tuple[list[Item], Json]:
    """Everything there is after `cursor`."""
    items: list[Item] = []
    page = brand.fetch_comments(cursor or {})
    items += page.items
    while page.more:
        page = brand.fetch_comments(page.cursor)
        items += page.items
    return items, page.cursor


def comment_of(brand: BlueskyConnector, uri: str) -> FetchedComment:
    found = [item for item in collect(brand)[0] if isinstance(item, FetchedComment) and item.remote_id == uri]
    assert len(found) == 1
    return found[0]


def answer(comment: FetchedComment, text: str = "We are sorry.", key: str = "3l7x2k5q8r9s2") -> OutgoingReply:
    return OutgoingReply(text, comment.remote_id, comment.thread_id, key, clock.now() - timedelta(minutes=1))


def answer_ref(parent: Any, root: Any) -> models.AppBskyFeedPost.ReplyRef:
    return models.AppBskyFeedPost.ReplyRef(parent=strong_ref(parent), root=strong_ref(root))


def test_a_critics_reply_is_collected_with_its_thread_and_post(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    uri = scene.write_comments(["Ma tasse est cassée. 😡"])[0]
    comment = comment_of(brand, uri)
    assert comment.text == "Ma tasse est cassée. 😡"
    assert (comment.thread_id, comment.parent_id) == (scene.post.uri, scene.post.uri)
    assert before < comment.posted_at <= datetime.now(UTC)
    assert comment.author.remote_id == scene.critic.did
    assert comment.author.identifier == scene.critic.identifier
    assert comment.author.followers == 0
    assert comment.post is not None
    assert comment.post.text == "Our cups are back."
    assert comment.post.is_ours
    assert comment.can_reply
    assert comment.raw["record"]["text"] == comment.text


def test_an_answer_deep_in_the_thread_keeps_root_and_parent(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    uri = scene.write_comments(["Where is my order?"])[0]
    receipt = brand.post_reply(answer(comment_of(brand, uri)))
    scene.network.settle()
    critic = scene.network.client(scene.critic)
    first = critic.app.bsky.feed.post.get(scene.critic.did, uri.rpartition("/")[2])
    ours = brand.line.get(
        "com.atproto.repo.getRecord",
        models.ComAtprotoRepoGetRecord.Params(
            repo=scene.brand.did, collection=POSTS, rkey=receipt.remote_id.rpartition("/")[2]
        ),
    )
    reply = models.AppBskyFeedPost.ReplyRef(
        parent=models.ComAtprotoRepoStrongRef.Main(uri=receipt.remote_id, cid=ours["cid"]), root=strong_ref(scene.post)
    )
    again = critic.send_post("That is no answer.", reply_to=reply)
    scene.network.settle()
    comment = comment_of(brand, str(again.uri))
    assert first.value.text == "Where is my order?"
    assert (comment.thread_id, comment.parent_id) == (scene.post.uri, receipt.remote_id)


def test_mentions_and_quotes_are_collected_and_likes_are_not(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    critic = scene.network.client(scene.critic)
    text = f"What is wrong with @{scene.brand.identifier}?"
    mention = critic.send_post(text, facets=critic.detect_facets(text))
    quote = critic.send_post("Shameful.", embed=models.AppBskyEmbedRecord.Main(record=strong_ref(scene.post)))
    critic.like(scene.post.uri, scene.post.cid)
    scene.network.settle()
    comments = {item.remote_id: item for item in collect(brand)[0] if isinstance(item, FetchedComment)}
    assert set(comments) == {mention.uri, quote.uri}
    assert (comments[mention.uri].thread_id, comments[mention.uri].post) == (mention.uri, None)
    quoted = comments[quote.uri].post
    assert quoted is not None
    assert (quoted.remote_id, quoted.text) == (scene.post.uri, "Our cups are back.")


def test_pages_are_walked_to_the_end(
    scene: BlueskyPeer, brand: BlueskyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "_PAGE", 3)
    written = scene.write_comments([f"comment {number}" for number in range(8)])
    items, cursor = collect(brand)
    assert {item.remote_id for item in items if isinstance(item, FetchedComment)} == set(written)
    more = scene.write_comments([f"later {number}" for number in range(4)])
    # Every page is asked for by a connector that knows the stored cursor only.
    seen: set[str] = set()
    for _ in range(20):
        page = BlueskyConnector(scene.access).fetch_comments(cursor)
        seen |= {str(item.remote_id) for item in page.items}
        cursor = page.cursor
        if not page.more:
            break
    assert set(more) <= seen


def test_the_critic_sees_the_answer_in_the_thread(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    uri = scene.write_comments(["Is it safe?"])[0]
    text = f"Yes — @{scene.critic.identifier}, see https://example.org/sûr #cups"
    before = datetime.now(UTC)
    receipt = brand.post_reply(answer(comment_of(brand, uri), text))
    assert before - timedelta(seconds=1) < receipt.posted_at < datetime.now(UTC) + timedelta(seconds=1)
    scene.network.settle()
    thread = scene.network.client(scene.critic).get_post_thread(uri).thread
    shown = thread.replies[0].post
    assert (shown.uri, shown.record.text, shown.author.did) == (receipt.remote_id, text, scene.brand.did)
    features = [facet.features[0].py_type.partition("#")[2] for facet in shown.record.facets]
    assert features == ["mention", "link", "tag"]
    assert thread.post.reply_count == 1


def test_one_key_is_one_post(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    comment = comment_of(brand, scene.write_comments(["Hello?"])[0])
    assert brand.find_reply(answer(comment)) is None
    receipt = brand.post_reply(answer(comment))
    for text in ("We are sorry.", "Another text."):
        with pytest.raises(ConnectorError) as caught:
            brand.post_reply(answer(comment, text))
        assert caught.value.outcome is Outcome.UNKNOWN
    assert len(scene.replies()) == 1
    found = brand.find_reply(answer(comment))
    assert found is not None
    assert found.remote_id == receipt.remote_id
    assert found.posted_at >= receipt.posted_at
    assert found.posted_at - receipt.posted_at < timedelta(seconds=20)
    assert brand.find_reply(answer(comment, key="anotherkey000")) is None
    brand.post_reply(answer(comment, key="anotherkey000"))
    assert len(scene.replies()) == 2


def test_what_the_brand_answers_in_another_app_is_collected(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    uri = scene.write_comments(["Anybody there?"])[0]
    _, cursor = collect(brand)
    shown = scene.network.client(scene.brand).get_posts([uri]).posts[0]
    app = scene.network.client(scene.brand)
    native = app.send_post("We are here.", reply_to=answer_ref(shown, scene.post))
    app.send_post("An advertisement, which answers nobody.")
    scene.network.settle()
    own = [item for item in collect(brand, cursor)[0] if isinstance(item, FetchedOwnMessage)]
    assert [(item.remote_id, item.parent_id, item.thread_id) for item in own] == [(native.uri, uri, scene.post.uri)]
    assert own[0].text == "We are here."


def test_a_comment_its_author_took_back(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    kept, taken = scene.write_comments(["stays", "goes"])
    comment = comment_of(brand, taken)
    scene.take_away(taken)
    assert brand.look_up([kept, taken]) == {kept: Presence.PRESENT, taken: Presence.REMOVED_BY_AUTHOR}
    with pytest.raises(ConnectorError) as caught:
        brand.post_reply(answer(comment))
    assert (caught.value.code, caught.value.outcome) == ("comment_gone", Outcome.PERMANENT)
    assert scene.replies() == []


def test_a_comment_the_networks_staff_took_down_is_hidden(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    uri = scene.write_comments(["too much for the network's staff"])[0]
    cid = scene.network.client(scene.critic).get_posts([uri]).posts[0].cid
    scene.network.take_down(uri, cid)
    assert brand.look_up([uri]) == {uri: Presence.HIDDEN}


def test_a_comment_hidden_in_the_brands_own_app_is_noticed(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    shown, hidden = scene.write_comments(["stays in sight", "put out of sight"])
    app = scene.network.client(scene.brand)
    gate = models.AppBskyFeedThreadgate.Record(
        post=scene.post.uri, hidden_replies=[hidden], created_at=app.get_current_time_iso()
    )
    app.app.bsky.feed.threadgate.create(scene.brand.did, gate, scene.post.uri.rpartition("/")[2])
    scene.network.settle()
    assert brand.look_up([shown, hidden]) == {shown: Presence.PRESENT, hidden: Presence.HIDDEN}


def block(scene: BlueskyPeer, one: Any, other: Any) -> None:
    app = scene.network.client(one)
    record = models.AppBskyGraphBlock.Record(subject=other.did, created_at=app.get_current_time_iso())
    app.app.bsky.graph.block.create(one.did, record)
    scene.network.settle()


def test_a_critic_blocked_in_the_brands_own_app_is_noticed(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    uri = scene.write_comments(["you will not like this"])[0]
    block(scene, scene.brand, scene.critic)
    assert brand.look_up([uri]) == {uri: Presence.HIDDEN}


def test_a_critic_who_shuts_us_out_is_still_there_and_cannot_be_answered(
    scene: BlueskyPeer, brand: BlueskyConnector
) -> None:
    comment = comment_of(brand, scene.write_comments(["and never talk to me again"])[0])
    block(scene, scene.critic, scene.brand)
    assert brand.look_up([comment.remote_id]) == {comment.remote_id: Presence.PRESENT}
    with pytest.raises(ConnectorError) as caught:
        brand.post_reply(answer(comment))
    assert (caught.value.code, caught.value.outcome) == ("reply_restricted", Outcome.PERMANENT)
    assert scene.replies() == []


def test_a_thread_that_takes_no_answers_is_known_before_sending(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    critic = scene.network.client(scene.critic)
    text = f"@{scene.brand.identifier} is a shame, and I want no answer."
    post = critic.send_post(text, facets=critic.detect_facets(text))
    gate = models.AppBskyFeedThreadgate.Record(post=post.uri, allow=[], created_at=critic.get_current_time_iso())
    critic.app.bsky.feed.threadgate.create(scene.critic.did, gate, post.uri.rpartition("/")[2])
    scene.network.settle()
    comment = comment_of(brand, str(post.uri))
    assert (comment.can_reply, comment.can_reply_code) == (False, "reply_restricted")
    with pytest.raises(ConnectorError) as caught:
        brand.post_reply(answer(comment))
    assert caught.value.code == "reply_restricted"
    assert scene.replies() == []


def test_authors_on_another_server_are_asked_there(
    scene: BlueskyPeer, brand: BlueskyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(BlueskyConnector, "directory", scene.network.plc)
    app = scene.network.client(scene.network.new_account_elsewhere("far"))
    did = app._session.did
    now = app.get_current_time_iso()
    records = [models.AppBskyFeedPost.Record(text=text, created_at=now) for text in ("kept", "taken")]
    kept, taken = (app.app.bsky.feed.post.create(did, record) for record in records)
    app.delete_post(taken.uri)
    # It stands on the private network, and only the account's own server may.
    assert set(brand.look_up([kept.uri, taken.uri]).values()) == {Presence.GONE}
    monkeypatch.setattr(Line, "origins", frozenset({scene.network.pds, scene.network.elsewhere}))
    found = brand.look_up([kept.uri, taken.uri])
    # The AppView reads the first server only: what the author keeps there is not shown.
    assert found == {kept.uri: Presence.HIDDEN, taken.uri: Presence.REMOVED_BY_AUTHOR}


def test_nobody_knows_where_an_author_lives(
    scene: BlueskyPeer, brand: BlueskyConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    uri = f"at://did:plc:{'z' * 24}/{POSTS}/3jui7kd54zh2y"
    monkeypatch.setattr(BlueskyConnector, "directory", scene.network.plc)
    assert brand.look_up([uri]) == {uri: Presence.GONE}
    monkeypatch.setattr(BlueskyConnector, "directory", f"http://localhost:{free_ports(1)[0]}")
    assert brand.look_up([uri]) == {uri: Presence.UNKNOWN}


def test_a_session_is_kept_and_used_again(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    profile = brand.check()
    assert brand.fresh_credentials is not None
    assert set(brand.fresh_credentials) == {"app_password", "session"}
    access = replace(
        scene.access,
        remote_id=profile.remote_id,
        credentials=brand.fresh_credentials | {"app_password": "not-needed-as-long-as-it-lasts"},
    )
    again = BlueskyConnector(access)
    assert again.check() == profile
    assert again.fresh_credentials is None


@pytest.mark.parametrize("session", ["", "nonsense", "a:::b:::c:::d", "a:::did:plc:x:::e30.e30.e30:::r:::http://x"])
def test_an_unreadable_session_is_replaced(scene: BlueskyPeer, session: str) -> None:
    access = access_to(scene.network, scene.brand, session=session)
    brand = BlueskyConnector(access)
    assert brand.check().remote_id == scene.brand.did
    assert brand.fresh_credentials is not None
    assert brand.fresh_credentials["session"] != session


def test_a_session_the_server_does_not_know_any_more_is_renewed(scene: BlueskyPeer, brand: BlueskyConnector) -> None:
    brand.check()
    assert brand.fresh_credentials is not None
    name, did, access_token, refresh_token, home = brand.fresh_credentials["session"].split(":::")
    head, payload, _ = access_token.split(".")
    forged = ":::".join((name, did, f"{head}.{payload}.{'A' * 43}", refresh_token, home))
    again = BlueskyConnector(access_to(scene.network, scene.brand, session=forged))
    assert again.check().remote_id == scene.brand.did
    assert again.fresh_credentials is not None


def test_another_accounts_credentials_are_refused(scene: BlueskyPeer) -> None:
    access = replace(scene.access, remote_id=scene.critic.did)
    with pytest.raises(ConnectorError) as caught:
        BlueskyConnector(access).check()
    assert (caught.value.code, caught.value.outcome) == ("credentials_refused", Outcome.PERMANENT)


def test_an_app_password_is_shown_as_over_powered(brand: BlueskyConnector) -> None:
    assert brand.check().excess == ("com.atproto.appPass",)


def test_a_private_address_needs_permission(scene: BlueskyPeer) -> None:
    for base_url in (scene.network.pds, scene.network.pds.replace("http:", "https:")):
        access = replace(scene.access, base_url=base_url, private_hosts=())
        with pytest.raises(ConnectorError) as caught:
            BlueskyConnector(access).check()
        assert (caught.value.code, caught.value.outcome) == ("host_not_allowed", Outcome.PERMANENT)
    assert scene.left == 0


def test_the_home_that_a_server_names_needs_permission_too(scene: BlueskyPeer) -> None:
    typed = scene.network.pds.replace("localhost", "127.0.0.1")
    access = replace(scene.access, base_url=typed, private_hosts=("127.0.0.1",))
    with pytest.raises(ConnectorError) as caught:
        BlueskyConnector(access).check()
    assert caught.value.code == "host_not_allowed"
    assert scene.left == 1


def test_no_secret_is_logged(scene: BlueskyPeer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    brand = BlueskyConnector(scene.access)
    comment = comment_of(brand, scene.write_comments(["hello"])[0])
    brand.post_reply(answer(comment))
    with pytest.raises(ConnectorError) as caught:
        BlueskyConnector(scene.wrong_access()).check()
    assert brand.fresh_credentials is not None
    told = caplog.text + repr(caught.value) + repr(brand.calls)
    tokens = brand.fresh_credentials["session"].split(":::")[2:4]
    for secret in (scene.brand.app_password, "none-of-its-passwords", *tokens):
        assert secret not in told
