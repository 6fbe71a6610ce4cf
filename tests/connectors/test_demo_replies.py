"""Answering on the demo network: one reply per key, lost answers, refusals, people who react, programs side by side."""

from __future__ import annotations

import multiprocessing
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inbox import clock
from inbox.connectors.demo import DemoConnector
from inbox.connectors.demo.door import Door
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.demo.scenario import load
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import AccountAccess, FetchedComment, FetchedOwnMessage, Item, OutgoingReply, Presence
from inbox.permissions import never

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
STAGE = "pedalune"
KEY = "aaaaaaaaaaaaa"


@pytest.fixture(autouse=True)
def _at_the_start() -> Iterator[None]:
    with clock.frozen(START):
        yield


@pytest.fixture
def demo(tmp_path: Path) -> DemoNetwork:
    network = DemoNetwork(tmp_path)
    network.open_stage(STAGE, "Pédalune")
    return network


@pytest.fixture
def visitor(demo: DemoNetwork) -> DemoConnector:
    return open_visitor(demo.path.parent)


def open_visitor(folder: Path, **changes: object) -> DemoConnector:
    access = AccountAccess(
        account_id=7, base_url=None, identifier=STAGE, remote_id=None, credentials={}, data_dir=str(folder)
    )
    return DemoConnector(replace(access, **changes))  # type: ignore[arg-type]


def reply_to(target: str, text: str = "We are looking into it.", key: str = KEY) -> OutgoingReply:
    return OutgoingReply(text=text, target_id=target, thread_id=target, key=key, since=START)


def refusal(deed: object, *arguments: object) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        deed(*arguments)  # type: ignore[operator]
    return caught.value


def everything(visitor: DemoConnector) -> list[Item]:
    items: list[Item] = []
    page = visitor.fetch_comments({})
    while page.items:
        items += page.items
        page = visitor.fetch_comments(page.cursor)
    return items


def test_a_reply_stands_in_the_thread_with_the_time_of_the_network(demo: DemoNetwork, visitor: DemoConnector) -> None:
    root = demo.write(STAGE, "critic", "Where is my money?")
    further = demo.write(STAGE, "friend", "Mine too", answers=root)
    with clock.frozen(START + timedelta(minutes=4)):
        receipt = visitor.post_reply(reply_to(further, "It comes back today."))
        assert receipt.posted_at == START + timedelta(minutes=4)
        own = [item for item in everything(visitor) if isinstance(item, FetchedOwnMessage)]
    assert [(item.remote_id, item.parent_id, item.thread_id) for item in own] == [(receipt.remote_id, further, root)]
    assert [(sent.answers, sent.text, sent.key) for sent in demo.replies(STAGE)] == [
        (further, "It comes back today.", KEY)
    ]


def test_the_same_key_publishes_once(demo: DemoNetwork, visitor: DemoConnector) -> None:
    comment = demo.write(STAGE, "critic", "Hello?")
    first = visitor.post_reply(reply_to(comment))
    with clock.frozen(START + timedelta(minutes=1)):
        assert visitor.post_reply(reply_to(comment)) == first
    elsewhere = demo.write(STAGE, "critic", "Over here?")
    for reply in (reply_to(comment, "Something else."), reply_to(elsewhere)):
        other = refusal(visitor.post_reply, reply)
        assert (other.code, other.outcome) == ("rejected", Outcome.PERMANENT)
    assert len(demo.replies(STAGE, to=comment)) == 1


def test_a_lost_answer_is_unknown_until_it_is_read_back(demo: DemoNetwork, visitor: DemoConnector) -> None:
    comment = demo.write(STAGE, "critic", "Hello?")
    demo.lose_next_answers(1)
    lost = refusal(visitor.post_reply, reply_to(comment))
    assert (lost.code, lost.outcome) == ("timed_out", Outcome.UNKNOWN)
    assert len(demo.replies(STAGE)) == 1
    found = visitor.find_reply(reply_to(comment))
    assert found is not None
    assert found.remote_id == demo.replies(STAGE)[0].id


def test_a_lost_call_published_nothing_and_reading_back_says_so(demo: DemoNetwork, visitor: DemoConnector) -> None:
    comment = demo.write(STAGE, "critic", "Hello?")
    demo.lose_next_calls(1)
    lost = refusal(visitor.post_reply, reply_to(comment))
    assert (lost.code, lost.outcome) == ("timed_out", Outcome.UNKNOWN)
    assert visitor.find_reply(reply_to(comment)) is None
    assert demo.replies(STAGE) == []


def test_a_network_that_cannot_look_back_settles_nothing(demo: DemoNetwork, visitor: DemoConnector) -> None:
    demo.cannot_look_back()
    assert refusal(visitor.find_reply, reply_to("x")).outcome is Outcome.UNKNOWN
    demo.cannot_look_back(False)
    assert visitor.find_reply(reply_to("x")) is None


def test_a_throttled_network_says_until_when(demo: DemoNetwork, visitor: DemoConnector) -> None:
    comment = demo.write(STAGE, "critic", "Hello?")
    until = START + timedelta(minutes=2)
    demo.throttle(until)
    for error in (refusal(visitor.fetch_comments, {}), refusal(visitor.post_reply, reply_to(comment))):
        assert (error.code, error.outcome, error.retry_at) == ("rate_limited", Outcome.TEMPORARY, until)
    with clock.frozen(until):
        visitor.post_reply(reply_to(comment))


def test_an_allowance_is_announced_and_then_kept(demo: DemoNetwork, visitor: DemoConnector) -> None:
    demo.allow(2, seconds=60)
    first, last = visitor.fetch_comments({}), visitor.fetch_comments({})
    assert (first.quota.limit, first.quota.remaining, first.next_at) == (2, 1, None)
    assert (last.quota.remaining, last.next_at) == (0, START + timedelta(seconds=60))
    error = refusal(visitor.fetch_comments, {})
    assert (error.code, error.retry_at) == ("rate_limited", last.next_at)
    with clock.frozen(START + timedelta(seconds=60)):
        visitor.fetch_comments({})


def test_an_unreachable_network_received_nothing(demo: DemoNetwork, visitor: DemoConnector) -> None:
    demo.unreachable()
    error = refusal(visitor.post_reply, reply_to("x"))
    assert (error.code, error.outcome) == ("unreachable", Outcome.TEMPORARY)
    assert demo.calls() == []
    demo.unreachable(False)
    assert visitor.check().display_name == "Pédalune"


def test_a_stumbling_network_leaves_a_reply_unknown_and_a_page_to_be_asked_again(
    demo: DemoNetwork, visitor: DemoConnector
) -> None:
    comment = demo.write(STAGE, "critic", "Hello?")
    demo.fail_next_calls(2)
    assert refusal(visitor.post_reply, reply_to(comment)).outcome is Outcome.UNKNOWN
    assert refusal(visitor.fetch_comments, {}).outcome is Outcome.TEMPORARY
    assert len(visitor.fetch_comments({}).items) == 1


def test_weather_may_concern_one_stage_alone(demo: DemoNetwork, visitor: DemoConnector) -> None:
    demo.open_stage("drill")
    demo.unreachable(stage="drill")
    demo.lose_next_calls(1, stage="drill")
    assert visitor.fetch_comments({}).items == ()
    assert refusal(open_visitor(demo.path.parent, identifier="drill").check).code == "unreachable"


@pytest.mark.parametrize(
    ("deed", "presence"),
    [
        (DemoNetwork.author_takes_back, Presence.REMOVED_BY_AUTHOR),
        (DemoNetwork.somebody_conceals, Presence.HIDDEN),
        (DemoNetwork.vanish, Presence.GONE),
    ],
)
def test_a_comment_that_went_is_seen_to_be_gone_and_takes_no_reply(
    demo: DemoNetwork, visitor: DemoConnector, deed: object, presence: Presence
) -> None:
    gone, there = demo.write(STAGE, "critic", "Hello?"), demo.write(STAGE, "critic", "Hello!")
    deed(demo, gone)  # type: ignore[operator]
    assert visitor.look_up([gone, there, "never-was"]) == {
        gone: presence,
        there: Presence.PRESENT,
        "never-was": Presence.GONE,
    }
    error = refusal(visitor.post_reply, reply_to(gone))
    assert (error.code, error.outcome) == ("comment_gone", Outcome.PERMANENT)
    demo.vanish(gone)
    settled = Presence.GONE if presence is Presence.HIDDEN else presence
    assert visitor.look_up([gone]) == {gone: settled}, "what is gone cannot go in another way"


def test_an_author_who_accepts_no_answer_gets_none(demo: DemoNetwork, visitor: DemoConnector) -> None:
    comment = demo.write(STAGE, "critic", "Leave me alone.", accepts_answers=False)
    (item,) = visitor.fetch_comments({}).items
    assert isinstance(item, FetchedComment)
    assert (item.can_reply, item.can_reply_code) == (False, "reply_restricted")
    assert refusal(visitor.post_reply, reply_to(comment)).code == "reply_restricted"


def test_a_wrong_or_unknown_account_is_refused(demo: DemoNetwork) -> None:
    demo.open_stage("locked", access_key="right")
    folder = demo.path.parent
    assert refusal(open_visitor(folder, identifier="nobody").check).code == "credentials_refused"
    for key in ({}, {"access_key": "wrong"}):
        assert refusal(open_visitor(folder, identifier="locked", credentials=key).check).code == "credentials_refused"
    profile = open_visitor(folder, identifier="locked", credentials={"access_key": "right"}).check()
    assert (profile.remote_id, profile.excess) == ("locked", ())


def test_where_there_is_no_network_none_is_made(tmp_path: Path) -> None:
    assert refusal(open_visitor(tmp_path).check).code == "unreachable"
    assert list(tmp_path.iterdir()) == []


def test_length_counts_what_people_see_as_characters(demo: DemoNetwork, visitor: DemoConnector) -> None:
    comment = demo.write(STAGE, "critic", "Hello?")
    family = "👨‍👩‍👧‍👦"
    assert visitor.measure(family * 500).fits
    visitor.post_reply(reply_to(comment, family * 500))
    assert refusal(visitor.post_reply, reply_to(comment, family * 501, "bbbbbbbbbbbbb")).code == "text_too_long"
    assert refusal(visitor.post_reply, reply_to(comment, " \n", "ccccccccccccc")).code == "text_empty"
    assert refusal(visitor.post_reply, reply_to(comment, "\ud800 alone", "ddddddddddddd")).code == "rejected"
    assert visitor.measure("x" * 3_000_000).used == 3_000_000


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=st.text(max_size=80))
def test_any_text_can_be_measured_and_no_longer_than_its_code_points(text: str) -> None:
    assert 0 <= DemoConnector.measure(text).used <= len(text)


def test_an_author_calms_down_or_goes_on_after_an_answer(demo: DemoNetwork, visitor: DemoConnector) -> None:
    run = demo.play("double_charge", start_at=START)
    visitor.post_reply(reply_to(run.remote_id("c1"), key="k" * 13))
    first = visitor.post_reply(reply_to(run.remote_id("c2"), key="l" * 13))
    with clock.frozen(START + timedelta(seconds=60)):
        by_id = {item.remote_id: item for item in everything(visitor) if isinstance(item, FetchedComment)}
        thanks, doubt = by_id[run.remote_id("c1-r1")], by_id[run.remote_id("c2-r1")]
        assert (thanks.author.identifier, thanks.posted_at) == ("tessb", START + timedelta(seconds=60))
        assert (doubt.parent_id, doubt.thread_id) == (first.remote_id, run.remote_id("c2"))
        assert run.remote_id("c2-r2") not in by_id
        visitor.post_reply(reply_to(doubt.remote_id, key="m" * 13))
    with clock.frozen(START + timedelta(seconds=150)):
        visitor.post_reply(reply_to(run.remote_id("c2"), "Still with you.", key="n" * 13))
        found = [item.remote_id for item in everything(visitor) if isinstance(item, FetchedComment)]
        assert demo.to_come(STAGE) == len([event for event in load("double_charge").events if event.at > 150])
    reactions = sorted(remote_id for remote_id in found if re.search(r"-r\d+$", remote_id))
    assert reactions == [run.remote_id(name) for name in ("c1-r1", "c2-r1", "c2-r2")]


def test_the_ledger_counts_every_call_that_was_received(demo: DemoNetwork, visitor: DemoConnector) -> None:
    comment = demo.write(STAGE, "critic", "Hello?")
    demo.lose_next_answers(1)
    refusal(visitor.post_reply, reply_to(comment))
    visitor.find_reply(reply_to(comment))
    visitor.look_up([comment])
    assert [(call.call, call.subject, call.answer) for call in demo.calls(STAGE)] == [
        ("publish", comment, "the reply is published, the answer was lost"),
        ("find", KEY, "ok"),
        ("look_up", comment, "ok"),
    ]
    assert len(demo.calls(call="publish")) == 1


def _answer_all(folder: Path, ids: list[str], keys: list[str]) -> None:
    visitor = open_visitor(folder)
    for comment, key in zip(ids, keys, strict=True):
        visitor.post_reply(reply_to(comment, key=key))
        visitor.fetch_comments({})


def test_several_programs_answer_and_each_key_is_published_once(demo: DemoNetwork) -> None:
    ids = [demo.write(STAGE, f"critic{number}", "Hello?") for number in range(12)]
    keys = [f"key{number:010}" for number in range(12)]
    context = multiprocessing.get_context("spawn")
    programs = [context.Process(target=_answer_all, args=(demo.path.parent, ids, keys)) for _ in range(3)]
    for program in programs:
        program.start()
    for program in programs:
        program.join(60)
    assert [program.exitcode for program in programs] == [0, 0, 0]
    assert sorted(sent.key or "" for sent in demo.replies(STAGE)) == keys
    assert len(demo.calls(call="publish")) == 36
    seqs = [item.remote_id for item in everything(open_visitor(demo.path.parent))]
    assert len(seqs) == len(set(seqs)) == 24


def test_the_door_offers_nothing_that_makes_a_comment_go() -> None:
    never.refuse_names([name for name in vars(Door) if not name.startswith("__")], lock="connector")
    assert [name for name in vars(Door) if not name.startswith("_")] == [
        "sign_in",
        "page",
        "publish",
        "find",
        "look_up",
    ]
