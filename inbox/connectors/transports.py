"""The two doors through which requests leave, one for `requests` and one for `httpx`; both pass the wire guard.

Neither follows a redirect, asks a proxy of the environment, waits longer than the base allows or reads without end.
"""

from __future__ import annotations

import logging
import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import httpcore
import httpx
import requests
import urllib3
from requests.adapters import HTTPAdapter

from inbox.connectors.addresses import Door, DoorBackend, pools
from inbox.connectors.base import TIMEOUT_SECONDS
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.guard import WireGuard
from inbox.permissions import never

MAX_ANSWER_BYTES = 20_000_000
"""Longer answers are broken off: no page of comments of any network comes near (100 posts of X are about 0.5 MB)."""


class GuardedAdapter(HTTPAdapter):
    """What a `requests` session sends through.

    Args:
        guard: the account's allow-list.
        door: which hosts may be reached.
        moved: origins by the origin that the SDK has built in (`https://api.twitter.com` → where it really is). What is
            checked is the address that is really used.
    """

    def __init__(self, guard: WireGuard, door: Door, moved: Mapping[str, str] | None = None) -> None:
        self._guard = guard
        self._door = door
        self._moved = dict(moved or {})
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Build the pools, whose connections pass the door."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = pools(self._door)

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        """Send `request` if it may leave, and read the whole answer; the session's own settings are not asked.

        Raises:
            ForbiddenDeed: it may not.
            ConnectorError: `host_not_allowed`.
            requests.RequestException: as `requests` does; `TooManyRedirects` at the first redirect.
        """
        url = str(request.url)
        for built_in, real in self._moved.items():
            if url.startswith(f"{built_in}/"):
                url = request.url = real + url.removeprefix(built_in)
        self._guard.check(str(request.method), url, request.headers, request.body)
        deadline = time.monotonic() + TIMEOUT_SECONDS
        response = super().send(request, stream=True, timeout=TIMEOUT_SECONDS, verify=True, proxies={})
        try:
            if 300 <= response.status_code < 400:
                raise requests.TooManyRedirects("the network answered with a redirect", response=response)
            response._content = _read_within(_chunks(response), deadline)
        except requests.RequestException:
            response.close()
            raise
        except urllib3.exceptions.ReadTimeoutError as error:
            raise requests.ReadTimeout(error, request=request) from error
        except urllib3.exceptions.HTTPError as error:
            raise requests.ConnectionError(error, request=request) from error
        except _TooSlowError as error:
            response.close()
            raise requests.ReadTimeout(str(error), request=request) from None
        except _TooLongError as error:
            response.close()
            raise requests.exceptions.ContentDecodingError(str(error), request=request) from None
        return response


def _chunks(response: requests.Response) -> Iterator[bytes]:
    while chunk := response.raw.read1(65_536, decode_content=True):
        yield chunk


class _TooSlowError(Exception):
    """The answer trickled past the time-out."""


class _TooLongError(Exception):
    """The answer grew past `MAX_ANSWER_BYTES`."""


def _read_within(chunks: Iterable[bytes], deadline: float) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if time.monotonic() > deadline:
            raise _TooSlowError("the answer took too long")
        if len(content) > MAX_ANSWER_BYTES:
            raise _TooLongError("the answer is too long")
    return bytes(content)


def guarded_session(guard: WireGuard, door: Door, moved: Mapping[str, str] | None = None) -> requests.Session:
    """A `requests` session that can do nothing but what `guard` and `door` let it; see `GuardedAdapter` for `moved`."""
    session = requests.Session()
    session.trust_env = False
    session.max_redirects = 0
    adapter = GuardedAdapter(guard, door, moved)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class GuardedTransport(httpx.BaseTransport):
    """What an `httpx` client sends through: `httpx.Client(transport=…, trust_env=False)`.

    Args:
        guard: the account's allow-list.
        door: which hosts may be reached.
    """

    def __init__(self, guard: WireGuard, door: Door) -> None:
        self.guard = guard
        self._inner = httpx.HTTPTransport(trust_env=False, retries=0)
        self._inner._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=DoorBackend(door)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request` if it may leave, and read the whole answer.

        Raises:
            ForbiddenDeed: it may not.
            ConnectorError: `host_not_allowed`.
            httpx.HTTPError: as `httpx` does; `TooManyRedirects` at the first redirect.
        """
        self.guard.check(request.method, str(request.url), request.headers, request.read() or None)
        request.extensions["timeout"] = dict.fromkeys(("connect", "read", "write", "pool"), TIMEOUT_SECONDS)
        deadline = time.monotonic() + TIMEOUT_SECONDS
        response = self._inner.handle_request(request)
        try:
            if 300 <= response.status_code < 400:
                raise httpx.TooManyRedirects("the network answered with a redirect", request=request)
            content = _read_within(response.iter_bytes(), deadline)
        except _TooSlowError as error:
            raise httpx.ReadTimeout(str(error), request=request) from None
        except _TooLongError as error:
            raise httpx.DecodingError(str(error), request=request) from None
        finally:
            response.close()
        headers = httpx.Headers(response.headers)
        for name in ("content-encoding", "content-length", "transfer-encoding"):
            headers.pop(name, None)
        return httpx.Response(response.status_code, headers=headers, content=content)

    def close(self) -> None:
        """Close the pooled connections."""
        self._inner.close()


def refusal_within(error: BaseException) -> ConnectorError | never.ForbiddenDeed | None:
    """The guard's own refusal that an SDK wrapped into an exception of its own, or None."""
    seen: set[int] = set()
    inner: BaseException | None = error
    while inner is not None and id(inner) not in seen:
        if isinstance(inner, ConnectorError | never.ForbiddenDeed):
            return inner
        seen.add(id(inner))
        inner = inner.__cause__ or inner.__context__
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner, BaseException) or id(inner) in seen:
            continue
        seen.add(id(inner))
        yield inner
        waiting += [inner.__cause__, inner.__context__, getattr(inner, "reason", None), *inner.args]


_NEVER_CONNECTED = (
    urllib3.exceptions.NewConnectionError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NameResolutionError,
    ssl.SSLCertVerificationError,
    requests.ConnectTimeout,
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
)
_NO_ANSWER_IN_TIME = (requests.Timeout, httpx.TimeoutException)
_BROKEN_OFF = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    httpx.NetworkError,
    httpx.RemoteProtocolError,
)
_UNREADABLE = (
    requests.TooManyRedirects,
    requests.JSONDecodeError,
    requests.exceptions.ContentDecodingError,
    httpx.TooManyRedirects,
    httpx.DecodingError,
)


def explain_transport(error: Exception, *, writing: bool) -> ConnectorError | None:
    """What a failure below the SDK means, for a connector's `_explain`; None for anything else.

    A connection that was never made leaves nothing done (`unreachable`, TEMPORARY). Whatever breaks later may have been
    published when `writing` (UNKNOWN). Exceptions that an SDK wrapped are found through their causes.
    """
    refusal = refusal_within(error)
    if isinstance(refusal, ConnectorError):
        return refusal
    if refusal is not None:
        return ConnectorError("refused_by_rule", Outcome.PERMANENT, detail=refusal.attempt.what)
    chain = list(_chain(error))
    later = Outcome.UNKNOWN if writing else Outcome.TEMPORARY
    for kinds, code, outcome in (
        (_NEVER_CONNECTED, "unreachable", Outcome.TEMPORARY),
        (_NO_ANSWER_IN_TIME, "timed_out", later),
        (_UNREADABLE, "unreadable_answer", later),
        (_BROKEN_OFF, "connection_lost", later),
    ):
        for inner in chain:
            if isinstance(inner, kinds):
                return ConnectorError(code, outcome, detail=type(inner).__name__)
    return None


class _Quiet(logging.Filter):
    """Drops what an SDK tells below WARNING: it holds headers, tokens and addresses."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING


_QUIET = _Quiet()


def quiet(*loggers: str) -> None:
    """Silence SDK loggers that print tokens, whatever level somebody sets on them."""
    for name in loggers:
        logging.getLogger(name).addFilter(_QUIET)


quiet(
    "httpx",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.poolmanager",
    "urllib3.util.retry",
    "requests_oauthlib.oauth1_session",
    "requests_oauthlib.oauth2_session",
    "requests_oauthlib.compliance_fixes",
    "oauthlib.oauth2.rfc6749.clients.base",
)
