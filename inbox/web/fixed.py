"""Parts of a page that say the same wherever they stand: rendered once and not for each page."""

from __future__ import annotations

from functools import lru_cache

from flask import current_app, g, request
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from inbox import languages


def constant(template: str) -> Markup:
    """A template that says the same to everybody who reads it in one language: rendered once."""
    return _constant(template, languages.language(), request.script_root)


@lru_cache(maxsize=256)
def _constant(template: str, _language: str, _root: str) -> Markup:
    # What a template makes is markup.
    return Markup(current_app.jinja_env.get_template(template).render())  # noqa: S704


def why(topic: str) -> Markup:
    """One sentence of advice where something is decided, for members who want it."""
    member = g.get("member")
    if member is None or not member.advised:
        return Markup()
    return _why(topic, languages.language(), request.script_root)


@lru_cache(maxsize=256)
def _why(topic: str, _language: str, _root: str) -> Markup:
    return Markup(current_app.jinja_env.get_template("shared/why.html").render(topic=topic))  # noqa: S704 - likewise.


def token() -> Markup:
    """The field with which a form of ours says that it is one: made once for a page, which has a dozen of them."""
    made: Markup | None = g.get("form_token")
    if made is None:
        made = g.form_token = Markup('<input type="hidden" name="csrf_token" value="%s">') % generate_csrf()
    return made
