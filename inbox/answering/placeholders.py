"""Placeholders of reply templates, `{author_name}`: found and filled by pattern alone, nothing is evaluated.

Only one pair of braces around a plain name is a placeholder: letters, digits, spaces, `_`, `-` and apostrophes, in any
case and any script, so that `{Author name}` and `{numéro de commande}` can be typed by anybody. `{{7*7}}` and `{a.b}`
stay as they are; `{fact:leak}` is a fact's and no placeholder.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import regex

AUTHOR_NAME, ACCOUNT_NAME, TOPIC, BY_TIME = "author_name", "account_name", "topic", "by_time"
OWN_WORDS = (AUTHOR_NAME, ACCOUNT_NAME, TOPIC, BY_TIME)
"""The placeholders that the product knows: the first two it fills, for the others it asks."""

LONGEST_VALUE = 500
LONGEST_PERSON = 64
"""Characters of a person's name that an answer repeats: the longest that a network of ours lets people choose."""

_PLACEHOLDER = re.compile(r"(?<!\{)\{[ \u00a0]*([^\W\d_][\w \u00a0'’-]{0,39})\}(?!\})")
_PLACE_LIKE = re.compile(r"\{([^{}\n]{0,80})\}")
_APART = re.compile(r"[\s_'’-]+")
_ADDRESS = re.compile(r"(?i)\b(?:[a-z][a-z0-9+.-]{1,12}://|www\.)\S+")
_CALLS = re.compile(r"[@＠#＃]+(?=\w)")
_STACKED_MARKS = regex.compile(r"(\p{M}{2})\p{M}+")
_SPACES = re.compile(r"[^\S\u00a0\u202f]+|(?<=[\u00a0\u202f])[\u00a0\u202f]+")
"""No-break spaces stay, one at a time: French hours and signs need them."""

_NO_BREAK, _JOINERS = "\u00a0\u202f", "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled text, and the names of the placeholders that had no value and still stand in it, each once."""

    text: str
    missing: list[str]


def name_of(typed: str) -> str:
    """What a placeholder is called, however it was typed: `Author name` is `author_name`."""
    return _APART.sub("_", unicodedata.normalize("NFC", typed).casefold()).strip("_")


def names_in(text: str) -> list[str]:
    """The names of the placeholders in `text`, each once, in order."""
    return list(dict.fromkeys(name_of(typed) for typed in _PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values into the places of `text`.

    Args:
        values: by placeholder name. They come from outside or from a form: `tame` makes them plain, and none is filled
            in turn. An empty one counts as missing.
    """
    ready = {name_of(name): tame(value) for name, value in values.items()}
    missing: dict[str, None] = {}

    def put(match: re.Match[str]) -> str:
        name = name_of(match[1])
        value = ready.get(name, "")
        if not value:
            missing[name] = None
        return value or match[0]

    return Filled(_PLACEHOLDER.sub(put, text), list(missing))


def tame(value: str, *, longest: int = LONGEST_VALUE) -> str:
    """A value as it may stand in an answer: one line, nothing invisible, no direction turned, cut at `longest`.

    What looks like a place of a template loses its braces: nobody can block the answer to them by calling themselves
    `{topic}`, nor have a fact printed.
    """
    plain = "".join(" " if _is_control(character) else character for character in value[: 4 * longest])
    plain = _PLACE_LIKE.sub(_without_braces, _STACKED_MARKS.sub(r"\1", plain))
    # Joiners at the end, or alone, join nothing.
    spaced = _SPACES.sub(lambda run: "" if run[0][0] in _NO_BREAK else " ", plain).strip()
    return spaced[:longest].strip(_NO_BREAK + _JOINERS + " ")


def tame_name(name: str) -> str:
    """A person's name as an answer may repeat it: `tame`, and without addresses or calls to others (`@`, `#`).

    Whoever puts a link or somebody else's name into their own must not have it published by us.
    """
    return tame(_CALLS.sub("", _ADDRESS.sub(" ", name)), longest=LONGEST_PERSON)


def _without_braces(match: re.Match[str]) -> str:
    return f"({match[1]})" if _PLACEHOLDER.fullmatch(match[0]) or ":" in match[1] else match[0]


def _is_control(character: str) -> bool:
    # Joiners stay: names in Persian or Hindi and composed emoji need them.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and character not in _JOINERS
