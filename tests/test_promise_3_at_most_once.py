"""Promise 3: a reply leaves at most once by itself, and never out of sight."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bench import outbox_soak
from config import Config
from inbox import clock
from inbox.answering import holds, outbox, replies, sending
from inbox.connectors.base import Connector, open_connector
from inbox.connectors.demo import DemoConnector
from inbox.connectors.shapes import AccountAccess
from inbox.extensions import db, session
from inbox.models import Reply, ReplyState, Wait
from inbox.permissions import OPERATOR, WORKER, Actor, Role
from inbox.problems import Conflict
from tests.answering.stage import STAGE, Stage, later, member, reply_now, seen, written


@pytest.fixture
def stage(app: Flask, config: Config, at_start: object) -> Stage:
    return Stage(config.data_dir)


@pytest.fixture
def cm(stage: Stage) -> Actor:
    return member(Role.COMMUNITY_MANAGER, email="cm@example.org")


def at_once(app: Flask, count: int, deed: Callable[[int], None]) -> list[Exception]:
    """Run `deed` in `count` threads that start together, each with a session of its own; returns what they raised."""
    barrier = threading.Barrier(count)
    raised: list[Exception] = []

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                deed(number)
            except Exception as error:  # noqa: BLE001 - the test looks at whatever was raised
                raised.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_form_sent_fifty_times_at_once_is_one_reply(app: Flask, stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    screen, key = seen(conversation), replies.new_form_key()
    session().commit()
    ids: list[int] = []

    def press(_number: int) -> None:
        ids.append(replies.write(cm, conversation, "It is safe.", form_key=key, seen_up_to=screen).id)

    assert at_once(app, 50, press) == []
    assert len(ids) == 50
    assert len(set(ids)) == 1
    assert session().scalar(select(func.count()).select_from(Reply)) == 1
    with pytest.raises(Conflict, match="form_key_used"):
        replies.write(cm, conversation, "It is not.", form_key=key, seen_up_to=screen)


def test_one_form_with_many_texts_at_once_is_one_reply_and_the_others_are_told(
    app: Flask, stage: Stage, cm: Actor
) -> None:
    conversation = stage.comment()
    screen, key = seen(conversation), replies.new_form_key()
    session().commit()

    def press(number: int) -> None:
        replies.write(cm, conversation, f"Text {number}", form_key=key, seen_up_to=screen)

    raised = at_once(app, 12, press)
    assert [str(error) for error in raised] == ["form_key_used"] * 11
    assert session().scalar(select(func.count()).select_from(Reply)) == 1


def test_many_bells_do_one_deed(app: Flask, stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    session().commit()

    def ring(_number: int) -> None:
        outbox.send_one(WORKER, reply.id)

    assert at_once(app, 10, ring) == []
    assert reply_now(reply.id).state is ReplyState.SENT
    assert len(stage.demo.calls(STAGE, "publish")) == 1


@pytest.mark.parametrize("everywhere", [True, False])
def test_a_hold_placed_at_the_last_moment_stops_the_call(stage: Stage, cm: Actor, everywhere: bool) -> None:
    reply = written(cm, stage.comment())
    account_id = None if everywhere else stage.account_id

    def open_and_hold(network: str, access: AccountAccess) -> Connector:
        holds.hold(cm, account_id=account_id)  # The reply is claimed and committed as sending by now.
        assert reply_now(reply.id).state is ReplyState.SENDING
        return open_connector(network, access)

    held = outbox.send_one(WORKER, reply.id, opener=open_and_hold)
    assert stage.demo.calls() == []
    assert (held.state, held.held_code) == (ReplyState.QUEUED, holds.ALL_HELD if everywhere else holds.ACCOUNT_HELD)
    holds.release(OPERATOR, account_id=account_id)
    assert outbox.send_due(WORKER).sent == 1
    assert len(stage.demo.replies(STAGE)) == 1


def test_a_hold_placed_between_looking_and_sending_again_stops_the_call(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.lose_next_calls(1)
    outbox.send_one(WORKER, reply.id)

    class Holding(DemoConnector):
        def _find_reply(self, outgoing):  # type: ignore[no-untyped-def]
            holds.hold(cm)
            return super()._find_reply(outgoing)

    with clock.frozen(later(61)):
        outbox.send_one(WORKER, reply.id, opener=lambda _network, access: Holding(access))
    assert reply_now(reply.id).held_code == holds.ALL_HELD
    assert stage.demo.replies(STAGE) == []


WEATHERS = (
    "calm",
    "lose_next_answers",
    "lose_next_calls",
    "fail_next_calls",
    "unreachable",
    "cannot_look_back",
    "killed_before",
    "killed_after",
    "held",
)


LOST = "the reply is published, the answer was lost"


class Killed(BaseException):
    """The worker died."""


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(weathers=st.lists(st.sampled_from(WEATHERS), max_size=7))
def test_in_any_weather_a_reply_is_published_at_most_once_and_never_lost(
    stage: Stage, cm: Actor, weathers: list[str]
) -> None:
    stage._salt += 1
    reply = written(cm, stage.comment(f"critic{stage._salt}"))
    at = clock.now()
    for weather in weathers:
        at = _one_pass(stage, cm, reply.id, weather, at)
    _calm(stage, cm)
    for _ in range(4):
        at = _one_pass(stage, cm, reply.id, "calm", at)
    state = reply_now(reply.id).state
    published = stage.demo.replies(STAGE, to=reply.target_remote_id)
    arrived = [
        call
        for call in stage.demo.calls(STAGE, "publish")
        if call.subject == reply.target_remote_id and call.answer in ("ok", LOST)
    ]
    assert len(arrived) == len(published) <= 1  # The key of the demo network would keep a second one from showing.
    if state is ReplyState.SENT:
        assert [message.id for message in published] == [reply_now(reply.id).remote_id]
        assert session().scalars(select(Wait.reply_id).where(Wait.conversation_id == reply.conversation_id)).one()
    else:
        assert state is ReplyState.UNCONFIRMED  # A person decides; the row is there to be seen.


def _one_pass(stage: Stage, cm: Actor, reply_id: int, weather: str, at: datetime) -> datetime:
    class Dying(DemoConnector):
        def _post_reply(self, outgoing):  # type: ignore[no-untyped-def]
            if weather == "killed_after":
                super()._post_reply(outgoing)
            raise Killed

    _calm(stage, cm)
    opener = (lambda _network, access: Dying(access)) if weather.startswith("killed") else open_connector
    if weather in ("lose_next_answers", "lose_next_calls", "fail_next_calls"):
        getattr(stage.demo, weather)(1)
    elif weather in ("unreachable", "cannot_look_back"):
        getattr(stage.demo, weather)()
    elif weather == "held":
        holds.hold(cm)
    following = at + 20 * sending.LATEST_START
    with clock.frozen(following):
        outbox.sweep(WORKER)
        try:
            outbox.send_one(WORKER, reply_id, opener=opener)
        except Killed:
            session().rollback()
    return following


def _calm(stage: Stage, cm: Actor) -> None:
    stage.demo.unreachable(False)
    stage.demo.cannot_look_back(False)
    for fault in ("lose_next_answers", "lose_next_calls", "fail_next_calls"):
        getattr(stage.demo, fault)(0)
    if holds.in_force():
        holds.release(OPERATOR)


def test_killed_workers_lose_nothing_and_double_nothing(app: Flask, config: Config, tmp_path: Path) -> None:
    session().commit()
    soak = outbox_soak.Soak(config.database_url, tmp_path / "soak", replies=40, workers=2, kills=5, seed=7)
    result = soak.run()
    assert (result.lost, result.doubled) == (0, 0)
    assert result.published == 40
    assert result.kills >= 3
