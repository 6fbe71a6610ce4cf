"""How the trail stands: its head, the last anchor, and when it was last verified, as far as that is known."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from inbox import clock
from inbox.extensions import session
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem
from inbox.trail import anchors, chain

VERIFIED_FILE = "verified.json"
"""Where the last verification without a fault is noted in the data folder. It informs; it proves nothing."""


@dataclass(frozen=True, slots=True)
class Verified:
    """A verification that found no fault.

    Attributes:
        at: when (aware UTC).
        seq: how far the trail went then.
        anchored: whether it was checked against anchors, so that rows cut off at the end would have shown.
    """

    at: datetime
    seq: int
    anchored: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How the trail stands.

    Attributes:
        seq: the number of its last row; 0 while it is empty.
        hash: that row's hash, hexadecimal.
        anchor: the newest anchor; None where there is none.
        problem: why the anchors could not be read.
        verified: None where nobody has verified it from this data folder.
    """

    seq: int
    hash: str
    anchor: anchors.Anchor | None
    problem: Problem | None
    verified: Verified | None


def standing(actor: Actor, data_dir: Path, anchors_file: Path) -> Standing:
    """How the trail stands now.

    Raises:
        Refused: the actor may not see the trail.
    """
    require(actor, Permission.TRAIL_VIEW)
    seq, digest = chain.head(session())
    anchor, problem = None, None
    try:
        anchor = anchors.last(anchors_file)
    except Problem as unreadable:
        problem = unreadable
    return Standing(seq, digest, anchor, problem, last_verified(data_dir))


def note_verified(data_dir: Path, seq: int, *, anchored: bool) -> None:
    """Remember that the trail was verified just now; where the folder cannot be written, nothing is remembered."""
    facts = {"at": clock.to_iso(clock.now()), "seq": seq, "anchored": anchored}
    beside = data_dir / f"{VERIFIED_FILE}.{os.getpid()}"
    try:
        beside.write_text(json.dumps(facts) + "\n", encoding="ascii")
        beside.replace(data_dir / VERIFIED_FILE)
    except OSError:
        beside.unlink(missing_ok=True)


def last_verified(data_dir: Path) -> Verified | None:
    """The last verification that was remembered; None where there is none that can be read."""
    try:
        facts = json.loads((data_dir / VERIFIED_FILE).read_text(encoding="ascii"))
        at = clock.as_utc(datetime.fromisoformat(facts["at"]))
        return Verified(at, int(facts["seq"]), bool(facts["anchored"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
