"""What the gate found, marked in the text as it was typed, whatever was cut out of it before it was read."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inbox.answering import gate
from inbox.models import Outcome
from inbox.web.marked_text import changes, pieces, swapped


def test_only_what_must_wait_is_marked() -> None:
    text = "Sorry for the wait. We apologise for the caps. It was our fault. Bye."
    marked = [(piece.text, piece.mark) for piece in pieces(text, gate.read(text).findings) if piece.mark]
    assert marked == [
        ("We apologise for the caps.", "apology"),
        ("It was our fault.", "admission"),
    ]


def test_a_sentence_that_is_not_there_as_a_whole_stays_unmarked() -> None:
    finding = gate.Finding(Outcome.APOLOGY, "We apologise. To all.", 0, 21, "apologise")
    assert [piece.mark for piece in pieces("We apologise. Approved. To all.", [finding])] == [""]


@given(
    st.lists(st.sampled_from(["We apologise for the caps. ", "It is safe. ", "It was our fault.\n", "<b>"]), max_size=8)
)
def test_no_character_is_lost(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(piece.text for piece in pieces(text, gate.read(text).findings)) == text


def test_a_change_is_told_by_its_first_words() -> None:
    assert swapped(changes("by Friday, free", "by Monday, free")) == ("Friday", "Monday")
    assert changes(None, "new") == []
    assert changes("same", "same") == []
