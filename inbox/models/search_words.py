"""The words of a text as they are searched: case, accents, width and signs undone, alike on both engines.

Folding is done here and not in the database, so that a word is found in the same texts wherever they are stored. A
character is folded by itself, so that every word knows where it stands in the text as it came.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import regex

LONGEST_TEXT = 50_000
"""Characters of a text that can be found; networks take far less, and PostgreSQL a megabyte of words at most."""

LONGEST_WORD = 64
"""Characters of a word that count; what is longer is an address or hostile."""

SHORTEST_BEGINNING = 3
"""Characters from which a word that is looked for may be the beginning of another one."""

MOST_TERMS = 16

_SPACELESS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(
    # Scripts without spaces between words are found letter by letter, the letters in their order.
    rf"[[\p{{L}}\p{{N}}\p{{M}}]--[{_SPACELESS}]]+|[{_SPACELESS}]\p{{M}}*|\p{{Extended_Pictographic}}",
    regex.VERSION1,
)
_PLAIN_WORD = re.compile("[a-z0-9]+")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u0652\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]+")
_SPELT_OUT = {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i"}
_TERM = re.compile(r'"([^"]*)"?|(\S+)')
_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟＂", '"'))


class _Letters(dict[int, str]):
    """What each character becomes, found out once."""

    def __missing__(self, number: int) -> str:
        character = chr(number)
        if unicodedata.category(character) == "Cf":
            plain = ""
        else:
            apart = unicodedata.normalize("NFKD", character).casefold()
            apart = unicodedata.normalize("NFKD", apart).casefold()
            plain = "".join(_SPELT_OUT.get(part, part) for part in _MARKS.sub("", apart))
        self[number] = plain
        return plain


_LETTERS = _Letters()


def folded(text: str) -> str:
    """`text` without case, accents and invisible signs, as words are compared."""
    return text.translate(_LETTERS)


class Place(NamedTuple):
    """A word and where it stands in the text as it came."""

    word: str
    start: int
    end: int


def words_of(text: str) -> list[str]:
    """The words of `text` in their order."""
    text = text[:LONGEST_TEXT]
    found = _PLAIN_WORD.findall(text.lower()) if text.isascii() else _WORD.findall(text.translate(_LETTERS))
    return [word[:LONGEST_WORD] for word in found]


def places_of(text: str) -> list[Place]:
    """As `words_of`, each with its place."""
    text = text[:LONGEST_TEXT]
    if text.isascii():
        plain_words = _PLAIN_WORD.finditer(text.lower())
        return [Place(match[0][:LONGEST_WORD], *match.span()) for match in plain_words]
    folded: list[str] = []
    origins: list[int] = []
    for at, character in enumerate(text):
        plain = _LETTERS[ord(character)]
        folded.append(plain)
        origins.extend([at] * len(plain))
    return [
        Place(match[0][:LONGEST_WORD], origins[match.start()], _end(text, origins[match.end() - 1] + 1))
        for match in _WORD.finditer("".join(folded))
    ]


def _end(text: str, end: int) -> int:
    """Past the marks behind a letter, which belong to it."""
    while end < len(text) and not _LETTERS[ord(text[end])] and unicodedata.category(text[end]) != "Cf":
        end += 1
    return end


@dataclass(frozen=True, slots=True)
class Term:
    """Words that stand one behind the other.

    Attributes:
        beginning: the last of them may be the beginning of a longer word.
    """

    words: tuple[str, ...]
    beginning: bool


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for: every term of it."""

    terms: tuple[Term, ...]

    def __bool__(self) -> bool:
        return bool(self.terms)

    def found_in(self, places: list[Place]) -> Iterator[tuple[int, int]]:
        """Where a text with these words holds a term, as (start, end), in order; they may overlap."""
        for at, place in enumerate(places):
            for term in self.terms:
                # Most words are none of a term: its first one tells.
                if not place.word.startswith(term.words[0]):
                    continue
                here = places[at : at + len(term.words)]
                if len(here) == len(term.words) and _is(term, here):
                    yield place.start, here[-1].end


def _is(term: Term, places: list[Place]) -> bool:
    *before, last = zip(term.words, places, strict=True)
    wanted, place = last
    ends = place.word.startswith(wanted) if term.beginning else place.word == wanted
    return ends and all(word == found.word for word, found in before)


def read_query(typed: str) -> Query:
    """What was typed, as it is looked for: words may go on, words in quotes stand exactly so.

    Quotes may be English or French, and the last one may be missing. What holds no word is left out.
    """
    terms: dict[Term, None] = {}
    for quoted, bare in _TERM.findall(typed.translate(_QUOTES)):
        words = tuple(words_of(quoted or bare))
        if words:
            beginning = not quoted and len(words[-1]) >= SHORTEST_BEGINNING
            terms.setdefault(Term(words, beginning))
    return Query(tuple(terms)[:MOST_TERMS])
