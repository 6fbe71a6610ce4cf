"""How members find their way: the tour they are shown, and the advice they want beside what they decide."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import writing
from inbox.models import Member
from inbox.permissions import Actor
from inbox.problems import Unknown


def go_on_tour(actor: Actor, step: str) -> None:
    """Remember that `actor`, a member, is at `step` of the tour, so that another browser goes on there.

    Args:
        step: the name of a step, at most 40 characters; the pages know which there are.

    Raises:
        Unknown: `member_unknown`: the actor is no member.
    """
    with writing() as current:
        _own(current, actor).tour_step = step


def leave_tour(actor: Actor) -> None:
    """Remember that `actor`, a member, came to the end of the tour or wants none: it is not offered again.

    Raises:
        Unknown: `member_unknown`: the actor is no member.
    """
    with writing() as current:
        member = _own(current, actor)
        member.tour_step = None
        member.tour_left_at = clock.now()


def set_advised(actor: Actor, wish: bool) -> None:
    """Choose whether a sentence of advice stands where `actor`, a member, decides something.

    Raises:
        Unknown: `member_unknown`: the actor is no member.
    """
    with writing() as current:
        _own(current, actor).advised = wish


def _own(current: Session, actor: Actor) -> Member:
    member = None if actor.member_id is None else current.get(Member, actor.member_id)
    if member is None:
        raise Unknown("member_unknown", email=str(actor.member_id or ""))
    return member
