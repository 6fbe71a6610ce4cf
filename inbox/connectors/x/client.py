"""The signed-in way to X: tweepy behind the wire guard, the quota X announces, and the renewal of the token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy

from inbox import clock
from inbox.connectors.addresses import Door, parse_service_url
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.guard import WireGuard
from inbox.connectors.shapes import AccountAccess, Json, Quota
from inbox.connectors.transports import explain_transport, guarded_session, quiet
from inbox.connectors.x.rules import ORIGIN, SDK_ORIGIN, TOKEN_PATH, rules

quiet("tweepy", "tweepy.client", "tweepy.api", "tweepy.auth", "tweepy.streaming", "tweepy.cursor")

RENEW_BEFORE = timedelta(minutes=2)
"""A token that ends this soon is renewed before it is used (X's tokens last two hours)."""


def origin_of(access: AccountAccess) -> str:
    """Where the account's requests go: X's one address, or a private one that was explicitly permitted.

    Raises:
        ConnectorError: `host_not_allowed`: another address is set, and it is not one of `private_hosts`.
    """
    if access.base_url is None:
        return ORIGIN
    origin = parse_service_url(access.base_url, access.private_hosts)
    if origin != ORIGIN and not Door(access.private_hosts).lets_private(urlsplit(origin).hostname or ""):
        raise ConnectorError("host_not_allowed", Outcome.PERMANENT, detail="X has one address only")
    return origin


class XClient:
    """One account's signed-in client.

    Attributes:
        sdk: tweepy's client; it answers with plain JSON objects.
        quota: what X announced with its last answer.
        credentials: the present ones.
        renewed: what to store, once the token was renewed; None before.
    """

    def __init__(self, access: AccountAccess) -> None:
        origin = origin_of(access)
        self.credentials = dict(access.credentials)
        self.renewed: dict[str, str] | None = None
        self.quota = Quota()
        self._session = guarded_session(
            WireGuard(rules(origin)), Door(access.private_hosts), {SDK_ORIGIN: origin, ORIGIN: origin}
        )
        self._session.hooks["response"].append(self._read_quota)
        self.sdk = tweepy.Client(
            bearer_token=self.credentials.get("access_token", ""), return_type=dict, wait_on_rate_limit=False
        )
        self.sdk.session = self._session

    def ask(self, call: Callable[..., Any], *args: Any, **params: Any) -> Json:
        """The answer to one call of the SDK; the token is renewed before it ends, or once when X refuses it.

        A refused token means that nothing was done, so that the one repetition is safe for writing too.

        Raises:
            tweepy.TweepyException, requests.RequestException: as the SDK does.
            ConnectorError: the token could not be renewed, or the answer is no JSON object.
        """
        ends_at = self.token_expires_at
        if ends_at is not None and ends_at - RENEW_BEFORE <= clock.now():
            self._renew()
        try:
            answer = call(*args, user_auth=False, **params)
        except tweepy.Unauthorized:
            if self.renewed is not None or not self._renew():
                raise
            answer = call(*args, user_auth=False, **params)
        if not isinstance(answer, dict):
            raise ValueError("X answered with JSON that is no object")
        return answer

    @property
    def token_expires_at(self) -> datetime | None:
        """When the token ends; None unless it was renewed here, since X tells it only then."""
        stored = self.credentials.get("token_expires_at")
        return datetime.fromisoformat(stored) if stored else None

    @property
    def scopes(self) -> tuple[str, ...]:
        """What the token may do; empty until it was renewed here, since X tells it only then."""
        return tuple(self.credentials.get("scopes", "").split())

    def _renew(self) -> bool:
        """Renew the token if there is what it takes; whether it was done.

        Raises:
            ConnectorError: X refused, or could not be asked. Nothing else was sent.
        """
        given, client_id = self.credentials.get("refresh_token"), self.credentials.get("client_id")
        if not given or not client_id:
            return False
        secret = self.credentials.get("client_secret")
        form = {"grant_type": "refresh_token", "refresh_token": given, "client_id": client_id}
        try:
            response = self._session.post(
                ORIGIN + TOKEN_PATH, data=form, auth=(client_id, secret) if secret else None, timeout=None
            )
            if response.status_code in {400, 401, 403}:
                raise ConnectorError("credentials_refused", Outcome.PERMANENT, detail="X does not renew the token")
            if response.status_code != 200:
                raise ConnectorError("network_fault", Outcome.TEMPORARY, detail=f"renewal: {response.status_code}")
            self._take(response.json())
        except requests.RequestException as error:
            raise explain_transport(error, writing=False) or error from None
        return True

    def _take(self, answer: object) -> None:
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(answer, dict) or not isinstance(token, str) or not token:
            raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail="renewal without a token")
        self.credentials["access_token"] = self.sdk.bearer_token = token
        for name, key in (("refresh_token", "refresh_token"), ("scope", "scopes")):
            if isinstance(answer.get(name), str):
                self.credentials[key] = answer[name]
        lasts = answer.get("expires_in")
        if isinstance(lasts, int):
            self.credentials["token_expires_at"] = clock.to_iso(clock.now() + timedelta(seconds=lasts))
        else:
            self.credentials.pop("token_expires_at", None)
        self.renewed = dict(self.credentials)

    def _read_quota(self, response: requests.Response, *_args: Any, **_kwargs: Any) -> None:
        self.quota = quota_of(response.headers)


def quota_of(headers: Mapping[str, str]) -> Quota:
    """What `x-rate-limit-limit`, `-remaining` and `-reset` (seconds since 1970) say; None for what they do not."""
    reset = _number(headers.get("x-rate-limit-reset"))
    return Quota(
        limit=_number(headers.get("x-rate-limit-limit")),
        remaining=_number(headers.get("x-rate-limit-remaining")),
        reset_at=datetime.fromtimestamp(reset, UTC) if reset is not None and reset < 1 << 36 else None,
    )


def _number(value: str | None) -> int | None:
    return int(value) if value is not None and value.isascii() and value.isdecimal() else None
