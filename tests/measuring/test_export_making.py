"""Files that the worker makes: once, for whoever asked, kept for a day, and made again after a killed worker."""

from __future__ import annotations

import csv
import stat
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from inbox import bell, clock
from inbox.extensions import writing
from inbox.measuring import export_asking, export_files, export_making, staff_informed
from inbox.measuring.exports import FileFormat, FileOptions
from inbox.measuring.report_rows import ReportQuery
from inbox.models import Export, ExportState, MemberRole, TrailRow
from inbox.permissions import WORKER, Actor, Refused, Role
from inbox.problems import Conflict, Unknown
from tests.conftest import MakeMember
from tests.scenes import Scene

CSV = FileOptions(FileFormat.CSV)


@pytest.fixture
def analyst(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    """Somebody who exports, over a scene of two critics."""
    scene = Scene(at_start - timedelta(hours=10))
    account = scene.account()
    scene.answer(scene.comment(account, "a", 0), 10)
    scene.comment(account, "b", 0)
    return make_member(Role.ANALYST)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files go."""
    return tmp_path / export_making.FOLDER


def row(store: Session, export_id: int) -> Export:
    return store.get_one(Export, export_id, populate_existing=True)


def test_a_file_is_asked_for_made_and_taken(analyst: Actor, folder: Path, store: Session) -> None:
    rung: list[bell.Ring] = []
    end = bell.subscribe(export_asking.ASKED, rung.append)
    try:
        asked = export_asking.ask(analyst, ReportQuery(), CSV)
    finally:
        end()
    assert [ring["export_id"] for ring in rung] == [asked.id] == export_making.due()
    assert export_making.make(WORKER, asked.id, folder)
    made = row(store, asked.id)
    assert (made.state, made.rows_done, made.rows_total) == (ExportState.DONE, 2, 2)
    export, file = export_asking.take(analyst, asked.id, folder)
    assert [line["state"] for line in csv.DictReader(file.read_text().splitlines())] == ["answered", "waiting"]
    assert (file.stat().st_size, stat.S_IMODE(file.stat().st_mode)) == (export.size, 0o600)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [each.name for each in folder.iterdir()] == [file.name]
    actions = list(
        store.scalars(select(TrailRow.action).where(TrailRow.object_type == "export").order_by(TrailRow.seq))
    )
    assert actions == ["export.asked", "export.downloaded"]
    assert not export_making.make(WORKER, asked.id, folder)


def test_only_whoever_asked_takes_it_and_only_while_they_may(
    analyst: Actor, folder: Path, make_member: MakeMember
) -> None:
    asked = export_asking.ask(analyst, ReportQuery(), CSV)
    with pytest.raises(Unknown, match="export_not_ready"):
        export_asking.take(analyst, asked.id, folder)
    export_making.make(WORKER, asked.id, folder)
    with pytest.raises(Unknown, match="export_unknown"):
        export_asking.take(make_member(Role.SUPERVISOR), asked.id, folder)
    demoted = Actor.of_member(analyst.member_id or 0, frozenset({Role.COMMUNITY_MANAGER}))
    for deed in (
        lambda: export_asking.take(demoted, asked.id, folder),
        lambda: export_asking.ask(demoted, ReportQuery(), CSV),
        lambda: export_asking.own(demoted, limit=10),
    ):
        with pytest.raises(Refused):
            deed()


def test_a_file_expires_and_its_row_stays(analyst: Actor, folder: Path, store: Session, at_start: datetime) -> None:
    asked = export_asking.ask(analyst, ReportQuery(), CSV)
    export_making.make(WORKER, asked.id, folder)
    with clock.frozen(at_start + export_asking.KEPT):
        with pytest.raises(Unknown, match="export_not_ready"):
            export_asking.take(analyst, asked.id, folder)
        assert export_making.expire(WORKER, folder) == 1
    (file,) = folder.iterdir()
    # A file that nobody's row names goes once it is surely no longer being made.
    import os

    os.utime(file, (0, 0))
    assert export_making.expire(WORKER, folder) == 0
    assert list(folder.iterdir()) == []
    assert row(store, asked.id).state is ExportState.EXPIRED


def test_what_a_killed_worker_left_is_made_again_once_its_lease_is_over(
    analyst: Actor, folder: Path, store: Session, at_start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = export_asking.ask(analyst, ReportQuery(), CSV)

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(export_making, "write", killed)
        with pytest.raises(Killed):
            export_making.make(WORKER, asked.id, folder)
    assert (row(store, asked.id).state, export_making.due()) == (ExportState.RUNNING, [])
    assert not export_making.make(WORKER, asked.id, folder)
    with clock.frozen(at_start + export_making.LEASE):
        assert export_making.due() == [asked.id]
        assert export_making.make(WORKER, asked.id, folder)
    assert (row(store, asked.id).state, row(store, asked.id).attempts) == (ExportState.DONE, 2)


def test_a_worker_that_lost_its_lease_leaves_the_file_to_the_other(
    analyst: Actor, folder: Path, store: Session, at_start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = export_asking.ask(analyst, ReportQuery(), CSV)

    def overtaken(*_: object) -> None:
        with writing() as current:
            later = at_start + timedelta(minutes=9)
            current.execute(update(Export).where(Export.id == asked.id).values(running_until=later))

    monkeypatch.setattr(export_making, "write", overtaken)
    assert export_making.make(WORKER, asked.id, folder)
    assert row(store, asked.id).state is ExportState.RUNNING
    assert list(folder.iterdir()) == []


def test_a_fault_is_tried_again_and_then_said(
    analyst: Actor, folder: Path, store: Session, at_start: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = export_asking.ask(analyst, ReportQuery(), CSV)

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(export_making, "write", broken)
    for turn in range(export_making.MOST_ATTEMPTS):
        with clock.frozen(at_start + timedelta(minutes=5 * turn)):
            assert export_making.make(WORKER, asked.id, folder)
    failed = row(store, asked.id)
    assert (failed.state, failed.error_code, failed.attempts) == (ExportState.FAILED, "export_fault", 3)
    assert list(folder.iterdir()) == []


def test_whoever_lost_the_right_gets_no_file(analyst: Actor, folder: Path, store: Session, at_start: datetime) -> None:
    asked = export_asking.ask(analyst, ReportQuery(), CSV)
    with writing() as current:
        current.execute(update(MemberRole).values(ended_at=at_start))
    store.expire_all()
    export_making.make(WORKER, asked.id, folder)
    assert (row(store, asked.id).state, row(store, asked.id).error_code) == (ExportState.FAILED, "export_not_allowed")


def test_nobody_piles_up_files(analyst: Actor) -> None:
    for _ in range(export_asking.MOST_WAITING):
        export_asking.ask(analyst, ReportQuery(), CSV)
    with pytest.raises(Conflict, match="export_too_many"):
        export_asking.ask(analyst, ReportQuery(), CSV)


def test_how_far_a_file_is_can_be_seen_while_it_is_made(
    analyst: Actor, folder: Path, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = export_asking.ask(analyst, ReportQuery(), CSV)
    monkeypatch.setattr(export_making, "_TOLD_EVERY", -1.0)
    seen: list[tuple[int, int | None]] = []
    write = export_files.write

    def watched(actor: Actor, query: ReportQuery, options: FileOptions, target: object, tell: object) -> None:
        def told(rows: int) -> None:
            tell(rows)  # type: ignore[operator]
            with store.get_bind().connect() as other:  # type: ignore[union-attr]
                progress = other.execute(select(Export.rows_done, Export.rows_total)).one()
                seen.append((progress.rows_done, progress.rows_total))

        write(actor, query, options, target, told)  # type: ignore[arg-type]

    monkeypatch.setattr(export_making, "write", watched)
    export_making.make(WORKER, asked.id, folder)
    assert seen == [(2, 2)]
    assert row(store, asked.id).state is ExportState.DONE


def test_a_file_with_names_does_not_outlive_the_right_to_see_them(
    analyst: Actor, folder: Path, make_member: MakeMember, at_start: datetime
) -> None:
    admin, chief = make_member(Role.ADMINISTRATOR), make_member(Role.SUPERVISOR)
    staff_informed.record(admin, at_start.date(), None, "By letter; there are no representatives.")
    named, plain = (export_asking.ask(actor, ReportQuery(), CSV) for actor in (chief, analyst))
    for asked in (named, plain):
        export_making.make(WORKER, asked.id, folder)
    assert export_asking.take(chief, named.id, folder)
    demoted = Actor.of_member(chief.member_id or 0, frozenset({Role.ANALYST}))
    with pytest.raises(Unknown, match="export_not_ready"):
        export_asking.take(demoted, named.id, folder)
    with clock.frozen(at_start + timedelta(hours=1)):
        staff_informed.withdraw(admin)
        with pytest.raises(Unknown, match="export_not_ready"):
            export_asking.take(chief, named.id, folder)
        # Nobody is named in a file for somebody who never saw names, nor in one that was made afterwards.
        assert export_asking.take(analyst, plain.id, folder)
    with clock.frozen(at_start + timedelta(hours=2)):
        later = export_asking.ask(chief, ReportQuery(), CSV)
        export_making.make(WORKER, later.id, folder)
        assert export_asking.take(chief, later.id, folder)
