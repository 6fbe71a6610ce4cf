"""Courtesies: phrases of regret that concern the conversation itself, and so may leave.

Supervisors keep the list. A phrase is compared without case, accents, apostrophes, words of degree ("so", "vraiment") and
the choice of article ("the", "our", "cette"); it must end its clause, so that "sorry for the wait" does not let "sorry
for the wait and the broken arm" leave. One that ends in "…" may be followed by anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from inbox.answering.gate.wording import Sentence, sentences

STARTER_COURTESIES: tuple[str, ...] = (
    "sorry for the wait",
    "sorry for keeping you waiting",
    "sorry to keep you waiting",
    "sorry to have kept you waiting",
    "sorry you had to wait for our reply",
    "sorry for the delay",
    "sorry for the delay in our reply",
    "sorry for the delayed reply",
    "sorry for the late reply",
    "sorry for the late answer",
    "sorry for the late response",
    "sorry for the slow reply",
    "sorry for the slow response",
    "sorry for the slow answer",
    "sorry for the short reply",
    "sorry for the short answer",
    "sorry for not replying sooner",
    "sorry for not replying earlier",
    "sorry for not answering sooner",
    "sorry for not answering earlier",
    "sorry for not getting back to you sooner",
    "sorry for not getting back to you earlier",
    "sorry it took us so long to reply",
    "sorry it took so long to reply",
    "sorry this took so long",
    "sorry this took so long to answer",
    "sorry for missing your message",
    "sorry we missed your message",
    "sorry I missed your message",
    "sorry I missed your comment",
    "sorry I missed your first comment",
    "apologies for the wait",
    "apologies for the delay",
    "apologies for the late reply",
    "apologies for the late response",
    "apologies for the slow reply",
    "apologies for the delayed response",
    "we apologise for the wait",
    "we apologise for the delay",
    "we apologise for the late reply",
    "we apologise for the late answer",
    "I apologise for the slow answer",
    "excuse the delay in our reply",
    "excuse our late reply",
    "forgive the late reply",
    "sorry to hear …",
    "sorry to read …",
    "sorry to see …",
    "sorry to know …",
    "sorry for the waiting time",
    "sorry for the waiting times",
    "sorry we missed you",
    "we apologise for the delayed response",
    "sorry to learn …",
    "sorry to bother you …",
    "sorry to trouble you …",
    "sorry for asking again",
    "sorry to ask again",
    "sorry for the typo …",
    "sorry for the double post",
    "sorry for the interruption",
    "sorry to interrupt",
    "sorry to disappoint …",
    "sorry to see you go",
    "sorry for the misunderstanding of your question",
    "excuse me",
    "désolé pour l'attente",
    "désolé pour cette attente",
    "désolé du retard",
    "désolé du retard de notre réponse",
    "désolé pour le retard dans notre réponse",
    "désolé pour ce retard de réponse",
    "désolé pour cette réponse tardive",
    "désolé pour la réponse tardive",
    "désolé pour le délai de réponse",
    "désolé pour le temps de réponse",
    "désolé pour cette réponse courte",
    "désolé pour cette réponse un peu courte",
    "désolé de vous répondre si tard",
    "désolé de répondre si tard",
    "désolé de vous avoir fait attendre",
    "désolé de vous faire attendre",
    "désolé de ne pas vous avoir répondu plus tôt",
    "désolé de ne pas avoir répondu plus tôt",
    "désolé de ne pas vous avoir répondu plus vite",
    "désolé d'avoir mis autant de temps à répondre",
    "désolé d'avoir mis autant de temps à vous répondre",
    "désolé d'avoir manqué votre message",
    "désolé d'avoir manqué votre premier message",
    "désolé de vous déranger …",
    "désolé de vous solliciter …",
    "désolé d'insister …",
    "désolé d'apprendre …",
    "désolé de l'apprendre",
    "désolé de lire …",
    "désolé d'entendre …",
    "désolé pour la faute de frappe …",
    "désolé pour le doublon",
    "désolé de vous décevoir …",
    "désolé de vous voir partir",
    "navré de l'apprendre",
    "navré d'apprendre …",
    "navré de lire …",
    "navré d'entendre …",
    "pardon pour l'attente",
    "pardon pour le retard",
    "pardon pour le retard de réponse",
    "excuses pour l'attente",
    "excuses pour cette réponse tardive",
    "excuses pour le retard de notre réponse",
    "excuses pour le délai de réponse",
    "excusons pour l'attente",
    "excusons de cette réponse tardive",
    "excusons pour le retard de notre réponse",
    "excuser pour ce retard de réponse",
    "excuser pour cette attente",
    "excuser notre réponse tardive",
    "excuser le délai de notre réponse",
    "excuser le retard de notre réponse",
    "excuser notre retard à vous répondre",
    "excusez notre réponse tardive",
    "excusez-moi",
    "excusez-moi de vous déranger …",
    "regrettons cette attente",
)

_DEGREES = frozenset(
    "so very really truly deeply extremely terribly awfully genuinely sincerely long little slight short quite all again "
    "tres vraiment sincerement profondement bien trop si encore longue petit petite leger legere grand grande most "
    "honestly rather peu such sincere dear".split()
)
_ARTICLES = frozenset(
    "the this that our my your any a an these le la l les ce cet cette ces notre nos mon ma mes votre vos un une".split()
)
_SAME = {
    "desolee": ("desole",), "desoles": ("desole",), "desolees": ("desole",), "navree": ("navre",), "navres": ("navre",),
    "navrees": ("navre",), "du": ("for", "the"), "des": ("for", "the"), "de": ("for",), "d": ("for",), "pour": ("for",),
    "about": ("for",), "of": ("for",), "in": ("for",), "dans": ("for",), "apologize": ("apologise",), "our": ("the",),
    "apology": ("apologies",), "responses": ("response",), "replies": ("reply",), "answers": ("answer",),
    "delays": ("delay",), "toutes": (), "mille": (), "many": (),
}  # fmt: skip
_OPEN = "…"
# What may follow a courtesy without a comma.
_NEXT = frozenset(
    "but mais today tonight again thanks thank merci here hi hello please aujourd tonite everyone folks all".split()
)
_AND = frozenset("and et".split())
_AFTER_AND = frozenset("thank thanks please merci we i nous je on your welcome".split())
_ON_REPLYING = re.compile(
    r"\A(?:for (?:the )?|to |a (?:the )?|a you )?(?:replying|answering|responding|reply|answer|respond|getting back|get back|"
    r"coming back|writing back|response|reponse|repondre|repondu|answers|replies)\b"
)


def _plain_words(words: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The words that are compared, each with its number in `words`."""
    for number, word in enumerate(words):
        if word in _DEGREES:
            continue
        for same in _SAME.get(word, (word,)):
            yield ("the" if same in _ARTICLES else same), number


@lru_cache(maxsize=4096)
def _phrase(written: str) -> tuple[str, bool]:
    """The phrase as it is compared, with a space at both ends, and whether anything may follow it."""
    open_ended = written.rstrip().endswith((_OPEN, "..."))
    words = [word.text for sentence in sentences(written) for word in sentence.words if word.text not in ",?"]
    return f" {' '.join(word for word, _ in _plain_words(words))} ", open_ended


def courteous_spans(sentence: Sentence, courtesies: Collection[str]) -> Iterator[tuple[int, int]]:
    """Spans of the sentence's line that are courtesies of the list."""
    compared = list(_plain_words([word.text for word in sentence.words]))
    line = " " + " ".join(word for word, _ in compared) + " "
    numbers: dict[int, int] = {}
    offset = 1
    for at, (word, _) in enumerate(compared):
        numbers[offset] = at
        offset += len(word) + 1
    for written in courtesies:
        phrase, open_ended = _phrase(written)
        if len(phrase) < 3:
            continue
        position = line.find(phrase)
        while position >= 0:
            after = line[position + len(phrase) :]
            if open_ended or _ends_here(after[:60]):
                first = compared[numbers[position + 1]][1]
                last = compared[numbers[position + 1] + phrase.count(" ") - 2][1]
                yield sentence.offsets[first], sentence.offsets[last] + len(sentence.words[last].text) + 1
            position = line.find(phrase, position + 1)


def _ends_here(after: str) -> bool:
    """Whether what follows leaves the phrase about the conversation: an end, or words about replying."""
    if replying := _ON_REPLYING.match(after):
        after = " ".join(word for word in after[replying.end() :].split() if word not in ("the", "you", "to", "a"))
    words = after.split()
    if not words or words[0] in (",", "?") or words[0] in _NEXT:
        return True
    return words[0] in _AND and len(words) > 1 and words[1] in _AFTER_AND
