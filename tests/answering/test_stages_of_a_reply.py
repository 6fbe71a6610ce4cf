"""Every stage of a wait is written down by the deed that reaches it, with whose deed it was."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from inbox import clock
from inbox.answering import approvals, beginning, conversations, outbox, replies
from inbox.extensions import session
from inbox.models import Assignment, StageRow, Wait
from inbox.permissions import WORKER, Actor, Role
from inbox.verify import figures
from tests.answering.stage import Stage, later, member, seen, written


def noted() -> list[tuple[str, int | None, int | None]]:
    rows = session().scalars(select(StageRow).order_by(StageRow.id))
    return [(row.stage.value, row.reply_id, row.member_id) for row in rows]


def test_from_the_first_look_to_the_networks_word(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    start = clock.now()
    for minute in (1, 2):
        with clock.frozen(start + timedelta(minutes=minute)):
            conversations.open_conversation(cm, conversation)
            conversations.open_conversation(supervisor, conversation)
    with clock.frozen(start + timedelta(minutes=3)):
        beginning.note_begun(cm, conversation, "  ")
        for text in ("W", "We apologise"):
            beginning.note_begun(cm, conversation, text)
    with clock.frozen(start + timedelta(minutes=4)):
        reply = written(cm, conversation, "We apologise for the seals.")
    with clock.frozen(start + timedelta(minutes=5)):
        approvals.send_back(supervisor, reply.id, "Name the harm.", seen_hash=reply.text_hash)
    with clock.frozen(start + timedelta(minutes=6)):
        again = approvals.edit(cm, reply.id, "We apologise for the broken seals.", seen_hash=reply.text_hash)
    with clock.frozen(start + timedelta(minutes=7)):
        approvals.confirm(supervisor, reply.id, seen_hash=again.text_hash)
    with clock.frozen(start + timedelta(minutes=8)):
        assert outbox.send_due(WORKER).sent == 1
    assert noted() == [
        ("opened", None, cm.member_id),
        ("drafted", None, cm.member_id),
        ("submitted", reply.id, cm.member_id),
        ("returned", reply.id, supervisor.member_id),
        ("submitted", reply.id, cm.member_id),
        ("approved", reply.id, supervisor.member_id),
        ("confirmed", reply.id, None),
    ]
    wait = session().scalars(select(Wait).execution_options(populate_existing=True)).one()
    reached = (wait.first_opened_at, wait.drafted_at, wait.submitted_at, wait.approved_at, wait.confirmed_at)
    assert reached == tuple(start + timedelta(minutes=minute) for minute in (1, 3, 4, 7, 8))
    assert (wait.member_id, wait.reply_id) == (cm.member_id, reply.id)
    assert list(figures.waits_faults(session(), lambda *_: None)) == []


def test_writing_is_beginning_at_the_latest_and_each_member_begins_once(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    other = member(Role.COMMUNITY_MANAGER, email="other@example.org")
    beginning.note_begun(other, conversation, "Hel")
    reply = written(cm, conversation)
    assert noted() == [("drafted", None, other.member_id), ("drafted", reply.id, cm.member_id)]
    replies.withdraw(cm, reply.id)
    written(cm, conversation, "Another one, with the test.")
    assert len(noted()) == 2
    assert list(figures.waits_faults(session(), lambda *_: None)) == []


def test_nobody_begins_where_nobody_waits(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    with clock.frozen(later(60)):
        replies.mark_sent_natively(
            cm, conversation, "Done.", form_key=replies.new_form_key(), seen_up_to=seen(conversation)
        )
        beginning.note_begun(cm, conversation, "Once more")
    assert noted() == []
    assert list(figures.waits_faults(session(), lambda *_: None)) == []


def test_who_had_a_conversation_from_when_on_is_written_down(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation, elsewhere = stage.comment(thread="a"), stage.comment(thread="b")
    conversations.assign(cm, conversation, cm.member_id)
    with clock.frozen(later(60)):
        conversations.assign(supervisor, conversation, supervisor.member_id)
        conversations.assign(supervisor, conversation, supervisor.member_id)
    with clock.frozen(later(120)):
        conversations.assign(supervisor, elsewhere, None)
    rows = session().scalars(select(Assignment).order_by(Assignment.id)).all()
    start = clock.now()
    expected = [(cm.member_id, 0, cm.name), (supervisor.member_id, 60, supervisor.name), (None, 120, supervisor.name)]
    assert [(row.conversation_id, row.member_id, row.at, row.by) for row in rows] == [
        (each, member_id, start + timedelta(seconds=seconds), by)
        for member_id, seconds, by in expected
        for each in (conversation, elsewhere)
    ]
