"""Courtesies: phrases of regret that concern the conversation itself, and so may leave.

Supervisors keep the list. A phrase is compared without case, accents, words of degree ("so", "vraiment") and the choice
of article ("the", "our", "cette"); it must end its clause, so that "sorry for the wait" does not let "sorry for the
wait and the broken arm" leave. One that ends in "…" may be followed by anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from inbox.answering.gate.wording import Sentence, sentences

STARTER_COURTESIES: tuple[str, ...] = tuple(
    line
    for line in Path(__file__).with_name("words").joinpath("courtesies.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith(";")
)

_DEGREES = frozenset(
    [
        "so",
        "very",
        "really",
        "truly",
        "deeply",
        "extremely",
        "terribly",
        "awfully",
        "genuinely",
        "sincerely",
        "long",
        "little",
        "slight",
        "short",
        "quite",
        "all",
        "again",
        "tres",
        "vraiment",
        "sincerement",
        "profondement",
        "bien",
        "trop",
        "si",
        "encore",
        "longue",
        "petit",
        "petite",
        "leger",
        "legere",
        "grand",
        "grande",
        "most",
        "honestly",
        "rather",
        "peu",
        "such",
        "sincere",
        "dear",
    ]
)
_ARTICLES = frozenset(
    [
        "the",
        "this",
        "that",
        "our",
        "my",
        "your",
        "any",
        "a",
        "an",
        "these",
        "le",
        "la",
        "l",
        "les",
        "ce",
        "cet",
        "cette",
        "ces",
        "notre",
        "nos",
        "mon",
        "ma",
        "mes",
        "votre",
        "vos",
        "un",
        "une",
    ]
)
_SAME = {
    "desolee": ("desole",), "desoles": ("desole",), "desolees": ("desole",), "navree": ("navre",), "navres": ("navre",),
    "navrees": ("navre",), "du": ("for", "the"), "des": ("for", "the"), "de": ("for",), "d": ("for",), "pour": ("for",),
    "about": ("for",), "of": ("for",), "in": ("for",), "dans": ("for",), "apologize": ("apologise",), "our": ("the",),
    "apology": ("apologies",), "responses": ("response",), "replies": ("reply",), "answers": ("answer",),
    "delays": ("delay",), "toutes": (), "mille": (), "many": (),
}  # fmt: skip
_OPEN = "…"
_LOOK_AHEAD = 60
# What may follow a courtesy without a comma.
_NEXT = frozenset(
    [
        "but",
        "mais",
        "today",
        "tonight",
        "again",
        "thanks",
        "thank",
        "merci",
        "here",
        "hi",
        "hello",
        "please",
        "aujourd",
        "tonite",
        "everyone",
        "folks",
        "all",
    ]
)
_AND = frozenset(["and", "et"])
_AFTER_AND = frozenset(["thank", "thanks", "please", "merci", "we", "i", "nous", "je", "on", "your", "welcome"])
_ON_REPLYING = re.compile(
    r"\A(?:for (?:the )?|to |a (?:the )?|a you )?(?:replying|answering|responding|reply|"
    r"answer|respond|getting back|get back|"
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
            after = line[position + len(phrase) : position + len(phrase) + _LOOK_AHEAD]
            if open_ended or _ends_here(after):
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
