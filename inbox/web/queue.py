"""The queue: who waits, in the order in which they are to be answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from flask import Blueprint, Response, g, redirect, request

from inbox import clock, languages
from inbox.answering import drafts, presence, queue
from inbox.answering.queue import DueList, QueueFilters, QueuePage
from inbox.models import ConversationState
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, promising, queue_views, rendering
from inbox.web.lines import line
from inbox.web.rendering import Answer, page

screen = Blueprint("queue", __name__)

ROWS = 50

LATE_DELIVERY = timedelta(minutes=15)
"""A comment may be collected this much later than it was written, and is new on the screen all the same."""

_FILTERS = ("state", "due", "assignee", "account", "network", "post", "kind", "language")


@screen.get("/queue")
@access.needs(Permission.QUEUE_VIEW)
def index() -> Answer:
    """The queue with its views and filters; htmx asks for further rows only."""
    filters = _filters()
    rows = queue.page(g.actor, filters, request.args.get("after"), ROWS)
    context = _rows(rows)
    if rendering.wants_fragment():
        return rendering.fragment("queue/rows.html", **context)
    counters, chosen = queue.counters(g.actor), _chosen()
    views = queue_views.views(counters, filters)
    promises, promised_count = promising.strip() if _shows_promises(filters) else ([], 0)
    return page(
        "queue/index.html",
        promised=promises,
        promised_count=promised_count,
        views=views,
        filters=filters,
        choices=rendering.choices(),
        chosen=chosen,
        narrowed=any(name not in {"state", "due", "assignee"} for name in chosen),
        further="after" in request.args,
        title=next(view.title for view in views if view.current),
        state=filters.state.value,
        count=next((view.count for view in views if view.current and not view.more), None),
        due=chosen.get("due"),
        all_waiting=counters[ConversationState.WAITING],
        news=rendering.address("queue.news", **chosen, since=_newest(rows)),
        shown_again=rendering.address("queue.index", **chosen),
        **context,
    )


@screen.get("/queue/news")
@access.needs(Permission.QUEUE_VIEW)
def news() -> Answer:
    """How many rows have changed since the page was made; an empty answer where none has, so that nothing moves."""
    try:
        since = datetime.fromtimestamp(int(request.args.get("since", "0")) / 1_000_000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        raise Problem("filter_unknown") from None
    shown = set(request.args.get("shown", "").split("."))
    rows = queue.page(g.actor, _filters(), None, ROWS).rows
    count = sum(
        row.last_comment_at > since or (str(row.author_id) not in shown and row.last_comment_at > since - LATE_DELIVERY)
        for row in rows
    )
    if not count:
        return Response(status=204)
    return rendering.fragment("queue/news.html", count=count, address=rendering.address("queue.index", **_chosen()))


@screen.get("/queue/next")
@access.needs(Permission.QUEUE_VIEW)
def following() -> Answer:
    """To whoever is to be answered next: mine first, then those whom nobody has taken."""
    author = request.args.get("after_author", "")
    for assignee in ("me", "nobody"):
        rows = queue.page(g.actor, QueueFilters(assignee_id=_assignee(assignee)), None, 2).rows
        for row in rows:
            if str(row.author_id) != author:
                return redirect(rendering.address("conversation.index", conversation_id=row.conversation_id), 303)
    return rendering.done("queue.index", "queue_done")


def _rows(rows: QueuePage) -> dict[str, Any]:
    return {
        "lines": [line(row) for row in rows.rows],
        "present": presence.others(g.actor),
        "begun": drafts.begun(g.actor, [row.conversation_id for row in rows.rows]),
        "several_accounts": len({row.account_id for row in rows.rows}) > 1,
        "shown": ".".join(str(row.author_id) for row in rows.rows),
        "oldest": _oldest(rows),
        "onward": rendering.address("queue.index", **_chosen(), after=rows.next) if rows.next else None,
    }


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


def _filters() -> QueueFilters:
    try:
        state = ConversationState(request.args.get("state") or "waiting")
    except ValueError:
        raise Problem("filter_unknown") from None
    try:
        due = DueList(request.args["due"]) if request.args.get("due") else None
    except ValueError:
        raise Problem("filter_unknown") from None
    return QueueFilters(
        account_id=_number("account"),
        network=request.args.get("network") or None,
        post_id=_number("post"),
        kind=request.args.get("kind") or None,
        language=request.args.get("language") or None,
        assignee_id=_assignee(request.args.get("assignee", "")),
        state=state,
        due=due,
    )


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem("filter_unknown")
    return int(text)


def _assignee(text: str) -> int | Literal["nobody", "me"] | None:
    if text == "me":
        return "me"
    if text == "nobody":
        return "nobody"
    return _number("assignee") if text else None


def _chosen() -> dict[str, str]:
    given = request.args.to_dict()
    return {name: given[name] for name in _FILTERS if given.get(name)}
