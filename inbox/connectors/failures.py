"""How a call to a network fails: a code that is put into words elsewhere, and what the failure means."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum


class Outcome(StrEnum):
    """What a failed call means for what was asked.

    `PERMANENT`: trying again changes nothing. `TEMPORARY`: nothing was done, trying later is safe.
    `UNKNOWN`: it may have been done; only reading back can tell.
    """

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


class ConnectorError(Exception):
    """A call to a network that did not succeed.

    Attributes:
        code: one of the codes of `ERROR_CODES`, which `inbox.words` puts into a sentence.
        outcome: what the failure means, see `Outcome`.
        retry_at: the earliest moment (aware UTC) at which the network allows another try, if it said so.
        detail: what the network answered, without secrets, at most 500 characters.
    """

    def __init__(self, code: str, outcome: Outcome, *, retry_at: datetime | None = None, detail: str = "") -> None:
        if code not in ERROR_CODES:
            raise ValueError(f"unknown connector error code {code!r}")
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.outcome = outcome
        self.retry_at = retry_at
        self.detail = detail[:500]


ERROR_CODES = frozenset(
    {
        "credentials_refused",  # The network does not accept the sign-in (401, wrong password, revoked token).
        "not_allowed",  # Signed in, but this account may not do that (403).
        "reply_restricted",  # The network accepts no reply from us under this comment.
        "duplicate_text",  # The network refuses the same text twice.
        "text_too_long",
        "text_empty",
        "comment_gone",  # What we answer is not there any more.
        "rate_limited",  # `retry_at` says when.
        "unreachable",  # No connection was made, so nothing was sent.
        "host_not_allowed",  # The address typed by a person leads to a private or forbidden host.
        "timed_out",  # Sent, no answer in time.
        "connection_lost",  # Sent, the answer broke off.
        "network_fault",  # 5xx.
        "unreadable_answer",  # The answer is not what the network documents.
        "refused_by_rule",  # The wire guard refused it: see `inbox.connectors.guard`.
        "rejected",  # Any other 4xx.
    }
)
