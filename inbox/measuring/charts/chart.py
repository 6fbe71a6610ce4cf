"""What a chart is: a finding, a sentence, two drawings and the table under them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from inbox import clock, languages
from inbox.measuring import export_words
from inbox.measuring.charts.drawing import NARROW, WIDE, Drawing
from inbox.measuring.figures import Share
from inbox.measuring.report_filters import Preset

UNDRAWN = Markup("")


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart of a report, in the reader's language.

    Attributes:
        code: which one it is, as in the addresses and ids of a page.
        finding: what it shows, as its title.
        description: the sentence under the title, which says what is drawn and how.
        svg: the drawing for a desk and for paper; empty where there is nothing to draw.
        columns: of the table.
        rows: of the table, as words.
        narrow: the same drawing for a phone.
        behind: for each row the options of an address that narrow the report down to it; empty where none do.
    """

    code: str
    finding: str
    description: str
    svg: Markup
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    narrow: Markup = UNDRAWN
    behind: tuple[Mapping[str, str], ...] = ()


def drawn(code: str, finding: str, description: str, draw: Callable[[str, float], Drawing]) -> tuple[Markup, Markup]:
    """Both drawings of a chart, the wide one and the narrow one.

    Args:
        draw: makes one of them from a name and a width.
    """
    return (
        draw(f"chart-{code}", WIDE).svg(finding, description),
        draw(f"chart-{code}-narrow", NARROW).svg(finding, description),
    )


def share(part: int, whole: int) -> str:
    """A part of a whole: as a percentage, or as `3 of 7` where the whole is small."""
    return export_words.share(Share(part, whole))


def lasting(seconds: float | None, waits: int = 0) -> str:
    """A length for a table; without one a dash, or, where somebody waits, that it is not yet reached."""
    if seconds is not None:
        return languages.finely(seconds)
    return languages.gettext("not yet") if waits else "–"


def period(start: datetime, end: datetime) -> dict[str, str]:
    """The options of an address for what began from `start` on and before `end`."""
    return {"preset": Preset.CUSTOM.value, "from": clock.to_iso(start), "to": clock.to_iso(end)}
