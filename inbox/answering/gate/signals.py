"""Words that can make an apology or an admission, and how to know them again however they are typed."""

from __future__ import annotations

import re
from functools import lru_cache

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
_LONGEST = 40
_STEMS = ("apolog", "excus", "desol", "regrett", "rembours", "indemnis", "dedommag", "compens", "reimburs")
# Short words that are read through digits as well: "0ur mistake".
_SHORT = frozenset(["our", "notre", "nous", "fault", "we"])


def _squeezed(word: str) -> str:
    return _RUN.sub(r"\1", word)


def _one_letter_less(word: str) -> set[str]:
    return {word[:at] + word[at + 1 :] for at in range(len(word))}


_BY_SQUEEZED = {_squeezed(word): word for word in sorted(SIGNALS, key=len)}
_MISSPELLABLE = sorted(word for word in SIGNALS if len(word) >= _MISSPELT_FROM and word.startswith(_STEMS))
_IN_HASHTAG = re.compile(
    "(" + "|".join(sorted((word for word in SIGNALS if len(word) > 4), key=len, reverse=True)) + ")"
)
_BY_ONE_LESS = {less: word for word in _MISSPELLABLE for less in {word, *_one_letter_less(word)}}


@lru_cache(maxsize=8192)
def respelt(word: str) -> str:
    """The signal that `word` (in plain small letters) stands for; `word` itself if it stands for none.

    Seen through: digits and signs for letters, letters drawn out, common short forms, and one wrong, missing, doubled
    or exchanged letter in the long words.
    """
    if word in SIGNALS or len(word) > _LONGEST:
        return word
    if word in _KNOWN_MISSPELT:
        return _KNOWN_MISSPELT[word]
    if not word.isalpha():
        return _without_digits(word)
    squeezed = _squeezed(word)
    if len(squeezed) > 3 and squeezed in _BY_SQUEEZED:
        return _BY_SQUEEZED[squeezed]
    if squeezed in _KNOWN_MISSPELT:
        return _KNOWN_MISSPELT[squeezed]
    return _well_typed(word)


def _without_digits(word: str) -> str:
    """`word` with its digits and signs read as letters, if that makes a signal."""
    if any(letter.isalpha() for letter in word):
        for table in (_LEET, _LEET_L):
            meant = word.translate(table)
            if meant in SIGNALS or meant in _SHORT:
                return meant
            squeezed = _squeezed(meant)
            if len(squeezed) > 3 and squeezed in _BY_SQUEEZED:
                return _BY_SQUEEZED[squeezed]
    return word


def _well_typed(word: str) -> str:
    """The signal that differs from a long `word` by one letter; endings of its own are no mistake."""
    if len(word) < _MISSPELT_FROM - 1 or word.startswith(_STEMS):
        return word
    if word in _BY_ONE_LESS:
        return _BY_ONE_LESS[word]
    return next((_BY_ONE_LESS[less] for less in sorted(_one_letter_less(word)) if less in _BY_ONE_LESS), word)


def is_known(word: str) -> bool:
    """Whether `word` is one of `SIGNALS` or one of their common short forms."""
    return word in SIGNALS or word in _KNOWN_MISSPELT


def out_of_hashtag(tag: str) -> list[str]:
    """The words of a hashtag that holds a signal ("noussommesdesoles"); the tag itself otherwise."""
    return [part for part in _IN_HASHTAG.split(tag) if part] if len(tag) <= _LONGEST else [tag]


def is_signal(word: str) -> bool:
    """Whether `word` is one of `SIGNALS`, however it is typed."""
    return respelt(word) in SIGNALS
