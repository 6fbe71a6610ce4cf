"""Files of a report: how fast they are written beside what drivers and libraries do bare, and in how much memory.

Target 4 of the speed targets, the files: CSV at least 0.8 of a bare `csv.writer` over the same cursor; XLSX at least
0.8 of a bare XlsxWriter in constant memory with the same cells; at most 100 MiB more memory
at the largest number of waits than at the smallest. Beside it stand the same columns unformatted, which is what the
formatting in the database costs, and a whole workbook with its sheets of figures. Run with
`python -m bench.exports [--engine sqlite|postgresql] [--sizes 10000,100000,1000000] [--rounds 3] [--json FILE]`.
"""

from __future__ import annotations

import argparse
import csv
import gc
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

import xlsxwriter
from flask import Flask

from bench.waits_filler import filled
from inbox import languages
from inbox.extensions import db
from inbox.measuring import export_files, export_waits, export_xlsx
from inbox.measuring.export_waits import Form, Kind, read, snapshot
from inbox.measuring.exports import FileFormat, FileOptions
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import response_times
from inbox.permissions import OPERATOR
from tests.databases import ENGINES

TARGET_RATIO = 0.8
TARGET_GROWTH_MIB = 100.0

_FORK = multiprocessing.get_context("fork")

Deed = Callable[[Path], None]


def nobody_is_told(_rows: int) -> None:
    """Takes no time."""


@contextmanager
def unformatted() -> Iterator[None]:
    """Inside, every column leaves the database as it stands there."""
    as_it_is = dict.fromkeys(Kind, lambda value: value)
    with mock.patch.object(export_waits, "_formats", return_value=as_it_is):
        yield


def bare_csv(path: Path) -> None:
    """A `csv.writer` over the same cursor."""
    with read(OPERATOR, ReportQuery(), Form.CSV) as table, path.open("w", newline="") as file:
        csv.writer(file).writerows(table.rows)


def unformatted_csv(path: Path) -> None:
    """A `csv.writer` over a cursor with the same columns as they stand in the database."""
    with unformatted(), read(OPERATOR, ReportQuery(), Form.CSV) as table, path.open("w", newline="") as file:
        csv.writer(file).writerows(table.rows)


def our_csv(path: Path) -> None:
    """What the product writes."""
    with path.open("wb") as file:
        export_files.write(OPERATOR, ReportQuery(), FileOptions(FileFormat.CSV), file, nobody_is_told)


def bare_xlsx(path: Path) -> None:
    """XlsxWriter in constant memory, the same cells, each by the method of its type."""
    workbook = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = workbook.add_worksheet()
    date = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    with read(OPERATOR, ReportQuery(), Form.XLSX) as table:
        for number, row in enumerate(table.rows):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif value is not None:
                    sheet.write_number(number, column, value, date)
    workbook.close()


def our_xlsx(path: Path) -> None:
    """The sheet of waits, as the product writes it."""
    with path.open("wb") as file, languages.speaking("en"):
        # The figures of a period without waits: they are no part of what is measured here.
        report = response_times(OPERATOR, ReportQuery(end=datetime(2000, 1, 1, tzinfo=UTC)))
        whole = replace(report, query=ReportQuery())
        export_xlsx.write_workbook(file, whole, (), (OPERATOR, nobody_is_told))


def whole_xlsx(path: Path) -> None:
    """A whole workbook, with a sheet of figures for each breakdown."""
    with path.open("wb") as file, languages.speaking("en"):
        export_files.write(OPERATOR, ReportQuery(), FileOptions(FileFormat.XLSX), file, nobody_is_told)


DEEDS: dict[str, Deed] = {
    "bare csv": bare_csv,
    "unformatted csv": unformatted_csv,
    "csv": our_csv,
    "bare xlsx": bare_xlsx,
    "xlsx": our_xlsx,
    "whole workbook": whole_xlsx,
}


def run(app: Flask, deed: Deed) -> tuple[float, float]:
    """Seconds, and MiB of memory more than before at the peak, of one deed in a program of its own.

    On SQLite seconds of the processor, on PostgreSQL seconds on the clock.
    """
    ours, theirs = _FORK.Pipe(duplex=False)

    def work() -> None:
        with app.app_context(), tempfile.TemporaryDirectory() as folder:
            db.engine.dispose(close=False)
            gc.collect()
            before = _memory("VmRSS")
            # SQLite works in this program: its time on the processor does not depend on what else the machine does.
            clock = time.process_time if db.engine.dialect.name == "sqlite" else time.perf_counter
            started = clock()
            with snapshot():
                deed(Path(folder) / "file")
            theirs.send((clock() - started, _memory("VmHWM") - before))
            db.session.remove()
            db.engine.dispose()

    program = _FORK.Process(target=work)
    program.start()
    theirs.close()
    try:
        found: tuple[float, float] = ours.recv()
    except EOFError:
        raise RuntimeError("the measurement failed") from None
    finally:
        program.join()
    return found


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{name}:"))


def measure(engine: str, size: int, rounds: int) -> dict[str, dict[str, float]]:
    """Seconds and MiB of each deed; the quickest of `rounds`, in which they take turns."""
    times: dict[str, list[float]] = {label: [] for label in DEEDS}
    memory: dict[str, list[float]] = {label: [] for label in DEEDS}
    with filled(engine, size) as app:
        for _ in range(rounds):
            for label, deed in DEEDS.items():
                seconds, grown = run(app, deed)
                times[label].append(seconds)
                memory[label].append(grown)
    return {label: {"seconds": round(min(times[label]), 3), "mib": round(max(memory[label]), 1)} for label in DEEDS}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures and their ratios; exits with 1 when a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    parser.add_argument("--sizes", default="10000,100000,1000000")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args(arguments)
    sizes = [int(size) for size in given.sizes.split(",")]
    figures: dict[str, Any] = {}
    missed = 0
    for engine in given.engine or ENGINES:
        figures[engine] = {}
        for size in sizes:
            found = figures[engine][str(size)] = measure(engine, size, given.rounds)
            for form in ("csv", "xlsx"):
                ours, bare = found[form], found[f"bare {form}"]
                ratio = bare["seconds"] / ours["seconds"]
                ours["ratio"] = round(ratio, 2)
                smallest = figures[engine][str(sizes[0])][form]["mib"]
                verdict = "ok" if ratio >= TARGET_RATIO and ours["mib"] - smallest <= TARGET_GROWTH_MIB else "MISSED"
                missed += verdict == "MISSED"
                print(
                    f"{engine:11} {size:9,} {form:5} {size / ours['seconds']:11,.0f} rows/s  × {ratio:4.2f} of bare"
                    f"  +{ours['mib']:6.1f} MiB  {verdict}",
                    flush=True,
                )
            whole = found["whole workbook"]
            plain = found["unformatted csv"]["seconds"] / found["csv"]["seconds"]
            print(f"{engine:11} {size:9,} csv   × {plain:4.2f} of the same columns unformatted", flush=True)
            said = f"whole workbook {whole['seconds']:8.1f} s  +{whole['mib']:6.1f} MiB"
            print(f"{engine:11} {size:9,} {said}", flush=True)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
