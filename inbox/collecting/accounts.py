"""The brand's accounts: connected after the network was asked, disconnected, given targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from inbox import bell, clock
from inbox.collecting.health import AccountHealth, healths
from inbox.connecting import store_credentials
from inbox.connectors.base import Opener, networks, open_connector
from inbox.connectors.failures import ConnectorError
from inbox.connectors.shapes import AccountAccess, CredentialField, Profile
from inbox.extensions import session, writing
from inbox.measuring import targets
from inbox.models import Account, Purpose
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.trail import record

DEMO = "demo"
"""The network whose comments are a demonstration; its figures are never mixed with real ones."""


@dataclass(frozen=True, slots=True)
class NetworkChoice:
    """A network that an account can be connected on.

    Attributes:
        fields: what is typed to sign in.
        base_url_typed: the server's address is typed too.
    """

    network: str
    title: str
    letter: str
    fields: tuple[CredentialField, ...]
    base_url_typed: bool


def networks_to_connect() -> list[NetworkChoice]:
    """Every network there is, by title."""
    found = [
        NetworkChoice(name, of.title, of.letter, of.credential_fields, of.base_url_typed)
        for name, of in networks().items()
    ]
    return sorted(found, key=lambda choice: choice.title)


def connect_account(
    actor: Actor,
    network: str,
    identifier: str,
    *,
    base_url: str = "",
    credentials: Mapping[str, str],
    opener: Opener = open_connector,
) -> Account:
    """Connect an account once the network has accepted its sign-in; the credentials are stored encrypted.

    An account that was disconnected comes back with all its comments; one that is connected gets the new sign-in.

    Args:
        actor: who connects it.
        network: one of `networks_to_connect`.
        identifier: what the account is called on the network.
        base_url: the server's address, where people type one.
        credentials: by `CredentialField.name`; empty values count as not given.

    Raises:
        Refused: the actor may not.
        Problem: something is missing, or the network's own code: `credentials_refused`, `unreachable`,
            `host_not_allowed` … Nothing was stored.
        Conflict: `account_is_another`: under this name the network now has another account than the one stored.
        ConfigError: there is no key to encrypt with.
    """
    require(actor, Permission.ACCOUNTS_CHANGE)
    identifier, base_url = identifier.strip(), base_url.strip().rstrip("/")
    given = {name: value for name, value in credentials.items() if value}
    _check_input(network, identifier, base_url, given)
    config: Config = current_app.config["INBOX"]
    if given:
        config.require_token_keys()
    access = AccountAccess(
        account_id=0,
        base_url=base_url or None,
        identifier=identifier,
        remote_id=None,
        credentials=given,
        private_hosts=config.private_hosts,
        data_dir=str(config.data_dir),
    )
    current = session()
    if current.in_transaction():
        current.commit()
    connector = opener(network, access)
    try:
        profile = connector.check()
    except ConnectorError as error:
        raise Problem(error.code) from error
    with writing() as current:
        account = _row_for(current, network, base_url, identifier, profile)
        deed = "account.connected" if account.disconnected_at is not None or account.id is None else "account.signed_in"
        _take_over(account, profile)
        current.add(account)
        current.flush()
        store_credentials(account, {**given, **(connector.fresh_credentials or {})})
        record(
            current,
            actor,
            deed,
            of=("account", account.id),
            params={"network": network, "remote_id": profile.remote_id, "excess_scopes": list(profile.excess)},
        )
        bell.ring(current, "account.connected", account_id=account.id)
    return account


def disconnect_account(actor: Actor, account_id: int) -> Account:
    """Stop collecting from and answering on an account; its comments, figures and cursor stay, its credentials go.

    Raises:
        Unknown: `account_unknown`.
        Conflict: `account_not_connected`.
    """
    require(actor, Permission.ACCOUNTS_CHANGE)
    with writing() as current:
        account = _locked(current, account_id)
        if not account.connected:
            raise Conflict("account_not_connected", account=account.name)
        account.disconnected_at = clock.now()
        account.credentials = None
        account.collecting_until = None
        record(current, actor, "account.disconnected", of=("account", account_id))
    return account


def set_targets(actor: Actor, account_id: int, first_seconds: int, next_seconds: int) -> Account:
    """Set the allowed first and later waits, in seconds. Waits that are open keep the target they opened with.

    Raises:
        Unknown: `account_unknown`.
        Problem: `target_out_of_range`.
    """
    return targets.set_targets(actor, account_id, {targets.ORDINARY: targets.Allowed(first_seconds, next_seconds)})


def list_accounts(actor: Actor) -> list[AccountHealth]:
    """Every account with its health, by name; disconnected ones last."""
    require(actor, Permission.ACCOUNTS_VIEW)
    return healths(session())


def _check_input(network: str, identifier: str, base_url: str, given: Mapping[str, str]) -> None:
    known = networks().get(network)
    if known is None:
        raise Problem("network_unknown", network=network)
    if not identifier or len(identifier) > 255 or not identifier.isprintable():
        raise Problem("account_identifier_missing")
    if len(base_url) > 255 or not base_url.isprintable():
        raise Problem("account_address_too_long")
    if base_url and not known.base_url_typed:
        raise Problem("account_address_fixed", network=known.title)
    for field in known.credential_fields:
        if field.required and not given.get(field.name):
            raise Problem("credential_missing", field=field.name)
    for name in given:
        if name not in {field.name for field in known.credential_fields}:
            raise Problem("credential_unknown", field=name, network=known.title)


def _row_for(current: Session, network: str, base_url: str, identifier: str, profile: Profile) -> Account:
    """The row of the account that answered: the one with the network's own id, however it was typed, else a new one."""
    same_server = Account.network == network, Account.base_url == base_url
    by_id = current.scalar(select(Account).where(*same_server, Account.remote_id == profile.remote_id))
    by_name = current.scalar(select(Account).where(*same_server, Account.identifier == identifier))
    if by_name is not None and by_name.remote_id not in (None, profile.remote_id):
        if by_name.disconnected_at is None:
            raise Conflict("account_is_another", account=identifier)
        # Names move from one account to another on networks; comments may not.
        by_name.identifier = f"{by_name.remote_id} ({identifier})"[:255]
        current.flush()
        by_name = None
    account = by_id or by_name
    if account is None:
        return Account(
            network=network,
            base_url=base_url,
            purpose=Purpose.DEMO if network == DEMO else Purpose.REAL,
            created_at=clock.now(),
            identifier=identifier,
            cursor={},
        )
    account.identifier = identifier
    return account


def _take_over(account: Account, profile: Profile) -> None:
    account.remote_id = profile.remote_id
    account.name = (profile.display_name or profile.identifier or account.identifier)[:255]
    account.url = profile.url
    account.scopes, account.excess_scopes = list(profile.scopes), list(profile.excess)
    account.token_expires_at = profile.token_expires_at
    account.disconnected_at = None
    account.next_collection_at = None
    account.failures_in_a_row = 0
    account.last_error_code = account.last_error_detail = None


def _locked(current: Session, account_id: int) -> Account:
    account = current.get(Account, account_id, with_for_update=True, populate_existing=True)
    if account is None:
        raise Unknown("account_unknown", id=account_id)
    return account
