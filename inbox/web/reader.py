"""In which language, and at which clock, a page is read."""

from __future__ import annotations

from flask import Flask, Response, g, request

from inbox import languages
from inbox.extensions import babel

LANGUAGE_COOKIE = "__Host-language"
"""The language chosen before signing in; a member's own language stands in their profile."""


def init_app(app: Flask) -> None:
    """Let pages of `app` speak the reader's language."""
    babel.init_app(app, locale_selector=languages.locale_name, timezone_selector=lambda: str(languages.zone()))
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        languages.gettext, languages.ngettext, newstyle=True
    )
    app.after_request(_vary)


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
