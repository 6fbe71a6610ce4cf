"""Who may open which page: every view declares it, and what is not declared is refused.

The order around a view is: who is it, does the form come from us (CSRF), may they. Lock 7 of the rule stands here
too: a route that deletes, or is named after a forbidden deed, is refused when it is registered.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_login import UserMixin, current_user
from werkzeug.exceptions import Unauthorized
from werkzeug.routing import Rule

from inbox import members
from inbox.answering import at_hand
from inbox.answering.at_hand import Around
from inbox.extensions import csrf, login_manager
from inbox.members import Opened
from inbox.permissions import Actor, Permission, never, require
from inbox.trail import refusals
from inbox.web import reader

SESSION_COOKIE = "__Host-inbox"
"""Holds the random token of the member's session row; the prefix makes the browser insist on Secure and path /."""

ANYBODY = Actor(frozenset(), None, "anybody")
"""Who is not signed in: holds no permission at all."""

View = TypeVar("View", bound=Callable[..., Any])


class Open(Enum):
    """The two ways to declare a page that asks for no permission."""

    TO_ANYBODY = "public"
    TO_MEMBERS = "members"


Access = Permission | frozenset[Permission] | Open
"""One permission, several of which any opens the page, or one of the two ways without."""

_DECLARED = "__inbox_access__"


def needs(permission: Permission) -> Callable[[View], View]:
    """Declare that a page opens only for members who hold `permission`."""
    return _declare(permission)


def needs_any(*permissions: Permission) -> Callable[[View], View]:
    """Declare that a page opens for members who hold at least one of `permissions`."""
    return _declare(frozenset(permissions))


def public(view: View) -> View:
    """Declare that a page opens for anybody, signed in or not."""
    return _declare(Open.TO_ANYBODY)(view)


def members_only(view: View) -> View:
    """Declare that a page opens for every signed-in member, whatever their roles: their own profile, their start."""
    return _declare(Open.TO_MEMBERS)(view)


def opens(access: Access, actor: Actor) -> bool:
    """Whether `actor` may open what declares `access`."""
    if isinstance(access, Permission):
        return actor.may(access)
    if isinstance(access, frozenset):
        return any(map(actor.may, access))
    return access is Open.TO_ANYBODY or actor.member_id is not None


def declared(view: Callable[..., Any]) -> Access | None:
    """What `view` declares, None where it declares nothing."""
    access: Access | None = getattr(view, _DECLARED, None)
    return access


def _declare(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _DECLARED, access)
        return view

    return mark


class UndeclaredView(Exception):
    """A view says nothing about who may open it, so the product does not start."""


class KeptRule(Rule):
    """A route; one that deletes, or is named after a deed that makes a critic disappear, cannot be registered."""

    def __init__(self, string: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(string, *args, **kwargs)
        refuse_route(self)


def refuse_route(rule: Rule) -> None:
    """Refuse a route that could make a critic disappear.

    Raises:
        ForbiddenDeed: it answers DELETE, or its address or its endpoint carries a forbidden verb.
    """
    if "DELETE" in (rule.methods or ()):
        attempt = never.Attempt("routes", f"DELETE {rule.rule}")
        never.announce(attempt)
        raise never.ForbiddenDeed(attempt)
    never.refuse_names((rule.rule, str(rule.endpoint)), lock="routes", figures=True)


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login knows of a signed-in member: the session row the browser's token led to."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened

    def get_id(self) -> str:
        """The id of the session row: Flask-Login never stores it, since every request brings the token."""
        return str(self.opened.session_id)


def init_app(app: Flask) -> None:
    """Stand around every view of `app`; call it before the first route is registered."""
    app.url_rule_class = KeptRule
    login_manager.init_app(app)
    login_manager.session_protection = None
    login_manager.request_loader(_from_cookie)
    app.before_request(_identify)
    csrf.init_app(app)
    app.before_request(_permit)


def check(app: Flask) -> None:
    """Let nothing start with a view that declares nothing, or with a route the rule forbids.

    Raises:
        UndeclaredView: a view declares nothing.
        ForbiddenDeed: a route is one the rule forbids.
    """
    public(app.view_functions["static"])
    for rule in app.url_map.iter_rules():
        refuse_route(rule)
        if declared(app.view_functions[rule.endpoint]) is None:
            raise UndeclaredView(f"{rule.endpoint} ({rule.rule}) does not say who may open it")


def keep_signed_in(response: Response, token: str) -> Response:
    """Give the browser the token of a new session."""
    response.set_cookie(SESSION_COOKIE, token, secure=True, httponly=True, samesite="Lax", path="/")
    return response


def forget(response: Response) -> Response:
    """Take the token away from the browser."""
    response.delete_cookie(SESSION_COOKIE, secure=True, httponly=True, samesite="Lax", path="/")
    return response


def token_of_request() -> str | None:
    """The session token the browser sent."""
    return request.cookies.get(SESSION_COOKIE)


def inside(address: str | None, otherwise: str) -> str:
    """`address` when it is a path of this site, else `otherwise`: nobody is sent elsewhere by a crafted link."""
    if not address or not address.startswith("/") or address.startswith("//"):
        return otherwise
    if "\\" in address or any(ord(character) < 33 or ord(character) == 127 for character in address):
        return otherwise
    try:
        parts = urlsplit(address)
    except ValueError:
        return otherwise
    return otherwise if parts.scheme or parts.netloc else address


def _from_cookie(_request: object) -> SignedIn | None:
    token = token_of_request()
    opened = members.session_of(token, at_hand.AROUND) if token else None
    return SignedIn(opened) if opened is not None else None


def _identify() -> None:
    g.member, g.actor = None, ANYBODY
    refusals.act_as(ANYBODY)
    reader.choose()
    if request.endpoint == "static":
        return
    signed_in = current_user._get_current_object()
    if signed_in.is_authenticated:
        _, g.member, g.actor, g.newest_event, around = signed_in.opened
        g.around = Around._make(around)
        refusals.act_as(g.actor)
        reader.choose()
    elif _access_here() is not Open.TO_ANYBODY and request.endpoint is not None:
        raise Unauthorized


def _permit() -> None:
    if request.method == "DELETE":
        # Only a member's attempt is written down: a stranger could fill the trail with them.
        if g.member is not None:
            never.announce(never.Attempt("routes", f"DELETE {request.path[:200]}"))
        abort(405)
    if request.endpoint is None:
        return
    access = _access_here()
    if isinstance(access, Permission):
        require(g.actor, access)
    elif isinstance(access, frozenset) and not opens(access, g.actor):
        # The trail names one of them: whoever holds none was refused that one too.
        require(g.actor, min(access))
    elif access is None:
        abort(403)


def _access_here() -> Access | None:
    view = current_app.view_functions.get(request.endpoint or "")
    return declared(view) if view is not None else None
