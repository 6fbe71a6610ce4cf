"""Comments out of a file: stored like any others, in accounts without a network; imported again, they are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting.hints import hints_for
from inbox.collecting.import_files import ReadRow, read_file
from inbox.collecting.ingest import Stored, store_page
from inbox.collecting.sifting import Sifted, sift, storable
from inbox.connectors.shapes import FetchedComment, FetchedOwnMessage, Page, Unreadable
from inbox.extensions import session, writing
from inbox.models import IMPORT, Account, Comment, Conversation, OwnMessage
from inbox.permissions import Actor, Permission, require
from inbox.trail import record

BATCH = 500
"""Rows that are stored in one transaction."""

FAULTS_KEPT = 100
"""How many broken rows a report names; all of them are in quarantine."""


@dataclass(frozen=True, slots=True)
class RowFault:
    """A row that could not be read: the line it begins on, and the code of what is wrong with it."""

    line: int
    code: str


@dataclass(slots=True)
class ImportReport:
    """What became of a file.

    Attributes:
        received: rows, messages of threads counted one by one.
        stored: comments and new versions of comments.
        replies: messages of the brand, stored.
        known: rows that brought nothing new.
        quarantined: rows that could not be read and were not in quarantine before.
        accounts: ids of the accounts they belong to.
        faults: the first `FAULTS_KEPT` rows that could not be read, known ones included.
    """

    received: int = 0
    stored: int = 0
    replies: int = 0
    known: int = 0
    quarantined: int = 0
    accounts: set[int] = field(default_factory=set)
    faults: list[RowFault] = field(default_factory=list)

    def add(self, stored: Stored) -> None:
        """Count one stored page."""
        self.received += stored.received
        self.stored += stored.comments + stored.edits
        self.replies += stored.own
        self.known += stored.known
        self.quarantined += stored.quarantined


def import_file(
    actor: Actor,
    path: str | Path,
    *,
    mapping: Mapping[str, str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Store the comments of a CSV or JSON Lines file; see `inbox.collecting.import_files` for what it may hold.

    Rows are stored in batches, each with its account's counts in one transaction; what a stopped import left out, the
    next one brings in.

    Args:
        actor: who imports.
        path: the file.
        mapping: field → column, for columns whose names are not recognised.
        progress: called with the number of rows received so far, after each batch.

    Raises:
        Refused: the actor may not import.
        Problem: the file cannot be read at all, or its columns are not what is needed. Nothing was stored.
    """
    require(actor, Permission.COMMENTS_IMPORT)
    file = Path(path)
    report = ImportReport()
    rows = read_file(file, mapping)
    while batch := list(islice(rows, BATCH)):
        for row in batch:
            if isinstance(row.item, Unreadable) and len(report.faults) < FAULTS_KEPT:
                report.faults.append(RowFault(row.line, row.item.code))
        _store(actor, batch, storable(file.stem)[:255], report)
        if progress is not None:
            progress(report.received)
    return report


def _store(actor: Actor, batch: list[ReadRow], nameless: str, report: ImportReport) -> None:
    by_account: dict[str, list[ReadRow]] = {}
    for row in batch:
        by_account.setdefault(storable(row.account or nameless), []).append(row)
    ids = _known_accounts(session(), by_account)
    pages = {name: _page(session(), ids.get(name), of) for name, of in by_account.items()}
    hints = {name: hints_for(session(), ids.get(name), page) for name, page in pages.items()}
    with writing() as current:
        for name in by_account:
            account = _account(current, actor, name)
            report.accounts.add(account.id)
            report.add(store_page(current, account, pages[name], hints[name], actor=actor))


def _page(current: Session, account_id: int | None, rows: list[ReadRow]) -> Sifted:
    """The rows of one account as one page; a row that only says what it answers joins that one's thread."""
    threads = _threads(current, account_id, {_parent(row) for row in rows if not row.thread_known})
    items = []
    for row in rows:
        item = row.item
        if isinstance(item, Unreadable):
            item = replace(item, detail=f"line {row.line}")
        elif not row.thread_known and item.parent_id is not None:
            item = replace(item, thread_id=threads.get(item.parent_id, item.thread_id))
        if isinstance(item, FetchedComment | FetchedOwnMessage):
            threads[item.remote_id] = item.thread_id
        items.append(item)
    return sift(Page(tuple(items), cursor={}))


def _parent(row: ReadRow) -> str:
    return row.item.parent_id or "" if not isinstance(row.item, Unreadable) else ""


def _threads(current: Session, account_id: int | None, parents: set[str]) -> dict[str, str]:
    """The threads of stored comments and messages, by remote id."""
    if not parents or account_id is None:
        return {}
    of_comments = (
        select(Comment.remote_id, Conversation.thread_id)
        .join(Conversation, Conversation.id == Comment.conversation_id)
        .where(Comment.account_id == account_id, Comment.remote_id.in_(parents))
    )
    of_ours = select(OwnMessage.remote_id, OwnMessage.thread_id).where(
        OwnMessage.account_id == account_id, OwnMessage.remote_id.in_(parents)
    )
    return {row[0]: row[1] for statement in (of_comments, of_ours) for row in current.execute(statement)}


def _known_accounts(current: Session, names: Mapping[str, object]) -> dict[str, int]:
    rows = current.execute(
        select(Account.identifier, Account.id).where(Account.network == IMPORT, Account.identifier.in_(names))
    )
    return {row[0]: row[1] for row in rows}


def _account(current: Session, actor: Actor, name: str) -> Account:
    """The account of that name, made when an import meets it for the first time."""
    account = current.scalar(
        select(Account).where(Account.network == IMPORT, Account.base_url == "", Account.identifier == name)
    )
    if account is None:
        account = Account(network=IMPORT, base_url="", identifier=name, name=name, created_at=clock.now())
        account.cursor, account.scopes, account.excess_scopes = {}, [], []
        current.add(account)
        current.flush()
        record(current, actor, "account.imported", of=("account", account.id))
    return account
