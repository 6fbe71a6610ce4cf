"""The listings of `words/`, read once: what apologises, what admits, and what frees it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from inbox.answering.gate.phrases import anywhere

_FOLDER = Path(__file__).with_name("words")
_LANGUAGES = ("en", "fr")
# In these a comma or a line break may stand between two words: "it was our, fault".
_ACROSS = frozenset({"apology", "fault", "sure", "cause", "compensation"})


@dataclass(frozen=True, slots=True)
class _Listing:
    """One file: the named words, and the lines of every section."""

    names: dict[str, str]
    sections: dict[str, list[str]]


@cache
def _listing(language: str) -> _Listing:
    names: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    name = ""
    for written in (_FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        line = written.strip()
        if not line or line.startswith(";"):
            continue
        if line.startswith("[") and line.endswith("]"):
            lines = sections.setdefault(line[1:-1], [])
        elif "names" in sections and lines is sections["names"]:
            if found := re.match(r"(\w+) = ", line):
                name = found[1]
                names[name] = line[found.end() :]
            else:
                names[name] += f" {line}"
        else:
            lines.append(line)
    return _Listing(names, sections)


@cache
def expressions(section: str) -> tuple[re.Pattern[str], ...]:
    """An expression per language that finds the phrases of a section (see `phrases.anywhere`)."""
    return tuple(
        anywhere(listing.sections[section], listing.names, across=section in _ACROSS)
        for listing in map(_listing, _LANGUAGES)
        if section in listing.sections
    )


@cache
def words(section: str) -> frozenset[str]:
    """The words of a section, of all languages together."""
    lines = [line for listing in map(_listing, _LANGUAGES) for line in listing.sections.get(section, [])]
    return frozenset(word for line in lines for word in line.split())
