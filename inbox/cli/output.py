"""How commands read times and print: a table for people, one JSON array for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time, timedelta
from enum import Enum
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from inbox import clock
from inbox.problems import Problem

Row = dict[str, Any]
Command = TypeVar("Command", bound=Callable[..., Any])

ROW = click.IntRange(0, 2**63 - 1)
"""The number of a row, as large as a database holds one."""

_KEPT = frozenset("\u200d\ufe0e\ufe0f")
"""Joiners and selectors that emoji are made with."""


def json_option(command: Command) -> Command:
    """`--json`, as `as_json`."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print JSON: times in ISO 8601 UTC, lengths in seconds."
    )(command)


def listing(command: Command) -> Command:
    """`--json` and `--limit`, as `as_json` and `limit`."""
    limited = click.option(
        "--limit",
        type=click.IntRange(1, 1_000_000_000),
        default=50,
        show_default=True,
        help="Print this many rows at most.",
    )(command)
    return json_option(limited)


def print_rows(rows: Iterable[Row], *, as_json: bool, columns: Sequence[str]) -> None:
    """Print `rows`: all their fields as one JSON array, or `columns` as a table.

    Times may be aware datetimes and lengths timedeltas; both become what programs can read.
    """
    if as_json:
        click.echo(json.dumps([plain(row) for row in rows], indent=2))
        return
    table = [[column.replace("_", " ").upper() for column in columns]]
    table += [[_cell(row.get(column)) for column in columns] for row in rows]
    widths = [max(map(len, cells)) for cells in zip(*table, strict=True)]
    for line in table:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def print_object(facts: Row, *, as_json: bool, words: str) -> None:
    """Print `facts` as one JSON object, or `words`."""
    click.echo(json.dumps(plain(facts), indent=2) if as_json else words)


def plain(value: Any) -> Any:
    """`value` in what JSON knows."""
    match value:
        case dict():
            return {str(name): plain(each) for name, each in value.items()}
        case Enum():
            return value.value
        case str() | None | bool() | int() | float():
            return value
        case datetime():
            return clock.to_iso(value)
        case timedelta():
            return value.total_seconds()
        case _:
            return [plain(each) for each in value]


def legible(text: str) -> str:
    """`text` on one line, with everything that steers a terminal or turns the reading direction made visible."""
    return "".join(
        character
        if character.isprintable() or character in _KEPT
        else " "
        if character in "\n\t"
        else _named(character)
        for character in text
    )


def _named(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return clock.to_iso(value.replace(microsecond=0))
        case Enum():
            return str(value.value)
        case list() | tuple() | frozenset() | set():
            return ", ".join(_cell(each) for each in value)
        case _:
            return legible(str(value))


def moment(text: str | None, time_zone: str, *, whole_day: bool = False) -> datetime | None:
    """What was typed, as an aware time.

    Args:
        whole_day: a day alone means the end of it.

    Raises:
        Problem: `cli_time_unreadable`, `time_zone_unknown`.
    """
    if text is None:
        return None
    try:
        zone = ZoneInfo(time_zone)
    except (KeyError, ValueError, OSError):
        raise Problem("time_zone_unknown", name=time_zone) from None
    try:
        typed = datetime.fromisoformat(text)
        if not clock.within_reach(typed):
            raise ValueError("out of reach")
        if whole_day and len(text) <= 10:
            typed = datetime.combine(typed.date() + timedelta(days=1), time())
        return clock.as_utc(typed if typed.tzinfo else typed.replace(tzinfo=zone))
    except (ValueError, OverflowError):
        raise Problem("cli_time_unreadable", text=text) from None
