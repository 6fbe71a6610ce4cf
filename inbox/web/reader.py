"""In which language, and at which clock, a page is read."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from flask import Flask, Response, g, request
from markupsafe import Markup

from inbox import languages
from inbox.extensions import babel

LANGUAGE_COOKIE = "__Host-language"
"""The language chosen before signing in; a member's own language stands in their profile."""


def init_app(app: Flask) -> None:
    """Let pages of `app` speak the reader's language."""
    babel.init_app(app, locale_selector=languages.locale_name, timezone_selector=lambda: str(languages.zone()))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    # As Jinja's own, which look the words up and fill them anew at every call: a page says a hundred sentences.
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.globals.update(_=_gettext, gettext=_gettext, ngettext=_ngettext)
    app.after_request(_vary)


def _gettext(message: str, /, **values: Any) -> Markup:
    """`message` in the reader's language as markup; what fills its places is escaped."""
    return _words(languages.language(), message) % values if values else _filled(languages.language(), message)


def _ngettext(singular: str, plural: str, number: int, /, **values: Any) -> Markup:
    """The form that fits `number`, which also stands for `num` in it."""
    return Markup(languages.ngettext(singular, plural, number)) % {"num": number, **values}  # noqa: S704 - ours.


@lru_cache(maxsize=8192)
def _words(_language: str, message: str) -> Markup:
    return Markup(languages.gettext(message))  # noqa: S704 - the words of templates and catalogues are ours.


@lru_cache(maxsize=8192)
def _filled(language: str, message: str) -> Markup:
    return _words(language, message) % {}


def choose() -> None:
    """Settle the reader's time zone and language: the member's own, else this browser's choice, else its wish.

    Every request does so once it knows who asks; what it settled on is read thousands of times on a page.
    """
    member = g.get("member")
    wishes = (member.language if member is not None else None, request.cookies.get(LANGUAGE_COOKIE))
    chosen = next((wish for wish in wishes if wish in languages.LANGUAGES), None)
    languages.choose(
        chosen or request.accept_languages.best_match(list(languages.LANGUAGES)) or "en",
        member.time_zone if member is not None else "",
    )


def _vary(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.update(("Accept-Language", "Cookie"))
    return response
