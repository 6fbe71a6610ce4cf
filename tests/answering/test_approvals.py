"""Replies that hold an apology or an admission: bound to an approved core, or waiting for a second member."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.answering import approvals, courtesies, facts, replies, templates
from inbox.extensions import session, writing
from inbox.models import (
    IMPORT,
    Account,
    Member,
    Notice,
    Outcome,
    ReplyState,
    ReplyVersion,
    Wait,
)
from inbox.permissions import Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, member, reply_now, written
from tests.answering.wordings import sent


def test_free_words_and_courtesies_leave(stage: Stage, cm: Actor) -> None:
    free = written(cm, stage.comment(), "The test result is on our page.")
    polite = written(cm, stage.comment("noor"), "Sorry for the wait. The test result is on our page.")
    assert (free.state, free.gate_outcome) == (ReplyState.QUEUED, Outcome.FREE)
    assert (polite.state, polite.gate_outcome) == (ReplyState.QUEUED, Outcome.COURTESY)


@pytest.mark.parametrize(
    ("text", "code", "outcome"),
    [
        ("We apologise for what happened.", "apology_unapproved", Outcome.APOLOGY),
        ("Toutes nos excuses pour ce qui s’est passé.", "apology_unapproved", Outcome.APOLOGY),
        ("Our product is at fault, we will refund everyone.", "admission_unapproved", Outcome.ADMISSION),
    ],
)
def test_an_apology_or_admission_waits_and_says_why(
    stage: Stage, cm: Actor, text: str, code: str, outcome: Outcome
) -> None:
    reply = written(cm, stage.comment(), text)
    assert (reply.state, reply.held_code, reply.gate_outcome) == (ReplyState.SUBMITTED, code, outcome)
    assert reply.submitted_at == clock.now()
    assert sent(stage) == []
    assert deeds("reply", reply.id) == ["reply.submitted"]
    told = session().scalars(select(Notice.role).where(Notice.code == "reply_submitted")).all()
    assert set(told) == {Role.SUPERVISOR, Role.APPROVER}


def test_a_second_member_approves_and_it_leaves(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    reply = written(cm, stage.comment(), "We apologise for what happened.")
    with pytest.raises(Refused):
        approvals.send_back(cm, reply.id, "No.", seen_hash=reply.text_hash)
    with pytest.raises(Conflict, match="confirmed_already"):
        approvals.confirm(cm, reply.id, seen_hash=reply.text_hash)
    done = approvals.confirm(supervisor, reply.id, seen_hash=reply.text_hash)
    assert (done.state, done.approved_at) == (ReplyState.QUEUED, clock.now())
    assert sent(stage) == ["We apologise for what happened."]
    assert deeds("reply", reply.id) == [
        *("reply.submitted", "reply.approved", "reply.released", "reply.sending", "reply.sent"),
    ]


def test_a_supervisor_cannot_approve_their_own(stage: Stage, supervisor: Actor) -> None:
    reply = written(supervisor, stage.comment(), "We apologise for what happened.")
    with pytest.raises(Conflict, match="confirmed_already"):
        approvals.confirm(supervisor, reply.id, seen_hash=reply.text_hash)
    edited = approvals.edit(supervisor, reply.id, "We apologise for it all.", seen_hash=reply.text_hash)
    with pytest.raises(Conflict, match="confirmed_already"):
        approvals.confirm(supervisor, reply.id, seen_hash=edited.text_hash)
    assert sent(stage) == []


def test_returned_edited_in_place_and_accepted(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    reply = written(cm, stage.comment(), "We apologise for the seals.")
    old = reply.text_hash
    approvals.send_back(supervisor, reply.id, "Name the harm.", seen_hash=old)
    assert reply_now(reply.id).state is ReplyState.RETURNED
    again = approvals.edit(cm, reply.id, "We apologise for the broken seals", seen_hash=old)
    assert again.state is ReplyState.SUBMITTED
    before = again.text_hash
    corrected = approvals.edit(supervisor, reply.id, "We apologise for the broken seals.", seen_hash=before)
    assert corrected.state is ReplyState.SUBMITTED
    with pytest.raises(Conflict, match="reply_changed"):
        approvals.confirm(cm, reply.id, seen_hash=before)
    assert approvals.confirm(cm, reply.id, seen_hash=corrected.text_hash).state is ReplyState.QUEUED
    texts = session().scalars(select(ReplyVersion.text).order_by(ReplyVersion.number)).all()
    assert texts == [
        "We apologise for the seals.",
        "We apologise for the broken seals",
        "We apologise for the broken seals.",
    ]
    assert sent(stage) == ["We apologise for the broken seals."]


def test_a_writer_who_takes_the_apology_out_needs_nobody(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment(), "We apologise for the seals.")
    changed = approvals.edit(cm, reply.id, "Bring the jar back to any shop.", seen_hash=reply.text_hash)
    assert (changed.state, changed.held_code) == (ReplyState.QUEUED, None)
    assert sent(stage) == ["Bring the jar back to any shop."]


def test_another_cm_edits_nobody_elses_reply(stage: Stage, cm: Actor) -> None:
    colleague = member(Role.COMMUNITY_MANAGER, email="second@example.org")
    reply = written(cm, stage.comment(), "We apologise for the seals.")
    with pytest.raises(Problem, match="reply_of_another"):
        approvals.edit(colleague, reply.id, "Other words", seen_hash=reply.text_hash)
    with pytest.raises(Problem, match="reply_of_another"):
        approvals.confirm(colleague, reply.id, seen_hash=reply.text_hash)
    assert reply_now(reply.id).state is ReplyState.SUBMITTED


def test_returned_words_come_back_only_changed(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    reply = written(cm, stage.comment(), "We apologise for the seals.")
    corrected = approvals.edit(supervisor, reply.id, "We apologise for all seals.", seen_hash=reply.text_hash)
    approvals.send_back(supervisor, reply.id, "Nothing is to be sent.", seen_hash=corrected.text_hash)
    said = reply_now(reply.id)
    with pytest.raises(Conflict, match="reply_returned_unchanged"):
        approvals.edit(cm, reply.id, said.text, seen_hash=said.text_hash)
    with pytest.raises(Problem, match="placeholder_left"):
        approvals.edit(cm, reply.id, "Hello {author_name}.", seen_hash=said.text_hash)
    written(cm, reply.conversation_id, "It is on our page.")
    with pytest.raises(Conflict, match="answered_meanwhile"):
        approvals.edit(cm, reply.id, "The result is on our page.", seen_hash=said.text_hash)


def test_who_left_completes_nothing(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    reply = written(cm, stage.comment(), "We apologise for the seals.")
    corrected = approvals.edit(supervisor, reply.id, "We apologise for all seals.", seen_hash=reply.text_hash)
    with writing() as current:
        current.get_one(Member, supervisor.member_id).deactivated_at = clock.now()
    assert approvals.confirm(cm, reply.id, seen_hash=corrected.text_hash).state is ReplyState.SUBMITTED
    assert sent(stage) == []


def test_an_apology_becomes_a_courtesy_only_by_two(stage: Stage, supervisor: Actor, cm: Actor) -> None:
    other = member(Role.SUPERVISOR, email="other@example.org")
    phrase = "we apologise for the inconvenience"
    assert courtesies.allow(supervisor, phrase) is False
    assert courtesies.proposed(supervisor) == (phrase,)
    with pytest.raises(Conflict, match="confirmed_already"):
        courtesies.allow(supervisor, phrase)
    assert written(cm, stage.comment(), "We apologise for the inconvenience.").state is ReplyState.SUBMITTED
    assert courtesies.allow(other, phrase) is True
    assert written(cm, stage.comment("noor"), "We apologise for the inconvenience.").state is ReplyState.QUEUED
    courtesies.take_out(supervisor, phrase)
    assert phrase not in courtesies.list_courtesies(cm)
    for open_phrase in ("we apologise for …", "we are deeply sorry for..."):
        with pytest.raises(Problem, match="courtesy_open"):
            courtesies.allow(supervisor, open_phrase)
    with pytest.raises(Problem, match="courtesy_admits"):
        courtesies.allow(supervisor, "it was our fault")
    assert courtesies.allow(supervisor, "sorry for my slow typing") in (True, False)


def test_a_novice_or_an_account_can_be_supervised(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    with writing() as current:
        current.get_one(Member, cm.member_id).supervised_until = clock.now() + timedelta(days=2)
    reply = written(cm, stage.comment(), "The test result is on our page.")
    assert (reply.state, reply.held_code) == (ReplyState.SUBMITTED, "member_supervised")
    assert approvals.confirm(supervisor, reply.id, seen_hash=reply.text_hash).state is ReplyState.QUEUED
    with clock.frozen(clock.now() + timedelta(days=2)):
        assert written(cm, stage.comment("noor"), "It is on our page.").state is ReplyState.QUEUED
    with writing() as current:
        current.get_one(Account, stage.account_id).approves_every_reply = True
    other = written(supervisor, stage.comment("bo"), "The test result is on our page.")
    assert (other.state, other.held_code) == (ReplyState.SUBMITTED, "account_supervised")


def test_a_changed_fact_holds_what_says_it(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    fact = facts.create(supervisor, "leak", {"en": "312 jars left the plant"}, "Inquiry")
    text = "What we know: 312 jars left the plant."
    first = written(cm, stage.comment(), text)
    assert first.state is ReplyState.QUEUED
    facts.change(supervisor, fact.id, {"en": "415 jars left the plant"}, "Inquiry", seen_number=1)
    assert sent(stage) == []
    held = reply_now(first.id)
    assert (held.state, held.held_code) == (ReplyState.SUBMITTED, "fact_changed")
    with pytest.raises(Problem, match="fact_changed"):
        approvals.confirm(supervisor, first.id, seen_hash=held.text_hash)
    put_right = approvals.edit(cm, first.id, text.replace("312", "415"), seen_hash=held.text_hash)
    assert put_right.state is ReplyState.QUEUED
    assert sent(stage) == ["What we know: 415 jars left the plant."]


def test_on_an_imported_account_an_approved_reply_is_sent_natively(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    with writing() as current:
        imported = Account(network=IMPORT, identifier="export", name="Export", created_at=clock.now())
        current.add(imported)
    conversation = stage.collected("i1", "ines", "Is it safe?", thread="i1", account_id=imported.id)
    reply = written(cm, conversation, "We apologise for what happened.")
    assert reply.state is ReplyState.SUBMITTED
    with pytest.raises(Conflict, match="reply_not_now"):
        replies.mark_approved_sent(cm, reply.id)
    done = approvals.confirm(supervisor, reply.id, seen_hash=reply.text_hash)
    assert done.state is ReplyState.APPROVED
    with clock.frozen(clock.now() + timedelta(hours=2)):
        typed = clock.now() - timedelta(hours=2)
        assert replies.mark_approved_sent(cm, reply.id, sent_at=typed).state is ReplyState.SENT
        # The time that was typed closes no wait: only the moment at which it was marked is known.
        assert session().scalars(select(Wait)).one().closed_at == clock.now()
    with pytest.raises(Problem, match="account_imported"):
        written(cm, conversation, "It is on our page.")


def test_many_copies_ask_for_a_reason_where_the_account_wants_one(stage: Stage, cm: Actor) -> None:
    text = "The jar can be brought back to any shop, and the money is paid at the counter there."
    with writing() as current:
        current.get_one(Account, stage.account_id).likeness_limit = 2
    for author in ("a1", "a2"):
        assert written(cm, stage.comment(author), text).likeness_reason == ""
    with pytest.raises(Problem, match="likeness_reason_needed"):
        written(cm, stage.comment("a3"), text)
    given = written(cm, stage.comment("a4"), text, likeness_reason="The shop’s own words")
    assert (given.state, given.likeness_reason) == (ReplyState.QUEUED, "The shop’s own words")


def test_how_much_of_a_template_was_changed_by_hand_is_kept(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "Shop", {"en": "Bring {what} to any shop, {author_name}."})
    filled = "Bring {what} to any shop, Ines."
    conversation = stage.comment()
    with pytest.raises(Problem, match="placeholder_left"):
        written(cm, conversation, filled, template_id=template.id, template_filled=filled)
    with pytest.raises(Problem, match="placeholder_left"):
        written(cm, conversation, filled, template_filled=filled)
    reply = written(
        cm, conversation, "Bring the jar to any shop, Ines.", template_id=template.id, template_filled=filled
    )
    assert reply.template_version_id is not None
    assert 0 < (reply.template_change or 0) < 0.6
    with pytest.raises(Unknown, match="template_unknown"):
        written(cm, conversation, "Any shop.", template_id=template.id, template_version_id=999)
