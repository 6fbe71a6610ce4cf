"""Files of reports that the worker makes: asked for, made once, kept for a day.

The row says what is to be done; a worker takes it with a lease, so that many bells make one file and one that a killed
worker left behind is made again. A file gets its name when it is whole.
"""

from __future__ import annotations

import errno
import logging
import os
import secrets
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import and_, func, or_, select, update

from inbox import clock, languages
from inbox.extensions import session, writing
from inbox.measuring.export_asking import KEPT
from inbox.measuring.export_files import write
from inbox.measuring.export_waits import count, snapshot
from inbox.measuring.exports import FileOptions
from inbox.measuring.report_filters import query_of
from inbox.models import Export, ExportState, Member
from inbox.permissions import Actor, Permission, Refused, require
from inbox.problems import Problem

log = logging.getLogger(__name__)

FOLDER = "exports"
"""In the data folder."""

LEASE = timedelta(minutes=2)
"""How long a worker may be silent about a file it makes before another one may begin it anew."""

MOST_ATTEMPTS = 3

_TOLD_EVERY = 1.0
"""Seconds between two notes of how far a file is: each renews the lease."""

_FAULT = "export_fault"
_PART = ".part"

_TO_DO = (ExportState.WAITING, ExportState.RUNNING)


class _LeaseLostError(Exception):
    """Another worker took over."""


@dataclass(slots=True)
class _Lease:
    """The right to make a file until a moment."""

    until: datetime


def due() -> list[int]:
    """The ids of files that are to be made and that nobody makes, the oldest first."""
    statement = select(Export.id).where(Export.state.in_(_TO_DO), _free(clock.now())).order_by(Export.id)
    return list(session().scalars(statement))


def make(actor: Actor, export_id: int, folder: Path) -> bool:
    """Make one file, if it is still to be made and nobody makes it.

    It holds what whoever asked for it may see now. Where it cannot be made the row says why; after a fault of ours it
    is tried again.

    Args:
        folder: where the file goes.

    Returns:
        whether there was something to do.

    Raises:
        Refused: the actor makes no files.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    lease = _claim(export_id)
    if lease is None:
        return False
    export = session().get_one(Export, export_id, populate_existing=True)
    if export.attempts > MOST_ATTEMPTS:
        _fail(export_id, lease, "export_gave_up")
        return True
    part = _new_file(folder)
    try:
        with languages.speaking(export.language, export.time_zone):
            _write(export, part, lease)
        _finish(export_id, lease, part)
    except _LeaseLostError:
        log.warning("the file of export %s is made by another worker", export_id)
    except Problem as problem:
        _fail(export_id, lease, problem.code)
    except Refused:
        _fail(export_id, lease, "export_not_allowed")
    except OSError as error:
        log.exception("export %s failed", export_id)
        _fail(export_id, lease, "export_no_room" if error.errno == errno.ENOSPC else _FAULT)
    except Exception:
        log.exception("export %s failed", export_id)
        _fail(export_id, lease, _FAULT)
    finally:
        part.unlink(missing_ok=True)
    return True


def expire(actor: Actor, folder: Path) -> int:
    """Take away the files whose time is over, and what killed workers left behind. Their rows stay.

    Returns:
        how many files expired.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    now = clock.now()
    current = session()
    over = list(current.scalars(select(Export.id).where(Export.state == ExportState.DONE, Export.expires_at <= now)))
    if over:
        with writing() as changing:
            changing.execute(update(Export).where(Export.id.in_(over)).values(state=ExportState.EXPIRED))
    kept = set(current.scalars(select(Export.file_name).where(Export.state == ExportState.DONE)))
    for file in folder.iterdir() if folder.is_dir() else ():
        # A file is whole before its row says so: a young one without a row is being made.
        if file.name not in kept and file.stat().st_mtime < time.time() - 2 * LEASE.total_seconds():
            file.unlink(missing_ok=True)
    return len(over)


def _free(now: datetime) -> Any:
    return or_(
        Export.state == ExportState.WAITING,
        and_(Export.state == ExportState.RUNNING, Export.running_until <= now),
    )


def _claim(export_id: int) -> _Lease | None:
    now = clock.now()
    lease = _Lease(now + LEASE)
    with writing() as current:
        taken = current.execute(
            update(Export)
            .where(Export.id == export_id, _free(now))
            .values(
                state=ExportState.RUNNING,
                running_until=lease.until,
                attempts=Export.attempts + 1,
                rows_done=0,
                error_code=None,
            )
            .execution_options(synchronize_session=False)
        )
    return lease if taken.rowcount else None  # type: ignore[attr-defined]


def _write(export: Export, part: Path, lease: _Lease) -> None:
    """Write the file, and note how far it is from a session of its own: the one that reads keeps its one view."""
    requester = _actor_of(export.member_id)
    query = query_of(export.options, export.time_zone, export.asked_at)
    options = FileOptions.of(export.format, export.options)
    export_id, told_at = export.id, time.monotonic()
    application: Any = current_app._get_current_object()  # type: ignore[attr-defined]

    def note(**values: Any) -> None:
        with application.app_context():
            _renew(export_id, lease, values)

    def tell(rows: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= _TOLD_EVERY:
            told_at = time.monotonic()
            note(**({"rows_done": rows} if rows else {}))

    with snapshot():
        if options.rows:
            total = count(requester, query)
            note(rows_total=total)
        with part.open("wb") as file:
            write(requester, query, options, file, tell)
            file.flush()
            os.fsync(file.fileno())


def _renew(export_id: int, lease: _Lease, values: dict[str, Any]) -> None:
    until = max(clock.now() + LEASE, lease.until)
    with writing() as current:
        _hold(current.execute(_mine(export_id, lease).values(running_until=until, **values)))
    lease.until = until


def _finish(export_id: int, lease: _Lease, part: Path) -> None:
    name = part.name.removesuffix(_PART)
    size = part.stat().st_size
    whole = part.with_name(name)
    part.replace(whole)
    now = clock.now()
    try:
        with writing() as current:
            done = _mine(export_id, lease).values(
                state=ExportState.DONE,
                running_until=None,
                file_name=name,
                size=size,
                finished_at=now,
                expires_at=now + KEPT,
                rows_done=func.coalesce(Export.rows_total, Export.rows_done),
            )
            _hold(current.execute(done))
    except BaseException:
        whole.unlink(missing_ok=True)
        raise


def _fail(export_id: int, lease: _Lease, code: str) -> None:
    """Say why there is no file; after a fault of ours it is tried again while there are attempts left."""
    now = clock.now()
    session().rollback()
    with writing() as current:
        export = current.get_one(Export, export_id, populate_existing=True)
        again = code == _FAULT and export.attempts < MOST_ATTEMPTS
        values: dict[str, Any] = {"error_code": code, "running_until": None}
        if again:
            # Not at once: what failed may need a moment.
            values |= {"running_until": now + timedelta(seconds=10 * export.attempts)}
        else:
            values |= {"state": ExportState.FAILED, "finished_at": now}
        current.execute(_mine(export_id, lease).values(**values))


def _mine(export_id: int, lease: _Lease) -> Any:
    return (
        update(Export)
        .where(Export.id == export_id, Export.state == ExportState.RUNNING, Export.running_until == lease.until)
        .execution_options(synchronize_session=False)
    )


def _hold(done: Any) -> None:
    if not done.rowcount:
        raise _LeaseLostError


def _actor_of(member_id: int) -> Actor:
    """Whoever asked for a file, with the roles they have now; somebody who was deactivated may do nothing."""
    member = session().get_one(Member, member_id, populate_existing=True)
    return Actor.of_member(member.id, member.roles if member.deactivated_at is None else frozenset())


def _new_file(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = folder / f"{secrets.token_urlsafe(24)}{_PART}"
    os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return part
