"""What X's refusals mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import tweepy

from inbox import clock
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.transports import explain_transport

WINDOW = timedelta(minutes=15)
"""X counts requests in windows of this length; used when a 429 names no moment."""

_DUPLICATE, _TOO_LONG, _GONE, _RESTRICTED = 187, 186, 385, 433
"""X's numbers for: same text twice; over the length; answered post deleted or not visible; replies restricted."""


def explain(error: Exception, *, writing: bool) -> ConnectorError | None:
    """Put an exception of tweepy or of the wire into a `ConnectorError`; None for one that is a fault of our own."""
    if isinstance(error, tweepy.HTTPException):
        return _explain_answer(error, writing=writing)
    return explain_transport(error, writing=writing)


def _explain_answer(error: tweepy.HTTPException, *, writing: bool) -> ConnectorError:
    status = int(error.response.status_code)
    detail = "; ".join(str(message) for message in error.api_messages) or f"HTTP {status}"
    later = Outcome.UNKNOWN if writing else Outcome.TEMPORARY
    if status == 401:
        return ConnectorError("credentials_refused", Outcome.PERMANENT, detail=detail)
    if status == 429:
        reset = error.reset_time if isinstance(error, tweepy.TooManyRequests) else None
        retry_at = clock.now() + WINDOW if reset is None else datetime.fromtimestamp(reset, UTC)
        return ConnectorError("rate_limited", Outcome.TEMPORARY, retry_at=retry_at, detail=detail)
    if status >= 500:
        return ConnectorError("network_fault", later, detail=detail)
    if status == 408:
        return ConnectorError("timed_out", later, detail=detail)
    if not 400 <= status < 500:
        return ConnectorError("unreadable_answer", later, detail=detail)
    return ConnectorError(_refusal(error, status, detail.lower(), writing=writing), Outcome.PERMANENT, detail=detail)


def _refusal(error: tweepy.HTTPException, status: int, words: str, *, writing: bool) -> str:
    numbers = set(error.api_codes)
    if writing:
        if _DUPLICATE in numbers or "duplicate" in words:
            return "duplicate_text"
        if _GONE in numbers or "deleted or not visible" in words:
            return "comment_gone"
        if _TOO_LONG in numbers:
            return "text_too_long"
        if status == 403 and (_RESTRICTED in numbers or "reply" in words or "replies" in words):
            return "reply_restricted"
    return "not_allowed" if status == 403 else "rejected"
