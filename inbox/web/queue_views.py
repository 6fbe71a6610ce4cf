"""The ways to look at the queue, as the navigation offers them."""

from __future__ import annotations

from dataclasses import dataclass

from inbox.answering.queue import QueueFilters
from inbox.models import ConversationState
from inbox.web import languages, rendering


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue. `count` is None where nobody keeps it."""

    name: str
    title: str
    address: str
    count: int | None
    current: bool


def views(counters: dict[ConversationState, int], filters: QueueFilters | None = None) -> list[View]:
    """The views of the navigation. Only what is kept is counted; counting rows would cost a scan.

    Args:
        filters: what the queue is narrowed to, where it is the queue that is on screen.
    """
    _ = languages.gettext
    current = _name(filters) if filters is not None else None
    address = {"mine": {"assignee": "me"}, "nobody": {"assignee": "nobody"}}
    return [
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


def _name(filters: QueueFilters) -> str:
    """The view that shows what `filters` narrow the queue to, or the nearest to it."""
    if filters.state is not ConversationState.WAITING:
        return filters.state.value
    return {"me": "mine", "nobody": "nobody"}.get(str(filters.assignee_id), "waiting")
