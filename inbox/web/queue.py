"""The queue: who waits, in the order in which they are to be answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, g, redirect, request

from inbox import clock, languages
from inbox.answering import alike, queue
from inbox.answering import following as next_one
from inbox.answering.alike import Cluster
from inbox.answering.filters import number as read_number
from inbox.answering.filters import on as narrowed_by
from inbox.answering.queue import QueueFilters, QueuePage
from inbox.models import ConversationState
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, addresses, colleagues, narrowing, promising, queue_views, rendering, tags
from inbox.web.carrying import carried
from inbox.web.kept_rows import Beside, shown
from inbox.web.rendering import Answer, page

screen = Blueprint("queue", __name__)

ROWS = 50

LATE_DELIVERY = timedelta(minutes=15)
"""A comment may be collected this much later than it was written, and is new on the screen all the same."""


@screen.get("/queue")
@access.needs(Permission.QUEUE_VIEW)
def index() -> Answer:
    """The queue with its views and filters; htmx asks for further rows only."""
    named = narrowing.view()
    if named is not None and named.searches:
        return redirect(narrowing.address_of(named), 303)
    if rendering.wants_fragment():
        rows = queue.page(g.actor, narrowing.queue()[0], request.args.get("after"), ROWS)
        return rendering.fragment("queue/rows.html", **_rows(rows))
    return page("queue/index.html", **_list())


@screen.get("/queue/list")
@access.needs(Permission.QUEUE_VIEW)
def around() -> Answer:
    """The list alone, as it stands beside an open conversation."""
    return rendering.fragment("queue/list.html", actor=g.actor, member=g.member, beside=True, **_list(beside=True))


def _list(*, beside: bool = False) -> dict[str, Any]:
    named = narrowing.view()
    filters, group = narrowing.queue()
    rows = queue.page(g.actor, filters, request.args.get("after"), ROWS)
    counters, chosen = queue_views.counters(), narrowed_by(narrowing.given(), narrowing.QUEUE)
    views = queue_views.views(counters, None if named else filters)
    current = next((view for view in views if view.current), None)
    promises, promised_count = promising.strip() if _shows_promises(filters) and not beside else ([], 0)
    return {
        "promised": promises,
        "promised_count": promised_count,
        "views": views,
        "choices": rendering.choices(),
        "chosen": chosen,
        "narrowed": any(name not in {"state", "due", "assignee", "alike"} for name in chosen),
        "further": "after" in request.args,
        "title": named.name if named else current.title if current else "",
        "state": filters.state.value,
        "count": current.count if current and not current.more else None,
        "due": chosen.get("due"),
        "group": group,
        "group_line": _group_line(group) if group else "",
        "looks_for_groups": _is_whole(filters) and not group,
        "all_waiting": counters[ConversationState.WAITING],
        "news": addresses.address("queue.news", **_chosen(), since=_newest(rows)),
        "shown_again": addresses.address("queue.index", **_chosen()),
        "many_address": addresses.address("many.choose", **_chosen()),
        **_rows(rows),
        **narrowing.keeping(narrowing.QUEUE),
    }


@screen.get("/queue/news")
@access.needs(Permission.QUEUE_VIEW)
def news() -> Answer:
    """How many rows have changed since the page was made; an empty answer where none has, so that nothing moves."""
    try:
        since = datetime.fromtimestamp(int(request.args.get("since", "0")) / 1_000_000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise Problem("filter_unknown") from None
    shown = set(request.args.get("shown", "").split("."))
    rows = queue.page(g.actor, narrowing.queue()[0], None, ROWS).rows
    count = sum(
        row.last_comment_at > since or (str(row.author_id) not in shown and row.last_comment_at > since - LATE_DELIVERY)
        for row in rows
    )
    if not count:
        return Response(status=204)
    return rendering.fragment("queue/news.html", count=count, address=addresses.address("queue.index", **_chosen()))


@screen.get("/queue/next")
@access.needs(Permission.QUEUE_VIEW)
def following() -> Answer:
    """To whoever is to be answered next in the list; without filters mine first, then those whom nobody has taken."""
    filters = narrowing.queue()[0] if carried() else None
    found = next_one.after(g.actor, filters, author_id=read_number(request.args, "after_author"))
    if found is None:
        return rendering.done("queue.index", "queue_done", **carried())
    return redirect(addresses.address("conversation.index", conversation_id=found), 303)


def _rows(rows: QueuePage) -> dict[str, Any]:
    state, authors = narrowing.queue()[0].state, [row.author_id for row in rows.rows]
    beside = Beside(
        selects=g.actor.may(Permission.CONVERSATIONS_MARK),
        several_accounts=len({row.account_id for row in rows.rows}) > 1,
        begun=rows.begun,
        present=colleagues.present(),
        tags=tags.on_rows(authors, state),
    )
    return {
        "rows": list(shown(rows.rows, beside)),
        "state": state.value,
        "selects": beside.selects,
        "shown": ".".join(str(row.author_id) for row in rows.rows),
        "oldest": _oldest(rows),
        "onward": addresses.address("queue.index", **_chosen(), after=rows.next) if rows.next else None,
    }


@screen.get("/queue/alike")
@access.needs(Permission.QUEUE_VIEW)
def groups() -> Answer:
    """A quiet line for each of the largest groups of people who write nearly the same; empty where there is none."""
    filters, _ = narrowing.queue()
    found = alike.largest(g.actor, filters) if _is_whole(filters) else []
    if not found:
        return Response(status=204)
    several = len({cluster.account_id for cluster in found}) > 1 or len({cluster.language for cluster in found}) > 1
    names = {account.id: account.name for account in rendering.choices().accounts} if several else {}
    shown = [
        (
            _group_line(cluster),
            cluster,
            addresses.address("queue.index", alike=cluster.comment_id),
            names.get(cluster.account_id),
        )
        for cluster in found
    ]
    return rendering.fragment("queue/alike.html", groups=shown)


def _group_line(group: Cluster) -> str:
    """How many write nearly what one of them does."""
    count = languages.number(group.people)
    if group.kind == "question":
        return languages.ngettext(
            "%(count)s person asks nearly this", "%(count)s people ask nearly this", group.people
        ) % {"count": count}
    return languages.ngettext(
        "%(count)s person writes nearly this", "%(count)s people write nearly this", group.people
    ) % {"count": count}


def _is_whole(filters: QueueFilters) -> bool:
    """Nothing but who has taken the rows narrows the queue of those who wait."""
    return filters == QueueFilters(assignee_id=filters.assignee_id)


def _shows_promises(filters: QueueFilters) -> bool:
    """Promises stand above everybody who waits, on the first page and unfiltered."""
    return filters.state is ConversationState.WAITING and not set(request.args) - {"state", "assignee"}


def _oldest(rows: QueuePage) -> str | None:
    """How long the oldest of a first page has waited; every fifth row is the one that has waited longest."""
    waiting = [row.waiting_since for row in rows.rows if row.state is ConversationState.WAITING]
    if not waiting or request.args.get("after"):
        return None
    return languages.length((clock.now() - min(waiting)).total_seconds())


def _newest(rows: QueuePage) -> int:
    newest = max((row.last_comment_at for row in rows.rows), default=clock.now() - LATE_DELIVERY)
    return int(newest.timestamp() * 1_000_000)


def _chosen() -> dict[str, str]:
    return narrowing.chosen(narrowing.QUEUE)
