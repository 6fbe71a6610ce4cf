"""One comment in, one hint out."""

from __future__ import annotations

from collections.abc import Sequence

from . import cues, languages
from .folding import fold, readable
from .hint import Hint, Kind, Reason, Signals, Urgency
from .tone import tone

WIDE_REACH = 10_000
"""Followers from which a comment counts as fast-growing reach: about where agencies begin to speak of an influencer,
and few enough authors have so many that the level keeps its meaning."""

AGAINST, IN_FAVOUR = -0.1, 0.2
"""Sentiment from which a comment criticises or praises. A critic who is missed costs more than a neutral comment
that is read as criticism, so a faint word against counts and a faint word in favour does not."""

UNMOVED = 0.1
"""Sentiment up to which a statement may be a question by tone of voice alone: who asks like that, asks plainly."""

LONGEST_QUOTE = 60
"""Characters of the comment that a reason quotes."""

NOTHING_KNOWN = Signals()


def triage(text: str, signals: Signals = NOTHING_KNOWN) -> Hint:
    """The hint for one comment. Never raises, whatever the text."""
    return triage_all([(text, signals)])[0]


def triage_all(items: Sequence[tuple[str, Signals]]) -> list[Hint]:
    """The hints for many comments, in their order, each the same as `triage` gives; faster than one by one."""
    texts = [readable(text) for text, _ in items]
    folded = [fold(text) for text in texts]
    found = languages.detect_all(texts, folded, [signals.network_language for _, signals in items])
    return [
        _hint(text, plain, signals, language)
        for text, plain, (_, signals), language in zip(texts, folded, items, found, strict=True)
    ]


def _hint(text: str, folded: str, signals: Signals, language: str) -> Hint:
    sentiment = tone(text, folded, language)
    urgency, urgent = _urgency(text, folded, signals, language)
    felt = abs(sentiment) > UNMOVED or urgency <= Urgency.DANGER
    asks = cues.asks(folded) or (not felt and cues.might_ask(folded))
    kind = _kind(asks, urgency, sentiment)
    reasons = list(urgent)
    if asks:
        reasons.append(Reason("asks_question"))
    if signals.earlier_comments > 0:
        reasons.append(Reason("writes_again", {"count": signals.earlier_comments + 1}))
    if kind is Kind.CRITICISM:
        reasons.append(Reason("criticises"))
    elif kind is Kind.PRAISE:
        reasons.append(Reason("praises"))
    return Hint(language, kind, sentiment, urgency, tuple(reasons))


def _urgency(text: str, folded: str, signals: Signals, language: str) -> tuple[Urgency, list[Reason]]:
    """The level, and why: every reason found, the most urgent first."""
    urgency, reasons = Urgency.NORMAL, []
    if span := cues.find("danger", folded):
        urgency = Urgency.DANGER
        reasons.append(Reason("mentions_danger", {"word": _quote(text, span)}))
    elif span := cues.sounds_dangerous(folded, language):
        urgency = Urgency.DANGER
        reasons.append(Reason("sounds_dangerous", {"word": _quote(text, span)}))
    if urgency is Urgency.DANGER and (span := cues.happening_now(folded)):
        urgency = Urgency.ACUTE
        reasons.append(Reason("happening_now", {"word": _quote(text, span)}))
    if span := cues.find("press", folded):
        reasons.append(Reason("press", {"word": _quote(text, span)}))
    elif newsroom := cues.newsroom(signals.author_name):
        reasons.append(Reason("press", {"word": newsroom[:LONGEST_QUOTE]}))
    if signals.followers is not None and signals.followers >= WIDE_REACH:
        reasons.append(Reason("followers", {"count": signals.followers}))
    if reasons:
        urgency = min(urgency, Urgency.PRESS)
    return urgency, reasons


def _quote(text: str, span: tuple[int, int]) -> str:
    return " ".join(text[slice(*span)].split())[:LONGEST_QUOTE]


def _kind(asks: bool, urgency: Urgency, sentiment: float) -> Kind:
    """A report of danger is criticism even where no word of feeling stands in it: such reports are often sober."""
    if asks:
        return Kind.QUESTION
    if sentiment <= AGAINST or urgency <= Urgency.DANGER:
        return Kind.CRITICISM
    return Kind.PRAISE if sentiment >= IN_FAVOUR else Kind.OTHER
