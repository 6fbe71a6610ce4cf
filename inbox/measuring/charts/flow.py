"""Comments that came and answers that left, over time."""

from __future__ import annotations

from inbox import languages
from inbox.measuring.charts import scales
from inbox.measuring.charts.chart import Chart, drawn, period
from inbox.measuring.charts.drawing import Drawing, Frame, reach
from inbox.measuring.curves import Flow
from inbox.measuring.curves_local import Unit, edges_apart


def flow(curve: Flow) -> Chart:
    """The chart."""
    _ = languages.gettext
    finding, description = _finding(curve), _description(curve)
    rows, behind = [], []
    for number, (start, end) in enumerate(edges_apart(curve.buckets)):
        came, left = int(curve.comments[number]), int(curve.answers[number])
        if came or left:
            when = scales.moment_of(curve.buckets.unit, curve.buckets.start(number))
            rows.append((when, languages.number(came), languages.number(left)))
            behind.append(period(start, end))
    svg, narrow = drawn("flow", finding, description, lambda name, width: _draw(curve, name, width))
    return Chart(
        code="flow",
        finding=finding,
        description=description,
        columns=(_named(curve.buckets.unit), _("Comments"), _("Answers")),
        rows=tuple(rows),
        behind=tuple(behind),
        svg=svg,
        narrow=narrow,
    )


def _finding(curve: Flow) -> str:
    _ = languages.gettext
    busiest = int(curve.comments.argmax())
    said = {
        "when": scales.moment_of(curve.buckets.unit, curve.buckets.start(busiest)),
        "comments": comments_in_words(int(curve.comments[busiest])),
        "answers": answers_in_words(int(curve.answers[busiest])),
    }
    if not curve.comments[busiest]:
        return _("No comment came in this period.")
    sentence = {
        Unit.HOUR: _("In the busiest hour, from %(when)s on: %(comments)s, %(answers)s."),
        Unit.DAY: _("On the busiest day, %(when)s: %(comments)s, %(answers)s."),
        Unit.WEEK: _("In the busiest week, from %(when)s on: %(comments)s, %(answers)s."),
        Unit.MONTH: _("In the busiest month, %(when)s: %(comments)s, %(answers)s."),
    }[curve.buckets.unit]
    return sentence % said


def _description(curve: Flow) -> str:
    _ = languages.gettext
    said = {
        "comments": comments_in_words(int(curve.comments.sum())),
        "answers": answers_in_words(int(curve.answers.sum())),
    }
    sentence = {
        Unit.HOUR: _("Hour by hour, when comments were written and when answers appeared: %(comments)s, %(answers)s."),
        Unit.DAY: _("Day by day, when comments were written and when answers appeared: %(comments)s, %(answers)s."),
        Unit.WEEK: _("Week by week, when comments were written and when answers appeared: %(comments)s, %(answers)s."),
        Unit.MONTH: _(
            "Month by month, when comments were written and when answers appeared: %(comments)s, %(answers)s."
        ),
    }[curve.buckets.unit]
    return sentence % said


def comments_in_words(number: int) -> str:
    """`1 comment`, `214 comments`."""
    return languages.ngettext("%(num)s comment", "%(num)s comments", number) % {"num": languages.number(number)}


def answers_in_words(number: int) -> str:
    """`1 answer`, `96 answers`."""
    return languages.ngettext("%(num)s answer", "%(num)s answers", number) % {"num": languages.number(number)}


def _named(unit: Unit) -> str:
    _ = languages.gettext
    return {Unit.HOUR: _("Hour"), Unit.DAY: _("Day"), Unit.WEEK: _("Week from"), Unit.MONTH: _("Month")}[unit]


def _draw(curve: Flow, name: str, width: float) -> Drawing:
    _ = languages.gettext
    drawing = Drawing(name, width, 250)
    heights = scales.counting(float(max(curve.comments.max(), curve.answers.max())))
    left = max(reach(languages.number(mark)) for mark in heights) + 8
    frame = Frame(left, 46, width - 2, 222)
    for mark in heights:
        y = frame.y(mark / heights[-1])
        drawing.line(frame.left, y, frame.right, y, "grid")
        drawing.text(frame.left - 6, y + 4, languages.number(mark), anchor="end")
    number = len(curve.buckets)
    across = frame.width / number
    gap = min(2.0, across * 0.2)
    for place in range(number):
        top = frame.y(int(curve.comments[place]) / heights[-1])
        drawing.rectangle(frame.left + place * across, top, across - gap, frame.bottom - top, "context")
    middle = (across - gap) / 2
    points = [
        (frame.left + place * across + middle, frame.y(int(count) / heights[-1]))
        for place, count in enumerate(curve.answers)
    ]
    if number == 1:
        drawing.rectangle(frame.left, points[0][1], across / 2, frame.bottom - points[0][1], "us")
    else:
        drawing.curve(points, "us-line")
    time_axis(drawing, frame, scales.along(curve.buckets, frame.width))
    # What is what stands above the plot, in the colour it is drawn in.
    drawing.rectangle(0, 5, 11, 11, "context")
    came = comments_in_words(int(curve.comments.sum()))
    drawing.text(17, 15, came)
    drawing.rectangle(17 + reach(came) + 18, 9, 16, 3, "us")
    drawing.text(17 + reach(came) + 40, 15, answers_in_words(int(curve.answers.sum())), "of-us")
    busiest = int(curve.comments.argmax())
    if curve.comments[busiest]:
        peak = languages.number(int(curve.comments[busiest]))
        x = frame.left + busiest * across + middle
        y = frame.y(int(curve.comments[busiest]) / heights[-1]) - 5
        drawing.label(x, y, peak, "strong", (frame.left, frame.right))
    return drawing


def time_axis(drawing: Drawing, frame: Frame, marks: list[scales.Mark]) -> None:
    """The line under a plot, with its marks."""
    drawing.line(frame.left, frame.bottom, frame.right, frame.bottom, "axis")
    for mark in marks:
        x = frame.x(mark.at)
        drawing.line(x, frame.bottom, x, frame.bottom + 5, "axis")
        drawing.label(x, frame.bottom + 19, mark.words)
