"""Response-time reports over 10,000, 100,000 and 1,000,000 waits, split each way, on both engines.

Target 4 of the speed targets: whatever a report is split by, it takes at most twice as long as the bare query, and at
the largest size it needs at most 100 MiB more than at the smallest. The bare query is the driver alone: it reads the
plain columns that the figures are computed from, by the same scan, a few thousand rows at a time, and throws them away.
Beside it stands what `percentile_cont` by account takes on PostgreSQL, two percentiles of one length.

Run with `python -m bench.report [--engine sqlite|postgresql] [--sizes 10000,1000000] [--by kind,hour] [--json FILE]`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Select, select, text

from bench.waits_filler import START, filled
from inbox import clock
from inbox.extensions import session
from inbox.measuring import report_columns
from inbox.measuring.report_groups import COLUMNS
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import response_times
from inbox.models import Wait
from inbox.permissions import OPERATOR
from tests.databases import ENGINES

SIZES = "10000,100000,1000000"
TARGET_RATIO = 2.0
TARGET_MEMORY = 100.0
"""In MiB."""

SPLITS = (None, *(by for by in Breakdown if by is not Breakdown.MEMBER))
"""Figures per member need a member who may see them; they are read as those by template are."""

_PERCENTILES = text(
    "SELECT account_id, percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY seconds) FROM waits"
    " WHERE superseded_at IS NULL AND closed_at IS NOT NULL GROUP BY account_id"
)


def bare(by: Breakdown | None) -> Select[*tuple[Any, ...]]:
    """The columns that the figures are computed from, as they are stored."""
    columns: list[Any] = [
        *(Wait.conversation_id, Wait.account_id, Wait.ordinal, Wait.opened_at, Wait.due_at, Wait.closed_at),
        *(Wait.seconds, Wait.staffed_seconds, Wait.reply_origin, Wait.substantive_at),
    ]
    if by in COLUMNS and by is not None:
        columns.append(COLUMNS[by])
    return select(*columns).where(Wait.superseded_at.is_(None))


def read_bare(by: Breakdown | None) -> int:
    """Read them and throw them away."""
    return sum(len(rows) for rows in report_columns.raw(session(), bare(by)))


def timed(deed: Callable[[], object], rounds: int) -> float:
    """The median of a few rounds, in seconds."""
    taken = []
    for _ in range(rounds):
        gc.collect()
        started = time.perf_counter()
        deed()
        taken.append(time.perf_counter() - started)
        session().rollback()
    return statistics.median(taken)


def peak(deed: Callable[[], object]) -> float:
    """How much memory a program of its own needs at most for `deed`, in MiB."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        deed()
        os._exit(0)
    _, status, used = os.wait4(child, 0)
    if status:
        raise RuntimeError(f"the report failed with {status}")
    return used.ru_maxrss / 1024


def report(app: Flask, by: Breakdown | None) -> None:
    """One report, in an application context of its own."""
    with app.app_context(), clock.frozen(START):
        response_times(OPERATOR, ReportQuery(by=by, time_zone="Europe/Paris"))


def measure(app: Flask, size: int, splits: Sequence[Breakdown | None]) -> dict[str, Any]:
    """Seconds and ratios by breakdown."""
    rounds = 3 if size >= 500_000 else 5
    found: dict[str, Any] = {}
    with app.app_context(), clock.frozen(START):
        read_bare(None)
        for by in splits:
            query = ReportQuery(by=by, time_zone="Europe/Paris")
            plain = timed(lambda by=by: read_bare(by), rounds)  # type: ignore[misc]
            whole = timed(lambda query=query: response_times(OPERATOR, query), rounds)  # type: ignore[misc]
            found[by.value if by else "none"] = {
                "bare_ms": round(plain * 1e3, 1),
                "report_ms": round(whole * 1e3, 1),
                "ratio": round(whole / plain, 2),
            }
        if session().connection().dialect.name == "postgresql":
            taken = timed(lambda: session().execute(_PERCENTILES).all(), rounds)
            found["percentile_cont by account"] = {"bare_ms": round(taken * 1e3, 1)}
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and their ratios; exits with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--sizes", default=SIZES)
    parser.add_argument("--by", default="all", help="Breakdowns, with commas between; none for the whole alone.")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    sizes = [int(size) for size in given.sizes.split(",")]
    splits = [by for by in SPLITS if given.by == "all" or (by.value if by else "none") in given.by.split(",")]
    figures: dict[str, Any] = {}
    missed = 0
    for engine in given.engine or ENGINES:
        figures[engine] = {}
        peaks: dict[int, float] = {}
        for size in sizes:
            with filled(engine, size) as app:
                peaks[size] = max(peak(lambda app=app, by=by: report(app, by)) for by in (None, Breakdown.HOUR))  # type: ignore[misc]
                found = measure(app, size, splits)
            figures[engine][str(size)] = found
            for label, taken in found.items():
                if "ratio" not in taken:
                    print(f"{engine:11} {size:9,} {label:28} {taken['bare_ms']:9.1f} ms")
                    continue
                # What a report asks besides its waits takes the same time however few they are: it is judged by many.
                watched = size == sizes[-1]
                verdict = "" if not watched else "ok" if taken["ratio"] <= TARGET_RATIO else "MISSED"
                missed += verdict == "MISSED"
                print(
                    f"{engine:11} {size:9,} by {label:10} bare {taken['bare_ms']:9.1f} ms, report"
                    f" {taken['report_ms']:9.1f} ms  × {taken['ratio']:5.2f} (at most {TARGET_RATIO})  {verdict}"
                )
        grown = peaks[sizes[-1]] - peaks[sizes[0]]
        verdict = "ok" if grown <= TARGET_MEMORY else "MISSED"
        missed += verdict == "MISSED"
        figures[engine]["memory_growth_mib"] = round(grown, 1)
        print(
            f"{engine:11} memory {peaks[sizes[0]]:7.1f} → {peaks[sizes[-1]]:7.1f} MiB,"
            f" {grown:6.1f} more (at most {TARGET_MEMORY})  {verdict}"
        )
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
