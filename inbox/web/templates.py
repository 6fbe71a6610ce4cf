"""Reply templates: wordings to start from, found, written, retired, and what became of them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox import languages
from inbox.answering import choices, starter_templates, template_figures, template_search, templates
from inbox.answering.template_reading import ListedTemplate
from inbox.permissions import Permission
from inbox.web import access, rendering
from inbox.web.drafts import LONGEST_QUERY
from inbox.web.reading import number, optional_number
from inbox.web.rendering import Answer, page

screen = Blueprint("templates", __name__)

_PROMPT, _DEFAULT = "prompt-", "default-"


@screen.get("/templates")
@access.needs(Permission.TEMPLATES_VIEW)
def index(problem: str | None = None, template_id: int | None = None) -> Answer:
    """The templates in use with what became of them, and the retired ones below."""
    words, tag = request.args.get("q", "")[:LONGEST_QUERY], request.args.get("tag", "")[:LONGEST_QUERY]
    return page(
        "templates/index.html",
        in_use=template_search.search(g.actor, words, tag=tag),
        retired=template_search.search(g.actor, words, tag=tag, retired=True),
        figures=template_figures.figures(g.actor),
        figure_days=template_figures.DAYS,
        tags=template_search.tags_in_use(g.actor),
        words=words,
        tag=tag,
        starters_missing=starter_templates.count_missing(g.actor),
        languages=languages.LANGUAGES,
        problem=problem,
        problem_at=template_id,
    )


@screen.post("/templates/starter-set")
@access.needs(Permission.TEMPLATES_WRITE)
@rendering.told_on(index)
def add_starter_set() -> Answer:
    """Add the templates to begin with."""
    starter_templates.add_starter_set(g.actor)
    return rendering.done("templates.index", "starter_set_added")


@screen.get("/templates/new")
@access.needs(Permission.TEMPLATES_WRITE)
def new(problem: str | None = None) -> Answer:
    """An empty form."""
    return page("templates/edit.html", listed=None, problem=problem, **_form(problem, {}))


@screen.post("/templates/new")
@access.needs(Permission.TEMPLATES_WRITE)
@rendering.told_on(new)
def create() -> Answer:
    """Add a template."""
    template = templates.create(g.actor, request.form.get("name", ""), **_typed())
    return _saved(templates.get_template(g.actor, template.id))


@screen.post("/templates/places")
@access.needs(Permission.TEMPLATES_WRITE)
def places() -> Answer:
    """What the places of the texts, as they are typed at the moment, ask for."""
    return rendering.fragment("templates/places.html", **_form("typed", {}))


@screen.get("/templates/<int:template_id>")
@access.needs(Permission.TEMPLATES_WRITE)
def edit(template_id: int, problem: str | None = None) -> Answer:
    """One template, to be changed."""
    listed = templates.get_template(g.actor, template_id)
    return page("templates/edit.html", listed=listed, problem=problem, **_form(problem, _stored(listed)))


@screen.post("/templates/<int:template_id>")
@access.needs(Permission.TEMPLATES_WRITE)
@rendering.told_on(edit)
def change(template_id: int) -> Answer:
    """Save it; other texts become a new version."""
    templates.edit(
        g.actor,
        template_id,
        name=request.form.get("name", ""),
        seen_number=optional_number("seen_number"),
        **_typed(),
    )
    return _saved(templates.get_template(g.actor, template_id))


@screen.post("/templates/<int:template_id>/facts")
@access.needs(Permission.TEMPLATES_WRITE)
@rendering.told_on(edit)
def confirm_facts(template_id: int) -> Answer:
    """It was read again and is still true with the facts as they are now."""
    templates.get_template(g.actor, template_id)
    templates.confirm_facts(g.actor, template_id, seen_number=number("seen_number"))
    return rendering.done("templates.index", "template_facts_confirmed", _anchor=f"template-{template_id}")


@screen.post("/templates/<int:template_id>/retire")
@access.needs(Permission.TEMPLATES_WRITE)
@rendering.told_on(edit)
def retire(template_id: int) -> Answer:
    """Offer it no longer."""
    templates.retire(g.actor, template_id)
    return rendering.done("templates.index", "template_retired")


@screen.post("/templates/<int:template_id>/bring-back")
@access.needs(Permission.TEMPLATES_WRITE)
@rendering.told_on(edit)
def bring_back(template_id: int) -> Answer:
    """Offer it again."""
    templates.bring_back(g.actor, template_id)
    return rendering.done("templates.index", "template_brought_back")


def _saved(listed: ListedTemplate) -> Answer:
    """Back to the list; where a place does not say yet what it asks for, on to where that can be said."""
    unexplained = set(templates.own_places(listed.version.texts)) - set(listed.version.placeholders)
    if unexplained and not request.form.get("places_shown"):
        return rendering.done("templates.edit", "template_places_unexplained", template_id=listed.id, _anchor="places")
    return rendering.done("templates.index", "template_saved", _anchor=f"template-{listed.id}")


def _typed() -> dict[str, Any]:
    form = request.form
    texts = {code: form.get(f"text-{code}", "") for code in languages.LANGUAGES}
    return {
        "texts": texts,
        "purpose": form.get("purpose", ""),
        "kind": form.get("kind") or None,
        "holding": bool(form.get("holding")),
        "tags": templates.split_tags(form.get("tags", "")),
        "places": {
            name: {
                "prompt": {code: form.get(f"{_PROMPT}{code}-{name}", "") for code in languages.LANGUAGES},
                "default": form.get(f"{_DEFAULT}{name}", ""),
            }
            for name in templates.own_places(texts)
        },
    }


def _stored(listed: ListedTemplate) -> dict[str, Any]:
    template = listed.template
    return {
        "name": listed.name,
        "texts": dict(listed.version.texts),
        "purpose": listed.purpose,
        "kind": template.kind,
        "holding": template.holding,
        "tags": listed.tags,
        "places": dict(listed.version.placeholders),
    }


def _form(problem: str | None, stored: dict[str, Any]) -> dict[str, Any]:
    """What the form shows: what was typed where it was refused, else what is stored."""
    if problem:
        stored = {"name": request.form.get("name", ""), **_typed()}
    return {
        "values": stored,
        "own_places": templates.own_places(stored.get("texts", {})),
        "languages": languages.LANGUAGES,
        "kinds": choices.KINDS,
        "tags": template_search.tags_in_use(g.actor),
    }
