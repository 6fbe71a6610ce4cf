"""What waits for somebody who is not here goes back, once, and the supervisors are told, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from inbox import clock, members, notices
from inbox.answering import assigning, conversations, presence, reassuring
from inbox.answering.presence import Doing
from inbox.extensions import db, session, writing
from inbox.models import Assignment, Conversation
from inbox.notices import duty
from inbox.permissions import WORKER, Actor, Refused, Role
from inbox.problems import Conflict, Problem
from inbox.sharing import absences, flowing_back, teams
from inbox.sharing.flowing_back import AFTER_DUTY, LOOKED_BACK, flow_back
from inbox.sharing.giving import give, waiting_of_author
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


def team_of(supervisor: Actor, *actors: Actor) -> int:
    number = teams.make(supervisor, "North").id
    for each in actors:
        teams.put_in(supervisor, number, each.member_id or 0)
    return number


@pytest.mark.parametrize("how", ["away", "taken out"])
def test_what_a_team_has_of_which_nobody_is_here_is_nobodys_again(
    stage: Stage, cm: Actor, supervisor: Actor, how: str
) -> None:
    north = team_of(supervisor, cm)
    given = stage.comment("ines")
    conversations.assign(supervisor, given, None, team_id=north)
    assert flow_back(WORKER) == 0
    if how == "away":
        absences.mark(supervisor, cm.member_id or 0, later(days=60))
    else:
        teams.take_out(supervisor, north, cm.member_id or 0)
    assert (flow_back(WORKER), flow_back(WORKER)) == (1, 0)
    assert held_by(given) == (None, None)
    assert deeds("conversation", given)[-1] == "conversation.flowed_back"
    codes = [(one.code, one.params["count"]) for one in notices.recent(supervisor)]
    assert codes == [("flowed_back_of_team", 1)]


def test_a_retired_team_keeps_nobody_whatever_was_written_when(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    north = team_of(supervisor, cm)
    given = stage.comment("ines")
    teams.retire(supervisor, north)
    with writing() as current:
        give(current, supervisor, [current.get_one(Conversation, given)], None, north)
    assert flow_back(WORKER) == 1
    assert held_by(given) == (None, None)


def test_what_an_absent_member_was_given_in_that_very_moment_goes_back(
    stage: Stage, cm: Actor, supervisor: Actor, talk: int
) -> None:
    given = stage.comment("noor")
    absences.mark(cm, cm.member_id or 0, later(days=1))
    with clock.frozen(later(seconds=1)):
        with writing() as current:
            give(current, supervisor, [current.get_one(Conversation, given)], cm.member_id, None)
        assert flow_back(WORKER) == 1
    assert held_by(given) == (None, None)


def test_who_comes_back_long_after_the_duty_of_whoever_put_them_off(
    stage: Stage, cm: Actor, supervisor: Actor, talk: int
) -> None:
    duty.set_duty(supervisor, cm.member_id or 0, clock.now(), later(hours=8))
    kept = stage.comment("noor")
    conversations.assign(cm, kept, cm.member_id)
    conversations.snooze_until_written(cm, talk)
    with clock.frozen(later(days=14)):
        conversations.wake_snoozed(WORKER)
        assert flow_back(WORKER) == 1
    assert (held_by(talk), held_by(kept)) == ((None, None), (cm.member_id, None))


def test_whom_an_absent_member_was_to_look_at_is_nobodys_when_it_is_time(
    stage: Stage, cm: Actor, supervisor: Actor, talk: int
) -> None:
    noted = reassuring.move_to_private(cm, talk)
    absences.mark(cm, cm.member_id or 0, later(days=60))
    with pytest.raises(Problem, match="assignee_away"):
        reassuring.give(supervisor, noted.id, cm.member_id)
    assert flow_back(WORKER) == 0
    with clock.frozen(later(days=2)):
        assert flow_back(WORKER) == 1
        assert reassuring.get(supervisor, noted.id).owner_id is None
        assert deeds("conversation", talk)[-1] == "follow_up.given"
        # Who comes back early may take it themselves.
        with clock.frozen(later(seconds=1)):
            reassuring.give(cm, noted.id, cm.member_id)
            assert flow_back(WORKER) == 0


def _at_the_same_time(app: Flask, deed: Callable[[], object]) -> Thread:
    def run() -> None:
        with app.app_context():
            deed()
            db.session.remove()

    thread = Thread(target=run)
    thread.start()
    thread.join(0.5)
    return thread


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_a_team_that_is_retired_while_something_flows_back_to_it_keeps_nothing(
    app: Flask, stage: Stage, cm: Actor, supervisor: Actor, talk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    north = team_of(supervisor, cm, member(Role.COMMUNITY_MANAGER, email="second@example.org"))
    session().commit()
    threads: list[Thread] = []

    def slow(*given: Any, **facts: Any) -> object:
        threads.append(_at_the_same_time(app, lambda: teams.retire(supervisor, north)))
        return give(*given, **facts)

    monkeypatch.setattr(flowing_back, "give", slow)
    absences.mark(cm, cm.member_id or 0, later(days=1))
    threads[0].join(20)
    assert held_by(talk) == (None, None)


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_whoever_is_marked_as_away_while_something_is_given_to_them_does_not_keep_it(
    app: Flask, stage: Stage, cm: Actor, supervisor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = stage.comment("noor")
    session().commit()
    threads: list[Thread] = []

    def slow(*args: Any) -> object:
        threads.append(_at_the_same_time(app, lambda: absences.mark(cm, cm.member_id or 0, later(days=1))))
        return waiting_of_author(*args)

    monkeypatch.setattr(assigning, "waiting_of_author", slow)
    conversations.assign(supervisor, given, cm.member_id)
    threads[0].join(20)
    assert flow_back(WORKER) == 0, "it went back with everything else"
    assert held_by(given) == (None, None)
