"""Words and signs of a text; words that were taken apart by signs or spaces are put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from inbox.answering.gate.signals import is_known, is_signal, respelt

_ATOM = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s]+)"
    r"|(?P<number>[$€£]?\d+(?:[ .,']\d{3})*(?:[.,]\d{1,2})?(?:k|m|%|€|£|\$)?(?![^\W_]))"
    r"|(?P<word>[^\W_]+(?:[@$€!|][^\W_]+)*|[@$][^\W_]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_SHORTEST_BROKEN = 4
_JOINERS = frozenset(".-·•*~/|+_,:;()[]'\"!")


@dataclass(frozen=True, slots=True)
class Atom:
    """A `word`, `number`, `url` or `other` sign, with its span in the folded text."""

    kind: str
    text: str
    start: int
    end: int


def atoms(text: str, start: int, end: int) -> list[Atom]:
    """The words, numbers, addresses and single signs of `text[start:end]`, in plain small letters."""
    return _rejoined(
        [
            Atom(found.lastgroup or "other", found[0], found.start(), found.end())
            for found in _ATOM.finditer(text, start, end)
        ]
    )


def _rejoined(pieces: list[Atom]) -> list[Atom]:
    """The pieces with words put together again that were taken apart by signs or spaces."""
    pieces = _single_letters_rejoined(pieces)
    joined: list[Atom] = []
    at = 0
    while at < len(pieces):
        taken = _broken_signal(pieces, at)
        if taken:
            last = pieces[at + taken - 1]
            word = "".join(atom.text for atom in pieces[at : at + taken] if atom.kind in ("word", "number"))
            joined.append(Atom("word", respelt(word), pieces[at].start, last.end))
            at += taken
        else:
            joined.append(pieces[at])
            at += 1
    return joined


def _broken_signal(pieces: Sequence[Atom], at: int) -> int:
    """How many pieces from `at` on are pieces of one signal ("apolo-gies", "sor ry"); 0 if none are."""
    if pieces[at].kind != "word" or is_signal(pieces[at].text):
        return 0
    whole, position, count = pieces[at].text, at, 1
    while count < 6 and len(whole) < 18:
        step = _step(pieces, position)
        if not step or is_signal(pieces[position + step].text):
            return 0
        spaced = any(atom.text.isspace() for atom in pieces[position + 1 : position + step])
        position += step
        count += 1
        whole += pieces[position].text
        if is_known(whole) and len(whole) >= _SHORTEST_BROKEN and not (spaced and count > 2):
            return position - at + 1
    return 0


def _step(pieces: Sequence[Atom], at: int) -> int:
    """The distance to the next piece of a word, over at most three signs or spaces; 0 if something else follows."""
    for distance in range(1, 5):
        if at + distance >= len(pieces):
            return 0
        atom = pieces[at + distance]
        if atom.kind in ("word", "number"):
            return distance if distance > 1 else 0
        if not (atom.text.isspace() or atom.text in _JOINERS or not atom.text.isascii()):
            return 0
    return 0


def _single_letters_rejoined(pieces: list[Atom]) -> list[Atom]:
    """Words spelt out letter by letter ("s.o.r.r.y", "o u r  f a u l t") put together."""
    joined: list[Atom] = []
    at = 0
    while at < len(pieces):
        letters, position = [at], at
        while (
            _is_letter(pieces[position]) and (step := _step(pieces, position)) and _is_letter(pieces[position + step])
        ):
            position += step
            letters.append(position)
        if len(letters) < 4:
            joined.extend(pieces[at : position + 1])
        else:
            joined.extend(_spelt_out(pieces, letters))
        at = position + 1
    return joined


def _is_letter(atom: Atom) -> bool:
    return len(atom.text) == 1 and (atom.kind == "word" or (atom.kind == "number" and atom.text in "013457"))


def _spelt_out(pieces: Sequence[Atom], letters: Sequence[int]) -> list[Atom]:
    """The words of a run of single letters; the widest gaps stand between words."""
    gaps = [pieces[second].start - pieces[first].end for first, second in pairwise(letters)]
    spaced = [any(atom.text.isspace() for atom in pieces[first:second]) for first, second in pairwise(letters)]
    usual = min(gaps)
    mixed = not all(spaced)
    words = [[letters[0]]]
    for number, (gap, has_space) in enumerate(zip(gaps, spaced, strict=True), start=1):
        if gap > usual or (mixed and has_space):
            words.append([])
        words[-1].append(letters[number])
    return [
        Atom("word", "".join(pieces[at].text for at in word), pieces[word[0]].start, pieces[word[-1]].end)
        for word in words
    ]
