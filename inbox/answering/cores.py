"""Approved cores inside a reply: found byte for byte, cut out, and missed where a word was changed.

Pure text: what is approved and in force is `apologies`' to say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

VARIABLE = ("author_name", "account_name")
"""The placeholders that a core may hold: a name may vary, the promise may not."""

LONGEST_NAME = 60
MOST_WORDS = 5

NEAR = 78.0
"""From which likeness, in percent, a passage is taken for a core in which somebody changed something."""

SHORTEST_NEAR = 20
"""Characters of a core below which likeness says nothing."""

HONORIFICS = frozenset({"dr", "m", "madame", "maître", "me", "mlle", "mme", "monsieur", "mr", "mrs", "ms", "mx", "sir"})

PLACE = re.compile(r"\{(" + "|".join(VARIABLE) + r")\}")
"""Where a core has a place that may vary; the group is its name."""

NOBODYS_NAME = frozenset(
    {
        "all",
        "any",
        "anybody",
        "anyone",
        "each",
        "every",
        "everybody",
        "everyone",
        "nobody",
        "none",
        "no",
        "not",
        "others",
    }
    | {
        "somebody",
        "someone",
        "us",
        "we",
        "you",
        "your",
        "aucun",
        "autres",
        "chacun",
        "chacune",
        "nous",
        "on",
        "personne",
    }
    | {"quiconque", "tous", "tout", "toute", "toutes", "vos", "votre", "vous"}
)
"""Words that change whom a promise is made to: no name, whoever calls themselves so."""

_PLAIN_NAME = re.compile(r"[\w ’'.@-]+")
_BEFORE_A_SIGNATURE = re.compile(r"[,.!?…;:–—-]\s+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CARRIES_ON = re.compile(
    r"\s*(?:(?:and|or|nor|plus|but)\s+(?:also\s+)?(?:for|to|if|not|even|everybody|everyone|only)"
    r"|(?:not|only|even)\s+(?:for|to|if|you)|up to|including|except|unless|same (?:goes|for)"
    r"|(?:et|ou|mais)\s+(?:aussi\s+)?(?:pour|à|si|pas|même)|(?:pas|même)\s+(?:pour|si|à)"
    r"|seulement|jusqu|sauf|y compris|pareil|idem)\b",
    re.IGNORECASE,
)
"""A beginning of what follows a core that would make it say more, or less: "And for …", "Up to …"."""

_NEXT_WORD = re.compile(r"\S*\s+")
_NAME = r"[^\s.!?…;:,<>{}\n](?:[^.!?…;:,<>{}\n]{0,58}[^\s.!?…;:,<>{}\n])?"


@dataclass(frozen=True, slots=True)
class Found:
    """A core in a text: `text[start:end]` is the core with names in its places."""

    start: int
    end: int
    names: tuple[str, ...]


NameIsFit = Callable[[str], bool]
"""Whether the words that stand in the place of a name are no more than a name."""


def find(core: str, text: str, is_name: NameIsFit, names: Collection[str] = ()) -> list[Found]:
    """Where `core` stands in `text`, every character as it was approved, in sentences of its own.

    Args:
        core: with its placeholders.
        is_name: says of what stands in the place of a placeholder whether it is a name.
        names: names that stand there whole, whatever signs are in them: `Fatou D.`
    """
    found = []
    pattern, at = _pattern(core, names), 0
    while match := pattern.search(text, at):
        if _stands_alone(text, match.start(), match.end()) and all(map(is_name, match.groups())):
            found.append(Found(match.start(), match.end(), match.groups()))
            at = match.end()
        else:
            # What stands before a name in the same breath is no part of the core: it may begin a word later.
            later = _NEXT_WORD.search(text, match.start())
            at = later.end() if later else match.start() + 1
    return found


def cut(text: str, spans: Collection[Found]) -> tuple[str, str]:
    """What is left of `text` without the cores: once in paragraphs, once run together.

    Both are read, since a sentence can be broken by a core put into its middle.
    """
    pieces, at = [], 0
    for span in sorted(spans, key=lambda one: one.start):
        pieces.append(text[at : max(at, span.start)])
        at = max(at, span.end)
    pieces.append(text[at:])
    return "\n\n".join(pieces).strip(), " ".join(piece.strip() for piece in pieces).strip()


def nearly(core: str, text: str) -> str | None:
    """The passage of `text` that looks like `core` with something changed; None where nothing does."""
    plain = PLACE.sub("", core).casefold()
    folded = text.casefold()
    if len(plain) < SHORTEST_NEAR:
        return None
    if len(folded) <= len(plain):
        return text if fuzz.ratio(plain, folded, score_cutoff=NEAR) else None
    alignment = fuzz.partial_ratio_alignment(plain, folded, score_cutoff=NEAR)
    return text[alignment.dest_start : alignment.dest_end] if alignment is not None else None


def known_names(names: Collection[str], words_of_theirs: Collection[str] = ()) -> NameIsFit:
    """A rule for `find`: one of `names` whole, or at most five words without a sign between them, each a form of
    address, a part of one of `names`, or what the person signed with."""
    known = {_folded(word) for name in names for word in _WORD.findall(name)} - NOBODYS_NAME
    whole = {_folded(" ".join(name.split())) for name in names} - NOBODYS_NAME
    signed = {_folded(word) for said in words_of_theirs for word in _signature(said)} - NOBODYS_NAME

    def is_name(value: str) -> bool:
        if _folded(value) in whole:
            return True
        if len(value) > LONGEST_NAME or not _PLAIN_NAME.fullmatch(value):
            return False
        words = _WORD.findall(value.replace("_", " "))
        if not 0 < len(words) <= MOST_WORDS:
            return False
        return all(_folded(word) in known or _folded(word) in HONORIFICS or _folded(word) in signed for word in words)

    return is_name


def _signature(said: str) -> list[str]:
    """The words with which somebody signed: what stands alone at the end, in at most three capitalised words."""
    lines = said.strip().splitlines()
    parts = _BEFORE_A_SIGNATURE.split(lines[-1]) if lines else []
    words = _WORD.findall(parts[-1]) if len(parts) > 1 or len(lines) > 1 else []
    return words if 0 < len(words) <= 3 and all(word[:1].isupper() for word in words) else []


def _folded(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def _pattern(core: str, names: Collection[str]) -> re.Pattern[str]:
    whole = sorted({name for name in names if name}, key=len, reverse=True)
    return re.compile("".join(_pieces(core, "|".join([*map(re.escape, whole), _NAME]))))


def _pieces(core: str, name: str) -> Iterator[str]:
    at = 0
    for place in PLACE.finditer(core):
        yield re.escape(core[at : place.start()])
        yield f"({name})"
        at = place.end()
    yield re.escape(core[at:])


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing is glued to the core: it begins after a sentence, a greeting or a line, a space ends it, and what
    follows begins anew instead of carrying it on."""
    before = text[:start].rstrip()
    if before and (before[-1].isalnum() or before[-1] == ":" or not text[start - 1].isspace()):
        return False
    if end < len(text) and not text[end].isspace():
        return False
    return _CARRIES_ON.match(text, end) is None
