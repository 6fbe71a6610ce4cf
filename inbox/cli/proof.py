"""`inbox trail`, `inbox verify`."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click
from flask import current_app

from inbox import verify as room
from inbox.cli.output import ROW, json_option, listing, moment, print_object, print_rows
from inbox.cli.running import in_application, sentence, settings
from inbox.extensions import session
from inbox.permissions import OPERATOR
from inbox.trail import anchors, reading, standing
from inbox.trail.reading import TrailFilters
from inbox.verify import VerifyFault
from inbox.words import codes, say

BETWEEN_TELLINGS = 0.2
"""Seconds between two lines of progress."""


@click.group(invoke_without_command=True)
@click.option("--by", "who", metavar="ACTOR", help="Only what this one did: member:12, operator, worker, system.")
@click.option("--action", help="Only this action (reply.queued), or all of one noun (reply).")
@click.option("--from", "start", metavar="TIME", help="At or after it: 2026-03-02 or 2026-03-02T09:00:00Z.")
@click.option("--to", "end", metavar="TIME", help="Before it; a day alone counts whole.")
@click.option("--of", "thing", nargs=2, metavar="TYPE ID", help="Only what was done to this: conversation 12.")
@click.option("--before", type=ROW, metavar="NUMBER", help="Only rows before this one, to page on.")
@listing
@click.pass_context
def trail(
    context: click.Context,
    who: str | None,
    action: str | None,
    start: str | None,
    end: str | None,
    thing: tuple[str, str] | None,
    before: int | None,
    limit: int,
    as_json: bool,
) -> None:
    """What was done, by whom, newest first."""
    if context.invoked_subcommand is None:
        _list(who, action, (start, end), thing or (None, None), before, limit, as_json)


@in_application
def _list(
    who: str | None,
    action: str | None,
    period: tuple[str | None, str | None],
    thing: tuple[str | None, str | None],
    before: int | None,
    limit: int,
    as_json: bool,
) -> None:
    start, end = moment(period[0], "UTC"), moment(period[1], "UTC", whole_day=True)
    filters = TrailFilters(who, action, start, end, *thing)
    rows = [reading.facts_of(row) for row in reading.rows(OPERATOR, filters, limit=limit, before=before)]
    print_rows(rows, as_json=as_json, columns=["seq", "at", "actor", "action", "object_type", "object_id"])


@trail.command()
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="Another file than the usual.")
@json_option
@in_application
def anchor(target: Path | None, as_json: bool) -> None:
    """Write the signed head of the trail to a file outside the database, so that a tail cut off later shows."""
    config = settings(current_app)
    made = anchors.drop(session(), config.data_dir, target or config.anchors_file)
    facts = {"seq": made.seq, "hash": made.hash, "at": made.at, "public_key": made.public_key}
    print_object(facts, as_json=as_json, words=say("cli_anchored", seq=made.seq, public_key=made.public_key))


@click.command()
@click.option(
    "--anchors",
    "source",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file of anchors; the usual one is checked by itself where it is there.",
)
@click.option("--public-key", metavar="HEX", help="The key every anchor must be signed with.")
@json_option
@in_application
def verify(source: Path | None, public_key: str | None, as_json: bool) -> None:
    """Check that the rule holds, the trail is whole and every figure can be recomputed; name the first fault."""
    config = settings(current_app)
    place = source or (config.anchors_file if config.anchors_file.exists() else None)
    walked = _Walked(told=sys.stderr.isatty())
    fault = room.verify(OPERATOR, walked.tell, anchors=place, public_key=public_key)
    walked.end()
    checked = sum(1 for _ in anchors.read(place)) if place is not None and fault is None else 0
    if fault is None:
        standing.note_verified(config.data_dir, walked.rows.get("trail", 0), anchored=bool(checked))
    if as_json:
        facts = {
            "sound": fault is None,
            "fault": None if fault is None else {**fault.params, "code": _code(fault), "sentence": _words(fault)},
            "walked": walked.rows,
            "anchors": None if place is None else str(place),
            "anchors_checked": checked,
        }
        print_object(facts, as_json=True, words="")
        if fault is not None:
            raise click.exceptions.Exit(1)
        return
    if fault is not None:
        raise click.ClickException(_words(fault))
    click.echo(say("fault_none"))
    said = say("verified_with_anchors", count=checked, path=place) if checked else say("verified_without_anchors")
    click.echo(said)


class _Walked:
    """How many rows each check has walked, told on one line that is written over and over."""

    def __init__(self, *, told: bool) -> None:
        self.rows: dict[str, int] = {}
        self._told = told
        self._next = time.monotonic()

    def tell(self, name: str, count: int) -> None:
        self.rows[name] = count
        if self._told and time.monotonic() >= self._next:
            self._next = time.monotonic() + BETWEEN_TELLINGS
            click.echo(f"\r{name} {count:,} ", nl=False, err=True)

    def end(self) -> None:
        if self._told and self.rows:
            click.echo("\r\x1b[K", nl=False, err=True)


def _code(fault: VerifyFault) -> str:
    """The code of its sentence."""
    finer = f"{fault.code}.{fault.params.get('code')}"
    return finer if finer in codes() else fault.code


def _words(fault: VerifyFault) -> str:
    return sentence(_code(fault), fault.params)
