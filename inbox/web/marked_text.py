"""What the gate found in a text, and what changed between two, as pieces that a template puts on the screen."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from inbox import languages
from inbox.answering.differences import Op, words_changed
from inbox.answering.gate import Finding


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text. `mark` says why it is marked: `apology`, `admission`; empty where it is not."""

    text: str
    mark: str = ""

    @property
    def reason(self) -> str:
        """The mark in words."""
        return languages.said(f"found.{self.mark}") if self.mark else ""


@dataclass(frozen=True, slots=True)
class Change:
    """A part of two texts: `same`, `gone` or `added`."""

    op: Op
    text: str


def pieces(text: str, findings: Iterable[Finding]) -> list[Piece]:
    """`text` with the sentences marked for which it must wait.

    The gate read the text less its approved cores: a sentence is sought again, in order. One that only the missing
    core had broken in two is not there as a whole, and stays unmarked.
    """
    found: list[Piece] = []
    at = 0
    for finding in sorted((one for one in findings if one.outcome.held), key=lambda one: one.start):
        start = text.find(finding.sentence, at)
        if start < 0 or not finding.sentence:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        at = start + len(finding.sentence)
        found.append(Piece(text[start:at], finding.outcome.value))
    if at < len(text):
        found.append(Piece(text[at:]))
    return found


def changes(old: str | None, new: str) -> list[Change]:
    """How `old` became `new`; nothing where there is no older text or nothing was changed."""
    if old is None or old == new:
        return []
    return [Change(op, text) for op, text in words_changed(old, new)]


def swapped(listed: Collection[Change]) -> tuple[str, str]:
    """The first thing that was replaced, as “Friday” and “Monday”; both empty where nothing was."""
    gone = next((change.text.strip() for change in listed if change.op == "gone"), "")
    added = next((change.text.strip() for change in listed if change.op == "added"), "")
    return gone, added
