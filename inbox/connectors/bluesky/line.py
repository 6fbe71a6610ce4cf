"""The line to the account's server: signed in once, the session kept and renewed, every request through the guard."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, TypeVar

from atproto import Client, Session, SessionEvent
from atproto_client.exceptions import RequestErrorBase
from atproto_client.models.base import ParamsModelBase
from atproto_client.request import Request, Response
from atproto_server.exceptions import TokenDecodeError
from pydantic import ValidationError

from inbox.connectors.addresses import Door, parse_service_url
from inbox.connectors.bluesky.faults import is_signed_out
from inbox.connectors.bluesky.rules import account_rules, sign_in_rules
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.guard import WireGuard
from inbox.connectors.shapes import AccountAccess, Json
from inbox.connectors.transports import GuardedTransport

DEFAULT_SERVICE = "https://bsky.social"
T = TypeVar("T")


class Line:
    """What the connector asks its network through.

    Args:
        access: the account. Its credentials hold `app_password` and, after the first sign-in, `session`.
        keep_session: called with the session string whenever a new one was given; a server allows 30 sign-ins in five
            minutes and 300 a day (`com.atproto.server.createSession`), so that it must be stored and used again.
    """

    def __init__(self, access: AccountAccess, keep_session: Callable[[str], None]) -> None:
        self._access = access
        self._keep_session = keep_session
        self._door = Door(access.private_hosts)
        self._client: Client | None = None
        self._resumed = False
        self._homes: dict[str, str] = {}
        self.guard = WireGuard(())

    @property
    def did(self) -> str:
        """The account's own identity; signs in if that was not done yet.

        Raises:
            ConnectorError: `host_not_allowed`, `credentials_refused`.
            RequestErrorBase: the server refused.
        """
        return str(self._session().did)

    @property
    def identifier(self) -> str:
        """What the account calls itself at its server."""
        return str(self._session().handle)

    @property
    def scope(self) -> str:
        """What the session may do, in the words of the protocol: `com.atproto.appPass` for an app password."""
        return str(self._session().access_jwt_payload.scope or "")

    @property
    def origins(self) -> frozenset[str]:
        """The account's own servers: the one that was typed, and those that it named as the account's home."""
        return frozenset({self._service(), *self._homes})

    def get(self, method: str, params: ParamsModelBase) -> Json:
        """The JSON object that a query answers with, as it came.

        Raises:
            ConnectorError: as for `did`; `unreadable_answer`.
            RequestErrorBase, httpx.HTTPError: the server refused, or was not reached.
        """
        return self.get_with_headers(method, params)[0]

    def get_with_headers(self, method: str, params: ParamsModelBase) -> tuple[Json, dict[str, str]]:
        """Like `get`, with the headers of the answer, names in lower case."""
        response = self._ask(lambda client: client.invoke_query(method, params=params), Outcome.TEMPORARY)
        return _object(response, Outcome.TEMPORARY), response.headers

    def get_bytes(self, method: str, params: ParamsModelBase) -> bytes:
        """What a query answers with when that is no JSON."""
        response = self._ask(lambda client: client.invoke_query(method, params=params), Outcome.TEMPORARY)
        if not isinstance(response.content, bytes):
            raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail="not bytes")
        return response.content

    def post(self, method: str, body: Any) -> Json:
        """The JSON object that a procedure answers with. What was asked may be done even if this raises."""

        def send(client: Client) -> Response:
            return client.invoke_procedure(method, data=body, input_encoding="application/json")

        return _object(self._ask(send, Outcome.UNKNOWN), Outcome.UNKNOWN)

    def client(self) -> Client:
        """The SDK's client, signed in; the guard stands below it."""
        if self._client is None:
            service = self._service()
            self.guard.rules = tuple(sign_in_rules(service))
            transport = GuardedTransport(self.guard, self._door)
            weakref.finalize(self, transport.close)
            client = Client(service, request=Request(transport=transport, trust_env=False))
            client.on_session_change(self._on_session_change)
            self._resumed = self._resume(client)
            if not self._resumed:
                self._sign_in(client)
            self._client = client
        return self._client

    def _session(self) -> Session:
        session = self.client()._session
        assert session is not None
        return session

    def _resume(self, client: Client) -> bool:
        """Go on with the stored session, if there is one that can be read and is this account's."""
        stored = self._access.credentials.get("session")
        if not stored:
            return False
        try:
            session = Session.decode(stored)
            readable = bool(session.access_jwt_payload.exp) and bool(session.refresh_jwt)
        except (ValueError, TokenDecodeError, ValidationError):
            return False
        if not readable or self._access.remote_id not in {None, session.did}:
            return False
        client.login(session_string=stored, fetch_bsky_profile=False)
        return True

    def _sign_in(self, client: Client) -> None:
        password = self._access.credentials.get("app_password", "")
        if not password or not self._access.identifier:
            raise ConnectorError("credentials_refused", Outcome.PERMANENT, detail="no app password")
        client.update_base_url(self._service())
        client.login(self._access.identifier.removeprefix("@"), password, fetch_bsky_profile=False)
        self._resumed = False

    def _on_session_change(self, event: SessionEvent, session: Session) -> None:
        if self._access.remote_id not in {None, session.did}:
            raise ConnectorError("credentials_refused", Outcome.PERMANENT, detail="these belong to another account")
        endpoint = (session.pds_endpoint or "").removesuffix("/xrpc")
        # Kept beside the earlier ones: a request under way still goes to the server that the account has left.
        self._homes[parse_service_url(endpoint, self._access.private_hosts)] = session.did
        homes = [rule for origin, did in self._homes.items() for rule in account_rules(origin, did)]
        self.guard.rules = (*sign_in_rules(self._service()), *homes)
        if event is not SessionEvent.IMPORT:
            self._keep_session(session.export())

    def _service(self) -> str:
        return parse_service_url(self._access.base_url or DEFAULT_SERVICE, self._access.private_hosts)

    def _ask(self, question: Callable[[Client], T], unreadable: Outcome) -> T:
        client = self.client()
        try:
            try:
                return question(client)
            except RequestErrorBase as error:
                if not (self._resumed and is_signed_out(error)):
                    raise
            self._sign_in(client)
            return question(client)
        except ValueError as error:
            # The SDK reads JSON without a net; what it cannot read was answered all the same.
            raise ConnectorError("unreadable_answer", unreadable, detail=type(error).__name__) from None


def _object(response: Response, unreadable: Outcome) -> Json:
    if not isinstance(response.content, dict):
        raise ConnectorError("unreadable_answer", unreadable, detail="not a JSON object")
    return response.content
