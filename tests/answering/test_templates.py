"""Reply templates, their versions, and the safe filling of their places."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask_babel import force_locale
from sqlalchemy import select

from inbox import clock
from inbox.answering import facts, gate, outbox, templates
from inbox.answering.placeholders import names_in
from inbox.answering.starter_templates import STARTERS, Starter, add_starter_set, add_starters, count_missing
from inbox.answering.template_wording import own_places
from inbox.connectors.demo import DemoConnector
from inbox.extensions import session, writing
from inbox.languages import compile_translations
from inbox.models import Author, Conversation, Crisis, CrisisScope, Outcome, Post, ReplyTemplateVersion
from inbox.permissions import OPERATOR, WORKER, Actor
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, later, reply_now, written


def test_an_edit_is_a_new_version_and_the_old_one_stays(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, " First  sign ", {"en": "Hello {author_name}", "fr": " "}, kind="question")
    (listed,) = templates.list_templates(cm)
    assert (listed.template.name, listed.version.texts) == ("First sign", {"en": "Hello {author_name}"})
    assert listed.placeholders == ["author_name"]
    templates.edit(cm, template.id, name="First sign", texts={"en": "Hi", "fr": "Bonjour"}, seen_number=1)
    with pytest.raises(Conflict, match="template_changed"):
        templates.edit(cm, template.id, name="x", texts={"en": "y"}, seen_number=1)
    templates.edit(cm, template.id, name="Renamed", texts={"en": "Hi", "fr": "Bonjour"}, holding=True)
    versions = session().scalars(select(ReplyTemplateVersion).order_by(ReplyTemplateVersion.number)).all()
    assert [(version.number, version.texts["en"]) for version in versions] == [(1, "Hello {author_name}"), (2, "Hi")]
    listed = templates.get_template(cm, template.id)
    assert (listed.template.name, listed.template.holding, listed.version.number) == ("Renamed", True, 2)
    assert (listed.text_in("fr-CA"), listed.text_in("de")) == ("Bonjour", "Hi")


def test_a_template_retires_and_comes_back(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "Old", {"fr": "Bonjour"})
    for _ in range(2):
        templates.retire(cm, template.id)
    assert templates.list_templates(cm) == []
    assert [listed.template.id for listed in templates.list_templates(cm, retired=True)] == [template.id]
    templates.bring_back(cm, template.id)
    assert len(templates.list_templates(cm)) == 1
    assert templates.list_templates(cm)[0].text_in("en") == "Bonjour"
    assert deeds("reply_template", template.id) == ["template.created", "template.retired", "template.brought_back"]
    with pytest.raises(Unknown, match="template_unknown"):
        templates.retire(cm, 10**9)


@pytest.mark.parametrize(
    ("name", "texts", "kind", "code"),
    [
        (" ", {"en": "x"}, None, "template_name_empty"),
        ("x" * 121, {"en": "x"}, None, "template_name_too_long"),
        ("x", {}, None, "template_text_empty"),
        ("x", {"en": " "}, None, "template_text_empty"),
        ("x", {"English": "x"}, None, "language_code_unknown"),
        ("x", {"en": "x"}, "spam", "kind_unknown"),
    ],
)
def test_what_cannot_be_a_template_is_refused(
    stage: Stage, cm: Actor, name: str, texts: dict[str, str], kind: str | None, code: str
) -> None:
    with pytest.raises(Problem, match=code):
        templates.create(cm, name, texts, kind=kind)
    assert templates.list_templates(cm) == []


def test_a_template_is_filled_for_a_conversation_in_its_language(stage: Stage, cm: Actor) -> None:
    template = templates.create(
        cm, "x", {"en": "Hello {author_name}, {topic}", "fr": "Bonjour {author_name} – {account_name}"}
    )
    conversation = stage.comment("inès", language="fr")
    assert templates.fill_for(cm, template.id, conversation).text == "Bonjour Inès – Gobelune"
    done = templates.fill_for(cm, template.id, conversation, language="en")
    assert (done.text, done.missing) == ("Hello Inès, {topic}", ["topic"])
    assert templates.fill_for(cm, template.id, conversation, language="en", values={"topic": "now"}).missing == []


def test_the_promised_time_is_told_as_a_sentence_takes_it(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "x", {"en": "by {by_time}", "fr": "avant {by_time}"}, holding=True)
    conversation = stage.comment(language="fr")
    paris = ZoneInfo("Europe/Paris")

    def told(language: str, hours: float) -> str:
        by = clock.now() + timedelta(hours=hours)
        return templates.fill_for(cm, template.id, conversation, language=language, by=by, zone=paris).text

    assert (told("en", 8), told("fr", 8)) == ("by 18:00", "avant 18\u00a0h")
    assert (told("en", 24.5), told("fr", 24.5)) == ("by 10:30 tomorrow", "avant demain 10\u00a0h\u00a030")
    assert (told("en", 48), told("fr", 48)) == ("by 10:00 on Wednesday 4 March", "avant le mercredi 4 mars à 10\u00a0h")
    done = templates.fill_for(cm, template.id, conversation)
    assert (done.missing, done.holding, done.language) == (["by_time"], True, "fr")


def test_hostile_names_are_sent_as_plain_text(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "x", {"en": "Hello {author_name}, thank you."})
    for number, (hostile, sent) in enumerate(
        [
            ("{{7*7}}", "{{7*7}}"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("\u202eInès\u202c", "Inès"),
            ("x" * 5_000, "x" * 64),
            ("{author_name}", "(author_name)"),
            ("\u200b", f"who{7}"),
        ]
    ):
        conversation = stage.comment(f"who{number + 2}")
        with writing() as current:
            author = current.get_one(Author, current.get_one(Conversation, conversation).author_id)
            author.display_name = hostile
        done = templates.fill_for(cm, template.id, conversation)
        assert (done.text, done.missing) == (f"Hello {sent}, thank you.", [])
        reply = written(cm, conversation, done.text, template_id=template.id)
        outbox.send_due(WORKER)
        assert stage.demo.messages(stage.name)[-1].text == f"Hello {sent}, thank you."
        assert reply_now(reply.id).state == "sent"


def test_own_placeholders_have_a_question_and_a_default(stage: Stage, cm: Actor) -> None:
    places: dict[str, dict[str, Any]] = {
        "Shop": {"prompt": {"en": "Which shop?", "fr": "Quel magasin ?"}, "default": "our shop"},
        "order": {"prompt": {"en": "Which order?", "de": " "}, "default": ""},
        "gone": {"prompt": {"en": "Nowhere in the text"}},
        "author_name": {"prompt": {"en": "The product knows this one"}},
    }
    template = templates.create(cm, "x", {"en": "Come to {shop} with {order}, {author_name}."}, places=places)
    stored = templates.get_template(cm, template.id).version.placeholders
    assert stored == {
        "order": {"prompt": {"en": "Which order?"}, "default": ""},
        "shop": {"prompt": {"en": "Which shop?", "fr": "Quel magasin ?"}, "default": "our shop"},
    }
    conversation = stage.comment()
    done = templates.fill_for(cm, template.id, conversation)
    assert (done.text, done.missing) == ("Come to our shop with {order}, Ines.", ["order"])
    (asked,) = templates.ask(cm, conversation, done.text, language="fr", template_id=template.id)
    assert (asked.name, asked.prompt, asked.suggestion, asked.moment) == ("order", "Which order?", "", False)
    assert templates.fill_for(cm, template.id, conversation, values={"order": "12", "shop": "Lyon"}).missing == []
    assert templates.fill_in(done.text, {"Order": "12 {shop}"}).text == "Come to our shop with 12 (shop), Ines."
    with pytest.raises(Problem, match="template_prompt_too_long"):
        templates.create(cm, "x", {"en": "{a}"}, places={"a": {"prompt": {"en": "x" * 121}}})


def test_the_topic_is_proposed_from_the_crisis_or_the_post(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment()

    def proposed() -> str:
        (asked,) = templates.ask(cm, conversation, "About {topic}", language="en")
        return asked.suggestion

    assert proposed() == ""
    with writing() as current:
        post = Post(
            account_id=stage.account_id, remote_id="p", text="The blue cup is here! Buy it.", received_at=later()
        )
        current.add(post)
        current.flush()
        current.get_one(Conversation, conversation).post_id = post.id
    assert proposed() == "The blue cup is here"
    with writing() as current:
        crisis = Crisis(name="Blue cup", started_at=later(), opened_at=later(), opened_by="operator")
        current.add(crisis)
        current.flush()
        current.add(CrisisScope(crisis_id=crisis.id, account_id=stage.account_id, added_at=later()))
    assert proposed() == "Blue cup"
    assert templates.fill_for(cm, templates.create(cm, "x", {"en": "About {topic}"}).id, conversation).missing == [
        "topic"
    ], "an internal word is proposed, never published by itself"


def test_a_changed_fact_makes_a_template_stale_until_it_is_read_again(
    stage: Stage, cm: Actor, supervisor: Actor
) -> None:
    fact = facts.create(supervisor, "leak", {"en": "312 people", "fr": "312 personnes"})
    template = templates.create(cm, "x", {"en": "It is {fact:leak}.", "fr": "{fait:leak}."})
    conversation = stage.comment()
    assert templates.fill_for(cm, template.id, conversation).text == "It is 312 people."
    assert templates.fill_for(cm, template.id, conversation).cited != ()
    facts.change(supervisor, fact.id, {"en": "400 people", "fr": "400 personnes"}, seen_number=1)
    assert templates.get_template(cm, template.id).stale
    assert [listed.stale for listed in templates.list_templates(cm)] == [True]
    with pytest.raises(Problem, match="template_stale"):
        templates.fill_for(cm, template.id, conversation)
    with pytest.raises(Conflict, match="template_changed"):
        templates.confirm_facts(cm, template.id, seen_number=2)
    templates.confirm_facts(cm, template.id, seen_number=1)
    templates.confirm_facts(cm, template.id, seen_number=2)
    assert templates.fill_for(cm, template.id, conversation).text == "It is 400 people."
    assert [version.number for version in templates.versions_of(cm, template.id)] == [2, 1]
    assert deeds("reply_template", template.id) == ["template.created", "template.facts_confirmed"]
    with pytest.raises(Problem, match="fact_unknown"):
        templates.create(cm, "y", {"en": "{fact:nowhere}"})


def test_versions_tell_who_and_when(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    template = templates.create(cm, "x", {"en": "Hi"})
    with clock.frozen(later(60)):
        templates.edit(supervisor, template.id, name="x", texts={"en": "Hello"})
    newest, first = templates.versions_of(cm, template.id)
    assert [(v.number, v.written_by, v.texts["en"]) for v in (first, newest)] == [
        (1, "Cm", "Hi"),
        (2, "Supervisor", "Hello"),
    ]
    assert newest.written_at - first.written_at == timedelta(minutes=1)


def test_a_retired_template_cannot_be_inserted(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "x", {"en": "Hi"})
    templates.retire(cm, template.id)
    with pytest.raises(Problem, match="template_is_retired"):
        templates.fill_for(cm, template.id, stage.comment())


@pytest.mark.parametrize(
    ("filled", "sent", "least", "most"),
    [
        ("Hello Inès.", "Hello Inès.", 0, 0),
        ("Hello Inès, thank you for writing.", "Hello Inès, thank you so much for writing.", 0.05, 0.3),
        ("Hello Inès.", "Quelque chose d’autre", 0.99, 1),
        ("", "", 0, 0),
        ("x", "", 1, 1),
    ],
)
def test_how_much_was_changed(filled: str, sent: str, least: float, most: float) -> None:
    assert least <= templates.change_of(filled, sent) <= most


def test_the_templates_to_begin_with_are_added_once(stage: Stage, cm: Actor) -> None:
    with writing() as current:
        assert add_starters(current, OPERATOR) == len(STARTERS) == 12
    templates.retire(cm, templates.list_templates(cm)[0].id)
    assert count_missing(cm) == 0
    assert add_starter_set(cm) == 0
    assert len(templates.list_templates(cm)) == 11


def test_a_template_to_begin_with_speaks_the_readers_language_until_it_is_renamed(stage: Stage, cm: Actor) -> None:
    compile_translations()
    with force_locale("fr"):
        add_starter_set(cm)
        shown = {each.template.starter_code: each for each in templates.list_templates(cm)}["safety"]
        assert (shown.name, shown.template.name) != (shown.template.name, shown.name)
        assert "danger" in shown.tags
        french = shown.name
        same: dict[str, Any] = {"purpose": shown.purpose, "tags": shown.tags, "holding": True}
        same["places"] = shown.version.placeholders
        texts = dict(shown.version.texts)
        templates.edit(cm, shown.id, name=french, texts={**texts, "en": "Stop using {topic}."}, **same)
        assert templates.get_template(cm, shown.id).template.starter_code == "safety"
        assert templates.get_template(cm, shown.id).version.number == 2
        templates.edit(cm, shown.id, name="Danger, vite", texts=texts, **same)
    renamed = templates.get_template(cm, shown.id)
    assert (renamed.template.starter_code, renamed.name) == (None, "Danger, vite")


VALUES = {
    "author_name": "Inès Martin",
    "account_name": "Gobelune",
    "topic": "the blue cup",
    "by_time": "18:00",
    "answer": "The blue cup is safe for children.",
    "personal_line": "You asked about the lid.",
    "question": "When did you buy it?",
    "known": "only batch 14 is concerned.",
    "source": "gobelune.example/cup",
    "contact": "gobelune.example/help",
    "return_page": "gobelune.example/return",
    "press_contact": "Karim Haddad",
    "news": "the laboratory answers tomorrow.",
}


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.code)
def test_the_templates_to_begin_with_pass_the_gate_and_fit_every_network(starter: Starter) -> None:
    assert set(starter.texts) == {"en", "fr"}
    assert set(names_in(starter.texts["en"])) == set(names_in(starter.texts["fr"]))
    assert set(starter.asks) == set(own_places(starter.texts))
    assert all(set(prompts) == {"en", "fr"} for prompts in starter.asks.values())
    for language, text in starter.texts.items():
        done = templates.fill(text, VALUES)
        assert done.missing == []
        for read in (text, done.text):
            assert gate.read(read).outcome in {Outcome.FREE, Outcome.COURTESY}
        assert len(done.text) <= 280
        assert DemoConnector.measure(done.text).fits
        assert text == unicodedata.normalize("NFC", text)
        assert (language == "en") == ("you" in text.casefold().split() or "your" in text.casefold().split())
    french = starter.texts["fr"]
    assert not re.search(r"(?<!\u00a0):(?!//)|'", french)
    assert not re.search(r"[^\u00a0\u202f][;!?»]", french)


def test_the_starter_set_covers_what_a_crisis_asks() -> None:
    codes = {starter.code for starter in STARTERS}
    assert codes >= {"acknowledge", "details", "correct_facts", "safety", "refund", "not_known_yet", "thank_supporter"}
    assert codes >= {"heated", "private_channel"}
    assert {starter.code for starter in STARTERS if "{by_time}" in starter.texts["en"]} == {"not_known_yet"}


def test_whoever_may_be_in_danger_is_not_put_off() -> None:
    """A holding template promises a time; what to do about a danger is an answer and names none."""
    assert [starter.holding for starter in STARTERS if starter.code == "safety"] == [False]
