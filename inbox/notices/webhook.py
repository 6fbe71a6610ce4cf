"""Reminders to a webhook: one signed POST, without redirects, whose answer is only looked at for its status.

It goes through the same guard as what goes to networks: nothing but this one request passes, at this one address, and
no query that could turn a POST into another deed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from inbox.connectors.addresses import Door
from inbox.connectors.failures import Outcome
from inbox.connectors.guard import Rule, WireGuard
from inbox.connectors.transports import GuardedTransport, explain_transport
from inbox.notices.outcomes import NotDelivered, Unclear
from inbox.permissions import never

EVENT = "waits_past_due"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Who is called.

    Attributes:
        secret: with which the body is signed.
        private_hosts: hosts that may be called although they are private.
    """

    url: str
    secret: str
    private_hosts: tuple[str, ...] = ()


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
        status = _post(webhook, body, headers)
    except (never.ForbiddenDeed, ValueError) as error:
        raise NotDelivered("webhook_not_allowed", detail=type(error).__name__, final=True) from error
    except httpx.TooManyRedirects as error:
        raise NotDelivered("webhook_redirects", final=True) from error
    except Exception as error:
        failure = explain_transport(error, writing=True)
        if failure is None:
            raise
        if failure.outcome is Outcome.UNKNOWN:
            raise Unclear(failure.code) from error
        final = failure.outcome is Outcome.PERMANENT
        code = "webhook_not_allowed" if final else "webhook_unreachable"
        raise NotDelivered(code, detail=failure.detail or failure.code, final=final) from error
    if 200 <= status < 300:
        return
    if status in {408, 425, 429} or status >= 500:
        raise NotDelivered("webhook_failed", detail=f"HTTP {status}")
    raise NotDelivered("webhook_refused", detail=f"HTTP {status}", final=True)


def _post(webhook: Webhook, body: bytes, headers: dict[str, str]) -> int:
    parts = urlsplit(webhook.url)
    rule = Rule.at(
        f"{parts.scheme}://{parts.netloc}",
        "POST",
        re.escape(parts.path or "/"),
        body=lambda given: given.get("event") == EVENT,
        queries=frozenset(name for name, _ in parse_qsl(parts.query, keep_blank_values=True)),
    )
    transport = GuardedTransport(WireGuard([rule]), Door(webhook.private_hosts))
    with httpx.Client(transport=transport, follow_redirects=False, trust_env=False) as client:
        return client.post(webhook.url, content=body, headers=headers).status_code
