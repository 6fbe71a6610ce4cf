"""A core in which somebody changed something: where it stands in a reply, and the approved words put back there.

Pure text. `cores.nearly` finds a window as long as the core; here it is brought to the words and the sentence in which
it stands, so that it can be shown and replaced.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from rapidfuzz import fuzz

from inbox.answering import placeholders
from inbox.answering.cores import PLACE

_SENTENCE_END = re.compile(r"[.!?…]+(?=\s|$)|(?=\n)")
_OPENING = 12
"""Characters of a core by which its beginning is sought near the window."""

_NEAR = 60


def filled(core: str, names: Mapping[str, str]) -> str:
    """The approved words as they would read with names in their places."""
    return placeholders.fill(core, names).text


def span(core: str, text: str, passage: str, names: Mapping[str, str]) -> tuple[int, int] | None:
    """Where the changed core stands: `text[start:end]`; None where `passage` is not in the text any more.

    Args:
        passage: what `cores.nearly` found, cut where the length of the core ends.
        names: by placeholder: what may stand before the first word of the core belongs to it.
    """
    start = text.find(passage)
    if start < 0 or not passage:
        return None
    end = start + len(passage)
    opening = PLACE.sub("", core).casefold().lstrip(" ,;:")[:_OPENING].rstrip()
    near = text.casefold().find(opening, max(0, start - _NEAR), start + _NEAR + len(opening)) if opening else -1
    if near >= 0 and len(text.casefold()) == len(text):
        start = near
    while start > 0 and text[start - 1].isalnum() and text[start : start + 1].isalnum():
        start -= 1
    return _with_name(core, text, start, names), _to_the_end(core, text, start, end)


def put_back(core: str, text: str, passage: str, names: Mapping[str, str]) -> str:
    """`text` with the approved words where the changed ones stood; the words around them stay."""
    found = span(core, text, passage, names)
    if found is None:
        return text
    before, after = text[: found[0]], text[found[1] :]
    if after and not after[0].isspace():
        after = f" {after}"
    return f"{before}{filled(core, names)}{after}"


def _with_name(core: str, text: str, start: int, names: Mapping[str, str]) -> int:
    place = PLACE.match(core)
    if place is None:
        return start
    name = placeholders.tame(names.get(place[1], ""))
    between = text[:start].rstrip(" ,;:")
    return len(between) - len(name) if name and between.endswith(name) else start


def _to_the_end(core: str, text: str, start: int, end: int) -> int:
    """To the end of the sentence that makes the passage most like the core; to the end of a word where none ends."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, start + 1, min(len(text), end + _NEAR))]
    while end < len(text) and text[end].isalnum():
        end += 1
    wanted = PLACE.sub("", core)
    return max([*ends, end], key=lambda at: (fuzz.ratio(wanted, text[start:at]), -at))
