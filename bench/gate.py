"""How well the gate reads, and how fast: `python -m bench.gate [--json FILE]`.

The sentences are our own (`tests/answering/gate/labelled_*.tsv`): rules were written against the half `tuned` alone;
the half `held-out` was drawn by the SHA-256 of each
sentence; `stories` were written when the rules stood, `unseen` when
they had been widened for the stories. When the support threads of `../shared/data` are there,
the share of real brands' replies that would be held is printed too; nothing was learned from them by machine.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from inbox.answering.gate import read  # noqa: E402
from tests.answering.gate.labelled import LANGUAGES, PARTS, figures, labelled, table  # noqa: E402

THREADS = ROOT.parent / "shared" / "data" / "support_threads_en.jsonl"


def sentences_per_second() -> float:
    """Labelled sentences read per second of processor time."""
    texts = [one.text for language in LANGUAGES for one in labelled(language)] * 5
    read(texts[0])
    begun = time.process_time()
    for text in texts:
        read(text)
    return len(texts) / (time.process_time() - begun)


def real_replies() -> Counter[str]:
    """Outcomes of the real replies of brands; empty without the file."""
    found: Counter[str] = Counter()
    if THREADS.exists():
        for line in THREADS.read_text(encoding="utf-8").splitlines():
            for message in json.loads(line)["messages"]:
                if message["from"] == "brand":
                    found[read(message["text"]).outcome.value] += 1
    return found


def main() -> None:
    """Print every figure; with `--json FILE` write them too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    print(table())
    speed = sentences_per_second()
    print(f"speed: {speed:,.0f} sentences per core and second")
    real = real_replies()
    if real:
        print(f"real replies of brands: {', '.join(f'{name} {count}' for name, count in real.most_common())}")
    if chosen.json:
        found: dict[str, object] = {"sentences per core second": speed, "real replies": dict(real)}
        for language in LANGUAGES:
            for part in PARTS:
                rows = [one for one in labelled(language) if one.part == part]
                found[f"{language} {part}"] = {name: asdict(result) for name, result in figures(rows).items()}
        chosen.json.write_text(json.dumps(found, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
