"""Approvals that nobody answers, wordings that run out unattended, and what was answered elsewhere, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from inbox import clock
from inbox.answering import apologies, native_answers, reminding, replies
from inbox.answering.apology_wording import Wording
from inbox.collecting import withholding
from inbox.extensions import session, writing
from inbox.models import (
    Account,
    Author,
    Conversation,
    Decision,
    Erasure,
    Notice,
    Outcome,
    Reply,
    ReplyReturn,
    ReplyVersion,
    TombstoneReason,
)
from inbox.notices import duty
from inbox.permissions import WORKER, Actor, Refused, Role
from tests.answering.stage import Stage, member, reply_now, seen, written

CORE = "We apologise for the broken seals. Every jar is replaced by Friday."


def told(code: str) -> list[tuple[Role, int | None]]:
    rows = session().execute(select(Notice.role, Notice.member_id).where(Notice.code == code).order_by(Notice.id))
    return [(row.role, row.member_id) for row in rows]


def test_everyone_is_told_once_when_nobody_answers_in_time(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    deputy = member(Role.SUPERVISOR, email="deputy@example.org")
    duty.set_duty(supervisor, supervisor.member_id or 0, clock.now(), deputy_id=deputy.member_id)
    with writing() as current:
        current.get_one(Account, stage.account_id).approval_minutes = 20
    written(cm, stage.comment(), "We apologise for what happened.")
    apology = apologies.create(cm, "Seals", "en", Wording(CORE, account_id=stage.account_id))
    apologies.submit(cm, apology.id, seen_hash=apologies.newest_version(session(), apology.id).binding_hash)
    with clock.frozen(clock.now() + timedelta(minutes=20)):
        assert reminding.remind(WORKER) == 0
    with clock.frozen(clock.now() + timedelta(minutes=21)):
        assert reminding.remind(WORKER) == 2
        assert reminding.remind(WORKER) == 0
    assert told("approval_overdue") == [(Role.SUPERVISOR, None), (Role.COMMUNITY_MANAGER, None)] * 2
    assert told("approval_for_deputy") == [(Role.SUPERVISOR, deputy.member_id)] * 2


def test_a_wording_that_runs_out_unattended_is_flagged_beforehand(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    ends = clock.now() + timedelta(hours=30)
    apology = apologies.create(cm, "Seals", "en", Wording(CORE, expires_at=ends))
    hash_now = apologies.newest_version(session(), apology.id).binding_hash
    apologies.submit(cm, apology.id, seen_hash=hash_now)
    apologies.confirm(supervisor, apology.id, seen_hash=hash_now)
    assert reminding.remind(WORKER) == 0
    with clock.frozen(ends - timedelta(hours=10)):
        on_duty = duty.set_duty(supervisor, supervisor.member_id or 0, clock.now(), ends + timedelta(hours=1))
        assert (reminding.remind(WORKER), reminding.unattended(cm)) == (0, {})
        duty.end_duty(supervisor, on_duty.id)
        assert (reminding.remind(WORKER), reminding.unattended(cm)) == (1, {apology.id: ends})
        assert reminding.remind(WORKER) == 0
    assert told("apology_unattended") == [(Role.SUPERVISOR, None)]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("See our page.", Outcome.FREE),
        ("Sorry for the wait!", Outcome.COURTESY),
        ("We apologise for what happened.", Outcome.APOLOGY),
        ("It was our fault, we will refund you.", Outcome.ADMISSION),
    ],
)
def test_what_was_answered_natively_is_read_and_shown(
    stage: Stage, cm: Actor, supervisor: Actor, text: str, outcome: Outcome
) -> None:
    conversation = stage.comment()
    reply = replies.mark_sent_natively(
        cm, conversation, text, form_key=replies.new_form_key(), seen_up_to=seen(conversation)
    )
    assert native_answers.read(WORKER) == 1
    assert native_answers.read(WORKER) == 0
    assert reply_now(reply.id).gate_outcome is outcome
    listed = [one.reply.id for one in native_answers.held(supervisor)]
    assert listed == ([reply.id] if outcome.held else [])
    assert told("native_held") == ([(Role.SUPERVISOR, None)] if outcome.held else [])
    with pytest.raises(Refused):
        native_answers.held(cm)


def test_an_approved_core_sent_natively_is_nothing_to_show(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = apologies.create(cm, "Seals", "en", Wording(CORE))
    hash_now = apologies.newest_version(session(), apology.id).binding_hash
    apologies.submit(cm, apology.id, seen_hash=hash_now)
    apologies.confirm(supervisor, apology.id, seen_hash=hash_now)
    conversation = stage.comment()
    replies.mark_sent_natively(
        cm, conversation, f"Hello. {CORE}", form_key=replies.new_form_key(), seen_up_to=seen(conversation)
    )
    native_answers.read(WORKER)
    assert native_answers.held(supervisor) == []


def test_what_an_import_brings_from_long_ago_is_read_and_tells_nobody(stage: Stage, cm: Actor) -> None:
    long_ago = clock.now() - timedelta(days=400)
    conversation = stage.comment(posted_at=long_ago)
    replies.mark_sent_natively(
        cm,
        conversation,
        "We apologise for what happened.",
        form_key=replies.new_form_key(),
        seen_up_to=seen(conversation),
        sent_at=long_ago + timedelta(hours=1),
    )
    assert native_answers.read(WORKER) == 1
    assert told("native_held") == []


def test_an_erasure_reaches_earlier_versions_and_words_of_return(
    stage: Stage, cm: Actor, supervisor: Actor, at_start: datetime
) -> None:
    from inbox.answering import approvals

    conversation = stage.comment("ines")
    reply = written(cm, conversation, "Ines, we apologise for what happened.")
    approvals.send_back(supervisor, reply.id, "Call her Mrs Ines.", seen_hash=reply.text_hash)
    with writing() as current:
        author = current.get_one(Author, current.get_one(Conversation, conversation).author_id)
        current.add(
            Erasure(
                author_id=author.id,
                reason=TombstoneReason.LEGAL_ERASURE,
                requested_by=cm.member_id,
                requested_as=Role.SUPERVISOR,
                requested_at=at_start,
                decision=Decision.CONFIRMED,
                decided_by=supervisor.member_id,
                decided_at=at_start,
            )
        )
        current.flush()
        withholding.make_nameless(current, author, TombstoneReason.LEGAL_ERASURE)
    assert session().scalars(select(Reply.text)).all() == [""]
    assert session().scalars(select(ReplyVersion.text)).all() == [""]
    assert session().scalars(select(ReplyReturn.words)).all() == [""]
