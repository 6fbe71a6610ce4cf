"""The labelled sentences, and how well the gate reads them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inbox.answering.gate import Outcome, read

LANGUAGES = ("en", "fr")
HALVES = ("tuned", "held-out")
PARTS = (*HALVES, "stories", "unseen")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A sentence and what it holds.

    `part`: rules were written against the half `tuned`, none against the half `held-out`. `stories` were
    written when the rules stood, and the rules widened after their first figures; `unseen` after that, in words as far
    from the rules, and no rule was changed for them.
    """

    text: str
    outcome: Outcome
    part: str


@dataclass(frozen=True, slots=True)
class Figures:
    """How often the gate is right when it says something, and how much of what is there it finds."""

    precision: float
    recall: float
    count: int


def half_of(text: str) -> str:
    """The half a sentence belongs to, drawn by its own SHA-256."""
    return HALVES[hashlib.sha256(text.encode()).digest()[0] % 2]


def labelled(language: str) -> list[Labelled]:
    """The sentences of one language."""
    found: list[Labelled] = []
    for name in ("labelled", "later"):
        path = Path(__file__).with_name(f"{name}_{language}.tsv")
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
        found.extend(Labelled(text, Outcome(outcome), part) for text, outcome, part in rows)
    return found


def figures(sentences: Sequence[Labelled]) -> dict[str, Figures]:
    """Figures per outcome, and for `held`: apologies and admissions, either taken for the other or not."""
    pairs = Counter((one.outcome, read(one.text).outcome) for one in sentences)
    groups = {outcome.value: {outcome} for outcome in Outcome} | {"held": {one for one in Outcome if one.held}}
    found = {}
    for name, group in groups.items():
        both = sum(count for (meant, said), count in pairs.items() if meant in group and said in group)
        said_count = sum(count for (_, said), count in pairs.items() if said in group)
        meant_count = sum(count for (meant, _), count in pairs.items() if meant in group)
        found[name] = Figures(both / max(1, said_count), both / max(1, meant_count), meant_count)
    return found


def table() -> str:
    """The figures of both languages and all parts, a row each."""
    lines = [f"{'':13}{'outcome':10}{'sentences':>9}  precision  recall"]
    for language in LANGUAGES:
        for part in PARTS:
            chosen = [one for one in labelled(language) if one.part == part]
            lines.extend(
                f"{language} {part:10}{name:10}{result.count:9}  {result.precision:9.3f}  {result.recall:6.3f}"
                for name, result in figures(chosen).items()
                if result.count
            )
    return "\n".join(lines)
