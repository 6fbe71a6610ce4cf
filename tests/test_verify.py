"""`verify` passes on a used database and names the first fault of each kind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, select, text

from inbox.extensions import db, writing
from inbox.models import CommentVersion, Tombstone, TombstoneReason, digest_of, digest_over, kept, triggers
from inbox.permissions import OPERATOR
from inbox.trail import record
from inbox.verify import verify
from tests.scenes import Scene


@pytest.fixture
def used(app: Flask, at_start: datetime, database_url: str) -> Callable[[str], None]:
    """A used database; returns a function that changes it behind the product's back, with the triggers taken away."""
    scene = Scene(at_start)
    account = scene.account()
    scene.answer(scene.comment(account, "ines", 0), 10)
    scene.comment(account, "karim", 5)
    with writing() as session:
        digests = session.scalars(select(CommentVersion.digest).order_by(CommentVersion.id)).all()
        page = {"versions": [[1, 2]], "digest": digest_over(digests)}
        record(session, OPERATOR, "comments.stored", of=("account", account), params=page)
    for number in range(3):
        with writing() as session:
            record(session, OPERATOR, "account.collected", of=("account", account), params={"stored": number})

    def tamper(statement: str) -> None:
        engine = create_engine(database_url)
        with engine.begin() as connection:
            take_triggers_away(connection)
            connection.execute(text(statement))
            triggers.lay(connection)
        engine.dispose()

    return tamper


def take_triggers_away(connection: Connection) -> None:
    for name in triggers.names(connection.dialect.name):
        if connection.dialect.name == "sqlite":
            connection.execute(text(f"DROP TRIGGER {name}"))
    if connection.dialect.name == "postgresql":
        for table in kept.KEPT:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


def test_a_used_database_has_no_fault(used: object) -> None:
    assert verify(OPERATOR) is None


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE comment_versions SET text = 'Is it safe!' WHERE id = 1", "fault_digest"),
        ("UPDATE comment_versions SET text = NULL, salt = NULL WHERE id = 1", "fault_withheld"),
        ("UPDATE trail SET actor = 'member:7' WHERE seq = 2", "fault_trail"),
        ("UPDATE trail SET seq = 9 WHERE seq = 3", "fault_trail"),
        ("DELETE FROM trail WHERE seq = 2", "fault_trail"),
        ("UPDATE replies SET sent_at = NULL", "fault_reply_sent"),
        ("UPDATE waits SET seconds = 1 WHERE id = 1", "fault_wait"),
        ("UPDATE waits SET staffed_seconds = 1 WHERE id = 1", "fault_wait_hours"),
        ("UPDATE waits SET due_at = opened_at WHERE id = 2", "fault_wait_hours"),
        ("UPDATE waits SET target_seconds = 60 WHERE id = 1", "fault_wait_hours"),
        ("UPDATE waits SET reply_origin = 'inbox' WHERE id = 1", "fault_wait_copy"),
        ("UPDATE waits SET urgency = 0 WHERE id = 2", "fault_wait_copy"),
        ("UPDATE waits SET confirmed_at = NULL WHERE id = 1", "fault_wait_stage"),
        ("UPDATE waits SET first_opened_at = opened_at WHERE id = 2", "fault_wait_stage"),
        ("DELETE FROM stages", "fault_wait_stage"),
        ("UPDATE conversations SET due_at = opened_at WHERE id = 2", "fault_due"),
        ("UPDATE queue_entries SET due_at = waiting_since WHERE state = 'waiting'", "fault_queue"),
        ("UPDATE queue_counters SET entries = entries + 1 WHERE state = 'waiting'", "fault_counter"),
        ("UPDATE accounts SET received_count = received_count + 1", "fault_counts"),
    ],
)
def test_each_change_behind_its_back_is_named(used: Callable[[str], None], statement: str, code: str) -> None:
    used(statement)
    fault = verify(OPERATOR)
    assert fault is not None
    assert fault.code == code


def test_a_trigger_that_is_gone_is_named(app: Flask, database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        on = " ON comments" if connection.dialect.name == "postgresql" else ""
        connection.execute(text(f"DROP TRIGGER never_delete_comments{on}"))
    engine.dispose()
    fault = verify(OPERATOR)
    assert fault is not None
    assert fault.params == {"name": "never_delete_comments"}


def test_a_comment_that_was_sealed_anew_is_found_by_the_row_of_its_collection(used: Callable[[str], None]) -> None:
    forged = digest_of(b"a" * 16, "I love it").hex()
    blob = "decode('{}', 'hex')" if db.engine.dialect.name == "postgresql" else "x'{}'"
    used(
        f"UPDATE comment_versions SET text = 'I love it', salt = {blob.format((b'a' * 16).hex())},"
        f" digest = {blob.format(forged)} WHERE id = 1"
    )
    fault = verify(OPERATOR)
    assert fault is not None
    assert (fault.code, fault.params) == ("fault_collection", {"seq": 1})


def test_a_tombstone_that_nobody_answers_for_is_named(used: object, at_start: datetime) -> None:
    with writing() as session:
        reason = TombstoneReason.REMOVED_BY_AUTHOR
        session.add(Tombstone(comment_id=1, reason=reason, at=at_start, by="system"))
    fault = verify(OPERATOR)
    assert fault is not None
    assert (fault.code, fault.params) == ("fault_tombstone", {"comment": 1})


HOURS = (
    "INSERT INTO staffed_hours (account_id, effective_from, time_zone, weekly, closed_days, own_days, set_at, set_by)"
    " VALUES (1, '{begins}', 'UTC', '[[],[],[],[],[],[],[]]', '[]', '[]', '2026-03-02 09:00:00', 'operator')"
)
AROUND = (
    "INSERT INTO round_the_clock (account_id, starts_at, ends_at, set_at, set_by) VALUES (1, '{0}', '{0}', '{0}', 'x')"
)
TARGET = (
    "INSERT INTO targets (account_id, urgency, in_crisis, first_seconds, set_at, set_by)"
    " VALUES (1, 2, {false}, 99999, '2020-01-01 00:00:00', 'operator')"
)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (HOURS.format(begins="2026-03-02 09:00:00"), "fault_hours"),
        (AROUND.format("2026-03-02 09:00:00"), "fault_round_the_clock"),
        (TARGET.format(false="false"), "fault_target"),
    ],
)
def test_terms_that_the_trail_does_not_tell_of_are_a_fault(
    used: Callable[[str], None], statement: str, code: str
) -> None:
    used(statement)
    fault = verify(OPERATOR)
    assert fault is not None
    assert fault.code == code


def test_hours_that_begin_before_they_were_set_are_a_fault(used: Callable[[str], None]) -> None:
    used(HOURS.format(begins="2020-01-01 00:00:00"))
    with writing() as session:
        record(session, OPERATOR, "hours.set", of=("account", 1), params={"version": 1})
    fault = verify(OPERATOR)
    assert fault is not None
    assert fault.code == "fault_hours_early"
