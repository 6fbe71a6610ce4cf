"""Where a member lands: the page their role works on."""

from __future__ import annotations

from flask import Blueprint, g, redirect, url_for

from inbox.permissions import Permission
from inbox.web import access
from inbox.web.rendering import Answer, page

screen = Blueprint("start", __name__)

_HOMES = (
    (Permission.REPLIES_WRITE, "queue.index"),
    (Permission.REPLIES_APPROVE, "approvals.index"),
    (Permission.ACCOUNTS_CHANGE, "accounts.index"),
    (Permission.RESPONSE_TIMES_VIEW, "response_times.index"),
)
"""The first that the member may see is their home."""


@screen.get("/")
@access.members_only
def index() -> Answer:
    """On to the member's home; who has none, without a role, is told that nothing waits."""
    for permission, endpoint in _HOMES:
        if g.actor.may(permission):
            return redirect(url_for(endpoint), 303)
    return page("start/index.html")
