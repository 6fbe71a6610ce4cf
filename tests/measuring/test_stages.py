"""The stages of a wait: what a member did, while it was waited and after the comment was here, whoever writes it down
first."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.extensions import writing
from inbox.measuring import stages, waits
from inbox.measuring.stages import Written
from inbox.models import ReplyOrigin, Stage, StageRow, Wait
from inbox.permissions import OPERATOR
from inbox.verify import verify
from tests.conftest import START
from tests.scenes import Scene


def found(store: Session, conversation_id: int) -> list[Wait]:
    store.expire_all()
    return list(
        store.scalars(
            select(Wait)
            .where(Wait.conversation_id == conversation_id, Wait.superseded_at.is_(None))
            .order_by(Wait.ordinal)
        )
    )


def test_a_wait_shows_every_stage_of_the_reply_that_closed_it(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    account, member = scene.account(), scene.member("lea")
    conversation = scene.comment(account, "ines", 0)
    scene.opened(conversation, 3, member)
    reply = scene.answer(conversation, 30, member=member, drafted=5, submitted=8, approved=20)
    with writing() as session:
        for stage, minute in ((Stage.SUBMITTED, 12), (Stage.APPROVED, 15)):
            stages.record(session, stage, conversation, reply_id=reply, member_id=member, at=scene.at(minute))
        waits.settle(session, [conversation])
    (wait,) = found(store, conversation)
    assert (wait.first_opened_at, wait.drafted_at) == (scene.at(3), scene.at(5))
    # First submitted, last approved.
    assert (wait.submitted_at, wait.approved_at, wait.confirmed_at) == (scene.at(8), scene.at(20), scene.at(30))
    assert (wait.reply_origin, wait.member_id, wait.reply_id) == (ReplyOrigin.INBOX, member, reply)


def test_what_is_looked_at_after_it_was_answered_elsewhere_was_not_opened_before(
    store: Session, at_start: datetime
) -> None:
    scene = Scene(at_start)
    account, member = scene.account(), scene.member("lea")
    conversation = scene.comment(account, "ines", 0)
    scene.opened(conversation, 20, member)
    assert found(store, conversation)[0].first_opened_at == scene.at(20)
    scene.answer(conversation, 10)
    scene.comment(account, "ines", 15, thread="ines")
    native, waiting = found(store, conversation)
    assert (native.first_opened_at, native.drafted_at, native.reply_origin) == (None, None, ReplyOrigin.NATIVE)
    assert waiting.first_opened_at == scene.at(20)
    assert verify(OPERATOR) is None


def test_of_two_members_the_earlier_counts_whoever_is_written_down_first(store: Session, at_start: datetime) -> None:
    scene = Scene(at_start)
    conversation = scene.comment(scene.account(), "ines", 0)
    scene.opened(conversation, 4, scene.member("lea"))
    scene.opened(conversation, 3, scene.member("karim"))
    scene.opened(conversation, 9)
    assert found(store, conversation)[0].first_opened_at == scene.at(3)
    assert len(store.scalars(select(StageRow)).all()) == 3
    assert verify(OPERATOR) is None


moments = st.integers(0, 9)
some_rows = st.lists(st.tuples(st.sampled_from(list(Stage)), st.sampled_from([None, 1, 2]), moments), max_size=12)


@given(rows=some_rows, received=moments, closed=st.none() | moments, native=st.booleans(), data=st.data())
def test_the_order_in_which_stages_are_noted_changes_nothing(
    rows: list[tuple[Stage, int | None, int]], received: int, closed: int | None, native: bool, data: st.DataObject
) -> None:
    def minute(number: int) -> datetime:
        return START + timedelta(minutes=number)

    def of_wait(noted: list[tuple[Stage, int | None, int]]) -> stages.Reached:
        written = Written()
        for stage, reply_id, at in noted:
            written.add(stage, reply_id, minute(at))
        until = None if closed is None else minute(closed)
        return written.of_wait(minute(received), until, None if closed is None else 1, native=native)

    reached = of_wait(rows)
    assert of_wait(data.draw(st.permutations(rows))) == reached
    times = {(stage, reply_id, minute(at)) for stage, reply_id, at in rows}
    opened = {at for stage, _, at in times if stage is Stage.OPENED}
    assert reached.first_opened_at is None or minute(received) <= reached.first_opened_at in opened
    if closed is None:
        assert reached[2:] == (None, None, None)
        assert reached.first_opened_at == min((at for at in opened if at >= minute(received)), default=None)
    elif native and reached.first_opened_at is not None:
        assert reached.first_opened_at <= minute(closed)
    # Another reply's stages are never those of the one that closed it.
    own = {(stage, at) for stage, reply_id, at in times if reply_id == 1}
    assert reached.approved_at is None or (Stage.APPROVED, reached.approved_at) in own
