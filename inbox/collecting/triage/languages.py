"""Which language a comment is in."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import regex
from lingua import IsoCode639_1, Language, LanguageDetector, LanguageDetectorBuilder

UNDETERMINED = "und"
SHORTEST = 12
"""Letters below which guessing is worse than believing the network: three or four words."""

_NOT_PROSE = regex.compile(r"https?://\S+|[@#][\w.]+|[^\p{L}\p{M}'’\s]+")


@cache
def _detector() -> LanguageDetector:
    known = [
        Language.ENGLISH, Language.FRENCH, Language.SPANISH, Language.GERMAN, Language.ITALIAN, Language.PORTUGUESE,
        Language.DUTCH, Language.ARABIC,
    ]  # fmt: skip
    return LanguageDetectorBuilder.from_languages(*known).with_low_accuracy_mode().build()


def detect(text: str, hint: str | None) -> str:
    """ISO 639-1 code of the text's language, else of the network's hint, else `und`."""
    return detect_all([text], [hint])[0]


def detect_all(texts: Sequence[str], hints: Sequence[str | None]) -> list[str]:
    """`detect` for many texts at once."""
    prose = [regex.sub(r"\s+", " ", _NOT_PROSE.sub(" ", text)).strip() for text in texts]
    guesses = _detector().detect_languages_in_parallel_of(prose)
    answers = []
    for words, guess, hint in zip(prose, guesses, hints, strict=True):
        tag = (hint or "").split("-")[0].split("_")[0].lower()
        believable = guess is not None and (len(words) >= SHORTEST or not tag.isalpha())
        answers.append(_code(guess) if guess is not None and believable else tag if tag.isalpha() else UNDETERMINED)
    return answers


def _code(language: Language) -> str:
    iso: IsoCode639_1 = language.iso_code_639_1
    return iso.name.lower()
