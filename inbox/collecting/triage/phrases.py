"""The small language in which word lists are written, and the search for its phrases.

A list is a text file of `words/`. A line is a phrase; a line `name = a | b` names alternatives, used as `<name>`;
`[section]` opens a section. Inside a phrase:

    word*       any ending, none included          (a|b c)     one of these
    (a|b)?      may be left out                    <name>      one of the named words
    ..          up to five words in between        ^  $        first, or last, in its clause
    [?]         a question mark                    #           a number
    a ?b        the space may be missing

Everything is compared folded (`folding.fold`): lower case, no accents.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from .folding import fold

FOLDER = Path(__file__).with_name("words")

_SPACE = r"[^\w.!?;\n]{1,4}"
_MAYBE_SPACE = r"[^\w.!?;\n]{0,4}"
_GAP = rf"(?:{_SPACE}\w+){{0,5}}?"
_START = (
    r"(?:(?<![^\n.!?;:,()\"«»-])|(?<=[\n.!?;:,()\"«»-]\s)|(?<=\b(?:hi|so)\s)|(?<=\b(?:and|but|hey|svp|bjr|stp)\s)"
    r"|(?<=\b(?:also|mais|then|donc)\s)|(?<=\b(?:hello|alors)\s))"
)
_END = r"(?=\s*(?:[\n.!?,;:)]|$))"
_FIRST_IN_CLAUSE: list[tuple[str, frozenset[str]]] = [(_START, frozenset())]
_ATOM = re.compile(r"(?P<open>\()|(?P<name><\w+>)|(?P<gap>\.\.)|(?P<mark>\[\?\])|(?P<edge>[$^])|(?P<word>[\w*'&./#-]+)")
_WORD_START = re.compile(r"(?<!\w)\w.?", re.DOTALL)


_Alternatives = list[tuple[str, frozenset[str]]]
"""Regular expressions, each with the one or two letters that it may begin with (none: it begins with no letter)."""


@dataclass(slots=True)
class _Piece:
    """A part of a phrase, and how it joins what stands before it."""

    alternatives: _Alternatives
    join: str
    optional: bool = False


class BadPhrase(ValueError):
    """A line of a word list cannot be read."""


class _Reader:
    """Reads one phrase, left to right."""

    def __init__(self, phrase: str, names: dict[str, _Alternatives]) -> None:
        self.phrase, self.names, self.at = phrase, names, 0

    def whole(self) -> _Alternatives:
        """The phrase, as one alternative per letter that it may begin with where that makes it shorter."""
        found = self.alternatives()
        if self.at < len(self.phrase):
            raise BadPhrase(self.phrase)
        return found

    def alternatives(self) -> _Alternatives:
        found = self.sequence()
        while self.at < len(self.phrase) and self.phrase[self.at] == "|":
            self.at += 1
            found += self.sequence()
        return found

    def sequence(self) -> _Alternatives:
        """Pieces up to `|`, `)` or the end."""
        before, lead, after, owed = "", _Alternatives(), "", ""
        early = set[str]()
        for piece in self.pieces():
            if piece.alternatives == _FIRST_IN_CLAUSE:
                before += _START
            elif not piece.alternatives:
                owed += _GAP if lead else ""
            elif lead:
                body = _joined(piece.alternatives, owed + piece.join)
                after += f"(?:{body})?" if piece.optional else body
                owed = ""
            elif piece.optional:
                before += f"(?:{_joined(piece.alternatives, '')}{_SPACE})?"
                early.update(*(firsts for _, firsts in piece.alternatives))
            else:
                lead = piece.alternatives
        if not lead:
            raise BadPhrase(self.phrase)
        after += owed
        if early or not (before or after):
            return [(before + text + after, firsts | early if firsts else firsts) for text, firsts in lead]
        return [
            (before + _joined([choice for choice in lead if choice[1] == firsts], "") + after, firsts)
            for firsts in dict.fromkeys(firsts for _, firsts in lead)
        ]

    def pieces(self) -> Iterator[_Piece]:
        join = ""
        while self.at < len(self.phrase) and self.phrase[self.at] not in "|)":
            if self.phrase[self.at] == " ":
                self.at += 1
                join = _SPACE
                if self.phrase.startswith("?", self.at):
                    self.at += 1
                    join = _MAYBE_SPACE
                continue
            atom = _ATOM.match(self.phrase, self.at)
            if atom is None:
                raise BadPhrase(self.phrase)
            self.at = atom.end()
            alternatives = self.atom(atom)
            optional = self.phrase.startswith("?", self.at)
            self.at += optional
            yield _Piece(alternatives, join, optional)
            join = ""

    def atom(self, atom: re.Match[str]) -> _Alternatives:
        if atom["open"]:
            inside = self.alternatives()
            if not self.phrase.startswith(")", self.at):
                raise BadPhrase(self.phrase)
            self.at += 1
            return inside
        if atom["name"]:
            return self.names[atom["name"][1:-1]]
        if atom["gap"]:
            return []
        if atom["mark"]:
            return [(r"\s*[?]", frozenset())]
        if atom["edge"]:
            return [(_END, frozenset())] if atom["edge"] == "$" else _FIRST_IN_CLAUSE
        return [_word(atom["word"])]


def _joined(alternatives: _Alternatives, join: str) -> str:
    """One expression of the alternatives behind `join`; a question mark and a clause's end need no space before
    them."""
    words = [text for text, firsts in alternatives if firsts]
    choices = [join + (words[0] if len(words) == 1 else f"(?:{'|'.join(words)})")] if words else []
    choices += [join.removesuffix(_SPACE) + text for text, firsts in alternatives if not firsts]
    return choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})"


_CERTAIN = re.compile(r"[a-z0-9]{2}(?![*'-])|[a-z0-9]{2}(?=[*])")


def _word(word: str) -> tuple[str, frozenset[str]]:
    """The expression of one word, and what it begins with: two letters where both are certain, else one."""
    first = frozenset("0123456789") if word[0] == "#" else frozenset({word[:2] if _CERTAIN.match(word) else word[0]})
    regex = re.escape(word).replace(r"\*", r"\w*").replace("'", "'?").replace(r"\-", "[- ]?").replace(r"\#", r"\d+")
    return regex.replace("œ", "(?:œ|oe)"), first | {"o"} if "œ" in first else first


class Phrases:
    """The phrases of one or several lists, ready to be searched for."""

    def __init__(self, by_beginning: dict[str, list[tuple[int, str]]]) -> None:
        """`by_beginning`: (rank, expression) of the phrases by their first one or two letters; of two phrases that
        begin at the same place the lower rank is found."""
        self._expressions: dict[str, str] = {}
        for beginning, branches in by_beginning.items():
            wider = by_beginning.get(beginning[0], []) if len(beginning) > 1 else []
            self._expressions[beginning] = "|".join(dict.fromkeys(text for _, text in sorted([*branches, *wider])))
        self._compiled: dict[str, re.Pattern[str] | None] = {}

    def _beginning_with(self, letters: str) -> re.Pattern[str] | None:
        """The phrases for a word that begins with `letters`, compiled when first needed: all take a second."""
        beginning = letters if letters in self._expressions else letters[:1]
        if beginning not in self._compiled:
            expression = self._expressions.get(beginning)
            pattern = None if expression is None else re.compile(f"(?:{expression})(?!\\w)")
            if len(self._compiled) >= MOST_REMEMBERED:
                return pattern
            self._compiled[beginning] = pattern
        found = self._compiled[letters] = self._compiled[beginning]
        return found

    def find(self, folded: str) -> re.Match[str] | None:
        """The first phrase in `folded`, or None."""
        return next(self.find_all(folded), None)

    def find_all(self, folded: str) -> Iterator[re.Match[str]]:
        """Phrases from left to right, without overlap."""
        over = 0
        compiled = self._compiled
        for at, letters in _word_starts(folded):
            pattern = compiled[letters] if letters in compiled else self._beginning_with(letters)
            if pattern is not None and at >= over and (found := pattern.match(folded, at)):
                over = found.end()
                yield found


@lru_cache(maxsize=2)
def _word_starts(folded: str) -> list[tuple[int, str]]:
    """Where every word of `folded` begins, and its first two characters: kept, for each list searches the same text."""
    return [(start.start(), start[0]) for start in _WORD_START.finditer(folded)]


MOST_REMEMBERED = 5_000
"""Beginnings of words that are remembered per list: every pair of letters there is, and a bound for hostile texts."""


def read_sections(*names: str) -> dict[str, Phrases]:
    """The sections of the lists `names` (file names without `.txt`), the same section of several lists as one.

    Raises:
        BadPhrase: a line cannot be read; the message is the line.
    """
    branches: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    rank = itertools.count()
    for name in names:
        groups: dict[str, _Alternatives] = {}
        section = ""
        for raw in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            line = _folded_line(raw)
            if not line or raw.startswith("#"):
                continue
            if raw.startswith("[") and raw.endswith("]"):
                section = raw[1:-1]
            elif " = " in line:
                group, _, words = line.partition(" = ")
                groups[group.strip()] = _Reader("|".join(map(str.strip, words.split("|"))), groups).whole()
            else:
                for regex, firsts in _Reader(line, groups).whole():
                    ranked = next(rank), regex
                    for letters in firsts:
                        branches[section][letters].append(ranked)
    return {section: Phrases(by_beginning) for section, by_beginning in branches.items()}


def _folded_line(raw: str) -> str:
    """A line as it will be compared; `#` means a number there, which folding would take away."""
    return "#".join(fold(part) for part in raw.strip().split("#"))
