"""The outbox against a network that throttles, loses answers, hangs and stumbles, on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import update

from inbox import clock
from inbox.answering import holds, outbox, outcomes, replies, sending
from inbox.answering.conversations import ShownReply, open_conversation
from inbox.connectors.base import Connector, Opener, open_connector
from inbox.connectors.demo import DemoConnector
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import AccountAccess
from inbox.extensions import session, writing
from inbox.models import Account, Conversation, ConversationState, OwnMessage, Reply, ReplyState, Wait
from inbox.permissions import OPERATOR, WORKER, Actor
from tests.answering.stage import STAGE, Stage, deeds, later, reply_now, written
from tests.scenes import Scene


def send(reply: Reply) -> Reply:
    return outbox.send_one(WORKER, reply.id)


def test_a_reply_leaves_and_closes_the_wait_with_the_time_of_the_network(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation)
    with clock.frozen(later(minutes=4)):
        report = outbox.send_due(WORKER)
        network_time = clock.now()
    assert (report.tried, report.sent) == (1, 1)
    sent = reply_now(reply.id)
    (published,) = stage.demo.replies(STAGE)
    assert (sent.state, sent.sent_at, sent.remote_id) == (ReplyState.SENT, network_time, published.id)
    wait = session().query(Wait).one()
    assert (wait.seconds, wait.reply_id) == (240.0, reply.id)
    assert session().get_one(Conversation, conversation, populate_existing=True).state is ConversationState.ANSWERED
    assert deeds("reply", reply.id) == ["reply.queued", "reply.sending", "reply.sent"]
    assert outbox.send_due(WORKER).tried == 0


def test_what_was_not_on_the_writers_screen_goes_on_waiting(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment(thread="t")
    reply = written(cm, conversation)
    with clock.frozen(later(60)):
        stage.comment(text="Hello? Anyone?", thread="t")
        send(reply)
    first, second = session().query(Wait).order_by(Wait.ordinal)
    assert (first.reply_id, second.closed_at) == (reply.id, None)


def test_a_lost_answer_is_read_back_at_once_and_nothing_is_sent_twice(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.lose_next_answers(1)
    assert send(reply).state is ReplyState.SENT
    assert [call.call for call in stage.demo.calls(STAGE)] == ["publish", "find"]
    assert len(stage.demo.replies(STAGE)) == 1


@pytest.mark.parametrize("fault", ["lose_next_calls", "fail_next_calls"])
def test_a_call_that_arrived_nowhere_is_tried_once_more_after_a_second_look(
    stage: Stage, cm: Actor, fault: str
) -> None:
    reply = written(cm, stage.comment())
    getattr(stage.demo, fault)(1)
    waiting = send(reply)
    assert (waiting.state, waiting.not_before) == (ReplyState.QUEUED, clock.now() + outcomes.SECOND_LOOK)
    assert outbox.send_due(WORKER).tried == 0
    with clock.frozen(later(61)):
        assert send(reply).state is ReplyState.SENT
    assert [call.call for call in stage.demo.calls(STAGE)] == ["publish", "find", "find", "publish"]


def test_a_network_that_stumbles_twice_leaves_the_decision_to_a_person(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.lose_next_calls(1)
    send(reply)
    with clock.frozen(later(61)):
        lost = LosingConnector.opener(silent=True)
        assert outbox.send_one(WORKER, reply.id, opener=lost).state is ReplyState.UNCONFIRMED
        assert reply_now(reply.id).error_code == "not_found_after_lost_answer"
        assert outbox.sweep(WORKER) == 0
        assert outbox.send_due(WORKER).tried == 0


def test_a_late_arrival_is_found_by_the_second_look(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    outbox.send_one(WORKER, reply.id, opener=LosingConnector.opener(arrives_late=True))
    assert reply_now(reply.id).state is ReplyState.QUEUED
    with clock.frozen(later(61)):
        assert send(reply).state is ReplyState.SENT
    assert len(stage.demo.replies(STAGE)) == 1


def test_the_same_words_refused_after_a_lost_answer_mean_that_it_arrived(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.lose_next_calls(1)
    send(reply)
    with clock.frozen(later(61)):
        refusing = LosingConnector.opener(duplicate=True)
        assert outbox.send_one(WORKER, reply.id, opener=refusing).state is ReplyState.SENT
    assert len(stage.demo.replies(STAGE)) == 1


def test_a_network_that_cannot_look_back_leaves_it_unconfirmed(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation)
    stage.demo.lose_next_answers(1)
    stage.demo.cannot_look_back()
    assert send(reply).state is ReplyState.UNCONFIRMED
    with clock.frozen(later(days=1)):
        stage.demo.cannot_look_back(False)
        assert outbox.send_due(WORKER).tried == 0
        assert len(stage.demo.calls(STAGE, "publish")) == 1
        with pytest.raises(Exception, match="reply_not_now"):
            replies.withdraw(cm, reply.id)
        replies.settle_unconfirmed(cm, reply.id, was_sent=True)
    assert reply_now(reply.id).state is ReplyState.SENT
    assert session().query(Wait).one().reply_id == reply.id


def test_a_person_who_finds_nothing_may_send_it_again_under_the_same_key(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.cannot_look_back()
    stage.demo.lose_next_calls(1)
    assert send(reply).state is ReplyState.UNCONFIRMED
    key = reply.key
    assert replies.settle_unconfirmed(cm, reply.id, was_sent=False).state is ReplyState.FAILED
    replies.send_again(cm, reply.id)
    assert send(reply).state is ReplyState.SENT
    assert [message.key for message in stage.demo.replies(STAGE)] == [key]


def test_reading_back_is_patient_while_the_network_cannot_be_asked(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    outbox.send_one(WORKER, reply.id, opener=LosingConnector.opener(silent=True, then_unreachable=stage))
    assert reply_now(reply.id).state is ReplyState.SENDING
    with clock.frozen(later(31)):
        outbox.sweep(WORKER)
        assert reply_now(reply.id).state is ReplyState.SENDING
    with clock.frozen(later(minutes=16)):
        outbox.sweep(WORKER)
    assert reply_now(reply.id).state is ReplyState.UNCONFIRMED


def test_a_throttled_network_gets_patience_from_the_whole_account(stage: Stage, cm: Actor) -> None:
    first, second = written(cm, stage.comment("ines")), written(cm, stage.comment("noor"))
    until = later(minutes=15)
    stage.demo.throttle(until)
    report = outbox.send_due(WORKER)
    assert (report.tried, report.waiting) == (1, 1)
    assert [reply_now(reply.id).not_before for reply in (first, second)] == [until, until]
    assert reply_now(first.id).error_code == "rate_limited"
    with clock.frozen(until):
        assert outbox.send_due(WORKER).sent == 2
    assert reply_now(first.id).error_code is None


def test_an_unreachable_network_is_tried_again_ever_more_slowly_and_then_given_up(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.unreachable()
    start, pauses = clock.now(), []
    at = start
    while reply_now(reply.id).state is ReplyState.QUEUED:
        with clock.frozen(at):
            send(reply)
        following = reply_now(reply.id).not_before
        assert following is not None
        pauses.append((following - at).total_seconds())
        at = following
    assert pauses[:8] == [15, 30, 60, 120, 240, 480, 900, 900]
    assert at - start > outcomes.GIVE_UP_AFTER
    failed = reply_now(reply.id)
    assert (failed.state, failed.error_code) == (ReplyState.FAILED, "unreachable")
    assert stage.demo.calls() == []


def test_a_refused_sign_in_makes_no_reply_fail(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.open_stage(STAGE, access_key="changed")
    waiting = send(reply)
    assert (waiting.state, waiting.error_code) == (ReplyState.QUEUED, "credentials_refused")
    stage.demo.open_stage(STAGE)
    with clock.frozen(later(minutes=5)):
        assert send(reply).state is ReplyState.SENT


def test_what_the_network_refuses_for_good_fails_with_its_reason(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation)
    stage.demo.author_takes_back(reply.target_remote_id or "")
    failed = send(reply)
    assert (failed.state, failed.error_code) == (ReplyState.FAILED, "comment_gone")
    assert deeds("reply", reply.id)[-1] == "reply.failed"
    assert replies.withdraw(cm, reply.id).state is ReplyState.WITHDRAWN


def test_an_abandoned_try_is_read_back_once_its_lease_is_over(stage: Stage, cm: Actor) -> None:
    published, never = written(cm, stage.comment("ines")), written(cm, stage.comment("noor"))
    for reply, killed_before in ((published, False), (never, True)):
        with pytest.raises(Killed):
            outbox.send_one(WORKER, reply.id, opener=KilledConnector.opener(before=killed_before))
        assert reply_now(reply.id).state is ReplyState.SENDING
    assert outbox.sweep(WORKER) == 0
    with clock.frozen(later(181)):
        assert outbox.sweep(WORKER) == 2
        assert reply_now(published.id).state is ReplyState.SENT
        assert reply_now(never.id).state is ReplyState.QUEUED
    with clock.frozen(later(600)):
        assert outbox.send_due(WORKER).sent == 1
    assert len(stage.demo.replies(STAGE)) == 2


def test_a_try_that_slept_past_its_lease_sends_nothing(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    started = clock.now()

    def sleepy(network: str, access: AccountAccess) -> Connector:
        clock._frozen = started + timedelta(seconds=400)  # The worker was suspended between the claim and the call.
        return open_connector(network, access)

    with clock.frozen(started):
        assert outbox.send_one(WORKER, reply.id, opener=sleepy).state is ReplyState.QUEUED
    assert stage.demo.calls() == []


def test_a_slow_call_that_arrived_counts_although_the_sweep_had_queued_it_again(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())

    class Slow(DemoConnector):
        def _post_reply(self, outgoing):  # type: ignore[no-untyped-def]
            with clock.frozen(later(200)):
                outbox.sweep(WORKER)
                assert reply_now(reply.id).state is ReplyState.QUEUED
                return super()._post_reply(outgoing)

    outbox.send_one(WORKER, reply.id, opener=lambda _network, access: Slow(access))
    assert reply_now(reply.id).state is ReplyState.SENT
    with clock.frozen(later(900)):
        assert outbox.send_due(WORKER).tried == 0
    assert len(stage.demo.replies(STAGE)) == 1


def test_an_unconfirmed_reply_that_collection_saw_is_confirmed(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation)
    stage.demo.cannot_look_back()
    stage.demo.lose_next_answers(1)
    send(reply)
    (published,) = stage.demo.replies(STAGE)
    with writing() as current:
        current.add(
            OwnMessage(
                account_id=stage.account_id,
                remote_id=published.id,
                thread_id="t",
                text=published.text,
                posted_at=published.posted_at,
                received_at=clock.now(),
                conversation_id=conversation,
            )
        )
    assert outbox.sweep(WORKER) == 1
    assert (reply_now(reply.id).state, reply_now(reply.id).remote_id) == (ReplyState.SENT, published.id)
    assert session().query(OwnMessage).one().reply_id == reply.id


def test_one_message_is_one_reply_even_if_collection_stored_it_first(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    reply = written(cm, conversation)
    twin = Scene(clock.now()).answer(conversation, 0)

    class Quicker(DemoConnector):
        def _post_reply(self, outgoing):  # type: ignore[no-untyped-def]
            receipt = super()._post_reply(outgoing)
            with writing() as current:
                current.execute(update(Reply).where(Reply.id == twin).values(remote_id=receipt.remote_id))
            return receipt

    outbox.send_one(WORKER, reply.id, opener=lambda _network, access: Quicker(access))
    assert reply_now(reply.id).state is ReplyState.SENT
    assert session().query(Wait).filter(Wait.superseded_at.is_(None)).one().reply_id == reply.id
    shown = [item for item in open_conversation(cm, conversation).thread if isinstance(item, ShownReply)]
    assert [item.id for item in shown] == [reply.id]


def test_nothing_leaves_from_a_disconnected_account(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    with writing() as current:
        current.get_one(Account, stage.account_id).disconnected_at = clock.now()
    assert outbox.send_due(WORKER).tried == 0
    outbox.sweep(WORKER)
    assert reply_now(reply.id).held_code == holds.ACCOUNT_DISCONNECTED
    assert stage.demo.calls() == []


def test_a_reply_counts_down_before_it_leaves_and_can_be_taken_back(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment(), delay_seconds=30)
    assert outbox.send_one(OPERATOR, reply.id).state is ReplyState.QUEUED
    assert replies.withdraw(cm, reply.id).state is ReplyState.WITHDRAWN
    with clock.frozen(later(31)):
        assert outbox.send_due(WORKER).tried == 0
    assert stage.demo.calls() == []


def test_a_pass_goes_on_with_other_accounts_when_one_is_in_trouble(stage: Stage, cm: Actor) -> None:
    other = Stage(stage.demo.path.parent, name="other")
    for author in ("a", "b"):
        written(cm, stage.comment(author))
    well = written(cm, other.comment("c"))
    stage.demo.unreachable(stage=STAGE)
    report = outbox.send_due(WORKER)
    assert (report.tried, report.sent, report.waiting) == (2, 1, 1)
    assert reply_now(well.id).state is ReplyState.SENT


def test_no_transaction_is_open_while_the_network_is_called(stage: Stage, cm: Actor) -> None:
    open_during: list[bool] = []

    class Watching(DemoConnector):
        def _post_reply(self, outgoing):  # type: ignore[no-untyped-def]
            open_during.append(session().in_transaction())
            raise ConnectorError("timed_out", Outcome.UNKNOWN)

        def _find_reply(self, outgoing):  # type: ignore[no-untyped-def]
            open_during.append(session().in_transaction())

    reply = written(cm, stage.comment())
    outbox.send_one(WORKER, reply.id, opener=lambda _network, access: Watching(access))
    assert open_during == [False, False]


def test_the_latest_start_leaves_time_for_the_call_within_the_lease() -> None:
    assert timedelta(seconds=100) <= sending.LEASE - sending.LATEST_START


class Killed(BaseException):
    """As if the worker had been killed at this very instruction."""


class KilledConnector(DemoConnector):
    """Its worker dies before or after the network got the reply."""

    before = False

    @classmethod
    def opener(cls, *, before: bool) -> Opener:
        kind = type("KilledConnector", (cls,), {"before": before})
        return lambda _network, access: cast("Connector", kind(access))

    def _post_reply(self, outgoing):  # type: ignore[no-untyped-def]
        if not self.before:
            super()._post_reply(outgoing)
        raise Killed


class LosingConnector(DemoConnector):
    """A network that gives no answer, in several ways."""

    silent = False
    arrives_late = False
    duplicate = False
    then_unreachable: Stage | None = None

    @classmethod
    def opener(cls, **ways: object) -> Opener:
        kind = type("LosingConnector", (cls,), ways)
        return lambda _network, access: cast("Connector", kind(access))

    def _post_reply(self, outgoing):  # type: ignore[no-untyped-def]
        if self.then_unreachable is not None:
            self.then_unreachable.demo.unreachable()
        if self.silent:
            raise ConnectorError("timed_out", Outcome.UNKNOWN)
        super()._post_reply(outgoing)
        if self.duplicate:
            raise ConnectorError("duplicate_text", Outcome.PERMANENT)
        raise ConnectorError("timed_out", Outcome.UNKNOWN)

    def _find_reply(self, outgoing):  # type: ignore[no-untyped-def]
        return None if self.arrives_late else super()._find_reply(outgoing)
