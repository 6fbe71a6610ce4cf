"""Never one text blasted: not by another figure, not by many groups, not by an approval of all at once."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, members
from inbox.answering import approvals, outbox, prepared, prepared_reading, prepared_sending
from inbox.extensions import session
from inbox.models import BulkReply, PreparedReply, Reply, ReplyState
from inbox.permissions import WORKER, Actor
from inbox.problems import Problem
from tests.answering.stage import Stage, written
from tests.conftest import START

TESTED = "The bottle is safe and every batch was tested twice in March."
PAUSE = 600


def asking(stage: Stage, count: int) -> list[int]:
    return [stage.comment(f"p{number}", "Is the blue bottle safe?") for number in range(count)]


def rows(actor: Actor, bulk: BulkReply) -> list[PreparedReply]:
    return [each.row for each in prepared_reading.show(actor, bulk.id).replies]


def left(seconds: range) -> list[int]:
    """In which seconds something left."""
    found = []
    for second in seconds:
        with clock.frozen(START + timedelta(seconds=second)):
            prepared_sending.hand_over_due(WORKER)
            found += [second] * outbox.send_due(WORKER).sent
    return found


@pytest.mark.parametrize("others", [TESTED + " 7", "The bottle is  safe, and every batch: was tested twice in March!"])
def test_another_figure_or_sign_makes_nothing_personal(stage: Stage, cm: Actor, others: str) -> None:
    bulk = prepared.begin(cm, asking(stage, 2))
    first, second = rows(cm, bulk)
    prepared.tick(cm, bulk.id, first.id, TESTED + " 1", number=first.number)
    with pytest.raises(Problem, match="same_words_need_reason"):
        prepared.tick(cm, bulk.id, second.id, others, number=second.number)
    own = TESTED + " Yours comes from the batch that went to the lab first."
    assert prepared.tick(cm, bulk.id, second.id, own, number=second.number).ticked_at is not None


def test_a_reason_has_a_few_words(stage: Stage, cm: Actor) -> None:
    bulk = prepared.begin(cm, asking(stage, 1))
    for reason in ("x", "because - !"):
        with pytest.raises(Problem, match="likeness_reason_short"):
            prepared.give_reason(cm, bulk.id, reason)
        with pytest.raises(Problem, match="likeness_reason_short"):
            written(cm, stage.comment("max"), likeness_reason=reason)
    prepared.give_reason(cm, bulk.id, "A recall notice")


def test_many_groups_are_one_to_the_words_and_to_the_pause(stage: Stage, cm: Actor) -> None:
    members.set_undo_seconds(cm, 0)
    texts = ("Anna, yes: it is safe.", "Paul, the lab looked at that one in March.", "Zoe, nothing dissolves in heat.")
    for talk, text in zip(asking(stage, 3), texts, strict=True):
        bulk = prepared.begin(cm, [talk])
        prepared.tick(cm, bulk.id, rows(cm, bulk)[0].id, text, number=0)
        prepared_sending.start(cm, bulk.id, pause_seconds=PAUSE)
    bulk = prepared.begin(cm, [stage.comment("max")])
    with pytest.raises(Problem, match="same_words_need_reason"):
        prepared.tick(cm, bulk.id, rows(cm, bulk)[0].id, "Max, the lab looked at that one in March.", number=0)
    times = left(range(0, 1500, 50))
    assert len(times) == 3
    assert all(later - earlier >= PAUSE for earlier, later in pairwise(times))
    with pytest.raises(Problem, match="same_words_need_reason"):
        prepared.tick(cm, bulk.id, rows(cm, bulk)[0].id, "Max, the lab looked at that one in March.", number=0)


def test_what_is_approved_all_at_once_leaves_one_by_one(
    stage: Stage, cm: Actor, supervisor: Actor, store: Session
) -> None:
    members.set_undo_seconds(cm, 5)
    texts = ("We apologise, the cap was our mistake.", "Sorry, our fault: no lid should leak onto a child.")
    bulk = prepared.begin(cm, asking(stage, 2))
    for row, text in zip(rows(cm, bulk), texts, strict=True):
        prepared.tick(cm, bulk.id, row.id, text, number=row.number)
    prepared_sending.start(cm, bulk.id, pause_seconds=PAUSE)
    assert left(range(0, 1300, 100)) == []
    held = store.scalars(select(Reply).where(Reply.state == ReplyState.SUBMITTED)).all()
    with clock.frozen(START + timedelta(seconds=1300)):
        for reply in held:
            approvals.confirm(supervisor, reply.id, seen_hash=reply.text_hash)
    session().commit()
    assert left(range(1300, 2000, 100)) == [1300, 1900]
