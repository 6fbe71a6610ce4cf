"""The share answered since the beginning, over everybody who had written until then."""

from __future__ import annotations

from datetime import UTC, datetime

from inbox import languages
from inbox.measuring.charts import scales
from inbox.measuring.charts.chart import UNDRAWN, Chart, drawn, share
from inbox.measuring.charts.drawing import Drawing, Frame
from inbox.measuring.charts.flow import time_axis
from inbox.measuring.curves import BY_COUNT, Shares
from inbox.measuring.curves_local import cut
from inbox.measuring.figures import SMALL

ROWS = 24
"""Moments in the table at most."""


def shares(curve: Shares, crisis: str | None) -> Chart:
    """The chart.

    Args:
        crisis: what the crisis is called since whose beginning it runs; None for the beginning of the period.
    """
    _ = languages.gettext
    finding, description = _finding(curve), _description(curve, crisis)
    svg = narrow = UNDRAWN
    if curve.opened[-1] and len(curve.moments) > 1:
        svg, narrow = drawn("shares", finding, description, lambda name, width: _draw(curve, name, width))
    return Chart(
        code="shares",
        finding=finding,
        description=description,
        svg=svg,
        narrow=narrow,
        columns=(_("Until"), _("Waits begun so far"), _("Of these, answered"), _("Share answered")),
        rows=tuple(_rows(curve)),
    )


def _rows(curve: Shares) -> list[tuple[str, ...]]:
    number = len(curve.moments)
    chosen = sorted({round(place * (number - 1) / (ROWS - 1)) for place in range(ROWS)}) if number > 1 else [0]
    return [
        (
            scales.minute_of(_local(curve, place)),
            languages.number(int(curve.opened[place])),
            languages.number(int(curve.answered[place])),
            share(int(curve.answered[place]), int(curve.opened[place])),
        )
        for place in chosen
        if curve.opened[place]
    ]


def _local(curve: Shares, place: int) -> datetime:
    return datetime.fromtimestamp(float(curve.moments[place]), UTC).astimezone(curve.zone)


def _finding(curve: Shares) -> str:
    _ = languages.gettext
    answered, opened = int(curve.answered[-1]) + curve.answered_later, int(curve.opened[-1])
    counts = {"answered": languages.number(answered), "waits": languages.number(opened)}
    if not opened:
        return _("Nobody began to wait in this period.")
    if opened < SMALL:
        return _("%(answered)s of %(waits)s waits have an answer.") % counts
    return _("%(share)s of all waits have an answer: %(answered)s of %(waits)s.") % {
        **counts,
        "share": languages.percent(answered / opened),
    }


def _description(curve: Shares, crisis: str | None) -> str:
    _ = languages.gettext
    since = scales.minute_of(_local(curve, 0))
    if crisis is not None:
        said = _(
            "Since the beginning of “%(crisis)s” (%(since)s), over every wait begun until then, open ones too."
        ) % {
            "crisis": crisis,
            "since": since,
        }
    else:
        said = _("Since %(since)s, over every wait begun until then, open ones too.") % {"since": since}
    if curve.answered_later:
        said += " " + languages.ngettext(
            "%(num)s answer came after the curve ends.",
            "%(num)s answers came after the curve ends.",
            curve.answered_later,
        ) % {"num": languages.number(curve.answered_later)}
    known = [place for place in range(len(curve.moments)) if curve.opened[place]]
    if len(known) < 2:
        return said
    # Of equally low places the one that stands for most waits: nothing of nine says more than nothing of one.
    lowest = min(known, key=lambda place: (curve.answered[place] / curve.opened[place], -curve.opened[place]))
    return f"{said} " + _("It was lowest on %(when)s, at %(share)s.") % {
        "when": scales.minute_of(_local(curve, lowest)),
        "share": share(int(curve.answered[lowest]), int(curve.opened[lowest])),
    }


def _draw(curve: Shares, name: str, width: float) -> Drawing:
    drawing = Drawing(name, width, 250)
    frame = Frame(48, 20, width - (64 if not drawing.narrow else 58), 222)
    for quarter in range(5):
        y = frame.y(quarter / 4)
        drawing.line(frame.left, y, frame.right, y, "grid")
        drawing.text(frame.left - 6, y + 4, languages.percent(quarter / 4), anchor="end")
    start, whole = float(curve.moments[0]), float(curve.moments[-1] - curve.moments[0])
    points = [
        (frame.x((float(moment) - start) / whole), frame.y(int(answered) / int(opened)))
        for moment, opened, answered in zip(curve.moments, curve.opened, curve.answered, strict=True)
        if opened
    ]
    few = sum(1 for opened in curve.opened if 0 < opened < SMALL)
    drawing.area(points, frame.bottom, "us-area")
    # A share of a few is drawn as a thread: one answer more moves it far.
    drawing.curve(points[: few + 1], "us-thread")
    drawing.curve(points[few:], "us-line")
    buckets = cut(curve.zone, _local(curve, 0), _local(curve, -1), BY_COUNT)
    marks = [
        scales.Mark((float(moment) - start) / whole, mark.words)
        for mark in scales.along(buckets, frame.width)
        if (moment := float(buckets.edges[0]) + mark.at * float(buckets.edges[-1] - buckets.edges[0])) >= start
    ]
    time_axis(drawing, frame, [mark for mark in marks if mark.at <= 1])
    answered, opened = int(curve.answered[-1]), int(curve.opened[-1])
    last = points[-1]
    drawing.dot(last[0], last[1], "us", 4)
    y = min(max(last[1], frame.top + 8), frame.bottom - 12)
    if opened >= SMALL:
        drawing.text(frame.right + 9, y + 4, languages.percent(answered / opened), "of-us strong")
    else:
        drawing.text(frame.right + 9, y + 4, f"{answered}/{opened}", "of-us strong")
    return drawing
