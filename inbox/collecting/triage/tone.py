"""Whether a comment speaks for or against."""

from __future__ import annotations

from functools import cache

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer


@cache
def _vader() -> SentimentIntensityAnalyzer:
    return SentimentIntensityAnalyzer()


def tone(text: str, language: str) -> float:
    """From -1 (against) to 1 (in favour)."""
    return float(_vader().polarity_scores(text)["compound"])
