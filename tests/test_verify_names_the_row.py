"""`inbox verify` at the real command line: 0 on a used database, 1 and the name of the row after each change.

SQLite's file is changed with `sqlite3` after its triggers were dropped and put back as they were; PostgreSQL as
superuser with the triggers switched off and on again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from inbox.trail.chain import hash_of
from tests.cli.conftest import Inbox, environment, inbox, program

__all__ = ["environment", "inbox", "program"]

COLUMNS = "at, actor, action, object_type, object_id, params, previous_hash, hash"
PEOPLE = "author,text,posted_at,url\n" + "".join(
    f"ines{number},Is batch {number} safe?,2026-03-02T09:{number:02d}:00Z,https://example.org/{number}\n"
    for number in range(12)
)


@contextmanager
def behind_its_back(url: str) -> Iterator[Any]:
    """A cursor that nothing stops, on the database at `url`."""
    at = make_url(url)
    if at.drivername.startswith("sqlite"):
        connection = sqlite3.connect(str(at.database), isolation_level=None)
        try:
            laid = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for name, _ in laid:
                connection.execute(f"DROP TRIGGER {name}")
            yield connection
            for _, statement in laid:
                connection.execute(statement)
        finally:
            connection.close()
        return
    with psycopg.connect(host=str(at.query["host"]), user="postgres", dbname=at.database, autocommit=True) as superuser:
        names = superuser.execute(
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal"
        ).fetchall()
        for table, name in names:
            superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}".encode())
        yield superuser
        for table, name in names:
            superuser.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}".encode())


@pytest.fixture
def used(inbox: Inbox, tmp_path: Path) -> Inbox:
    """A database that was used through the command line: imported, members, sending held and released, anchored."""
    comments = tmp_path / "buzz.csv"
    comments.write_text(PEOPLE, encoding="utf-8")
    assert inbox("import", str(comments)).code == 0
    for role in ("community_manager", "supervisor"):
        assert inbox("members", "add", f"{role}@example.org", "--role", role).code == 0
    for _ in range(5):
        assert inbox("hold").code == 0
        assert inbox("release").code == 0
    assert inbox("trail", "anchor").code == 0
    return inbox


def named(done: Any, *words: str) -> None:
    """It ended with 1 and one line that holds `words`."""
    assert done.code == 1, done
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    for word in words:
        assert word in done.err


def length_of_trail(url: str) -> int:
    with behind_its_back(url) as cursor:
        (count,) = cursor.execute("SELECT count(*) FROM trail").fetchone()
    assert isinstance(count, int)
    return count


def test_a_used_database_passes(used: Inbox, program: Inbox) -> None:
    done = program("verify")
    assert (done.code, done.err) == (0, "")
    assert "No fault" in done.out
    assert "1 anchors" in done.out or "1 anchor" in done.out


def test_what_was_changed_is_named_by_a_program_of_its_own(used: Inbox, program: Inbox, database_url: str) -> None:
    with behind_its_back(database_url) as cursor:
        cursor.execute("UPDATE comment_versions SET text = 'Is batch 7 safe!' WHERE text = 'Is batch 7 safe?'")
    named(program("verify"), "Version 1 of comment 8 ")


def test_one_byte_of_a_comment(used: Inbox, database_url: str) -> None:
    with behind_its_back(database_url) as cursor:
        cursor.execute("UPDATE comment_versions SET text = 'Is batch 3 safe.' WHERE text = 'Is batch 3 safe?'")
    named(used("verify"), "Version 1 of comment 4 ")
    told = used("verify", "--json")
    assert told.code == 1
    fault = json.loads(told.out)["fault"]
    assert (fault["code"], fault["comment"], fault["number"]) == ("fault_digest", 4, 1)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_byte_of_the_file_changed_without_any_sql(used: Inbox, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "inbox.sqlite")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    file = tmp_path / "inbox.sqlite"
    before = file.read_bytes()
    assert before.count(b"Is batch 5 safe?") >= 1
    file.write_bytes(before.replace(b"Is batch 5 safe?", b"Is batch 5 safe!"))
    named(used("verify"), "Version 1 of comment 6 ")


def test_a_trail_row(used: Inbox, database_url: str) -> None:
    with behind_its_back(database_url) as cursor:
        cursor.execute("UPDATE trail SET actor = 'member:1' WHERE seq = 5")
    named(used("verify"), "Row 5 of the trail is not as it was written")


def test_two_trail_rows_swapped(used: Inbox, database_url: str) -> None:
    with behind_its_back(database_url) as cursor:
        cursor.execute("UPDATE trail SET seq = -1 WHERE seq = 4")
        cursor.execute("UPDATE trail SET seq = 4 WHERE seq = 6")
        cursor.execute("UPDATE trail SET seq = 6 WHERE seq = -1")
    named(used("verify"), "Row 4 of the trail ")


def test_what_two_trail_rows_say_swapped_and_hashed_anew_breaks_the_link(used: Inbox, database_url: str) -> None:
    """A forger who knows the hash function and changes one row has to change every row after it."""
    with behind_its_back(database_url) as cursor:
        (at, actor, action, kind, number, params, previous, _) = cursor.execute(
            f"SELECT {COLUMNS} FROM trail WHERE seq = 5"
        ).fetchone()
        moment = at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)
        forged = hash_of(5, moment, "member:1", action, kind, number, params, previous)
        cursor.execute(f"UPDATE trail SET actor = 'member:1', hash = '{forged}' WHERE seq = 5")
        assert actor != "member:1"
    named(used("verify"), "Row 6 of the trail does not follow")


def test_the_last_ten_rows_cut_show_against_an_anchor(used: Inbox, database_url: str, tmp_path: Path) -> None:
    last = length_of_trail(database_url)
    with behind_its_back(database_url) as cursor:
        cursor.execute(f"DELETE FROM trail WHERE seq > {last - 10}")
    named(used("verify"), f"row {last} of the trail", "cut off", "line 1")
    fault = json.loads(used("verify", "--json").out)["fault"]
    assert (fault["code"], fault["seq"]) == ("fault_anchor.cut_off", last)


def test_a_cut_end_that_was_written_over_shows_against_an_anchor(used: Inbox, database_url: str) -> None:
    last = length_of_trail(database_url)
    with behind_its_back(database_url) as cursor:
        cursor.execute(f"DELETE FROM trail WHERE seq > {last - 2}")
    for _ in range(2):
        used("hold")
        used("release")
    named(used("verify"), f"row {last} of the trail", "another row")


def test_without_an_anchor_it_says_what_it_cannot_see(used: Inbox, database_url: str, tmp_path: Path) -> None:
    (tmp_path / "anchors.jsonl").unlink()
    last = length_of_trail(database_url)
    with behind_its_back(database_url) as cursor:
        cursor.execute(f"DELETE FROM trail WHERE seq > {last - 2}")
    done = used("verify")
    assert done.code == 0
    assert "cut off at the end of the trail would not show" in done.out


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE queue_counters SET entries = entries - 1 WHERE state = 'waiting'",
            "The counter of waiting on account",
        ),
        ("UPDATE accounts SET stored_count = stored_count - 1, known_count = known_count + 1", "counts 11 stored"),
        ("UPDATE accounts SET received_count = received_count + 1", "do not add up"),
        ("UPDATE waits SET opened_at = received_at WHERE id = 3", "conversation 3 "),
    ],
)
def test_a_counter(used: Inbox, database_url: str, statement: str, words: str) -> None:
    with behind_its_back(database_url) as cursor:
        cursor.execute(statement)
    named(used("verify"), words)


def test_an_erasure_that_the_trail_knows_nothing_of(used: Inbox, database_url: str) -> None:
    with behind_its_back(database_url) as cursor:
        cursor.execute(
            "INSERT INTO erasures (author_id, reason, requested_by, requested_as, requested_at, decision, decided_by,"
            " decided_at) VALUES"
            " (1, 'legal_erasure', 1, 'supervisor', '2026-03-02 09:00:00', 'confirmed', 2, '2026-03-02 09:00:00')"
        )
    named(used("verify"), "Erasure 1 is confirmed", "trail")
