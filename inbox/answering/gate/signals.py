"""Words that can make an apology or an admission, and how to know them again however they are typed."""

from __future__ import annotations

import re

_WORDS = """
sorry apology apologies apologise apologises apologised apologising apologize apologizes apologized apologizing
regret regrets regretted forgive forgiveness pardon culpa fault faults mistake mistakes error errors blame responsible
responsibility liable liability negligent negligence refund refunds refunded refunding reimburse reimbursed
reimbursement compensate compensated compensation indemnify victims injured caused admit affected defective careless
ashamed voucher vouchers
desole desolee desoles desolees navre navree navres navrees excuse excuses excusee excusees excuser excusons excusez
pardonner pardonnez regrette regrettons faute fautes erreur erreurs tort torts responsable responsables responsabilite
rembourse rembourser rembourserons remboursera remboursement remboursements rembourses remboursees remboursons
indemniser indemniserons indemnise indemnises indemnisation dedommager dedommagement dedommagerons victimes negligents
blesses honte coupable coupables
"""
SIGNALS = frozenset(_WORDS.split())

_KNOWN_MISSPELT = {
    "sry": "sorry", "srry": "sorry", "soz": "sorry", "sowwy": "sorry", "sorri": "sorry", "sori": "sorry",
    "soree": "sorry", "soory": "sorry", "appology": "apology", "apols": "apologies", "dsl": "desole", "dsle": "desole",
    "dslee": "desole", "dsls": "desoles", "desoler": "desoles", "navrer": "navres",
}  # fmt: skip
_LEET = str.maketrans("013457@$!|€", "oieastasile")
_LEET_L = str.maketrans("013457@$!|€", "oleastasile")
_RUN = re.compile(r"(.)\1+")
# Only long words: a short one with a wrong letter is too often another word.
_MISSPELT_FROM = 7


def _squeezed(word: str) -> str:
    return _RUN.sub(r"\1", word)


def _one_letter_less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


_BY_SQUEEZED = {_squeezed(word): word for word in sorted(SIGNALS, key=len)}
_MISSPELLABLE = sorted(
    word
    for word in SIGNALS
    if len(word) >= _MISSPELT_FROM
    and word.startswith(("apolog", "excus", "desol", "regrett", "rembours", "indemnis", "dedommag", "compens", "reimb"))
)
_BY_ONE_LESS = {less: word for word in _MISSPELLABLE for less in {word, *_one_letter_less(word)}}


def respelt(word: str) -> str:
    """The signal that `word` (in plain small letters) stands for; `word` itself if it stands for none.

    Seen through: digits and signs for letters, letters drawn out, common short forms, and one wrong, missing, doubled
    or exchanged letter in the long words.
    """
    if word in SIGNALS or len(word) > 40:
        return word
    if word in _KNOWN_MISSPELT:
        return _KNOWN_MISSPELT[word]
    if not word.isalpha() and any(letter.isalpha() for letter in word):
        for table in (_LEET, _LEET_L):
            meant = word.translate(table)
            if meant in SIGNALS:
                return meant
            if (squeezed := _squeezed(meant)) in _BY_SQUEEZED and len(squeezed) > 3:
                return _BY_SQUEEZED[squeezed]
        return word
    squeezed = _squeezed(word)
    if squeezed != word or word in _BY_SQUEEZED:
        if squeezed in _BY_SQUEEZED and len(squeezed) > 3:
            return _BY_SQUEEZED[squeezed]
        if squeezed in _KNOWN_MISSPELT:
            return _KNOWN_MISSPELT[squeezed]
    if len(word) >= _MISSPELT_FROM - 1:
        if word in _BY_ONE_LESS:
            return _BY_ONE_LESS[word]
        for less in sorted(_one_letter_less(word)):
            if less in _BY_ONE_LESS:
                return _BY_ONE_LESS[less]
    return word


def is_signal(word: str) -> bool:
    """Whether `word` is one of `SIGNALS`, however it is typed."""
    return respelt(word) in SIGNALS
