"""Every refused attempt to delete, hide or block becomes a row of the trail, in a transaction of its own."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable

from flask import Flask, g, has_app_context
from sqlalchemy import event
from sqlalchemy.orm import Session, SessionTransaction

from inbox.extensions import db, for_writing
from inbox.permissions import SYSTEM, Actor, Refused, never
from inbox.trail import chain

log = logging.getLogger(__name__)

Params = dict[str, object]
Hook = Callable[[Session, Actor, str, Params], None]

_app: weakref.ref[Flask] | None = None
_hooks: list[Hook] = []
_WAITING = "inbox_refusals"


def keep(app: Flask) -> None:
    """From now on, write refused attempts to the trail of the database of `app`."""
    global _app
    _app = weakref.ref(app)
    never.on_attempt(_note)


def on_written(hook: Hook) -> None:
    """Have `hook` called with the session, actor, action and facts of every refused attempt, in the transaction of its
    row."""
    if hook not in _hooks:
        _hooks.append(hook)


def act_as(actor: Actor) -> None:
    """Name who acts until the application context ends, so that a refused attempt stands under their name."""
    g.acting = actor


def write_refused(refused: Refused) -> None:
    """Write down that somebody tried what they hold no permission for; called after the rollback."""
    _write([(refused.actor, "permission.refused", {"permission": refused.permission.value})])


def _note(attempt: never.Attempt) -> None:
    # What was tried comes from outside and may hold what no log file can.
    log.warning("refused by the %s lock: %s", attempt.lock, attempt.what.encode("ascii", "backslashreplace").decode())
    params: Params = {"lock": attempt.lock, "what": attempt.what, **attempt.params}
    actor: Actor = g.get("acting", SYSTEM) if has_app_context() else SYSTEM
    deed = (actor, "rule.refused", params)
    session = _session_under_way()
    if session is None:
        _write([deed])
    else:
        # A write transaction holds the one write lock of SQLite, so that the row has to wait for its end.
        session.info.setdefault(_WAITING, []).append(deed)


def _session_under_way() -> Session | None:
    try:
        session = db.session()
    except RuntimeError:
        return None  # Outside an application context there is no session.
    return session if session.in_transaction() else None


def _write(deeds: list[tuple[Actor, str, Params]]) -> None:
    app = _app() if _app is not None else None
    if app is None:
        return
    try:
        with app.app_context(), Session(db.engine) as session:
            session.connection(execution_options=for_writing(db.engine))
            for actor, action, params in deeds:
                chain.record(session, actor, action, params=params)
                for hook in _hooks:
                    hook(session, actor, action, params)
            session.commit()
    except Exception:
        # The refusal itself stands whether or not it could be written down.
        log.exception("a refused attempt could not be written to the trail")


@event.listens_for(Session, "after_transaction_end")
def _write_what_waited(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None and _WAITING in session.info:
        _write(session.info.pop(_WAITING))
