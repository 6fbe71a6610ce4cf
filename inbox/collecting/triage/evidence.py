"""Weighted evidence: what a comment speaks of, thing beside thing, and how much that says together.

A phrase of a list says something or it does not. Here no single word has to: a child, something swallowed and a
hospital each carry a weight, a child beside something swallowed carries another, and the sum of a stretch of text
decides. The vocabulary (`words/evidence_en.txt`, `words/evidence_fr.txt`) groups words under the thing they stand
for; the weights (`words/evidence.json`) are learned by logistic regression from the sentences of `bench/labelled`
(`python -m bench.train_triage`), so that a word nobody saw in a sentence weighs what its group weighs.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from .folding import fold
from .phrases import FOLDER

BESIDE = 12
"""Words within which two things are taken together: about one clause and the next."""

STRETCH, STEP = 36, 18
"""Words that are weighed at once, and how far the next stretch begins: about what the labelled sentences are long,
so that a long text is not raised by its length alone."""

SMALL_WORDS = frozenset(
    {"self", "they", "you", "not", "happened", "consumed", "gave", "contact", "menace", "target", "place", "product"}
    | {"vehicle", "food", "people", "relative", "figure", "like", "joke"}
)
"""Groups that stand in any comment: two of them beside each other say nothing."""

CALMING = frozenset({"figure", "like", "joke"})
"""Those of them that speak against danger by themselves."""

MOST_REMEMBERED = 20_000
"""Words whose groups are remembered, so that hostile texts cannot fill the memory."""

_TOKENS = re.compile(r"[^\W\d_]+|\d+|[.!?;:,\n()]+|[\U0001f300-\U0001faff❤]")
_MARKS = frozenset(".!?;:,\n()")
_WORDS_ONLY = re.compile(r"[^\W\d_]+\*?|[\d#]+\*?|[\U0001f300-\U0001faff❤]")

_Entry = tuple[tuple[str, ...], str]
"""The words after the first, and the group."""

Spans = dict[str, tuple[int, int]]
"""Feature → where it was first found, start and end."""


@dataclass(slots=True)
class Vocabulary:
    """The groups of one language: entries by their first word, exact or as a beginning."""

    exact: dict[str, list[_Entry]] = field(default_factory=dict)
    beginnings: dict[str, list[_Entry]] = field(default_factory=dict)
    remembered: dict[str, tuple[list[str], list[_Entry]]] = field(default_factory=dict)

    def add(self, entry: str, group: str) -> None:
        """Takes one entry in, with both ways to write `œ`."""
        for written in {entry, entry.replace("œ", "oe")}:
            first, *rest = map(_number, _WORDS_ONLY.findall(written))
            known = self.beginnings if first.endswith("*") else self.exact
            known.setdefault(first.rstrip("*"), []).append((tuple(rest), group))

    def beginning_with(self, word: str) -> tuple[list[str], list[_Entry]]:
        """The groups of `word` alone, and the longer entries that it begins."""
        if word not in self.remembered:
            found = list(self.exact.get(word, ()))
            for end in range(2, len(word) + 1):
                found += self.beginnings.get(word[:end], ())
            known = list(dict.fromkeys(group for rest, group in found if not rest)), [one for one in found if one[0]]
            if len(self.remembered) >= MOST_REMEMBERED:
                return known
            self.remembered[word] = known
        return self.remembered[word]

    def groups(self, words: list[str]) -> Iterator[tuple[int, int, str]]:
        """(first word, how many words, group) of every entry in `words`."""
        for at, word in enumerate(words):
            alone, longer = self.beginning_with(word)
            for group in alone:
                yield at, 1, group
            for rest, group in longer:
                if _continues(words, at + 1, rest):
                    yield at, 1 + len(rest), group


def _number(word: str) -> str:
    return "#" if word[0].isdigit() or word[0] == "#" else word


def _continues(words: list[str], at: int, rest: tuple[str, ...]) -> bool:
    if at + len(rest) > len(words):
        return False
    for part in rest:
        if words[at] != part and not (part[-1] == "*" and words[at].startswith(part[:-1])):
            return False
        at += 1
    return True


@dataclass(frozen=True, slots=True)
class Model:
    """What each feature says for a subject; the sum above `threshold` says yes."""

    weights: dict[str, float]
    bias: float
    threshold: float


@cache
def vocabulary(language: str) -> Vocabulary:
    """The vocabulary of `language` (`en`, `fr`)."""
    found = Vocabulary()
    group = ""
    for line in (FOLDER / f"evidence_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            group = line[1:-1].replace(" ", "_")
        elif line and not line.startswith("# "):
            for entry in line.split(","):
                if entry := _folded(entry):
                    found.add(entry, group)
    return found


def _folded(entry: str) -> str:
    """An entry as it will be compared; `#` means a number there, which folding would take away."""
    return "#".join(fold(part) for part in entry.strip().split("#"))


@cache
def models() -> dict[str, Model]:
    """The model of every subject that has one."""
    kept = json.loads((FOLDER / "evidence.json").read_text(encoding="utf-8"))
    return {subject: Model(**model) for subject, model in kept.items()}


def stretches(folded: str) -> Iterator[list[re.Match[str]]]:
    """The words and marks of `folded`, `STRETCH` at a time."""
    tokens = list(_TOKENS.finditer(folded))
    for begin in range(0, max(1, len(tokens) - STRETCH + STEP), STEP):
        yield tokens[begin : begin + STRETCH]


def things(tokens: list[re.Match[str]], language: str, wanted: frozenset[str] | None = None) -> Spans:
    """What the words of `tokens` stand for, and what stands beside what.

    `wanted` leaves other features out; None keeps all, for learning.
    """
    words, places = [], []
    for token in tokens:
        word = token[0]
        if word[0] not in _MARKS:
            words.append("#" if word[0].isdigit() else word)
            places.append(token.span())
    found: Spans = {}
    near: deque[tuple[int, int, str]] = deque()
    for at, length, group in vocabulary(language).groups(words):
        end = places[at + length - 1][1]
        small = group in SMALL_WORDS
        if (not small or group in CALMING) and group not in found and (wanted is None or group in wanted):
            found[group] = places[at][0], end
        while near and at - near[0][0] > BESIDE:
            near.popleft()
        for first, last, other in near:
            if other == group or (small and other in SMALL_WORDS) or (last >= at and length <= last - first):
                continue
            pair = f"{other}+{group}" if other < group else f"{group}+{other}"
            if pair not in found and (wanted is None or pair in wanted):
                found[pair] = places[first][0], max(end, places[last][1])
        near.append((at, at + length - 1, group))
    return found


@cache
def _wanted(subject: str) -> frozenset[str]:
    return frozenset(models()[subject].weights)


def weigh(subject: str, folded: str, languages: Iterable[str]) -> tuple[int, int] | None:
    """Where `folded` gives reason enough to believe that it speaks of `subject`, or None.

    The place is that of the weightiest sign. Every language of `languages` is tried.
    """
    model = models()[subject]
    for language in languages:
        for tokens in stretches(folded):
            found = things(tokens, language, _wanted(subject))
            if found and model.bias + sum(model.weights[feature] for feature in found) >= model.threshold:
                return found[max(found, key=lambda feature: model.weights[feature])]
    return None
