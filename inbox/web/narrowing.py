"""What the address of a page narrows it to: filters by name, or a saved view that holds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from flask import g, request

from inbox.answering import alike, filters, saved_views
from inbox.answering.alike import Cluster
from inbox.answering.queue import QueueFilters
from inbox.answering.saved_views import ShownView
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import addresses
from inbox.web.carrying import VIEW
from inbox.web.glances import glance
from inbox.web.queue_views import View

QUEUE = (*filters.NAMES, filters.ALIKE)
SEARCH = (filters.WORDS, *filters.NAMES, *filters.PERIOD)


def view() -> ShownView | None:
    """The saved view that the address names.

    Raises:
        Unknown: `view_unknown`, `view_retired`.
    """
    if "narrowing_view" not in g:
        number = filters.number(request.args, VIEW)
        g.narrowing_view = None if number is None else saved_views.get_view(g.actor, number)
    found: ShownView | None = g.narrowing_view
    return found


def given() -> dict[str, str]:
    """The parameters of the address, or those of the view it names."""
    named = view()
    return request.args.to_dict() if named is None else named.filters


def chosen(names: Iterable[str]) -> dict[str, str]:
    """The filters that are on, by name, as a link repeats them: a view by its number alone."""
    named = view()
    return filters.on(given(), tuple(names)) if named is None else {VIEW: str(named.id)}


def queue() -> tuple[QueueFilters, Cluster | None]:
    """What the queue is narrowed to, and the group of alike comments that is part of it.

    Raises:
        Problem: `filter_unknown`, `comment_gone`, and those of `view`.
    """
    found = filters.read(given())
    comment = filters.number(given(), filters.ALIKE)
    if comment is None:
        return found, None
    group = alike.around(g.actor, comment, found)
    return replace(found, account_id=group.account_id, author_ids=group.author_ids), group


def saved() -> list[View]:
    """The saved views of the navigation; what they count is asked for once the page is there."""
    here = filters.number(request.args, VIEW) if request.endpoint in {"queue.index", "search.index"} else None
    return [
        View(f"view-{each.id}", each.name, address_of(each), None, each.id == here)
        for each in glance(f"views of {g.actor.member_id}", lambda: saved_views.list_views(g.actor))
    ]


def address_of(view: ShownView) -> str:
    """Where a view is looked at."""
    return addresses.address("search.index" if view.searches else "queue.index", view=view.id)


def keeping(names: Iterable[str]) -> dict[str, Any]:
    """What a page needs to offer keeping what it shows, or changing the view it shows."""
    try:
        named = view()
    except Problem:
        named = None
    return {
        "saved": saved(),
        "view": named,
        "to_keep": {} if named else filters.on(given(), tuple(names)),
        "may_keep": g.actor.may(Permission.VIEWS_KEEP),
        "may_share": g.actor.may(Permission.VIEWS_SHARE),
    }
