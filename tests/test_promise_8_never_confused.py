"""Promise 8: "no comments" is never confused with "not connected"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from config import Config
from inbox import clock
from inbox.collecting import accounts, collect
from inbox.collecting.health import LATE_AFTER, AccountHealth
from inbox.connectors.base import Connector
from inbox.connectors.demo import DemoConnector
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.shapes import AccountAccess, Json, Page, Profile, Quota
from inbox.extensions import writing
from inbox.models import IMPORT, Account
from inbox.permissions import OPERATOR, WORKER
from tests.collecting.deliveries import at, comment, make_account


def health(account: Account) -> AccountHealth:
    """The health of one account, as the page of accounts shows it."""
    return next(one for one in accounts.list_accounts(OPERATOR) if one.account.id == account.id)


@pytest.fixture
def account(app: Flask, config: Config, at_start: object) -> Account:
    """An account on a demo network on which nobody writes."""
    DemoNetwork(config.data_dir).open_stage("gobelune", "Gobelune")
    return accounts.connect_account(OPERATOR, "demo", "gobelune", credentials={})


def test_an_account_without_comments_is_well_once_it_was_collected(account: Account) -> None:
    assert (health(account).state, health(account).lag_seconds) == ("never_collected", None)
    collect.collect_account(WORKER, account.id)
    assert (health(account).state, health(account).lag_seconds) == ("well", 0.0)
    assert health(account).last_success_at == clock.now()
    assert health(account).newest_comment_at is None


def test_an_account_that_silently_stops_is_late(account: Account) -> None:
    collect.collect_account(WORKER, account.id)
    with clock.frozen(clock.now() + LATE_AFTER):
        assert health(account).state == "well"
    with clock.frozen(clock.now() + LATE_AFTER + timedelta(seconds=1)):
        assert health(account).state == "late"
        assert health(account).lag_seconds == LATE_AFTER.total_seconds() + 1


def test_a_failing_account_keeps_its_last_good_collection(account: Account, config: Config) -> None:
    collect.collect_account(WORKER, account.id)
    good = clock.now()
    DemoNetwork(config.data_dir).unreachable()
    with clock.frozen(good + timedelta(minutes=1)):
        collect.collect_account(WORKER, account.id)
        failing = health(account)
    assert (failing.state, failing.last_error_code, failing.last_success_at) == ("failing", "unreachable", good)
    assert failing.lag_seconds == 60.0


def test_accounts_that_are_not_collected_say_so(account: Account) -> None:
    collect.collect_account(WORKER, account.id)
    accounts.disconnect_account(OPERATOR, account.id)
    assert (health(account).state, health(account).lag_seconds) == ("disconnected", None)
    imported = make_account(IMPORT, "@brand")
    assert (health(imported).state, health(imported).lag_seconds) == ("import", None)
    assert [one.account.id for one in accounts.list_accounts(OPERATOR)] == [imported.id, account.id]


class Telling(DemoConnector):
    """A network that tells everything a network can tell."""

    def _check(self) -> Profile:
        return Profile("gobelune", "gobelune", "Gobelune", None, ("read", "mute"), ("mute",), token_expires_at=at(600))

    def _fetch_comments(self, cursor: Json) -> Page:
        found = comment("c1", minute=30)
        return Page((found,), {"at": 1}, quota=Quota(300, 12, at(75)), gap_since=at(-30), next_at=at(75))


def telling(_network: str, access: AccountAccess) -> Connector:
    """Opens a `Telling`."""
    return Telling(access)


def test_everything_the_network_tells_is_shown(account: Account) -> None:
    accounts.connect_account(OPERATOR, "demo", "gobelune", credentials={}, opener=telling)
    collect.collect_account(WORKER, account.id, opener=telling)
    shown = health(account)
    assert shown.quota == Quota(300, 12, at(75))
    assert shown.next_collection_at == at(75)
    assert shown.token_expires_at == at(600)
    assert shown.excess_scopes == ("mute",)
    assert shown.newest_comment_at == at(30)
    assert [(gap.started_at, gap.ended_at) for gap in shown.gaps] == [(at(-30), at(30))]
    assert (shown.title, shown.letter) == ("Demo", "D")


@pytest.mark.parametrize(
    "changed", [{"last_success_at": None}, {"failures_in_a_row": 1, "last_error_code": "unreachable"}]
)
def test_no_account_is_well_that_was_not_collected(account: Account, changed: dict[str, Any]) -> None:
    collect.collect_account(WORKER, account.id)
    with writing():
        for name, value in changed.items():
            setattr(account, name, value)
    assert health(account).state != "well"
