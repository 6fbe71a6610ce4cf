"""`inbox report`, `inbox statement`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from inbox import clock, languages, members
from inbox.cli.output import ROW, json_option, legible, moment, print_object
from inbox.cli.running import in_application, language
from inbox.measuring import export_asking, export_files
from inbox.measuring import statement as public
from inbox.measuring.export_waits import snapshot
from inbox.measuring.exports import FileFormat, FileOptions, Separator
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.statement_rows import Figure
from inbox.models import Purpose
from inbox.permissions import OPERATOR, Actor
from inbox.problems import Problem
from inbox.words import say
from inbox.words.lengths import in_words


@click.group()
def report() -> None:
    """Figures."""


@report.command(name="response-times")
@click.option(
    "--from", "start", metavar="TIME", help="Waits opened at or after it: 2026-03-02 or 2026-03-02T09:00:00Z."
)
@click.option("--to", "end", metavar="TIME", help="Waits opened before it; a day alone counts whole.")
@click.option(
    "--by",
    type=click.Choice([each.value for each in Breakdown]),
    help="A row for each; by member only with --as, once staff were informed.",
)
@click.option("--account", "accounts", type=ROW, multiple=True, help="Only this account; may be given several times.")
@click.option("--crisis", type=ROW, help="Only what was opened in this crisis.")
@click.option("--purpose", type=click.Choice([each.value for each in Purpose]), help="Real comments, demo or drill.")
@click.option("--time-zone", default="UTC", show_default=True, help="For days, hours, and times without a zone.")
@click.option(
    "--format", "form", type=click.Choice([each.value for each in FileFormat]), default="csv", show_default=True
)
@click.option(
    "--rows/--figures",
    default=None,
    help="A row per wait with every stage, or the figures. CSV has rows unless split with --by, a workbook has both;"
    " JSON has figures, PDF nothing else.",
)
@click.option(
    "--separator",
    type=click.Choice([each.value for each in Separator]),
    default="comma",
    show_default=True,
    help="Of CSV; french is what French spreadsheets read.",
)
@click.option("--as", "as_member", metavar="MEMBER", help="With the rights of this member, by e-mail address.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file, in place of the terminal.")
@in_application
def response_times_(
    start: str | None,
    end: str | None,
    by: str | None,
    accounts: tuple[int, ...],
    crisis: int | None,
    purpose: str | None,
    time_zone: str,
    form: str,
    rows: bool | None,
    separator: str,
    as_member: str | None,
    output: Path | None,
) -> None:
    """How long people waited for an answer: the share answered, and percentiles over answered and over all waits."""
    query = ReportQuery(
        start=moment(start, time_zone),
        end=moment(end, time_zone, whole_day=True),
        by=Breakdown(by) if by else None,
        account_ids=frozenset(accounts),
        crisis_id=crisis,
        purpose=Purpose(purpose) if purpose else None,
        time_zone=time_zone,
    )
    options = _options(FileFormat(form), rows, query, Separator(separator))
    if query.of_members and as_member is None:
        raise Problem("cli_as_missing")
    if options.format in (FileFormat.XLSX, FileFormat.PDF) and output is None and sys.stdout.isatty():
        raise Problem("cli_output_missing")
    actor = OPERATOR
    if as_member is not None:
        actor = members.actor_of(members.find_member(as_member))
        export_asking.note_direct(actor, query, options)
    with languages.speaking(language(), time_zone), snapshot():
        _write(actor, query, options, output)


def _options(form: FileFormat, rows: bool | None, query: ReportQuery, separator: Separator) -> FileOptions:
    if rows is None:
        rows = form is FileFormat.XLSX or (form is FileFormat.CSV and query.by is None)
    return FileOptions(form, rows, separator)


def _write(actor: Actor, query: ReportQuery, options: FileOptions, output: Path | None) -> None:
    """Write the file; one that could not be finished is not left behind in the place of another."""

    def nobody_is_told(_rows: int) -> None:
        pass

    if output is not None and output.exists() and not output.is_file():
        # A device or a pipe takes what comes, and stays what it is.
        with output.open("wb") as target:
            export_files.write(actor, query, options, target, nobody_is_told)
        return
    if output is not None:
        part = output.with_name(f"{output.name}.{os.getpid()}.part")
        try:
            with part.open("xb") as target:
                export_files.write(actor, query, options, target, nobody_is_told)
            part.replace(output)
        except OSError as error:
            raise click.ClickException(f"{output}: {error.strerror}") from None
        finally:
            part.unlink(missing_ok=True)
        return
    terminal = getattr(sys.stdout, "buffer", None)
    if terminal is None:
        raise Problem("cli_output_missing")
    sys.stdout.flush()
    export_files.write(actor, query, options, terminal, nobody_is_told)
    terminal.flush()


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
