"""What can be proved of a database: the rule holds, the trail is whole, every figure can be recomputed.

Everything is read as it stood at one moment, in batches, so that what is written meanwhile is no fault and memory stays
flat whatever the size.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from sqlalchemy.orm import Session

from inbox.extensions import at_one_moment, db
from inbox.models import triggers
from inbox.permissions import Actor, Permission, require
from inbox.trail import anchors as kept_heads
from inbox.trail import chain
from inbox.verify import approved, figures, searchable, stored, terms, withheld
from inbox.verify.fault import Progress, VerifyFault

__all__ = ["Progress", "VerifyFault", "verify"]


def verify(
    actor: Actor, progress: Progress | None = None, *, anchors: Path | None = None, public_key: str | None = None
) -> VerifyFault | None:
    """Check the rule's triggers, the trail, what was collected, what was withheld or approved, hours and targets,
    the figures, and the index of words, in this order.

    Args:
        progress: told after each batch.
        anchors: a file of signed heads that the trail must bear out. Without one, rows that were cut off at the end of
            the trail do not show.
        public_key: hexadecimal; the key that every anchor must be signed with.

    Returns:
        the first fault, or None.

    Raises:
        Refused: the actor may not see the trail.
        Problem: `anchor_unreadable`.
    """
    require(actor, Permission.TRAIL_VIEW)
    tell = progress or (lambda _name, _count: None)
    with _at_one_moment() as current:
        return next(_faults(current, tell, anchors, public_key), None)


@contextmanager
def _at_one_moment() -> Iterator[Session]:
    """A session of its own that only reads and sees nothing of what is written after it began."""
    with Session(db.engine) as current:
        at_one_moment(current)
        yield current


def _faults(current: Session, tell: Progress, anchors: Path | None, public_key: str | None) -> Iterator[VerifyFault]:
    for name in triggers.faults(current.connection()):
        yield VerifyFault("fault_trigger", {"name": name})
    fault = chain.verify(current, lambda count: tell("trail", count))
    if fault is not None:
        yield VerifyFault("fault_trail", {"seq": fault.seq, "code": fault.code})
    if anchors is not None:
        broken = kept_heads.check(current, anchors, public_key)
        if broken is not None:
            yield VerifyFault("fault_anchor", asdict(broken))
    yield from stored.texts_faults(current, tell)
    yield from stored.collections_faults(current, tell)
    yield from withheld.withheld_faults(current)
    yield from withheld.erasures_faults(current)
    yield from withheld.declarations_faults(current)
    yield from approved.approved_faults(current)
    yield from stored.counts_faults(current)
    yield from terms.terms_faults(current)
    for untimed in figures.times_faults(current):
        yield untimed
        # What follows computes with these times.
        return
    yield from figures.waits_faults(current, tell)
    yield from figures.promises_faults(current, tell)
    yield from figures.counters_faults(current)
    yield from figures.queue_faults(current, tell)
    yield from searchable.words_faults(current, tell)
    yield from searchable.file_faults(db.engine)
