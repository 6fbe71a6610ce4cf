"""How long it takes to tell a copy from a reply: `python -m bench.likeness [--json FILE] [--sizes 1000 10000 100000]`.

An account that sent so many replies in a week, in real sentences put together anew for everyone; every twentieth is a
near copy of one text. Measured is one check with the texts in memory (and what is new read from the database), as while
somebody types; the first check of a process, which reads them all, is printed apart. Target: a check at 100,000
replies takes at most 15 times as long as one at 1,000, which has a hundredth of the texts.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from flask import Flask  # noqa: E402
from sqlalchemy import insert  # noqa: E402

from config import Config  # noqa: E402
from inbox import clock, create_app  # noqa: E402
from inbox.answering import likeness  # noqa: E402
from inbox.extensions import session, writing  # noqa: E402
from inbox.models import (  # noqa: E402
    Account,
    Author,
    Conversation,
    ConversationState,
    Reply,
    ReplyKind,
    ReplyOrigin,
    ReplyState,
    schema,
)

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 30
TARGET = 15.0
OWN = "A kettle that leaks is nothing to live with: does it drip at the spout, or where the handle is fixed to it?"
COPY = "the blue cup is safe and the laboratory has confirmed it twice. Write to us again whenever you like."
PARTS = (
    (
        "thank you for asking",
        "good that you ask",
        "we have read every word",
        "that must have been a fright",
        "you are right",
    ),
    ("the blue cup", "batch fourteen", "the lid of the bottle", "the new lamp", "your order", "the spring collection"),
    ("was checked by the laboratory", "is being replaced", "left the shop in March", "is safe when unplugged"),
    ("this morning", "since Tuesday", "as of today", "in all shops", "in Lyon and in Nantes", "in your town"),
    ("Tell us when you bought it", "Write to us here", "A colleague looks at it now", "The page says how to return it"),
    (
        "and we follow it up",
        "whenever you like",
        "and keep the box",
        "so that nobody has to wait",
        "with a photo if you can",
    ),
)


@contextmanager
def brand(replies: int) -> Iterator[tuple[Flask, int]]:
    """An application over a database in which one account sent so many replies; yields it and the account's id."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'inbox.sqlite'}"
        schema.upgrade(url)
        app = create_app(Config(Path(folder), url, None, "a secret for measuring", (bytes(32),), (), False))
        with app.app_context():
            yield app, _lay_down(replies)


def _lay_down(replies: int) -> int:
    chance, now = random.Random(7), clock.now()
    with writing() as current:
        account = Account(network="demo", identifier="bench", name="Bench", created_at=now)
        current.add(account)
        current.flush()
        for first in range(1, replies + 1, 5_000):
            numbers = range(first, min(first + 5_000, replies + 1))
            current.execute(insert(Author), [_author(account.id, n) for n in numbers])
            current.execute(insert(Conversation), [_conversation(account.id, n) for n in numbers])
            current.execute(insert(Reply), [_reply(account.id, n, _text(chance, n)) for n in numbers])
    return account.id


def _author(account_id: int, number: int) -> dict[str, object]:
    name = f"Person{number}"
    shared = {"identifier": name.lower(), "display_name": name, "remote_id": name, "comment_count": 1}
    return {"id": number, "account_id": account_id, "first_seen_at": clock.now(), **shared}


def _conversation(account_id: int, number: int) -> dict[str, object]:
    now = clock.now()
    shared = {"opened_at": now, "last_comment_at": now, "comment_count": 1, "urgency": 2, "kind": "other"}
    where = {"account_id": account_id, "author_id": number, "thread_id": str(number), "language": "en"}
    return {"id": number, "state": ConversationState.ANSWERED, **where, **shared}


def _reply(account_id: int, number: int, text: str) -> dict[str, object]:
    at = clock.now() - timedelta(minutes=number % 9_000)
    shared = {"origin": ReplyOrigin.INBOX, "kind": ReplyKind.SUBSTANTIVE, "automatic": False, "attempts": 1}
    return {
        "id": number,
        "account_id": account_id,
        "conversation_id": number,
        "text": text,
        "text_hash": hashlib.sha256(text.encode()).hexdigest(),
        "state": ReplyState.SENT,
        "form_key": f"form-{number}",
        "key": f"key-{number}",
        "remote_id": f"r{number}",
        "created_at": at,
        "sent_at": at,
        **shared,
    }


def _text(chance: random.Random, number: int) -> str:
    if number % 20 == 0:
        return f"Hello Person{number}, {COPY}"
    words = [chance.choice(part) for part in PARTS]
    first, more = f"Hello Person{number}, {words[0]}: {' '.join(words[1:4])}.", f"{words[4]} {words[5]}."
    other = " ".join(chance.choice(part) for part in PARTS[1:4])
    return f"{first} {other.capitalize()}. {more}"


def measure(replies: int) -> dict[str, float]:
    """Milliseconds: the first check, then the median of checks of a copy and of a text nobody got."""
    with brand(replies) as (_app, account_id):

        def check(text: str) -> tuple[float, int]:
            started = time.perf_counter()
            found = likeness.check(session(), account_id, text)
            return (time.perf_counter() - started) * 1_000, found.people

        first, people = check(COPY)
        copies = [check(f"{COPY} {number}")[0] for number in range(ROUNDS)]
        originals = [check(f"{OWN} {number}")[0] for number in range(ROUNDS)]
    return {
        "replies": replies,
        "people": people,
        "first_ms": round(first, 1),
        "copy_ms": round(statistics.median(copies), 2),
        "own_ms": round(statistics.median(originals), 2),
    }


def main() -> int:
    """Measure and print; 1 where the target is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--json", type=Path)
    options.add_argument("--sizes", type=int, nargs="+", default=list(SIZES))
    chosen = options.parse_args()
    rows = [measure(size) for size in chosen.sizes]
    for row in rows:
        print(
            f"{row['replies']:>8,} replies: a copy {row['copy_ms']:>8} ms, a text of one's own {row['own_ms']:>8} ms, "
            f"{row['people']:,} people; first check of a process {row['first_ms']:,} ms"
        )
    ratio = max(rows[-1][key] / rows[0][key] for key in ("copy_ms", "own_ms"))
    print(f"{chosen.sizes[-1]:,} against {chosen.sizes[0]:,} replies: {ratio:.1f} x (target {TARGET:.0f} x)")
    if chosen.json:
        chosen.json.write_text(json.dumps({"rows": rows, "ratio": ratio, "target": TARGET}, indent=2) + "\n")
    return int(ratio > TARGET)


if __name__ == "__main__":
    sys.exit(main())
