"""Facts: what we say is so, what cites it, and the replies to correct after it changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox import languages
from inbox.answering import citing, facts
from inbox.answering.conversations import ConversationView
from inbox.answering.facts import FactShown, ToCorrect
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.reading import number, optional_number
from inbox.web.rendering import Answer, page

screen = Blueprint("facts", __name__)


@screen.get("/facts")
@access.needs(Permission.FACTS_VIEW)
def index() -> Answer:
    """Every fact as we say it now, and how many replies are to be corrected."""
    return page(
        "facts/index.html",
        in_use=facts.list_facts(g.actor),
        retired=facts.list_facts(g.actor, retired=True),
        to_correct=facts.count_to_correct(g.actor),
        languages=languages.LANGUAGES,
    )


@screen.get("/facts/new")
@access.needs(Permission.FACTS_WRITE)
def new(problem: str | None = None) -> Answer:
    """An empty form."""
    return page("facts/new.html", problem=problem, values=_typed(), languages=languages.LANGUAGES)


@screen.post("/facts/new")
@access.needs(Permission.FACTS_WRITE)
@rendering.told_on(new)
def create() -> Answer:
    """Note a fact."""
    typed = _typed()
    fact = facts.create(g.actor, typed["name"], typed["texts"], typed["source"])
    return rendering.done("facts.show", "fact_created", fact_id=fact.id)


@screen.get("/facts/<int:fact_id>")
@access.needs(Permission.FACTS_VIEW)
def show(fact_id: int, problem: str | None = None) -> Answer:
    """One fact: its versions, what cites it, and the form to change it."""
    shown = facts.get_fact(g.actor, fact_id)
    return page(
        "facts/show.html",
        shown=shown,
        writers=_writers(shown),
        citing=citing.citing(g.actor, fact_id),
        to_correct=len(facts.to_correct(g.actor, fact_id=fact_id)),
        values=_typed() if problem else {"texts": shown.newest.texts, "source": ""},
        problem=problem,
        languages=languages.LANGUAGES,
    )


@screen.post("/facts/<int:fact_id>")
@access.needs(Permission.FACTS_WRITE)
@rendering.told_on(show)
def change(fact_id: int) -> Answer:
    """Say anew what is so."""
    typed = _typed()
    facts.change(g.actor, fact_id, typed["texts"], typed["source"], seen_number=number("seen_number"))
    return rendering.done("facts.show", "fact_saved", fact_id=fact_id)


@screen.post("/facts/<int:fact_id>/retire")
@access.needs(Permission.FACTS_WRITE)
@rendering.told_on(show)
def retire(fact_id: int) -> Answer:
    """Have nobody cite it any more."""
    facts.retire(g.actor, fact_id)
    return rendering.done("facts.show", "fact_is_retired", fact_id=fact_id)


@screen.post("/facts/<int:fact_id>/bring-back")
@access.needs(Permission.FACTS_WRITE)
@rendering.told_on(show)
def bring_back(fact_id: int) -> Answer:
    """Have it cited again."""
    facts.bring_back(g.actor, fact_id)
    return rendering.done("facts.show", "fact_brought_back", fact_id=fact_id)


@screen.get("/facts/corrections")
@access.needs(Permission.FACTS_VIEW)
def corrections(problem: str | None = None) -> Answer:
    """The sent replies that say what is not so any more, oldest first."""
    text = request.args.get("fact", "")
    fact = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return page(
        "facts/corrections.html",
        found=facts.to_correct(g.actor, fact_id=fact),
        fact=facts.get_fact(g.actor, fact).fact if fact is not None else None,
        problem=problem,
        problem_at=optional_number("reply_id") if problem else None,
    )


@screen.post("/facts/corrections")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(corrections)
def decide() -> Answer:
    """Say which reply corrects one, or why none is needed; the same reason may serve for several."""
    several = request.form.getlist("reply")
    if any(not (text.isascii() and text.isdigit() and len(text) < 19) for text in several):
        raise Problem("number_unreadable")
    if several:
        facts.decide_together(g.actor, [int(text) for text in several], reason=request.form.get("reason", ""))
    else:
        facts.decide(
            g.actor,
            number("reply_id"),
            follow_up_id=optional_number("follow_up"),
            reason=request.form.get("reason", ""),
        )
    return rendering.done("facts.corrections", "correction_noted", fact=request.args.get("fact") or None)


@screen.app_template_global()
def corrections_of(view: ConversationView) -> list[ToCorrect]:
    """The replies of a conversation that are to be corrected."""
    if not view.at_hand.replied or not g.actor.may(Permission.FACTS_VIEW):
        return []
    return facts.to_correct(g.actor, conversation_id=view.conversation.id)


def _typed() -> dict[str, Any]:
    return {
        "name": request.form.get("name", ""),
        "texts": {code: request.form.get(f"text-{code}", "") for code in languages.LANGUAGES},
        "source": request.form.get("source", ""),
    }


def _writers(shown: FactShown) -> dict[str, str]:
    return facts.names_of({version.written_by for version in shown.versions})
