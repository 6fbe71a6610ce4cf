"""What waits for somebody who is not here goes back, once, and the supervisors are told, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from inbox import clock, members, notices
from inbox.answering import conversations, presence
from inbox.answering.presence import Doing
from inbox.extensions import session
from inbox.models import Assignment, Conversation
from inbox.notices import duty
from inbox.permissions import WORKER, Actor, Refused, Role
from inbox.problems import Conflict, Problem
from inbox.sharing import absences, teams
from inbox.sharing.flowing_back import AFTER_DUTY, LOOKED_BACK, flow_back
from tests.answering.stage import Stage, deeds, later, member


def held_by(conversation_id: int) -> tuple[int | None, int | None]:
    row = session().get_one(Conversation, conversation_id, populate_existing=True)
    return row.assignee_id, row.team_id


def told(supervisor: Actor) -> list[tuple[str, object, object]]:
    return [
        (notice.params["away"], notice.params["count"], notice.params["actor"])
        for notice in notices.recent(supervisor)
        if notice.code == "flowed_back"
    ]


@pytest.fixture
def talk(stage: Stage, cm: Actor) -> int:
    """A conversation that the community manager has."""
    number = stage.comment("ines")
    conversations.assign(cm, number, cm.member_id)
    return number


def test_at_once_when_somebody_is_deactivated(stage: Stage, cm: Actor, supervisor: Actor, talk: int) -> None:
    snoozed = stage.comment("noor")
    conversations.assign(cm, snoozed, cm.member_id)
    conversations.snooze(cm, snoozed, later(hours=2))
    administrator = member(Role.ADMINISTRATOR, email="admin@example.org")
    members.deactivate(administrator, cm.member_id or 0)
    assert held_by(talk) == (None, None)
    assert told(supervisor) == [("deactivated", 1, "Cm")]
    assert deeds("conversation", talk)[-1] == "conversation.flowed_back"
    last = session().scalars(select(Assignment).where(Assignment.conversation_id == talk).order_by(Assignment.id)).all()
    assert [(row.member_id, row.by) for row in last] == [(cm.member_id, cm.name), (None, administrator.name)]
    assert held_by(snoozed) == (cm.member_id, None), "nobody waits while it is put off"
    with clock.frozen(later(hours=2)):
        conversations.wake_snoozed(WORKER)
        assert flow_back(WORKER) == 1
        assert flow_back(WORKER) == 0
    assert held_by(snoozed) == (None, None)
    assert len(told(supervisor)) == 2


def test_to_the_team_it_was_given_to_else_to_the_one_team_of_theirs(
    stage: Stage, cm: Actor, supervisor: Actor, talk: int
) -> None:
    north, south = (teams.make(supervisor, name).id for name in ("North", "South"))
    for team in (north, south):
        teams.put_in(supervisor, team, cm.member_id or 0)
    teams.put_in(supervisor, south, supervisor.member_id or 0)
    given = stage.comment("noor")
    conversations.assign(supervisor, given, None, team_id=north)
    conversations.assign(cm, given, cm.member_id)
    absences.mark(supervisor, cm.member_id or 0, later(days=1))
    assert held_by(talk) == (None, south), "the one team of theirs in which somebody else is here"
    assert held_by(given) == (None, south), "of the team that it was given to nobody else is here"
    assert told(supervisor) == [("absent", 2, "Cm")]
    (notice,) = [one for one in notices.recent(supervisor) if one.code == "flowed_back"]
    assert (notice.object_type, notice.object_id) == ("team", str(south))


def test_while_somebody_is_away_and_not_what_they_were_given_since(
    stage: Stage, cm: Actor, supervisor: Actor, talk: int
) -> None:
    absence = absences.mark(cm, cm.member_id or 0, later(hours=8), later(hours=1))
    assert flow_back(WORKER) == 0
    with clock.frozen(later(hours=2)):
        late = stage.comment("noor")
        conversations.assign(cm, late, cm.member_id)
        on_screen = stage.comment("zoe")
    assert held_by(on_screen) == (None, None)
    with clock.frozen(later(hours=2, seconds=5)):
        presence.note(cm, talk, Doing.LOOKING)
        assert flow_back(WORKER) == 0, "they have it on screen"
    with clock.frozen(later(hours=3)):
        assert flow_back(WORKER) == 1
        assert (held_by(talk), held_by(late)) == ((None, None), (cm.member_id, None))
        absences.end(supervisor, absence.id)
        with pytest.raises(Conflict, match="absence_over"):
            absences.end(supervisor, absence.id)
        assert absences.present_and_coming(cm) == []


@pytest.mark.parametrize(
    ("after", "goes_back"),
    [
        (AFTER_DUTY - timedelta(seconds=1), False),
        (AFTER_DUTY, True),
        (LOOKED_BACK - timedelta(minutes=1), True),
        (LOOKED_BACK, False),
    ],
)
def test_when_a_duty_is_over(
    stage: Stage, cm: Actor, supervisor: Actor, talk: int, after: timedelta, goes_back: bool
) -> None:
    ends: datetime = later(hours=8)
    duty.set_duty(supervisor, cm.member_id or 0, clock.now(), ends)
    with clock.frozen(ends + after):
        assert flow_back(WORKER) == int(goes_back)
    assert held_by(talk) == (None if goes_back else cm.member_id, None)


def test_a_next_duty_that_has_begun_keeps_everything(stage: Stage, cm: Actor, supervisor: Actor, talk: int) -> None:
    duty.set_duty(supervisor, cm.member_id or 0, clock.now(), later(hours=4))
    duty.set_duty(supervisor, cm.member_id or 0, later(hours=4), later(hours=8))
    with clock.frozen(later(hours=5)):
        assert flow_back(WORKER) == 0
    with clock.frozen(later(hours=9)):
        assert flow_back(WORKER) == 1
        assert told(supervisor) == [("duty_over", 1, "Cm")]


def test_who_may_say_that_somebody_is_away(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    with pytest.raises(Refused):
        absences.mark(cm, supervisor.member_id or 0, later(hours=1))
    absences.mark(supervisor, cm.member_id or 0, later(hours=1))
    with pytest.raises(Conflict, match="absence_overlaps"):
        absences.mark(cm, cm.member_id or 0, later(hours=2))
    for start, end in ((later(hours=3), later(hours=2)), (None, later(days=91)), (None, clock.now())):
        with pytest.raises(Problem, match="absence_out_of_range"):
            absences.mark(cm, cm.member_id or 0, end, start)
    (one,) = absences.present_and_coming(cm)
    assert one.may_end
    absences.end(cm, one.id)
