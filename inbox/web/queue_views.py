"""The ways to look at the queue, as the navigation offers them."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g

from inbox import languages
from inbox.answering import prepared_reading, promised, queue, queue_due, reassuring
from inbox.answering.queue import DueList, QueueFilters
from inbox.models import ConversationState
from inbox.web import addresses
from inbox.web.glances import glance


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at the queue. `count` is None where nobody keeps it; `more`: it was counted no further."""

    name: str
    title: str
    address: str
    count: int | None
    current: bool
    more: bool = False


def counters() -> dict[ConversationState, int]:
    """How many rows the queue has in each state."""
    return glance("queue", lambda: queue.counters(g.actor))


def views(
    entries: dict[ConversationState, int],
    filters: QueueFilters | None = None,
    *,
    promised_shown: bool = False,
    following_shown: bool = False,
) -> list[View]:
    """The views of the navigation. Only what is kept is counted; counting rows would cost a scan.

    Args:
        filters: what the queue is narrowed to, where it is the queue that is on screen.
        promised_shown: it is the promises that are on screen.
        following_shown: it is those who are followed up.
    """
    _ = languages.gettext
    current = _name(filters) if filters is not None else None
    address = {"mine": {"assignee": "me"}, "nobody": {"assignee": "nobody"}}
    found = [
        View(
            name,
            title,
            addresses.address("queue.index", **address.get(name, {} if name == "waiting" else {"state": name})),
            None if name in address else entries[ConversationState(name)],
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
        addresses.address("promising.index"),
        glance("promises", lambda: promised.count_open(g.actor)),
        promised_shown,
    )
    # After those who wait: a promise is something that waits too. Before those who are answered: some of them still do.
    follow_up = _following_up(following_shown)
    return [*found[:3], *_due_views(current), promises, *_prepared(), found[3], follow_up, *found[4:]]


def _prepared() -> list[View]:
    """The member's own groups of prepared replies, as long as one is under way."""
    count = glance(f"prepared {g.actor.member_id}", lambda: prepared_reading.under_way(g.actor))
    if not count:
        return []
    return [View("prepared", languages.gettext("Prepared"), addresses.address("prepared.index"), count, False)]


def _following_up(shown: bool) -> View:
    count, most = glance("follow_ups", lambda: reassuring.count_due(g.actor)), reassuring.MOST_COUNTED
    address = addresses.address("reassuring.index")
    return View("following-up", languages.gettext("Following up"), address, min(count, most), shown, count > most)


def _due_views(current: str | None) -> list[View]:
    _ = languages.gettext
    counts = glance("due", lambda: queue.due_counts(g.actor))
    most = queue_due.MOST_COUNTED - 1
    return [
        View(
            which.value,
            title,
            addresses.address("queue.index", due=which.value),
            min(counts[which], most),
            which.value == current,
            counts[which] > most,
        )
        for which, title in ((DueList.PAST, _("Past due")), (DueList.SOON, _("Due soon")))
    ]


def _name(filters: QueueFilters) -> str:
    """The view that shows what `filters` narrow the queue to, or the nearest to it."""
    if filters.state is not ConversationState.WAITING:
        return filters.state.value
    if filters.due is not None:
        return filters.due.value
    return {"me": "mine", "nobody": "nobody"}.get(str(filters.assignee_id), "waiting")
