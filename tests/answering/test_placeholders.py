"""The safe filling of the places of templates."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.answering.placeholders import LONGEST_PERSON, LONGEST_VALUE, fill, name_of, names_in, tame, tame_name

HOSTILE = (
    "{{7*7}}",
    "<b onclick=alert(1)>Inès</b>",
    "\u202egnp.exe\u202c",
    "x" * 5_000,
    "{topic}",
    "{fact:leak}",
    "${topic} %(topic)s #{topic}",
    "Inès\r\n\r\nSincerely, the boss",
    "a\x00b\ud800c\u2066d",
    "Z\u0335\u0335\u0335\u0335\u0335\u0335\u0335",
)


@pytest.mark.parametrize(
    ("text", "filled", "missing"),
    [
        ("Hello {author_name}!", "Hello Inès!", []),
        ("{author_name} {topic} {topic}", "Inès {topic} {topic}", ["topic"]),
        ("{{7*7}} {a.b} {author_name.__class__} {0} {}", "{{7*7}} {a.b} {author_name.__class__} {0} {}", []),
        ("{{author_name}} {{{author_name}}}", "{{author_name}} {{{author_name}}}", []),
        ("{author_name!r} {author_name:>99999999}", "{author_name!r} {author_name:>99999999}", []),
        ("%(author_name)s ${author_name}", "%(author_name)s $Inès", []),
        ("{fact:leak} {FAIT: fuite}", "{fact:leak} {FAIT: fuite}", []),
        ("", "", []),
    ],
)
def test_only_plain_names_in_one_pair_of_braces_are_filled(text: str, filled: str, missing: list[str]) -> None:
    done = fill(text, {"author_name": "Inès", "a": "x", "empty": "", "leak": "x"})
    assert (done.text, done.missing) == (filled, missing)


@pytest.mark.parametrize("typed", ["author_name", "Author name", "AUTHOR-NAME", " author  name ", "author\u00a0name"])
def test_a_placeholder_is_the_same_however_it_is_typed(typed: str) -> None:
    assert fill(f"Hello {{{typed}}}", {"author_name": "Inès"}).text == "Hello Inès"


def test_a_placeholder_may_be_written_in_french() -> None:
    assert names_in("{numéro de commande} {Nume\u0301ro de commande} {jour d’achat}") == [
        "numéro_de_commande",
        "jour_d_achat",
    ]
    assert fill("{Numéro de commande}", {"numéro_de_commande": "12"}).text == "12"
    assert name_of("L’été") == "l_été"


def test_a_value_is_not_filled_in_turn_and_cannot_break_the_line() -> None:
    done = fill("{author_name}: {topic}", {"author_name": "{topic}\r\n\u202eevil\x00", "topic": "cups"})
    assert (done.text, done.missing) == ("(topic) evil: cups", [])
    assert fill("{author_name}", {"author_name": "\u200b "}).missing == ["author_name"]
    assert fill("{author_name}", {"author_name": "\u200d"}).missing == ["author_name"]
    assert fill("{author_name}", {"author_name": "علی\u200cرضا 👨‍👩‍👧"}).text == "علی\u200cرضا 👨‍👩‍👧"


def test_a_name_publishes_no_address_and_calls_nobody() -> None:
    assert tame_name("Inès @victim #boycott") == "Inès victim boycott"
    assert tame_name("Inès https://evil.example/x?y www.evil.example") == "Inès"
    assert tame_name("javascript://%0aalert(1) Inès") == "Inès"
    assert tame_name("C# developer & mum") == "C# developer & mum"
    assert len(tame_name("x" * 5_000)) == LONGEST_PERSON


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_become_plain_text(value: str) -> None:
    done = fill("Hello {author_name}.", {"author_name": value})
    assert done.missing == []
    assert names_in(done.text) == []
    assert "\n" not in done.text
    assert len(done.text) <= LONGEST_VALUE + len("Hello .")
    assert not {unicodedata.category(character) for character in done.text} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def test_what_looks_like_arithmetic_or_markup_stays_what_it_is() -> None:
    assert fill("{author_name}", {"author_name": "{{7*7}}"}).text == "{{7*7}}"
    assert fill("{author_name}", {"author_name": "<b>I</b> & co"}).text == "<b>I</b> & co"


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_filling_never_fails_and_leaves_the_rest_alone(text: str, values: dict[str, str]) -> None:
    done = fill(text, values)
    assert set(done.missing) <= set(names_in(text))
    if not names_in(text):
        assert done.text == text


@given(st.text(alphabet=st.sampled_from("{}:a1_ é\n\u202e\u200d@#"), max_size=40))
def test_no_value_ever_makes_a_place(value: str) -> None:
    assert names_in(tame(value)) == []
    assert names_in(tame_name(value)) == []
    assert names_in(fill("{a}", {"a": value}).text) in ([], ["a"])
