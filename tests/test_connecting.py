"""Credentials at rest, and the way from an account's row to its connector."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from config import ConfigError
from inbox import connecting
from inbox.connecting import seal, unseal
from inbox.connectors.demo import DemoConnector
from inbox.extensions import writing
from inbox.models import IMPORT, Account
from inbox.problems import Problem
from tests.collecting.deliveries import make_account

OLD, NEW = os.urandom(32), os.urandom(32)


@given(values=st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8"))))
def test_what_is_sealed_opens_again(values: dict[str, str]) -> None:
    assert unseal([OLD], 7, seal([OLD], 7, values)) == values


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    before = seal([OLD], 7, {"token": "t"})
    after = seal([NEW, OLD], 7, {"token": "t"})
    assert unseal([NEW, OLD], 7, before) == unseal([NEW], 7, after) == {"token": "t"}
    with pytest.raises(Problem, match="credentials_unreadable"):
        unseal([NEW], 7, before)


def test_a_value_copied_to_another_account_does_not_open() -> None:
    with pytest.raises(Problem, match="credentials_unreadable"):
        unseal([OLD], 8, seal([OLD], 7, {"token": "t"}))


@pytest.mark.parametrize("position", [0, 1, 13, -1])
def test_a_changed_byte_does_not_open(position: int) -> None:
    sealed = bytearray(seal([OLD], 7, {"token": "t"}))
    sealed[position] ^= 1
    with pytest.raises(Problem, match="credentials_unreadable"):
        unseal([OLD], 7, bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"plain"])
def test_what_was_never_sealed_does_not_open(sealed: bytes) -> None:
    with pytest.raises(Problem, match="credentials_unreadable"):
        unseal([OLD], 7, sealed)


def test_nothing_readable_is_in_what_is_sealed() -> None:
    first, second = (seal([OLD], 7, {"token": "canary"}) for _ in range(2))
    assert b"canary" not in first
    assert b"token" not in first
    assert first != second


def test_an_account_is_opened_with_what_was_stored(app: Flask, store: Session) -> None:
    account = make_account()
    with writing():
        connecting.store_credentials(account, {"access_key": "k"})
    connector = connecting.open_account(account)
    assert isinstance(connector, DemoConnector)
    assert connector.access.credentials == {"access_key": "k"}
    assert connector.access.private_hosts == ("127.0.0.1", "localhost")
    connector.fresh_credentials = {"session": "s", "token_expires_at": "2026-03-02T10:00:00Z"}
    with writing() as current:
        connecting.keep_fresh_credentials(current, account, connector)
    store.expire_all()
    again = connecting.access_of(store.get_one(Account, account.id))
    assert again.credentials["access_key"] == "k"
    assert again.credentials["session"] == "s"
    assert account.token_expires_at is not None


def test_without_a_key_nothing_is_stored_in_plain(app: Flask) -> None:
    app.config["INBOX"] = replace(app.config["INBOX"], token_keys=())
    account = make_account()
    connecting.store_credentials(account, {})
    assert account.credentials is None
    with pytest.raises(ConfigError, match="INBOX_TOKEN_KEYS"):
        connecting.store_credentials(account, {"access_key": "k"})
    assert account.credentials is None


def test_an_imported_account_has_no_connector_and_no_networks_limit(app: Flask) -> None:
    account = make_account(IMPORT, "@brand")
    with pytest.raises(Problem, match="account_not_connected"):
        connecting.open_account(account)
    assert connecting.length_of(account, "four").used == 4
    assert connecting.length_of(account, "x" * 10_000).fits
    assert not connecting.length_of(account, "x" * 10_001).fits
    assert connecting.title_of(IMPORT) == connecting.letter_of(IMPORT) == ""


def test_a_network_counts_in_its_own_way(app: Flask) -> None:
    account = make_account("x", "brand")
    assert connecting.length_of(account, "https://example.org/" + "a" * 100).used == 23
    assert (connecting.title_of("x"), connecting.letter_of("x")) == ("X", "X")
    with pytest.raises(Problem, match="network_unknown"):
        connecting.length_of(make_account("gone", "brand"), "text")
