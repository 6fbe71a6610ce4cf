"""The filters of reports in an address: one reading of them for every page and file that is made of a report."""

from __future__ import annotations

from typing import Any

from flask import Request

from inbox import clock, languages
from inbox.measuring import report_filters
from inbox.measuring.report_filters import Preset
from inbox.measuring.report_rows import ReportQuery

NAMES = ("preset", "from", "to", "zone", "account", "crisis", "by")
"""What an address may hold; `account` may stand in it several times."""


def filters_of(request: Request) -> ReportQuery:
    """The report that an address, or a form with the same fields, asks for, in the reader's time zone unless it names
    one.

    Raises:
        Problem: as `inbox.measuring.report_filters.query_of`.
    """
    return report_filters.query_of(options_of(request), languages.zone(), clock.now())


def options_of(request: Request) -> dict[str, Any]:
    """What was asked for as it was typed, for the form to show it again; no place for it is left out."""
    found = request.values
    chosen: dict[str, Any] = {name: found.get(name, "").strip() for name in NAMES}
    chosen["account"] = [text for text in (one.strip() for one in found.getlist("account")) if text]
    if not chosen["preset"]:
        chosen["preset"] = (Preset.CUSTOM if chosen["from"] or chosen["to"] else Preset.ALL).value
    return chosen


def as_address(query: ReportQuery) -> dict[str, Any]:
    """The same as `inbox.measuring.report_filters.as_address`."""
    return report_filters.as_address(query)
