"""`inbox report`, `inbox statement`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from inbox import clock
from inbox.cli.output import ROW, json_option, legible, moment, print_object
from inbox.cli.running import in_application
from inbox.measuring import exports
from inbox.measuring import statement as public
from inbox.measuring.report_rows import Breakdown, ReportQuery, wait_rows
from inbox.measuring.reports import response_times
from inbox.measuring.statement_rows import Figure
from inbox.models import Purpose
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.words import say
from inbox.words.lengths import in_words

SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


@click.group()
def report() -> None:
    """Figures."""


@report.command(name="response-times")
@click.option(
    "--from", "start", metavar="TIME", help="Waits opened at or after it: 2026-03-02 or 2026-03-02T09:00:00Z."
)
@click.option("--to", "end", metavar="TIME", help="Waits opened before it; a day alone counts whole.")
@click.option("--by", type=click.Choice([each.value for each in Breakdown]), help="A row for each.")
@click.option("--account", type=ROW, help="Only this account.")
@click.option("--purpose", type=click.Choice([each.value for each in Purpose]), help="Real comments, demo or drill.")
@click.option("--time-zone", default="UTC", show_default=True, help="For days, hours, and times without a zone.")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "json"]), default="csv", show_default=True)
@click.option(
    "--rows/--figures",
    default=None,
    help="A row per wait with every stage, or the figures. CSV has rows unless split with --by; JSON has figures.",
)
@click.option("--separator", type=click.Choice(list(SEPARATORS)), default="comma", show_default=True, help="Of CSV.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, in place of the terminal.")
@in_application
def response_times_(
    start: str | None,
    end: str | None,
    by: str | None,
    account: int | None,
    purpose: str | None,
    time_zone: str,
    form: str,
    rows: bool | None,
    separator: str,
    output: Path | None,
) -> None:
    """How long people waited for an answer: the share answered, and percentiles over answered and over all waits."""
    query = ReportQuery(
        start=moment(start, time_zone),
        end=moment(end, time_zone, whole_day=True),
        by=Breakdown(by) if by else None,
        account_ids=frozenset() if account is None else frozenset({account}),
        purpose=Purpose(purpose) if purpose else None,
        time_zone=time_zone,
    )
    if form == "xlsx":
        if output is None and sys.stdout.isatty():
            raise Problem("cli_output_missing")
        made = response_times(OPERATOR, query)
        with click.open_file(output or "-", "wb") as target:
            exports.to_xlsx(target, made, wait_rows(OPERATOR, query))
        return
    table: Iterable[dict[str, exports.Value]]
    if rows if rows is not None else form == "csv" and query.by is None:
        table = map(exports.wait_row, wait_rows(OPERATOR, query))
        columns = exports.wait_columns()
    else:
        exports.may_export(OPERATOR)
        made = response_times(OPERATOR, query)
        table = (exports.figures_row(figures, made) for figures in (made.total, *made.groups))
        columns = list(exports.FIGURES)
    with click.open_file(str(output) if output else "-", "w", encoding="utf-8") as text:
        if form == "json":
            text.write(exports.to_json(table) + "\n")
        else:
            for lines in exports.to_csv(table, columns=columns, separator=SEPARATORS[separator]):
                text.write(lines)


@click.command()
@click.option("--from", "start", metavar="TIME", help="Comments from then on.")
@click.option("--to", "end", metavar="TIME", help="Comments before it; a day alone counts whole.")
@json_option
@in_application
def statement(start: str | None, end: str | None, as_json: bool) -> None:
    """What can be said in public: how many comments came, were answered, and that none was taken away."""
    made = public.statement(OPERATOR, moment(start, "UTC"), moment(end, "UTC", whole_day=True))
    print_object(public.facts_of(made), as_json=as_json, words="\n".join(_sentences(made)))


def _sentences(made: public.Statement) -> list[str]:
    query, (seq, digest) = made.report.query, made.report.trail_head
    start = say("statement_beginning") if query.start is None else clock.to_iso(query.start)
    end = clock.to_iso(query.end or made.report.made_at)
    median, over_all = made.median, made.median_over_all
    lines = [say("statement_title", made_at=clock.to_iso(made.report.made_at), start=start, end=end)]
    for figure, count in made.counts.items():
        if figure is Figure.FIRST_RESPONSES:
            answered = say("statement_no_answers") if median is None else in_words(median)
            everybody = say("statement_not_reached") if over_all is None else in_words(over_all)
            lines.append(say("statement_median", answered=answered, all=everybody))
        else:
            lines.append(say("statement_line", words=say(f"figure.{figure.value}"), count=count))
    for account, since, until in made.report.gaps:
        facts = {"account": legible(account), "start": clock.to_iso(since)}
        if until is None:
            lines.append(say("statement_gap_open", **facts))
        else:
            lines.append(say("statement_gap", **facts, end=clock.to_iso(until)))
    lines.append(say("statement_definition", version=made.report.definition))
    lines.append(say("statement_head", seq=seq, hash=digest))
    return lines
