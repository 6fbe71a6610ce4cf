"""The versions of a template and what changed between them; templates as files."""

from __future__ import annotations

from flask import Blueprint, Response, flash, g, make_response, redirect, request, url_for

from inbox import languages
from inbox.answering import template_files, templates
from inbox.answering.differences import words_changed
from inbox.answering.template_reading import TemplateVersion
from inbox.permissions import Permission
from inbox.problems import Problem, Unknown
from inbox.web import access, rendering
from inbox.web.rendering import Answer, page

screen = Blueprint("template_history", __name__)


@screen.get("/templates/<int:template_id>/versions")
@access.needs(Permission.TEMPLATES_VIEW)
def versions(template_id: int) -> Answer:
    """Who wrote what when, and what changed between any two, word by word."""
    listed = templates.get_template(g.actor, template_id)
    every = templates.versions_of(g.actor, template_id)
    numbers = [version.number for version in every]
    new = _chosen("new", every, numbers[0])
    old = _chosen("old", every, max(1, new.number - 1))
    codes = sorted({*old.texts, *new.texts}, key=lambda code: (code not in languages.LANGUAGES, code))
    return page(
        "templates/versions.html",
        listed=listed,
        versions=every,
        old=old,
        new=new,
        changes=[(code, words_changed(old.texts.get(code, ""), new.texts.get(code, ""))) for code in codes],
        languages=languages.LANGUAGES,
    )


@screen.get("/templates/files")
@access.needs(Permission.TEMPLATES_VIEW)
def files(problem: str | None = None) -> Answer:
    """Taking templates out and in."""
    return page("templates/files.html", problem=problem, columns=template_files.COLUMNS)


@screen.get("/templates/export.csv")
@access.needs(Permission.TEMPLATES_VIEW)
def export_csv() -> Answer:
    """The templates in use, for a spreadsheet; the mark at the beginning tells it that this is UTF-8."""
    return _file("\ufeff" + template_files.export_csv(g.actor), "text/csv", "templates.csv")


@screen.get("/templates/export.json")
@access.needs(Permission.TEMPLATES_VIEW)
def export_json() -> Answer:
    """The templates in use, for programs."""
    return _file(template_files.export_json(g.actor), "application/json", "templates.json")


@screen.post("/templates/files")
@access.needs(Permission.TEMPLATES_WRITE)
@rendering.told_on(files)
def take_in() -> Answer:
    """Take over a file, whole or not at all."""
    chosen = request.files.get("file")
    content = chosen.read() if chosen is not None else b""
    if not content:
        raise Problem("template_file_missing")
    done = template_files.import_file(g.actor, content)
    if done.added or done.changed:
        flash("templates_taken_in")
    else:
        flash("templates_taken_in_nothing_new")
    return redirect(url_for("templates.index"), 303)


def _chosen(name: str, every: list[TemplateVersion], otherwise: int) -> TemplateVersion:
    typed = request.args.get(name, "")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else otherwise
    for version in every:
        if version.number == number:
            return version
    raise Unknown("template_version_unknown", number=number)


def _file(content: str, mimetype: str, name: str) -> Response:
    response = make_response(content.encode("utf-8", "replace"))
    response.mimetype = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
