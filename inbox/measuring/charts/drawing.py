"""SVG as our pages may carry it: shapes with classes, text as text, a title and a description, and no style of its own.

Colours and sizes stand in `static/charts.css`; a chart that stands alone, in a printed report, takes them along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDE = 600
"""Units across a chart on a desk or on paper; one unit is about one pixel."""

NARROW = 350
"""Units across a chart on a phone."""

LETTER = 6.9
"""Units that a letter takes on average in the type of a chart: labels that would meet are found with it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the plot stands inside a drawing, in its units."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Across."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Down."""
        return self.bottom - self.top

    def x(self, share: float) -> float:
        """`share` of the way from left to right."""
        return self.left + share * self.width

    def y(self, share: float) -> float:
        """`share` of the way from the bottom to the top."""
        return self.bottom - share * self.height


class Drawing:
    """One SVG, drawn from back to front."""

    def __init__(self, name: str, width: float, height: float) -> None:
        """
        Args:
            name: unique on a page; the ids of title and description are made of it.
        """
        self.width = width
        self.height = height
        self._name = name
        self._parts: list[str] = []

    @property
    def narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width < WIDE

    def rectangle(self, x: float, y: float, width: float, height: float, look: str) -> None:
        """A filled one; without height or width it is left out."""
        if width > 0 and height > 0:
            self._parts.append(
                f'<rect class="{look}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"/>'
            )

    def line(self, x1: float, y1: float, x2: float, y2: float, look: str) -> None:
        """A straight one."""
        self._parts.append(f'<line class="{look}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>')

    def curve(self, points: Iterable[tuple[float, float] | None], look: str) -> None:
        """Straight from point to point; None leaves a hole. A point between two holes is a dot."""
        run: list[tuple[float, float]] = []
        for point in [*points, None]:
            if point is not None:
                run.append(point)
            elif run:
                if len(run) == 1:
                    self.dot(*run[0], f"{look}-dot")
                else:
                    self._parts.append(f'<path class="{look}" d="M{_run(run)}"/>')
                run = []

    def area(self, points: Sequence[tuple[float, float]], bottom: float, look: str) -> None:
        """What lies between a curve and `bottom`."""
        if len(points) > 1:
            closed = [*points, (points[-1][0], bottom), (points[0][0], bottom)]
            self._parts.append(f'<path class="{look}" d="M{_run(closed)}Z"/>')

    def dot(self, x: float, y: float, look: str, radius: float = 3) -> None:
        """A filled circle."""
        self._parts.append(f'<circle class="{look}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def beak(self, x: float, y: float, look: str, size: float = 4) -> None:
        """A triangle that points up: the value lies beyond the chart."""
        points = ((x - size, y + size * 1.6), (x + size, y + size * 1.6), (x, y))
        self._parts.append(f'<path class="{look}" d="M{_run(points)}Z"/>')

    def text(self, x: float, y: float, words: str, look: str = "", anchor: str = "start") -> None:
        """Words that stand on the line `y`."""
        classed = f' class="{look}"' if look else ""
        anchored = f' text-anchor="{anchor}"' if anchor != "start" else ""
        self._parts.append(f'<text{classed} x="{_n(x)}" y="{_n(y)}"{anchored}>{escape(words)}</text>')

    def label(self, x: float, y: float, words: str, look: str = "", inside: tuple[float, float] | None = None) -> None:
        """Words in the middle over `x`, moved so far that they stay inside the drawing."""
        low, high = inside or (0.0, self.width)
        half = reach(words) / 2
        if x - half < low:
            self.text(low, y, words, look)
        elif x + half > high:
            self.text(high, y, words, look, "end")
        else:
            self.text(x, y, words, look, "middle")

    def svg(self, title: str, description: str) -> Markup:
        """All of it."""
        name = escape(self._name)
        return Markup(  # noqa: S704 - every word in it went through `escape`.
            f'<svg class="chart" role="img" xmlns="http://www.w3.org/2000/svg" '
            f'viewBox="0 0 {_n(self.width)} {_n(self.height)}" '
            f'aria-labelledby="{name}-title {name}-words">'
            f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-words">{escape(description)}</desc>'
            f"{''.join(self._parts)}</svg>"
        )


def reach(words: str) -> float:
    """About how many units `words` take across."""
    return len(words) * LETTER


def _run(points: Iterable[tuple[float, float]]) -> str:
    return "L".join(f"{_n(x)} {_n(y)}" for x, y in points)


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
