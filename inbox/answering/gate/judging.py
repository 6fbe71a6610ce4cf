"""Whether a sentence apologises or admits: words that could, less those that others say, deny, ask or suppose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from inbox.answering.gate.courtesies import courteous_spans
from inbox.answering.gate.lexicon import expressions, words
from inbox.answering.gate.wording import Sentence
from inbox.models import Outcome

_LOOK_BACK = 200
_OTHER_WORDS = 2
_BRIDGED = 8


@dataclass(frozen=True, slots=True)
class Decision:
    """What decided about a sentence; `start` and `end` count characters of the sentence's line."""

    outcome: Outcome
    start: int
    end: int


# "Without water" is no denial.
_LACKING = frozenset({"without", "sans"})
# After these a denial says more, not less: "we cannot apologise enough".
_NOT_ENOUGH = frozenset(["can", "could", "cannot", "pouvons", "peux", "pourrons", "saurions", "saurait", "pourrait"])
_NEVER_SUPPOSED = frozenset(["you", "vous", "ask", "demandez", "want", "voulez"])
# "Can we refund you?" is an offer.
_OFFERING = frozenset(["can", "could", "would", "will", "may", "shall", "should", "pouvons", "pourrions", "puis"])


def judge(sentence: Sentence, courtesies: Collection[str]) -> Decision | None:
    """What decides about the sentence, the gravest first; None if it is free."""
    line = sentence.line
    for start, end in _admissions(line):
        return Decision(Outcome.ADMISSION, start, end)
    cues = sorted({(found.start(1), found.end(1)) for one in expressions("apology") for found in one.finditer(line)})
    if not cues:
        return _courtesy_alone(sentence, courtesies)
    harmless = _marked(line, _harmless_spans(line))
    polite_spans = [*courteous_spans(sentence, courtesies), *_spans(line, "turns")]
    polite = _marked(line, polite_spans)
    courteous = None
    for start, end in cues:
        if harmless[start] or _not_apologising(line, start):
            continue
        if not polite[start]:
            return Decision(Outcome.APOLOGY, start, end)
        courteous = courteous or next(span for span in polite_spans if span[0] <= start < span[1])
    return Decision(Outcome.COURTESY, *courteous) if courteous else None


def _courtesy_alone(sentence: Sentence, courtesies: Collection[str]) -> Decision | None:
    for start, end in courteous_spans(sentence, courtesies):
        return Decision(Outcome.COURTESY, start, end)
    return None


def _spans(line: str, name: str) -> Iterator[tuple[int, int]]:
    for one in expressions(name):
        for found in one.finditer(line):
            yield found.start(1), found.end(1)


def _marked(line: str, spans: Iterable[tuple[int, int]]) -> bytearray:
    """For each character of the line 1 where one of the spans covers it."""
    marked = bytearray(len(line))
    for start, end in spans:
        marked[start:end] = b"\x01" * (end - start)
    return marked


def _harmless_spans(line: str) -> Iterator[tuple[int, int]]:
    yield from _spans(line, "harmless")
    yield from _spans(line, "contradiction")
    for start, end in _spans(line, "others"):
        if words("ours").isdisjoint(line[start:end].split()):
            yield start, end


def _admissions(line: str) -> Iterator[tuple[int, int]]:
    """Spans of the line that admit."""
    excepted: bytearray | None = None
    conceded = False
    for name in ("compensation", "sure", "fault", "cause", "numbers"):
        for start, end in _spans(line, name):
            if excepted is None:
                excepted = _marked(line, _spans(line, "no_admission"))
                conceded = _found("conceded", line)
            if any(excepted[start:end]):
                continue
            if name != "sure" and _negated(line, start, end, words("bridge")):
                continue
            if not conceded and _reported(line, start):
                continue
            if name == "compensation":
                if _asked(line, end, but=_OFFERING):
                    continue
            elif _supposed(line, start) or _asked(line, end):
                continue
            yield start, end


def _clause_before(line: str, at: int) -> str:
    """The clause up to `at`, from its comma on, or from the last words that are looked back at."""
    before = line[max(0, at - _LOOK_BACK) : at]
    return " , " + before.rpartition(", ")[2]


def _negated(line: str, start: int, end: int, bridge: Collection[str]) -> bool:
    """Whether a negation stands in the phrase or before it with nothing but bridging words between."""
    before = _clause_before(line, start).split()
    inside = line[start:end].split()
    if not words("still_said").isdisjoint(before[-6:]) or not words("still_said").isdisjoint(inside):
        return False
    return not (words("negations") - _LACKING).isdisjoint(inside) or _denied_before(before, bridge)


def _denied_before(before: Sequence[str], bridge: Collection[str], never_after: Collection[str] = ()) -> bool:
    for number, word in enumerate(reversed(before)):
        if word in words("negations"):
            earlier = before[: len(before) - number - 1]
            return not (earlier and earlier[-1] in never_after)
        if number >= _BRIDGED or word not in bridge:
            return False
    return False


def _not_apologising(line: str, start: int) -> bool:
    """Whether the apology that begins at `start` is denied: "not sorry", but not "cannot apologise enough"."""
    before = _clause_before(line, start).split()
    return words("still_said").isdisjoint(before[-6:]) and _denied_before(before, words("apology_bridge"), _NOT_ENOUGH)


def _found(section: str, line: str) -> bool:
    return any(one.search(line) for one in expressions(section))


def _reported(line: str, at: int) -> bool:
    """Whether others say it."""
    return _found("reported", _clause_before(line, at))


def _supposed(line: str, at: int) -> bool:
    """Whether an "if" or a "whether" rules it: close before it, with at most two words that do not bridge."""
    others = 0
    for word in reversed(_clause_before(line, at).split()):
        if word in words("irrealis"):
            return True
        if word in words("irrealis_bridge"):
            continue
        others += 1
        if others > _OTHER_WORDS or word in _NEVER_SUPPOSED:
            return False
    return False


def _asked(line: str, end: int, *, but: Collection[str] = ()) -> bool:
    """Whether the clause is a question that opens like one, with no word of `but`.

    "Why" and "how" take for granted what they ask about, so they are no such openings.
    """
    after = line.find(", ", end - 1)
    if after < 2 or line[after - 2 : after] != "? ":
        return False
    clause = line[max(0, end - _LOOK_BACK) : after].rpartition(", ")[2]
    return clause.split(" ", 1)[0] not in but and _found("asked", f" , {clause}")
