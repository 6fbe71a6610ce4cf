"""Accounts are connected after the network was asked, and come back with all they had."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config, ConfigError
from inbox import bell, connecting
from inbox.collecting import accounts
from inbox.connectors.base import Connector
from inbox.connectors.demo import DemoConnector
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.shapes import AccountAccess, Profile
from inbox.extensions import session
from inbox.models import Account, Purpose, TrailRow
from inbox.permissions import OPERATOR, WORKER, Refused
from inbox.problems import Conflict, Problem, Unknown
from inbox.words import codes

KEY = {"access_key": "right-key"}


@pytest.fixture
def network(config: Config) -> DemoNetwork:
    """A demo network with one account."""
    demo = DemoNetwork(config.data_dir)
    demo.open_stage("gobelune", "Gobelune", access_key="right-key")
    return demo


def opener(_network: str, access: AccountAccess) -> Connector:
    """A connector, as long as no transaction is open when the network is about to be asked."""
    assert not session().in_transaction()
    return DemoConnector(access)


def connect(**more: str) -> Account:
    return accounts.connect_account(OPERATOR, "demo", "gobelune", credentials=KEY | more, opener=opener)


def test_an_account_is_connected(app: Flask, network: DemoNetwork, store: Session) -> None:
    rung: list[bell.Ring] = []
    end = bell.subscribe("account.connected", rung.append)
    store.execute(select(1))  # A page has read before: its transaction ends before the network is asked.
    account = connect()
    end()
    assert (account.name, account.remote_id, account.purpose) == ("Gobelune", "gobelune", Purpose.DEMO)
    assert connecting.access_of(account).credentials == KEY
    assert account.credentials is not None
    assert b"right-key" not in account.credentials
    assert rung == [{"account_id": account.id}]
    assert store.scalars(select(TrailRow.action)).all() == ["account.connected"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"credentials": {"access_key": "wrong"}}, "credentials_refused"),
        ({"network": "nowhere"}, "network_unknown"),
        ({"identifier": " "}, "account_identifier_missing"),
        ({"identifier": "a\x00"}, "account_identifier_missing"),
        ({"base_url": "https://example.org"}, "account_address_fixed"),
        ({"credentials": {"password": "p"}}, "credential_unknown"),
        ({"network": "bluesky", "credentials": {}}, "credential_missing"),
        ({"network": "bluesky", "base_url": "x" * 300, "credentials": {}}, "account_address_too_long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_half_done(
    app: Flask, network: DemoNetwork, store: Session, asked: dict[str, object], code: str
) -> None:
    given = {"network": "demo", "identifier": "gobelune", "credentials": KEY} | asked
    with pytest.raises(Problem) as caught:
        accounts.connect_account(OPERATOR, **given)  # type: ignore[arg-type]
    assert caught.value.code == code
    assert code in codes()
    assert store.scalar(select(func.count()).select_from(Account)) == 0
    assert store.scalar(select(func.count()).select_from(TrailRow)) == 0


def test_an_unreachable_network_is_said(app: Flask, network: DemoNetwork) -> None:
    network.unreachable()
    with pytest.raises(Problem, match="unreachable"):
        connect()


def test_without_a_key_the_network_is_not_even_asked(app: Flask, network: DemoNetwork, store: Session) -> None:
    app.config["INBOX"] = replace(app.config["INBOX"], token_keys=())
    with pytest.raises(ConfigError, match="INBOX_TOKEN_KEYS"):
        connect()
    assert network.calls() == []
    assert store.scalar(select(func.count()).select_from(Account)) == 0


def test_a_disconnected_account_comes_back_with_what_it_had(app: Flask, network: DemoNetwork, store: Session) -> None:
    account = connect()
    accounts.disconnect_account(OPERATOR, account.id)
    assert account.credentials is None
    assert not account.connected
    with pytest.raises(Conflict, match="account_not_connected"):
        accounts.disconnect_account(OPERATOR, account.id)
    again = connect()
    assert again.id == account.id
    assert again.connected
    actions = store.scalars(select(TrailRow.action).order_by(TrailRow.seq)).all()
    assert actions == ["account.connected", "account.disconnected", "account.connected"]
    connect()
    assert store.scalars(select(TrailRow.action).order_by(TrailRow.seq.desc())).first() == "account.signed_in"


class Renamed(DemoConnector):
    """The demo network, on which the name `gobelune` has moved to another account."""

    def _check(self) -> Profile:
        return replace(super()._check(), remote_id="another")


def test_a_name_that_moved_to_another_account_mixes_nothing(app: Flask, network: DemoNetwork, store: Session) -> None:
    account = connect()

    def connect_renamed() -> Account:
        return accounts.connect_account(
            OPERATOR, "demo", "gobelune", credentials=KEY, opener=lambda _, access: Renamed(access)
        )

    with pytest.raises(Conflict, match="account_is_another"):
        connect_renamed()
    accounts.disconnect_account(OPERATOR, account.id)
    other = connect_renamed()
    assert other.id != account.id
    assert store.get_one(Account, account.id).identifier == "gobelune (gobelune)"


def test_targets_are_bounded(app: Flask, network: DemoNetwork) -> None:
    account = connect()
    accounts.set_targets(OPERATOR, account.id, 900, 1800)
    assert (account.first_target_seconds, account.next_target_seconds) == (900, 1800)
    for wrong in (0, -1, 10**9):
        with pytest.raises(Problem, match="target_out_of_range"):
            accounts.set_targets(OPERATOR, account.id, wrong, 60)
    with pytest.raises(Unknown):
        accounts.set_targets(OPERATOR, 999, 60, 60)


def test_who_may_not_does_not(app: Flask, network: DemoNetwork) -> None:
    account = connect()
    with pytest.raises(Refused):
        accounts.connect_account(WORKER, "demo", "gobelune", credentials=KEY)
    with pytest.raises(Refused):
        accounts.disconnect_account(WORKER, account.id)
    with pytest.raises(Refused):
        accounts.set_targets(WORKER, account.id, 60, 60)
    with pytest.raises(Refused):
        accounts.list_accounts(WORKER)


def test_every_network_can_be_chosen(app: Flask) -> None:
    choices = {choice.network: choice for choice in accounts.networks_to_connect()}
    assert {"bluesky", "demo", "x"} <= choices.keys()
    assert choices["bluesky"].base_url_typed
    assert [field.name for field in choices["bluesky"].fields] == ["app_password"]
