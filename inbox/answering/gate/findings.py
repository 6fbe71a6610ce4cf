"""What the gate says about a text."""

from __future__ import annotations

from dataclasses import dataclass

from inbox.models import Outcome


@dataclass(frozen=True, slots=True)
class Finding:
    """A sentence that is more than free text.

    `start` and `end` count characters: `text[start:end] == sentence`. `evidence` is the words that decided it, as they
    stand in the text.
    """

    outcome: Outcome
    sentence: str
    start: int
    end: int
    evidence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a whole text holds; free sentences are not among its findings."""

    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The gravest finding, `FREE` without any."""
        return max(
            (finding.outcome for finding in self.findings), key=lambda outcome: outcome.gravity, default=Outcome.FREE
        )

    @property
    def held(self) -> tuple[Finding, ...]:
        """The findings for which the text may leave only in approved wording: apologies and admissions."""
        return tuple(finding for finding in self.findings if finding.outcome.held)
