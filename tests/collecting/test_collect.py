"""A pass of collection from the demo network, in all weathers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from inbox import bell, clock
from inbox.collecting import accounts, collect, quarantine
from inbox.collecting.collect import collect_account, due_accounts
from inbox.connectors.base import Connector
from inbox.connectors.demo import DemoConnector
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.shapes import AccountAccess, Json, Page
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    CollectionGap,
    Comment,
    Conversation,
    Quarantined,
    Reply,
    ReplyOrigin,
    TrailRow,
)
from inbox.permissions import OPERATOR, WORKER, Actor, Permission, Refused
from inbox.problems import Conflict, Problem, Unknown
from inbox.words import codes
from tests.collecting.snapshots import adds_up

STAGE = "gobelune"


@pytest.fixture
def network(config: Config) -> DemoNetwork:
    """A demo network with one account."""
    demo = DemoNetwork(config.data_dir)
    demo.open_stage(STAGE, "Gobelune", access_key="k")
    return demo


@pytest.fixture
def account(app: object, at_start: datetime, network: DemoNetwork) -> Account:
    """The account, connected."""
    return accounts.connect_account(OPERATOR, "demo", STAGE, credentials={"access_key": "k"})


class Careful(DemoConnector):
    """The demo network's connector, which is never called inside a transaction."""

    def _fetch_comments(self, cursor: Json) -> Page:
        assert not session().in_transaction()
        return super()._fetch_comments(cursor)


def careful(_network: str, access: AccountAccess) -> Connector:
    """Opens a `Careful`."""
    return Careful(access)


def count(store: Session, table: type) -> int:
    return store.scalar(select(func.count()).select_from(table)) or 0


def test_a_pass_collects_page_after_page(account: Account, network: DemoNetwork, store: Session) -> None:
    network.set_page_size(3)
    post = network.publish_post(STAGE, "Our cups are back.")
    for number in range(7):
        network.write(STAGE, f"critic-{number}", f"My cup number {number} is broken, what now?", on=post)
    rung: list[bell.Ring] = []
    end = bell.subscribe("comments.stored", rung.append)
    report = collect_account(WORKER, account.id, opener=careful)
    end()
    assert (report.stored, report.pages, report.code) == (7, 3, None)
    assert len(rung) == 3
    assert count(store, Comment) == 7
    comment = store.scalars(select(Comment).limit(1)).one()
    assert (comment.language, comment.kind) == ("en", "question")
    assert collect_account(WORKER, account.id, opener=careful).received == 0
    assert account.collecting_until is None
    assert adds_up(store, account.id)


def test_a_pass_is_bounded(account: Account, network: DemoNetwork, store: Session) -> None:
    network.set_page_size(1)
    for number in range(3):
        network.write(STAGE, "critic", f"Broken {number}")
    assert collect_account(WORKER, account.id, pages=2).stored == 2
    assert collect_account(WORKER, account.id, pages=2).stored == 1


def test_an_answer_given_natively_is_seen(account: Account, network: DemoNetwork, store: Session) -> None:
    comment = network.write(STAGE, "critic", "Broken.")
    with clock.frozen(clock.now() + timedelta(minutes=4)):
        network.answer_natively(STAGE, "We are sorry.", answers=comment)
        report = collect_account(WORKER, account.id)
    assert (report.stored, report.own) == (2, 1)
    reply = store.scalars(select(Reply)).one()
    assert (reply.origin, reply.text, reply.target_remote_id) == (ReplyOrigin.NATIVE, "We are sorry.", comment)
    assert store.scalars(select(Conversation)).one().waiting_since is None


@pytest.mark.parametrize(
    ("weather", "code", "state"),
    [
        (lambda network: network.unreachable(), "unreachable", "failing"),
        (lambda network: network.fail_next_calls(1), "network_fault", "failing"),
        (lambda network: network.lose_next_calls(1), "timed_out", "failing"),
        (lambda network: network.open_stage(STAGE, access_key="other"), "credentials_refused", "failing"),
        (lambda network: network.throttle(clock.now() + timedelta(minutes=7)), "rate_limited", "never_collected"),
    ],
)
def test_bad_weather_stands_in_the_health(
    account: Account,
    network: DemoNetwork,
    store: Session,
    weather: Callable[[DemoNetwork], None],
    code: str,
    state: str,
) -> None:
    network.write(STAGE, "critic", "Broken.")
    weather(network)
    report = collect_account(WORKER, account.id)
    assert (report.code, report.stored) == (code, 0)
    assert code in codes()
    health = accounts.list_accounts(OPERATOR)[0]
    assert (health.state, health.last_error_code, health.lag_seconds) == (state, code, None)
    assert health.next_collection_at is not None
    assert health.next_collection_at > clock.now()
    assert account.collecting_until is None
    early = collect_account(WORKER, account.id)
    assert (early.code, early.pages, early.next_at) == ("too_soon", 0, health.next_collection_at)
    assert account.id not in due_accounts()
    network.unreachable(False)
    network.open_stage(STAGE, access_key="k")
    with clock.frozen(health.next_collection_at):
        assert account.id in due_accounts()
        assert collect_account(WORKER, account.id).stored == 1
        assert accounts.list_accounts(OPERATOR)[0].state == "well"


def test_a_network_is_asked_again_exactly_when_it_allows(account: Account, network: DemoNetwork) -> None:
    until = clock.now() + timedelta(minutes=7)
    network.throttle(until)
    assert collect_account(WORKER, account.id).next_at == until


def test_failures_in_a_row_wait_longer_and_are_told_once(
    account: Account, network: DemoNetwork, store: Session
) -> None:
    network.unreachable()
    waited = []
    moment = clock.now()
    for _ in range(9):
        with clock.frozen(moment):
            next_at = collect_account(WORKER, account.id).next_at
        assert next_at is not None
        waited.append((next_at - moment).total_seconds())
        moment = next_at
    assert waited == [15, 30, 60, 120, 240, 480, 900, 900, 900]
    told = store.scalars(select(TrailRow.action).where(TrailRow.action == "account.collection_failed")).all()
    assert len(told) == 1


def test_one_pass_at_a_time(account: Account, network: DemoNetwork, store: Session) -> None:
    network.write(STAGE, "critic", "Broken.")
    inner: list[str | None] = []

    class Slow(DemoConnector):
        """Another pass begins while this one asks its network."""

        def _fetch_comments(self, cursor: Json) -> Page:
            inner.append(collect_account(WORKER, account.id).code)
            assert account.id not in due_accounts()
            session().commit()
            return super()._fetch_comments(cursor)

    report = collect_account(WORKER, account.id, opener=lambda _, access: Slow(access))
    assert inner == ["collecting_already"]
    assert report.stored == 1


def test_a_pass_that_lost_its_lease_stores_nothing(account: Account, network: DemoNetwork, store: Session) -> None:
    network.write(STAGE, "critic", "Broken.")

    class Hanging(DemoConnector):
        """Takes longer than the lease; another pass does the work meanwhile."""

        def _fetch_comments(self, cursor: Json) -> Page:
            page = super()._fetch_comments(cursor)
            with clock.frozen(clock.now() + collect.LEASE * 2):
                assert collect_account(WORKER, account.id).stored == 1
            return page

    report = collect_account(WORKER, account.id, opener=lambda _, access: Hanging(access))
    assert (report.code, report.stored) == ("collecting_already", 0)
    assert count(store, Comment) == 1
    assert adds_up(store, account.id)


def test_a_pass_that_died_is_followed_by_another(account: Account, network: DemoNetwork) -> None:
    network.write(STAGE, "critic", "Broken.")
    with writing():
        account.collecting_until = clock.now() + collect.LEASE  # As a killed program leaves it.
    assert collect_account(WORKER, account.id).code == "collecting_already"
    with clock.frozen(clock.now() + collect.LEASE):
        assert collect_account(WORKER, account.id).stored == 1


def test_a_fault_of_ours_is_loud_and_leaves_the_account_free(account: Account, network: DemoNetwork) -> None:
    class Broken(DemoConnector):
        """Delivers what no connector may."""

        def _fetch_comments(self, cursor: Json) -> Page:
            return Page(items=(object(),), cursor={})  # type: ignore[arg-type]

    with pytest.raises(AttributeError):
        collect_account(WORKER, account.id, opener=lambda _, access: Broken(access))
    assert account.collecting_until is None
    assert account.last_error_code == collect.FAULT
    assert collect.FAULT in codes()


def test_a_gap_is_kept_once(account: Account, network: DemoNetwork, store: Session) -> None:
    network.write(STAGE, "critic", "Broken.")
    collect_account(WORKER, account.id)
    moment = clock.now()
    with clock.frozen(moment + timedelta(hours=1)):
        network.write(STAGE, "critic", "Never seen.")
    with clock.frozen(moment + timedelta(hours=3)):
        network.write(STAGE, "critic", "Still broken.")
        network.keep_from(moment + timedelta(hours=2))
        collect_account(WORKER, account.id)
        collect_account(WORKER, account.id)
        health = accounts.list_accounts(OPERATOR)[0]
    gap = store.scalars(select(CollectionGap)).one()
    assert gap.started_at <= moment + timedelta(hours=1)
    assert gap.ended_at == moment + timedelta(hours=3)
    assert health.gaps == (gap,)


def test_quarantine_is_read_again_by_a_new_version(
    account: Account, network: DemoNetwork, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    network.garble_next(1)
    network.write(STAGE, "critic", "Broken.")
    network.write(STAGE, "critic", "Where is my money?")
    report = collect_account(WORKER, account.id)
    assert (report.stored, report.quarantined) == (1, 1)
    assert accounts.list_accounts(OPERATOR)[0].quarantined_count == 1
    collect_account(WORKER, account.id)
    assert count(store, Comment) == 1

    class Taught(DemoConnector):
        """A later version, which reads what this one does not."""

        def _read_again(self, raw: Json) -> object:  # type: ignore[override]
            whole = {"text": "Broken.", "author": {"id": "a", "name": "a"}, "created_at": "2026-03-02T08:00:00Z"}
            return super()._read_again({"id": "again", "thread": "again", **whole, **raw})

    monkeypatch.setattr(quarantine, "reader", lambda: "the next version")
    collect_account(WORKER, account.id)
    assert count(store, Comment) == 1
    assert store.scalars(select(Quarantined)).one().read_with == "the next version"
    monkeypatch.setattr(quarantine, "reader", lambda: "the one after")
    collect_account(WORKER, account.id, opener=lambda _, access: Taught(access))
    assert count(store, Comment) == 2
    assert store.scalars(select(Quarantined)).one().resolved_at is not None
    assert (account.received_count, account.stored_count, account.quarantined_count) == (2, 2, 0)
    assert adds_up(store, account.id)


def test_what_cannot_be_collected_is_said(account: Account) -> None:
    with pytest.raises(Unknown, match="account_unknown"):
        collect_account(WORKER, 999)
    nobody = Actor(frozenset(), None, "nobody")
    with pytest.raises(Refused) as refused:
        collect_account(nobody, account.id)
    assert refused.value.permission is Permission.ACCOUNTS_COLLECT
    accounts.disconnect_account(OPERATOR, account.id)
    with pytest.raises(Conflict, match="account_not_connected"):
        collect_account(WORKER, account.id)
    assert due_accounts() == []


def test_credentials_that_cannot_be_read_stand_in_the_health(account: Account) -> None:
    with writing():
        account.credentials = b"changed"
    with pytest.raises(Problem, match="credentials_unreadable"):
        collect_account(WORKER, account.id)
    assert account.collecting_until is None
    assert accounts.list_accounts(OPERATOR)[0].state == "failing"
