"""When in the week comments come, and how long those wait who write then."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from inbox import languages
from inbox.measuring.charts import scales
from inbox.measuring.charts.chart import Chart, drawn, lasting
from inbox.measuring.charts.drawing import Drawing, reach
from inbox.measuring.curves import DAYS, HOURS, Week
from inbox.words.lengths import in_words

LEVELS = 5
ENOUGH = 5
"""An hour of the week is called slow only when at least so many began to wait in it."""

ROW = 17.0


def week(curve: Week) -> Chart:
    """The chart."""
    _ = languages.gettext
    finding, description = _finding(curve), _description(curve)
    names = scales.weekdays("wide")
    rows = [
        (
            names[day].capitalize(),
            _hours(hour),
            languages.number(int(curve.comments[day, hour])),
            languages.number(int(curve.waits[day, hour])),
            lasting(curve.medians[day][hour], int(curve.waits[day, hour])),
        )
        for day in range(DAYS)
        for hour in range(HOURS)
        if curve.comments[day, hour] or curve.waits[day, hour]
    ]
    svg, narrow = drawn("week", finding, description, lambda name, width: _draw(curve, name, width))
    return Chart(
        code="week",
        finding=finding,
        description=description,
        columns=(_("Weekday"), _("Time of day"), _("Comments"), _("First waits"), _("Half, of all")),
        rows=tuple(rows),
        svg=svg,
        narrow=narrow,
    )


def _hours(hour: int) -> str:
    return f"{hour:02d}:00–{(hour + 1) % HOURS:02d}:00"


def _finding(curve: Week) -> str:
    _ = languages.gettext
    if not curve.comments.sum():
        return _("No comment came in this period.")
    day, hour = divmod(int(curve.comments.argmax()), HOURS)
    said = {"weekday": scales.weekdays("wide")[day], "hours": _hours(hour)}
    return _("Most comments came on %(weekday)s, %(hours)s.") % said


def _description(curve: Week) -> str:
    _ = languages.gettext
    said = _("By weekday and hour: how many comments came, and how long until half of those who wrote had an answer.")
    slow = [
        (median, day, hour)
        for day, medians in enumerate(curve.medians)
        for hour, median in enumerate(medians)
        if median is not None and curve.waits[day, hour] >= ENOUGH
    ]
    if not slow:
        return said
    longest, day, hour = max(slow)
    return f"{said} " + _(
        "Those who wrote on %(weekday)s, %(hours)s waited longest: half of them %(length)s or more."
    ) % {
        "weekday": scales.weekdays("wide")[day],
        "hours": _hours(hour),
        "length": in_words(longest),
    }


def _draw(curve: Week, name: str, width: float) -> Drawing:
    _ = languages.gettext
    drawing = Drawing(name, width, 336)
    most = int(curve.comments.max())
    _panel(
        drawing,
        20,
        _("Comments"),
        "count",
        lambda day, hour: ceil(LEVELS * int(curve.comments[day, hour]) / most) if most else 0,
        ("1" if most > 1 else "", languages.number(most)) if most else None,
    )
    known = [median for medians in curve.medians for median in medians if median is not None]
    low, high = max(min(known), 1.0) if known else 1.0, max(known) if known else 1.0
    scale = scales.Logarithmic(low, max(high, low * 1.001))

    def slowness(day: int, hour: int) -> int:
        median = curve.medians[day][hour]
        if median is None:
            # Not yet reached is longer than anything that was.
            return LEVELS + 1 if curve.waits[day, hour] else 0
        return 1 + min(LEVELS - 1, int(scale.at(median) * LEVELS))

    legend = (languages.length(low), languages.length(high)) if known else None
    _panel(drawing, 188, _("Half waited"), "heat", slowness, legend, _("not yet answered"))
    return drawing


def _panel(
    drawing: Drawing,
    top: float,
    title: str,
    look: str,
    level: Callable[[int, int], int],
    legend: tuple[str, str] | None,
    beyond: str = "",
) -> None:
    names = scales.weekdays("abbreviated")
    left = max(reach(name) for name in names) + 14
    across = (drawing.width - left) / HOURS
    levels = [[level(day, hour) for hour in range(HOURS)] for day in range(DAYS)]
    drawing.text(left, top - 6, title, "strong")
    _legend(drawing, top - 6, look, legend, beyond if any(LEVELS + 1 in row for row in levels) else "")
    for day in range(DAYS):
        y = top + day * ROW
        drawing.text(left - 6, y + 13, names[day], anchor="end")
        for hour in range(HOURS):
            shade = levels[day][hour]
            drawing.rectangle(left + hour * across, y, across - 1, ROW - 1, f"{look}-{shade}")
            if shade > LEVELS:
                middle = left + hour * across + (across - 1) / 2
                drawing.line(middle - 2.5, y + ROW / 2 - 0.5, middle + 2.5, y + ROW / 2 - 0.5, "heat-mark")
    for hour in range(0, HOURS, 6 if drawing.narrow else 3):
        drawing.text(left + hour * across, top + DAYS * ROW + 13, f"{hour:02d}:00")


def _legend(drawing: Drawing, y: float, look: str, ends: tuple[str, str] | None, beyond: str) -> None:
    """At the right of a panel's title: from the lightest to the darkest."""
    x = drawing.width
    if beyond and not drawing.narrow:
        drawing.text(x, y, beyond, anchor="end")
        x -= reach(beyond) + 18
        drawing.rectangle(x, y - 10, 12, 12, f"{look}-{LEVELS + 1}")
        drawing.line(x + 3, y - 4, x + 9, y - 4, "heat-mark")
        x -= 14
    if ends is None:
        return
    least, most = ends
    drawing.text(x, y, most, anchor="end")
    x -= reach(most) + 6
    for shade in range(LEVELS, 0, -1):
        x -= 13
        drawing.rectangle(x, y - 10, 12, 12, f"{look}-{shade}")
    drawing.text(x - 6, y, least, anchor="end")
