"""One pass of collection: page by page, each stored with its cursor before the next one is asked for."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting.hints import hints_for
from inbox.collecting.ingest import Stored, store_page
from inbox.collecting.second_reading import read_again
from inbox.collecting.sifting import sift
from inbox.connecting import keep_fresh_credentials, open_account
from inbox.connectors.base import Connector, Opener, open_connector
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.extensions import session, writing
from inbox.models import IMPORT, Account, Purpose
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown
from inbox.trail import record

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)
"""How long a pass may take for one page before another one may take over: several times a connector's time-out."""

EVERY = timedelta(seconds=15)
"""How long after the last try an account is due again, unless its network says later."""

EVERY_ON_DEMO = timedelta(seconds=2)
"""The same for a demo account, whose network is a file on this machine: newcomers watch the comments come in."""

FIRST_BACKOFF = timedelta(seconds=15)
LONGEST_BACKOFF = timedelta(minutes=15)
"""After failures in a row the next try waits twice as long each time, up to this."""

FAULT = "collection_fault"
"""The error code of a pass that stopped for a fault of our own."""


@dataclass(slots=True)
class CollectReport:
    """What one pass brought.

    Attributes:
        received: items delivered; `stored` + `known` + `quarantined`.
        stored: items that brought something new; `own` of them are messages of the brand.
        next_at: the earliest moment of the next pass, None for at once.
        code: why the pass did less than it might have: `collecting_already`, `too_soon`, or a connector's error code;
            None when all went well. Each has its sentence in `inbox.words`.
    """

    account_id: int
    received: int = 0
    stored: int = 0
    known: int = 0
    quarantined: int = 0
    own: int = 0
    pages: int = 0
    next_at: datetime | None = None
    code: str | None = None

    def add(self, page: Stored) -> None:
        """Count one page."""
        self.received += page.received
        self.stored += page.stored
        self.known += page.known
        self.quarantined += page.quarantined
        self.own += page.own
        self.pages += 1


class _LeaseLostError(Exception):
    """Another pass took over, or the account was disconnected."""


@dataclass(slots=True)
class _Lease:
    """The right to collect from an account until a moment; it is renewed with every page."""

    until: datetime


def due_accounts() -> list[int]:
    """The ids of connected accounts whose next pass is due, the longest waiting first."""
    now = clock.now()
    due = session().scalars(
        select(Account.id)
        .where(
            Account.network != IMPORT,
            Account.disconnected_at.is_(None),
            or_(Account.next_collection_at.is_(None), Account.next_collection_at <= now),
            or_(Account.collecting_until.is_(None), Account.collecting_until <= now),
            or_(
                Account.last_attempt_at.is_(None),
                Account.last_attempt_at <= now - EVERY,
                and_(Account.purpose == Purpose.DEMO, Account.last_attempt_at <= now - EVERY_ON_DEMO),
            ),
        )
        .order_by(Account.last_attempt_at.is_not(None), Account.last_attempt_at, Account.id)
    )
    return list(due)


def collect_account(
    actor: Actor, account_id: int, *, opener: Opener = open_connector, pages: int = 20
) -> CollectReport:
    """Collect what is new from one account, at most `pages` pages.

    One pass at a time works for an account, and none before the moment the network allows. No transaction is open
    while the network is asked; each page is stored with its cursor in one transaction, so that a crash anywhere loses
    nothing. What the network answers badly stands in the account's health, and in the report.

    Raises:
        Refused: the actor may not.
        Unknown: `account_unknown`.
        Problem: `account_not_connected`, or the account's credentials cannot be read.
    """
    require(actor, Permission.ACCOUNTS_COLLECT)
    report = CollectReport(account_id)
    account, lease = _claim(account_id, report)
    if lease is None:
        return report
    try:
        connector = open_account(account, opener)
        if account.quarantined_count:
            read_again(actor, account_id, connector)
        try:
            _walk(actor, account, connector, lease, pages, report)
        except ConnectorError as error:
            report.code = error.code
            _note_failure(actor, account_id, connector, error, report)
    except _LeaseLostError:
        report.code = "collecting_already"
    except Problem as problem:
        _note_fault(actor, account_id, problem.code)
        raise
    except Exception as error:
        _note_fault(actor, account_id, FAULT, type(error).__name__)
        raise
    finally:
        _release(account_id, lease)
    return report


def _claim(account_id: int, report: CollectReport) -> tuple[Account, _Lease | None]:
    """Take the account's lease; None, with the reason in `report`, when it is not free or it is too soon."""
    now = clock.now()
    with writing() as current:
        account = current.get(Account, account_id, populate_existing=True)
        if account is None:
            raise Unknown("account_unknown", id=account_id)
        if not account.connected:
            raise Conflict("account_not_connected", account=account.name)
        report.next_at = account.next_collection_at
        lease = _Lease(now + LEASE)
        claimed = current.execute(
            update(Account)
            .where(
                Account.id == account_id,
                Account.disconnected_at.is_(None),
                or_(Account.collecting_until.is_(None), Account.collecting_until <= now),
                or_(Account.next_collection_at.is_(None), Account.next_collection_at <= now),
            )
            .values(collecting_until=lease.until, last_attempt_at=now),
            execution_options={"synchronize_session": False},
        )
        if claimed.rowcount == 1:  # type: ignore[attr-defined]
            current.refresh(account)
            return account, lease
        too_soon = account.next_collection_at is not None and account.next_collection_at > now
        report.code = "too_soon" if too_soon else "collecting_already"
        return account, None


def _walk(
    actor: Actor, account: Account, connector: Connector, lease: _Lease, pages: int, report: CollectReport
) -> None:
    cursor = account.cursor
    for _ in range(pages):
        page = connector.fetch_comments(cursor)
        sifted = sift(page)
        hints = hints_for(session(), account.id, sifted)
        with writing() as current:
            locked = _held(current, account.id, lease)
            report.add(store_page(current, locked, sifted, hints, actor=actor))
            keep_fresh_credentials(current, locked, connector)
            locked.collecting_until = lease.until = clock.now() + LEASE
        cursor = page.cursor
        report.next_at = page.next_at
        if not page.more or (page.next_at is not None and page.next_at > clock.now()):
            return


def _held(current: Session, account_id: int, lease: _Lease) -> Account:
    """The account, locked until the commit, as long as the lease is ours.

    Raises:
        _LeaseLostError: it is not any more, so that what this pass fetched is left to whoever holds it now.
    """
    account = current.get(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
    if account is None or account.collecting_until != lease.until or not account.connected:
        raise _LeaseLostError
    return account


def _note_failure(
    actor: Actor, account_id: int, connector: Connector, error: ConnectorError, report: CollectReport
) -> None:
    with writing() as current:
        account = _failed(current, actor, account_id, error.code, error.detail)
        backoff = min(FIRST_BACKOFF * 2 ** min(account.failures_in_a_row - 1, 10), LONGEST_BACKOFF)
        if error.outcome is Outcome.PERMANENT:
            backoff = LONGEST_BACKOFF
        account.next_collection_at = report.next_at = error.retry_at or clock.now() + backoff
        keep_fresh_credentials(current, account, connector)


def _note_fault(actor: Actor, account_id: int, code: str, detail: str = "") -> None:
    with writing() as current:
        _failed(current, actor, account_id, code, detail)


def _failed(current: Session, actor: Actor, account_id: int, code: str, detail: str) -> Account:
    account = current.get_one(Account, account_id, with_for_update={"key_share": True}, populate_existing=True)
    if account.last_error_code != code:
        record(current, actor, "account.collection_failed", of=("account", account_id), params={"code": code})
    account.failures_in_a_row += 1
    account.last_error_code, account.last_error_detail = code, detail
    return account


def _release(account_id: int, lease: _Lease) -> None:
    with writing() as current:
        current.execute(
            update(Account)
            .where(Account.id == account_id, Account.collecting_until == lease.until)
            .values(collecting_until=None)
        )
