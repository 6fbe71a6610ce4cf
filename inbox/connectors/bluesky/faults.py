"""What a refusal of an AT Protocol server means (https://atproto.com/specs/xrpc)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from atproto_client.exceptions import RequestErrorBase
from atproto_client.models.common import XrpcError

from inbox import clock
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import Quota
from inbox.connectors.transports import explain_transport

_LONGEST_PATIENCE = timedelta(days=1)
_PATIENCE = timedelta(minutes=5)
"""How long to wait when a server throttles without saying for how long: the window of the public servers' limits."""

_SIGNED_OUT: Final = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})
_NOT_ALLOWED: Final = frozenset(
    {"AccountTakedown", "AccountDeactivated", "RepoTakendown", "RepoDeactivated", "Forbidden"}
)
_ITS_OWN_FAULT: Final = frozenset({"UpstreamFailure", "UpstreamTimeout", "InternalServerError", "NotEnoughResources"})


def name_of(error: Exception) -> str:
    """The short name a server gave its refusal (`RecordNotFound`); empty if it gave none."""
    if isinstance(error, RequestErrorBase) and error.response and isinstance(error.response.content, XrpcError):
        return str(error.response.content.error)
    return ""


def is_signed_out(error: Exception) -> bool:
    """Whether the server does not know our session any more; nothing was done then."""
    if not isinstance(error, RequestErrorBase) or error.response is None:
        return False
    return error.response.status_code in {400, 401} and name_of(error) in _SIGNED_OUT


def quota_of(headers: dict[str, str]) -> Quota:
    """What the `ratelimit-*` headers of an answer say."""
    reset = _number(headers.get("ratelimit-reset"))
    return Quota(
        limit=_number(headers.get("ratelimit-limit")),
        remaining=_number(headers.get("ratelimit-remaining")),
        reset_at=_moment(reset) if reset is not None else None,
    )


def explain(error: Exception, *, writing: bool) -> ConnectorError | None:
    """What `error` of the SDK means, see `Connector._explain`."""
    below = explain_transport(error, writing=writing)
    if below is not None:
        return below
    if not isinstance(error, RequestErrorBase) or error.response is None:
        return None
    status, name = error.response.status_code, name_of(error)
    detail = str(error)
    if status == 429 or name == "RateLimitExceeded":
        return ConnectorError(
            "rate_limited", Outcome.TEMPORARY, retry_at=_retry_at(error.response.headers), detail=detail
        )
    if status >= 500 or status == 409 or name in _ITS_OWN_FAULT:
        # A server answers 500 to a second record of the same name, too: reading back tells whether it is ours.
        return ConnectorError("network_fault", Outcome.UNKNOWN if writing else Outcome.TEMPORARY, detail=detail)
    code = "rejected"
    if name in _NOT_ALLOWED or status == 403:
        code = "not_allowed"
    elif status == 401 or name in _SIGNED_OUT:
        code = "credentials_refused"
    elif status == 413:
        code = "text_too_long"
    return ConnectorError(code, Outcome.PERMANENT, detail=detail)


def _retry_at(headers: dict[str, str]) -> datetime:
    now = clock.now()
    reset, wait = _number(headers.get("ratelimit-reset")), _number(headers.get("retry-after"))
    said = _moment(reset) if reset is not None else None
    if said is None and wait is not None:
        said = now + min(timedelta(seconds=min(wait, 86_400)), _LONGEST_PATIENCE)
    return min(max(said or now + _PATIENCE, now), now + _LONGEST_PATIENCE)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() else None


def _moment(seconds: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None
