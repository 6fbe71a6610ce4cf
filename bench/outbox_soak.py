"""Workers are killed with SIGKILL while they send: nothing may be lost and nothing may be published twice.

The network keeps a ledger and has no idempotency of its own: a reply that is sent twice stands there twice. It also
loses calls and answers. Run with `python -m bench.outbox_soak [--engine sqlite|postgresql] [--replies N] [--kills N]`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import signal
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from multiprocessing.context import ForkProcess
from pathlib import Path

from sqlalchemy import select

from config import Config
from inbox import clock, create_app
from inbox.answering import outbox, outcomes, replies, sending
from inbox.connectors.base import Connector
from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import AccountAccess, Json, Length, OutgoingReply, Page, Presence, Profile, Receipt
from inbox.extensions import db, session
from inbox.models import Reply, ReplyState
from inbox.permissions import WORKER, Actor, Role
from tests.answering.stage import Stage, member, written
from tests.databases import ENGINES, database

LOST_CALLS = 0.02
LOST_ANSWERS = 0.03
LONGEST_CALL = 0.004
"""Seconds the network takes at most, so that kills fall before, into and after calls."""

DEADLINE = 600.0
"""Seconds after which a soak gives up and says so."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a soak found.

    Attributes:
        published: replies that stand in the ledger at least once.
        lost: replies that count as sent and are not in the ledger, or were never settled.
        doubled: replies that stand in the ledger more than once.
        decided: unconfirmed replies that a person had to look at.
        again: replies that were queued again after reading back.
    """

    engine: str
    replies: int
    kills: int
    published: int
    lost: int
    doubled: int
    decided: int
    again: int
    seconds: float


class LedgerConnector(Connector):
    """A network that writes down whatever arrives, as often as it arrives."""

    network = "demo"
    title = "Ledger"
    letter = "L"

    def __init__(self, access: AccountAccess) -> None:
        super().__init__(access)
        self._ledger = Path(access.data_dir) / "ledger.sqlite"

    @classmethod
    def measure(cls, text: str) -> Length:
        """Characters."""
        return Length(len(text), 500)

    @classmethod
    def own_page_url(cls, base_url: str | None, comment_url: str | None) -> str | None:
        """None."""
        del base_url, comment_url
        return None

    def _post_reply(self, reply: OutgoingReply) -> Receipt:
        chance = random.random()
        time.sleep(random.uniform(0, LONGEST_CALL))
        if chance < LOST_CALLS:
            raise ConnectorError("timed_out", Outcome.UNKNOWN)
        with closing(open_ledger(self._ledger)) as ledger:
            row = ledger.execute("INSERT INTO posts (key) VALUES (?)", (reply.key,)).lastrowid
        time.sleep(random.uniform(0, LONGEST_CALL))
        if chance < LOST_CALLS + LOST_ANSWERS:
            raise ConnectorError("connection_lost", Outcome.UNKNOWN)
        return Receipt(f"post-{row}", clock.now())

    def _find_reply(self, reply: OutgoingReply) -> Receipt | None:
        with closing(open_ledger(self._ledger)) as ledger:
            row = ledger.execute("SELECT id FROM posts WHERE key = ?", (reply.key,)).fetchone()
        return Receipt(f"post-{row[0]}", clock.now()) if row else None

    def _check(self) -> Profile:
        return Profile("ledger", "ledger", "Ledger")

    def _fetch_comments(self, cursor: Json) -> Page:
        return Page((), cursor)

    def _look_up(self, remote_ids: Sequence[str]) -> dict[str, Presence]:
        return dict.fromkeys(remote_ids, Presence.PRESENT)

    def _explain(self, error: Exception, *, writing: bool) -> ConnectorError | None:
        del error, writing
        return None


def open_ledger(path: Path) -> sqlite3.Connection:
    """A connection to the ledger, which is made when it is not there."""
    ledger = sqlite3.connect(path, timeout=60, isolation_level=None)
    ledger.execute("PRAGMA journal_mode=WAL")
    ledger.execute("CREATE TABLE IF NOT EXISTS posts (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL)")
    return ledger


class Soak:
    """One run over a migrated database of its own.

    Args:
        folder: the data folder; made when it is not there.
        replies: how many are to leave.
        workers: how many programs send at the same time.
        kills: how many of them are killed, each replaced at once.
    """

    def __init__(self, url: str, folder: Path, *, replies: int, workers: int, kills: int, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._config = Config(folder, url, None, "a secret of the soak", (bytes(32),), (), False)
        self._replies, self._workers, self._kills = replies, workers, kills
        self._random = random.Random(seed)
        self._context = multiprocessing.get_context("fork")
        self._ledger = folder / "ledger.sqlite"
        open_ledger(self._ledger).close()

    def run(self) -> Result:
        """Fill the outbox, send and kill until everything is settled, and compare with the ledger."""
        app = create_app(self._config)
        with app.app_context():
            cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
            stage = Stage(self._config.data_dir)
            ids = [written(cm, stage.comment(f"critic{number}")).id for number in range(self._replies)]
            _forget_connections()
            started = time.monotonic()
            running = [self._start() for _ in range(self._workers)]
            killed = decided = 0
            try:
                while time.monotonic() - started < DEADLINE:
                    time.sleep(self._random.uniform(0.05, 0.4))
                    if killed < self._kills:
                        unlucky = self._random.randrange(len(running))
                        _kill(running[unlucky])
                        running[unlucky] = self._start()
                        killed += 1
                    states = _states()
                    for reply_id in states.get(ReplyState.UNCONFIRMED, []):
                        decided += self._look_as_a_person(reply_id)
                    if len(states.get(ReplyState.SENT, [])) == len(ids):
                        break
                    _forget_connections()
            finally:
                for worker in running:
                    _kill(worker)
            result = self._compare(len(ids), killed, decided, time.monotonic() - started)
            _forget_connections()
            return result

    def _start(self) -> ForkProcess:
        worker = self._context.Process(target=work, args=(self._config, self._random.random()), daemon=True)
        worker.start()
        return worker

    def _look_as_a_person(self, reply_id: int) -> int:
        """What a member does who looks on the network: say what is there, and send again what is not."""
        cm = Actor.of_member(1, frozenset({Role.COMMUNITY_MANAGER}))
        reply = session().get_one(Reply, reply_id, populate_existing=True)
        there = _published(self._ledger)[reply.key] > 0
        replies.settle_unconfirmed(cm, reply_id, was_sent=there)
        if not there:
            replies.send_again(cm, reply_id)
        return 1

    def _compare(self, stored: int, killed: int, decided: int, seconds: float) -> Result:
        published = _published(self._ledger)
        rows = session().execute(select(Reply.key, Reply.state, Reply.attempts)).all()
        session().commit()
        return Result(
            engine="sqlite" if self._config.on_sqlite else "postgresql",
            replies=stored,
            kills=killed,
            published=sum(1 for row in rows if published[row.key]),
            lost=sum(1 for row in rows if row.state is not ReplyState.SENT or not published[row.key]),
            doubled=sum(1 for count in published.values() if count > 1),
            decided=decided,
            again=sum(1 for row in rows if row.attempts > 1),
            seconds=round(seconds, 1),
        )


def work(config: Config, seed: float) -> None:
    """One worker program: sweeps and sends until it is killed. Leases and pauses are short, as nobody waits here."""
    random.seed(seed)
    sending.LEASE, sending.LATEST_START = timedelta(seconds=3), timedelta(seconds=1)
    outcomes.SECOND_LOOK = outcomes.FIRST_PAUSE = timedelta(seconds=0.5)
    app = create_app(config)
    with app.app_context():
        while True:
            outbox.sweep(WORKER, opener=_open)
            if outbox.send_due(WORKER, opener=_open, limit=20).tried == 0:
                time.sleep(0.05)


def _open(_network: str, access: AccountAccess) -> Connector:
    return LedgerConnector(access)


def _kill(worker: ForkProcess) -> None:
    if worker.pid is not None:
        os.kill(worker.pid, signal.SIGKILL)
    worker.join()


def _forget_connections() -> None:
    # A forked worker must not inherit a connection that this program goes on using.
    db.session.remove()
    db.engine.dispose()


def _states() -> dict[ReplyState, list[int]]:
    found: dict[ReplyState, list[int]] = {}
    for row in session().execute(select(Reply.id, Reply.state)):
        found.setdefault(row.state, []).append(row.id)
    session().commit()
    return found


def _published(ledger: Path) -> Counter[str]:
    with closing(open_ledger(ledger)) as connection:
        return Counter(dict(connection.execute("SELECT key, count(*) FROM posts GROUP BY key").fetchall()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the soak; exits with 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--replies", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)
    faults = 0
    for engine in given.engine or ENGINES:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with database(engine, folder) as url:
                soak = Soak(
                    url, folder, replies=given.replies, workers=given.workers, kills=given.kills, seed=given.seed
                )
                result = soak.run()
        print(json.dumps(asdict(result)))
        faults += result.lost + result.doubled
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
