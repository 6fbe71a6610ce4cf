"""Trying to flatter: two accounts to which the same was written and answered, and on one of them a trick is tried.

Whatever the trick, not one figure of that account looks better than the other account's, half a week later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations
from inbox.collecting import erasure
from inbox.collecting.accounts import disconnect_account, set_targets
from inbox.collecting.importing import import_file
from inbox.extensions import writing
from inbox.measuring.hours_setting import OwnDay, set_hours
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import response_times
from inbox.models import Conversation, NoAnswerReason, ReplyKind, StaffInformed
from inbox.permissions import OPERATOR, Actor, Role
from tests.conftest import MakeMember
from tests.measuring.told import BETTER, improved, over_answered_alone, told
from tests.scenes import OFFICE, Scene

SAMPLE = Path(__file__).parents[1] / "samples" / "threads.jsonl"
LATER = timedelta(days=3, hours=12)
EVE = OwnDay(date(2026, 12, 24), "Christmas Eve", ())

OF_ANY_ANSWER = {
    *("answered", "unanswered", "share_answered", "share_answered_where_called_for", "within_target", "past_target"),
    *("share_within_target", "oldest_waiting_since"),
    *(name for name in BETTER if name.startswith(("first_response", "next_response"))),
}
"""What a holding reply moves, by definition: it is an answer. Each has its like in substance beside it."""


class World:
    """The same comments and answers on an honest account and on one where something is tried."""

    def __init__(self, start: datetime, make_member: MakeMember) -> None:
        self.scene = Scene(start - timedelta(hours=10))
        self.cm: Actor = make_member(Role.COMMUNITY_MANAGER, email="cm@example.org")
        self.other: Actor = make_member(Role.COMMUNITY_MANAGER, email="other@example.org")
        self.supervisor: Actor = make_member(Role.SUPERVISOR)
        self.administrator: Actor = make_member(Role.ADMINISTRATOR)
        self.honest, self.tricked = self.scene.account("Honest"), self.scene.account("Tricked")
        self.late: dict[int, int] = {}
        self.slowest: dict[int, int] = {}
        self.newest: dict[int, int] = {}
        for account in (self.honest, self.tricked):
            scene, member = self.scene, self.cm.member_id
            for author, minutes in (("a", 10), ("b", 20), ("c", 60)):
                scene.answer(scene.comment(account, author, 0), minutes, member=member)
            self.slowest[account] = scene.comment(account, "slow", 0)
            scene.answer(self.slowest[account], 200, member=member)
            again = scene.comment(account, "again", 0)
            scene.answer(again, 5, member=member)
            scene.comment(account, "again", 30)
            scene.answer(again, 90, member=member)
            self.late[account] = scene.comment(account, "late", 0)
            scene.assign(self.late[account], member, 1)
            self.newest[account] = scene.comment(account, "newest", 570)
            scene.assign(self.newest[account], member, 571)

    def compared(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """What the report tells of the honest and of the tricked account, half a week later."""
        with clock.frozen(clock.now() + LATER):
            honest, tricked = (
                told(response_times(OPERATOR, ReportQuery(account_ids=frozenset({account}))).total)
                for account in (self.honest, self.tricked)
            )
        return honest, tricked


@pytest.fixture
def world(app: Flask, at_start: datetime, make_member: MakeMember) -> World:
    """Before anything is tried."""
    made = World(at_start, make_member)
    honest, tricked = made.compared()
    assert honest == tricked
    assert honest["unanswered"] == 2
    assert honest["past_target"] > 2
    return made


def _open(world: World) -> tuple[int, int]:
    return world.late[world.tricked], world.newest[world.tricked]


def close(world: World) -> None:
    for conversation in _open(world):
        conversations.close(world.cm, conversation)


def snooze(world: World) -> None:
    for conversation in _open(world):
        conversations.snooze(world.cm, conversation, clock.now() + timedelta(days=20))


def reassign(world: World) -> None:
    for conversation in _open(world):
        conversations.assign(world.supervisor, conversation, world.other.member_id)
        conversations.assign(world.supervisor, conversation, None)


def loosen_the_target(world: World) -> None:
    set_targets(OPERATOR, world.tricked, 600_000, 600_000)


def retire_the_account(world: World) -> None:
    disconnect_account(OPERATOR, world.tricked)


def erase_an_author(world: World) -> None:
    for conversation in _open(world):
        with writing() as current:
            author = current.get_one(Conversation, conversation).author_id
        asked = erasure.request(world.administrator, author)
        erasure.confirm(world.supervisor, asked.id, notes=[], escalations=[])


def change_hours(world: World) -> None:
    set_hours(OPERATOR, world.tricked, time_zone="Europe/Paris", weekly=[[(540, 545)], *[[]] * 6], own_days=[EVE])


def answer_automatically(world: World) -> None:
    for conversation in _open(world):
        world.scene.answer(conversation, 590, automatic=True)


@pytest.mark.parametrize(
    "trick",
    [
        close,
        snooze,
        reassign,
        loosen_the_target,
        retire_the_account,
        erase_an_author,
        change_hours,
        answer_automatically,
    ],
    ids=lambda trick: trick.__name__,
)
def test_no_figure_improves(world: World, trick: Callable[[World], None]) -> None:
    trick(world)
    honest, tricked = world.compared()
    assert improved(honest, tricked) == []
    # What stays is there: nobody left the report.
    assert (tricked["waits"], tricked["conversations"]) == (honest["waits"], honest["conversations"])


def test_hours_taken_away_improve_nothing(app: Flask, at_start: datetime, make_member: MakeMember) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    honest, tricked = scene.account("Honest"), scene.account("Tricked")
    for account in (honest, tricked):
        scene.hours(account, OFFICE, minutes=-60 * 24 * 7)
        scene.comment(account, "late", 0)
    set_hours(OPERATOR, tricked, time_zone="Europe/Paris", weekly=[[]] * 7, own_days=[EVE])
    with clock.frozen(at_start + LATER):
        before, after = (
            told(response_times(OPERATOR, ReportQuery(account_ids=frozenset({account}))).total)
            for account in (honest, tricked)
        )
    assert before["past_target"] == 1
    assert improved(before, after) == []


def test_marking_as_needing_no_answer_shows_and_moves_one_line_of_its_own(world: World) -> None:
    for conversation in _open(world):
        conversations.mark_no_answer(world.cm, conversation, NoAnswerReason.THANKS)
    honest, tricked = world.compared()
    # The share among waits that call for an answer is what the mark is about; it stands beside the other, never alone.
    assert improved(honest, tricked) == ["share_answered_where_called_for"]
    assert tricked["waits_no_answer_called_for"] == tricked["conversations_no_answer_called_for"] == 2


def test_leaving_the_slowest_unanswered_improves_no_figure_over_all(app: Flask, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=10))
    honest, tricked = scene.account("Honest"), scene.account("Tricked")
    for number in range(1, 21):
        for account in (honest, tricked):
            conversation = scene.comment(account, f"author {number}", 0)
            if account == honest or number <= 14:
                scene.answer(conversation, number * 15)
    before, after = (
        told(response_times(OPERATOR, ReportQuery(account_ids=frozenset({account}))).total)
        for account in (honest, tricked)
    )
    better = improved(before, after)
    assert "first_response_median_seconds" in better
    # Only those of the answered are flattered, and beside each of them stands the one over all.
    assert all(name.startswith("first") and over_answered_alone(name) for name in better)
    assert after["first_response_median_all_seconds"] == before["first_response_median_all_seconds"]
    assert after["first_response_p90_all_seconds"] is None


def test_holding_replies_improve_nothing_against_real_ones(world: World) -> None:
    for account, kind in ((world.honest, ReplyKind.SUBSTANTIVE), (world.tricked, ReplyKind.HOLDING)):
        for conversation in (world.late[account], world.newest[account]):
            world.scene.answer(conversation, 590, member=world.cm.member_id, kind=kind)
    honest, tricked = world.compared()
    # The late ones drop out of what was answered in substance, as the slowest do that are left unanswered.
    assert all(name.startswith("first_substantive") and over_answered_alone(name) for name in improved(honest, tricked))
    assert tricked["holding_only"] == 2


def test_holding_replies_in_place_of_none_improve_nothing_in_substance(world: World) -> None:
    for conversation in _open(world):
        world.scene.answer(conversation, 590, member=world.cm.member_id, kind=ReplyKind.HOLDING)
    honest, tricked = world.compared()
    assert set(improved(honest, tricked)) <= OF_ANY_ANSWER
    assert tricked["answered_in_substance"] == honest["answered_in_substance"]
    assert (tricked["holding_only"], honest["holding_only"]) == (2, 0)


def test_a_reply_that_did_not_see_the_newest_comment_answers_only_what_it_saw(world: World) -> None:
    for account in (world.honest, world.tricked):
        conversation = world.newest[account]
        seen = world.scene.seen(conversation)
        world.scene.comment(account, "newest", 580, "And one thing more.")
        blind = account == world.tricked
        world.scene.answer(conversation, 590, member=world.cm.member_id, seen_up_to=seen if blind else None)
    honest, tricked = world.compared()
    assert improved(honest, tricked) == []
    assert tricked["unanswered"] == honest["unanswered"] + 1


def test_importing_the_same_twice_changes_no_figure(app: Flask, at_start: datetime) -> None:
    import_file(OPERATOR, SAMPLE)
    before = response_times(OPERATOR, ReportQuery()).total
    import_file(OPERATOR, SAMPLE)
    assert response_times(OPERATOR, ReportQuery()).total == before


def test_passing_on_what_is_late_improves_nobody(world: World, store: Session) -> None:
    with writing() as current:
        current.add(
            StaffInformed(
                staff_informed_on=clock.now() - timedelta(days=30),
                words="Told.",
                recorded_at=clock.now(),
                recorded_by="operator",
            )
        )
    query = ReportQuery(by=Breakdown.MEMBER, account_ids=frozenset({world.tricked}))
    mine = str(world.cm.member_id)

    def of_mine() -> dict[str, Any]:
        return next(told(each) for each in response_times(world.supervisor, query).groups if each.group == mine)

    before = of_mine()
    reassign(world)
    after = of_mine()
    assert improved(before, after) == []
    assert after["unanswered"] == 2
