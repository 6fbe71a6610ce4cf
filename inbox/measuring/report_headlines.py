"""The first figures of a report in words, each beside what it was in the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from inbox import languages
from inbox.measuring import export_words
from inbox.measuring.figures import Lengths, Share
from inbox.measuring.reports import Figures, Report


@dataclass(frozen=True, slots=True)
class Headline:
    """One figure.

    Attributes:
        figure: its name among those that rows stand behind.
        title: what it is.
        value: what it says.
        beside: what has to be known with it; empty where nothing has.
        change: how it was in the period before, in words; empty where there is none.
        apart: who is not in `value`, in words; empty where nobody is left out.
        apart_figure: the figure of these.
    """

    figure: str
    title: str
    value: str
    beside: str
    change: str
    apart: str = ""
    apart_figure: str = ""


def finding(total: Figures) -> str:
    """The report in one sentence, over all waits: the slowest are not left out of it."""
    _ = languages.gettext
    if not total.waits:
        return _("Nobody has waited in this period.")
    reached, share = total.first.all["median"], total.share_answered or 0.0
    if reached is None or share < 0.5:
        # The estimate over all waits may reach the half long before half of them are answered.
        counts = {"answered": languages.number(total.answered), "waits": languages.number(total.waits)}
        return _("%(answered)s of %(waits)s waits have an answer so far.") % counts
    return _("Half of the people who wrote had a first answer within %(length)s.") % {
        "length": languages.length(reached)
    }


def headlines(report: Report) -> tuple[Headline, ...]:
    """The figures that stand first, the ones over everybody before those over the answered."""
    _ = languages.gettext
    now, before = report.total, report.before
    answered = []
    if not now.of_answered.small:
        counts = {"answered": languages.number(now.answered), "waits": languages.number(now.waits)}
        answered.append(_("%(answered)s of %(waits)s waits") % counts)
    if now.waits_no_answer_called_for:
        without = export_words.share(now.of_answered_where_called_for)
        answered.append(_("%(share)s without those that call for none") % {"share": without})
    if now.holding_only:
        substance = export_words.share(now.of_answered_in_substance)
        answered.append(_("%(share)s with more than “we are looking into it”") % {"share": substance})
    found = [
        Headline(
            "share_answered",
            _("Answered"),
            export_words.share(now.of_answered),
            _joined(answered),
            _share_changed(now.of_answered, before.of_answered if before else None),
        ),
        _first(now, before, "median", _("Half had a first answer within")),
        _first(now, before, "p90", _("Nine in ten had one within")),
        Headline(
            "share_within_target",
            _("Within target"),
            export_words.share(now.of_within_target),
            _("%(share)s with more than “we are looking into it”")
            % {"share": export_words.share(now.of_within_target_in_substance)}
            if now.of_within_target_in_substance.whole
            else "",
            _share_changed(now.of_within_target, before.of_within_target if before else None),
            _("%(past)s later, or still open past it") % {"past": languages.number(now.past_target)},
            "past_target",
        ),
        Headline(
            "still_waiting",
            _("Waiting now"),
            languages.number(now.waiting),
            _("the oldest for %(length)s")
            % {"length": languages.finely((report.made_at - now.oldest_waiting_since).total_seconds())}
            if now.oldest_waiting_since
            else "",
            _count_changed(now.waiting, before.waiting if before else None),
        ),
    ]
    if now.closed_without_reply or (before is not None and before.closed_without_reply):
        found.append(
            Headline(
                "closed_without_reply",
                _("Closed without reply"),
                languages.number(now.closed_without_reply),
                _("count as unanswered"),
                _count_changed(now.closed_without_reply, before.closed_without_reply if before else None),
            )
        )
    if now.comments is not None:
        found.append(
            Headline(
                "comments",
                _("Comments"),
                languages.number(now.comments),
                languages.ngettext(
                    "%(num)s conversation waited in them", "%(num)s conversations waited in them", now.conversations
                )
                % {"num": languages.number(now.conversations)},
                _count_changed(now.comments, before.comments if before else None),
            )
        )
    return tuple(found)


def before_in_words(report: Report) -> str:
    """Which period changes are reckoned from; empty where there is none."""
    if report.before is None or report.before_from is None or report.query.start is None:
        return ""
    with languages.speaking(languages.language(), report.query.time_zone):
        said = {"start": languages.moment(report.before_from), "end": languages.moment(report.query.start)}
    return languages.gettext("“Before” is the period of the same length from %(start)s to %(end)s.") % said


def _first(now: Figures, before: Figures | None, share: str, title: str) -> Headline:
    _ = languages.gettext
    value = now.first.all[share]
    beside = []
    answered, staffed = now.first.answered[share], now.first_staffed.all[share]
    if answered is not None and answered != value:
        beside.append(_("%(length)s counting only the answered") % {"length": languages.finely(answered)})
    if staffed is not None and staffed != value:
        beside.append(_("%(length)s of staffed hours") % {"length": languages.finely(staffed)})
    return Headline(
        f"first_response_{share}_all_seconds",
        title,
        _lasting(now.first, share),
        _joined(beside),
        _length_changed(value, before.first, share) if before else "",
    )


def _joined(parts: Sequence[str]) -> str:
    """The parts as one line, with what the reader's language has around a semicolon."""
    joint = languages.gettext("%(one)s; %(other)s")
    return reduce(lambda one, other: joint % {"one": one, "other": other}, parts) if parts else ""


def _lasting(lengths: Lengths, share: str) -> str:
    value = lengths.all[share]
    if value is not None:
        return languages.finely(value)
    return languages.gettext("not yet") if lengths.counted.whole else "–"


def _count_changed(now: int, before: int | None) -> str:
    if before is None:
        return ""
    number = languages.number(abs(now - before))
    if now > before:
        return languages.ngettext("%(num)s more than before", "%(num)s more than before", now - before) % {
            "num": number
        }
    if now < before:
        return languages.ngettext("%(num)s fewer than before", "%(num)s fewer than before", before - now) % {
            "num": number
        }
    return languages.gettext("as many as before")


def _share_changed(now: Share, before: Share | None) -> str:
    _ = languages.gettext
    if before is None or before.value is None or now.value is None:
        return ""
    if before.small or now.small:
        return _("%(share)s before") % {"share": export_words.share(before)}
    points = round(100 * (now.value - before.value), 1)
    said = {"points": languages.number(abs(points)), "share": languages.percent(before.value)}
    if points > 0:
        return _("%(points)s points higher than before (%(share)s)") % said
    if points < 0:
        return _("%(points)s points lower than before (%(share)s)") % said
    return _("as before")


def _length_changed(now: float | None, before: Lengths, share: str) -> str:
    _ = languages.gettext
    was = before.all[share]
    if was is None:
        return _("not reached before either") if now is None and before.counted.whole else ""
    if now is None:
        return _("%(length)s before") % {"length": languages.finely(was)}
    said = {"length": languages.finely(abs(now - was)), "was": languages.finely(was)}
    if abs(now - was) < 60:
        return _("as long as before")
    if now > was:
        return _("%(length)s longer than before (%(was)s)") % said
    return _("%(length)s shorter than before (%(was)s)") % said
