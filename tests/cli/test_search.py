"""`inbox search`: what was collected is found from the command line, for people and for programs."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Inbox, refused


@pytest.fixture
def imported(inbox: Inbox) -> Inbox:
    """A product that knows the sample of a bad buzz; its broken rows are told, and kept in quarantine."""
    assert "3 stored" in inbox("import", "tests/samples/buzz.csv").out
    return inbox


def test_words_are_found_for_people_and_programs(imported: Inbox) -> None:
    (first, *_) = imported("queue", "--json").json()
    words = [word for word in first["excerpt"].split() if word.isalpha()][:2]
    hits = imported("search", *words, "--json").json()
    hit = next(each for each in hits if each["conversation_id"] == first["conversation_id"])
    assert hit["found"] == "comment"
    assert hit["at"].endswith("Z")
    assert {word.lower() for word in words} <= {word.lower() for word in hit["marked"]}
    assert len(imported("search", words[0], "--json", "--limit", "1").json()) == 1
    assert imported("search", words[0]).out.startswith("CONVERSATION ID  FOUND")
    assert imported("search", words[0], "--json", "--from", "2199-01-01").json() == []
    assert imported("search", "--json", "--", "zzzz").json() == []


def test_listings_are_narrowed_by_a_tag(imported: Inbox) -> None:
    assert imported("tags", "--json").json() == []
    refused(imported("queue", "--tag", "battery"), "no tag called")
    refused(imported("search", "the", "--tag", "battery"), "no tag called")


def test_what_holds_no_word_is_told(imported: Inbox) -> None:
    refused(imported("search", "?!"), "word")
    refused(imported("search", "x" * 300), "too long")
