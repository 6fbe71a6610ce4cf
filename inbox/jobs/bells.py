"""From a commit in this program to a ring in the worker's: what a member just did happens at once."""

from __future__ import annotations

from inbox import bell
from inbox.jobs.tasks import Jobs


def listen(jobs: Jobs) -> None:
    """From now on, ring the worker after each commit that left something to do."""

    def to_send(ring: bell.Ring) -> None:
        jobs.ring_to_send(int(ring["reply_id"]))

    def to_collect(ring: bell.Ring) -> None:
        jobs.ring_to_collect(int(ring["account_id"]))

    bell.subscribe("reply.queued", to_send)
    bell.subscribe("account.connected", to_collect)
