"""The polite phrases that leave without approval: a starter list, and what supervisors made of it."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.answering import gate
from inbox.answering.finding import typed
from inbox.answering.standing_behind import LEAST
from inbox.extensions import session, writing
from inbox.models import Courtesy, Outcome
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem
from inbox.trail.two_members import check_independent

LONGEST = 200


def phrases(current: Session) -> tuple[str, ...]:
    """Every phrase that leaves at present, in alphabetical order."""
    return tuple(sorted(_kept(current)[0]))


def list_courtesies(actor: Actor) -> tuple[str, ...]:
    """The same, for whoever writes replies or keeps the list."""
    require(actor, Permission.TEMPLATES_VIEW)
    return phrases(session())


def proposed(actor: Actor) -> tuple[str, ...]:
    """The phrases that one member has allowed and a second one has not yet."""
    require(actor, Permission.TEMPLATES_VIEW)
    return tuple(sorted(_kept(session())[1]))


def allow(actor: Actor, phrase: str) -> bool:
    """Let a phrase leave without approval from now on. One that apologises needs a second member who says so too.

    Returns:
        whether it leaves from now on; otherwise it waits for the second member.

    Raises:
        Conflict: `confirmed_already`: the second member is somebody else.
        Problem: `courtesy_empty`, `courtesy_too_long`; `courtesy_admits`: it admits something, which no courtesy does;
            `courtesy_open`: it apologises and leaves open for what; `second_member_made_by_first`.
    """
    require(actor, Permission.COURTESIES_WRITE)
    clean = _clean(phrase)
    found = gate.read(clean, courtesies=()).outcome
    if found is Outcome.ADMISSION:
        raise Problem("courtesy_admits")
    if found.held and any(dots in clean for dots in ("…", "...")) and clean not in gate.STARTER_COURTESIES:
        raise Problem("courtesy_open")
    with writing() as current:
        leaves, waiting = _kept(current)
        if clean in leaves:
            return True
        for first in waiting.get(clean, ()):
            if first == actor.name:
                raise Conflict("confirmed_already")
            check_independent(current, _number(first), _number(actor.name) or 0)
        _add(current, actor, clean, allowed=True)
        return clean in _kept(current)[0]


def take_out(actor: Actor, phrase: str) -> None:
    """Have a phrase wait for approval from now on, one of the starter list too.

    Raises:
        Problem: `courtesy_empty`, `courtesy_too_long`.
    """
    require(actor, Permission.COURTESIES_WRITE)
    clean = _clean(phrase)
    with writing() as current:
        leaves, waiting = _kept(current)
        if clean in leaves or clean in waiting:
            _add(current, actor, clean, allowed=False)


def _kept(current: Session) -> tuple[set[str], dict[str, set[str]]]:
    """The phrases that leave, and those that wait for a second member, each with who has allowed it."""
    leaves = set(gate.STARTER_COURTESIES)
    allowed: dict[str, set[str]] = defaultdict(set)
    for row in current.scalars(select(Courtesy).order_by(Courtesy.id)):
        if not row.allowed:
            leaves.discard(row.phrase)
            allowed.pop(row.phrase, None)
            continue
        allowed[row.phrase].add(row.by)
        held = row.phrase not in gate.STARTER_COURTESIES and gate.read(row.phrase, courtesies=()).held
        if not held or len(allowed[row.phrase]) >= LEAST:
            leaves.add(row.phrase)
    return leaves, {phrase: by for phrase, by in allowed.items() if phrase not in leaves}


def _add(current: Session, actor: Actor, phrase: str, *, allowed: bool) -> None:
    current.add(Courtesy(phrase=phrase, allowed=allowed, at=clock.now(), by=actor.name))
    current.flush()
    deed = "courtesy.allowed" if allowed else "courtesy.taken_out"
    trail.record(current, actor, deed, params={"phrase": phrase})


def _number(name: str) -> int | None:
    """The member whose name in the trail it is."""
    number = name.removeprefix("member:")
    return int(number) if number.isdigit() else None


def _clean(phrase: str) -> str:
    clean = " ".join(typed(phrase, empty="courtesy_empty").split())
    if len(clean) > LONGEST:
        raise Problem("courtesy_too_long", most=LONGEST)
    return clean
