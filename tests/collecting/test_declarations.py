"""Declared by one, confirmed by another, one of them a supervisor; sealed, counted by ground, and no alarm."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting import alarms, declaration_reading, declarations
from inbox.extensions import writing
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import response_times
from inbox.measuring.statement import DECLARED, statement
from inbox.measuring.statement_rows import Figure
from inbox.models import Comment, Decision, Declaration, Ground, Reply, ReplyOrigin, ReplyState, seal_of
from inbox.permissions import OPERATOR, Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from inbox.verify import verify
from tests.collecting.stage import Stage, deeds, told
from tests.conftest import MakeMember


def declare(actor: Actor, comment: Comment, ground: Ground = Ground.PRIVATE_DATA) -> Declaration:
    now = clock.now()
    return declarations.declare_comment(
        actor,
        comment.id,
        ground,
        known_at=now - timedelta(hours=3),
        taken_at=now - timedelta(hours=1),
        note="A phone number.",
    )


def published(comment: Comment, words: str = "Call us under 0102.") -> Reply:
    with writing() as current:
        number = len(current.scalars(select(Reply.id)).all()) + 1
        reply = Reply(
            conversation_id=comment.conversation_id,
            account_id=comment.account_id,
            origin=ReplyOrigin.NATIVE,
            text=words,
            text_hash=seal_of(words),
            state=ReplyState.SENT,
            form_key=f"form-{number}",
            key=f"key-{number}",
            remote_id=f"own-{number}",
            created_at=clock.now(),
            sent_at=clock.now(),
        )
        current.add(reply)
    return reply


def test_a_declared_comment_vanishes_without_an_alarm(
    stage: Stage, cm: Actor, supervisor: Actor, store: Session
) -> None:
    comment = stage.comment(text="His number is 0102.")
    before = response_times(OPERATOR, ReportQuery()).total
    made = declare(cm, comment)
    assert told() == ["supervisor declaration_made"]
    confirmed = declarations.confirm(supervisor, made.id)
    assert (confirmed.decision, confirmed.decided_by) == (Decision.CONFIRMED, supervisor.member_id)
    stage.network.vanish(comment.remote_id)
    assert stage.look().vanished == 1
    assert alarms.list_alarms(supervisor) == []
    assert response_times(OPERATOR, ReportQuery()).total == before
    public = statement(OPERATOR, None, None)
    assert [public.counts[each] for each in DECLARED] == [0, 1, 0]
    gone = (Figure.REMOVED_HERE, Figure.VANISHED, Figure.DECLARED_REPLIES)
    assert [public.counts[each] for each in gone] == [0, 0, 0]
    assert deeds("declaration") == ["declaration.made", "declaration.confirmed"]
    assert verify(OPERATOR) is None
    (shown,) = declaration_reading.list_declarations(supervisor)
    assert shown.took == timedelta(hours=2)


def test_without_the_second_member_it_is_an_alarm(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    comment = stage.comment()
    made = declare(cm, comment)
    stage.network.vanish(comment.remote_id)
    stage.look()
    (alarm,) = alarms.list_alarms(supervisor, acknowledged=False)
    assert statement(OPERATOR, None, None).counts[Figure.VANISHED] == 1
    assert sum(statement(OPERATOR, None, None).counts[each] for each in DECLARED) == 0
    declarations.confirm(supervisor, made.id)
    (known,) = alarms.list_alarms(supervisor, acknowledged=True)
    assert (known.id, known.declaration_id) == (alarm.id, made.id)
    assert statement(OPERATOR, None, None).counts[Figure.VANISHED] == 0


def test_a_declined_one_changes_nothing(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    comment = stage.comment()
    made = declare(cm, comment)
    with pytest.raises(Problem, match="declaration_reason_empty"):
        declarations.decline(supervisor, made.id, " ")
    declarations.decline(supervisor, made.id, "That is only criticism.")
    stage.network.vanish(comment.remote_id)
    stage.look()
    assert alarms.count_open(supervisor) == 1
    with pytest.raises(Conflict, match="declaration_decided_already"):
        declarations.confirm(supervisor, made.id)
    assert declare(cm, comment).id != made.id


def test_two_members_one_of_them_a_supervisor(stage: Stage, cm: Actor, make_member: MakeMember) -> None:
    comment = stage.comment()
    colleague = make_member(Role.COMMUNITY_MANAGER, email="colleague@example.org")
    supervisor = make_member(Role.SUPERVISOR)
    made = declare(cm, comment)
    with pytest.raises(Problem, match="declaration_own"):
        declarations.confirm(cm, made.id)
    with pytest.raises(Problem, match="declaration_needs_supervisor"):
        declarations.confirm(colleague, made.id)
    declarations.confirm(supervisor, made.id)
    other = declare(supervisor, stage.comment("karim", "Her address."), Ground.DANGER)
    with pytest.raises(Problem, match="declaration_own"):
        declarations.confirm(supervisor, other.id)
    declarations.confirm(colleague, other.id)


def test_both_hats_on_one_head_are_one_member(stage: Stage, make_member: MakeMember) -> None:
    both = make_member(Role.COMMUNITY_MANAGER, Role.SUPERVISOR)
    made = declare(both, stage.comment())
    with pytest.raises(Problem, match="declaration_own"):
        declarations.confirm(both, made.id)


def test_the_evidence_is_sealed(stage: Stage, cm: Actor, store: Session) -> None:
    comment = stage.comment(text="His number is 0102.")
    made = declare(cm, comment)
    assert made.evidence is not None
    assert made.evidence_hash == seal_of(made.evidence)
    evidence = json.loads(made.evidence)
    assert evidence["versions"][0]["text"] == "His number is 0102."
    assert (evidence["remote_id"], len(evidence["payloads"])) == (comment.remote_id, 1)
    for change in ("evidence = '{}'", "evidence = NULL", "ground = 'danger'", "note = 'x'", "evidence_hash = 'x'"):
        with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
            current.execute(text(f"UPDATE declarations SET {change}"))
    assert "0102" not in "".join(store.scalars(text("SELECT params FROM trail")))


def test_a_decision_stands(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    made = declare(cm, stage.comment())
    declarations.confirm(supervisor, made.id)
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(text("UPDATE declarations SET decision = 'declined'"))


@pytest.mark.parametrize(("known", "taken"), [(-1, -2), (1, 2), (-2, 1)])
def test_times_make_sense(stage: Stage, cm: Actor, known: int, taken: int) -> None:
    comment = stage.comment()
    now = clock.now()
    with pytest.raises(Problem, match="declaration_times"):
        declarations.declare_comment(
            cm,
            comment.id,
            Ground.DANGER,
            known_at=now + timedelta(hours=known),
            taken_at=now + timedelta(hours=taken),
        )


def test_what_cannot_be_declared(stage: Stage, cm: Actor, administrator: Actor) -> None:
    comment = stage.comment()
    declare(cm, comment)
    with pytest.raises(Conflict, match="declared_already"):
        declare(cm, comment)
    gone = stage.comment("karim", "Mine.")
    stage.network.author_takes_back(gone.remote_id)
    stage.look()
    with pytest.raises(Problem, match="declaration_withheld"):
        declare(cm, gone)
    with pytest.raises(Refused):
        declare(administrator, comment)
    with pytest.raises(Unknown):
        declarations.confirm(cm, 99)


def test_a_mistake_of_our_own_asks_for_a_correction(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    comment = stage.comment()
    mistaken = published(comment)
    now = clock.now()
    made = declarations.declare_reply(
        cm, mistaken.id, Ground.PRIVATE_DATA, known_at=now - timedelta(hours=1), taken_at=now
    )
    with pytest.raises(Problem, match="declaration_needs_correction"):
        declarations.confirm(supervisor, made.id)
    correction = published(comment, "The number was wrong, we are sorry: 0103.")
    assert declarations.confirm(supervisor, made.id).correction_id == correction.id
    public = statement(OPERATOR, None, None)
    assert [public.counts[each] for each in (Figure.DECLARED_REPLIES, *DECLARED)] == [1, 0, 0, 0]


def test_a_reply_that_never_left_cannot_have_been_taken_down(stage: Stage, cm: Actor) -> None:
    comment = stage.comment()
    reply = published(comment)
    with writing() as current:
        current.get_one(Reply, reply.id).state = ReplyState.FAILED
    now = clock.now()
    with pytest.raises(Problem, match="declaration_not_sent"):
        declarations.declare_reply(cm, reply.id, Ground.DANGER, known_at=now, taken_at=now)
