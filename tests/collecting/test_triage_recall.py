"""Danger, press and questions are found: minimum recall and precision on the labelled sentences of `bench/labelled`."""

from __future__ import annotations

import pytest

from bench.triage import Sentence, precision_and_recall, sentences
from inbox.collecting.triage.phrases import FOLDER, BadPhrase, _Reader, read_sections

LEAST_RECALL = {"danger": 0.95, "press": 0.95, "question": 0.93}
LEAST_PRECISION = 0.85

# What sentences that nobody tuned on showed, with a little room: lower than this means that a change made triage worse.
LEAST_BLIND_RECALL = {"danger": 0.45, "press": 0.7, "question": 0.65}
LEAST_BLIND_PRECISION = 0.75


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
@pytest.mark.parametrize("cue", list(LEAST_BLIND_RECALL))
def test_unknown_wordings_are_found_as_often_as_was_measured(language: str, cue: str) -> None:
    precision, recall, count = precision_and_recall(part(language, "blind"), cue)
    assert count > 0
    assert recall >= LEAST_BLIND_RECALL[cue]
    assert precision >= LEAST_BLIND_PRECISION


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_labelled_set_is_large_and_varied(language: str) -> None:
    rows = sentences(language)
    assert len(part(language, "tuned", "held out")) >= 220
    assert len({row.text for row in rows}) == len(rows)
    assert {row.kind for row in rows} == {"question", "criticism", "praise", "other"}


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.txt") if not path.stem.startswith("tone")))
def test_every_line_of_every_list_can_be_read(name: str) -> None:
    phrases = read_sections(name)
    assert len(phrases) >= 2
    for section in phrases.values():
        for letter in "abcdefghijklmnopqrstuvwxyz0123456789&œ":
            section._beginning_with(letter)


@pytest.mark.parametrize("line", ["(open", "closed)", "a {b}", "", "..", "|", "<unknown>"])
def test_a_line_that_cannot_be_read_is_named(line: str) -> None:
    with pytest.raises((BadPhrase, KeyError)):
        _Reader(line, {}).whole()
