"""The ways to look at the queue, as the navigation offers them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from inbox import languages
from inbox.answering import promised
from inbox.answering.queue import QueueFilters
from inbox.models import ConversationState
from inbox.web import rendering


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue. `count` is None where nobody keeps it."""

    name: str
    title: str
    address: str
    count: int | None
    current: bool


def views(
    counters: dict[ConversationState, int], filters: QueueFilters | None = None, *, promised_shown: bool = False
) -> list[View]:
    """The views of the navigation. Only what is kept is counted; counting rows would cost a scan.

    Args:
        filters: what the queue is narrowed to, where it is the queue that is on screen.
        promised_shown: it is the promises that are on screen.
    """
    _ = languages.gettext
    current = _name(filters) if filters is not None else None
    address = {"mine": {"assignee": "me"}, "nobody": {"assignee": "nobody"}}
    found = [
        View(
            name,
            title,
            rendering.address("queue.index", **address.get(name, {} if name == "waiting" else {"state": name})),
            None if name in address else counters[ConversationState(name)],
            name == current,
        )
        for name, title in (
            ("waiting", _("Waiting")),
            ("mine", _("Mine")),
            ("nobody", _("Not taken yet")),
            ("snoozed", _("Snoozed")),
            ("answered", _("Answered")),
            ("closed", _("Closed")),
        )
    ]
    promises = View(
        "promised",
        _("Promised"),
        rendering.address("promising.index"),
        promised.count_open(g.actor),
        promised_shown,
    )
    # After those who wait: a promise is something that waits too.
    return [*found[:3], promises, *found[3:]]


def _name(filters: QueueFilters) -> str:
    """The view that shows what `filters` narrow the queue to, or the nearest to it."""
    if filters.state is not ConversationState.WAITING:
        return filters.state.value
    return {"me": "mine", "nobody": "nobody"}.get(str(filters.assignee_id), "waiting")
