"""Writing replies and what a person can still do about them, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from inbox import bell, clock
from inbox.answering import native_answers, outbox, replies, templates
from inbox.extensions import session, writing
from inbox.measuring import waits
from inbox.models import IMPORT, Account, Comment, CommentState, Reply, ReplyKind, ReplyOrigin, ReplyState, Wait
from inbox.permissions import WORKER, Actor
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import STAGE, Stage, deeds, later, reply_now, seen, written

Deed = Callable[[], Reply]


def stored() -> int:
    return session().scalar(select(func.count()).select_from(Reply)) or 0


def test_a_written_reply_is_queued_with_its_key_chosen_and_the_worker_is_rung(stage: Stage, cm: Actor) -> None:
    rings: list[dict[str, object]] = []
    end = bell.subscribe("reply.queued", rings.append)
    reply = written(cm, stage.comment(), "  Bonjour,\r\nc’est sûr.\x00\ud800 ", kind=ReplyKind.HOLDING)
    end()
    assert (reply.state, reply.origin, reply.kind) == (ReplyState.QUEUED, ReplyOrigin.INBOX, ReplyKind.HOLDING)
    assert reply.text == "Bonjour,\nc’est sûr."
    assert len(reply.key) == 26
    assert reply.key.isalnum()
    assert reply.key == reply.key.lower()
    assert (reply.queued_at, reply.not_before) == (clock.now(), clock.now())
    assert rings == [{"reply_id": reply.id, "account_id": stage.account_id}]
    assert deeds("reply", reply.id) == ["reply.queued"]


def test_the_same_form_gives_the_same_reply_and_another_text_is_told(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    key = replies.new_form_key()
    first = written(cm, conversation, form_key=key)
    assert written(cm, conversation, form_key=key).id == first.id
    with pytest.raises(Conflict, match="form_key_used"):
        written(cm, conversation, "Other words", form_key=key)
    with pytest.raises(Conflict, match="form_key_used"):
        written(cm, stage.comment("noor"), form_key=key)
    assert stored() == 1


def test_an_answer_given_meanwhile_is_told_before_a_second_one_leaves(stage: Stage, cm: Actor) -> None:
    conversation, other = stage.comment(), stage.comment("noor")
    written(cm, other, answered_up_to=0)
    first = written(cm, conversation, answered_up_to=0)
    with pytest.raises(Conflict, match="answered_meanwhile"):
        written(cm, conversation, "Yes, it is.", answered_up_to=0)
    assert stored() == 2
    assert written(cm, conversation, form_key=first.form_key, answered_up_to=0).id == first.id
    second = written(cm, conversation, "Yes, it is.", answered_up_to=first.id)
    assert written(cm, conversation, "Ask me anything.").id > second.id


def test_what_never_answered_is_no_answer_given_meanwhile(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    replies.withdraw(cm, written(cm, conversation).id)
    assert written(cm, conversation, answered_up_to=0).state is ReplyState.QUEUED


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\u200b\u200d", "\ud800"])
def test_an_empty_reply_is_refused(stage: Stage, cm: Actor, text: str) -> None:
    with pytest.raises(Problem, match="reply_empty"):
        written(cm, stage.comment(), text)
    assert stored() == 0


def test_a_reply_too_long_for_its_network_is_refused_before_anything_is_stored(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    with pytest.raises(Problem, match="reply_too_long") as caught:
        written(cm, conversation, "x" * 501)
    assert caught.value.params == {"used": 501, "limit": 500}
    with pytest.raises(Problem, match="text_too_long_to_store"):
        written(cm, conversation, "x" * 20_001)
    assert stored() == 0
    assert replies.measure(stage.account_id, "👨‍👩‍👧‍👦").used == 1


def test_what_is_answered_must_belong_to_the_conversation_and_have_been_on_screen(stage: Stage, cm: Actor) -> None:
    conversation, other = stage.comment("ines"), stage.comment("noor")
    foreign = session().scalars(select(Comment.id).where(Comment.conversation_id == other)).one()
    with pytest.raises(Unknown, match="comment_unknown"):
        written(cm, conversation, comment_id=foreign)
    with pytest.raises(Problem, match="seen_unknown"):
        written(cm, conversation, seen_up_to=seen(other))
    with pytest.raises(Problem, match="seen_unknown"):
        written(cm, conversation, seen_up_to=10**9)
    with pytest.raises(Unknown, match="conversation_unknown"):
        written(cm, 10**9, seen_up_to=1)
    with pytest.raises(Problem, match="form_key_unusable"):
        written(cm, conversation, form_key="<script>")
    assert stored() == 0


def test_the_newest_comment_on_the_screen_is_answered(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment(thread="t")
    screen = seen(conversation)
    stage.comment(text="And now?", thread="t", posted_at=later(60))
    reply = written(cm, conversation, seen_up_to=screen)
    first = session().scalars(select(Comment).order_by(Comment.id)).first()
    assert first is not None
    assert (reply.comment_id, reply.target_remote_id) == (first.id, first.remote_id)


def test_where_the_network_takes_no_reply_the_way_out_is_its_own_app(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment(can_reply=False, can_reply_code="x_not_mentioned")
    with pytest.raises(Problem, match="x_not_mentioned"):
        written(cm, conversation)
    with clock.frozen(later(90)):
        reply = replies.mark_sent_natively(
            cm, conversation, "Answered on X", form_key=replies.new_form_key(), seen_up_to=seen(conversation)
        )
    assert (reply.state, reply.origin, reply.confirmed_at) == (ReplyState.SENT, ReplyOrigin.NATIVE, None)
    assert session().query(Wait).one().seconds == 90.0


def test_a_comment_that_is_gone_cannot_be_answered(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    with writing() as current:
        current.scalars(select(Comment)).one().state = CommentState.VANISHED
    with pytest.raises(Problem, match="comment_gone"):
        written(cm, conversation)


def test_an_imported_account_sends_nothing_and_is_marked_natively(stage: Stage, cm: Actor) -> None:
    with writing() as current:
        account = Account(network=IMPORT, identifier="archive", name="Archive", created_at=clock.now())
        current.add(account)
    conversation = stage.collected("i1", "ines", "Hello?", thread="i1", account_id=account.id)
    with pytest.raises(Problem, match="account_imported"):
        written(cm, conversation)
    assert stored() == 0
    replies.mark_sent_natively(cm, conversation, "Done", form_key=replies.new_form_key(), seen_up_to=seen(conversation))
    assert replies.measure(account.id, "abc").limit == 10_000


def test_a_disconnected_account_sends_nothing(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    with writing() as current:
        current.get_one(Account, stage.account_id).disconnected_at = clock.now()
    with pytest.raises(Problem, match="account_not_connected"):
        written(cm, conversation)


def test_a_native_answer_covers_only_what_was_seen_and_posted_before_it(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment(thread="t")
    stage.comment(text="Second", thread="t", posted_at=later(600))
    with clock.frozen(later(1200)):
        replies.mark_sent_natively(
            cm,
            conversation,
            "On the phone",
            form_key=replies.new_form_key(),
            seen_up_to=seen(conversation),
            sent_at=clock.now() - timedelta(seconds=900),
            url="https://example.org/1",
        )
    first, second = session().query(Wait).order_by(Wait.ordinal)
    # Nobody but the member can tell the time they typed, so that until the network shows it, the mark's own counts.
    assert (first.seconds, second.closed_at) == (1200.0, None)
    with writing() as current:
        seen_there = current.scalars(select(Reply)).one()
        seen_there.remote_id, seen_there.confirmed_at = "p1", later(1500)
        waits.settle(current, [conversation])
    first, second = session().query(Wait).order_by(Wait.ordinal)
    assert (first.seconds, second.closed_at) == (300.0, None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sent_at": timedelta(hours=1)}, "sent_in_future"),
        ({"sent_at": timedelta(hours=-1)}, "sent_before_comment"),
        ({"url": "javascript:alert(1)"}, "url_unusable"),
        ({"url": "https://"}, "url_unusable"),
    ],
)
def test_a_native_answer_cannot_flatter_or_mislead(
    stage: Stage, cm: Actor, changes: dict[str, object], code: str
) -> None:
    conversation = stage.comment()
    if isinstance(changes.get("sent_at"), timedelta):
        changes = {"sent_at": clock.now() + changes["sent_at"]}  # type: ignore[operator]
    with pytest.raises(Problem, match=code):
        replies.mark_sent_natively(
            cm,
            conversation,
            "Done",
            form_key=replies.new_form_key(),
            seen_up_to=seen(conversation),
            **changes,  # type: ignore[arg-type]
        )
    assert session().query(Wait).one().closed_at is None


def test_a_native_mark_sent_twice_is_one_reply(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()
    key, screen = replies.new_form_key(), seen(conversation)
    ids = {replies.mark_sent_natively(cm, conversation, "Done", form_key=key, seen_up_to=screen).id for _ in range(3)}
    assert len(ids) == 1
    with pytest.raises(Conflict, match="form_key_used"):
        written(cm, conversation, "Done", form_key=key)


def test_only_named_moves_change_a_reply(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    send_again: Deed = lambda: replies.send_again(cm, reply.id)  # noqa: E731
    withdraw: Deed = lambda: replies.withdraw(cm, reply.id)  # noqa: E731
    was_sent: Deed = lambda: replies.settle_unconfirmed(cm, reply.id, was_sent=True)  # noqa: E731
    was_not: Deed = lambda: replies.settle_unconfirmed(cm, reply.id, was_sent=False)  # noqa: E731
    for deed in (send_again, was_sent, was_not):
        with pytest.raises(Conflict, match="reply_not_now"):
            deed()
    outbox.send_one(WORKER, reply.id)
    before = session().execute(select(Reply.__table__)).one()
    for deed in (withdraw, send_again, was_sent, was_not):
        with pytest.raises(Conflict, match="reply_not_now"):
            deed()
    session().rollback()
    assert session().execute(select(Reply.__table__)).one() == before
    assert len(stage.demo.replies(STAGE)) == 1
    for unknown in (replies.withdraw, replies.send_again):
        with pytest.raises(Unknown, match="reply_unknown"):
            unknown(cm, 10**9)


def test_a_persons_word_on_an_unconfirmed_reply_is_checked(stage: Stage, cm: Actor) -> None:
    reply = written(cm, stage.comment())
    stage.demo.cannot_look_back()
    stage.demo.lose_next_answers(1)
    outbox.send_one(WORKER, reply.id)
    for moment, code in ((later(days=1), "sent_in_future"), (later(days=-1), "sent_before_comment")):
        with pytest.raises(Problem, match=code):
            replies.settle_unconfirmed(cm, reply.id, was_sent=True, sent_at=moment)
    assert reply_now(reply.id).state is ReplyState.UNCONFIRMED
    replies.settle_unconfirmed(cm, reply.id, was_sent=True, sent_at=later(30))
    assert session().query(Wait).one().seconds == 30.0


def test_a_place_of_the_template_left_open_is_noticed(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "Hello", {"en": "Hello {author_name}, {answer}"})
    conversation = stage.comment()
    with pytest.raises(Problem, match="placeholder_left") as caught:
        written(cm, conversation, "Hello Ines, {answer}", template_id=template.id)
    assert caught.value.params == {"name": "answer"}
    assert written(cm, conversation, "Hello Ines, {topic} stays", template_id=template.id).template_id == template.id
    with pytest.raises(Unknown, match="template_unknown"):
        written(cm, conversation, template_id=10**9)


@pytest.mark.parametrize("seconds", [-1, 3601])
def test_a_reply_counts_down_an_hour_at_most(stage: Stage, cm: Actor, seconds: int) -> None:
    with pytest.raises(Problem, match="delay_out_of_range"):
        written(cm, stage.comment(), delay_seconds=seconds)


def test_what_only_says_that_we_look_into_it_is_a_holding_reply_whatever_was_ticked(stage: Stage, cm: Actor) -> None:
    here = written(cm, stage.comment(), "Hello, we are looking into it and will get back to you soon.")
    marked_on = stage.comment("karim")
    marked = replies.mark_sent_natively(
        cm, marked_on, "Nous revenons vers vous.", seen_up_to=seen(marked_on), form_key=replies.new_form_key()
    )
    assert [reply_now(each.id).kind for each in (here, marked)] == [ReplyKind.HOLDING, ReplyKind.HOLDING]
    with writing() as current:
        # As collection stores what was sent in the network's own app.
        seen_there = current.get_one(Reply, marked.id)
        seen_there.kind, seen_there.gate_outcome = ReplyKind.SUBSTANTIVE, None
        current.flush()
        waits.settle(current, [marked_on])
    assert native_answers.read(WORKER) == 1
    assert reply_now(marked.id).kind is ReplyKind.HOLDING
    assert session().scalars(select(Wait).where(Wait.conversation_id == marked_on)).one().substantive_at is None
