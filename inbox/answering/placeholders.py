"""Placeholders of reply templates, `{author_name}`: found and filled by pattern alone, nothing is evaluated.

Only one pair of braces around a plain lower-case name is a placeholder; `{{7*7}}`, `{a.b}` and nested braces stay as
they are, and a value that looks like a placeholder is not filled in turn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_VALUE = 500

_PLACEHOLDER = re.compile(r"(?<!\{)\{([a-z][a-z0-9_]{0,39})\}(?!\})")


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled text, and the names of the placeholders that had no value and still stand in it, each once."""

    text: str
    missing: list[str]


def names_in(text: str) -> list[str]:
    """The names of the placeholders in `text`, each once, in order."""
    return list(dict.fromkeys(_PLACEHOLDER.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values into the places of `text`.

    Args:
        values: by placeholder name. They come from outside (a person's name): line ends, control and direction
            characters become spaces, and they are cut at `LONGEST_VALUE` characters. An empty one counts as missing.
    """
    ready = {name: _tame(value) for name, value in values.items()}
    missing: dict[str, None] = {}

    def put(match: re.Match[str]) -> str:
        value = ready.get(match[1], "")
        if not value:
            missing[match[1]] = None
        return value or match[0]

    return Filled(_PLACEHOLDER.sub(put, text), list(missing))


def _tame(value: str) -> str:
    plain = (" " if _is_control(character) else character for character in value[:LONGEST_VALUE])
    return " ".join("".join(plain).split())


def _is_control(character: str) -> bool:
    # Joiners stay: names in Persian or Hindi and composed emoji need them.
    return (
        unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
        and character not in "\u200c\u200d"
    )
