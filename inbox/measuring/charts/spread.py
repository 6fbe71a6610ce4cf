"""How long people waited for a first answer, from seconds to weeks."""

from __future__ import annotations

from inbox import languages
from inbox.measuring.charts import scales
from inbox.measuring.charts.chart import UNDRAWN, Chart, drawn, share
from inbox.measuring.charts.drawing import Drawing, Frame, reach
from inbox.measuring.charts.flow import time_axis
from inbox.measuring.curves import Spread
from inbox.measuring.figures import SMALL
from inbox.words.lengths import in_words


def spread(curve: Spread) -> Chart:
    """The chart."""
    _ = languages.gettext
    finding, description = _finding(curve), _description(curve)
    waits = int(curve.answered.sum() + curve.unanswered.sum())
    rows, so_far = [], 0
    for number, (answered, waiting) in enumerate(zip(curve.answered, curve.unanswered, strict=True)):
        so_far += int(answered)
        if answered or waiting:
            rows.append(
                (
                    _from_to(curve, number),
                    languages.number(int(answered)),
                    languages.number(int(waiting)),
                    share(so_far, waits),
                )
            )
    svg = narrow = UNDRAWN
    if waits:
        svg, narrow = drawn("spread", finding, description, lambda name, width: _draw(curve, name, width))
    return Chart(
        code="spread",
        finding=finding,
        description=description,
        columns=(_("Waited"), _("With an answer"), _("Without an answer so far"), _("Of all, answered by then")),
        rows=tuple(rows),
        svg=svg,
        narrow=narrow,
    )


def _finding(curve: Spread) -> str:
    _ = languages.gettext
    answered, waits = int(curve.answered.sum()), int(curve.answered.sum() + curve.unanswered.sum())
    half = curve.lengths.all["median"]
    if not waits:
        return _("Nobody began to wait for a first answer.")
    if half is not None and waits >= SMALL:
        return _("Half of the critics waited less than %(length)s.") % {"length": in_words(half)}
    if answered == waits:
        longest = in_words(curve.lengths.longest or 0.0)
        return languages.ngettext(
            "%(num)s person wrote and had an answer within %(length)s.",
            "All %(num)s who wrote had an answer within %(length)s.",
            waits,
        ) % {"num": languages.number(waits), "length": longest}
    return _("%(answered)s of %(waits)s critics have an answer so far.") % {
        "answered": languages.number(answered),
        "waits": languages.number(waits),
    }


def _description(curve: Spread) -> str:
    _ = languages.gettext
    half, ninety = curve.lengths.answered["median"], curve.lengths.all["p90"]
    said = [_("First waits by length; each step to the right is about one and a half times as long.")]
    if half is not None:
        said.append(_("Of those who have an answer, half waited less than %(length)s.") % {"length": in_words(half)})
    if ninety is not None:
        said.append(_("Counting everybody, nine in ten had one within %(length)s.") % {"length": in_words(ninety)})
    elif curve.unanswered.sum():
        said.append(_("Counting everybody, nine in ten do not have one yet."))
    return " ".join(said)


def _from_to(curve: Spread, number: int) -> str:
    _ = languages.gettext
    start, end = (_exactly(float(edge)) for edge in curve.edges[number : number + 2])
    if number == 0:
        return _("less than %(length)s") % {"length": end}
    if number == len(curve.answered) - 1:
        return _("%(length)s or longer") % {"length": start}
    return f"{start} – {end}"


def _exactly(seconds: float) -> str:
    """A length of the scale; below ten minutes with its seconds, so that two edges are never called the same."""
    if seconds < 60:
        return languages.gettext("%(seconds)s s") % {"seconds": round(seconds)}
    if seconds < 600:
        minutes, rest = divmod(round(seconds), 60)
        return languages.gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": f"{rest:02d}"}
    return languages.finely(seconds)


def _draw(curve: Spread, name: str, width: float) -> Drawing:
    _ = languages.gettext
    drawing = Drawing(name, width, 262)
    tallest = float((curve.answered + curve.unanswered).max())
    heights = scales.counting(tallest)
    left = max(reach(languages.number(mark)) for mark in heights) + 8
    frame = Frame(left, 78, width - 2, 234)
    scale = scales.Logarithmic(float(curve.edges[0]), float(curve.edges[-1]))
    for mark in heights:
        y = frame.y(mark / heights[-1])
        drawing.line(frame.left, y, frame.right, y, "grid")
        drawing.text(frame.left - 6, y + 4, languages.number(mark), anchor="end")
    for number, (answered, waiting) in enumerate(zip(curve.answered, curve.unanswered, strict=True)):
        x, end = (frame.x(scale.at(float(edge))) for edge in curve.edges[number : number + 2])
        top, over = frame.y(int(answered) / heights[-1]), frame.y(int(answered + waiting) / heights[-1])
        drawing.rectangle(x + 0.5, top, end - x - 1, frame.bottom - top, "us")
        drawing.rectangle(x + 0.5, over, end - x - 1, top - over, "context")
    time_axis(drawing, frame, scale.marks(frame.width))
    have = _("%(num)s with an answer") % {"num": languages.number(int(curve.answered.sum()))}
    drawing.rectangle(0, 5, 11, 11, "us")
    drawing.text(17, 15, have, "of-us")
    drawing.rectangle(17 + reach(have) + 14, 5, 11, 11, "context")
    without = _("%(num)s without") % {"num": languages.number(int(curve.unanswered.sum()))}
    drawing.text(17 + reach(have) + 31, 15, without)
    half = curve.lengths.all["median"]
    if half is not None:
        words = _("half of all: %(length)s") % {"length": languages.length(half)}
        drawing.line(frame.x(scale.at(half)), 48, frame.x(scale.at(half)), frame.bottom, "half")
        drawing.label(frame.x(scale.at(half)), 44, words, "strong")
    if curve.allowed is not None:
        words = _("target: %(length)s") % {"length": languages.length(curve.allowed)}
        x = frame.x(scale.at(curve.allowed))
        drawing.line(x, 56, x, frame.bottom, "target")
        # On the side where the other line does not stand, unless there is no room.
        left = (half is None or curve.allowed < half) and x - 5 >= reach(words)
        drawing.text(x + (-5 if left else 5), 64, words, anchor="end" if left else "start")
    return drawing
