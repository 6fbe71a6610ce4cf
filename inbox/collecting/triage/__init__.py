"""Triage: language, kind, tone and urgency of a comment, with the reasons.

A hint that orders the queue; it never hides, closes or answers anything, and a member can correct it. No network, no
database: the same text and signals always give the same hint.
"""

from __future__ import annotations

from .hint import REASON_CODES, Hint, Kind, Reason, Signals, Urgency
from .hostility import hostile
from .judge import triage, triage_all

__all__ = ["REASON_CODES", "Hint", "Kind", "Reason", "Signals", "Urgency", "hostile", "triage", "triage_all"]
