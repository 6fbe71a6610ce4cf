"""Ways to look at the queue and searches that members keep under a name: for themselves, or for everybody.

A view is never deleted. It is retired, so that a link that was sent says what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import filters, queue, search
from inbox.answering.finding import typed
from inbox.answering.search import LONGEST_QUERY, SearchFilters
from inbox.extensions import session, writing
from inbox.models import Member, SavedView
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem, Unknown
from inbox.trail import record

LONGEST_NAME = 60

MOST_VIEWS = 50
"""Views a member has in use, shared ones of others apart."""

MOST_COUNTED = 99
"""Rows are counted up to here; a page never counts a whole queue."""

_KEPT = (*filters.NAMES, filters.ALIKE, filters.WORDS, *filters.PERIOD)


@dataclass(frozen=True, slots=True)
class ShownView:
    """A view as the reader sees it.

    Attributes:
        filters: by the names they have in an address.
        mine: the reader made it.
        by: who made it.
        may_change: the reader may rename and retire it.
    """

    id: int
    name: str
    filters: dict[str, str]
    shared: bool
    mine: bool
    by: str
    created_at: datetime
    may_change: bool

    @property
    def searches(self) -> bool:
        """Whether it looks for words."""
        return filters.WORDS in self.filters


@dataclass(frozen=True, slots=True)
class ViewCount:
    """How many rows a view shows, `MOST_COUNTED` at most; `exact` when there are no more."""

    view_id: int
    count: int
    exact: bool


def list_views(actor: Actor) -> list[ShownView]:
    """The reader's own views and those that are shared, by name."""
    require(actor, Permission.QUEUE_VIEW)
    mine_or_shared = or_(SavedView.shared.is_(True), SavedView.member_id == (actor.member_id or 0))
    rows = session().execute(
        _shown().where(mine_or_shared, SavedView.retired_at.is_(None)).order_by(SavedView.name, SavedView.id)
    )
    return [_as_shown(actor, view, by) for view, by in rows]


def get_view(actor: Actor, view_id: int) -> ShownView:
    """One view that the reader may see.

    Raises:
        Unknown: `view_unknown`, also for another member's own one; `view_retired`.
    """
    require(actor, Permission.QUEUE_VIEW)
    row = session().execute(_shown().where(SavedView.id == view_id)).first()
    if row is None or not (row[0].shared or row[0].member_id == actor.member_id):
        raise Unknown("view_unknown")
    if row[0].retired_at is not None:
        raise Unknown("view_retired", name=row[0].name)
    return _as_shown(actor, *row)


def keep(actor: Actor, name: str, given: Mapping[str, str], *, shared: bool = False) -> SavedView:
    """Keep the filters of an address, or a search, under a name.

    Args:
        given: the parameters of the address; what is no filter is left out.
        shared: for everybody who sees the queue.

    Raises:
        Problem: `member_needed`, `view_name_empty`, `view_name_too_long`, `view_of_everything`, `views_too_many`,
            `filter_unknown`, `search_too_long`.
    """
    require(actor, Permission.VIEWS_KEEP)
    if shared:
        require(actor, Permission.VIEWS_SHARE)
    if actor.member_id is None:
        raise Problem("member_needed")
    clean = _name(name)
    kept = filters.on(given, _KEPT)
    if not kept:
        raise Problem("view_of_everything")
    search_filters(kept)
    filters.number(kept, filters.ALIKE)
    if len(kept.get(filters.WORDS, "")) > LONGEST_QUERY:
        raise Problem("search_too_long", most=LONGEST_QUERY)
    with writing() as current:
        own = select(SavedView.id).where(SavedView.member_id == actor.member_id, SavedView.retired_at.is_(None))
        if len(current.scalars(own.limit(MOST_VIEWS)).all()) >= MOST_VIEWS:
            raise Problem("views_too_many", most=MOST_VIEWS)
        view = SavedView(member_id=actor.member_id, name=clean, filters=kept, shared=shared, created_at=clock.now())
        current.add(view)
        current.flush()
        record(current, actor, "view.kept", of=("view", view.id), params={"shared": shared})
    return view


def rename(actor: Actor, view_id: int, name: str) -> None:
    """Call a view by another name.

    Raises:
        Unknown: `view_unknown`, `view_retired`.
        Problem: `view_not_yours`, `view_name_empty`, `view_name_too_long`.
    """
    require(actor, Permission.VIEWS_KEEP)
    clean = _name(name)
    with writing() as current:
        view = _own(current, actor, view_id)
        view.name = clean
        record(current, actor, "view.renamed", of=("view", view.id))


def share(actor: Actor, view_id: int, *, shared: bool) -> None:
    """Show a view to everybody who sees the queue, or from now on to whoever made it alone.

    Raises:
        Unknown: `view_unknown`, `view_retired`.
        Problem: `view_not_yours`.
    """
    require(actor, Permission.VIEWS_SHARE)
    with writing() as current:
        view = _own(current, actor, view_id)
        view.shared = shared
        record(current, actor, "view.shared" if shared else "view.unshared", of=("view", view.id))


def retire(actor: Actor, view_id: int) -> None:
    """Take a view out of everybody's list; it stays on record.

    Raises:
        Unknown: `view_unknown`, `view_retired`.
        Problem: `view_not_yours`.
    """
    require(actor, Permission.VIEWS_KEEP)
    with writing() as current:
        view = _own(current, actor, view_id)
        view.retired_at = clock.now()
        record(current, actor, "view.retired", of=("view", view.id))


def counts(actor: Actor, views: Sequence[ShownView], zone: tzinfo = UTC) -> list[ViewCount]:
    """How many rows each view shows. A view whose filters are not understood any more shows none."""
    require(actor, Permission.QUEUE_VIEW)
    found = []
    for view in views:
        try:
            count, exact = _count(actor, view, zone)
        except Problem:
            count, exact = 0, True
        found.append(ViewCount(view.id, count, exact))
    return found


def _count(actor: Actor, view: ShownView, zone: tzinfo) -> tuple[int, bool]:
    if view.searches:
        return search.count(actor, view.filters[filters.WORDS], search_filters(view.filters, zone), MOST_COUNTED)
    return queue.count(actor, filters.read(view.filters), MOST_COUNTED)


def search_filters(given: Mapping[str, str], zone: tzinfo = UTC) -> SearchFilters:
    """The filters of an address as a search takes them: without a state it looks through all of them.

    Args:
        zone: in which the days of `from` and `to` begin and end.

    Raises:
        Problem: `filter_unknown`, `moment_unreadable`.
    """
    try:
        first, last = (date.fromisoformat(given[name]) if given.get(name) else None for name in filters.PERIOD)
    except ValueError:
        raise Problem("moment_unreadable") from None
    of_queue = filters.read(given)
    return SearchFilters(
        account_id=of_queue.account_id,
        network=of_queue.network,
        post_id=of_queue.post_id,
        kind=of_queue.kind,
        language=of_queue.language,
        assignee_id=of_queue.assignee_id,
        team_id=of_queue.team_id,
        state=of_queue.state if given.get("state") else None,
        tag_id=of_queue.tag_id,
        since=datetime.combine(first, time(), zone) if first else None,
        until=datetime.combine(last + timedelta(days=1), time(), zone) if last and last < date.max else None,
    )


def _shown() -> Any:
    return select(SavedView, Member.name).join(Member, Member.id == SavedView.member_id)


def _as_shown(actor: Actor, view: SavedView, by: str) -> ShownView:
    mine = view.member_id == actor.member_id
    return ShownView(
        view.id,
        view.name,
        dict(view.filters),
        view.shared,
        mine,
        by,
        view.created_at,
        actor.may(Permission.VIEWS_KEEP) and (mine or actor.may(Permission.VIEWS_SHARE)),
    )


def _own(current: Session, actor: Actor, view_id: int) -> SavedView:
    view = current.get(SavedView, view_id, with_for_update=True, populate_existing=True)
    if view is None or not (view.shared or view.member_id == actor.member_id):
        raise Unknown("view_unknown")
    if view.retired_at is not None:
        raise Unknown("view_retired", name=view.name)
    if view.member_id != actor.member_id and not actor.may(Permission.VIEWS_SHARE):
        raise Problem("view_not_yours", 403)
    return view


def _name(words: str) -> str:
    clean = " ".join(typed(words, empty="view_name_empty").split())
    if len(clean) > LONGEST_NAME:
        raise Problem("view_name_too_long", most=LONGEST_NAME)
    return clean
