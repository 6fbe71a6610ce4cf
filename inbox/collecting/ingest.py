"""One delivered page into the tables, in the transaction of whoever calls, with the account's cursor.

Whatever the order, the repetitions and the overlaps of deliveries, the same rows are left behind; and
received = stored + known + quarantined, for each page and for the account.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock
from inbox.collecting import comments, own_messages, quarantine
from inbox.collecting.sifting import Sifted, sift
from inbox.collecting.triage import Hint
from inbox.connectors.shapes import Page, Quota
from inbox.measuring import openings, waits
from inbox.models import Account, CollectionGap, digest_over
from inbox.permissions import WORKER, Actor
from inbox.trail import record

BEYOND_REACH = "beyond_reach"
"""The code of a gap: the network no longer delivers what was written in it."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of the items of a page.

    Attributes:
        comments: comments that were not known before.
        edits: new versions of known comments.
        own: messages of our own that were not known before.
        known: items that brought nothing new.
        quarantined: items that could not be read and were not in quarantine before.
    """

    comments: int = 0
    edits: int = 0
    own: int = 0
    known: int = 0
    quarantined: int = 0

    @property
    def stored(self) -> int:
        """Items that brought something new and readable."""
        return self.comments + self.edits + self.own

    @property
    def received(self) -> int:
        """All items of the page."""
        return self.stored + self.known + self.quarantined


def store_page(
    session: Session,
    account: Account,
    page: Page | Sifted,
    hints: Mapping[str, Hint] | None = None,
    *,
    actor: Actor = WORKER,
    from_quarantine: Collection[bytes] | None = None,
) -> Stored:
    """Store everything a page delivered, and where the next one goes on.

    Args:
        session: inside a write transaction; never committed here.
        account: whose comments they are; its row is locked until the commit, so that pages of an account follow each
            other.
        page: as delivered, or already sifted.
        hints: what triage said, by remote id, of comments that are new or have a new version.
        actor: who collects, for the trail.
        from_quarantine: the digests of the payloads that the items were read from, when they were received before and
            come out of quarantine: then the network delivered nothing, and only what is stored changes.
    """
    sifted = page if isinstance(page, Sifted) else sift(page)
    # Without the key: members may write replies from this account meanwhile.
    session.refresh(account, with_for_update={"key_share": True})
    now = clock.now()
    connection = session.connection()

    terms = openings.terms(session, account)
    arrivals = comments.store(connection, account, sifted.comments, hints or {}, terms, now)
    own = own_messages.store(connection, account.id, sifted.own, now)
    quarantined = quarantine.store(connection, account.id, sifted.unread, now)
    answered = own_messages.place(session, actor, account.id, arrivals.remote_ids, own, now)
    stored = Stored(
        comments=len(arrivals.remote_ids),
        edits=arrivals.edits,
        own=len(own),
        known=sifted.received - len(arrivals.remote_ids) - arrivals.edits - len(own) - quarantined,
        quarantined=quarantined,
    )
    if account.quarantined_count:
        read = {one.payload.digest for one in sifted.comments} | {one.payload.digest for one in sifted.own}
        released = quarantine.resolve(connection, account.id, read if from_quarantine is None else from_quarantine, now)
        account.quarantined_count -= released
        account.known_count += released
    account.received_count += stored.received
    account.stored_count += stored.stored
    account.known_count += stored.known
    account.quarantined_count += stored.quarantined
    if from_quarantine is None:
        _advance(session, account, sifted.page)
    else:
        account.received_count -= stored.received
        account.known_count -= stored.received
    if arrivals.newest is not None:
        account.newest_comment_at = max(arrivals.newest, account.newest_comment_at or arrivals.newest)
    if stored.stored or stored.quarantined:
        record(
            session,
            actor,
            "comments.stored",
            of=("account", account.id),
            params={
                "comments": stored.comments,
                "edits": stored.edits,
                "own": stored.own,
                "known": stored.known,
                "quarantined": stored.quarantined,
                "versions": _ranges(arrivals.version_ids),
                "digest": digest_over(arrivals.digests),
            },
        )
        bell.ring(
            session,
            "comments.stored",
            account_id=account.id,
            conversation_ids=sorted(arrivals.conversations),
            answered_ids=sorted(answered),
        )
    firsts = [first for conversation_id, first in arrivals.firsts.items() if conversation_id not in answered]
    openings.open_new(session, account, firsts)
    rest = (arrivals.conversations | answered) - {first.conversation_id for first in firsts}
    if rest:
        waits.settle(session, rest, arrived=arrivals.conversations & rest)
    return stored


def _advance(session: Session, account: Account, page: Page) -> None:
    """Bring the account's cursor and health to where this page leads."""
    now = clock.now()
    account.cursor = page.cursor
    account.last_success_at = now
    account.next_collection_at = page.next_at
    account.failures_in_a_row = 0
    account.last_error_code = account.last_error_detail = None
    if page.quota != Quota():
        account.quota_limit = page.quota.limit
        account.quota_remaining = page.quota.remaining
        account.quota_reset_at = page.quota.reset_at
    if page.gap_since is not None:
        _note_gap(session, account, page)


def _note_gap(session: Session, account: Account, page: Page) -> None:
    """Keep that comments between `gap_since` and the page's oldest comment may be missing, once."""
    known = session.execute(
        select(CollectionGap.id).where(
            CollectionGap.account_id == account.id,
            CollectionGap.code == BEYOND_REACH,
            CollectionGap.started_at == page.gap_since,
        )
    ).first()
    if known is not None or page.gap_since is None:
        return
    now = clock.now()
    reached = [item.posted_at for item in page.items if hasattr(item, "posted_at") and item.posted_at > page.gap_since]
    ended_at = min(reached, default=now)
    session.add(
        CollectionGap(
            account_id=account.id, code=BEYOND_REACH, started_at=page.gap_since, ended_at=ended_at, noticed_at=now
        )
    )


def _ranges(ascending: list[int]) -> list[list[int]]:
    """Ids as `[first, last]` of each unbroken run, so that the trail names exactly which versions a digest covers."""
    ranges: list[list[int]] = []
    for identifier in ascending:
        if ranges and ranges[-1][1] == identifier - 1:
            ranges[-1][1] = identifier
        else:
            ranges.append([identifier, identifier])
    return ranges
