"""How a page is made: what every page knows, what happens to a form that was refused, and how files are addressed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, MutableMapping
from datetime import timedelta
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec

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
    url_for,
)
from flask import typing as flask_typing
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from inbox import clock, connecting, languages, live, notices
from inbox.answering import facts, holds, undoing
from inbox.answering.approval_counts import count as count_approvals
from inbox.answering.choices import FilterChoices, filter_choices
from inbox.collecting import alarms
from inbox.crisis import crises
from inbox.extensions import db
from inbox.models import NotNow, SendingHold
from inbox.notices import duty
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, names, outside_text, tour_steps
from inbox.web.carrying import around, carried
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

STATIC = Path(__file__).resolve().parents[1] / "static"


class Place(NamedTuple):
    """One entry of the navigation.

    Attributes:
        letter: leads there after `g`.
        waiting: how much, as it is written; empty for nothing.
        rings: it is told of by a mark as soon as something waits there.
        is_here: the page that is made belongs to it.
    """

    endpoint: str
    title: str
    address: str
    letter: str
    waiting: str
    rings: bool
    is_here: bool


_APPROVING = frozenset({Permission.REPLIES_APPROVE, Permission.REPLIES_WRITE})
_RINGING = frozenset({"notices.index", "alarms.index"})


def address(endpoint: str, **values: Any) -> str:
    """As `url_for`, remembered: a page names hundreds of addresses, most of them again and again."""
    root, filters = around()
    if filters and "conversation_id" in values:
        # A page about a conversation keeps the list that it was opened from.
        values = filters | values
    try:
        return _address(root, endpoint, tuple(values.items()))
    except TypeError:
        return url_for(endpoint, **values)


@lru_cache(maxsize=16_384)
def _address(_root: str, endpoint: str, values: tuple[tuple[str, Any], ...]) -> str:
    return url_for(endpoint, **dict(values))


def places() -> list[Place]:
    """Where the member may go, in the order of the navigation, with what waits for them there."""
    _ = languages.gettext
    mine = f"of {g.actor.member_id}"
    fresh = 0
    if g.actor.may(Permission.NOTICES_VIEW):
        fresh = glance(f"notices {mine}", lambda: notices.unread(g.actor))
    standing = glance("alarms", lambda: alarms.count_open(g.actor)) if g.actor.may(Permission.ALARMS_VIEW) else 0
    open_ones = glance("crises", lambda: crises.count_open(g.actor)) if g.actor.may(Permission.CRISES_VIEW) else 0
    wrong = 0
    if g.actor.may(Permission.FACTS_VIEW):
        wrong = glance("wrong", lambda: facts.count_to_correct(g.actor, most=notices.MOST_COUNTED))
    asked = glance(f"approvals {mine}", lambda: count_approvals(g.actor))
    here, (root, _filters) = (request.endpoint or "").partition(".")[0], around()
    every = (
        ("queue.index", _("Queue"), Permission.QUEUE_VIEW, "q", ""),
        ("approvals.index", _("Approvals"), _APPROVING, "a", _count(asked)),
        ("notices.index", _("Notices"), Permission.NOTICES_VIEW, "n", _count(fresh)),
        ("alarms.index", _("Alarms"), Permission.ALARMS_VIEW, "l", _count(standing)),
        ("crisis.index", _("Crisis"), Permission.CRISES_VIEW, "c", _count(open_ones)),
        ("facts.index", _("Facts"), Permission.FACTS_VIEW, "f", _count(wrong)),
        ("apologies.index", _("Apologies"), Permission.APOLOGIES_DRAFT, "p", ""),
        ("templates.index", _("Reply templates"), Permission.TEMPLATES_VIEW, "t", ""),
        ("response_times.index", _("Response times"), Permission.RESPONSE_TIMES_VIEW, "r", ""),
        ("statement.index", _("Public statement"), Permission.TRAIL_VIEW, "u", ""),
        ("trail.index", _("Trail"), Permission.TRAIL_VIEW, "j", ""),
        ("accounts.index", _("Accounts"), Permission.ACCOUNTS_VIEW, "k", ""),
        ("members.index", _("Members"), Permission.MEMBERS_VIEW, "m", ""),
        ("teams.index", _("Teams"), Permission.TEAMS_CHANGE, "e", ""),
        ("sending.index", _("Sending"), Permission.SENDING_HOLD, "h", ""),
    )
    return [
        Place(
            endpoint,
            title,
            _address(root, endpoint, ()),
            letter,
            count,
            rings=endpoint in _RINGING,
            is_here=endpoint.startswith(f"{here}."),
        )
        for endpoint, title, permission, letter, count in every
        if access.opens(permission, g.actor)
    ]


def _duty_names() -> list[str]:
    return [each.member.name for each in duty.on_duty_now(g.actor)]


def _count(number: int) -> str:
    return f"{notices.MOST_COUNTED}+" if number >= notices.MOST_COUNTED else str(number or "")


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
        constant=constant,
        why=why,
        token=token,
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
        "places": places() if member is not None else [],
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


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_address(name: str) -> str:
    """The address of a file of ours; it carries the digest of the content, so that browsers may keep it for ever."""
    return _static_address(request.script_root, name)


@lru_cache(maxsize=512)
def _static_address(_root: str, name: str) -> str:
    return url_for("static", filename=name, v=_digest(name))


def hold_of(account_id: int | None, everything: list[SendingHold]) -> SendingHold | None:
    """The hold that keeps replies of an account back, if there is one."""
    return next((hold for hold in everything if hold.account_id in {None, account_id}), None)
