"""Which language a comment is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from .phrases import FOLDER

UNDETERMINED = "und"

CERTAIN_LEAD = 2
"""Function words by which one language must lead all others for the count alone to decide."""

SHORTEST = 16
"""Letters below which letters tell too little: two or three words. The network's hint stands then, or nothing."""

SURE = 40
"""Characters from which the language found is trusted even where its word lists find nothing in the text."""

LONG_ENOUGH = 300
"""Characters that are looked at: more change no answer."""

_BY_LETTERS_ALONE = frozenset({Language.ARABIC})
"""Languages believed without one of their function words, for they have a script of their own. In Latin letters that is
too little: "best brand ever" looks Dutch, "j'adore" English."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_NOT_PROSE = re.compile(r"https?://\S+|[@#][\w.]+|[^\w'’\s]+|\d+")


@cache
def _languages_of_words() -> dict[str, tuple[str, ...]]:
    """Function words, with their languages; those that three languages share tell nothing and are left out."""
    known: dict[str, tuple[str, ...]] = {}
    language = ""
    for line in (FOLDER / "function_words.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            language = line[1:-1]
        elif not line.startswith("#"):
            known |= {word: (*known.get(word, ()), language) for word in line.split()}
    return {word: languages for word, languages in known.items() if len(languages) < 3}


@cache
def _detector() -> LanguageDetector:
    known = [
        Language.ENGLISH, Language.FRENCH, Language.SPANISH, Language.GERMAN, Language.ITALIAN, Language.PORTUGUESE,
        Language.DUTCH, Language.ARABIC,
    ]  # fmt: skip
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def detect_all(texts: Sequence[str], folded: Sequence[str], hints: Sequence[str | None]) -> list[str]:
    """ISO 639-1 code of each text's language; what cannot be told takes the network's hint, else `und`.

    Function words are counted first, which decides most comments at a tenth of the cost; the others are told by their
    letters (lingua). `folded` are the same texts, folded.
    """
    answers = [_by_function_words(plain) for plain in folded]
    unsure = [index for index, answer in enumerate(answers) if answer is None]
    prose = [" ".join(_NOT_PROSE.sub(" ", texts[index][:LONG_ENOUGH]).split()) for index in unsure]
    for index, words in zip(unsure, prose, strict=True):
        answers[index] = _by_letters(words, folded[index], _tag(hints[index]))
    return [answer or UNDETERMINED for answer in answers]


def _spoken(folded: str) -> dict[str, int]:
    """Function words found, per language."""
    counts: dict[str, int] = {}
    known = _languages_of_words()
    for word in _WORD.findall(folded[:LONG_ENOUGH]):
        for language in known.get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    return counts


def _by_function_words(folded: str) -> str | None:
    counts = _spoken(folded)
    ranked = sorted(counts, key=counts.__getitem__, reverse=True)
    second = counts[ranked[1]] if len(ranked) > 1 else 0
    return ranked[0] if ranked and counts[ranked[0]] - second >= CERTAIN_LEAD else None


def _by_letters(words: str, folded: str, hint: str | None) -> str | None:
    """What lingua says, unless the function words speak against it."""
    if len(words) < SHORTEST:
        return hint
    guess = _detector().detect_language_of(words)
    if guess is None:
        return hint
    code: str = guess.iso_code_639_1.name.lower()
    counts = _spoken(folded)
    most = max(counts.values(), default=0)
    if most >= CERTAIN_LEAD and counts.get(code, 0) < most:
        return hint
    return code if guess in _BY_LETTERS_ALONE or code in counts else hint


def _tag(hint: str | None) -> str | None:
    """The language of a network's tag: `fr` for `fr-CA`; None where it says nothing."""
    language = re.split("[-_]", hint or "")[0].lower()
    return language if re.fullmatch("[a-z]{2,3}", language) and language != UNDETERMINED else None
