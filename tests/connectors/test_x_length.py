"""X's counting, computed by hand from its published rules: weights, ranges, addresses and emoji."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.answering.finding import LONGEST_TYPED
from inbox.connectors.x.length import addresses, weight


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("", 0),
        ("We are sorry.", 13),
        ("Désolés, œuvre reçue.", 21),
        ("e\u0301", 1),
        ("\u1100", 2),
        ("\u10ff", 1),
        ("\u200b\u200d", 2),
        ("\u200e\u200f", 4),
        ("‐—‘’“”", 6),
        ("…", 2),
        ("′″", 2),
        ("‹›", 4),
        ("日本語", 6),
        ("Привет", 6),
        ("\U0001f600", 2),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466", 2),
        ("\U0001f64b\U0001f3fd", 2),
        ("\U0001f1eb\U0001f1f7", 2),
        ("\U0001f1e6\U0001f1e6", 4),
        ("\U0001f600\u200d\U0001f600", 5),
        ("1\ufe0f\u20e3", 2),
        ("❤️ ❤", 5),
        ("a\r\nb\nc", 5),
        ("\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), 2),
    ],
)
def test_every_sign_has_its_weight(text: str, used: int) -> None:
    assert weight(text) == used


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("See https://example.org/a now", ["https://example.org/a"]),
        ("HTTP://EXAMPLE.ORG", ["HTTP://EXAMPLE.ORG"]),
        ("example.org", ["example.org"]),
        ("Look (example.org/a(b)c), please.", ["example.org/a(b)c"]),
        ("https://example.org/a(b)", ["https://example.org/a(b)"]),
        ("https://example.org/a.", ["https://example.org/a"]),
        ("https://example.org/?q=1&r=é", ["https://example.org/?q=1&r="]),
        ("https://example.org:8080/x?y=1!", ["https://example.org:8080/x?y=1"]),
        ("https://example.org/a.?x=1", ["https://example.org/a"]),
        ("example.org?x=1", ["example.org"]),
        ("Voir.https://example.org", ["https://example.org"]),
        ("https://sub_domain.example.org", ["https://sub_domain.example.org"]),
        ("https://exam_ple.org", []),
        ("https://münchen.example.de/straße", ["https://münchen.example.de/straße"]),
        ("https://пример.рф", ["https://пример.рф"]),
        ("пример.рф", []),
        ("https://t.co/AbC1.html", ["https://t.co/AbC1"]),
        (f"https://t.co/{'a' * 41}", []),
        ("https://example.com日本語", ["https://example.com"]),
        ("日本語example.com", ["example.com"]),
        ("@example.com #example.com $example.com me@example.com", []),
        ("-example.com _example.com /example.com .example.com", []),
        ("Done.Then more", []),
        ("https://nothing", []),
        ("https://example.notatopleveldomain", []),
        ("a.com b.fr", ["a.com", "b.fr"]),
        ("a.com,b.fr", ["a.com", "b.fr"]),
        (f"https://{'a' * 64}.com", []),
        ("https://example.org/" + "a" * 4100, []),
    ],
)
def test_addresses_are_seen_where_x_sees_them(text: str, seen: list[str]) -> None:
    assert [text[start:end] for start, end in addresses(text)] == seen
    rest = text
    for address in seen:
        rest = rest.replace(address, "", 1)
    assert weight(text) == 23 * len(seen) + weight(rest)


PIECES = [
    "http://",
    "https://",
    "example",
    ".",
    "com",
    "fr",
    "/",
    "a",
    "?",
    "=",
    "#",
    "@",
    "-",
    "_",
    " ",
    "(",
    ")",
    "é",
]
PIECES += ["日本", "\U0001f600", ":80", ":", "t.co", "xn--p1ai", "\u2026", "\n"]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join) | st.text(max_size=80))
def test_addresses_stand_apart_and_in_order(text: str) -> None:
    at = 0
    for start, end in addresses(text):
        assert at <= start < end <= len(text)
        assert "." in text[start:end]
        at = end


@given(st.text(st.characters(exclude_characters="./:", exclude_categories=["Cs"]), max_size=80))
def test_without_a_dot_every_sign_counts_at_most_two_and_composing_changes_nothing(text: str) -> None:
    assert weight(text) <= 2 * len(text)
    assert weight(text) == weight(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    "piece",
    [
        "a.",
        "http://",
        "(a",
        "-a.",
        "_.a",
        "é.日",
        "a.com",
        ":1",
        "https://a.com/(",
        "https://a.com/?.",
        "\U0001f469\u200d\U0001f680",
    ],
)
def test_the_longest_text_that_can_be_typed_is_counted_at_once(piece: str) -> None:
    # With quadratic steps this takes minutes, with cubic ones days.
    text = piece * (10 * LONGEST_TYPED // len(piece))
    assert weight(text) > 0
