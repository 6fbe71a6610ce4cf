"""Reply templates, their versions, and the safe filling of their places."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from inbox.answering import templates
from inbox.answering.placeholders import fill, names_in
from inbox.answering.starter_templates import STARTERS, add_starters
from inbox.connectors.demo import DemoConnector
from inbox.extensions import session, writing
from inbox.models import ReplyTemplateVersion
from inbox.permissions import OPERATOR, Actor
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds


@pytest.mark.parametrize(
    ("text", "filled", "missing"),
    [
        ("Hello {author_name}!", "Hello Inès!", []),
        ("{author_name} {topic} {topic}", "Inès {topic} {topic}", ["topic"]),
        ("{{7*7}} {a.b} {author_name.__class__} {0} {} {A}", "{{7*7}} {a.b} {author_name.__class__} {0} {} {A}", []),
        ("{{author_name}} {{{author_name}}}", "{{author_name}} {{{author_name}}}", []),
        ("{author_name!r} {author_name:>99999999}", "{author_name!r} {author_name:>99999999}", []),
        ("%(author_name)s ${author_name}", "%(author_name)s $Inès", []),
        ("", "", []),
    ],
)
def test_only_plain_names_in_one_pair_of_braces_are_filled(text: str, filled: str, missing: list[str]) -> None:
    done = fill(text, {"author_name": "Inès", "a": "x", "empty": ""})
    assert (done.text, done.missing) == (filled, missing)


def test_a_value_is_not_filled_in_turn_and_cannot_break_the_line() -> None:
    done = fill("{author_name}: {topic}", {"author_name": "{topic}\r\n\u202eevil\x00", "topic": "cups"})
    assert (done.text, done.missing) == ("{topic} evil: cups", [])
    assert fill("{author_name}", {"author_name": "\u200b "}).missing == ["author_name"]
    assert fill("{author_name}", {"author_name": "علی\u200cرضا 👨‍👩‍👧"}).text == "علی\u200cرضا 👨‍👩‍👧"


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_filling_never_fails_and_leaves_the_rest_alone(text: str, values: dict[str, str]) -> None:
    done = fill(text, values)
    assert set(done.missing) <= set(names_in(text))
    if not names_in(text):
        assert done.text == text


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


def test_the_templates_to_begin_with_are_added_once(stage: Stage, cm: Actor) -> None:
    with writing() as current:
        assert add_starters(current, OPERATOR) == len(STARTERS) == 8
    templates.retire(cm, templates.list_templates(cm)[0].template.id)
    with writing() as current:
        assert add_starters(current, OPERATOR) == 0
    assert len(templates.list_templates(cm)) == 7


ADMITTING = re.compile(
    r"sorry|apolog|regret|our fault|mistake|désolé|excus|pardon|navré|notre faute|erreur|responsab", re.IGNORECASE
)


def test_the_templates_to_begin_with_apologise_for_nothing_and_fit_every_network() -> None:
    values = {
        "author_name": "Inès Martin",
        "account_name": "Gobelune",
        "topic": "the blue cup",
        "next_news_at": "18:00",
        "answer": "The blue cup is safe for children.",
        "action": "the batch is back in the laboratory.",
        "contact": "gobelune.example/help",
        "press_contact": "Karim Haddad",
        "news": "the laboratory answers tomorrow.",
    }
    for starter in STARTERS:
        assert set(starter.texts) == {"en", "fr"}
        assert set(names_in(starter.texts["en"])) == set(names_in(starter.texts["fr"]))
        for text in starter.texts.values():
            done = fill(text, values)
            assert (done.missing, ADMITTING.search(text)) == ([], None)
            assert len(done.text) <= 280
            assert DemoConnector.measure(done.text).fits
            assert text == unicodedata.normalize("NFC", text)
        french = starter.texts["fr"]
        assert not re.search(r"(?<!\u00a0):(?!//)|'", french)
        assert not re.search(r"[^\u00a0\u202f][;!?»]", french)
