"""Where a member may go, as every page offers it, with what waits for them there."""

from __future__ import annotations

from typing import NamedTuple

from flask import g, request

from inbox import languages, notices
from inbox.answering import facts
from inbox.answering.approval_counts import count as count_approvals
from inbox.collecting import alarms
from inbox.crisis import crises
from inbox.permissions import Permission
from inbox.web import access
from inbox.web.addresses import address
from inbox.web.glances import glance


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
    here = (request.endpoint or "").partition(".")[0]
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
            address(endpoint),
            letter,
            count,
            rings=endpoint in _RINGING,
            is_here=endpoint.startswith(f"{here}."),
        )
        for endpoint, title, permission, letter, count in every
        if access.opens(permission, g.actor)
    ]


def _count(number: int) -> str:
    return f"{notices.MOST_COUNTED}+" if number >= notices.MOST_COUNTED else str(number or "")
