"""The gate on sentences labelled by hand, of which one half was never looked at while the rules were written."""

from __future__ import annotations

import pytest

from inbox.answering.gate import Outcome
from tests.answering.gate.labelled import HALVES, LANGUAGES, figures, half_of, labelled, table


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_set_is_large_and_no_sentence_chose_its_half(language: str) -> None:
    sentences = labelled(language)
    assert len({one.text for one in sentences}) == len(sentences) >= 300
    assert all(one.part == half_of(one.text) for one in sentences if one.part in HALVES)
    for outcome in Outcome:
        assert sum(one.outcome is outcome for one in sentences) >= 50


@pytest.mark.parametrize("half", HALVES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_must_be_held_is_held_and_little_else(language: str, half: str) -> None:
    print(f"\n{table()}")
    held = figures([one for one in labelled(language) if one.part == half])["held"]
    assert held.recall >= 0.95
    assert held.precision >= 0.90


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_is_told_apart(language: str) -> None:
    for name, result in figures([one for one in labelled(language) if one.part in HALVES]).items():
        assert result.recall >= 0.90, name
        assert result.precision >= 0.90, name
