"""Hours as people type and read them: `09:00–18:00, 20:00–22:00`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from inbox.measuring.hours_spans import Span
from inbox.problems import Problem

DAY = 1440
LONGEST_TEXT = 200
MOST_SPANS = 6
"""How many stretches of one day can be typed; more are a slip."""

_TIME = r"(\d{1,2})(?:\s?[:.hH]\s?(\d{2})?)?"
_SPAN = re.compile(rf"\s*{_TIME}\s*(?:-|–|—|−|to|à)\s*{_TIME}\s*")
_BETWEEN = re.compile(r"[,;+&\n]|\band\b|\bet\b")


def spans_of(text: str) -> tuple[Span, ...]:
    """What is typed for one day, in order; nothing typed is a closed day. `22:00–06:00` goes on into the next day,
    `00:00–24:00` is the whole of it.

    Raises:
        Problem: `hours_unreadable`, `hours_overlap`, `hours_too_many_spans`.
    """
    if not text.strip():
        return ()
    if len(text) > LONGEST_TEXT:
        raise Problem("hours_unreadable", text=text[:40] + "…")
    return checked([_span(part) for part in _BETWEEN.split(text)], text.strip())


def checked(spans: Iterable[Sequence[int]], text: str = "") -> tuple[Span, ...]:
    """The spans of one day in order, once they are such as a day can have.

    Raises:
        Problem: `hours_unreadable`, `hours_overlap`, `hours_too_many_spans`.
    """
    ordered = sorted((int(start), int(end)) for start, end in spans)
    if len(ordered) > MOST_SPANS:
        raise Problem("hours_too_many_spans", most=MOST_SPANS)
    said = text or text_of(ordered)
    for start, end in ordered:
        if not (0 <= start < DAY and start < end <= start + DAY and (end - start < DAY or start == 0)):
            raise Problem("hours_unreadable", text=said)
    if any(end > start for (_, end), (start, _) in pairwise(ordered)):
        raise Problem("hours_overlap", text=said)
    return tuple(ordered)


def text_of(spans: Iterable[Span]) -> str:
    """`09:00–18:00, 22:00–06:00`; what `spans_of` reads back. Empty for a closed day."""
    return ", ".join(f"{_clock(start)}–{_clock(end)}" for start, end in spans)


def _span(part: str) -> Span:
    found = _SPAN.fullmatch(part)
    if found is None:
        raise Problem("hours_unreadable", text=part.strip() or "–")
    first, second = (_minutes(found, group) for group in (1, 3))
    start, end = first % DAY, second
    if end <= start:
        end += DAY
    if first > DAY or second > DAY or first == second:
        raise Problem("hours_unreadable", text=part.strip())
    return start, end


def _minutes(found: re.Match[str], group: int) -> int:
    hours, minutes = int(found[group]), int(found[group + 1] or 0)
    return hours * 60 + minutes if minutes < 60 else DAY + 1


def _clock(minute: int) -> str:
    # Midnight at the end of a day is 24:00, so that it cannot be taken for its beginning.
    shown = minute if minute <= DAY else minute - DAY
    return f"{shown // 60:02d}:{shown % 60:02d}"
