"""Anchors: a head kept elsewhere shows what was cut off or exchanged since, and nobody else can write one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from inbox.extensions import writing
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.trail import anchors, record, verify


@pytest.fixture
def anchored(store: Session, tmp_path: Path) -> Path:
    """A trail of five rows, anchored after three and after five."""
    target = tmp_path / "anchors.jsonl"
    for number in range(1, 6):
        with writing() as session:
            record(session, OPERATOR, "test.written", params={"number": number})
        if number in {3, 5}:
            anchors.drop(store, tmp_path, target)
    store.rollback()  # What was read so far would be read again: SQLite keeps a reader's view.
    return target


def behind_its_back(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            for name in ("never_delete_trail", "never_change_trail_14"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        else:
            connection.execute(text("ALTER TABLE trail DISABLE TRIGGER USER"))
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_an_untouched_trail_bears_out_every_anchor(anchored: Path, store: Session) -> None:
    assert [anchor.seq for _, anchor in anchors.read(anchored)] == [3, 5]
    assert anchors.check(store, anchored) is None


def test_a_tail_that_was_cut_off_shows_although_the_chain_is_whole(
    anchored: Path, store: Session, database_url: str
) -> None:
    behind_its_back(database_url, "DELETE FROM trail WHERE seq > 3")
    assert verify(store) is None
    assert anchors.check(store, anchored) == anchors.AnchorFault(2, "cut_off", 5)


def test_a_trail_written_anew_shows(anchored: Path, store: Session, database_url: str) -> None:
    behind_its_back(database_url, "DELETE FROM trail")
    for number in range(6):
        with writing() as session:
            record(session, OPERATOR, "test.rewritten", params={"number": number})
    assert verify(store) is None
    assert anchors.check(store, anchored) == anchors.AnchorFault(1, "other_row", 3)


@pytest.mark.parametrize(("name", "value"), [("seq", 4), ("hash", "ff"), ("at", "2020-01-01T00:00:00Z")])
def test_an_anchor_cannot_be_edited(anchored: Path, store: Session, name: str, value: object) -> None:
    first, second = anchored.read_text().splitlines()
    anchored.write_text(json.dumps({**json.loads(first), name: value}) + "\n" + second + "\n")
    fault = anchors.check(store, anchored)
    assert fault is not None
    assert fault.code == "not_genuine"


def test_an_anchor_of_another_key_is_not_believed(anchored: Path, store: Session, tmp_path: Path) -> None:
    anchors.drop(store, tmp_path / "elsewhere", anchored)
    assert anchors.check(store, anchored) == anchors.AnchorFault(3, "other_key", 5)
    assert anchors.check(store, anchored, public_key="00" * 32) == anchors.AnchorFault(1, "other_key", 3)


def test_the_private_key_is_for_its_owner_alone(anchored: Path, tmp_path: Path) -> None:
    assert (tmp_path / anchors.KEY_FILE).stat().st_mode & 0o077 == 0


def test_what_cannot_be_read_or_written_is_said(store: Session, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jsonl"
    broken.write_text("{}\n")
    with pytest.raises(Problem, match="anchor_unreadable"):
        anchors.check(store, broken)
    with pytest.raises(Problem, match="anchor_unwritable"):
        anchors.drop(store, tmp_path, tmp_path / "nowhere" / "anchors.jsonl")
    (tmp_path / anchors.KEY_FILE).write_text("no key")
    with pytest.raises(Problem, match="anchor_key_unusable"):
        anchors.drop(store, tmp_path, tmp_path / "anchors.jsonl")
