"""Danger, press and questions are found: minimum recall and precision on the labelled sentences of `bench/labelled`."""

from __future__ import annotations

import pytest

from bench.train_triage import LEARNED_FROM, learn, ordinary
from bench.triage import PARTS, Sentence, precision_and_recall, sentences
from inbox.collecting.triage import Signals, Urgency, evidence, triage_all
from inbox.collecting.triage.phrases import BadPhrase, _Reader, read_sections

LEAST_RECALL = {"danger": 0.95, "press": 0.95, "question": 0.93}
LEAST_PRECISION = 0.85

# What sentences that nobody tuned on showed, with a little room: lower than this means that a change made triage worse.
LEAST_UNSEEN_RECALL = {
    "third, unseen": {"danger": 0.92, "press": 0.95, "question": 0.8},
    "blind": {"danger": 0.8, "press": 0.7, "question": 0.7},
}
LEAST_UNSEEN_PRECISION = 0.78


def part(language: str, *names: str) -> list[Sentence]:
    return [row for row in sentences(language) if row.part in names]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("cue", list(LEAST_RECALL))
def test_known_wordings_are_found(language: str, cue: str) -> None:
    precision, recall, count = precision_and_recall(part(language, "tuned", "held out"), cue)
    assert count >= 30
    assert recall >= LEAST_RECALL[cue]
    assert precision >= LEAST_PRECISION


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("name", list(LEAST_UNSEEN_RECALL))
@pytest.mark.parametrize("cue", ["danger", "press", "question"])
def test_unknown_wordings_are_found_as_often_as_was_measured(language: str, name: str, cue: str) -> None:
    precision, recall, count = precision_and_recall(part(language, name), cue)
    assert count > 0
    assert recall >= LEAST_UNSEEN_RECALL[name][cue]
    assert precision >= LEAST_UNSEEN_PRECISION


@pytest.mark.parametrize("language", ["en", "fr"])
def test_ordinary_comments_are_not_put_first(language: str) -> None:
    hints = triage_all([(text, Signals()) for text in ordinary(language, 400)])
    assert sum(hint.urgency <= Urgency.DANGER for hint in hints) <= 24


def test_nothing_is_learned_from_the_sentences_that_measure() -> None:
    assert set(PARTS) > LEARNED_FROM
    assert LEARNED_FROM.isdisjoint(LEAST_UNSEEN_RECALL)


def test_every_weight_stands_for_groups_of_both_vocabularies() -> None:
    groups = [
        {
            group
            for known in (vocabulary.exact, vocabulary.beginnings)
            for entries in known.values()
            for _, group in entries
        }
        for vocabulary in map(evidence.vocabulary, ("en", "fr"))
    ]
    assert groups[0] == groups[1]
    assert {group for feature in evidence.models()["danger"].weights for group in feature.split("+")} <= groups[0]


def test_learning_finds_what_tells_and_leaves_out_what_is_rare() -> None:
    given = [(frozenset({"fire", "self"}), True), (frozenset({"self"}), False), (frozenset({"like"}), False)] * 5
    model = learn([*given, (frozenset({"once"}), True)])
    assert model.weights["fire"] > 1 > model.weights.get("self", 0)
    assert "once" not in model.weights
    assert learn([*given, (frozenset({"once"}), True)]) == model


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_labelled_set_is_large_and_varied(language: str) -> None:
    rows = sentences(language)
    assert len(part(language, "tuned", "held out")) >= 220
    assert len({row.text for row in rows}) == len(rows)
    assert {row.kind for row in rows} == {"question", "criticism", "praise", "other"}


@pytest.mark.parametrize("name", [f"{cue}_{language}" for cue in LEAST_RECALL for language in ("en", "fr")])
def test_every_line_of_every_list_can_be_read(name: str) -> None:
    phrases = read_sections(name)
    assert len(phrases) >= 2
    for section in phrases.values():
        for letters in section._expressions:
            assert section._beginning_with(letters) is not None


@pytest.mark.parametrize("line", ["(open", "closed)", "a {b}", "", "..", "|", "<unknown>"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises((BadPhrase, KeyError)):
        _Reader(line, {}).whole()
