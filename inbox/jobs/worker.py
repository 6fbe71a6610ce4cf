"""The worker program: Huey's consumer, and threads that look every second for what is due."""

from __future__ import annotations

import threading
from collections.abc import Callable

from flask import Flask

from inbox.jobs.bells import listen
from inbox.jobs.tasks import Jobs

THREADS = 4
ROUND_SECONDS = 1.0
LONGEST_NAP_SECONDS = 0.2
"""How long an idle thread sleeps before it looks for a ring; Huey's own 10 seconds would be felt."""
STOP_SECONDS = 4.0
"""How long a job may go on after SIGTERM. What is cut off then is found by the sweep."""


def run_worker(app: Flask) -> None:
    """Work until SIGTERM or SIGINT; call it in the main thread of a program of its own.

    Raises:
        ConfigError: there is no secret key.
    """
    jobs = Jobs(app, remember=True)
    listen(jobs)
    consumer = jobs.huey.create_consumer(
        workers=THREADS,
        worker_type="thread",
        periodic=False,
        initial_delay=0.05,
        max_delay=LONGEST_NAP_SECONDS,
        graceful_signal="TERM",
        shutdown_timeout=STOP_SECONDS,
    )
    rounds = {
        "accounts": jobs.ring_due_accounts,
        "watch": jobs.ring_due_looks,
        "sweep": jobs.sweep,
        "many": jobs.carry_out,
        "prepared": jobs.hand_over,
        "exports": jobs.ring_due_exports,
        "remind": jobs.remind,
        "deliver": jobs.deliver,
        "flow_back": jobs.flow_back,
        "tidy": jobs.tidy,
        "anchor": jobs.anchor,
        "index": jobs.index,
    }
    for name, round_ in rounds.items():
        threading.Thread(target=_rounds, args=(round_, consumer.stop_flag), name=name, daemon=True).start()
    consumer.run()


def _rounds(round_: Callable[[], None], stop: threading.Event) -> None:
    while not stop.wait(ROUND_SECONDS):
        round_()
