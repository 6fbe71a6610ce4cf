"""A fact that changes makes stale what cites it, and lists the replies that were sent with it."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import citing, facts, lines, templates
from inbox.answering.facts import Expanded
from inbox.crisis import crises
from inbox.extensions import writing
from inbox.measuring import waits
from inbox.models import Citation, Conversation, Correction, FactVersion, Notice, Reply, ReplyOrigin, ReplyState
from inbox.permissions import Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, member

OLD = {"en": "312 people", "fr": "312 personnes"}
NEW = {"en": "340 people", "fr": "340 personnes"}


@pytest.fixture
def leak(supervisor: Actor) -> int:
    """A fact that two languages know."""
    return facts.create(supervisor, "leak", OLD, "Our own count").id


def newest(fact_id: int, store: Session) -> FactVersion:
    return store.scalars(
        select(FactVersion).where(FactVersion.fact_id == fact_id).order_by(FactVersion.number.desc())
    ).all()[0]


def sent(stage: Stage, author: str, *cited: int, conversation: int | None = None, writer: Actor | None = None) -> Reply:
    """A reply that was sent a minute later and cites versions of facts."""
    conversation = conversation or stage.comment(author)
    at = clock.now() + timedelta(minutes=1)
    text = f"To {author} at {at}"
    with writing() as current:
        reply = Reply(
            conversation_id=conversation,
            account_id=stage.account_id,
            member_id=writer.member_id if writer else None,
            origin=ReplyOrigin.NATIVE,
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            state=ReplyState.SENT,
            form_key=f"form-{author}-{at.timestamp()}",
            key=f"{author}-{int(at.timestamp())}"[:32],
            created_at=clock.now(),
            sent_at=at,
        )
        current.add(reply)
        current.flush()
        facts.cite(current, cited, reply_id=reply.id)
        waits.settle(current, {conversation})
    return reply


def test_its_words_stand_where_it_is_cited(store: Session, leak: int) -> None:
    version = newest(leak, store).id
    assert facts.expand(store, "It affected {fact:leak}.", "en") == Expanded("It affected 312 people.", (version,))
    assert facts.expand(store, "{ FACT : Leak } et {fait:leak}", "fr-CA").text == "312 personnes et 312 personnes"
    assert facts.expand(store, "Hello {author_name} {{fact}} {fact}", "en") == Expanded(
        "Hello {author_name} {{fact}} {fact}", ()
    )


def test_what_cannot_be_said_is_said_why(store: Session, supervisor: Actor, leak: int) -> None:
    facts.create(supervisor, "batch", {"en": "batch 7"})
    for text, language, code in (
        ("{fact:leek}", "en", "fact_unknown"),
        ("{fact:}", "en", "fact_unknown"),
        ("{fact:batch}", "fr", "fact_language_missing"),
        ("{fact:leak}", "und", "fact_language_missing"),
    ):
        with pytest.raises(Problem) as refused:
            facts.expand(store, text, language)
        assert refused.value.code == code
    facts.retire(supervisor, leak)
    with pytest.raises(Problem) as refused:
        facts.expand(store, "{fact:leak}", "en")
    assert refused.value.code == "fact_retired"
    facts.bring_back(supervisor, leak)
    assert facts.expand(store, "{fact:leak}", "en").text == "312 people"


@given(st.text(alphabet="{}fact:leak Xé\n", max_size=40))
def test_expanding_breaks_on_nothing_and_evaluates_nothing(text: str) -> None:
    class NoFacts:
        def execute(self, _statement: object) -> list[object]:
            return []

    with suppress(Problem):
        assert facts.expand(NoFacts(), text, "en").text == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "texts", "code"),
    [
        ("Leak", OLD, "fact_name_unusable"),
        ("", OLD, "fact_name_unusable"),
        ("x" * 41, OLD, "fact_name_unusable"),
        ("leak", OLD, "fact_name_taken"),
        ("other", {}, "fact_words_empty"),
        ("other", {"en": " \u200b "}, "fact_words_empty"),
        ("other", {"en": "{fact:leak}"}, "fact_braces"),
        ("other", {"en": "x" * 501}, "fact_words_too_long"),
        ("other", {"english": "x"}, "language_code_unknown"),
        ("other", {"en": "14"}, "fact_words_too_short"),
        ("other", {"en": "at noon"}, "fact_words_too_short"),
    ],
)
def test_a_fact_that_nobody_could_cite_is_not_stored(
    supervisor: Actor, leak: int, name: str, texts: dict[str, str], code: str
) -> None:
    with pytest.raises(Problem) as refused:
        facts.create(supervisor, name, texts)
    assert refused.value.code == code
    assert [shown.fact.name for shown in facts.list_facts(supervisor)] == ["leak"]


def test_only_supervisors_write_and_everybody_who_answers_reads(cm: Actor, leak: int) -> None:
    assert facts.get_fact(cm, leak).newest.texts == OLD
    for deed in (
        lambda: facts.create(cm, "x", OLD),
        lambda: facts.change(cm, leak, NEW, seen_number=1),
        lambda: facts.retire(cm, leak),
    ):
        with pytest.raises(Refused):
            deed()
    with pytest.raises(Refused):
        facts.list_facts(member(Role.ANALYST, email="analyst@example.org"))


def test_a_change_is_a_version_a_row_of_the_trail_and_a_notice(store: Session, supervisor: Actor, leak: int) -> None:
    facts.change(supervisor, leak, NEW, "The auditor", seen_number=1)
    shown = facts.get_fact(supervisor, leak)
    assert [(version.number, version.texts, version.source) for version in shown.versions] == [
        (2, NEW, "The auditor"),
        (1, OLD, "Our own count"),
    ]
    assert deeds("fact", leak) == ["fact.created", "fact.changed"]
    told = {(notice.role, notice.code) for notice in store.scalars(select(Notice))}
    assert told == {(Role.SUPERVISOR, "fact_changed"), (Role.COMMUNITY_MANAGER, "fact_changed")}
    with pytest.raises(Conflict) as refused:
        facts.change(supervisor, leak, OLD, seen_number=1)
    assert refused.value.code == "fact_changed_meanwhile"


def test_what_cites_earlier_words_is_stale(store: Session, supervisor: Actor, cm: Actor, leak: int) -> None:
    first = newest(leak, store).id
    template = templates.create(cm, "Leak", {"en": "About the leak"})
    (version,) = [listed.version.id for listed in templates.list_templates(cm) if listed.template.id == template.id]
    with writing() as current:
        facts.cite(current, [first], template_version_id=version)
        facts.cite(current, [first], template_version_id=version)
    assert facts.cited_in(store, template_version_id=version) == {first}
    assert facts.stale_template_versions(store, [version]) == set()
    facts.change(supervisor, leak, {**OLD, "de": "312 Menschen"}, seen_number=1)
    assert facts.stale_template_versions(store, [version]) == set(), "another language changes no word"
    facts.change(supervisor, leak, NEW, seen_number=2)
    assert facts.stale_template_versions(store, [version, version + 1]) == {version}
    assert facts.stale_apology_versions(store, [version]) == facts.stale_line_versions(store, []) == set()
    with pytest.raises(ValueError, match="exactly one"):
        facts.cited_in(store)


def test_a_retired_fact_is_stale_and_lists_no_reply(
    store: Session, stage: Stage, supervisor: Actor, cm: Actor, leak: int
) -> None:
    reply = sent(stage, "ines", newest(leak, store).id)
    assert facts.outdated_in_reply(store, reply.id) == []
    facts.retire(supervisor, leak)
    assert [fact.name for fact in facts.outdated_in_reply(store, reply.id)] == ["leak"]
    assert facts.to_correct(cm) == []


def test_words_of_a_fact_are_recognised_in_free_text(store: Session, supervisor: Actor, leak: int) -> None:
    first = newest(leak, store).id
    assert facts.recognised(store, "The leak affected\n312  People, we think.") == (first,)
    assert facts.recognised(store, "The leak affected 1312 people.") == ()
    second = facts.change(supervisor, leak, NEW, seen_number=1).id
    assert facts.recognised(store, "Not 312 people but 340 people.") == (second,)
    assert facts.recognised(store, "It affected 312 people.") == (first,), "earlier words are found out"


@pytest.mark.parametrize("words", ["312", "lot 14", "1 024 €", "14 people", "in hospital"])
def test_what_can_be_noted_can_be_found_again(store: Session, supervisor: Actor, words: str) -> None:
    fact = facts.create(supervisor, "figure", {"en": words})
    assert facts.recognised(store, f"We know: {words}, no more.") == (newest(fact.id, store).id,)
    assert facts.recognised(store, f"We know: 7{words}7, no more.") == ()


def test_replies_sent_with_it_are_listed_oldest_first(
    store: Session, stage: Stage, supervisor: Actor, cm: Actor, leak: int
) -> None:
    first = newest(leak, store).id
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        later = sent(stage, "karim", first)
    earlier = sent(stage, "ines", first, writer=cm)
    sent(stage, "lea")
    assert facts.to_correct(cm) == []
    facts.change(supervisor, leak, NEW, seen_number=1)
    found = facts.to_correct(cm)
    assert [each.reply.id for each in found] == [earlier.id, later.id]
    assert (found[0].changes[0].old, found[0].changes[0].new) == ("312 people", "340 people")
    assert (found[0].writer, found[0].author_name) == ("Cm", "Ines")
    assert facts.count_to_correct(cm) == 2
    assert facts.to_correct(cm, limit=1) == found[:1]
    assert facts.to_correct(cm, conversation_id=later.conversation_id) == found[1:]
    assert facts.start_correction(cm, later.id) == found[1]


def test_a_follow_up_that_cites_the_new_words_puts_it_right(
    store: Session, stage: Stage, supervisor: Actor, cm: Actor, leak: int
) -> None:
    reply = sent(stage, "ines", newest(leak, store).id)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        second = facts.change(supervisor, leak, NEW, seen_number=1).id
        assert facts.count_to_correct(cm) == 1
        follow_up = sent(stage, "ines", second, conversation=reply.conversation_id)
    assert facts.to_correct(cm) == []
    with clock.frozen(clock.now() + timedelta(minutes=9)):
        facts.change(supervisor, leak, {"en": "350 people"}, seen_number=2)
    assert [each.reply.id for each in facts.to_correct(cm)] == [follow_up.id], "only the last word is to be corrected"


def test_a_member_links_the_follow_up_or_says_why_none_is_needed(
    store: Session, stage: Stage, supervisor: Actor, cm: Actor, leak: int
) -> None:
    first = newest(leak, store).id
    one, other, third = (sent(stage, name, first) for name in ("ines", "karim", "lea"))
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        facts.change(supervisor, leak, NEW, seen_number=1)
        elsewhere = sent(stage, "karim", conversation=other.conversation_id)
        follow_up = sent(stage, "ines", conversation=one.conversation_id)
        (shown,) = facts.to_correct(cm, conversation_id=one.conversation_id)
        assert [each.reply_id for each in shown.follow_ups] == [follow_up.id]
        for wrong in (elsewhere.id, one.id):
            with pytest.raises(Problem) as refused:
                facts.decide(cm, one.id, follow_up_id=wrong)
            assert refused.value.code == "follow_up_unfit"
        with pytest.raises(Unknown):
            facts.decide(cm, one.id, follow_up_id=99_999)
        for nothing in ({}, {"reason": "  "}, {"reason": "x", "follow_up_id": follow_up.id}):
            with pytest.raises(Problem) as refused:
                facts.decide(cm, one.id, **nothing)
            assert refused.value.code == "correction_undecided"
        facts.decide(cm, one.id, follow_up_id=follow_up.id)
        facts.decide(cm, other.id, reason="A typing error, they know the number")
        assert deeds("reply", one.id)[-1] == "reply.corrected"
        assert deeds("reply", other.id)[-1] == "reply.correction_declined"
        assert [each.reply.id for each in facts.to_correct(cm)] == [third.id]
        with pytest.raises(Conflict) as again:
            facts.decide(cm, one.id, reason="Twice")
        assert again.value.code == "correction_not_needed"
        with pytest.raises(Conflict):
            facts.start_correction(cm, one.id)
    assert len(store.scalars(select(Correction)).all()) == 2


def test_one_reason_for_several_is_all_or_none(
    store: Session, stage: Stage, supervisor: Actor, cm: Actor, leak: int
) -> None:
    replies = [sent(stage, name, newest(leak, store).id) for name in ("ines", "karim")]
    unaffected = sent(stage, "lea")
    facts.change(supervisor, leak, NEW, seen_number=1)
    with pytest.raises(Conflict):
        facts.decide_together(cm, [*(reply.id for reply in replies), unaffected.id], reason="A comma")
    assert facts.count_to_correct(cm) == 2
    facts.decide_together(cm, [reply.id for reply in replies], reason="A comma")
    assert facts.count_to_correct(cm) == 0


def test_what_cites_a_fact_is_counted(store: Session, stage: Stage, supervisor: Actor, leak: int) -> None:
    sent(stage, "ines", newest(leak, store).id)
    sent(stage, "karim", newest(leak, store).id)
    cited = facts.get_fact(supervisor, leak).cited_by
    assert (cited.templates, cited.apologies, cited.lines, cited.replies) == (0, 0, 0, 2)
    assert store.scalars(select(Citation.reply_id)).all() == store.scalars(select(Reply.id)).all()
    assert len(store.scalars(select(Conversation.id)).all()) == 2


def test_what_cites_it_at_present_is_named_the_stale_first(
    store: Session, stage: Stage, supervisor: Actor, cm: Actor, leak: int
) -> None:
    templates.create(cm, "Zeta", {"en": "It affected {fact:leak}."})
    lines.write(supervisor, None, "We say {fact:leak}.", language="en", seen_number=0)
    crisis = crises.open_crisis(supervisor, "Leak", [stage.account_id])
    lines.write(supervisor, crisis.id, "We say {fact:leak}.", language="en", seen_number=0)
    assert [(each.kind, each.id, each.name, each.stale) for each in citing.citing(cm, leak)] == [
        ("line", None, "", False),
        ("line", crisis.id, "Leak", False),
        ("template", 1, "Zeta", False),
    ]
    facts.change(supervisor, leak, NEW, seen_number=1)
    lines.write(supervisor, None, "We say {fact:leak}.", language="en", seen_number=1)
    assert [(each.kind, each.id, each.stale) for each in citing.citing(cm, leak)] == [
        ("line", crisis.id, True),
        ("template", 1, True),
        ("line", None, False),
    ]
    crises.close_crisis(supervisor, crisis.id)
    templates.retire(cm, 1)
    assert [each.id for each in citing.citing(cm, leak)] == [None], "what is closed or retired cites nothing at present"
    cited = facts.get_fact(cm, leak).cited_by
    assert (cited.templates, cited.lines) == (1, 2), "each wording counts once, whatever its versions"
