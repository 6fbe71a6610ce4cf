"""Learns the weights of `inbox/collecting/triage/words/evidence.json`: `python -m bench.train_triage`.

Logistic regression over what a comment speaks of (`evidence.things`), on sentences of our own alone: the labelled
ones of `bench/labelled`, but for the blind ones and the unseen half, and ordinary comments put together from the
parts in `bench/labelled/ordinary_*.txt`, which teach what a plain complaint looks like: the labelled set holds far
more dangers than any queue does. The same sentences always give the same weights.
"""

from __future__ import annotations

import json
import math
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.triage import LABELLED, sentences  # noqa: E402
from inbox.collecting.triage import cues, evidence  # noqa: E402
from inbox.collecting.triage.folding import fold, readable  # noqa: E402
from inbox.collecting.triage.phrases import FOLDER  # noqa: E402

LEARNED_FROM = frozenset({"tuned", "held out", "third, seen"})
ORDINARY = 1_000
"""Ordinary comments of each language: with fewer, ordinary complaints are raised; with more, little changes."""

THRESHOLD = -2.3
"""Low, for a danger that is missed costs more than one comment too many at the head of the queue; lower still raises
one ordinary complaint in fifty."""
SEEN_AT_LEAST = 3
"""Examples that carry a feature before it gets a weight."""

RATE, ROUNDS, HELD_BACK = 0.3, 40, 1.0
"""Step of AdaGrad, rounds over all examples, and the strength of the L2 penalty."""

SMALLEST = 0.05
"""Weight below which a feature is left out of the file."""

Example = tuple[frozenset[str], bool]


def ordinary(language: str, count: int = ORDINARY) -> list[str]:
    """`count` different ordinary comments of `language`, drawn from its parts."""
    parts: dict[str, list[str]] = defaultdict(list)
    section = ""
    for line in (LABELLED / f"ordinary_{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = line[1:-1]
        elif line and not line.startswith("# "):
            parts[section].append(line)
    drawn = random.Random(20_261_122)
    made: dict[str, None] = {}
    while len(made) < count:
        text = drawn.choice(parts["comment"])
        while part := re.search(r"<(\w+)>", text):
            text = text[: part.start()] + drawn.choice(parts[part[1]]) + text[part.end() :]
        made[text.replace("#", str(drawn.randint(2, 60)))] = None
    return list(made)


def features(text: str, language: str) -> frozenset[str]:
    """What the model may weigh in `text`, harmless phrases taken out as triage does."""
    folded = cues.without_harmless("danger", fold(readable(text)))
    return frozenset(feature for tokens in evidence.stretches(folded) for feature in evidence.things(tokens, language))


def examples(parts: frozenset[str] = LEARNED_FROM, ordinary_count: int = ORDINARY) -> list[Example]:
    """(features, whether it is a danger) of everything there is to learn from."""
    found = []
    for language in ("en", "fr"):
        found += [(features(row.text, language), row.danger) for row in sentences(language) if row.part in parts]
        found += [(features(text, language), False) for text in ordinary(language, ordinary_count)]
    return found


def learn(given: Sequence[Example], held_back: float = HELD_BACK) -> evidence.Model:
    """The weights that tell dangers from the rest."""
    count = Counter(feature for carried, _ in given for feature in carried)
    kept = [
        (sorted(feature for feature in carried if count[feature] >= SEEN_AT_LEAST), label) for carried, label in given
    ]
    weights: dict[str, float] = defaultdict(float)
    moved: dict[str, float] = defaultdict(lambda: 1e-6)
    order = random.Random(1)
    for _ in range(ROUNDS):
        order.shuffle(kept)
        for carried, label in kept:
            total = weights[""] + sum(weights[feature] for feature in carried)
            wrong = 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) - label
            for feature in ("", *carried):
                slope = wrong + (held_back * weights[feature] / count[feature] if feature else 0.0)
                moved[feature] += slope * slope
                weights[feature] -= RATE * slope / math.sqrt(moved[feature])
    bias = weights.pop("")
    told = {feature: round(weight, 2) for feature, weight in sorted(weights.items()) if abs(weight) >= SMALLEST}
    return evidence.Model(told, round(bias, 2), THRESHOLD)


def main() -> None:
    """Learn, and write the file."""
    model = learn(examples())
    kept = {"danger": {"bias": model.bias, "threshold": model.threshold, "weights": model.weights}}
    path = FOLDER / "evidence.json"
    path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(model.weights)} weights in {path.name}")


if __name__ == "__main__":
    main()
