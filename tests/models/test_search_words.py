"""Words as they are searched: folded alike for the index, the query and the mark in the text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.models.findable import Source, as_vector, first_position, position_of, same_words
from inbox.models.search_words import LONGEST_WORD, places_of, read_query, words_of

texts = st.text(st.characters(), max_size=60) | st.text("aéœß ÀİＡ’_-1½ﬁ्हि中か\u0301\u200d\u00ad😡", max_size=40)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Où est MON remboursement ?", "ou est mon remboursement"),
        ("l’œuvre d'Ægir", "l oeuvre d aegir"),
        ("ＦＵＬＬ width, ﬁne", "full width fine"),
        ("e\u0301te\u0301 re\u00adfund", "ete refund"),
        ("@ines_p #Gobelune https://a.example/x?y=1", "ines p gobelune https a example x y 1"),
        ("Straße ΣΊΣΥΦΟΣ Ёлка", "strasse σισυφοσ елка"),
        ("退款 ok", "退 款 ok"),
        ("angry😡😡", "angry 😡 😡"),
        ("\x00\ud800\ue000a", "a"),
    ],
)
def test_words_are_folded(text: str, words: str) -> None:
    assert " ".join(words_of(text)) == words


@given(texts)
def test_every_word_knows_where_it_stands(text: str) -> None:
    places = places_of(text)
    assert [place.word for place in places] == words_of(text)
    for place, following in pairwise(places):
        assert place.start <= following.start
    assert all(0 <= place.start < place.end <= len(text) for place in places)


@given(texts)
def test_a_text_is_found_by_each_of_its_own_words(text: str) -> None:
    for word in words_of(text):
        assert any(read_query(f'"{word}"').found_in(places_of(text)))


@given(texts)
def test_words_hold_nothing_that_an_engine_reads_as_syntax(text: str) -> None:
    for word in words_of(text):
        assert not set(word) & set("\"'\\:*()&|!<> \t\n\x00\ue000")
        assert len(word) <= LONGEST_WORD


@given(st.text("abé \"«»“”*'", max_size=40))
def test_whatever_is_typed_is_read(typed: str) -> None:
    query = read_query(typed)
    assert bool(query) == bool(words_of(typed))


def test_bare_words_go_on_and_quoted_ones_stand_so() -> None:
    query = read_query('remb "deux jours" l\'eau « prêt » ne "open')
    assert [(" ".join(term.words), term.beginning) for term in query.terms] == [
        ("remb", True),
        ("deux jours", False),
        ("l eau", True),
        ("pret", False),
        ("ne", False),
        ("open", False),
    ]


@given(
    st.integers(1, 2**32 - 2),
    st.sampled_from(Source),
    st.integers(1, 2**40),
)
def test_keys_are_in_the_order_of_time(second: int, source: Source, row_id: int) -> None:
    at = datetime.fromtimestamp(second, tz=UTC)
    position = position_of(source, row_id, at)
    assert first_position(at) <= position < first_position(at + timedelta(seconds=1))
    assert position < 2**63
    assert position != position_of(source, row_id + 1, at)


@given(st.lists(st.sampled_from(["a", "b", "é", "退"]), max_size=600))
def test_a_vector_holds_the_words_in_their_places(words: list[str]) -> None:
    joined = " ".join(words)
    assert same_words(as_vector(joined), joined, "postgresql")
    assert not same_words(as_vector(joined + " c"), joined, "postgresql")
