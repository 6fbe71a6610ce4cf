"""Reminders to a webhook: one signed POST, without redirects, whose answer is only looked at for its status."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from inbox.notices.outcomes import NotDelivered, Unclear


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is called.

    Attributes:
        secret: with which the body is signed.
        seconds: how long connecting, sending and answering may take, each.
    """

    url: str
    secret: str
    seconds: float = 10.0


def body_of(facts: dict[str, Any]) -> bytes:
    """The body of a call, the very bytes that are signed."""
    return json.dumps(facts, sort_keys=True, ensure_ascii=True).encode()


def signature(secret: str, body: bytes) -> str:
    """What stands in `X-Inbox-Signature`: the HMAC-SHA256 of the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def call(webhook: Webhook, facts: dict[str, Any], *, key: str, at: datetime) -> None:
    """Deliver one reminder.

    Args:
        facts: JSON values; `sent_at` among them, so that the signature covers the time.
        key: the same for every try of one delivery.
        at: now; its seconds stand in `X-Inbox-Timestamp`.

    Raises:
        NotDelivered: it was certainly not taken.
        Unclear: nothing was answered after it was sent.
    """
    body = body_of(facts)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "crisis-inbox",
        "X-Inbox-Delivery": key,
        "X-Inbox-Timestamp": str(int(at.timestamp())),
        "X-Inbox-Signature": signature(webhook.secret, body),
    }
    try:
        with (
            httpx.Client(timeout=webhook.seconds, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", webhook.url, content=body, headers=headers) as answer,
        ):
            status = answer.status_code
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NotDelivered("webhook_unreachable", detail=str(error)) from error
    except httpx.TransportError as error:
        raise Unclear(str(error)) from error
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise NotDelivered("webhook_redirects", detail=f"HTTP {status}", final=True)
    if status in {408, 425, 429} or status >= 500:
        raise NotDelivered("webhook_failed", detail=f"HTTP {status}")
    raise NotDelivered("webhook_refused", detail=f"HTTP {status}", final=True)
