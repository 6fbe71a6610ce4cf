"""Text from outside becomes markup that can neither act nor deceive."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.web.outside_text import FOLD_AFTER, head, is_long, plain, shown, web_address


class Reader(HTMLParser):
    """What a browser would make of it: the elements, and the text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(str(markup))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("abc\u202edef", ["U+202E"]),
        ("a\x00b", ["U+0000"]),
        ("lone \ud83d surrogate", ["U+D83D"]),
        ("zero\u200bwidth\u2060", ["U+200B", "U+2060"]),
        ("\u2066\u2066\u2066run", ["U+2066 ×3"]),
        ("soft\u00adhyphen \ufeff", ["U+00AD", "U+FEFF"]),
        ("hangul \u3164 filler", ["U+3164"]),
        ("private \ue000", ["U+E000"]),
        ("non\ufdd1character\ufdd0", ["U+FDD1", "U+FDD0"]),
    ],
)
def test_what_the_eye_cannot_see_is_named(text: str, marks: list[str]) -> None:
    read = Reader(shown(text))
    assert [tag for tag, _ in read.elements] == ["span"] * len(marks)
    for mark in marks:
        assert mark in read.text


@pytest.mark.parametrize(
    "text",
    [
        "👩‍💻 👨‍👩‍👧 ❤️‍🔥 👩🏽‍⚕️ 1️⃣",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "می‌خواهم",
        "क्‍ष",
        "line\nbreak\tand tab",
        "« Bonjour ! » 12\u202f%",
    ],
)
def test_what_belongs_to_a_script_or_an_emoji_stays(text: str) -> None:
    assert Reader(shown(text)).elements == []
    assert Reader(shown(text)).text == text


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("see https://a.example/b?c=1&d=2.", ["https://a.example/b?c=1&d=2"]),
        ("(http://a.example)", ["http://a.example"]),
        ("javascript:alert(1) data:text/html,x vbscript:x", []),
        ('https://a.example/"><img src=x onerror=alert(1)>', ["https://a.example/"]),
        ("https://" + "a" * 5000, []),
    ],
)
def test_only_web_addresses_become_links(text: str, addresses: list[str]) -> None:
    links = [attributes for tag, attributes in Reader(shown(text)).elements if tag == "a"]
    assert [link["href"] for link in links] == addresses
    for link in links:
        assert link["rel"] == "noopener noreferrer nofollow ugc"


@given(
    st.text(alphabet=st.characters(), max_size=300) | st.text(alphabet="<>&\"'/:hptsaj.\u202e\u200d\x00", max_size=80)
)
def test_nothing_but_marks_and_links_comes_out(text: str) -> None:
    read = Reader(shown(text))
    for tag, attributes in read.elements:
        assert (tag, set(attributes)) in [("span", {"class", "title"}), ("a", {"href", "rel", "target"})]
    visible = "".join(character for character in text if character.isprintable())
    assert all(character in read.text for character in visible)
    shown(text).encode("utf-8")


@given(st.text(alphabet=st.characters()))
def test_plain_text_is_one_visible_line(text: str) -> None:
    line = plain(text)
    assert "\n" not in line
    assert "\u202e" not in line
    line.encode("utf-8")


def test_long_text_is_cut_at_a_space() -> None:
    text = "word " * 1000
    assert is_long(text)
    assert head(text).endswith("word")
    assert FOLD_AFTER - 80 <= len(head(text)) <= FOLD_AFTER
    assert len(head("x" * 100_000)) == FOLD_AFTER
    assert not is_long("x" * FOLD_AFTER)


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        (" https://a.example", False),
        ("https://a.example/\u202e", False),
        ("//a.example", False),
        (None, False),
    ],
)
def test_only_web_addresses_stand_in_links(address: str | None, kept: bool) -> None:
    assert web_address(address) == (address if kept else None)
