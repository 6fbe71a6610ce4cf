"""The polite phrases that leave without approval: a starter list, and what supervisors made of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.answering import gate
from inbox.answering.finding import typed
from inbox.extensions import session, writing
from inbox.models import Courtesy
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem

LONGEST = 200


def phrases(current: Session) -> tuple[str, ...]:
    """Every phrase that leaves at present, in alphabetical order."""
    allowed = set(gate.STARTER_COURTESIES)
    for row in current.scalars(select(Courtesy).order_by(Courtesy.id)):
        (allowed.add if row.allowed else allowed.discard)(row.phrase)
    return tuple(sorted(allowed))


def list_courtesies(actor: Actor) -> tuple[str, ...]:
    """The same, for whoever writes replies or keeps the list."""
    require(actor, Permission.TEMPLATES_VIEW)
    return phrases(session())


def allow(actor: Actor, phrase: str) -> None:
    """Let a phrase leave without approval from now on.

    Raises:
        Problem: `courtesy_empty`, `courtesy_too_long`; `courtesy_admits`: it admits something, which no courtesy does.
    """
    require(actor, Permission.COURTESIES_WRITE)
    clean = _clean(phrase)
    if gate.read(clean).outcome is gate.Outcome.ADMISSION:
        raise Problem("courtesy_admits")
    _set(actor, clean, allowed=True)


def take_out(actor: Actor, phrase: str) -> None:
    """Have a phrase wait for approval from now on, one of the starter list too.

    Raises:
        Problem: `courtesy_empty`, `courtesy_too_long`.
    """
    require(actor, Permission.COURTESIES_WRITE)
    _set(actor, _clean(phrase), allowed=False)


def _set(actor: Actor, phrase: str, *, allowed: bool) -> None:
    with writing() as current:
        if (phrase in phrases(current)) == allowed:
            return
        current.add(Courtesy(phrase=phrase, allowed=allowed, at=clock.now(), by=actor.name))
        deed = "courtesy.allowed" if allowed else "courtesy.taken_out"
        trail.record(current, actor, deed, params={"phrase": phrase})


def _clean(phrase: str) -> str:
    clean = " ".join(typed(phrase, empty="courtesy_empty").split())
    if len(clean) > LONGEST:
        raise Problem("courtesy_too_long", most=LONGEST)
    return clean
