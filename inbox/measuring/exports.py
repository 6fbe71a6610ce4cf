"""What a file of a report holds: its figures by name, and what may be chosen about it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from inbox import clock
from inbox.measuring.export_waits import harmless
from inbox.measuring.figures import SHARES, Lengths, Share
from inbox.measuring.promise_figures import NONE_MADE, PromiseFigures
from inbox.measuring.reports import Figures, Report
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem

Value = str | int | float | bool | datetime | None

Progress = Callable[[int], None]
"""Told now and then how many rows are written."""


_BYTE_ORDER_MARK = "\ufeff"


class FileFormat(StrEnum):
    """What a report can be written as."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"
    PDF = "pdf"


class Separator(StrEnum):
    """What stands between the cells of a CSV file."""

    COMMA = "comma"
    SEMICOLON = "semicolon"
    TAB = "tab"
    FRENCH = "french"
    """As French spreadsheets read it: semicolons, commas in decimal fractions, and a mark that it is UTF-8."""

    @property
    def character(self) -> str:
        """The character itself."""
        return {Separator.COMMA: ",", Separator.TAB: "\t"}.get(self, ";")


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What is chosen about a file.

    Attributes:
        rows: a row per wait with every stage, in place of the figures; in a workbook, besides them. A PDF has none.
        separator: of CSV.
    """

    format: FileFormat
    rows: bool = True
    separator: Separator = Separator.COMMA

    @classmethod
    def of(cls, form: str, options: Mapping[str, Any]) -> FileOptions:
        """What a form or a stored export asks for, see `stored`.

        Raises:
            Problem: `choice_unknown`, `separator_unknown`.
        """
        try:
            chosen = FileFormat(form)
        except ValueError:
            raise Problem("choice_unknown") from None
        try:
            separator = Separator(options.get("separator") or Separator.COMMA)
        except ValueError:
            raise Problem("separator_unknown") from None
        holds = options.get("holds") or ("figures" if chosen in (FileFormat.JSON, FileFormat.PDF) else "rows")
        if holds not in ("rows", "figures"):
            raise Problem("choice_unknown")
        return cls(chosen, holds == "rows" and chosen is not FileFormat.PDF, separator)

    @property
    def stored(self) -> dict[str, str]:
        """The options that give the same again."""
        return {"holds": "rows" if self.rows else "figures", "separator": self.separator.value}


def _lengths(name: str, of: Callable[[Figures], Lengths]) -> dict[str, Callable[[Figures, Report], Value]]:
    def answered(share: str) -> Callable[[Figures, Report], Value]:
        return lambda figures, _: of(figures).answered[share]

    def over_all(share: str) -> Callable[[Figures, Report], Value]:
        return lambda figures, _: of(figures).all[share]

    found: dict[str, Callable[[Figures, Report], Value]] = {}
    for share in SHARES:
        found[f"{name}_{share}_seconds"] = answered(share)
        found[f"{name}_{share}_all_seconds"] = over_all(share)
    found[f"{name}_longest_seconds"] = lambda figures, _: of(figures).longest
    return found


def _promises(figures: Figures, report: Report) -> PromiseFigures:
    return report.promises.get(figures.group, NONE_MADE)


FIGURES: dict[str, Callable[[Figures, Report], Value]] = {
    "group": lambda figures, _: figures.group,
    "from": lambda _, report: report.query.start,
    "to": lambda _, report: report.query.end,
    "time_zone": lambda _, report: report.query.time_zone,
    "accounts": lambda _, report: " ".join(map(str, sorted(report.query.account_ids))) or None,
    "crisis": lambda _, report: report.query.crisis_id,
    "by": lambda _, report: report.query.by.value if report.query.by else None,
    "made_at": lambda _, report: report.made_at,
    "purpose": lambda _, report: report.purpose.value,
    "definition": lambda _, report: report.definition,
    "trail_seq": lambda _, report: report.trail_head[0],
    "trail_hash": lambda _, report: report.trail_head[1],
    "comments": lambda figures, _: figures.comments,
    "conversations": lambda figures, _: figures.conversations,
    "waits": lambda figures, _: figures.waits,
    "answered": lambda figures, _: figures.answered,
    "still_waiting": lambda figures, _: figures.waiting,
    "closed_without_reply": lambda figures, _: figures.closed_without_reply,
    "holding_only": lambda figures, _: figures.holding_only,
    "answered_natively": lambda figures, _: figures.answered_natively,
    "conversations_no_answer_called_for": lambda figures, _: figures.no_answer_called_for,
    "waits_no_answer_called_for": lambda figures, _: figures.waits_no_answer_called_for,
    "share_answered": lambda figures, _: figures.of_answered.value,
    "share_answered_where_called_for": lambda figures, _: figures.of_answered_where_called_for.value,
    "share_answered_in_substance": lambda figures, _: figures.of_answered_in_substance.value,
    "within_target": lambda figures, _: figures.within_target,
    "past_target": lambda figures, _: figures.past_target,
    "share_within_target": lambda figures, _: figures.of_within_target.value,
    "within_target_in_substance": lambda figures, _: figures.within_target_in_substance,
    "past_target_in_substance": lambda figures, _: figures.past_target_in_substance,
    "share_within_target_in_substance": lambda figures, _: figures.of_within_target_in_substance.value,
    "oldest_waiting_since": lambda figures, _: figures.oldest_waiting_since,
    **_lengths("first_response", lambda figures: figures.first),
    **_lengths("first_response_staffed", lambda figures: figures.first_staffed),
    **_lengths("first_substantive", lambda figures: figures.substantive),
    **_lengths("next_response", lambda figures: figures.next),
    **_lengths("next_response_staffed", lambda figures: figures.next_staffed),
    **_lengths("next_substantive", lambda figures: figures.next_substantive),
    "promises_kept": lambda figures, report: _promises(figures, report).kept,
    "promises_kept_late": lambda figures, report: _promises(figures, report).kept_late,
    "promises_late": lambda figures, report: _promises(figures, report).late,
    "promises_open": lambda figures, report: _promises(figures, report).open,
}
"""Every figure of a report by the name it is exported under, in order: a new figure is added here and nowhere else.

Counts are of waits unless named otherwise, lengths in seconds. Keys ending in `_all_seconds` are over all waits, None
where not yet reached.
"""


ABOUT_THE_WHOLE = frozenset(
    {"from", "to", "time_zone", "accounts", "crisis", "by", "made_at", "purpose", "definition"}
    | {"trail_seq", "trail_hash"}
)
"""Those that say the same in every row: a workbook has them once."""

SHARES_OF: dict[str, Callable[[Figures], Share]] = {
    "share_answered": lambda figures: figures.of_answered,
    "share_answered_where_called_for": lambda figures: figures.of_answered_where_called_for,
    "share_answered_in_substance": lambda figures: figures.of_answered_in_substance,
    "share_within_target": lambda figures: figures.of_within_target,
    "share_within_target_in_substance": lambda figures: figures.of_within_target_in_substance,
}
"""How many of how many the shares among `FIGURES` are."""


def figures_row(figures: Figures, report: Report) -> dict[str, Value]:
    """The figures of one group as one flat object, see `FIGURES`."""
    return {name: figure(figures, report) for name, figure in FIGURES.items()}


def figures_rows(report: Report) -> list[dict[str, Value]]:
    """The figures of the whole, and of each group."""
    return [figures_row(figures, report) for figures in (report.total, *report.groups)]


def to_csv(
    rows: Iterable[dict[str, Value]], *, columns: Iterable[str], separator: Separator = Separator.COMMA
) -> Iterator[str]:
    """Lines of CSV with a header, streamed. UTF-8 is the caller's; times in ISO 8601 UTC, lengths in seconds."""
    names = list(columns)
    buffer = io.StringIO()
    writer = csv_writer(buffer, separator)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(row[name], separator) for name in names])
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def csv_writer(target: Any, separator: Separator) -> Any:
    """A `csv.writer` into a text file, after the mark that French spreadsheets look for."""
    if separator is Separator.FRENCH:
        target.write(_BYTE_ORDER_MARK)
    return csv.writer(target, delimiter=separator.character, lineterminator="\r\n")


def plain(value: Value) -> Value:
    """`value` as JSON knows it."""
    return clock.to_iso(value) if isinstance(value, datetime) else value


def _cell(value: Value, separator: Separator) -> Value:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and separator is Separator.FRENCH:
        return str(value).replace(".", ",")
    value = plain(value)
    return harmless(value) if isinstance(value, str) else value


def may_export(actor: Actor) -> None:
    """Let only those go on who may take figures out.

    Raises:
        Refused: the actor may not.
    """
    require(actor, Permission.RESPONSE_TIMES_EXPORT)
