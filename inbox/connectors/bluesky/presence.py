"""Whether a comment is still there, and who took it away.

The AppView says what people see, the author's repository what the author keeps. A post that is not shown and not kept
was removed by its author; one that is kept but not shown was withheld by somebody else. The repository answers with the
path to where the record would stand (`com.atproto.sync.getRecord`), even for records that the server's staff took down.
"""

from __future__ import annotations

from typing import Any, Final

import httpx
from atproto import CAR, CID, models
from atproto_client.exceptions import BadRequestError
from atproto_core.exceptions import AtProtocolError

from inbox.connectors.addresses import Door, parse_service_url
from inbox.connectors.bluesky.faults import name_of
from inbox.connectors.bluesky.line import Line
from inbox.connectors.bluesky.reading import author_of_uri, key_of_uri
from inbox.connectors.bluesky.rules import DIRECTORY, POSTS, identity_rules, repository_rules
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.guard import Rule, WireGuard
from inbox.connectors.shapes import AccountAccess, Json, Presence
from inbox.connectors.transports import GuardedTransport

_WITHHELD: Final = frozenset({"RepoTakendown", "RepoSuspended", "RepoDeactivated"})
"""The whole account is out of sight: by the staff of its server, or put to rest by its owner, who may come back."""

_DEEPEST_TREE: Final = 64
"""Far more steps than a tree of any size has: its levels count the zero bits of a hash, two by two."""


class Repositories:
    """Asks the repositories of authors what they hold. Lives for one look; remembers which servers do not answer.

    Authors write the addresses in their identities themselves, so that what INBOX_ALLOW_PRIVATE_HOSTS permits holds for
    none of them but that of the account's own server.
    """

    def __init__(self, access: AccountAccess, line: Line, directory: str = DIRECTORY) -> None:
        self._access = access
        self._line = line
        self._directory = directory
        self._homes: dict[str, str | None] = {}
        self._silent: set[str] = set()

    def presence(self, uri: str) -> Presence:
        """What the repository tells of a post that the AppView does not show.

        Returns:
            `REMOVED_BY_AUTHOR` when the author's repository does not hold it, `HIDDEN` when it does or is itself
            withheld, `GONE` when no repository answers, `UNKNOWN` when nobody could say where it is.

        Raises:
            ConnectorError, RequestErrorBase: the account's own server failed.
        """
        did = author_of_uri(uri)
        params = models.ComAtprotoSyncGetRecord.Params(did=did, collection=POSTS, rkey=key_of_uri(uri))
        try:
            return _presence_in(self._line.get_bytes("com.atproto.sync.getRecord", params), uri)
        except BadRequestError as refused:
            if name_of(refused) in _WITHHELD:
                return Presence.HIDDEN
        except ConnectorError as error:
            if error.code != "unreadable_answer":
                raise
        # The author lives elsewhere: our own server knows no such repository.
        return self._presence_elsewhere(did, uri)

    def _presence_elsewhere(self, did: str, uri: str) -> Presence:
        try:
            home = self._home_of(did)
        except (httpx.HTTPError, ConnectorError, ValueError):
            # The directory is down: this tells nothing about the author.
            return Presence.UNKNOWN
        if home is None:
            return Presence.GONE
        query = {"did": did, "collection": POSTS, "rkey": key_of_uri(uri)}
        try:
            answer = self._ask(home, "/xrpc/com.atproto.sync.getRecord", repository_rules(home), query)
            if answer.is_success:
                return _presence_in(answer.content, uri)
            refusal = answer.json()
        except (httpx.HTTPError, ConnectorError, ValueError):
            return Presence.GONE
        named = refusal.get("error") if isinstance(refusal, dict) else None
        return Presence.HIDDEN if named in _WITHHELD else Presence.GONE

    def _home_of(self, did: str) -> str | None:
        """The origin of the server that keeps the author's repository; None where the identity names none to be asked.

        Raises:
            httpx.HTTPError, ConnectorError, ValueError: whoever keeps the identity did not say.
        """
        if did in self._homes:
            return self._homes[did]
        if did.startswith("did:web:"):
            origin = parse_service_url(did.removeprefix("did:web:"), self._access.private_hosts)
            path = "/.well-known/did.json"
        else:
            origin, path = self._directory, f"/{did}"
        answer = self._ask(origin, path, identity_rules(origin))
        if answer.status_code not in {httpx.codes.NOT_FOUND, httpx.codes.GONE}:
            answer.raise_for_status()
        self._homes[did] = self._server_named_in(answer.json(), did) if answer.is_success else None
        return self._homes[did]

    def _server_named_in(self, document: object, did: str) -> str | None:
        services = document.get("service") if isinstance(document, dict) else None
        for service in services if isinstance(services, list) else ():
            if isinstance(service, dict) and str(service.get("id", "")).removeprefix(did) == "#atproto_pds":
                try:
                    return parse_service_url(str(service.get("serviceEndpoint", "")), self._access.private_hosts)
                except ConnectorError:
                    return None
        return None

    def _ask(self, origin: str, path: str, rules: list[Rule], query: dict[str, str] | None = None) -> httpx.Response:
        """One question to a server that is not ours: no session goes with it. A silent one is not asked again."""
        if origin in self._silent:
            raise ConnectorError("unreachable", Outcome.TEMPORARY)
        own = origin == self._directory or origin in self._line.origins
        transport = GuardedTransport(WireGuard(rules), Door(self._access.private_hosts if own else ()))
        with httpx.Client(transport=transport, trust_env=False) as client:
            try:
                return client.get(f"{origin}{path}", params=query)
            except httpx.TransportError:
                self._silent.add(origin)
                raise


def is_held(car: bytes, key: str) -> bool:
    """Whether a repository holds the record `collection/key`, by the path a server answered with.

    The path is a part of a Merkle search tree (https://atproto.com/specs/repository). Its signature is not checked: we
    asked the repository's own server.

    Raises:
        ConnectorError: `unreadable_answer`, when the path does not lead to where the record would stand.
    """
    try:
        found = CAR.from_bytes(car)
        link = _block(found, found.root)["data"]
        for _ in range(_DEEPEST_TREE):
            node = _block(found, link)
            link, before = node["l"], b""
            for entry in node["e"]:
                before = before[: entry["p"]] + entry["k"]
                if before == key.encode():
                    return True
                if before > key.encode():
                    break
                link = entry["t"]
            if link is None:
                return False
    except (AtProtocolError, ValueError, KeyError, TypeError) as error:
        raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail=type(error).__name__) from None
    raise ConnectorError("unreadable_answer", Outcome.TEMPORARY, detail="a path without end")


def _block(car: CAR, link: Any) -> Json:
    return dict(car.blocks[link if isinstance(link, CID) else CID.from_decoded_bytes(link)])


def _presence_in(car: bytes, uri: str) -> Presence:
    return Presence.HIDDEN if is_held(car, f"{POSTS}/{key_of_uri(uri)}") else Presence.REMOVED_BY_AUTHOR
