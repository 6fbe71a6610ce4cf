"""One comment in, one hint out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .hint import Hint, Kind, Reason, Signals, Urgency
from .languages import detect, detect_all
from .tone import tone

LONGEST = 5_000
"""Characters that are read. The longest comment a supported network allows is about as long; a longer text is hostile
or pasted, and its beginning is enough for a hint."""

WIDE_REACH = 10_000
"""Followers from which an author's comment goes before others: about where platforms and agencies begin to speak of a
"micro-influencer", and few enough authors reach it that the level keeps its meaning."""

FELT = 0.05
"""Sentiment nearer to zero than this counts as neutral (VADER's own threshold)."""

_DANGER = re.compile(
    r"\b(chok\w+|poison\w+|fire|burn\w+|injur\w+|suicid\w+|hospital|étouff\w+|blessé\w*|feu|intox\w+|brûl\w+)", re.I
)
_PRESS = re.compile(
    r"\b(journalist\w*|reporter|press office|media request|journaliste\w*|rédaction|service presse)", re.I
)
_QUESTION = re.compile(r"\?|\b(anyone know|when will|how do i|est-ce que|savez[- ]vous|quand|comment)\b", re.I)


def triage(text: str, signals: Signals = Signals()) -> Hint:
    """The hint for one comment. Never raises, whatever the text."""
    return _hint(text[:LONGEST], signals, detect(text[:LONGEST], signals.network_language))


def triage_all(items: Sequence[tuple[str, Signals]]) -> list[Hint]:
    """The hints for many comments, in their order, each the same as `triage` gives; faster than one by one."""
    texts = [text[:LONGEST] for text, _ in items]
    languages = detect_all(texts, [signals.network_language for _, signals in items])
    return [
        _hint(text, signals, language) for text, (_, signals), language in zip(texts, items, languages, strict=True)
    ]


def _hint(text: str, signals: Signals, language: str) -> Hint:
    sentiment = tone(text, language)
    reasons: list[Reason] = []
    urgency = Urgency.NORMAL
    if found := _DANGER.search(text):
        reasons.append(Reason("mentions_danger", {"word": found[0]}))
        urgency = Urgency.DANGER
    if found := _PRESS.search(text):
        reasons.append(Reason("press", {"word": found[0]}))
        urgency = min(urgency, Urgency.PRESS)
    if signals.followers is not None and signals.followers >= WIDE_REACH:
        reasons.append(Reason("followers", {"count": signals.followers}))
        urgency = min(urgency, Urgency.PRESS)
    asks = _QUESTION.search(text) is not None
    if asks:
        reasons.append(Reason("asks_question"))
    if signals.earlier_comments > 0:
        reasons.append(Reason("writes_again", {"count": signals.earlier_comments + 1}))
    return Hint(language, _kind(asks, sentiment), sentiment, urgency, tuple(reasons))


def _kind(asks: bool, sentiment: float) -> Kind:
    if asks:
        return Kind.QUESTION
    if sentiment <= -FELT:
        return Kind.CRITICISM
    return Kind.PRAISE if sentiment >= FELT else Kind.OTHER
