"""The tour: which steps it has for whom, on which page each stands, and what points at it there."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from inbox.models import Member
from inbox.permissions import Actor, Permission
from inbox.web import access

PLAIN = "tour.index"
"""The page that tells the whole tour at once, and each step whose own page has nothing to show."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step.

    Attributes:
        anchor: the id of what the step speaks of on its page.
        side: where the card stands beside it: `below`, `above` or `left`.
        needs: who is shown the step.
    """

    name: str
    endpoint: str
    anchor: str
    side: str
    needs: access.Access


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a member is on the tour, seen from the page they are looking at.

    Attributes:
        number: from 1.
        shown: whether the card of the step belongs on this page.
        told_plainly: the step is told here since its own page has nobody to show.
    """

    step: Step
    number: int
    of: int
    before: str | None
    after: str | None
    shown: bool
    told_plainly: bool
    in_demo: bool


_WRITES, _HEADING = Permission.REPLIES_WRITE, "heading"
_READS_WORDINGS = frozenset({Permission.REPLIES_APPROVE, Permission.REPLIES_WRITE})

STEPS = (
    Step("waiting", "queue.index", _HEADING, "below", _WRITES),
    Step("person", "conversation.index", "who-wrote", "below", _WRITES),
    Step("answer", "conversation.index", "composer", "above", _WRITES),
    Step("helps", "conversation.index", "what-helps", "left", _WRITES),
    Step("approvals", "approvals.index", _HEADING, "below", _READS_WORDINGS),
    Step("apologies", "apologies.index", _HEADING, "below", Permission.APOLOGIES_DRAFT),
    Step("shift", "shift.index", _HEADING, "below", Permission.CONVERSATIONS_ASSIGN),
    Step("crisis", "crisis.index", _HEADING, "below", Permission.CRISES_LEAD),
    Step("sending", "sending.index", _HEADING, "below", Permission.SENDING_RELEASE),
    Step("accounts", "accounts.index", _HEADING, "below", Permission.ACCOUNTS_CHANGE),
    Step("members", "members.index", _HEADING, "below", Permission.MEMBERS_CHANGE),
    Step("figures", "response_times.index", _HEADING, "below", Permission.RESPONSE_TIMES_VIEW),
    Step("trail", "trail.index", _HEADING, "below", Permission.TRAIL_VIEW),
    Step("help", "help.index", _HEADING, "below", access.Open.TO_MEMBERS),
)
"""Every step in its order. The first that a member may be shown stands on their home, where the tour is offered."""


def steps_for(actor: Actor) -> list[Step]:
    """The steps that `actor` may be shown."""
    return [step for step in STEPS if access.opens(step.needs, actor)]


def stand(member: Member, actor: Actor, endpoint: str | None) -> Stand | None:
    """Where `member` is on the tour; None while they are not on it, or no longer may see that step."""
    if member.tour_step is None:
        return None
    steps = steps_for(actor)
    number = next((place for place, step in enumerate(steps) if step.name == member.tour_step), None)
    if number is None:
        return None
    step = steps[number]
    return Stand(
        step=step,
        number=number + 1,
        of=len(steps),
        before=steps[number - 1].name if number else None,
        after=steps[number + 1].name if number + 1 < len(steps) else None,
        shown=endpoint in {step.endpoint, PLAIN},
        told_plainly=endpoint == PLAIN,
        in_demo=bool(current_app.config["INBOX"].demo),
    )


def offered(member: Member, actor: Actor, endpoint: str | None) -> bool:
    """Whether the tour is offered on this page: at home, to whoever has neither begun nor left it."""
    if member.tour_step is not None or member.tour_left_at is not None:
        return False
    return endpoint == steps_for(actor)[0].endpoint
