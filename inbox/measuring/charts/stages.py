"""Where the time of an answered wait goes: one bar, and under it each of its stretches in its place."""

from __future__ import annotations

from inbox import languages
from inbox.measuring.charts.chart import UNDRAWN, Chart, drawn
from inbox.measuring.charts.drawing import Drawing, Frame, reach
from inbox.measuring.curves_counts import STAGES, Stages
from inbox.words.lengths import in_words

SENT = STAGES.index("sent")
ROW = 27.0
NARROW_ROW = 40.0


def stages(curve: Stages) -> Chart:
    """The chart."""
    _ = languages.gettext
    finding, description = _finding(curve), _description(curve)
    total = sum(curve.means[: SENT + 1])
    rows = []
    if curve.answers:
        for number, stage in enumerate(STAGES):
            part = f"{round(100 * curve.means[number] / total)}" if total and number <= SENT else ""
            rows.append(
                (
                    languages.said(f"stage.until_{stage}"),
                    languages.finely(curve.means[number]),
                    languages.percent(int(part) / 100) if part else "–",
                )
            )
    svg = narrow = UNDRAWN
    if curve.answers and total:
        svg, narrow = drawn("stages", finding, description, lambda name, width: _draw(curve, name, width))
    return Chart(
        code="stages",
        finding=finding,
        description=description,
        svg=svg,
        narrow=narrow,
        columns=(_("Stage"), _("Mean"), _("Of the whole wait")),
        rows=tuple(rows),
    )


def _finding(curve: Stages) -> str:
    _ = languages.gettext
    total = sum(curve.means[: SENT + 1])
    if not curve.answers:
        return _("No wait has been answered from this inbox yet.")
    if total < 1:
        return _("Answers left as soon as comments came.")
    longest = max(range(SENT + 1), key=lambda number: curve.means[number])
    return languages.said(f"stage.lost_{STAGES[longest]}", part=in_words(curve.means[longest]), whole=in_words(total))


def _description(curve: Stages) -> str:
    _ = languages.gettext
    words = languages.ngettext(
        "Mean over %(num)s wait that was answered from this inbox, from the comment to the answer.",
        "Mean over %(num)s waits that were answered from this inbox, from the comment to the answer.",
        curve.answers,
    ) % {"num": languages.number(curve.answers)}
    if not curve.answers:
        words = _("Stages are known of answers that are written here.")
    if curve.elsewhere:
        words += " " + languages.ngettext(
            "%(num)s wait was answered in a network’s own app, where nobody sees the stages.",
            "%(num)s waits were answered in a network’s own app, where nobody sees the stages.",
            curve.elsewhere,
        ) % {"num": languages.number(curve.elsewhere)}
    return words


def _draw(curve: Stages, name: str, width: float) -> Drawing:
    means = curve.means[: SENT + 1]
    total = sum(means)
    longest = max(range(len(means)), key=lambda number: means[number])
    shown = [number for number in range(len(means)) if means[number] >= 1 or number == longest]
    narrow = width < 500
    row = NARROW_ROW if narrow else ROW
    titles = {number: languages.said(f"stage.until_{STAGES[number]}") for number in shown}
    drawing = Drawing(name, width, 66 + row * len(shown))
    left = 0.0 if narrow else max(reach(title) for title in titles.values()) + 10
    frame = Frame(left, 22, width - 2, 50)
    drawing.text(frame.left, 14, languages.length(total), "strong")
    begun = 0.0
    for place, number in enumerate(shown):
        x, across = frame.x(begun / total), frame.width * means[number] / total
        look = "us" if number == longest else "context"
        drawing.rectangle(x, frame.top, max(across - 1, 0.8), frame.height, look)
        top = frame.bottom + 14 + place * row
        bar = top + (17 if narrow else 4)
        drawing.rectangle(x, bar, max(across - 1, 2), 14, look)
        strong = "of-us strong" if number == longest else ""
        drawing.text(
            0 if narrow else left - 10,
            top + 12 if narrow else bar + 11,
            titles[number],
            strong,
            "start" if narrow else "end",
        )
        _value(drawing, frame, (x, x + max(across, 2)), bar + 11, languages.length(means[number]), strong)
        begun += means[number]
    return drawing


def _value(drawing: Drawing, frame: Frame, bar: tuple[float, float], y: float, words: str, look: str) -> None:
    """How long a stretch took, right of its bar; left of it, or in it, where there is no room."""
    start, end = bar
    if end + 6 + reach(words) <= drawing.width:
        drawing.text(end + 6, y, words, look)
    elif start - 6 - reach(words) >= frame.left:
        drawing.text(start - 6, y, words, look, "end")
    else:
        drawing.text(end - 8, y, words, "on-us", "end")
