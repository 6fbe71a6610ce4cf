"""One form of a text for comparing: what a reader would call the same words becomes the same string."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 4_000
"""Characters that are read. Few networks let a comment grow longer; a longer text is pasted or hostile, and its
beginning is enough for a hint."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+")
_FIRST_MENTIONS = re.compile(r"^(?:\s*[.]?@[\w.-]+:?)+")


def _plain_letters() -> dict[int, str]:
    """Every Latin letter with a mark → the bare letter, so that one character stays one character."""
    table = {}
    for number in [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]:
        bare = unicodedata.normalize("NFD", chr(number))[0].lower()
        if bare.isascii() and bare.isalpha():
            table[number] = bare
    return table | {
        ord("’"): "'",
        ord("‘"): "'",
        ord("`"): "'",
        ord("´"): "'",
        ord("ʼ"): "'",
        ord("#"): " ",
        ord("@"): " ",
    }


_PLAIN = _plain_letters()


def readable(text: str) -> str:
    """`text` as a person reads it: capped, compatibility forms resolved, nothing invisible, no loooong letters.

    Fancy letters (mathematical bold, full width) become plain ones, so that a call for help written in them is found.
    """
    text = text[:LONGEST]
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))[:LONGEST]
    return _STRETCHED.sub(r"\1\1", text)


def fold(text: str) -> str:
    """`text` in lower case without accents, `#`, `@` or addresses; every character keeps its place.

    Mentions at the beginning become line ends: what follows them begins a sentence.
    """
    lower = text.lower()
    if len(lower) != len(text):
        lower = "".join(letter if len(letter.lower()) != 1 else letter.lower() for letter in text)
    if "http" in lower or "www." in lower:
        lower = _ADDRESS.sub(lambda found: " " * len(found[0]), lower)
    if "@" in lower:
        lower = _FIRST_MENTIONS.sub(lambda found: "\n" * len(found[0]), lower)
    return lower.translate(_PLAIN)
