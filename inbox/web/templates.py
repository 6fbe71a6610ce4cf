"""Reply templates: wordings to start from."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox.answering import choices, templates
from inbox.permissions import Permission
from inbox.web import access, languages, rendering
from inbox.web.reading import optional_number
from inbox.web.rendering import Answer, page

screen = Blueprint("templates", __name__)


@screen.get("/templates")
@access.needs(Permission.TEMPLATES_VIEW)
def index() -> Answer:
    """The templates in use, and the retired ones below them."""
    return page(
        "templates/index.html",
        in_use=templates.list_templates(g.actor),
        retired=templates.list_templates(g.actor, retired=True),
        languages=languages.LANGUAGES,
    )


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
    templates.create(g.actor, request.form.get("name", ""), **_typed())
    return rendering.done("templates.index", "template_saved")


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
    return rendering.done("templates.index", "template_saved")


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


def _typed() -> dict[str, Any]:
    texts = {code: request.form.get(f"text-{code}", "") for code in languages.LANGUAGES}
    return {
        "texts": texts,
        "purpose": request.form.get("purpose", ""),
        "kind": request.form.get("kind") or None,
        "holding": bool(request.form.get("holding")),
    }


def _stored(listed: templates.ListedTemplate) -> dict[str, Any]:
    template = listed.template
    return {
        "name": template.name,
        "texts": dict(listed.version.texts),
        "purpose": template.purpose,
        "kind": template.kind,
        "holding": template.holding,
    }


def _form(problem: str | None, stored: dict[str, Any]) -> dict[str, Any]:
    """What the form shows: what was typed where it was refused, else what is stored."""
    if problem:
        stored = {"name": request.form.get("name", ""), **_typed()}
    return {"values": stored, "languages": languages.LANGUAGES, "kinds": choices.KINDS}
