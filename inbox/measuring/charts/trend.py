"""The median and nine in ten over time, over all who wrote, with the target as a thin line."""

from __future__ import annotations

from collections.abc import Sequence

from inbox import languages
from inbox.measuring.charts import scales
from inbox.measuring.charts.chart import UNDRAWN, Chart, drawn, lasting, period, share
from inbox.measuring.charts.drawing import Drawing, Frame, reach
from inbox.measuring.charts.flow import time_axis
from inbox.measuring.curves import Trend
from inbox.measuring.curves_local import Unit, edges_apart
from inbox.measuring.figures import SMALL
from inbox.words.lengths import in_words

APART = 16.0
"""Units between the feet of two labels at the end of their lines."""


def trend(curve: Trend) -> Chart:
    """The chart."""
    _ = languages.gettext
    finding, description = _finding(curve), _description(curve)
    rows, behind = [], []
    for number, (start, end) in enumerate(edges_apart(curve.buckets)):
        waits, answered, lengths = curve.waits[number], curve.answered[number], curve.lengths[number]
        if waits:
            rows.append(
                (
                    scales.moment_of(curve.buckets.unit, curve.buckets.start(number)),
                    languages.number(waits),
                    share(answered, waits),
                    lasting(lengths.answered["median"]),
                    lasting(lengths.all["median"], waits),
                    lasting(lengths.answered["p90"]),
                    lasting(lengths.all["p90"], waits),
                    lasting(curve.allowed[number]),
                )
            )
            behind.append(period(start, end))
    svg = narrow = UNDRAWN
    if rows:
        svg, narrow = drawn("trend", finding, description, lambda name, width: _draw(curve, name, width))
    return Chart(
        code="trend",
        finding=finding,
        description=description,
        svg=svg,
        narrow=narrow,
        columns=(
            _("Began to wait"),
            _("First waits"),
            _("Answered"),
            _("Half, of the answered"),
            _("Half, of all"),
            _("Nine in ten, of the answered"),
            _("Nine in ten, of all"),
            _("Target"),
        ),
        rows=tuple(rows),
        behind=tuple(behind),
    )


def _medians(curve: Trend, name: str) -> list[float | None]:
    return [lengths.all[name] if waits else None for lengths, waits in zip(curve.lengths, curve.waits, strict=True)]


def _finding(curve: Trend) -> str:
    _ = languages.gettext
    # What a few waited says little about a day: days of more come first, but nothing is said that is not so of all.
    every = [number for number, waits in enumerate(curve.waits) if waits]
    if not every:
        return _("Nobody began to wait for a first answer.")
    present = [number for number in every if curve.waits[number] >= SMALL] or every
    medians = _medians(curve, "median")
    if all(medians[number] is None for number in every):
        return _("At no time has half of those who wrote had an answer so far.")
    unreached = [number for number in present if medians[number] is None]
    reached = [(median, number) for number in present if (median := medians[number]) is not None]
    if unreached:
        largest = max(unreached, key=lambda number: curve.waits[number])
        said = {
            "when": _when(curve, largest),
            "answered": languages.number(curve.answered[largest]),
            "waits": languages.number(curve.waits[largest]),
        }
        return _("Of those who wrote %(when)s, %(answered)s of %(waits)s have an answer so far.") % said
    longest, at = max(reached)
    said = {"when": _when(curve, at), "length": in_words(longest), "few": languages.number(SMALL)}
    if any((median := medians[number]) is None or median > longest for number in every):
        return (
            _(
                "Where at least %(few)s people wrote, the wait was longest for those who wrote %(when)s: half of them "
                "waited %(length)s or more."
            )
            % said
        )
    return _("The wait was longest for those who wrote %(when)s: half of them waited %(length)s or more.") % said


def _when(curve: Trend, number: int) -> str:
    _ = languages.gettext
    sentence = {
        Unit.HOUR: _("in the hour from %(when)s"),
        Unit.DAY: _("on %(when)s"),
        Unit.WEEK: _("in the week from %(when)s"),
        Unit.MONTH: _("in %(when)s"),
    }[curve.buckets.unit]
    return sentence % {"when": scales.moment_of(curve.buckets.unit, curve.buckets.start(number))}


def _description(curve: Trend) -> str:
    _ = languages.gettext
    waits, answered = sum(curve.waits), sum(curve.answered)
    said = _("First waits, by when they began: how long until half, and nine in ten, of all who wrote had an answer.")
    if answered < waits:
        said += " " + _("A triangle at the top stands for a share that is not yet reached.")
    return said


def _draw(curve: Trend, name: str, width: float) -> Drawing:
    _ = languages.gettext
    drawing = Drawing(name, width, 262)
    half, ninety = _medians(curve, "median"), _medians(curve, "p90")
    known = [value for value in (*half, *ninety, *curve.allowed) if value is not None]
    low = max(10.0, min(known) * 0.7)
    scale = scales.Logarithmic(low, max(max(known) * 1.4, low * 10))
    frame = Frame(62, 26, width - (112 if not drawing.narrow else 84), 234)
    for mark in scale.marks(frame.height, needed=26):
        if mark.at < 0.05:
            # Its words would meet those of the axis below.
            continue
        drawing.line(frame.left, frame.y(mark.at), frame.right, frame.y(mark.at), "grid")
        drawing.text(frame.left - 6, frame.y(mark.at) + 4, mark.words, anchor="end")
    places = [frame.x((number + 0.5) / len(curve.buckets)) for number in range(len(curve.buckets))]

    def points(values: Sequence[float | None]) -> list[tuple[float, float] | None]:
        return [
            None if value is None else (x, frame.y(scale.at(value))) for x, value in zip(places, values, strict=True)
        ]

    target = points(curve.allowed)
    drawing.curve(_held(target, frame), "target")
    drawing.curve(points(ninety), "us-thin")
    drawing.curve(points(half), "us-line")
    for x, waits, median, late in zip(places, curve.waits, half, ninety, strict=True):
        if waits and median is None:
            drawing.beak(x, frame.top - 8, "us")
        elif waits and late is None:
            drawing.beak(x, frame.top - 8, "us-beak")
    time_axis(drawing, frame, scales.along(curve.buckets, frame.width))
    _names_at_the_end(
        drawing,
        frame,
        [
            (points(ninety), _("nine in ten"), "of-us"),
            (points(half), _("half"), "of-us strong"),
            (target, _("target"), ""),
        ],
    )
    return drawing


def _held(points: list[tuple[float, float] | None], frame: Frame) -> list[tuple[float, float] | None]:
    """The target over the whole width: where nobody wrote, it stays as it was."""
    known = [point for point in points if point is not None]
    if not known:
        return []
    held: list[tuple[float, float] | None] = [(frame.left, known[0][1]), *known, (frame.right, known[-1][1])]
    return held


def _names_at_the_end(
    drawing: Drawing, frame: Frame, lines: list[tuple[list[tuple[float, float] | None], str, str]]
) -> None:
    """What each line is called, right of its last point, so far apart that the names can be read."""
    ends = []
    for points, words, look in lines:
        known = [point for point in points if point is not None]
        if known:
            ends.append((known[-1][1] + 4, words, look))
    ends.sort()
    floor = frame.top
    placed = []
    for y, words, look in ends:
        floor = max(y, floor)
        placed.append((floor, words, look))
        floor += APART
    over = max(0.0, floor - APART - frame.bottom)
    for y, words, look in placed:
        drawing.text(min(frame.right + 8, drawing.width - reach(words)), y - over, words, look)
