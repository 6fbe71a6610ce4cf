"""Which language a comment is in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

UNDETERMINED = "und"

CERTAIN_LEAD = 2
"""Function words by which one language must lead all others for the count alone to decide."""

SHORTEST = 16
"""Letters below which letters tell too little: two or three words. The network's hint stands then, or nothing."""

LONG_ENOUGH = 300
"""Characters that are looked at: more change no answer."""

# Words that carry grammar and hardly any subject. Folded; those that several of these languages share tell nothing and
# are left out.
_FUNCTION_WORDS = {
    "en": "the and you your is are was were it's its i'm i've that this with for from have has had not but they what when "
    "my we our of to be been will would can can't don't didn't how why who there at by just get got all out about an if "
    "or so up any still than then after i it she he him her them us these those could should does did isn't in on a do "
    "me as into over before never again been being some too very more only who's that's there's here gonna u ur tbh",
    "fr": "le la les des une un est et vous je j'ai c'est pas que qui pour dans avec sur votre vos mon ma mes nous il elle "
    "ce cette ces au aux du ne ca plus mais ou si sont ete avez etes suis j'en n'est qu'on depuis tout tres bien encore "
    "toujours rien aussi comme meme quand deja leur sans chez l'on d'un d'une merci jamais moi ils elles faire fait y "
    "de en se sa son ont etait cela d'accord svp quel quelle",
    "es": "el los las una por para con pero muy esta estan porque como cuando donde mi su sus lo al es son hay ya mas "
    "tambien gracias hola que no y en del todo nos usted ustedes eso este esa",
    "de": "der die das und ist nicht ich ihr sie wir ein eine einen mit fur auf von zu den dem des auch sich noch nur wie "
    "aber wenn oder bei nach uber schon mein meine euch war sind haben hat kein keine bitte danke es im am",
    "it": "il che di non per con sono della del gli nel alla anche piu questo questa come mi ho ha perche ma lo una un "
    "dei delle grazie molto voi vostro vostra cosa quando dove essere",
    "pt": "o os as um uma que nao com para por mais muito voce voces meu minha sao esta foi ja como mas do da dos das no "
    "na ao eu obrigado obrigada isso esse tem quando porque",
    "nl": "het een van en niet dat ik jullie je zijn voor met op te aan maar ook nog wel naar bij dit wat hoe waarom "
    "heb hebben mijn uw ons er al geen bedankt graag de is",
}  # fmt: skip

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_NOT_PROSE = re.compile(r"https?://\S+|[@#][\w.]+|[^\w'’\s]+|\d+")


@cache
def _languages_of_words() -> dict[str, tuple[str, ...]]:
    known: dict[str, tuple[str, ...]] = {}
    for language, words in _FUNCTION_WORDS.items():
        for word in words.split():
            known[word] = (*known.get(word, ()), language)
    return {word: languages for word, languages in known.items() if len(set(languages)) < 3}


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
        answers[index] = _by_letters(words, _tag(hints[index]))
    return [answer or UNDETERMINED for answer in answers]


def _by_function_words(folded: str) -> str | None:
    counts: dict[str, int] = {}
    known = _languages_of_words()
    for word in _WORD.findall(folded[:LONG_ENOUGH]):
        for language in known.get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    if not counts:
        return None
    ranked = sorted(counts, key=counts.__getitem__, reverse=True)
    second = counts[ranked[1]] if len(ranked) > 1 else 0
    return ranked[0] if counts[ranked[0]] - second >= CERTAIN_LEAD else None


def _by_letters(words: str, hint: str | None) -> str | None:
    if len(words) < SHORTEST:
        return hint
    guess = _detector().detect_language_of(words) if words else None
    return guess.iso_code_639_1.name.lower() if guess else hint


def _tag(hint: str | None) -> str | None:
    """The language of a network's tag: `fr` for `fr-CA`; None where it says nothing."""
    language = re.split("[-_]", hint or "")[0].lower()
    return language if re.fullmatch("[a-z]{2,3}", language) and language != UNDETERMINED else None
