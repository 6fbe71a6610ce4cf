"""A text cut into sentences and words, as the phrases of the gate see them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from inbox.answering.gate.atoms import Atom, atoms
from inbox.answering.gate.folding import Folded, fold
from inbox.answering.gate.quoting import quoted_by_others
from inbox.answering.gate.signals import is_signal, out_of_hashtag, respelt

_TERMINAL = re.compile(r"(?<![.!?])[.!?]++[\"'»”)\]]*+(?=\s|\Z)")
_PARAGRAPH = re.compile(r"[.!?,:;…)\]»”\"-]\s{0,20}?\n\s{0,20}|\n[ \t]{0,20}\n\s{0,20}(?=[-*•\d])")
_SHORT_FORMS = frozenset(
    [
        "m",
        "mm",
        "mme",
        "mmes",
        "mlle",
        "dr",
        "pr",
        "st",
        "ste",
        "mr",
        "mrs",
        "ms",
        "prof",
        "no",
        "nr",
        "approx",
        "etc",
        "ex",
        "cf",
        "env",
        "av",
        "art",
    ]
)
_INCLUSIVE = {".": "e s es ee ees ne nes le les se ses x rice rices te tes ve ves", "-": "e s es ee ees"}
_INCLUSIVE_ENDINGS = {mark: frozenset(endings.split()) for mark, endings in _INCLUSIVE.items()}
_INCLUSIVE_MARKS = frozenset(".·•()-/∙⋅‧")
_MARKS = frozenset({",", "?", '"'})
_SUFFIXES = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}
_SHORTENED = {
    "dont": "do not",
    "didnt": "did not",
    "doesnt": "does not",
    "isnt": "is not",
    "wasnt": "was not",
    "cannot": "can not",
    "werent": "were not",
    "arent": "are not",
    "havent": "have not",
    "hasnt": "has not",
    "wont": "will not",
    "cant": "can not",
    "couldnt": "could not",
    "shouldnt": "should not",
    "wouldnt": "would not",
    "im": "i am",
    "ive": "i have",
    "weve": "we have",
    "youll": "you will",
    "youve": "you have",
    "theyve": "they have",
    "its": "it is",
    "thats": "that is",
    "cest": "c est",
    "jai": "j ai",
    "sest": "s est",
    "nest": "n est",
    "cetait": "c etait",
    "lerreur": "l erreur",
    "lattente": "l attente",
    "u": "you",
    "r": "are",
    "ur": "your",
    "gonna": "going to",
}
_IS_AFTER = frozenset(["it", "that", "this", "he", "she", "there", "what", "who", "where", "here", "how"])


@dataclass(frozen=True, slots=True)
class Word:
    """A word in plain small letters (`,` and `?` for ends of clauses, `#` for a number) and its span in the text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the text, its words, and the canonical line that phrases are sought in."""

    start: int
    end: int
    words: tuple[Word, ...]
    line: str
    offsets: tuple[int, ...]

    def word_at(self, offset: int) -> int:
        """The number of the word that stands at `offset` of the line."""
        return max(0, bisect_right(self.offsets, offset) - 1)


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of `text`, in order, those without any word left out."""
    folded = fold(text)
    quoted = quoted_by_others(folded.text)
    for start, end in _spans(folded):
        words = _words(folded, start, end, quoted)
        if any(word.text not in _MARKS for word in words):
            yield _sentence(folded, start, end, words)


def _spans(folded: Folded) -> Iterator[tuple[int, int]]:
    """Spans of sentences in the folded text."""
    text = folded.text
    ends = []
    for found in _TERMINAL.finditer(text):
        following = re.compile(r"\s*(\S)").match(text, found.end())
        if following is None or not _begins_small(folded, following.start(1)):
            before = re.compile(r"[^\W_]+\Z").search(text, max(0, found.start() - 12), found.start())
            short = before is not None and (len(before[0]) == 1 or before[0] in _SHORT_FORMS)
            if not (short and found[0] == "." and following is not None):
                ends.append(found.end())
    ends.extend(found.end() for found in _PARAGRAPH.finditer(text))
    start = 0
    for end in [*sorted(set(ends)), len(text)]:
        stripped = text[start:end].strip()
        if stripped:
            first = start + text[start:end].index(stripped[0])
            yield first, first + len(stripped)
        start = end


def _begins_small(folded: Folded, at: int) -> bool:
    character = folded.source[folded.starts[at]]
    return character.islower()


def _words(folded: Folded, start: int, end: int, quoted: bytearray) -> list[Word]:
    """The words of one sentence, with spans in the folded text turned into spans of the source."""
    pieces = atoms(folded.text, start, end)
    words: list[Word] = []

    def put(text: str, atom: Atom) -> None:
        hidden = quoted[atom.start]
        words.append(Word('"' if hidden else text, folded.starts[atom.start], folded.ends[atom.end - 1]))

    for at, atom in enumerate(pieces):
        if atom.kind == "number":
            for part in _number(atom.text, words[-1].text if words else ""):
                put(part, atom)
        elif atom.kind == "word":
            for part in _parts(pieces, at):
                put(part, atom)
        elif atom.kind == "other" and _is_break(pieces, at):
            if atom.text == "?":
                put("?", atom)
            if not words or words[-1].text != ",":
                put(",", atom)
    return words


def _number(digits: str, before: str) -> list[str]:
    """`#` for a number, with its currency; "sorry 4 the wait" has none."""
    if digits == "4" and before in ("sorry", "apologies"):
        return ["for"]
    if digits.strip("$€£%") == "0":
        return ["zero"]
    return ["#", "money"] if any(sign in digits for sign in "$€£") else ["#"]


def _parts(pieces: Sequence[Atom], at: int) -> list[str]:
    """The words that one word stands for: "we're" is two, the "re" of it none."""
    word = pieces[at].text
    if (
        at >= 2
        and pieces[at - 1].text == "'"
        and pieces[at - 2].kind == "word"
        and pieces[at - 2].end + 1 == pieces[at].start
    ):
        return _after_apostrophe(pieces[at - 2].text, word)
    if at + 2 < len(pieces) and pieces[at + 1].text == "'" and pieces[at + 2].text == "t" and word.endswith("n"):
        whole = {"won": "will not", "can": "can not", "shan": "shall not"}.get(word, f"{word[:-1]} not")
        return whole.split()
    if _is_inclusive_ending(pieces, at):
        return []
    if word == "s" and at + 2 < len(pieces) and pieces[at + 2].text in ("il", "ils"):
        return ["si"]
    if word.startswith("@") and not is_signal(word):
        return [","]
    if at and pieces[at - 1].text == "#":
        return out_of_hashtag(word)
    if word in _SHORTENED:
        return _SHORTENED[word].split()
    return [respelt(word)]


def _after_apostrophe(before: str, word: str) -> list[str]:
    if word in _SUFFIXES and len(before) > 0:
        return [_SUFFIXES[word]]
    if word == "s":
        return ["us"] if before == "let" else ["is"] if before in _IS_AFTER else []
    if word == "t" and before.endswith("n"):
        return []
    return [respelt(word)]


def _is_inclusive_ending(pieces: Sequence[Atom], at: int) -> bool:
    """Whether a word is the second half of "désolé·e·s", "désolé(e)s" or "désolé-e-s"."""
    for _ in range(3):
        if at < 2 or pieces[at].kind != "word" or pieces[at - 2].kind != "word":
            return False
        mark = pieces[at - 1].text
        if mark not in _INCLUSIVE_MARKS or pieces[at].text not in _INCLUSIVE_ENDINGS["-" if mark in "-/" else "."]:
            return False
        if len(pieces[at - 2].text) > 2:
            return True
        at -= 2
    return False


def _is_break(pieces: Sequence[Atom], at: int) -> bool:
    """Whether a sign ends a clause: stops and dashes do, what joins two halves of a word does not."""
    mark = pieces[at].text
    before = pieces[at - 1] if at else None
    after = pieces[at + 1] if at + 1 < len(pieces) else None
    inside = before is not None and after is not None and before.kind == "word" and after.kind == "word"
    if mark == "\n":
        return True
    if mark in ",;:!?…¡¿—()[]":
        return not (inside and mark in "()[]")
    if mark == ".":
        return not (inside and after is not None and _is_inclusive_ending(pieces, at + 1))
    return mark in "-–" and not inside


def _sentence(folded: Folded, start: int, end: int, words: Sequence[Word]) -> Sentence:
    line = [" , "]
    offsets = []
    length = 3
    for word in words:
        offsets.append(length)
        line.append(f"{word.text} ")
        length += len(word.text) + 1
    line.append(", ")
    return Sentence(folded.starts[start], folded.ends[end - 1], tuple(words), "".join(line), tuple(offsets))
