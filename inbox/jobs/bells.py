"""From a commit in this program to a ring in the worker's: what a member just did happens at once."""

from __future__ import annotations

from collections.abc import Callable

from inbox import bell
from inbox.jobs.tasks import Jobs
from inbox.measuring import export_asking


def listen(jobs: Jobs) -> Callable[[], None]:
    """From now on, ring the worker after each commit that left something to do.

    Returns:
        a function that ends it.
    """

    def to_send(ring: bell.Ring) -> None:
        jobs.ring_to_send(int(ring["reply_id"]))

    def to_collect(ring: bell.Ring) -> None:
        jobs.ring_to_collect(int(ring["account_id"]))

    def to_export(ring: bell.Ring) -> None:
        jobs.ring_to_export(int(ring["export_id"]))

    ends = (
        bell.subscribe("reply.queued", to_send),
        bell.subscribe("account.connected", to_collect),
        bell.subscribe(export_asking.ASKED, to_export),
    )

    def end() -> None:
        for each in ends:
            each()

    return end
