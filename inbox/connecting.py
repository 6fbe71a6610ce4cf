"""From an account's row to the connector that works for it, and what the rooms may know of a network.

Credentials are kept under AES-256-GCM. The account's id is associated data, so that a sealed value that was copied to
another account's row does not open there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import current_app
from sqlalchemy.orm import Session

from config import Config
from inbox.connectors.base import Connector, Opener, networks, open_connector
from inbox.connectors.shapes import AccountAccess, Length, LookUps
from inbox.models import IMPORT, Account
from inbox.problems import Problem

IMPORT_LIMIT = 10_000
"""Characters of a reply on an imported account: no network limits it, so the longest limit of the known ones stands."""

_VERSION = b"\x01"
_NONCE_BYTES = 12


def seal(keys: Sequence[bytes], account_id: int, values: Mapping[str, str]) -> bytes:
    """Encrypt an account's credentials.

    Args:
        keys: AES-256 keys of 32 bytes; the first one encrypts.
        account_id: the only account whose row opens the result.
        values: plain credentials by name.

    Returns:
        one version byte, a random nonce of 12 bytes, then the ciphertext with its tag.
    """
    nonce = os.urandom(_NONCE_BYTES)
    plain = json.dumps(dict(values), sort_keys=True).encode()
    return _VERSION + nonce + AESGCM(keys[0]).encrypt(nonce, plain, _bound_to(account_id))


def unseal(keys: Sequence[bytes], account_id: int, sealed: bytes) -> dict[str, str]:
    """Decrypt what `seal` made, with whichever of `keys` it was made, so that keys can be changed one after the other.

    Raises:
        Problem: `credentials_unreadable`: no key fits, the value was changed, or it belongs to another account.
    """
    nonce, ciphertext = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
    if sealed[:1] == _VERSION and len(nonce) == _NONCE_BYTES:
        for key in keys:
            try:
                plain = AESGCM(key).decrypt(nonce, ciphertext, _bound_to(account_id))
            except InvalidTag:
                continue
            return {str(name): str(value) for name, value in json.loads(plain).items()}
    raise Problem("credentials_unreadable", account=account_id)


def _bound_to(account_id: int) -> bytes:
    return f"inbox account {account_id}".encode()


def store_credentials(account: Account, values: Mapping[str, str]) -> None:
    """Put `values` into the account's row, encrypted; an account without any needs no key.

    Raises:
        ConfigError: there is something to encrypt and no key.
    """
    account.credentials = seal(_config().require_token_keys(), account.id, values) if values else None


def access_of(account: Account) -> AccountAccess:
    """What the account's connector is told.

    Raises:
        Problem: `credentials_unreadable`.
        ConfigError: there is something to decrypt and no key.
    """
    config = _config()
    values: dict[str, str] = {}
    if account.credentials is not None:
        values = unseal(config.require_token_keys(), account.id, account.credentials)
    return AccountAccess(
        account_id=account.id,
        base_url=account.base_url or None,
        identifier=account.identifier,
        remote_id=account.remote_id,
        credentials=values,
        private_hosts=config.private_hosts,
        data_dir=str(config.data_dir),
    )


def open_account(account: Account, opener: Opener = open_connector) -> Connector:
    """The connector that works for `account`. Opens no connection.

    Raises:
        Problem: `account_not_connected`, `network_unknown` or `credentials_unreadable`.
    """
    if not account.connected:
        raise Problem("account_not_connected", 409, account=account.name)
    if account.network not in networks():
        raise Problem("network_unknown", network=account.network)
    return opener(account.network, access_of(account))


def keep_fresh_credentials(session: Session, account: Account, connector: Connector) -> None:
    """Store what the connector renewed during its calls (a session, a token), beside what the member typed.

    Works inside the caller's write transaction and does nothing where nothing was renewed. A `token_expires_at`
    (ISO 8601) among them is shown as the account's.
    """
    if connector.fresh_credentials is None:
        return
    session.add(account)
    fresh = {**connector.access.credentials, **connector.fresh_credentials}
    store_credentials(account, fresh)
    if expires_at := fresh.get("token_expires_at"):
        account.token_expires_at = datetime.fromisoformat(expires_at)


def title_of(network: str) -> str:
    """How people call the network; empty for imported accounts and for a network this version does not know."""
    connector = networks().get(network)
    return connector.title if connector else ""


def letter_of(network: str) -> str:
    """The one or two letters of the network's badge; empty like `title_of`."""
    connector = networks().get(network)
    return connector.letter if connector else ""


def length_of(account: Account, text: str) -> Length:
    """How long `text` is, counted as the account's network counts.

    Raises:
        Problem: `network_unknown`.
    """
    if account.network == IMPORT:
        return Length(len(text), IMPORT_LIMIT)
    connector = networks().get(account.network)
    if connector is None:
        raise Problem("network_unknown", network=account.network)
    return connector.measure(text)


def look_ups_of(network: str) -> LookUps:
    """What a second look at comments costs; the defaults for a network this version does not know."""
    connector = networks().get(network)
    return connector.look_ups if connector else LookUps()


def safety_page_of(network: str) -> str | None:
    """Where people tell the network of threats and illegal content, in its own pages; None where none is known."""
    connector = networks().get(network)
    return connector.safety_page if connector else None


def own_page_url(account: Account, comment_url: str | None) -> str | None:
    """The address at which a person opens a comment in the network's own app, or None."""
    connector = networks().get(account.network)
    return connector.own_page_url(account.base_url or None, comment_url) if connector else comment_url


def _config() -> Config:
    config: Config = current_app.config["INBOX"]
    return config
