"""What was collected: every text against its seal, every page against its row of the trail, every count."""

from __future__ import annotations

import hmac
import json
from collections import Counter
from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox.models import (
    Account,
    Comment,
    CommentVersion,
    OwnMessage,
    Tombstone,
    TrailRow,
    digest_of,
    digest_over,
)
from inbox.models.bulk import among
from inbox.verify.fault import BATCH, Progress, VerifyFault

PAGES = 200
"""How many collected pages are checked together."""

MOST_AT_ONCE = 50_000
"""How many digests are held at most for them."""


def texts_faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """Every version against its seal; a text is missing only behind a tombstone."""
    columns = (CommentVersion.id, CommentVersion.comment_id, CommentVersion.number, CommentVersion.text)
    sealed = (CommentVersion.salt, CommentVersion.digest)
    last = walked = 0
    while True:
        rows = current.execute(
            select(*columns, *sealed).where(CommentVersion.id > last).order_by(CommentVersion.id).limit(BATCH)
        ).all()
        bare = {comment_id for _, comment_id, _, text, salt, _ in rows if text is None or salt is None}
        if bare:
            bare -= set(current.scalars(select(Tombstone.comment_id).where(among(Tombstone.comment_id, sorted(bare)))))
        for _, comment_id, number, text, salt, digest in rows:
            if comment_id in bare:
                yield VerifyFault("fault_withheld", {"comment": comment_id})
            elif text is not None and salt is not None and not hmac.compare_digest(digest_of(salt, text), digest):
                yield VerifyFault("fault_digest", {"comment": comment_id, "number": number})
        walked += len(rows)
        tell("comments", walked)
        if len(rows) < BATCH:
            return
        last = rows[-1][0]


def collections_faults(current: Session, tell: Progress) -> Iterator[VerifyFault]:
    """What the trail says of each page that was collected, against the versions that are there."""
    last = walked = 0
    while True:
        rows = current.execute(
            select(TrailRow.seq, TrailRow.params)
            .where(TrailRow.action == "comments.stored", TrailRow.seq > last)
            .order_by(TrailRow.seq)
            .limit(PAGES)
        ).all()
        pages = [(seq, json.loads(params)) for seq, params in rows]
        near = _near(current, [(first, final) for _, page in pages for first, final in page["versions"]])
        for seq, page in pages:
            digests = (digest for first, final in page["versions"] for digest in _digests(current, first, final, near))
            if digest_over(digests) != page["digest"]:
                yield VerifyFault("fault_collection", {"seq": seq})
            last = seq
        walked += len(rows)
        tell("collections", walked)
        if len(rows) < PAGES:
            return


def counts_faults(current: Session) -> Iterator[VerifyFault]:
    """Received = stored + known + quarantined, and what is counted as stored is there."""
    stored: Counter[int] = Counter()
    # An edit that was delivered is an item of its own, and a version of its comment.
    versions = select(Comment.account_id, func.count()).join(CommentVersion, CommentVersion.comment_id == Comment.id)
    messages = select(OwnMessage.account_id, func.count())
    for counted, column in ((versions, Comment.account_id), (messages, OwnMessage.account_id)):
        for account_id, count in current.execute(counted.group_by(column)):
            stored[account_id] += count
    for account in current.scalars(select(Account).order_by(Account.id)):
        parts = (account.stored_count, account.known_count, account.quarantined_count)
        if account.received_count != sum(parts):
            yield VerifyFault(
                "fault_counts",
                {
                    "account": account.id,
                    "received": account.received_count,
                    "stored": parts[0],
                    "known": parts[1],
                    "quarantined": parts[2],
                },
            )
        found = stored[account.id]
        if account.stored_count != found:
            yield VerifyFault("fault_stored", {"account": account.id, "counted": account.stored_count, "found": found})


def _near(current: Session, ranges: list[tuple[int, int]]) -> dict[int, bytes]:
    """The digests of all versions in `ranges` by id, where they lie close enough together to be read at once.

    Pages that are collected one after the other cover ids one after the other, so that one query serves many of them.
    """
    if not ranges:
        return {}
    lowest, highest = min(first for first, _ in ranges), max(final for _, final in ranges)
    if highest - lowest >= MOST_AT_ONCE:
        return {}
    covered = CommentVersion.id.between(lowest, highest)
    return {
        row.id: row.digest for row in current.execute(select(CommentVersion.id, CommentVersion.digest).where(covered))
    }


def _digests(current: Session, first: int, final: int, near: dict[int, bytes]) -> Iterable[bytes]:
    """The digests of versions `first` to `final`, however many a forged row may claim."""
    if near:
        return (near[number] for number in range(first, final + 1) if number in near)
    covered = CommentVersion.id.between(first, final)
    return current.scalars(
        select(CommentVersion.digest).where(covered).order_by(CommentVersion.id).execution_options(yield_per=BATCH)
    )
