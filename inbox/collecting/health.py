"""How collection from each account goes, so that "no comments" is never confused with "not connected"."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.connecting import letter_of, title_of
from inbox.connectors.shapes import Quota
from inbox.models import IMPORT, Account, CollectionGap

LATE_AFTER = timedelta(minutes=5)
"""How old the last good collection may be: twenty of the worker's passes. A network that asks for longer patience makes
an account late too, because the wait is as real for the critics."""

PATIENCE_CODES = frozenset({"rate_limited"})
"""Errors that are a network's ordinary way of pacing us, and no failure."""


@dataclass(frozen=True, slots=True)
class AccountHealth:
    """An account and how it does.

    Attributes:
        state: `well`, `late`, `failing`, `never_collected`, `disconnected` or `import`.
        lag_seconds: since the last good collection; None where there was none, or is none to come.
        newest_comment_at: when the newest comment was written; long ago although collection is well means that
            nobody writes, or that the network withholds it.
        quota: what the network last said that it allows.
        gaps: stretches of time in which comments may be missing, the newest first.
        last_error_code: a code of `inbox.words`, None when the last pass went well.
        next_collection_at: the earliest moment of the next pass, None for at once.
    """

    account: Account
    title: str
    letter: str
    state: str
    lag_seconds: float | None
    last_success_at: datetime | None
    newest_comment_at: datetime | None
    next_collection_at: datetime | None
    quota: Quota
    token_expires_at: datetime | None
    gaps: tuple[CollectionGap, ...]
    excess_scopes: tuple[str, ...]
    quarantined_count: int
    last_error_code: str | None


def healths(session: Session) -> list[AccountHealth]:
    """Every account with its health, by name; disconnected ones last."""
    gaps: dict[int, list[CollectionGap]] = defaultdict(list)
    for gap in session.scalars(select(CollectionGap).order_by(CollectionGap.started_at.desc())):
        gaps[gap.account_id].append(gap)
    accounts = session.scalars(select(Account))
    ordered = sorted(accounts, key=lambda one: (one.disconnected_at is not None, one.name.casefold(), one.id))
    return [_health(account, tuple(gaps[account.id])) for account in ordered]


def state_of(account: Account) -> str:
    """The state code of `AccountHealth`."""
    if account.network == IMPORT:
        return "import"
    if account.disconnected_at is not None:
        return "disconnected"
    if account.failures_in_a_row and account.last_error_code not in PATIENCE_CODES:
        return "failing"
    if account.last_success_at is None:
        return "never_collected"
    return "late" if clock.now() - account.last_success_at > LATE_AFTER else "well"


def _health(account: Account, gaps: tuple[CollectionGap, ...]) -> AccountHealth:
    lag = None
    if account.connected and account.last_success_at is not None:
        lag = (clock.now() - account.last_success_at).total_seconds()
    return AccountHealth(
        account=account,
        title=title_of(account.network),
        letter=letter_of(account.network),
        state=state_of(account),
        lag_seconds=lag,
        last_success_at=account.last_success_at,
        newest_comment_at=account.newest_comment_at,
        next_collection_at=account.next_collection_at if account.connected else None,
        quota=Quota(account.quota_limit, account.quota_remaining, account.quota_reset_at),
        token_expires_at=account.token_expires_at,
        gaps=gaps,
        excess_scopes=tuple(account.excess_scopes),
        quarantined_count=account.quarantined_count,
        last_error_code=account.last_error_code,
    )
