"""What changed between two wordings, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "added", "gone"]

_PIECES = re.compile(r"\{[^{}\n]*\}|\w+(?:['’]\w+)*|\s+|[^\w\s]")


def words_changed(old: str, new: str) -> list[tuple[Op, str]]:
    """How `old` became `new`, as pieces in reading order: what stayed, what is gone, what was added.

    The pieces that are not `added` make up `old`, those that are not `gone` make up `new`, character by character. A
    placeholder is one word; where something was replaced, what is gone stands before what was added.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    pieces: list[tuple[Op, str]] = []
    # Without the junk heuristic, which takes frequent words of a long text for noise.
    for tag, from_old, to_old, from_new, to_new in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(("same", "".join(before[from_old:to_old])))
            continue
        if from_old < to_old:
            pieces.append(("gone", "".join(before[from_old:to_old])))
        if from_new < to_new:
            pieces.append(("added", "".join(after[from_new:to_new])))
    return _joined(pieces)


def _joined(pieces: list[tuple[Op, str]]) -> list[tuple[Op, str]]:
    """Changes on both sides of a lone space read as one change: "the big cup" for "a small cup", not word for word."""
    found: list[tuple[Op, str]] = []
    gone = added = ""
    for place, (op, text) in enumerate(pieces):
        between = op == "same" and not text.strip() and (gone or added) and place + 1 < len(pieces)
        if op == "gone" or between:
            gone += text
        if op == "added" or between:
            added += text
        if op == "same" and not between:
            found += _flushed(gone, added)
            gone = added = ""
            found.append(("same", text))
    return found + _flushed(gone, added)


def _flushed(gone: str, added: str) -> list[tuple[Op, str]]:
    changed: list[tuple[Op, str]] = []
    if gone:
        changed.append(("gone", gone))
    if added:
        changed.append(("added", added))
    return changed
