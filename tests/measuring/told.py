"""What a report tells, figure by figure, and which way each of them would be the better one."""

from __future__ import annotations

from typing import Any

from inbox.measuring.figures import SHARES
from inbox.measuring.reports import Figures

MORE, LESS, NEITHER = 1, -1, 0
"""Which way a figure looks better; `NEITHER` for what only says how much there was, and for what still waits, which is
a part of what has no answer."""

_COUNTS: dict[str, int] = {
    "waits": NEITHER,
    "conversations": NEITHER,
    "answered": MORE,
    "unanswered": LESS,
    "still_waiting": NEITHER,
    "closed_without_reply": LESS,
    "answered_natively": NEITHER,
    "holding_only": LESS,
    "answered_in_substance": MORE,
    "conversations_no_answer_called_for": LESS,
    "waits_no_answer_called_for": LESS,
    "within_target": MORE,
    "past_target": LESS,
    "within_target_in_substance": MORE,
    "past_target_in_substance": LESS,
    "share_answered": MORE,
    "share_answered_where_called_for": MORE,
    "share_answered_in_substance": MORE,
    "share_within_target": MORE,
    "share_within_target_in_substance": MORE,
    "oldest_waiting_since": MORE,
}

_LENGTHS = ("first_response", "next_response", "first_substantive", "next_substantive")
_STAFFED = ("first_response_staffed", "next_response_staffed")

BETTER: dict[str, int] = {
    **_COUNTS,
    **{
        f"{name}_{share}{over}_seconds": LESS
        for name in (*_LENGTHS, *_STAFFED)
        for share in SHARES
        for over in ("", "_all")
    },
    **{f"{name}_longest_seconds": LESS for name in (*_LENGTHS, *_STAFFED)},
}
"""Every figure, and which way it looks better."""


def told(figures: Figures) -> dict[str, Any]:
    """Every figure by the name it is exported under."""
    named = {
        "still_waiting": figures.waiting,
        "conversations_no_answer_called_for": figures.no_answer_called_for,
        "share_answered": figures.of_answered.value,
        "share_answered_where_called_for": figures.of_answered_where_called_for.value,
        "share_answered_in_substance": figures.of_answered_in_substance.value,
        "share_within_target": figures.of_within_target.value,
        "share_within_target_in_substance": figures.of_within_target_in_substance.value,
    }
    found = {name: named[name] if name in named else getattr(figures, name) for name in _COUNTS}
    for name, lengths in (
        ("first_response", figures.first),
        ("next_response", figures.next),
        ("first_response_staffed", figures.first_staffed),
        ("next_response_staffed", figures.next_staffed),
        ("first_substantive", figures.substantive),
        ("next_substantive", figures.next_substantive),
    ):
        for share in SHARES:
            found[f"{name}_{share}_seconds"] = lengths.answered[share]
            found[f"{name}_{share}_all_seconds"] = lengths.all[share]
        found[f"{name}_longest_seconds"] = lengths.longest
    return found


def improved(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of the figures that look better in `after` than in `before`.

    A length that is not there, not yet reached or of no answers at all, is longer than any; a share of nothing is worse
    than any; an oldest wait that is not there is the best.
    """
    return [name for name, way in BETTER.items() if _better(name, way, before[name], after[name])]


def _better(name: str, way: int, before: Any, after: Any) -> bool:
    if way == NEITHER or after == before:
        return False
    if before is None or after is None:
        return (after is None) == (name == "oldest_waiting_since")
    return bool(after > before) if way == MORE else bool(after < before)


def over_answered_alone(name: str) -> bool:
    """Whether a figure is one over answered waits, beside which stands the same over all."""
    return name.endswith("_longest_seconds") or name.replace("_seconds", "_all_seconds") in BETTER
