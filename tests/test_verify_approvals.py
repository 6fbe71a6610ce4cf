"""Verifying names a wording that is not what was approved, and words that left without two members, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from config import Config
from inbox.answering import apologies, approvals, outbox
from inbox.answering.apology_wording import Wording
from inbox.extensions import at_one_moment, session
from inbox.models import ReplyState, hash_of_words, triggers
from inbox.permissions import WORKER, Role
from inbox.verify.approved import approved_faults
from tests.answering.stage import Stage, member, reply_now, written
from tests.test_verify import take_triggers_away

FREE = "UPDATE replies SET gate_outcome = 'free'"


@pytest.fixture
def used(app: Flask, config: Config, at_start: datetime, database_url: str) -> Callable[[str], None]:
    """An approved apology and an approved reply that left; returns a function that changes them behind its back."""
    stage = Stage(config.data_dir)
    cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
    supervisor = member(Role.SUPERVISOR, email="supervisor@example.org")
    apology = apologies.create(cm, "Seals", "en", Wording("We apologise for the seals."))
    seen = apologies.newest_version(session(), apology.id).binding_hash
    apologies.submit(cm, apology.id, seen_hash=seen)
    apologies.confirm(supervisor, apology.id, seen_hash=seen)
    written(cm, stage.comment(), "We apologise for the seals.")
    held = written(cm, stage.comment("noor"), "We apologise for the noise.")
    approvals.confirm(supervisor, held.id, seen_hash=held.text_hash)
    # The third waits for an approval; the writer of the fourth took out what held it.
    written(cm, stage.comment("karim"), "We apologise for the smell.")
    put_right = written(cm, stage.comment("jo"), "We apologise for the heat.")
    approvals.edit(cm, put_right.id, "It is cool now.", seen_hash=put_right.text_hash)
    outbox.send_due(WORKER)
    assert [reply_now(number).state for number in (2, 3, 4)] == [ReplyState.SENT, ReplyState.SUBMITTED, ReplyState.SENT]

    def tamper(statements: str) -> None:
        session().commit()
        engine = create_engine(database_url)
        with engine.begin() as connection:
            take_triggers_away(connection)
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET session_replication_role = replica"))
            for statement in statements.split(";"):
                connection.execute(text(statement))
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET session_replication_role = origin"))
            triggers.lay(connection)
        engine.dispose()

    return tamper


def test_approved_wordings_have_no_fault(used: object) -> None:
    at_one_moment(session())
    assert list(approved_faults(session())) == []


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE apology_versions SET core = 'We apologise for nothing.'", "fault_core"),
        ("DELETE FROM apology_confirmations WHERE may_approve", "fault_approval"),
        ("UPDATE apology_confirmations SET may_approve = NOT may_approve WHERE may_approve", "fault_approval"),
        ("UPDATE apology_versions SET binding_hash = 'x'", "fault_approval"),
        ("DELETE FROM reply_confirmations WHERE may_approve", "fault_unapproved"),
        ("UPDATE replies SET text_hash = 'x' WHERE id = 2", "fault_reply_text"),
        ("UPDATE replies SET text = 'We apologise for nothing.' WHERE id = 1", "fault_reply_text"),
        ("UPDATE reply_versions SET text = 'We apologise for nothing.' WHERE reply_id = 2", "fault_reply_version"),
        (f"UPDATE replies SET text = 'No.', text_hash = '{hash_of_words('No.')}' WHERE id = 2", "fault_unapproved"),
        (f"{FREE} WHERE id = 2; DELETE FROM reply_confirmations", "fault_unapproved"),
        (f"UPDATE replies SET text = 'No.', text_hash = '{hash_of_words('No.')}' WHERE id = 4", "fault_unapproved"),
        (f"{FREE}, state = 'sent', sent_at = created_at WHERE id = 3", "fault_unapproved"),
        (f"{FREE}, state = 'sent', sent_at = created_at, submitted_at = NULL WHERE id = 3", "fault_unapproved"),
        ("UPDATE trail SET params = '{}' WHERE action = 'reply.approved'", "fault_unapproved"),
        ("UPDATE trail SET action = 'reply.shown' WHERE action = 'reply.approved'", "fault_unapproved"),
        ("UPDATE trail SET action = 'apology.shown' WHERE action = 'apology.approved'", "fault_approval"),
        (
            (
                "INSERT INTO apology_returns (id, version_id, member_id, words, at)"
                " SELECT 1, version_id, member_id, 'No.', at FROM apology_confirmations WHERE may_approve"
            ),
            "fault_approval",
        ),
        ("UPDATE reply_confirmations SET member_id = 99 WHERE may_approve", "fault_reply_confirmation"),
        ("UPDATE apology_confirmations SET version_id = 99 WHERE may_approve", "fault_apology_confirmation"),
    ],
)
def test_each_change_behind_its_back_is_named(used: Callable[[str], None], statement: str, code: str) -> None:
    used(statement)
    at_one_moment(session())
    fault = next(approved_faults(session()))
    assert fault.code == code
