"""Jobs ring for rows; the rows say what is to be done."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config, ConfigError
from inbox import clock, create_app
from inbox.answering import conversations, many, prepared, prepared_sending, replies
from inbox.collecting import accounts
from inbox.connectors.base import Connector
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.shapes import AccountAccess
from inbox.jobs import Jobs, listen, tasks
from inbox.models import Account, Comment, Conversation, DeedOfMany, PreparedReply, Reminder, Reply, ReplyState
from inbox.permissions import OPERATOR, Role
from inbox.trail import anchors
from tests.conftest import START, MakeMember

STAGE = "gobelune"


@pytest.fixture
def network(tmp_path: Path) -> DemoNetwork:
    """A demo network in the data folder, with one comment."""
    demo = DemoNetwork(tmp_path)
    demo.open_stage(STAGE, "Gobelune")
    demo.write(STAGE, "ines_p", "Are these cups safe?")
    return demo


@pytest.fixture
def account(app: Flask, at_start: object, network: DemoNetwork) -> Account:
    """The connected account."""
    return accounts.connect_account(OPERATOR, "demo", STAGE, credentials={})


@pytest.fixture
def jobs(app: Flask) -> Iterator[Jobs]:
    """The jobs as the worker has them."""
    made = Jobs(app, remember=True)
    yield made
    made.huey.storage.close()


def answer_the_doorbell(jobs: Jobs) -> int:
    """Do every job that was rung for; how many there were."""
    done = 0
    while (task := jobs.huey.dequeue()) is not None:
        jobs.huey.execute(task)
        done += 1
    return done


def queue_reply(store: Session, make_member: MakeMember) -> Reply:
    cm = make_member(Role.COMMUNITY_MANAGER)
    view = conversations.open_conversation(cm, store.scalars(select(Conversation.id)).one())
    assert view.seen_up_to is not None
    return replies.write(cm, view.conversation.id, "They are.", form_key=view.form_key, seen_up_to=view.seen_up_to)


@pytest.fixture
def blocking_reads_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's doorbell is waited for; a test that empties it need not."""
    from huey.storage import PostgresStorage

    monkeypatch.setattr(PostgresStorage, "dequeue", PostgresStorage._dequeue)


pytestmark = pytest.mark.usefixtures("blocking_reads_are_short")


def test_a_connected_account_is_collected_when_it_is_due(
    account: Account, jobs: Jobs, store: Session, network: DemoNetwork
) -> None:
    jobs.ring_due_accounts()
    assert answer_the_doorbell(jobs) == 1
    assert len(store.scalars(select(Comment.id)).all()) == 1
    assert network.calls(STAGE, "page")
    jobs.ring_due_accounts()
    assert answer_the_doorbell(jobs) == 0
    with clock.frozen(START + timedelta(seconds=3)):
        jobs.ring_due_accounts()
        assert answer_the_doorbell(jobs) == 1


def test_rings_do_not_pile_up(account: Account, jobs: Jobs) -> None:
    for _ in range(5):
        jobs.ring_due_accounts()
    assert jobs.huey.storage.queue_size() == 1


def test_a_queued_reply_leaves_once_however_often_it_is_rung_for(
    account: Account, jobs: Jobs, app: Flask, store: Session, network: DemoNetwork, make_member: MakeMember
) -> None:
    jobs.collect_account(account.id)
    pages = Jobs(app)
    end = listen(pages)
    try:
        reply = queue_reply(store, make_member)
    finally:
        end()
    pages.ring_to_send(reply.id)
    jobs.sweep()
    pages.huey.storage.close()
    assert network.replies(STAGE) == []
    assert answer_the_doorbell(jobs) >= 2
    assert [sent.text for sent in network.replies(STAGE)] == ["They are."]
    assert store.get_one(Reply, reply.id, populate_existing=True).state is ReplyState.SENT


def test_a_lost_ring_costs_time_and_no_reply(
    account: Account, jobs: Jobs, store: Session, network: DemoNetwork, make_member: MakeMember
) -> None:
    jobs.collect_account(account.id)
    answer_the_doorbell(jobs)
    queue_reply(store, make_member)
    assert answer_the_doorbell(jobs) == 0
    end = listen(jobs)
    try:
        jobs.sweep()
    finally:
        end()
    assert answer_the_doorbell(jobs) == 1
    assert len(network.replies(STAGE)) == 1


def test_a_message_that_we_did_not_sign_is_not_read(account: Account, jobs: Jobs, app: Flask, config: Config) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (pytest.fail, ("a stranger's message was read",))

    jobs.huey.storage.enqueue(pickle.dumps(Trap()))
    with pytest.raises(ValueError, match="not found"):
        jobs.huey.dequeue()
    stranger = Jobs(create_app(replace(config, secret_key="another secret key")))
    stranger.ring_to_collect(account.id)
    stranger.huey.storage.close()
    with pytest.raises(ValueError, match="mismatch"):
        jobs.huey.dequeue()


def test_a_failing_job_ends_nothing(
    app: Flask, account: Account, store: Session, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_network: str, _access: AccountAccess) -> Connector:
        raise ZeroDivisionError

    jobs = Jobs(app, opener=broken)
    with caplog.at_level(logging.ERROR, "inbox.jobs"):
        jobs.collect_account(account.id)
        jobs.collect_account(4711)
    jobs.huey.storage.close()
    assert "collect_account 1 failed" in caplog.text
    assert store.get_one(Account, account.id, populate_existing=True).last_error_code == "collection_fault"


def test_without_a_secret_nothing_is_rung_for(config: Config) -> None:
    with pytest.raises(ConfigError, match="INBOX_SECRET_KEY"):
        Jobs(create_app(replace(config, secret_key=None)))


def test_the_worker_anchors_the_trail_once_an_hour(app: Flask, jobs: Jobs, account: Account, store: Session) -> None:
    place = app.config["INBOX"].anchors_file
    jobs.anchor()
    jobs.anchor()
    assert len(place.read_text(encoding="ascii").splitlines()) == 1
    assert anchors.check(store, place) is None


def test_the_worker_reminds_and_delivers(
    app: Flask, jobs: Jobs, account: Account, store: Session, make_member: MakeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_member(Role.SUPERVISOR)
    jobs.collect_account(account.id)
    with clock.frozen(START + timedelta(hours=3)):
        jobs.remind()
        jobs.deliver()
        assert store.scalars(select(Reminder.wait_count)).all() == [1]
    with clock.frozen(START + timedelta(hours=9)):
        # It was looked a moment ago by the machine's own time.
        jobs.remind()
        monkeypatch.setattr(tasks, "REMIND_SECONDS", 0.0)
        store.commit()
        assert len(store.scalars(select(Reminder.id)).all()) == 1
        jobs.remind()
        store.commit()
        assert len(store.scalars(select(Reminder.id)).all()) == 2


def test_the_worker_carries_out_deeds_over_many_and_hands_over_what_is_prepared(
    account: Account, jobs: Jobs, store: Session, make_member: MakeMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.collect_account(account.id)
    cm = make_member(Role.COMMUNITY_MANAGER)
    conversation = store.scalars(select(Conversation.id)).one()
    monkeypatch.setattr(many, "AT_ONCE", 0)
    asked = many.ask(cm, [conversation], DeedOfMany.NOTE, words="See the drive.")
    jobs.carry_out()
    store.rollback()
    assert many.result(cm, asked.id).done == 1
    bulk = prepared.begin(cm, [conversation])
    row_id = store.scalars(select(PreparedReply.id)).one()
    prepared.tick(cm, bulk.id, row_id, "They are safe, Ines.", number=0)
    prepared_sending.start(cm, bulk.id, pause_seconds=30)
    jobs.hand_over()
    store.rollback()
    assert store.scalars(select(Reply.state)).all() == [ReplyState.QUEUED]
