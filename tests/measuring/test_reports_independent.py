"""The figures of a report, equal to a computation that knows nothing of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from inbox import clock
from inbox.collecting.importing import import_file
from inbox.measuring.report_rows import ReportQuery
from inbox.measuring.reports import response_times
from inbox.permissions import OPERATOR
from tests.measuring import plain
from tests.measuring.told import told

SAMPLES = Path(__file__).parents[1] / "samples"
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "support_threads_en.jsonl"
LATER = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
"""When the reports are made."""

FILES = [
    SAMPLES / "threads.jsonl",
    pytest.param(REAL, marks=pytest.mark.skipif(not REAL.is_file(), reason="the real data are not at hand")),
]


def alike(found: dict[str, Any], expected: dict[str, Any]) -> None:
    """Every figure that both know is the same, to the microsecond; and they know more than counts."""
    shared = found.keys() & expected.keys()
    assert {"waits", "first_response_median_seconds", "first_response_p95_all_seconds"} <= shared
    for name in sorted(shared):
        value = expected[name]
        assert found[name] == (pytest.approx(value, abs=1e-6) if isinstance(value, float) else value), name


@pytest.mark.parametrize("file", FILES)
def test_the_report_equals_an_independent_computation(app: Flask, file: Path) -> None:
    import_file(OPERATOR, file)
    with clock.frozen(LATER):
        found = told(response_times(OPERATOR, ReportQuery()).total)
    expected = plain.figures(plain.waits_of_threads(file), LATER)
    assert expected.keys() <= found.keys()
    alike(found, expected)


@pytest.mark.skipif(not REAL.is_file(), reason="the real data are not at hand")
def test_leaving_the_slowest_unanswered_flatters_only_the_median_of_the_answered(app: Flask, tmp_path: Path) -> None:
    # A world in which nobody answered the slowest 30 % of those who wrote first.
    waits = plain.waits_of_threads(REAL)
    firsts = sorted((wait for wait in waits if wait.ordinal == 1 and wait.closed), key=_seconds)
    left = {wait.conversation for wait in firsts[int(len(firsts) * 0.7) :]}
    file = tmp_path / "left_unanswered.jsonl"
    file.write_text("\n".join(_without_answers(line, number, left) for number, line in _lines(REAL)) + "\n")
    import_file(OPERATOR, file)
    with clock.frozen(LATER):
        flattered = response_times(OPERATOR, ReportQuery()).total
    honest = plain.figures(waits, LATER)
    assert honest["first_response_median_seconds"] == pytest.approx(6346.1, abs=0.05)
    assert flattered.first.answered["median"] == pytest.approx(1443, abs=15)
    # Over all who wrote nothing is better, and what was not reached stays out of reach.
    for share, over_all in flattered.first.all.items():
        assert over_all is None or over_all >= honest[f"first_response_{share}_all_seconds"] - 1e-6
    assert flattered.first.all["p90"] is None
    assert (flattered.share_answered or 0) < honest["share_answered"]
    assert flattered.within_target <= honest["within_target"]
    assert (flattered.share_within_target or 0) <= honest["share_within_target"]


def _lines(file: Path) -> list[tuple[int, str]]:
    return list(enumerate(file.read_text().splitlines(), start=1))


def _seconds(wait: plain.PlainWait) -> float:
    assert wait.closed is not None
    return (wait.closed - wait.opened).total_seconds()


def _without_answers(line: str, number: int, left: set[Any]) -> str:
    thread = json.loads(line)
    by_id = {message["id"]: message for message in thread["messages"]}

    def answers_somebody_left(message: dict[str, Any]) -> bool:
        whom = message
        while whom["from"] == "brand":
            whom = by_id.get(whom["in_reply_to"], thread["messages"][0])
        return (number, whom["from"]) in left

    thread["messages"] = [
        message for message in thread["messages"] if message["from"] != "brand" or not answers_somebody_left(message)
    ]
    return json.dumps(thread)
