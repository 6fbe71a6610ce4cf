"""Which words of a text are quoted from somebody else."""

from __future__ import annotations

import re

_MARKS = re.compile(r"[«“„\"]|(?<![^\s(])'(?=\w)")
_CLOSING = {"«": "»", "“": "”", "„": "“”", '"': '"', "'": "'"}
_LONGEST = 400
_CLOSE_BY = 90

# Somebody else speaks: the verb stands close before the quotation, or right after it.
_OTHERS = r"(?:you|he|she|they|someone|somebody|people|users?|customers?|neighbou?r|minister|president|journalist)"
_OTHERS_FR = (
    r"(?:vous|il|elle|ils|elles|certains|quelqu'un|on vous a|ministre|presidente?|journaliste|cliente?|voisine?)"
)
_SAY = (
    r"(?:wr[io]te[sn]?|written|said|says?|posted|put|"
    r"asked|claim(?:s|ed)?|told|quoted?|read|mention(?:s|ed)?|call(?:s|ed)?)"
)
_SAY_FR = (
    r"(?:ecri(?:t|vez|te|vent)|dites|dit|disent|affirm\w+|pretend\w*|"
    r"cite[zs]?|citiez|demande[sz]?|parle[zs]?|publie[zs]?)"
)
_SOURCES = (
    r"(?:headlines?|comments?|articles?|posts?|tweets?|photo|picture|newspaper|paper|poster|e-?mail you|letter you|"
    r"message you|screenshot|fake|titre|commentaire|journal|affiche|capture|publication|faux)"
)
_BEFORE = re.compile(
    rf"\b{_OTHERS}\b(?:\W+\w+){{0,3}}?\W+{_SAY}\b|\b{_OTHERS_FR}\b(?:\W+\w+){{0,3}}?\W+{_SAY_FR}\b|\b{_SOURCES}\b"
)
_AFTER = re.compile(
    rf"\W*(?:(?:as )?{_OTHERS}\W+(?:\w+\W+)?{_SAY}\b|(?:comme )?{_OTHERS_FR}\W+(?:\w+\W+)?{_SAY_FR}\b|"
    r"(?:dites|ecrivez|disiez|avez)-vous\b|(?:dit|ecrit|a-t)-(?:il|elle)\b|wrote\b|says\b|"
    r"a (?:ecrit|dit|declare) (?:le|la|un|une)\b)"
)
_OURSELVES = re.compile(r"\b(?:we|i|our|us|my|nous|je|j|on|notre|nos|mon|mes)\b")


def quoted_by_others(text: str) -> bytearray:
    """For each character of the folded text 1 where it stands in a quotation that is somebody else's.

    Words in quotation marks that nobody else is said to have used are our own: “truly sorry” is no quotation.
    """
    marked = bytearray(len(text))
    position = 0
    while opening := _MARKS.search(text, position):
        closing = _closing(text, opening.end(), _CLOSING[opening[0]])
        if closing < 0:
            position = opening.end()
            continue
        if _is_somebody_elses(text, opening.start(), closing):
            marked[opening.start() : closing + 1] = b"\x01" * (closing + 1 - opening.start())
        position = closing + 1
    return marked


def _closing(text: str, start: int, marks: str) -> int:
    for at in range(start, min(len(text), start + _LONGEST)):
        if text[at] in marks:
            inside_word = marks == "'" and at + 1 < len(text) and text[at + 1].isalnum()
            if not inside_word:
                return at
    return -1


def _is_somebody_elses(text: str, start: int, end: int) -> bool:
    before = re.split(r"[.!?;]\s", text[max(0, start - _CLOSE_BY) : start])[-1]
    attributed = list(_BEFORE.finditer(before))
    if attributed:
        return not _OURSELVES.search(before, attributed[-1].end())
    return _AFTER.match(text, end + 1, end + 1 + _CLOSE_BY) is not None
