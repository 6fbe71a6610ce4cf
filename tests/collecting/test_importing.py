"""Files of comments: what is stored, what is known, what is broken, and what is said about it."""

from __future__ import annotations

import codecs
import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting import importing
from inbox.collecting.import_files import read_file
from inbox.collecting.importing import RowFault, import_file
from inbox.connectors.shapes import FetchedComment, Unreadable
from inbox.models import (
    IMPORT,
    Account,
    Comment,
    Conversation,
    OwnMessage,
    Quarantined,
    Reply,
    TrailRow,
    Wait,
)
from inbox.permissions import OPERATOR, WORKER, Refused
from inbox.problems import Problem
from inbox.words import codes
from tests.collecting.snapshots import adds_up
from tests.scenes import OFFICE, Scene

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
SHARED = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"


def pairs(store: Session, statement: Select[*tuple[Any, ...]]) -> dict[str, Any]:
    """The rows of two columns, the second by the first."""
    return {row[0]: row[1] for row in store.execute(statement)}


def test_a_spreadsheet_of_comments(store: Session, at_start: object) -> None:
    counted: list[int] = []
    report = import_file(OPERATOR, SAMPLES / "buzz.csv", progress=counted.append)
    assert (report.received, report.stored, report.replies, report.known, report.quarantined) == (7, 3, 1, 0, 3)
    assert report.faults == [RowFault(6, "no_text"), RowFault(7, "bad_time"), RowFault(9, "too_many_columns")]
    assert counted == [7]
    account = store.scalars(select(Account)).one()
    assert (account.network, account.name, account.connected) == (IMPORT, "@Gobelune", False)
    assert report.accounts == {account.id}
    threads = pairs(store, select(Comment.remote_id, Conversation.thread_id).join(Conversation))
    assert threads == {"s1": "s1", "s2": "s2", "s6": "s2"}
    reply = store.scalars(select(Reply)).one()
    assert (reply.text, reply.target_remote_id, reply.origin) == ("Unplug it, please.", "s2", "native")
    details = store.scalars(select(Quarantined.detail).order_by(Quarantined.id)).all()
    assert details == ["line 6", "line 7", "line 9"]
    assert adds_up(store, account.id)


def test_a_second_import_stores_nothing(store: Session, at_start: object) -> None:
    for file in ("buzz.csv", "threads.jsonl"):
        import_file(OPERATOR, SAMPLES / file)
        again = import_file(OPERATOR, SAMPLES / file)
        assert (again.stored, again.replies, again.quarantined) == (0, 0, 0)
        assert again.received == again.known > 0
    deeds = store.scalars(select(TrailRow.action).order_by(TrailRow.seq)).all()
    assert deeds.count("account.imported") == 2
    assert deeds.count("comments.stored") == 3


def test_threads_and_what_the_brand_answered(store: Session, at_start: object) -> None:
    report = import_file(OPERATOR, SAMPLES / "threads.jsonl")
    assert (report.stored, report.replies, report.quarantined) == (3, 3, 4)
    assert [fault.code for fault in report.faults] == ["no_time", "no_object", "no_json", "no_object"]
    assert [fault.line for fault in report.faults] == [1, 3, 4, 5]
    accounts = pairs(store, select(Account.identifier, Account.id))
    assert accounts.keys() == {"@Gobelune", "threads"}
    waits = pairs(store, select(Comment.remote_id, Wait.seconds).join(Wait, Wait.comment_id == Comment.id))
    assert waits == {"t1": None, "t2": 600.0, "u1": 120.0}
    assert store.scalar(select(func.count()).select_from(Conversation)) == 3


def test_a_large_file_goes_in_batches(
    store: Session, at_start: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 4)
    rows = [f"c{number},brand,author {number % 3},text,2026-03-02T08:00:0{number}Z" for number in range(10)]
    file = tmp_path / "large.csv"
    file.write_text("\n".join(["id,account,author,text,at", *rows]))
    counted: list[int] = []
    assert import_file(OPERATOR, file, progress=counted.append).stored == 10
    assert counted == [4, 8, 10]


def test_an_answer_before_its_comment_is_placed(store: Session, at_start: object, tmp_path: Path) -> None:
    file = tmp_path / "any order.csv"
    file.write_text(
        "id,account,from,text,at,in_reply_to\n"
        "o1,Gobelune,brand,Sorry.,2026-03-02T08:10:00Z,c1\n"
        "c1,Gobelune,lea,Broken.,2026-03-02T08:00:00Z,\n"
    )
    import_file(OPERATOR, file)
    assert store.scalars(select(Wait.seconds)).all() == [600.0]
    assert store.scalars(select(OwnMessage.reply_id)).one() is not None


def test_columns_of_other_names_are_mapped(store: Session, at_start: object, tmp_path: Path) -> None:
    file = tmp_path / "Gobelune.txt"
    file.write_bytes(codecs.BOM_UTF8 + "Auteur\tContenu\tQuand\nléa\tÇa fume\t2026-03-02\n".encode())
    mapping = {"author": "Auteur", "text": "contenu", "at": "Quand"}
    assert import_file(OPERATOR, file, mapping=mapping).stored == 1
    assert import_file(OPERATOR, file, mapping=mapping).known == 1
    assert store.scalars(select(Account.name)).all() == ["Gobelune"]
    assert store.scalars(select(Comment.remote_id)).one().startswith("row-")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_what_spreadsheets_write_is_read(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "comments.csv"
    file.write_bytes("author;text;date\nLéa;Ça fume… déjà ;1772438400000\n".encode(encoding))
    rows = list(read_file(file, None))
    assert [row.item.text for row in rows if isinstance(row.item, FetchedComment)] == ["Ça fume… déjà "]


@pytest.mark.parametrize(
    ("name", "content", "mapping", "code"),
    [
        (None, "", None, "import_file_missing"),
        ("a.csv", "", None, "import_file_empty"),
        ("a.csv", "id,text\n1,hello\n", None, "import_column_missing"),
        ("a.csv", "author,text,at\n", {"author": "nobody"}, "import_column_unknown"),
        ("a.csv", "author,text,at\n", {"autor": "author"}, "import_field_unknown"),
    ],
)
def test_what_cannot_be_imported_is_said(
    store: Session, tmp_path: Path, name: str | None, content: str, mapping: dict[str, str] | None, code: str
) -> None:
    file = tmp_path / (name or "missing.csv")
    if name:
        file.write_text(content)
    with pytest.raises(Problem) as caught:
        import_file(OPERATOR, file, mapping=mapping)
    assert caught.value.code == code
    assert code in codes()
    assert store.scalar(select(func.count()).select_from(Account)) == 0


def test_a_folder_is_no_file(app: Flask, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="import_file_unreadable"):
        import_file(OPERATOR, tmp_path)


def test_who_may_not_import_does_not(app: Flask) -> None:
    with pytest.raises(Refused):
        import_file(WORKER, SAMPLES / "buzz.csv")


def test_a_row_that_was_broken_leaves_quarantine_when_it_is_read(
    store: Session, at_start: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("id,account,author,text,at,edited_at\nc1,b,lea,Broken.,2026-03-02,soon\n")
    assert import_file(OPERATOR, file).quarantined == 1
    monkeypatch.setattr("inbox.collecting.import_files._moment", lambda _: clock.now())
    assert import_file(OPERATOR, file).stored == 1
    assert store.scalars(select(Quarantined.resolved_at)).one() is not None
    account = store.scalars(select(Account)).one()
    store.refresh(account)
    assert account.quarantined_count == 0
    assert adds_up(store, account.id)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=300), name=st.sampled_from(["a.csv", "a.jsonl", "a"]))
def test_any_bytes_are_read_or_said_to_be_unfit(tmp_path: Path, content: bytes, name: str) -> None:
    file = tmp_path / name
    head = b"id,author,text,at\n" if name == "a.csv" else b""
    file.write_bytes(head + content)
    with suppress(Problem):
        for row in read_file(file, None):
            assert row.line > 0


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    line=st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda of: (
            st.lists(of, max_size=3)
            | st.dictionaries(st.sampled_from(["messages", "id", "text", "at", "from", "brand"]), of)
        ),
    )
)
def test_any_json_is_read_or_kept(tmp_path: Path, line: object) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"messages": [line], "brand": line}) + "\n" + json.dumps(line) + "\n")
    for row in read_file(file, None):
        assert isinstance(row.item, Unreadable) or row.item.text is not None


# The real files, where they are at hand.

real = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data are not at hand")


def percentile(ordered: list[float], share: float) -> float:
    """Linear interpolation between the two nearest values."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


@real
def test_a_week_of_real_complaints(store: Session) -> None:
    first = import_file(OPERATOR, SHARED / "bad_buzz_en.csv")
    assert (first.received, first.stored, first.replies, first.quarantined) == (6735, 6735, 0, 0)
    second = import_file(OPERATOR, SHARED / "bad_buzz_en.csv")
    assert (second.stored, second.known) == (0, 6735)
    assert store.scalar(select(func.count()).select_from(Comment)) == 6735
    for account_id in first.accounts:
        assert adds_up(store, account_id)


@real
def test_real_support_threads_give_the_known_waits(store: Session) -> None:
    report = import_file(OPERATOR, SHARED / "support_threads_en.jsonl")
    assert (report.stored, report.replies, len(report.accounts)) == (621, 582, 24)
    assert store.scalar(select(func.count()).select_from(Conversation)) == 541
    waits = store.execute(select(Wait.ordinal, Wait.seconds).where(Wait.superseded_at.is_(None))).all()
    closed = [wait for wait in waits if wait.seconds is not None]
    assert (len(closed), len(waits) - len(closed)) == (582, 17)
    first = sorted(wait.seconds for wait in closed if wait.ordinal == 1)
    assert percentile(first, 0.5) == pytest.approx(6346.1, abs=0.05)
    assert percentile(first, 0.9) == pytest.approx(269315.5, abs=0.05)


def test_a_row_that_nobody_can_have_written_then_stops_no_import(
    store: Session, at_start: datetime, tmp_path: Path
) -> None:
    scene = Scene(at_start)
    account = scene.account("Gobelune", network=IMPORT)
    scene.hours(account, OFFICE, minutes=-60)
    file = tmp_path / "times.csv"
    times = ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "1969-12-31", f"{at_start + timedelta(hours=25)}"]
    rows = [f"c{number},Gobelune,lea,Broken.,{time}" for number, time in enumerate([*times, f"{at_start}"])]
    file.write_text("\n".join(["id,account,author,text,at", *rows]))
    report = import_file(OPERATOR, file)
    assert (report.received, report.stored, report.known, report.quarantined) == (5, 1, 0, 4)
    assert {fault.code for fault in report.faults} == {"time_out_of_range"}
    assert "quarantine.time_out_of_range" in codes()
    again = import_file(OPERATOR, file)
    assert (again.received, again.known, again.quarantined) == (5, 5, 0)
    assert adds_up(store, account)
