"""Letters as a reader sees them: case, accents, lookalikes, invisible characters and entities undone, offsets kept."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,10}\d{0,2});")

# Letters of other scripts, and signs, that are drawn like a Latin letter (after Unicode's own confusables list, cut
# down to those that can stand in an English or French word).
_LOOKALIKES = str.maketrans(
    "авеёзикмнорстухѕіјѵԁɡһԛԝӏ" + "αβεικνορτυχωγηµμ" + "ıłøđħŧƒɑɛɩɪɴʀʏᴏ" + "əɐ",
    "abee3nkmhopctyxsijvdghqwl" + "abeiknoptuxwynuu" + "ilodhtfaeiinryo" + "ea",
)
_SPELT_OUT = {"œ": "oe", "æ": "ae", "ß": "ss", "ﬁ": "fi", "ﬂ": "fl"}
_APOSTROPHES = frozenset("'’‘‛ʼʹˈ′`´＇ʻ")
_NAMED_LETTER = re.compile(
    r"(?:REGIONAL INDICATOR SYMBOL|(?:NEGATIVE |CROSSED )?(?:SQUARED|CIRCLED|PARENTHESIZED) LATIN CAPITAL|"
    r"LATIN LETTER SMALL CAPITAL|TAG LATIN SMALL|TAG LATIN CAPITAL)"
    r"(?: LETTER)? ([A-Z])\Z"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` in plain small letters; its character `i` stands for `source[starts[i]:ends[i]]`."""

    source: str
    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


@lru_cache(maxsize=8192)
def _plain(character: str) -> str:
    """What a reader sees in one character: letters, an apostrophe, a space, a line break, a sign or nothing."""
    if character in "\n\r\u2028\u2029\x85":
        return "\n"
    if character in _APOSTROPHES:
        return "'"
    if named := _NAMED_LETTER.match(unicodedata.name(character, "")):
        return named[1].lower()
    plain = []
    for part in unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold()).casefold():
        category = unicodedata.category(part)
        if category in ("Mn", "Me", "Cf", "Cc") and part not in "\t\n":
            continue
        if category.startswith("Z") or part == "\t":
            plain.append(" ")
        elif part in _APOSTROPHES:
            plain.append("'")
        else:
            plain.append(_SPELT_OUT.get(part, part).translate(_LOOKALIKES))
    return "".join(plain)


def fold(text: str) -> Folded:
    """`text` as a reader sees it; every character knows where it came from."""
    letters: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def put(plain: str, start: int, end: int) -> None:
        for letter in plain:
            letters.append(letter)
            starts.append(start)
            ends.append(end)

    position = 0
    for entity in _ENTITY.finditer(text):
        for at in range(position, entity.start()):
            put(_plain(text[at]), at, at + 1)
        meant = html.unescape(entity[0])
        put("".join(_plain(character) for character in meant), entity.start(), entity.end())
        position = entity.end()
    for at in range(position, len(text)):
        put(_plain(text[at]), at, at + 1)
    return Folded(text, "".join(letters), tuple(starts), tuple(ends))
