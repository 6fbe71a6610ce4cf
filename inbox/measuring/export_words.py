"""What a file for people says beside the figures: what it is about, what the words mean, and what is to be known."""

from __future__ import annotations

from datetime import datetime, timedelta

from babel import Locale

from inbox import connecting, languages
from inbox.measuring.figures import Share
from inbox.measuring.report_footnotes import Change
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import Report
from inbox.models import IMPORT, Purpose

DEFINITIONS = (
    *("wait", "first", "next", "answered_and_all", "substantive", "staffed", "target", "closed", "no_answer"),
    "percentile",
)
"""The definitions that stand in a file; docs/response-times.md has them with examples."""

_URGENCIES = {"-1": "acute", "0": "danger", "1": "press", "2": "normal"}


def about(report: Report) -> list[tuple[str, str | datetime]]:
    """What a report was asked for and made from, as (label, value)."""
    said = languages.said
    query, chosen = report.query, report.filters
    found: list[tuple[str, str | datetime]] = [
        (said("export.made_at"), report.made_at),
        (said("export.period"), period(report)),
        (said("export.time_zone"), query.time_zone),
        (said("export.accounts"), ", ".join(chosen.get("accounts") or ()) or said("export.all_accounts")),
    ]
    if query.crisis_id is not None:
        found.append((said("export.crisis"), str(chosen.get("crisis") or query.crisis_id)))
    if query.by is not None:
        found.append((said("export.by"), said(f"breakdown.{query.by.value}")))
    if report.purpose is not Purpose.REAL:
        found.append((said("export.purpose"), said(f"purpose.{report.purpose.value}")))
    seq, digest = report.trail_head
    found.append((said("export.definition"), report.definition))
    found.append((said("export.trail"), said("export.trail_head", seq=seq, hash=digest)))
    return found


def period(report: Report) -> str:
    """The period of a report, as `period_of`."""
    return period_of(report.query)


def period_of(query: ReportQuery) -> str:
    """The period that is asked for, on the clock of its own zone; a day that is whole is named alone."""
    with languages.speaking(languages.language(), query.time_zone):
        start = None if query.start is None else _edge(query.start)
        end = None if query.end is None else _edge(query.end, whole_days=True)
        if start is None and end is None:
            return languages.said("export.always")
        if start is None:
            return languages.said("export.until", end=end)
        if end is None:
            return languages.said("export.since", start=start)
        if start == end:
            return start
        return languages.said("export.from_to", start=start, end=end)


def definitions() -> list[tuple[str, str]]:
    """The definitions, as (word, sentence)."""
    return [(languages.said(f"defined.{name}"), languages.said(f"definition.{name}")) for name in DEFINITIONS]


def footnotes(report: Report) -> list[str]:
    """What a reader has to know beside the figures, on the clock of the report; none where there is nothing."""
    with languages.speaking(languages.language(), report.query.time_zone):
        found = _footnotes(report)
    if report.gaps or report.changed_hours or report.changed_targets:
        found.append(languages.said("export.clock", zone=report.query.time_zone))
    return found


def _footnotes(report: Report) -> list[str]:
    said, number, moment = languages.said, languages.number, languages.moment
    found = []
    for account, start, end in report.gaps:
        params = {"account": account, "start": moment(start)}
        found.append(
            said("export.gap_open", **params) if end is None else said("export.gap", **params, end=moment(end))
        )
    total = report.total
    counted = {
        "export.tombstones": report.tombstones,
        "export.natively": total.answered_natively,
        "export.no_answer": total.no_answer_called_for,
    }
    found += [said(code, number=number(count)) for code, count in counted.items() if count]
    found += [said("export.imported", account=account) for account in report.imported]
    found += [_changed(change) for change in (*report.changed_hours, *report.changed_targets)]
    return found


def group_named(report: Report, group: str | None) -> str:
    """What a group is called in the reader's language."""
    if group is None:
        return languages.said("export.everything")
    by = report.query.by
    if by in (Breakdown.MEMBER, Breakdown.TEMPLATE, Breakdown.CRISIS):
        return report.names.get(group) or (group or languages.said(f"export.no_{by.value}"))
    if by is Breakdown.KIND:
        return languages.said(f"kind.{group}")
    if by is Breakdown.URGENCY and group in _URGENCIES:
        return languages.said(f"urgency.{_URGENCIES[group]}")
    if by is Breakdown.NETWORK:
        return connecting.title_of(group) or (languages.said("network.import") if group == IMPORT else group)
    if by is Breakdown.LANGUAGE:
        return _language(group)
    return group


def breakdown_named(by: Breakdown) -> str:
    """What a report is split by."""
    return languages.said(f"breakdown.{by.value}")


def share(of: Share) -> str:
    """A share in words: a percentage, or "3 of 7" where there are few."""
    if of.value is None:
        return "–"
    if of.small:
        return languages.said("export.few", part=languages.number(of.part), whole=languages.number(of.whole))
    return languages.percent(of.value)


def _edge(moment: datetime, *, whole_days: bool = False) -> str:
    local = moment.astimezone(languages.zone())
    if (local.hour, local.minute, local.second, local.microsecond) != (0, 0, 0, 0):
        return languages.moment(moment)
    return languages.date(moment - timedelta(microseconds=1) if whole_days else moment)


def _changed(change: Change) -> str:
    said, moment = languages.said, languages.moment
    params: dict[str, object] = {"account": change.account, "at": moment(change.at)}
    for name in ("from", "until"):
        edge = change.params.get(name)
        params[name] = moment(edge) if isinstance(edge, datetime) else "–"
    return said(f"export.{change.code}", **params)


def _language(code: str) -> str:
    name = Locale.parse(languages.language()).languages.get(code.partition("-")[0])
    if not name or code == "und":
        return languages.said("export.no_language") if code in ("", "und") else code
    return f"{name[0].upper()}{name[1:]}"
