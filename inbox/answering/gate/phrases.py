"""A small language for phrases, compiled to regular expressions that take linear time.

| written | means |
| --- | --- |
| `word`, `stem*` | that word; any word that begins so |
| `(a\\|b c\\|d*)` | one of these |
| `(a)?` | may be left out |
| `_` | any one word |
| `..3` | up to three words of the same clause in between |
| `<name>` | one of the words named so |
| `#` | a number |
| `¿` | a question mark |
| `^`, `$` | the clause begins, ends here |

Phrases are sought in a canonical line: words in plain small letters, one space between them and at both ends, `,` at
every end of a clause and `?` after a question. Nothing repeats without a bound, so that the time grows with the length
of the line alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_PIECE = re.compile(r"\s*(\.\.\d|<\w+>|[()|?^$,#¿]|[\w']+\*?)")
_FIXED = {
    "(": "(?:",
    ")": ")",
    "|": "|",
    "?": "?",
    "^": "(?<=, )",
    "$": "(?=[,?] )",
    "_": "[^ ,?]+ ",
    "¿": "[?] ",
    ",": ", ",
}


def _pieces(written: str) -> list[str]:
    pieces = _PIECE.findall(written)
    if "".join(pieces) != re.sub(r"\s", "", written):
        raise ValueError(f"no phrase: {written!r}")
    return pieces


def _expression(written: str, names: Mapping[str, str], *, across: bool) -> str:
    made = []
    step = r" (?:, )?" if across else " "
    for piece in _pieces(written):
        if piece in _FIXED:
            made.append(_FIXED[piece])
        elif piece.startswith(".."):
            made.append(rf"(?:[^ ,?]+ ){{0,{piece[2:]}}}?")
        elif piece.startswith("<"):
            made.append(f"(?:{_expression(names[piece[1:-1]], names, across=across)})")
        elif piece.endswith("*"):
            made.append(rf"{piece[:-1]}\w*{step}")
        else:
            made.append(f"{re.escape(piece)}{step}")
    return "".join(made)


def anywhere(written: Iterable[str], names: Mapping[str, str], *, across: bool = False) -> re.Pattern[str]:
    """An expression that matches at every word where one of the phrases begins; its group 1 is the phrase.

    `across`: a comma or a line break may stand between two words of a phrase.
    """
    one = "|".join(f"(?:{_expression(phrase, names, across=across)})" for phrase in written)
    return re.compile(rf"(?<= )(?=({one}))")
