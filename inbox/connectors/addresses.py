"""Addresses typed by people: nothing of ours that is private can be reached through them.

A name is resolved, the addresses that are not public are left out, the connection is made to one of the others by
number, and its peer is looked at once more before a byte is sent: a name that answers differently the second time
changes nothing. Redirects and proxies of the environment are refused by `inbox.connectors.transports`.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

import httpcore
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection

from inbox.connectors.base import TIMEOUT_SECONDS
from inbox.connectors.failures import ConnectorError, Outcome

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Failures = tuple[type[Exception], ...]


class _Closes(Protocol):
    def close(self) -> None: ...


Line = TypeVar("Line", bound=_Closes)

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""The only IPv6 space handed out for the open internet (RFC 4291 §2.4, IANA): it leaves out 64:ff9b::/96, fec0::/10,
::/96 and multicast, which `ipaddress.is_global` lets through."""
_CARRY_IPV4 = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
"""6to4 and Teredo: an IPv4 address, private or not, inside a global one."""
_RELAY = ipaddress.IPv4Network("192.88.99.0/24")
_NEVER = tuple(
    ipaddress.ip_network(number)
    for number in (
        "169.254.0.0/16",
        "fe80::/10",
        "100.100.100.200",
        "168.63.129.16",
        "192.0.0.192",
        "fd00:ec2::254",
        "fd20:ce::254",
    )
)
"""Link-local addresses, and those at which Alibaba, Azure, Oracle, AWS and Google Cloud tell a machine its secrets."""
_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")


def clean_host(host: str) -> str:
    """`host` in lower case, without a trailing dot and without brackets, as hosts are compared here."""
    return host.lower().removeprefix("[").removesuffix("]").removesuffix(".")


def is_public(address: str) -> bool:
    """Whether `address` (a number, not a name) belongs to the open internet."""
    parsed = _parse_address(address)
    if _is_never(parsed):
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed not in _GLOBAL_UNICAST or any(parsed in network for network in _CARRY_IPV4):
            return False
    elif parsed in _RELAY:
        return False
    return parsed.is_global and not parsed.is_multicast


def _is_never(address: Address) -> bool:
    return any(address in network for network in _NEVER)


def _parse_address(address: str) -> Address:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return mapped or parsed


def _refused(host: str, why: str) -> ConnectorError:
    return ConnectorError("host_not_allowed", Outcome.PERMANENT, detail=f"{host[:200]}: {why}")


class Door:
    """Decides which hosts may be reached, and makes the connections.

    Args:
        private_hosts: names or networks that may be reached although they are private, see `AccountAccess`. None of
            them opens a link-local address, or one that tells a machine in a cloud its secrets.
    """

    def __init__(self, private_hosts: Iterable[str] = ()) -> None:
        self._names: set[str] = set()
        self._networks: list[Network] = []
        for entry in private_hosts:
            try:
                self._networks.append(ipaddress.ip_network(clean_host(entry.strip()), strict=False))
            except ValueError:
                self._names.add(clean_host(entry.strip()))

    def lets_private(self, host: str) -> bool:
        """Whether `host`, a name or a number, was listed as private and permitted."""
        host = clean_host(host)
        if host in self._names:
            return True
        try:
            address = _parse_address(host)
        except ValueError:
            return False
        return not _is_never(address) and any(address in network for network in self._networks)

    def lets(self, host: str, address: str) -> bool:
        """Whether `host` may be reached at `address`, its resolved number."""
        parsed = _parse_address(address)
        if parsed.is_multicast or parsed.is_unspecified or _is_never(parsed):
            return False
        return is_public(address) or self.lets_private(host) or self.lets_private(address)

    def connect(
        self, host: str, port: int, dial: Callable[[str], Line], peer: Callable[[Line], str], failures: Failures
    ) -> Line:
        """A connection to `host` whose peer is permitted. Nothing was sent over it.

        Args:
            dial: makes the connection to one numeric address.
            peer: the numeric address at the other end of what `dial` made; what it made has a `close`.
            failures: what `dial` raises when an address does not answer.

        Raises:
            ConnectorError: `host_not_allowed`.
            OSError: the name does not resolve (`socket.gaierror`); or one of `failures`, from the last address tried.
        """
        host = clean_host(host)
        found = socket.getaddrinfo(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
        numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        last: Exception = _refused(host, "leads to no public address")
        for number in (number for number in numbers if self.lets(host, number)):
            try:
                line = dial(number)
            except failures as error:
                last = error
                continue
            if self.lets(host, peer(line)):
                return line
            line.close()
            raise _refused(host, "leads to no public address")
        raise last


def parse_service_url(text: str, private_hosts: Iterable[str] = ()) -> str:
    """The origin (`https://pds.example.org`, with a port if one was given) of an address that a person typed.

    A bare host means https. Plain http is taken only for a host of `private_hosts`. Nothing is resolved here: the
    peer is checked whenever a connection is made.

    Raises:
        ConnectorError: `host_not_allowed`, whatever is wrong with it; `detail` tells what.
    """
    text = text.strip()
    shown = ascii(text.rpartition("@")[2])[1:-1]
    door = Door(private_hosts)
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        port = parts.port
        host = _ascii_host(parts.hostname or "")
        numeric = ":" in host or _NUMERIC_LABEL.fullmatch(host.rpartition(".")[2]) is not None
        public = is_public(host) if numeric else _NAME.fullmatch(host) is not None and "." in host
    except ValueError:
        raise _refused(shown, "is no web address") from None
    beyond = parts.path not in {"", "/"} or parts.query or parts.fragment or "\\" in text
    if parts.username is not None or beyond or any(sign.isspace() or not sign.isprintable() for sign in text):
        raise _refused(shown, "must be a server's address and nothing more")
    private = door.lets_private(host)
    if parts.scheme != "https" and not (parts.scheme == "http" and private):
        raise _refused(shown, "must begin with https://")
    if not public and not private:
        raise _refused(shown, "is not on the open internet")
    netloc = f"[{host}]" if ":" in host else host
    standard = {"https": 443, "http": 80}[parts.scheme]
    return f"{parts.scheme}://{netloc}" + (f":{port}" if port not in {None, standard} else "")


def _ascii_host(host: str) -> str:
    return clean_host(host if ":" in host else host.encode("idna").decode("ascii"))


def _peer(line: socket.socket) -> str:
    return str(line.getpeername()[0])


def _peer_of_stream(line: httpcore.NetworkStream) -> str:
    return str(line.get_extra_info("server_addr")[0])


def pools(door: Door) -> dict[str, type[HTTPConnectionPool]]:
    """Pool classes for a urllib3 `PoolManager.pool_classes_by_scheme` whose connections all pass `door`."""

    def new_connection(connection: HTTPConnection) -> socket.socket:
        timeout = connection.timeout if isinstance(connection.timeout, int | float) else TIMEOUT_SECONDS

        def dial(number: str) -> socket.socket:
            return create_connection((number, connection.port), timeout, None, connection.socket_options)

        try:
            return door.connect(connection.host, connection.port, dial, _peer, (OSError,))
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(connection, f"no connection to {connection.host} in {timeout} s") from error
        except OSError as error:
            raise NewConnectionError(connection, f"no connection: {error}") from error

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return new_connection(self)

    class Encrypted(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return new_connection(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class EncryptedPool(HTTPSConnectionPool):
        ConnectionCls = Encrypted

    return {"http": PlainPool, "https": EncryptedPool}


class DoorBackend(httpcore.SyncBackend):
    """What httpcore connects with: every connection passes `door`."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - part of the interface; nothing here binds one.
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A stream over a socket that `Door.connect` made.

        Raises:
            ConnectorError: `host_not_allowed`.
            httpcore.ConnectTimeout: no answer in time.
            httpcore.ConnectError: refused, unreachable or unknown name.
        """

        def dial(number: str) -> httpcore.NetworkStream:
            return super(DoorBackend, self).connect_tcp(number, port, timeout, None, socket_options)

        try:
            return self._door.connect(
                host, port, dial, _peer_of_stream, (httpcore.ConnectError, httpcore.ConnectTimeout)
            )
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error
