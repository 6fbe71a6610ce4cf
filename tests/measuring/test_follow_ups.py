"""Who is followed up follows from what was written, in any order of delivery, and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations, reassuring
from inbox.measuring.follow_ups import RECENT, SILENT_AFTER, Answered, Due, Wrote, asks, derive
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import response_times
from inbox.models import Conversation, FollowUp, FollowUpOutcome, FollowUpReason, ReplyKind
from inbox.permissions import OPERATOR, Role
from tests.answering.stage import member
from tests.scenes import Scene

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANGRY, SILENT = FollowUpReason.STILL_ANGRY, FollowUpReason.SILENT


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


MINUTE = st.integers(0, 12).map(at)
WROTE = st.lists(
    st.builds(Wrote, st.integers(1, 99), MINUTE, st.booleans(), st.booleans()),
    max_size=6,
    unique_by=lambda c: c.comment_id,
)
ANSWERED = st.lists(
    st.builds(Answered, st.integers(1, 99), MINUTE, st.booleans(), st.booleans()),
    max_size=4,
    unique_by=lambda r: r.reply_id,
)


def slowly(comments: list[Wrote], answers: list[Answered]) -> Due | None:
    """The definition, word by word."""
    for comment in comments:
        there = not comment.withdrawn and not any(
            (other.at, other.comment_id) > (comment.at, comment.comment_id) for other in comments if not other.withdrawn
        )
        if there and comment.against and any(answer.at < comment.at for answer in answers):
            return Due(ANGRY, comment.at, comment.at, comment_id=comment.comment_id)
    for answer in answers:
        last = not any((other.at, other.reply_id) > (answer.at, answer.reply_id) for other in answers)
        waits_for_them = (answer.holding or answer.asks) and all(comment.at <= answer.at for comment in comments)
        if last and comments and waits_for_them:
            return Due(SILENT, answer.at, answer.at + timedelta(days=1), reply_id=answer.reply_id)
    return None


@given(WROTE, ANSWERED, st.randoms(use_true_random=False))
def test_what_is_derived_is_the_definition_in_any_order(
    comments: list[Wrote], answers: list[Answered], random: Random
) -> None:
    wanted = slowly(comments, answers)
    for each in (comments, answers):
        random.shuffle(each)
    assert derive(comments, answers) == wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Which batch is it? We look it up.", True),
        ("Quel est le numéro du lot ?", True),
        ("« C’est bien le lot 12 ? »", True),
        ("هل المنتج معك؟", True),
        ("See https://brand.example/help?lot=12", False),
        ("We look into it; thank you.", False),
        ("", False),
    ],
)
def test_an_answer_asks_where_a_question_mark_ends_something(text: str, found: bool) -> None:
    assert asks(text) is found


def standing(store: Session) -> list[tuple[FollowUpReason, datetime]]:
    store.expire_all()
    rows = store.scalars(select(FollowUp).where(FollowUp.outcome_at.is_(None), FollowUp.passed_at.is_(None)))
    return [(row.reason, row.look_at) for row in rows]


def test_whoever_writes_angrily_after_an_answer_is_followed_up_until_their_tone_changes(
    store: Session, at_start: datetime
) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    talk = scene.comment(scene.account(), "ines", 0, kind="criticism")
    assert standing(store) == [], "nobody has answered yet"
    scene.answer(talk, 10)
    assert standing(store) == []
    scene.comment(1, "ines", 20, "You knew for weeks.", kind="criticism")
    assert standing(store) == [(ANGRY, scene.at(20))]
    scene.answer(talk, 30)
    assert standing(store) == [(ANGRY, scene.at(20))], "an answer alone calms nobody"
    scene.comment(1, "ines", 40, "Thank you for looking.", kind="praise")
    assert standing(store) == []
    scene.comment(1, "ines", 50, "Still broken.", kind="criticism")
    assert standing(store) == [(ANGRY, scene.at(50))]
    cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
    conversations.correct_triage(cm, 4, kind="question")
    assert standing(store) == [], "a member knows better than triage"


def test_silence_after_a_question_or_a_holding_answer_is_looked_at_a_day_later(
    store: Session, at_start: datetime
) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    account = scene.account()
    asked, held, told = (scene.comment(account, name, 0) for name in ("ines", "paul", "zoe"))
    scene.answer(asked, 10, text="Which batch is it?")
    scene.answer(held, 20, kind=ReplyKind.HOLDING)
    scene.answer(told, 30, text="It is safe.")
    assert standing(store) == [(SILENT, scene.at(10) + SILENT_AFTER), (SILENT, scene.at(20) + SILENT_AFTER)]
    scene.answer(held, 25, automatic=True)
    assert len(standing(store)) == 2, "what nobody wrote breaks no silence"
    scene.comment(account, "ines", 40, "Batch 12")
    scene.answer(held, 50, text="It is safe.")
    assert standing(store) == []


def test_another_question_is_looked_at_a_day_after_it(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    talk = scene.comment(scene.account(), "ines", 0)
    scene.answer(talk, 10, text="Which batch is it?")
    scene.answer(talk, 60, text="Could you look at the label?")
    assert standing(store) == [(SILENT, scene.at(60) + SILENT_AFTER)]


def test_it_is_given_to_whoever_has_the_person_or_answered_them(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    account, cm = scene.account(), scene.member("karim")
    answered, assigned = scene.comment(account, "ines", 0), scene.comment(account, "paul", 0)
    other = member(Role.SUPERVISOR, email="boss@example.org")
    conversations.assign(other, assigned, other.member_id)
    for talk in (answered, assigned):
        scene.answer(talk, 10, member=cm, text="Which batch is it?")
    owners = store.scalars(select(FollowUp.owner_id).order_by(FollowUp.conversation_id)).all()
    assert owners == [cm, other.member_id]


def test_old_threads_are_let_rest(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start - RECENT - timedelta(days=2))
    talk = scene.comment(scene.account(), "ines", 0)
    scene.answer(talk, 10, text="Which batch is it?")
    assert standing(store) == []


def test_no_figure_and_no_state_changes_by_it(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start - timedelta(hours=2))
    talk = scene.comment(scene.account(), "ines", 0)
    scene.answer(talk, 10, text="Which batch is it?")
    query = ReportQuery(start=scene.at(-60), end=clock.now() + timedelta(days=1))
    before = response_times(OPERATOR, query)
    state = store.scalars(select(Conversation.state)).one()
    row = store.scalars(select(FollowUp)).one()
    cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
    reassuring.tell(cm, row.id, FollowUpOutcome.NO_ANSWER, "Nobody wrote back.")
    reassuring.move_to_private(cm, talk)
    store.expire_all()
    after = response_times(OPERATOR, query)
    assert replace(after, trail_head=before.trail_head) == before
    assert store.scalars(select(Conversation.state)).one() is state
