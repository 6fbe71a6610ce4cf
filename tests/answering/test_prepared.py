"""Prepared replies: each with its own name, each read and ticked, never one text blasted."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations, drafts, prepared, prepared_reading, prepared_watch, templates
from inbox.extensions import writing
from inbox.models import Account, BulkReply, PreparedReply, PreparedState, Reply, StageRow
from inbox.permissions import Actor, Refused
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, later, written
from tests.conftest import START

TEXTS = {"en": "Hello {author_name}, {answer}", "fr": "Bonjour {author_name}, {answer}"}
QUESTION = "Is the blue bottle safe for children?"


@pytest.fixture
def asking(stage: Stage) -> list[int]:
    """Four people who ask the same, the last in French."""
    found = [stage.comment(name, QUESTION) for name in ("ines", "paul", "zoe")]
    return [*found, stage.comment("lea", "La bouteille bleue est-elle sûre pour les enfants ?", language="fr")]


@pytest.fixture
def group(asking: list[int], cm: Actor, supervisor: Actor) -> BulkReply:
    """They are answered together, from a template."""
    template = templates.create(supervisor, "Safe", TEXTS)
    bulk = prepared.begin(cm, asking)
    prepared.choose_template(cm, bulk.id, template.id)
    return bulk


def rows(actor: Actor, bulk: BulkReply) -> list[PreparedReply]:
    return [each.row for each in prepared_reading.show(actor, bulk.id).replies]


def tick(actor: Actor, bulk: BulkReply, row: PreparedReply, text: str | None = None) -> PreparedReply:
    return prepared.tick(actor, bulk.id, row.id, row.text if text is None else text, number=row.number)


def test_a_group_of_those_who_ask_the_same(stage: Stage, asking: list[int], cm: Actor, store: Session) -> None:
    from inbox.answering import alike

    [cluster] = alike.clusters(cm)
    bulk = prepared.begin_alike(cm, cluster.comment_id)
    assert [row.conversation_id for row in rows(cm, bulk)] == list(cluster.conversation_ids)
    assert store.scalars(select(Reply)).all() == [], "nothing is written by preparing"


def test_each_has_its_own_name_and_language_and_open_places_are_counted(group: BulkReply, cm: Actor) -> None:
    shown = prepared_reading.show(cm, group.id)
    assert [each.row.text for each in shown.replies] == [
        "Hello Ines, {answer}",
        "Hello Paul, {answer}",
        "Hello Zoe, {answer}",
        "Bonjour Lea, {answer}",
    ]
    assert (shown.missing, prepared_reading.tally(cm, group.id).ticked) == ({"answer": 4}, 0)
    assert prepared.fill_everywhere(cm, group.id, {"answer": "it is safe."}) == 4
    assert prepared_reading.show(cm, group.id).missing == {}


def test_what_was_changed_by_hand_outlives_another_template(group: BulkReply, cm: Actor, supervisor: Actor) -> None:
    first, second, *_ = rows(cm, group)
    prepared.save(cm, group.id, first.id, "Ines, by hand.", number=first.number)
    other = templates.create(supervisor, "Other", {"en": "Dear {author_name}!"})
    prepared.choose_template(cm, group.id, other.id)
    assert [row.text for row in rows(cm, group)][:2] == ["Ines, by hand.", "Dear Paul!"]
    assert second.id


def test_only_what_could_be_sent_is_ticked_and_a_change_takes_the_tick_away(group: BulkReply, cm: Actor) -> None:
    first, *_ = rows(cm, group)
    for text, code in (
        ("Hello Ines, {answer}", "placeholder_left"),
        ("{Author name}, it is safe", "placeholder_left"),
        (" ", "reply_empty"),
        ("x" * 5_000, "reply_too_long"),
    ):
        with pytest.raises(Problem, match=code):
            tick(cm, group, rows(cm, group)[0], text)
    assert tick(cm, group, rows(cm, group)[0], "Ines, your son can drink from it.").ticked_at == START
    now = rows(cm, group)[0]
    assert prepared.save(cm, group.id, now.id, now.text, number=0).ticked_at is not None, "the same words"
    assert prepared.save(cm, group.id, now.id, "Ines, he can.", number=now.number).ticked_at is None
    with pytest.raises(Conflict, match="prepared_elsewhere"):
        prepared.save(cm, group.id, now.id, "From another screen.", number=now.number - 1)
    assert first.id == now.id


def test_ticking_takes_the_person_on_and_notes_who_read_them_when(group: BulkReply, cm: Actor, store: Session) -> None:
    row = rows(cm, group)[0]
    tick(cm, group, row, "Ines, your son can drink from it.")
    assert conversations.open_conversation(cm, row.conversation_id).assignee is not None
    found = store.execute(
        select(StageRow.stage, StageRow.member_id).where(StageRow.conversation_id == row.conversation_id)
    )
    assert {(stage.value, member) for stage, member in found} >= {("opened", cm.member_id), ("drafted", cm.member_id)}
    assert deeds("bulk_reply", group.id).count("prepared_reply.ticked") == 1


def test_the_same_words_to_two_need_a_reason_whatever_the_account_allows(
    group: BulkReply, cm: Actor, stage: Stage
) -> None:
    prepared.fill_everywhere(cm, group.id, {"answer": "the blue bottle passed every safety test."})
    first, second, *_ = rows(cm, group)
    assert [each.compared.same for each in prepared_reading.show(cm, group.id).open if each.compared][:3] == [3, 3, 3]
    with pytest.raises(Problem, match="same_words_need_reason"):
        tick(cm, group, first)
    tick(cm, group, first, "Ines, the test in March was passed, and we tested the caps as well.")
    with pytest.raises(Problem, match="same_words_need_reason"):
        tick(cm, group, second)
    prepared.give_reason(cm, group.id, "A recall notice has to say the same to everybody.")
    tick(cm, group, second)
    prepared.give_reason(cm, group.id, " ")
    assert [row.ticked_at is not None for row in rows(cm, group)] == [True, False, False, False]


def test_the_limit_of_the_account_counts_the_group_and_what_was_sent_before(
    group: BulkReply, cm: Actor, stage: Stage
) -> None:
    with writing() as current:
        current.get_one(Account, stage.account_id).likeness_limit = 2
    near = "{}, the blue bottle passed every test of the laboratory in March and {}, says {}."
    for row, month, who in zip(rows(cm, group), ("April", "June"), ("North", "South"), strict=False):
        prepared.save(cm, group.id, row.id, near.format("Dear you", month, who), number=row.number)
    one, two, *_ = rows(cm, group)
    tick(cm, group, one)
    written(cm, stage.comment("max"), near.format("Max", "May", "West"))
    with pytest.raises(Problem, match="likeness_reason_needed"):
        tick(cm, group, two)


def _interfere(stage: Stage, cm: Actor, colleague: Actor, talks: list[int]) -> dict[int, tuple[str, str | None]]:
    """What somebody else does to four people, and what is said of it."""
    written(colleague, talks[0], "I have answered you.")
    drafts.save(colleague, talks[1], "Dear", form_key="a-form-key", screen="s", number=0)
    conversations.assign(colleague, talks[2], colleague.member_id)
    conversations.close(cm, talks[3])
    return {
        talks[0]: (prepared_watch.ANSWERED, "Supervisor"),
        talks[1]: (prepared_watch.BEING_WRITTEN, "Supervisor"),
        talks[2]: (prepared_watch.CLAIMED, "Supervisor"),
        talks[3]: (prepared_watch.NOT_WAITING, None),
    }


def _out(actor: Actor, bulk: BulkReply) -> dict[int, tuple[str | None, str | None]]:
    return {row.conversation_id: (row.code, row.out_by) for row in rows(actor, bulk) if row.state is PreparedState.OUT}


def test_whatever_somebody_else_does_takes_theirs_out_and_says_so(
    stage: Stage, asking: list[int], group: BulkReply, cm: Actor, supervisor: Actor
) -> None:
    with clock.frozen(later(5)):
        assert _out(cm, group) == {}
        assert _interfere(stage, cm, supervisor, asking) == _out(cm, group)
        _out(cm, group)
        assert deeds("bulk_reply", group.id).count("prepared_reply.taken_out") == 4


def test_what_was_so_before_is_out_from_the_beginning(
    stage: Stage, asking: list[int], cm: Actor, supervisor: Actor
) -> None:
    said = _interfere(stage, cm, supervisor, asking)
    assert _out(cm, prepared.begin(cm, asking)) == said


def test_who_writes_again_anywhere_is_out(stage: Stage, asking: list[int], group: BulkReply, cm: Actor) -> None:
    with clock.frozen(later(5)):
        stage.comment("ines", "Hello?", thread="another")
        stage.collected("again", "paul", "Hello??", thread=_thread(asking[1]))
        assert _out(cm, group) == dict.fromkeys(asking[:2], (prepared_watch.WROTE_AGAIN, None))


def test_put_back_in_it_answers_what_was_written_meanwhile(
    stage: Stage, asking: list[int], group: BulkReply, cm: Actor, supervisor: Actor
) -> None:
    row = rows(cm, group)[0]
    tick(cm, group, row, "Ines, your son can drink from it.")
    with clock.frozen(later(5)):
        stage.collected("again", "ines", "Hello??", thread=_thread(asking[0]))
        out = rows(cm, group)[0]
        assert (out.state, out.ticked_at) == (PreparedState.OUT, None)
        back = prepared.put_in(cm, group.id, row.id)
        assert (back.state, back.ticked_at, back.text) == (
            PreparedState.OPEN,
            None,
            "Ines, your son can drink from it.",
        )
        [shown] = prepared_reading.show(cm, group.id, only=row.id).replies
        assert [each.text for each in shown.comments] == [QUESTION, "Hello??"]
        conversations.assign(supervisor, asking[0], supervisor.member_id)
        rows(cm, group)
        with pytest.raises(Conflict, match="taken_by_another"):
            prepared.put_in(cm, group.id, row.id)


def _thread(conversation_id: int) -> str:
    from inbox.extensions import session
    from inbox.models import Conversation

    return session().get_one(Conversation, conversation_id).thread_id


def test_left_out_and_put_away(group: BulkReply, asking: list[int], cm: Actor, supervisor: Actor) -> None:
    row = rows(cm, group)[0]
    prepared.leave_out(cm, group.id, row.id)
    assert [each.row.code for each in prepared_reading.show(cm, group.id).out] == [prepared.LEFT_OUT]
    prepared.put_in(cm, group.id, row.id)
    with pytest.raises(Unknown, match="bulk_reply_unknown"):
        prepared.leave_out(supervisor, group.id, row.id)
    assert prepared_reading.under_way(cm) == 1
    prepared.put_away(cm, group.id)
    assert (prepared_reading.under_way(cm), {row.text for row in rows(cm, group)}) == (0, {""})
    with pytest.raises(Conflict, match="bulk_reply_not_now"):
        prepared.save(cm, group.id, row.id, "Words.", number=0)


def test_an_analyst_prepares_nothing(asking: list[int]) -> None:
    from inbox.permissions import Role

    analyst = Actor.of_member(1, frozenset({Role.ANALYST}))
    with pytest.raises(Refused):
        prepared.begin(analyst, asking)
