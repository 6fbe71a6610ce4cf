"""Finding templates by typing."""

from __future__ import annotations

import pytest

from inbox.answering import templates
from inbox.answering.starter_templates import add_starter_set
from inbox.answering.template_search import DANGER, PRESS, Comment, fits, folded, search, tags_in_use
from inbox.permissions import Actor
from tests.answering.stage import Stage

QUESTION = Comment("question", "en", 2)


def names(found: list[templates.ListedTemplate]) -> list[str]:
    return [each.name for each in found]


def test_every_word_begins_some_word_accents_and_case_aside(stage: Stage, cm: Actor) -> None:
    templates.create(cm, "Sécurité des élèves", {"fr": "Votre sécurité d’abord."}, tags=["Cœur"])
    templates.create(cm, "Refund", {"en": "The way to your money, securely."}, purpose="for returns")
    assert names(search(cm, "securite")) == ["Sécurité des élèves"]
    assert names(search(cm, "SECUR")) == ["Sécurité des élèves", "Refund"]
    assert names(search(cm, "secur money")) == ["Refund"]
    assert names(search(cm, "coeur")) == ["Sécurité des élèves"]
    assert names(search(cm, "return")) == ["Refund"]
    assert names(search(cm, "ecurite")) == []
    assert len(search(cm, " /?! ")) == 2
    assert names(search(cm, "", tag="COEUR")) == ["Sécurité des élèves"]
    assert tags_in_use(cm) == ["Cœur"]
    templates.retire(cm, search(cm, "refund")[0].id)
    assert names(search(cm, "refund")) == []
    assert names(search(cm, "refund", retired=True)) == ["Refund"]


def test_the_name_counts_more_than_the_text_and_what_fits_comes_first(stage: Stage, cm: Actor) -> None:
    templates.create(cm, "A text", {"en": "about the battery"})
    templates.create(cm, "Battery", {"fr": "x"})
    templates.create(cm, "Kind", {"en": "x"}, kind="question")
    templates.create(cm, "Other kind", {"en": "x"}, kind="praise")
    assert names(search(cm, "battery", for_comment=QUESTION)) == ["Battery", "A text"]
    assert names(search(cm, "", for_comment=QUESTION)) == ["Kind", "A text", "Other kind", "Battery"]
    by_name = {each.name: each for each in search(cm, "")}
    assert fits(by_name["Kind"], QUESTION)
    assert not fits(by_name["Battery"], QUESTION)
    assert not fits(by_name["Kind"], Comment("question", "de", 2))


@pytest.mark.parametrize("kind", ["question", "criticism", "praise", "other"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_wording_for_danger_is_offered_first_where_there_is_danger(
    stage: Stage, cm: Actor, kind: str, language: str
) -> None:
    add_starter_set(cm)
    for urgency in (DANGER - 1, DANGER):
        assert search(cm, "", for_comment=Comment(kind, language, urgency))[0].template.starter_code == "safety"
    assert search(cm, "", for_comment=Comment(kind, language, PRESS))[0].template.starter_code == "press"
    calm = search(cm, "", for_comment=Comment(kind, language, 2))[0].template
    assert calm.starter_code not in {"safety", "press"}
    assert calm.kind in {kind, None}


def test_folding() -> None:
    assert folded("ÉCOLE œuvre ﬁn Straße") == "ecole oeuvre fin strasse"
