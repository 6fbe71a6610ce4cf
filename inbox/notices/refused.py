"""Every refused attempt to make a critic disappear is told to the supervisors, in the transaction of its trail row."""

from __future__ import annotations

from sqlalchemy.orm import Session

from inbox.notices.telling import tell
from inbox.permissions import Actor, Permission, Role
from inbox.trail import refusals

FORBIDDEN_KIND = frozenset({Permission.COMMENTS_TOMBSTONE.value})
"""Permissions that no member can hold: asking for one is an attempt to withhold what somebody wrote."""


def listen() -> None:
    """From now on, tell of refused attempts."""
    refusals.on_written(_tell)


def _tell(session: Session, actor: Actor, action: str, params: dict[str, object]) -> None:
    what = params.get("what", "")
    if action == "permission.refused":
        what = params.get("permission", "")
        if what not in FORBIDDEN_KIND:
            return
    # In plain characters: PostgreSQL takes neither NUL nor lone surrogates in JSON, and an address can bring both.
    plain = ascii(str(what))[1:-1]
    tell(session, Role.SUPERVISOR, "rule_refused", params={"actor": actor.name, "what": plain})
