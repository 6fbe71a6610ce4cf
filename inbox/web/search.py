"""The search: what was written, by people outside and by us, found by its words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox import languages
from inbox.answering import filters, saved_views
from inbox.answering import search as room
from inbox.answering.search import SearchFilters, SearchPage
from inbox.models import ConversationState
from inbox.models.search_words import Query
from inbox.permissions import Permission
from inbox.problems import Problem, Unknown
from inbox.web import access, addresses, lines, narrowing, queue_views, rendering
from inbox.web.rendering import Answer, page

screen = Blueprint("search", __name__)

HITS = 50

HITS_OF_ONE = 3
"""Hits of one conversation that stand open."""


@screen.get("/search")
@access.needs(Permission.QUEUE_VIEW)
def index() -> Answer:
    """What holds the words of the address, as people and their conversations; htmx asks for further ones only."""
    problem = None
    try:
        given = narrowing.given()
        narrowed = saved_views.search_filters(given, languages.zone())
        found = room.search(g.actor, given.get(filters.WORDS, ""), narrowed, request.args.get("after"), HITS)
    except Unknown:
        raise
    except Problem as refused:
        problem, narrowed, found = rendering.sentence_of(refused), SearchFilters(), SearchPage(Query(()))
        given = request.args.to_dict()
    context = _found(found)
    if rendering.wants_fragment():
        return rendering.fragment("search/people.html", **context)
    chosen = filters.on(given, narrowing.SEARCH)
    answer = page(
        "search/index.html",
        views=queue_views.views(queue_views.counters()),
        words=given.get(filters.WORDS, ""),
        chosen=chosen,
        narrowed=any(name != filters.WORDS for name in chosen),
        choices=rendering.choices(),
        states=[(state.value, languages.said(f"state.{state.value}")) for state in ConversationState],
        asked=bool(found.query),
        not_indexed=found.not_indexed,
        further="after" in request.args,
        problem=problem,
        **context,
        **narrowing.keeping(narrowing.SEARCH),
    )
    if problem:
        answer.status_code = 400
    return answer


def _found(found: SearchPage) -> dict[str, Any]:
    onward = addresses.address("search.index", **narrowing.chosen(narrowing.SEARCH), after=found.next)
    return {
        "people": found.people,
        "onward": onward if found.next else None,
        "looked_back_to": found.looked_back_to,
        "wait_of": lines.wait_of,
        "hits_of_one": HITS_OF_ONE,
    }
