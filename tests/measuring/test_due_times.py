"""Waits are due and last in staffed hours; hours that change later bring due times nearer and never move them away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting import ingest
from inbox.collecting.triage import Hint, Kind, Urgency
from inbox.extensions import writing
from inbox.measuring import waits
from inbox.models import Account, Comment, Conversation, QueueEntry, Wait
from inbox.permissions import OPERATOR
from inbox.verify import verify
from tests.collecting.deliveries import at, comment, page
from tests.scenes import OFFICE, Scene

HOUR, DAY = 60, 24 * 60
NIGHT = 10 * HOUR
"""Monday at seven in the evening in London, after the office of `OFFICE` has closed."""


def due_everywhere(store: Session, conversation_id: int) -> list[datetime | None]:
    """What the open wait, the conversation and the row of the queue say."""
    store.expire_all()
    conversation = store.get_one(Conversation, conversation_id)
    wait = store.scalars(select(Wait).where(Wait.conversation_id == conversation_id, Wait.closed_at.is_(None))).one()
    entry = store.scalars(select(QueueEntry).where(QueueEntry.author_id == conversation.author_id)).one()
    return [wait.due_at, conversation.due_at, entry.due_at]


def test_a_wait_of_the_night_is_due_in_the_morning_and_lasts_what_was_staffed(
    store: Session, at_start: datetime
) -> None:
    scene = Scene(at_start)
    account = scene.account()
    scene.hours(account, OFFICE, "Europe/London")
    conversation = scene.comment(account, "ines", NIGHT)
    assert due_everywhere(store, conversation) == [scene.at(DAY + HOUR)] * 3
    scene.answer(conversation, DAY + 40)
    wait = store.scalars(select(Wait)).one()
    assert (wait.seconds, wait.staffed_seconds) == ((DAY + 40 - NIGHT) * 60.0, 40 * 60.0)
    assert verify(OPERATOR) is None


def test_hours_that_are_added_bring_due_times_nearer_and_hours_taken_away_do_not_move_them(
    store: Session, at_start: datetime
) -> None:
    scene = Scene(at_start)
    account, other = scene.account(), scene.account("Other")
    for each in (account, other):
        scene.hours(each, OFFICE, "Europe/London")
    conversation, elsewhere = scene.comment(account, "ines", NIGHT), scene.comment(other, "karim", NIGHT)
    closed = scene.comment(account, "zoe", NIGHT)
    scene.answer(closed, NIGHT + 5)
    with clock.frozen(scene.at(NIGHT + 30)):
        scene.round_the_clock(account, NIGHT + 30, 2 * DAY)
        assert due_everywhere(store, conversation) == [scene.at(NIGHT + 90)] * 3
        assert due_everywhere(store, elsewhere) == [scene.at(DAY + HOUR)] * 3
        assert verify(OPERATOR) is None
    later = scene.comment(account, "paul", NIGHT + 31)
    with clock.frozen(scene.at(NIGHT + 40)):
        scene.hours(account, ((),) * 7, "Europe/London", minutes=NIGHT + 40)
        assert due_everywhere(store, later) == [scene.at(NIGHT + 91)] * 3
        assert verify(OPERATOR) is None


def test_due_times_move_in_chunks_and_only_where_they_must(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    scene.hours(account, ((),) * 7, "UTC")
    old = scene.comment(account, "old", 0)
    with writing() as session:
        written = [comment(f"c{number}", f"a{number}", minute=HOUR) for number in range(401)]
        ingest.store_page(session, session.get_one(Account, account), page(*written))
    with clock.frozen(scene.at(2 * HOUR)), writing() as session:
        assert waits.reschedule(session, account) == 0
    scene.answer(old, 10)
    with clock.frozen(scene.at(2 * HOUR)):
        scene.round_the_clock(account, 2 * HOUR, 9 * HOUR)
    due = store.scalars(select(Wait.due_at).where(Wait.closed_at.is_(None)).distinct()).all()
    assert due == [scene.at(3 * HOUR)]
    assert store.scalars(select(QueueEntry.due_at).where(QueueEntry.state == "waiting").distinct()).all() == due
    assert verify(OPERATOR) is None


def test_a_page_that_opens_conversations_gives_them_what_settling_would(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account = scene.account()
    scene.hours(account, OFFICE, "Europe/London", minutes=-2 * DAY)
    scene.target(account, urgency=0, in_crisis=True, first=10)
    scene.crisis(account, -2 * HOUR)
    danger = Hint("en", Kind.CRITICISM, -0.5, Urgency.DANGER, ())
    with writing() as session:
        # Twice by one person, so that the second is settled and the first is opened at once.
        items = (comment("c1", minute=0), comment("c2", minute=5, thread="c1"), comment("c3", "karim", minute=6))
        ingest.store_page(session, session.get_one(Account, account), page(*items), dict.fromkeys(("c1", "c3"), danger))
    found = {wait.conversation_id: wait for wait in store.scalars(select(Wait).order_by(Wait.conversation_id))}
    opens = at(0) + timedelta(hours=1)
    assert opens == scene.at(0)
    for wait in found.values():
        assert (wait.target_seconds, wait.in_crisis, wait.urgency, wait.kind) == (600, True, 0, "criticism")
        assert wait.due_at == opens + timedelta(minutes=10)
        assert due_everywhere(store, wait.conversation_id) == [wait.due_at] * 3
    assert len(found) == 2
    assert store.scalar(select(Comment.urgency).where(Comment.remote_id == "c2")) == 2
    assert verify(OPERATOR) is None
