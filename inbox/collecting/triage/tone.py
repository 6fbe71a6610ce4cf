"""Whether a comment speaks for or against: lists of words, and the few words around them that turn or weigh them.

English rests on VADER's lexicon (Hutto & Gilbert 2014, MIT), corrected and widened by a list of our own for
complaints; French and emoji on lists of our own. The reading of negation, degree and contrast follows VADER's idea,
not its code: it knows French, runs several times faster, and turns praise round that stands beside a complaint
("great job, cancelled again")."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from .folding import fold
from .languages import SURE, UNDETERMINED
from .phrases import FOLDER

SOFTENING = 15.0
"""How fast the sum of weights nears 1: VADER's own constant."""

NEGATED_PRAISE, NEGATED_BLAME = -0.75, -0.35
"""What negation leaves: "not good" is nearly as hard as "bad", while "not bad" is faint praise."""

MORE, LESS, SHOUTED = 1.3, 0.6, 1.2
BEFORE_BUT, AFTER_BUT = 0.5, 1.4
MARK, MOST_MARKS = 0.3, 3
"""What an exclamation mark adds to what is already felt, and how many count."""

IRONY = -0.8
"""What is left of polite praise beside a complaint."""

DENIED, MOST_DENIALS = -0.5, 2
"""What a negation says by itself ("my parcel did not come", "ça marche pas"), and how many count: most complaints
tell of something that did not happen, without a word of feeling."""

REACH = 3
"""Words after a negation that it turns."""

_PICTURE = "[\U0001f300-\U0001faff☀-➿⭐♥]|<3|[:;=]['-]?[)(dps|/](?!\\w)|(?<!\\w)xd(?!\\w)|\\^\\^"
_TOKENS = {
    "en": re.compile(rf"{_PICTURE}|[^\W_]+(?:'[^\W_]+)*|!+"),
    "fr": re.compile(rf"{_PICTURE}|[^\W_]+'?|!+"),
    "": re.compile(_PICTURE),
}
_SHOUT = re.compile(r"(?<!\w)[^\W\d_]{3,}(?!\w)")


@dataclass(slots=True)
class _Words:
    """A list: exact words, beginnings of words, and phrases by their first word."""

    exact: dict[str, float] = field(default_factory=dict)
    beginnings: dict[str, float] = field(default_factory=dict)
    phrases: dict[str, list[tuple[tuple[str, ...], float]]] = field(default_factory=dict)
    seen: dict[str, float | None] = field(default_factory=dict)

    def add(self, tokens: list[str], open_ended: bool, weight: float) -> None:
        """Takes an entry in; the first mention of an entry wins."""
        if len(tokens) > 1:
            known = self.phrases.setdefault(tokens[0], [])
            known.append((tuple(tokens[1:]), weight))
            known.sort(key=lambda phrase: -len(phrase[0]))
        elif tokens:
            (self.beginnings if open_ended else self.exact).setdefault(tokens[0], weight)

    def weight(self, word: str) -> float | None:
        """The weight of one word: its own, else that of its longest known beginning, else None."""
        if word in self.seen:
            return self.seen[word]
        found = self.exact.get(word)
        if found is None:
            ends = (end for end in range(len(word), 1, -1) if word[:end] in self.beginnings)
            end = next(ends, None)
            found = None if end is None else self.beginnings[word[:end]]
        if len(self.seen) < MOST_REMEMBERED:
            self.seen[word] = found
        return found

    def at(self, tokens: list[str], index: int) -> tuple[float | None, int]:
        """The weight of what begins at `index`, and how many tokens it takes."""
        for rest, weight in self.phrases.get(tokens[index], ()):
            if tuple(tokens[index + 1 : index + 1 + len(rest)]) == rest:
                return weight, 1 + len(rest)
        return self.weight(tokens[index]), 1


MOST_REMEMBERED = 50_000
"""Words whose weight is remembered per list, so that hostile texts cannot fill the memory."""


@dataclass(slots=True)
class _Language:
    """What is known of one language."""

    tokens: re.Pattern[str]
    feeling: _Words
    complaint: _Words
    irony: _Words
    negations: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()
    less: frozenset[str] = frozenset()
    contrast: frozenset[str] = frozenset()


@cache
def _language(code: str) -> _Language:
    """English, French, or for any other code the emoji alone."""
    pattern = _TOKENS[code]
    feeling, complaint, irony = _Words(), _Words(), _Words()
    sets: dict[str, set[str]] = {"not": set(), "more": set(), "less": set(), "but": set()}
    for name in (f"tone_{code}", "tone_emoji") if code else ("tone_emoji",):
        for section, entry in _entries(name):
            tokens = pattern.findall(_plain(fold(entry)))
            if section in sets:
                sets[section].add(" ".join(tokens))
                continue
            words = {"complaint": complaint, "irony": irony}.get(section, feeling)
            words.add(tokens, entry.endswith("*"), 1.0 if words is not feeling else float(section))
    if code == "en":
        for word, weight in SentimentIntensityAnalyzer().lexicon.items():
            if word.isalpha() and feeling.weight(word) is None:
                feeling.exact[word] = float(weight)
        feeling.seen.clear()
    return _Language(
        pattern, feeling, complaint, irony,
        frozenset(sets["not"]), frozenset(sets["more"]), frozenset(sets["less"]), frozenset(sets["but"]),
    )  # fmt: skip


def _entries(name: str) -> Iterator[tuple[str, str]]:
    """(section, entry) of a list."""
    section = ""
    for line in (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
        elif line and not line.startswith("# "):
            yield from ((section, entry) for entry in map(str.strip, line.split(",")) if entry)


def _plain(folded: str) -> str:
    return folded.replace("œ", "oe").replace("\ufe0f", "")


def tone(text: str, folded: str, language: str) -> float:
    """From -1 (against) to 1 (in favour), 0 where nothing is felt. `folded` is `text`, folded.

    In a language that is neither English nor French only emoji speak. Where the language is not known, or the text is
    too short for its language to be certain and says nothing in it, the list that finds more speaks.
    """
    if language in (UNDETERMINED, "en", "fr"):
        own = 0.0 if language == UNDETERMINED else _tone(text, folded, language)
        if own or (language != UNDETERMINED and len(folded) >= SURE):
            return own
        return max((_tone(text, folded, code) for code in ("en", "fr")), key=abs)
    return _tone(text, folded, "")


def _tone(text: str, folded: str, code: str) -> float:
    known = _language(code)
    tokens = known.tokens.findall(_plain(folded))
    shouted = {word.lower() for word in _SHOUT.findall(text) if word.isupper()} if not text.isupper() else set()
    felt = list(_felt(tokens, known, shouted))
    praise = [weight for weight, _, ironic in felt if weight > 0 and not ironic]
    if not praise and any(known.complaint.at(tokens, index)[0] for index in range(len(tokens))):
        felt = [(weight * IRONY if ironic and weight > 0 else weight, at, ironic) for weight, at, ironic in felt]
    total = math.fsum(_around_contrast(felt, tokens, known))
    total += DENIED * min(MOST_DENIALS, _bare_negations(tokens, known, {at for _, at, _ in felt}))
    marks = min(MOST_MARKS, sum(len(token) for token in tokens if token[0] == "!"))
    if total:
        total += math.copysign(MARK * marks, total)
    return round(total / math.sqrt(total * total + SOFTENING), 4)


def _felt(tokens: list[str], known: _Language, shouted: set[str]) -> Iterator[tuple[float, int, bool]]:
    """(weight, place, whether it is praise that irony uses) of every word or phrase of feeling."""
    index, negated_until = 0, -1
    while index < len(tokens):
        weight, length = known.feeling.at(tokens, index)
        if weight:
            if length == 1:
                weight *= _degree(tokens, index, known)
            if index <= negated_until or (length == 1 and tokens[index + 1 : index + 2] == ["pas"]):
                weight *= NEGATED_PRAISE if weight > 0 else NEGATED_BLAME
            if tokens[index] in shouted:
                weight *= SHOUTED
            yield weight, index, bool(known.irony.at(tokens, index)[0])
        elif tokens[index] in known.negations:
            negated_until = index + REACH
        elif tokens[index] in known.contrast or tokens[index][0] == "!":
            negated_until = -1
        index += length


def _bare_negations(tokens: list[str], known: _Language, felt: set[int]) -> int:
    """Negations that turn no word of feeling."""
    return sum(
        token in known.negations and index not in felt and felt.isdisjoint(range(index - 2, index + REACH + 1))
        for index, token in enumerate(tokens)
    )


def _degree(tokens: list[str], index: int, known: _Language) -> float:
    before = tokens[index - 1] if index else ""
    two = f"{tokens[index - 2]} {before}" if index > 1 else ""
    if before in known.more:
        return MORE
    return LESS if before in known.less or two in known.less else 1.0


def _around_contrast(felt: Iterable[tuple[float, int, bool]], tokens: list[str], known: _Language) -> Iterator[float]:
    """The weights; what stands before the last "but" counts less, what stands after it more."""
    turns = [index for index, token in enumerate(tokens) if token in known.contrast]
    for weight, index, _ in felt:
        yield weight * (1.0 if not turns else BEFORE_BUT if index < turns[-1] else AFTER_BUT)
