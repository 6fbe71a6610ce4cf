"""The jobs. Each is one call of the room that owns the deed, as the worker."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from flask import Flask

from config import Config
from inbox import live, members
from inbox.answering import many, native_answers, outbox, prepared_sending, reminding, search
from inbox.collecting import collect, retention, watch
from inbox.connectors.base import Opener, open_connector
from inbox.connectors.failures import ConnectorError
from inbox.extensions import session
from inbox.jobs.engine import engine_of
from inbox.jobs.post import post_of
from inbox.measuring import export_making
from inbox.notices import deliveries, reminders
from inbox.permissions import SYSTEM, WORKER
from inbox.problems import Problem
from inbox.sharing import flowing_back
from inbox.trail import anchors, refusals

log = logging.getLogger(__name__)

RING_AGAIN_SECONDS = 30.0
"""A ring that no thread has answered by then is taken for lost."""

ANCHOR_SECONDS = 3600.0
"""How often this worker anchors the trail."""

INDEX_BATCH = 2_000
"""Rows of one transaction while the index of words is made: some tenths of a second."""

TIDY_SECONDS = 3600.0
"""How often this worker withholds what is past its time of keeping."""

FLOW_BACK_SECONDS = 20.0
"""How often this worker looks for conversations of members who are not here."""

REMIND_SECONDS = 15.0
"""How often this worker looks for people who have waited longer than promised."""


class Jobs:
    """The jobs over one application: to ring for them, and, in the worker, to do them.

    Args:
        remember: in the worker, where a row that was rung for and that no thread has got to yet is not rung for again,
            so that rings do not pile up.

    Attributes:
        huey: the engine.
    """

    def __init__(self, app: Flask, *, opener: Opener = open_connector, remember: bool = False) -> None:
        config: Config = app.config["INBOX"]
        self._app = app
        self._config = config
        self._exports = config.data_dir / export_making.FOLDER
        self._opener = opener
        self._remember = remember
        self._rung: dict[tuple[str, int], float] = {}
        self._post = post_of(config)
        self._tidied_at = self._anchored_at = self._reminded_at = self._flowed_back_at = float("-inf")
        self._indexed = False
        self._lock = Lock()
        self.huey = engine_of(config)
        self._collect = self.huey.task(name="collect_account")(self.collect_account)
        self._send = self.huey.task(name="send_reply", priority=10)(self.send_reply)
        self._look = self.huey.task(name="look_again")(self.look_again)
        self._export = self.huey.task(name="make_export")(self.make_export)
        self._exporting = Lock()

    # What somebody rings for.

    def ring_to_collect(self, account_id: int) -> None:
        """Have an account collected as soon as a thread of the worker is free."""
        self._ring("collect_account", self._collect, account_id)

    def ring_to_send(self, reply_id: int) -> None:
        """Have a queued reply sent as soon as a thread of the worker is free."""
        self._ring("send_reply", self._send, reply_id)

    def ring_to_export(self, export_id: int) -> None:
        """Have a file of a report made as soon as a thread of the worker is free."""
        self._ring("make_export", self._export, export_id)

    # What the worker does every second.

    def ring_due_accounts(self) -> None:
        """Ring for every account whose time has come."""
        with self._job("ring_due_accounts"):
            for account_id in collect.due_accounts():
                self.ring_to_collect(account_id)

    def ring_due_looks(self) -> None:
        """Ring for every account whose comments the watch's plan wants looked at."""
        with self._job("ring_due_looks"):
            for account_id in watch.due_looks():
                self._ring("look_again", self._look, account_id)

    def ring_due_exports(self) -> None:
        """Ring for a file that is to be made, unless this worker makes one."""
        if self._exporting.locked():
            return
        with self._job("ring_due_exports"):
            for export_id in export_making.due()[:1]:
                self.ring_to_export(export_id)

    def tidy(self) -> None:
        """Now and then, withhold what is past its time of keeping, and let go of expired files and old events."""
        now = time.monotonic()
        if now - self._tidied_at >= TIDY_SECONDS:
            self._tidied_at = now
            with self._job("tidy"):
                retention.withhold_what_is_old(SYSTEM)
                live.prune()
                members.forget_what_was_read(SYSTEM)
            with self._job("expire_exports"):
                export_making.expire(WORKER, self._exports)

    def anchor(self) -> None:
        """Every hour, write the signed head of the trail to its place outside the database."""
        now = time.monotonic()
        if now - self._anchored_at >= ANCHOR_SECONDS:
            self._anchored_at = now
            with self._job("anchor"):
                anchors.drop(session(), self._config.data_dir, self._config.anchors_file)

    def remind(self) -> None:
        """Now and then, remind members of people who have waited longer than promised."""
        now = time.monotonic()
        if now - self._reminded_at >= REMIND_SECONDS:
            self._reminded_at = now
            with self._job("remind"):
                reminders.remind(WORKER, self._post.channels)

    def carry_out(self) -> None:
        """Carry out deeds over many that are too many for whoever asked to wait for."""
        with self._job("carry_out"):
            many.carry_out_due(WORKER)

    def hand_over(self) -> None:
        """Of each group of prepared replies that is being sent, hand over the next one whose time has come."""
        with self._job("hand_over"):
            prepared_sending.hand_over_due(WORKER)

    def flow_back(self) -> None:
        """Now and then, give back what waits for members who are not here."""
        now = time.monotonic()
        if now - self._flowed_back_at >= FLOW_BACK_SECONDS:
            self._flowed_back_at = now
            with self._job("flow_back"):
                flowing_back.flow_back(WORKER)

    def deliver(self) -> None:
        """Hand over reminders by e-mail and to the webhook."""
        with self._job("deliver"):
            deliveries.deliver_due(WORKER, self._post)

    def sweep(self) -> None:
        """Read back what a killed worker left behind, ring for replies that are due, wake what was snoozed.

        The gate reads what was answered elsewhere, and members are reminded of approvals.
        """
        with self._job("sweep"):
            outbox.sweep(WORKER, opener=self._opener)
            native_answers.read(WORKER)
            reminding.remind(WORKER)

    # What the worker does when somebody rang.

    def index(self) -> None:
        """Bring rows of before there was an index of words into it, a batch each round."""
        if self._indexed:
            return
        with self._job("index"):
            self._indexed = not search.catch_up(WORKER, INDEX_BATCH)

    def collect_account(self, account_id: int) -> None:
        """One pass over an account, if it is due and nobody else has it."""
        with self._job("collect_account", account_id):
            collect.collect_account(WORKER, account_id, opener=self._opener)

    def send_reply(self, reply_id: int) -> None:
        """Send one reply, if it is still queued and nothing holds it."""
        with self._job("send_reply", reply_id):
            outbox.send_one(WORKER, reply_id, opener=self._opener)

    def make_export(self, export_id: int) -> None:
        """Make one file of a report. One at a time: the other threads of a worker are for those who wait."""
        if not self._exporting.acquire(blocking=False):
            # It is rung for again when this one is done.
            with self._lock:
                self._rung.pop(("make_export", export_id), None)
            return
        try:
            with self._job("make_export", export_id):
                export_making.make(WORKER, export_id, self._exports)
        finally:
            self._exporting.release()

    def look_again(self, account_id: int) -> None:
        """Look whether comments of an account are still on their network."""
        with self._job("look_again", account_id):
            watch.look_if_due(WORKER, account_id, opener=self._opener)

    def _ring(self, name: str, task: Callable[[int], Any], row: int) -> None:
        if self._remember:
            now = time.monotonic()
            with self._lock:
                if now - self._rung.get((name, row), float("-inf")) < RING_AGAIN_SECONDS:
                    return
                self._rung[name, row] = now
        task(row)

    @contextmanager
    def _job(self, name: str, row: int = 0) -> Iterator[None]:
        """Around one job: an application context, the worker as actor, and no failure that ends the thread."""
        with self._lock:
            self._rung.pop((name, row), None)
        try:
            with self._app.app_context():
                refusals.act_as(WORKER)
                yield
        except (ConnectorError, Problem) as error:
            # The room has written it down where people see it; the next round tries again.
            log.warning("%s %s: %s", name, row, error.code)
        except Exception:
            log.exception("%s %s failed", name, row)
