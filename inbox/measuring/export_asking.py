"""Files of reports from the side of whoever asks: ask for one, see how it stands, take it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select

from inbox import bell, clock, languages
from inbox.extensions import session, writing
from inbox.measuring.export_waits import count
from inbox.measuring.exports import FileFormat, FileOptions
from inbox.measuring.report_filters import as_address
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.staff_informed import names_allowed
from inbox.models import Export, ExportState, MemberRole, StaffInformed
from inbox.permissions import GRANTS, Actor, Permission, require
from inbox.problems import Conflict, Unknown
from inbox.trail import record

KEPT = timedelta(hours=24)
"""How long a file can be downloaded."""

MOST_WAITING = 5
"""How many files that are still to be made one member may have asked for."""

AT_ONCE = 20_000
"""A CSV file of fewer waits is given at once."""

ASKED = "export.asked"
"""What rings when a file was asked for, with `export_id`."""


def ask(actor: Actor, query: ReportQuery, options: FileOptions) -> Export:
    """Have a file made.

    Raises:
        Refused: the actor may not export reports, or not those of a member.
        Problem: as `response_times`; `pdf_missing`.
        Conflict: `export_too_many`.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    # What can be refused is refused before anybody waits for it.
    count(actor, query)
    if options.format is FileFormat.PDF:
        from inbox.measuring.export_pdf import check_installed

        check_installed()
    assert actor.member_id is not None
    with writing() as current:
        to_do = (Export.member_id == actor.member_id, Export.state.in_((ExportState.WAITING, ExportState.RUNNING)))
        if (current.scalar(select(func.count()).select_from(Export).where(*to_do)) or 0) >= MOST_WAITING:
            raise Conflict("export_too_many", most=MOST_WAITING)
        export = Export(
            member_id=actor.member_id,
            format=options.format.value,
            options={**as_address(query), **options.stored},
            language=languages.language(),
            time_zone=str(languages.zone()),
            asked_at=clock.now(),
        )
        current.add(export)
        current.flush()
        chosen = {"format": export.format, "options": export.options}
        record(current, actor, "export.asked", of=("export", export.id), params=chosen)
        bell.ring(current, ASKED, export_id=export.id)
    return export


def makes_pdf() -> bool:
    """Whether this server can make PDF reports."""
    # Brings the charts along, which nothing else of asking needs.
    from inbox.measuring.export_pdf import installed

    return installed()


def own(actor: Actor, *, limit: int, before: int | None = None) -> list[Export]:
    """What the actor has asked for, the newest first.

    Raises:
        Refused: the actor may not export reports.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    statement = select(Export).where(Export.member_id == actor.member_id).order_by(Export.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(Export.id < before)
    return list(session().scalars(statement, execution_options={"populate_existing": True}))


def take(actor: Actor, export_id: int, folder: Path) -> tuple[Export, Path]:
    """The file of an export, for whoever asked for it; the trail remembers that they took it.

    Raises:
        Refused: the actor may not export reports any more.
        Unknown: `export_unknown`: there is none, or it is somebody else's; `export_not_ready`: also where it may name
            members, whose names the actor may not see any more; `export_elsewhere`.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    export = session().get(Export, export_id, populate_existing=True)
    if export is None or actor.member_id is None or export.member_id != actor.member_id:
        raise Unknown("export_unknown", id=export_id)
    over = export.expires_at is None or export.expires_at <= clock.now()
    if export.state is not ExportState.DONE or export.file_name is None or over or _outlived(actor, export):
        raise Unknown("export_not_ready")
    file = folder / export.file_name
    if not file.is_file():
        raise Unknown("export_elsewhere")
    with writing() as current:
        record(current, actor, "export.downloaded", of=("export", export.id), params={"size": export.size})
    return export, file


def _outlived(actor: Actor, export: Export) -> bool:
    """Whether a file may hold names that `actor` could see while it was made, and may not see now."""
    current = session()
    if names_allowed(actor, current):
        return False
    until = export.finished_at or clock.now()
    seeing = [role for role, granted in GRANTS.items() if Permission.MEMBER_FIGURES_VIEW in granted]
    # What ended while the file was asked for and made may have been read before it did.
    could_see = select(MemberRole.id).where(
        MemberRole.member_id == export.member_id,
        MemberRole.role.in_(seeing),
        MemberRole.granted_at <= until,
        or_(MemberRole.ended_at.is_(None), MemberRole.ended_at >= export.asked_at),
    )
    was_informed = select(StaffInformed.id).where(
        StaffInformed.recorded_at <= until,
        or_(StaffInformed.withdrawn_at.is_(None), StaffInformed.withdrawn_at >= export.asked_at),
    )
    return bool(current.scalar(select(could_see.exists() & was_informed.exists())))


def note_direct(actor: Actor, query: ReportQuery, options: FileOptions) -> None:
    """Have the trail remember a file that is given at once.

    Raises:
        Refused: the actor may not export reports.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
    with writing() as current:
        chosen: Mapping[str, Any] = {**as_address(query), **options.stored}
        record(current, actor, "export.downloaded", params={"format": options.format.value, "options": dict(chosen)})
