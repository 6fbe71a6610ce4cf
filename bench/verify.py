"""`inbox verify`: how fast it walks a used database, and whether its memory stays flat.

Each size is verified in a program of its own, so that its peak of resident memory is its own: at the largest size at
most 96 MiB above that of the smallest, of which SQLite's page cache takes 64. There are as many rows in the trail as
comments, a row of collection for every ten of them; half of the conversations are answered. Run with
`python -m bench.verify [--sizes 10000,100000,1000000]`.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert

from config import Config
from inbox import clock, create_app, verify
from inbox.extensions import db
from inbox.models import (
    Account,
    Author,
    Comment,
    CommentVersion,
    Conversation,
    ConversationState,
    QueueCounter,
    QueueEntry,
    Reply,
    TrailRow,
    Wait,
    digest_of,
    digest_over,
    schema,
)
from inbox.permissions import OPERATOR
from inbox.trail.chain import GENESIS, canonical, hash_of

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PER_PAGE = 10
AT_ONCE = 10_000
MOST_MORE_KIB = 96 * 1024
SALT = bytes(16)


def fill(connection: Connection, size: int) -> None:
    """`size` comments of as many authors, every second one answered, and as many rows of the trail, all of it sound."""
    connection.execute(
        insert(Account),
        [{"network": "demo", "identifier": "a", "name": "A", "created_at": START, "received_count": size}],
    )
    connection.execute(Account.__table__.update().values(stored_count=size))  # type: ignore[attr-defined]
    previous = GENESIS
    for first in range(1, size + 1, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, size + 1))
        for model, rows in _rows(numbers).items():
            connection.execute(insert(model), rows)
        trail, previous = _trail(numbers, previous)
        connection.execute(insert(TrailRow), trail)
    answered = size // 2
    counted = {ConversationState.ANSWERED: answered, ConversationState.WAITING: size - answered}
    connection.execute(
        insert(QueueCounter),
        [{"account_id": 1, "state": state, "entries": entries} for state, entries in counted.items()],
    )


def _rows(numbers: range) -> dict[Any, list[dict[str, Any]]]:
    found: dict[Any, list[dict[str, Any]]] = {
        model: [] for model in (Author, Conversation, Comment, CommentVersion, Reply, Wait, QueueEntry)
    }
    for n in numbers:
        at = START + timedelta(seconds=n)
        is_answered = n % 2 == 0
        state = ConversationState.ANSWERED if is_answered else ConversationState.WAITING
        closed = at + timedelta(minutes=5) if is_answered else None
        text = f"Is batch {n} safe for my son? I asked two days ago and nobody has answered me yet."
        found[Author].append(
            {
                "id": n,
                "account_id": 1,
                "remote_id": f"r{n}",
                "identifier": f"a{n}",
                "display_name": f"Author {n}",
                "first_seen_at": at,
            }
        )
        found[Conversation].append(
            {
                "id": n,
                "account_id": 1,
                "author_id": n,
                "thread_id": f"t{n}",
                "state": state,
                "opened_at": at,
                "last_comment_at": at,
                "comment_count": 1,
            }
        )
        found[Comment].append(
            {
                "id": n,
                "account_id": 1,
                "remote_id": f"c{n}",
                "conversation_id": n,
                "author_id": n,
                "posted_at": at,
                "received_at": at,
                "reasons": [],
            }
        )
        found[CommentVersion].append(
            {
                "id": n,
                "comment_id": n,
                "number": 1,
                "text": text,
                "salt": SALT,
                "digest": digest_of(SALT, text),
                "written_at": at,
                "received_at": at,
            }
        )
        if closed is not None:
            found[Reply].append(
                {
                    "id": n,
                    "conversation_id": n,
                    "account_id": 1,
                    "origin": "native",
                    "kind": "substantive",
                    "text": "Yes.",
                    "text_hash": "0" * 64,
                    "state": "sent",
                    "form_key": f"f{n}",
                    "key": f"k{n}",
                    "created_at": closed,
                    "sent_at": closed,
                }
            )
        found[Wait].append(
            {
                "id": n,
                "conversation_id": n,
                "account_id": 1,
                "ordinal": 1,
                "comment_id": n,
                "opened_at": at,
                "received_at": at,
                "target_seconds": 3600,
                "due_at": at + timedelta(hours=1),
                "closed_at": closed,
                "seconds": 300.0 if is_answered else None,
                "reply_id": n if is_answered else None,
                "substantive_at": closed,
            }
        )
        found[QueueEntry].append(
            {
                "id": n,
                "author_id": n,
                "account_id": 1,
                "network": "demo",
                "state": state,
                "conversation_id": n,
                "conversation_count": 1,
                "waiting_since": at,
                "due_at": at,
                "last_comment_at": at,
                "urgency": 2,
                "kind": "question",
                "language": "en",
            }
        )
    return found


def _trail(numbers: range, previous: str) -> tuple[list[dict[str, Any]], str]:
    rows = []
    for seq in numbers:
        at = START + timedelta(seconds=seq)
        if seq % PER_PAGE == 0:
            first = seq - PER_PAGE + 1
            digests = [
                digest_of(SALT, f"Is batch {n} safe for my son? I asked two days ago and nobody has answered me yet.")
                for n in range(first, seq + 1)
            ]
            facts: dict[str, Any] = {"versions": [[first, seq]], "digest": digest_over(digests), "comments": PER_PAGE}
            deed = ("worker", "comments.stored", "account", "1", canonical(facts))
        else:
            deed = ("member:1", "reply.queued", "reply", str(seq), "{}")
        digest = hash_of(seq, at, *deed, previous)
        names = ("actor", "action", "object_type", "object_id", "params")
        rows.append(
            {"seq": seq, "at": at, **dict(zip(names, deed, strict=True)), "previous_hash": previous, "hash": digest}
        )
        previous = digest
    return rows, previous


def once(folder: Path) -> dict[str, Any]:
    """Verify the database in `folder` in this program; seconds, kibibytes at the peak, and where the time went."""
    app = create_app(
        Config(folder, f"sqlite:///{folder / 'inbox.sqlite'}", None, "a secret of the bench", (), (), False)
    )
    stages: dict[str, float] = {}
    started = last = time.perf_counter()

    def tell(name: str, _count: int) -> None:
        nonlocal last
        now = time.perf_counter()
        stages[name] = stages.get(name, 0.0) + now - last
        last = now

    with app.app_context():
        fault = verify.verify(OPERATOR, tell)
        db.engine.dispose()
    if fault is not None:
        raise RuntimeError(f"the bench laid down a fault: {fault}")
    taken = time.perf_counter() - started
    stages["rest"] = started + taken - last
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"seconds": taken, "peak_kib": peak, "stages": {name: round(each, 2) for name, each in stages.items()}}


def measured(sizes: Sequence[int]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each size in turn, in a program of its own."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            url = f"sqlite:///{Path(name) / 'inbox.sqlite'}"
            schema.upgrade(url)
            engine = create_engine(url)
            with engine.begin() as connection:
                fill(connection, size)
            engine.dispose()
            done = subprocess.run(
                [sys.executable, "-m", "bench.verify", "--once", name], check=True, capture_output=True, text=True
            )
            yield size, json.loads(done.stdout)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; exits with 1 when memory grows with the size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    if given.once is not None:
        print(json.dumps(once(given.once)))
        return 0
    figures = {"at": clock.to_iso(clock.now()), "sizes": {}}
    peaks = []
    for size, found in measured([int(size) for size in given.sizes.split(",")]):
        peaks.append(found["peak_kib"])
        # Comments, conversations and rows of the trail are walked, each once.
        speed = 3 * size / found["seconds"]
        peak = found["peak_kib"] / 1024
        figures["sizes"][size] = found  # type: ignore[index]
        print(
            f"{size:9,} comments  {found['seconds']:8.1f} s  {speed:9,.0f} rows/s  peak {peak:6.0f} MiB"
            f"  {found['stages']}",
            flush=True,
        )
    more = peaks[-1] - peaks[0]
    flat = more <= MOST_MORE_KIB
    print(f"memory + {more / 1024:.0f} MiB  {'ok' if flat else 'MISSED'}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    return 0 if flat else 1


if __name__ == "__main__":
    sys.exit(main())
