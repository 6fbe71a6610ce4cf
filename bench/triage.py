"""How well triage reads, and how fast: `python -m bench.triage [--json FILE]`.

Tone is measured on the public sets of `../shared/data` when they are there (their validation halves and one week of
real complaints), with VADER beside it in the same run. Danger, press and questions are measured on sentences of our
own, `bench/labelled/`, in parts that mean different things: `tuned`, which the word lists were corrected on; `held
out`, written with those but not looked at; `third`, written before its author read a rule, of which one half is
learned from and the other never; and `blind`, written by another hand, which tells best what to expect of new
comments. Nothing is learned from the public sets.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # noqa: E402

from inbox.collecting.triage import Hint, Kind, Signals, Urgency, triage_all  # noqa: E402
from inbox.collecting.triage.judge import AGAINST, IN_FAVOUR  # noqa: E402

LABELLED = Path(__file__).with_name("labelled")
DATA = ROOT.parent / "shared" / "data"
TONES = ("negative", "neutral", "positive")
CUES = ("danger", "press", "question")
PARTS = ("tuned", "held out", "third, seen", "third, unseen", "blind")
_PART_OF = {"_third_seen": "third, seen", "_third_unseen": "third, unseen", "_blind": "blind"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One labelled sentence."""

    text: str
    kind: str
    danger: bool
    press: bool
    question: bool
    rhetorical: bool
    part: str


def sentences(language: str) -> list[Sentence]:
    """The labelled sentences of `language` (`en`, `fr`), each with its part of `PARTS`.

    The halves of the first file are drawn by the text's own SHA-256, so that a new sentence moves no old one.
    """
    found = []
    for suffix in ("", "_second", *_PART_OF):
        for line in (LABELLED / f"triage_{language}{suffix}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            held = hashlib.sha256(row["text"].encode()).digest()[0] % 2 == 0
            part = _PART_OF.get(suffix, "held out" if held and not suffix else "tuned")
            found.append(Sentence(**row, part=part))
    return found


def has(hint: Hint, cue: str) -> bool:
    """Whether the hint says that the comment carries `cue` (one of `CUES`)."""
    codes = {
        "danger": {"mentions_danger", "sounds_dangerous"},
        "press": {"press"},
        "question": {"asks_question"},
    }[cue]
    return any(reason.code in codes for reason in hint.reasons)


def precision_and_recall(rows: Sequence[Sentence], cue: str) -> tuple[float, float, int]:
    """(precision, recall, sentences that carry the cue). A rhetorical question is neither right nor wrong."""
    counted = [row for row in rows if not (cue == "question" and row.rhetorical)]
    hints = triage_all([(row.text, Signals()) for row in counted])
    said = [has(hint, cue) for hint in hints]
    meant = [bool(getattr(row, cue)) for row in counted]
    both = sum(a and b for a, b in zip(said, meant, strict=True))
    return both / max(1, sum(said)), both / max(1, sum(meant)), sum(meant)


def tone_figures(meant: Sequence[str], said: Sequence[str]) -> dict[str, float]:
    """Macro-F1 over the labels that occur, recall of negatives, accuracy."""
    scores, recall_negative = [], 0.0
    for label in sorted(set(meant)):
        both = sum(a == b == label for a, b in zip(meant, said, strict=True))
        recall = both / meant.count(label)
        scores.append(2 * both / (meant.count(label) + said.count(label)))
        if label == "negative":
            recall_negative = recall
    right = sum(a == b for a, b in zip(meant, said, strict=True))
    return {"macro_f1": sum(scores) / len(scores), "recall_negative": recall_negative, "accuracy": right / len(meant)}


def _label(score: float, against: float, in_favour: float) -> str:
    return TONES[0] if score <= against else TONES[2] if score >= in_favour else TONES[1]


def _as_written(text: str) -> str:
    r"""`text` with the escapes (`\u2019`) and doubled quotes that the set's export left in it undone."""
    unescaped = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r'\\*"+', '"', unescaped)


def _tone_sets() -> dict[str, list[tuple[str, str]]]:
    """(text, label) of each public set that is present."""
    sets = {}
    for name, wanted in (("sentiment_en", "val"), ("sentiment_fr", "val"), ("bad_buzz_en", None)):
        path = DATA / f"{name}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.DictReader(file) if wanted is None or row["split"] == wanted]
            sets[name] = [(_as_written(row["text"]), row["sentiment"]) for row in rows]
    return sets


def _speed(texts: Sequence[str], work: Callable[[], object]) -> float:
    """Comments per second of processor time."""
    begun = time.process_time()
    work()
    return len(texts) / (time.process_time() - begun)


def _measure_tone(figures: dict[str, object]) -> None:
    vader = SentimentIntensityAnalyzer()
    for name, rows in _tone_sets().items():
        texts, meant = [text for text, _ in rows], [label for _, label in rows]
        ours = [
            _label(hint.sentiment, AGAINST, IN_FAVOUR) for hint in triage_all([(text, Signals()) for text in texts])
        ]
        theirs = [_label(vader.polarity_scores(text)["compound"], -0.05, 0.05) for text in texts]
        for who, said in (("triage", ours), ("VADER", theirs)):
            result = tone_figures(meant, said)
            figures[f"{name} {who}"] = result
            shown = "  ".join(f"{key} {value:.2f}" for key, value in result.items())
            print(f"{name:13} {len(rows):5} rows  {who:7} {shown}")


def _measure_cues(figures: dict[str, object]) -> None:
    for language in ("en", "fr"):
        rows = sentences(language)
        for part in PARTS:
            chosen = [row for row in rows if row.part == part]
            for cue in CUES:
                precision, recall, count = precision_and_recall(chosen, cue)
                figures[f"{language} {part} {cue}"] = {"precision": precision, "recall": recall, "count": count}
                print(
                    f"{language} {part:13} {len(chosen):4} sentences  {cue:8} {count:3} times  "
                    f"precision {precision:.2f}  recall {recall:.2f}"
                )
            plain = [row for row in chosen if not row.rhetorical]
            hints = triage_all([(row.text, Signals()) for row in plain])
            right = sum(hint.kind is Kind(row.kind) for hint, row in zip(hints, plain, strict=True)) / len(plain)
            figures[f"{language} {part} kind"] = right
            print(f"{language} {part:13} {len(plain):4} sentences  kind right {right:.2f}")


def _measure_speed(figures: dict[str, object]) -> None:
    texts = [row.text for language in ("en", "fr") for row in sentences(language)] * 8
    for name, rows in _tone_sets().items():
        if name == "bad_buzz_en":
            texts = [text for text, _ in rows]
    vader = SentimentIntensityAnalyzer()
    triage_all([(text, Signals()) for text in texts[:200]])
    ours = _speed(texts, lambda: triage_all([(text, Signals()) for text in texts]))
    theirs = _speed(texts, lambda: [vader.polarity_scores(text) for text in texts])
    urgent = sum(hint.urgency is not Urgency.NORMAL for hint in triage_all([(text, Signals()) for text in texts]))
    figures["comments per core second"] = {"triage": ours, "VADER": theirs}
    print(f"speed: {ours:,.0f} comments per core and second, all of triage (VADER alone {theirs:,.0f})")
    print(f"put before others in these {len(texts):,} comments: {urgent:,}")


def main() -> None:
    """Print every figure; with `--json FILE` write them too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    figures: dict[str, object] = {}
    _measure_tone(figures)
    _measure_cues(figures)
    _measure_speed(figures)
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
