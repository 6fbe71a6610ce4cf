"""A text cut into sentences and words, as the phrases of the gate see them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from inbox.answering.gate.folding import Folded, fold
from inbox.answering.gate.quoting import quoted_by_others
from inbox.answering.gate.signals import SIGNALS, is_signal, respelt

_ATOM = re.compile(
    r"(?P<url>(?:https?://|www\.)[^\s]+)"
    r"|(?P<number>[$€£]?\d+(?:[ .,']\d{3})*(?:[.,]\d{1,2})?(?:k|m|%|€|£|\$)?(?![^\W_]))"
    r"|(?P<word>[^\W_]+(?:[@$€!|][^\W_]+)*|[@$][^\W_]+)"
    r"|(?P<other>.)",
    re.DOTALL,
)
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
_SUFFIXES = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}
_SHORTENED = {
    "dont": "do not", "didnt": "did not", "doesnt": "does not", "isnt": "is not", "wasnt": "was not", "cannot": "can not",
    "werent": "were not", "arent": "are not", "havent": "have not", "hasnt": "has not", "wont": "will not",
    "cant": "can not", "couldnt": "could not", "shouldnt": "should not", "wouldnt": "would not", "im": "i am",
    "ive": "i have", "weve": "we have", "youll": "you will", "youve": "you have", "theyve": "they have", "its": "it is",
    "thats": "that is", "cest": "c est", "jai": "j ai", "sest": "s est", "nest": "n est", "cetait": "c etait",
    "lerreur": "l erreur", "lattente": "l attente", "u": "you", "r": "are", "ur": "your", "gonna": "going to",
}  # fmt: skip
_IS_AFTER = frozenset(["it", "that", "this", "he", "she", "there", "what", "who", "where", "here", "how"])
_JOINERS = frozenset(".-·•*~/|+_,:;()[]'\"!")


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


@dataclass(frozen=True, slots=True)
class _Atom:
    kind: str
    text: str
    start: int
    end: int


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of `text`, in order, those without any word left out."""
    folded = fold(text)
    quoted = quoted_by_others(folded.text)
    for start, end in _spans(folded):
        words = _words(folded, start, end, quoted)
        if words:
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


def _atoms(text: str, start: int, end: int) -> list[_Atom]:
    return [
        _Atom(found.lastgroup or "other", found[0], found.start(), found.end())
        for found in _ATOM.finditer(text, start, end)
    ]


def _words(folded: Folded, start: int, end: int, quoted: Sequence[bool]) -> list[Word]:
    """The words of one sentence, with spans in the folded text turned into spans of the source."""
    atoms = _rejoined(_atoms(folded.text, start, end))
    words: list[Word] = []

    def put(text: str, atom: _Atom) -> None:
        hidden = quoted[atom.start]
        words.append(Word('"' if hidden else text, folded.starts[atom.start], folded.ends[atom.end - 1]))

    for at, atom in enumerate(atoms):
        if atom.kind == "number":
            after_sorry = bool(words) and words[-1].text in ("sorry", "apologies") and atom.text == "4"
            put("for" if after_sorry else "zero" if atom.text.strip("$€£%") == "0" else "#", atom)
            if any(sign in atom.text for sign in "$€£"):
                put("money", atom)
        elif atom.kind == "word" and atom.text.startswith("@") and not is_signal(atom.text):
            put(",", atom)
        elif atom.kind == "word":
            for part in _parts(atoms, at):
                put(part, atom)
        elif atom.kind == "other" and _is_break(atoms, at):
            if atom.text == "?":
                put("?", atom)
            put(",", atom)
    return words


def _parts(atoms: Sequence[_Atom], at: int) -> list[str]:
    """The words that one word stands for: "we're" is two, the "re" of it none."""
    word = atoms[at].text
    if (
        at >= 2
        and atoms[at - 1].text == "'"
        and atoms[at - 2].kind == "word"
        and atoms[at - 2].end + 1 == atoms[at].start
    ):
        return _after_apostrophe(atoms[at - 2].text, word)
    if at + 2 < len(atoms) and atoms[at + 1].text == "'" and atoms[at + 2].text == "t" and word.endswith("n"):
        whole = {"won": "will not", "can": "can not", "shan": "shall not"}.get(word, f"{word[:-1]} not")
        return whole.split()
    if _is_inclusive_ending(atoms, at):
        return []
    if word == "s" and at + 2 < len(atoms) and atoms[at + 2].text in ("il", "ils"):
        return ["si"]
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


def _is_inclusive_ending(atoms: Sequence[_Atom], at: int) -> bool:
    """Whether a word is the second half of "désolé·e·s", "désolé(e)s" or "désolé-e-s"."""
    for _ in range(3):
        if at < 2 or atoms[at].kind != "word" or atoms[at - 2].kind != "word":
            return False
        mark = atoms[at - 1].text
        if mark not in _INCLUSIVE_MARKS or atoms[at].text not in _INCLUSIVE_ENDINGS["-" if mark in "-/" else "."]:
            return False
        if len(atoms[at - 2].text) > 2:
            return True
        at -= 2
    return False


def _is_break(atoms: Sequence[_Atom], at: int) -> bool:
    """Whether a sign ends a clause: stops and dashes do, what joins two halves of a word does not."""
    mark = atoms[at].text
    before = atoms[at - 1] if at else None
    after = atoms[at + 1] if at + 1 < len(atoms) else None
    inside = before is not None and after is not None and before.kind == "word" and after.kind == "word"
    if mark == "\n":
        return True
    if mark in ",;:!?…¡¿—()[]":
        return not (inside and mark in "()[]")
    if mark == ".":
        return not (inside and after is not None and _is_inclusive_ending(atoms, at + 1))
    return mark in "-–" and not inside


def _rejoined(atoms: list[_Atom]) -> list[_Atom]:
    """The atoms with words put together again that were taken apart by signs or spaces."""
    atoms = _single_letters_rejoined(atoms)
    joined: list[_Atom] = []
    at = 0
    while at < len(atoms):
        taken = _broken_signal(atoms, at)
        if taken:
            last = atoms[at + taken - 1]
            word = "".join(atom.text for atom in atoms[at : at + taken] if atom.kind in ("word", "number"))
            joined.append(_Atom("word", respelt(word), atoms[at].start, last.end))
            at += taken
        else:
            joined.append(atoms[at])
            at += 1
    return joined


def _broken_signal(atoms: Sequence[_Atom], at: int) -> int:
    """How many atoms from `at` on are pieces of one signal ("apolo-gies", "sor ry"); 0 if none are."""
    if atoms[at].kind != "word" or is_signal(atoms[at].text):
        return 0
    whole, position, pieces = atoms[at].text, at, 1
    while pieces < 6 and len(whole) < 18:
        step = _step(atoms, position)
        if not step or is_signal(atoms[position + step].text):
            return 0
        spaced = any(atom.text.isspace() for atom in atoms[position + 1 : position + step])
        position += step
        pieces += 1
        whole += atoms[position].text
        if whole in SIGNALS and len(whole) >= 5 and not (spaced and pieces > 2):
            return position - at + 1
    return 0


def _step(atoms: Sequence[_Atom], at: int) -> int:
    """The distance to the next piece of a word, over at most three signs or spaces; 0 if something else follows."""
    for distance in range(1, 5):
        if at + distance >= len(atoms):
            return 0
        atom = atoms[at + distance]
        if atom.kind in ("word", "number"):
            return distance if distance > 1 else 0
        if not (atom.text.isspace() or atom.text in _JOINERS or not atom.text.isascii()):
            return 0
    return 0


def _single_letters_rejoined(atoms: list[_Atom]) -> list[_Atom]:
    """Words spelt out letter by letter ("s.o.r.r.y", "o u r  f a u l t") put together."""
    joined: list[_Atom] = []
    at = 0
    while at < len(atoms):
        letters, position = [at], at
        while _is_letter(atoms[position]) and (step := _step(atoms, position)) and _is_letter(atoms[position + step]):
            position += step
            letters.append(position)
        if len(letters) < 4:
            joined.extend(atoms[at : position + 1])
        else:
            joined.extend(_spelt_out(atoms, letters))
        at = position + 1
    return joined


def _is_letter(atom: _Atom) -> bool:
    return len(atom.text) == 1 and (atom.kind == "word" or (atom.kind == "number" and atom.text in "013457"))


def _spelt_out(atoms: Sequence[_Atom], letters: Sequence[int]) -> list[_Atom]:
    """The words of a run of single letters; the widest gaps stand between words."""
    gaps = [atoms[second].start - atoms[first].end for first, second in pairwise(letters)]
    spaced = [any(atom.text.isspace() for atom in atoms[first:second]) for first, second in pairwise(letters)]
    usual = min(gaps)
    mixed = not all(spaced)
    words = [[letters[0]]]
    for number, (gap, has_space) in enumerate(zip(gaps, spaced, strict=True), start=1):
        if gap > usual or (mixed and has_space):
            words.append([])
        words[-1].append(letters[number])
    return [
        _Atom("word", "".join(atoms[at].text for at in word), atoms[word[0]].start, atoms[word[-1]].end)
        for word in words
    ]


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
