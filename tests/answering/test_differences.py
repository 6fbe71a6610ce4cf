"""What changed between two wordings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox.answering.differences import words_changed


def test_words_are_told_apart_one_by_one() -> None:
    assert words_changed("We will write by noon.", "We will write by 18:00.") == [
        ("same", "We will write by "),
        ("gone", "noon"),
        ("added", "18:00"),
        ("same", "."),
    ]
    assert words_changed("", "Hello") == [("added", "Hello")]
    assert words_changed("Hello", "") == [("gone", "Hello")]
    assert words_changed("Hello", "Hello") == [("same", "Hello")]
    assert words_changed("", "") == []


def test_a_comma_is_seen_and_a_placeholder_is_one_word() -> None:
    assert words_changed("Hello {author_name} we", "Hello {author_name}, we") == [
        ("same", "Hello {author_name}"),
        ("added", ","),
        ("same", " we"),
    ]
    assert words_changed("Hello {author_name}", "Hello {name}") == [
        ("same", "Hello "),
        ("gone", "{author_name}"),
        ("added", "{name}"),
    ]


def test_words_replaced_side_by_side_are_one_change() -> None:
    assert words_changed("a small red cup", "a big blue cup") == [
        ("same", "a "),
        ("gone", "small red"),
        ("added", "big blue"),
        ("same", " cup"),
    ]


texts = st.text(alphabet=st.sampled_from("ab {}.,'é\n\t👍"), max_size=30) | st.text(max_size=30)


@given(texts, texts)
def test_both_wordings_can_be_read_out_of_the_difference(old: str, new: str) -> None:
    pieces = words_changed(old, new)
    assert "".join(text for op, text in pieces if op != "added") == old
    assert "".join(text for op, text in pieces if op != "gone") == new
