"""`inbox accounts hours` and `inbox accounts round-the-clock`."""

from __future__ import annotations

from pathlib import Path

import click

from inbox import clock
from inbox.cli.output import ROW, Row, listing, moment, print_rows
from inbox.cli.running import in_application
from inbox.measuring import hours_files, hours_reading, hours_setting
from inbox.measuring.hours_reading import ExtensionShown, HoursShown
from inbox.measuring.hours_typing import text_of
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.words import say


@click.command()
@click.argument("account_id", metavar="ACCOUNT", type=ROW)
@click.option(
    "--set",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Set the hours that this JSON file says.",
)
@listing
@in_application
def hours(account_id: int, file: Path | None, limit: int, as_json: bool) -> None:
    """List the staffed hours of ACCOUNT through time, newest first, and when it was answered round the clock.

    A file for `--set` has the fields of a row: time_zone, weekly (by day, "09:00-18:00, 20:00-22:00"), holidays
    (country, subdivision), own_days (date, name, times) and from, a date; without it the hours begin now.
    """
    if file is not None:
        row = hours_setting.set_hours(OPERATOR, account_id, **hours_files.arguments(_read(file)))
        if not as_json:
            click.echo(say("cli_hours_set", account=account_id, start=clock.to_iso(row.effective_from)))
            return
    overview = hours_reading.hours_of(OPERATOR, account_id)
    shown = [*map(_version, overview.versions), *map(_extension, overview.extensions)]
    columns = ["id", "kind", "standing", "starts_at", "ends_at", "time_zone", "week"]
    print_rows(shown[:limit], as_json=as_json, columns=columns)


@click.command("round-the-clock")
@click.argument("account_id", metavar="ACCOUNT", type=ROW)
@click.option("--until", "until", help="A time like 2026-03-02T18:00.")
@click.option("--time-zone", default="UTC", show_default=True, help="The zone of --until.")
@click.option("--end", "ends", is_flag=True, help="Go back to the hours of the week.")
@in_application
def round_the_clock(account_id: int, until: str | None, time_zone: str, ends: bool) -> None:
    """Have ACCOUNT count as staffed day and night until a time, or end that."""
    moment_given = moment(until, time_zone)
    if (moment_given is None) is not ends:
        raise Problem("cli_round_the_clock_unclear")
    if moment_given is None:
        hours_setting.end_round_the_clock(OPERATOR, [account_id])
        click.echo(say("cli_round_the_clock_ended", account=account_id))
        return
    hours_setting.answer_round_the_clock(OPERATOR, [account_id], moment_given)
    click.echo(say("cli_round_the_clock", account=account_id, end=clock.to_iso(moment_given)))


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Problem("cli_file_not_utf8", name=file.name) from None
    except OSError as error:
        raise Problem("cli_file_unreadable", name=file.name, reason=error.strerror or "") from None


def _version(shown: HoursShown) -> Row:
    week = [text_of(spans) or "-" for spans in shown.version.weekly]
    return {
        "id": shown.row.id,
        "kind": "hours",
        "standing": shown.standing,
        "starts_at": shown.row.effective_from,
        "ends_at": shown.until,
        **hours_files.as_object(shown.row),
        "closed_days": shown.row.closed_days,
        "set_at": shown.row.set_at,
        "set_by": shown.row.set_by,
        "withdrawn_at": shown.row.withdrawn_at,
        "week": " | ".join(week),
    }


def _extension(shown: ExtensionShown) -> Row:
    return {
        "id": shown.row.id,
        "kind": "round_the_clock",
        "standing": shown.standing,
        "starts_at": shown.row.starts_at,
        "ends_at": shown.until,
        "crisis_id": shown.row.crisis_id,
        "set_at": shown.row.set_at,
        "set_by": shown.row.set_by,
    }
