"""How a page is made: what every page knows, and what happens to a form that was refused."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
)
from flask import typing as flask_typing
from flask.templating import Environment

from inbox import clock, connecting, languages, live
from inbox.answering import holds, undoing
from inbox.answering.choices import FilterChoices, filter_choices
from inbox.extensions import db
from inbox.models import NotNow, SendingHold
from inbox.notices import duty
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import fixed, names, navigation, outside_text, tour_steps
from inbox.web.addresses import address, static_address
from inbox.web.carrying import carried
from inbox.web.glances import glance

P = ParamSpec("P")
Answer = flask_typing.ResponseReturnValue

THEME_COOKIE = "__Host-theme"
THEMES = ("auto", "light", "dark")

KEYS_COOKIE = "__Host-keys"
"""`off` where a single letter is to do nothing on this browser."""

ANSWERED = "answered"
"""What is flashed under this kind is the number of the conversation that was answered, and maybe a code."""

CHOICES_KEPT = timedelta(seconds=5)
_CHOICES = "inbox_choices"


def _duty_names() -> list[str]:
    return [each.member.name for each in duty.on_duty_now(g.actor)]


class Templates(Environment):
    """Templates of which none has globals of its own, so that all share one dictionary.

    With a dictionary for each, Jinja compares every name of the two at every import of a macro.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


def init_app(app: Flask) -> None:
    """Give templates of `app` what every page needs."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update({**languages.FILTERS, **outside_text.FILTERS})
    app.jinja_env.tests.update(outside_text.TESTS)
    app.jinja_env.globals.update(
        Permission=Permission,
        said=languages.said,
        static=static_address,
        url_for=address,
        letter_of=connecting.letter_of,
        now=clock.now,
        carried=carried,
        constant=fixed.constant,
        why=fixed.why,
        token=fixed.token,
        **names.GLOBALS,
    )


def choices() -> FilterChoices:
    """What the filters offer, at most `CHOICES_KEPT` old: it changes rarely and is read with every page."""
    kept = current_app.extensions.get(_CHOICES)
    if kept is None or not kept[0] <= clock.now() < kept[0] + CHOICES_KEPT:
        kept = current_app.extensions[_CHOICES] = (clock.now(), filter_choices(g.actor))
    offered: FilterChoices = kept[1]
    return offered


def page(template: str, /, status: int = 200, **context: Any) -> Response:
    """A whole page, with the navigation and what is held around it."""
    member = g.get("member")
    told: list[Any] = list(get_flashed_messages(with_categories=True))
    around: dict[str, Any] = {
        "member": member,
        "actor": g.get("actor"),
        "language": languages.language(),
        "theme": theme(),
        "keys_off": keys_off(),
        "places": navigation.places() if member is not None else [],
        "holds": holds.in_force() if member is not None and g.around.held else [],
        "notices": [languages.said(str(code)) for kind, code in told if kind != ANSWERED],
        "answered": next((str(code) for kind, code in reversed(told) if kind == ANSWERED), None),
        "here": request.endpoint,
        "tour": tour_steps.stand(member, g.actor, request.endpoint) if member is not None else None,
        "tour_offered": member is not None and tour_steps.offered(member, g.actor, request.endpoint),
        "duty_names": glance("duty", _duty_names) if member is not None else [],
        "leaving": undoing.leaving(g.actor) if member is not None and g.around.leaving else [],
        "told_up_to": _told_up_to() if member is not None else None,
    }
    return fragment(template, status, **{**around, **context})


def _told_up_to() -> int:
    """From which event on the page listens: noted before it was made, unless a form is answered with it."""
    noted: int | None = g.get("told_up_to")
    return live.newest() if noted is None else noted


def fragment(template: str, /, status: int = 200, **context: Any) -> Response:
    """A part of a page, which htmx puts in its place."""
    # Text from outside may hold lone surrogates, which UTF-8 cannot carry: a browser shows the reference as U+FFFD.
    body = render_template(template, **context).encode("utf-8", "xmlcharrefreplace")
    response = make_response(body, status)
    response.mimetype = "text/html"
    return response


def wants_fragment() -> bool:
    """Whether htmx asks, and so wants only a part of the page."""
    return request.headers.get("HX-Request") == "true"


def told_on(show: Callable[..., Answer]) -> Callable[[Callable[P, Answer]], Callable[P, Answer]]:
    """Have a form that was refused answered by its own page, with one sentence and with what was typed.

    Args:
        show: renders the page; called with the view's arguments and `problem=` the sentence; reads what was typed
            from the request. An object that does not exist (404) goes to the page of errors instead.
    """

    def around(view: Callable[P, Answer]) -> Callable[P, Answer]:
        @wraps(view)
        def told(*args: P.args, **kwargs: P.kwargs) -> Answer:
            try:
                return view(*args, **kwargs)
            except (Problem, NotNow) as problem:
                if isinstance(problem, Problem) and problem.status == 404:
                    raise
                db.session.rollback()
                response = make_response(show(*args, **kwargs, problem=sentence_of(problem)))
                response.status_code = problem.status if isinstance(problem, Problem) else 409
                return response

        return told

    return around


def sentence_of(problem: Problem | NotNow) -> str:
    """What to tell the reader."""
    if isinstance(problem, NotNow):
        return languages.said("page_not_now")
    return languages.said(problem.code, **problem.params)


def done(endpoint: str, notice: str | None = None, **values: Any) -> Answer:
    """After a deed: on to a page, with one sentence that confirms it.

    Args:
        notice: a code of `inbox.words`.
    """
    if notice is not None:
        flash(notice)
    return redirect(address(endpoint, **values), 303)


def theme() -> str:
    """What the reader chose: `light`, `dark`, or `auto`, which follows their machine."""
    chosen = request.cookies.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


def keys_off() -> bool:
    """Whether the reader switched the shortcuts of a single letter off."""
    return request.cookies.get(KEYS_COOKIE) == "off"


def hold_of(account_id: int | None, everything: list[SendingHold]) -> SendingHold | None:
    """The hold that keeps replies of an account back, if there is one."""
    return next((hold for hold in everything if hold.account_id in {None, account_id}), None)
