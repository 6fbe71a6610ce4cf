"""`inbox report`, `inbox statement`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from inbox import clock
from inbox.cli.output import ROW, json_option, moment, print_object
from inbox.cli.running import in_application
from inbox.measuring import exports
from inbox.measuring import statement as public
from inbox.measuring.reports import Breakdown, ReportQuery, response_times, wait_rows
from inbox.models import Purpose
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.words import say

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
        account_id=account,
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
    total = made.report.total
    seq, digest = made.report.trail_head
    facts = {
        "made_at": made.report.made_at,
        "from": made.report.query.start,
        "to": made.report.query.end,
        "comments": total.comments,
        "waits": total.waits,
        "answered": total.answered,
        "still_waiting": total.waiting,
        "closed_without_reply": total.closed_without_reply,
        "first_response_median_seconds": total.first.answered["median"],
        "first_response_median_all_seconds": total.first.all["median"],
        "removed_here": made.removed_here,
        "refused_attempts": made.refused,
        "withheld": made.withheld,
        "vanished": made.vanished,
        **{f"declared_{ground.value}": count for ground, count in made.declared.items()},
        "declared_replies": made.declared_replies,
        "gaps": len(made.report.gaps),
        "trail_seq": seq,
        "trail_hash": digest,
    }
    print_object(facts, as_json=as_json, words="\n".join(_sentences(made)))


def _sentences(made: public.Statement) -> list[str]:
    total = made.report.total
    query = made.report.query
    seq, digest = made.report.trail_head
    start = say("statement_beginning") if query.start is None else clock.to_iso(query.start)
    end = clock.to_iso(query.end or made.report.made_at)
    median, over_all = total.first.answered["median"], total.first.all["median"]
    return [
        say("statement_title", made_at=clock.to_iso(made.report.made_at), start=start, end=end),
        say("statement_received", count=total.comments),
        say("statement_answered", answered=total.answered, waits=total.waits, waiting=total.waiting),
        say("statement_closed", count=total.closed_without_reply),
        say(
            "statement_median",
            answered=say("statement_no_answers") if median is None else say("cli_seconds", count=round(median)),
            all=say("statement_not_reached") if over_all is None else say("cli_seconds", count=round(over_all)),
        ),
        say("statement_removed", count=made.removed_here),
        say("statement_refused", count=made.refused),
        say("statement_withheld", count=made.withheld),
        say("statement_declared", **{ground.value: count for ground, count in made.declared.items()}),
        say("statement_declared_replies", count=made.declared_replies),
        say("statement_vanished", count=made.vanished),
        say("statement_gaps", count=len(made.report.gaps)),
        say("statement_head", seq=seq, hash=digest),
    ]
