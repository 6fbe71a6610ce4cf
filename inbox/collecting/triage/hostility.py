"""Whether a comment is hostile: words meant to hurt whoever reads them, which wears members down over a day.

Hard criticism is not hostile, however much it says against a brand: what counts are insults, contempt and curses at
people. The lists of both languages are searched in every comment. It is for members who want such words covered until
they ask for them, and for what they count of it themselves; it orders nothing and changes no figure.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from . import cues
from .cues import LANGUAGES
from .folding import fold, readable
from .hint import Urgency
from .phrases import Phrases, read_sections

LONGEST = 5_000
"""Characters of a comment that are looked at."""

_MASKED = re.compile(
    r"(?<!\w)(?:f[*@#]{1,3}(?:k|ck|cking|king)?|f\w?[*@#]+c?k\w*|s?h[*@#!]+t\w*|b[*@#]+tch\w*|c[*@#]+n?t?s?|a[*@#$]{2}hole\w*"
    r"|c[*@#]+n?(?:ard|asse)\w*|encul[*@#]+\w*|p[*@#]+t(?:e|ain)\w*|m[*@#]+rde\w*)(?!\w)"
)
"""Foul words with signs in the place of letters."""


def hostile(text: str, urgency: int = Urgency.NORMAL) -> bool:
    """Whether the words of a comment are meant to hurt. Never raises, whatever the text.

    Args:
        urgency: of the comment. Where somebody may be in danger nothing is called hostile: it has to be read.
    """
    return urgency > Urgency.DANGER and _hostile(text[:LONGEST])


@lru_cache(maxsize=4096)
def _hostile(text: str) -> bool:
    folded = fold(readable(text))
    if not _hurts(text, folded):
        return False
    # Whatever urgency is stored, words that speak of danger are read.
    return cues.find("danger", folded) is None and cues.sounds_dangerous(folded, "") is None


def _hurts(text: str, folded: str) -> bool:
    lists = _lists()
    if lists["hostile"].find(folded) is None:
        return _MASKED.search(text.lower()) is not None
    return lists["hostile"].find(cues.without(lists["harmless"], folded)) is not None


@cache
def _lists() -> dict[str, Phrases]:
    return read_sections(*(f"hostile_{language}" for language in LANGUAGES))
