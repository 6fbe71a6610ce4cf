"""What vanishes raises an alarm, once; supervisors acknowledge it with a reason, and nothing else ends it."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting import alarms, watch, watch_plan
from inbox.collecting.watch import LookReport, look_again, look_if_due
from inbox.connectors.base import Connector
from inbox.connectors.demo import DemoConnector
from inbox.connectors.shapes import AccountAccess, Presence
from inbox.extensions import writing
from inbox.models import Account, Alarm, AlarmAcknowledgement, Comment, CommentState
from inbox.permissions import OPERATOR, WORKER, Actor, Refused
from inbox.problems import Conflict, Problem, Unknown
from inbox.verify import verify
from tests.collecting.stage import STAGE, Stage, again, deeds, later, told


class Saying(DemoConnector):
    """A network that gives the same answers one after the other, about every comment."""

    answers: ClassVar[list[Presence]] = []

    def _look_up(self, remote_ids: object) -> dict[str, Presence]:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return dict.fromkeys(remote_ids, answer)  # type: ignore[call-overload, no-any-return]


def saying(*answers: Presence) -> type[Saying]:
    return type("Saying", (Saying,), {"answers": list(answers)})


def look(stage: Stage, minutes: float, *answers: Presence) -> LookReport:
    connector = saying(*answers)

    def opener(_: str, access: AccountAccess) -> Connector:
        return connector(access)

    with clock.frozen(later(minutes)):
        return look_again(WORKER, stage.account_id, opener=opener)


@pytest.mark.parametrize("how", ["hidden", "gone"])
def test_what_vanishes_raises_one_alarm_with_the_last_words(
    stage: Stage, supervisor: Actor, store: Session, how: str
) -> None:
    comment = stage.comment(text="Cup 7 caught fire.")
    {"hidden": stage.network.somebody_conceals, "gone": stage.network.vanish}[how](comment.remote_id)
    seen_at = clock.now()
    assert stage.look(20) == LookReport(asked=1, vanished=1)
    assert stage.look(60) == LookReport(asked=1)
    (alarm,) = alarms.list_alarms(supervisor)
    assert (alarm.text, alarm.presence, alarm.state) == ("Cup 7 caught fire.", how, CommentState.VANISHED)
    assert (alarm.last_seen_at, alarm.raised_at, alarm.acknowledged_at) == (seen_at, later(20), None)
    assert told() == ["supervisor alarm_raised"]
    assert deeds("alarm") == ["alarm.raised"]
    assert alarms.count_open(supervisor) == 1
    assert verify(OPERATOR) is None


def test_an_author_who_removes_a_comment_raises_no_alarm(stage: Stage, supervisor: Actor) -> None:
    comment = stage.comment()
    stage.network.author_takes_back(comment.remote_id)
    assert stage.look() == LookReport(asked=1, removed=1)
    assert alarms.list_alarms(supervisor) == []
    assert again(comment).state is CommentState.TOMBSTONED


def test_the_last_look_that_found_it_is_when_it_was_last_seen(stage: Stage, supervisor: Actor) -> None:
    comment = stage.comment()
    stage.look(20)
    stage.network.vanish(comment.remote_id)
    stage.look(60)
    assert alarms.list_alarms(supervisor)[0].last_seen_at == later(20)


def test_one_look_is_not_believed(stage: Stage, supervisor: Actor) -> None:
    comment = stage.comment()
    assert look(stage, 20, Presence.GONE, Presence.PRESENT) == LookReport(asked=1)
    assert look(stage, 40, Presence.HIDDEN, Presence.UNKNOWN) == LookReport(asked=1)
    assert again(comment).state is CommentState.PRESENT
    assert alarms.list_alarms(supervisor) == []


def test_hidden_and_gone_agree_that_it_is_not_there(stage: Stage, supervisor: Actor) -> None:
    stage.comment()
    assert look(stage, 20, Presence.GONE, Presence.HIDDEN).vanished == 1
    assert alarms.list_alarms(supervisor)[0].presence == "hidden"


def test_no_answer_for_a_day_is_an_alarm_of_its_own(stage: Stage, supervisor: Actor) -> None:
    comment = stage.comment()
    assert look(stage, 20, Presence.UNKNOWN).vanished == 0
    assert look(stage, 20 + 24 * 60 - 5, Presence.UNKNOWN).vanished == 0
    assert again(comment).unseen_since == later(20)
    assert look(stage, 20 + 24 * 60 + 240, Presence.UNKNOWN).vanished == 1
    (alarm,) = alarms.list_alarms(supervisor)
    assert (alarm.presence, alarm.last_seen_at) == ("unknown", later(20))


def test_an_answer_in_between_begins_the_day_anew(stage: Stage) -> None:
    comment = stage.comment()
    look(stage, 20, Presence.UNKNOWN)
    look(stage, 240, Presence.PRESENT)
    assert again(comment).unseen_since is None
    assert look(stage, 20 + 24 * 60 + 240, Presence.UNKNOWN).vanished == 0


def test_what_comes_back_is_noted_and_still_asks_for_a_word(stage: Stage, supervisor: Actor) -> None:
    comment = stage.comment()
    look(stage, 20, Presence.GONE)
    assert look(stage, 60, Presence.PRESENT) == LookReport(asked=1, back=1)
    assert again(comment).state is CommentState.PRESENT
    (alarm,) = alarms.list_alarms(supervisor, acknowledged=False)
    assert alarm.returned_at == later(60)
    assert told() == ["supervisor alarm_raised", "supervisor alarm_returned"]
    look(stage, 120, Presence.GONE)
    assert len(alarms.list_alarms(supervisor, acknowledged=False)) == 2


def test_a_text_that_is_withheld_does_not_come_back(stage: Stage, supervisor: Actor, store: Session) -> None:
    comment = stage.comment()
    stage.network.vanish(comment.remote_id)
    stage.look(20)
    look(stage, 60, Presence.REMOVED_BY_AUTHOR)
    look(stage, 120, Presence.PRESENT)
    assert again(comment).state is CommentState.TOMBSTONED
    assert alarms.list_alarms(supervisor)[0].text is None


def test_an_alarm_is_acknowledged_once_with_a_reason(stage: Stage, supervisor: Actor, store: Session) -> None:
    comment = stage.comment()
    stage.network.vanish(comment.remote_id)
    stage.look()
    (alarm,) = alarms.list_alarms(supervisor, acknowledged=False)
    with pytest.raises(Problem, match="alarm_reason_empty"):
        alarms.acknowledge(supervisor, alarm.id, "  ")
    alarms.acknowledge(supervisor, alarm.id, "The network’s own staff took it down.")
    with pytest.raises(Conflict, match="alarm_acknowledged_already"):
        alarms.acknowledge(supervisor, alarm.id, "Again.")
    assert alarms.list_alarms(supervisor, acknowledged=False) == []
    (told_of,) = alarms.list_alarms(supervisor, acknowledged=True)
    assert told_of.reason == "The network’s own staff took it down."
    assert deeds("alarm") == ["alarm.raised", "alarm.acknowledged"]
    with pytest.raises(Unknown):
        alarms.acknowledge(supervisor, 999, "Which?")


def test_who_may_not_acknowledge_does_not(stage: Stage, cm: Actor, administrator: Actor) -> None:
    for actor in (cm, administrator, OPERATOR):
        with pytest.raises(Refused):
            alarms.acknowledge(actor, 1, "It was me.")


@pytest.mark.parametrize(
    "statement",
    [
        update(Alarm).values(presence="present"),
        update(AlarmAcknowledgement).values(reason="Nothing happened."),
        update(Alarm).values(comment_id=2),
    ],
)
def test_alarms_and_their_reasons_are_not_rewritten(stage: Stage, supervisor: Actor, statement: object) -> None:
    comment = stage.comment()
    stage.comment(text="Another one.")
    stage.network.vanish(comment.remote_id)
    stage.look()
    alarms.acknowledge(supervisor, 1, "Looked at.")
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(statement)  # type: ignore[call-overload]


def test_the_plan_says_when_the_next_look_comes(stage: Stage, store: Session) -> None:
    comment = stage.comment()
    assert watch.due_looks() == [stage.account_id]
    with clock.frozen(later(20)):
        assert look_if_due(WORKER, stage.account_id).asked == 1
        assert look_if_due(WORKER, stage.account_id).asked == 0
        assert watch.due_looks() == []
        assert again(comment).looked_up_at == clock.now()
    with clock.frozen(later(21)):
        assert watch.due_looks() == [stage.account_id]


def test_a_network_that_does_not_answer_is_left_alone_for_a_while(stage: Stage) -> None:
    stage.comment()
    stage.network.unreachable()
    with clock.frozen(later(20)), pytest.raises(Problem, match="unreachable"):
        look_if_due(WORKER, stage.account_id)
    with clock.frozen(later(25)):
        assert watch.due_looks() == []


def test_what_is_left_of_a_quota_is_for_collecting_and_answering(stage: Stage, store: Session) -> None:
    stage.comment()
    with writing() as current:
        account = current.get_one(Account, stage.account_id)
        account.quota_limit, account.quota_remaining, account.quota_reset_at = 100, 20, later(40)
    with clock.frozen(later(20)):
        assert look_if_due(WORKER, stage.account_id).asked == 0
        assert watch.due_looks() == []
    with clock.frozen(later(41)):
        assert look_if_due(WORKER, stage.account_id).asked == 1


def test_reach_goes_first(stage: Stage) -> None:
    famous = stage.comment("reporter", "I am writing about this.", followers=50_000)
    with clock.frozen(later(1)):
        for number in range(4):
            stage.comment(f"critic-{number}", "Mine too.")
    with clock.frozen(later(30)):
        look_again(WORKER, stage.account_id, limit=1)
    assert again(famous).looked_up_at == later(30)


def test_the_older_the_rarer(stage: Stage, store: Session) -> None:
    comment = stage.comment(text="Mine came late.")
    with clock.frozen(later(20)):
        look_again(WORKER, stage.account_id)
    pace = DemoConnector.look_ups.pace
    for age in (timedelta(days=2), timedelta(days=20)):
        tier = next(tier for tier in watch_plan.TIERS if age <= tier.age)
        at = clock.now() + age
        with writing() as current:
            current.execute(update(Comment).values(looked_up_at=at - tier.every * pace + timedelta(seconds=1)))
        with clock.frozen(at):
            assert look_again(WORKER, stage.account_id).asked == 0
        with clock.frozen(at + timedelta(seconds=2)):
            assert look_again(WORKER, stage.account_id).asked == 1
    assert again(comment).state is CommentState.PRESENT


def test_the_plan_is_visible(stage: Stage) -> None:
    stage.comment()
    stage.comment("reporter", "Press.", followers=50_000)
    plan = watch_plan.plans(OPERATOR)[stage.account_id]
    assert [(tier.code, tier.comments) for tier in plan.tiers] == [("fresh", 2), ("week", 0), ("month", 0)]
    assert plan.calls_per_day <= plan.most_calls_per_day
    assert plan.calls_per_day == -(-plan.looks_per_day // plan.per_call)
    assert not plan.billed


def test_a_comment_that_is_delivered_again_does_not_end_an_alarm(stage: Stage, supervisor: Actor) -> None:
    comment = stage.comment()
    stage.network.somebody_conceals(comment.remote_id)
    stage.look()
    stage.network.deliver_again(STAGE, comment.remote_id)
    stage.collect()
    assert again(comment).state is CommentState.VANISHED
    assert alarms.count_open(supervisor) == 1


def test_nobody_else_than_the_declared_tables_hold_the_words(stage: Stage, store: Session) -> None:
    comment = stage.comment(text="Cup 7 caught fire.")
    stage.network.vanish(comment.remote_id)
    stage.look()
    alarm = store.scalars(select(Alarm)).one()
    assert "fire" not in str({column.name: getattr(alarm, column.name) for column in Alarm.__table__.columns})
