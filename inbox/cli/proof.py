"""`inbox trail`, `inbox verify`."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app

from inbox import verify as room
from inbox.cli.output import ROW, Row, json_option, listing, print_object, print_rows
from inbox.cli.running import in_application, sentence, settings
from inbox.extensions import session
from inbox.models import TrailRow
from inbox.permissions import OPERATOR
from inbox.trail import anchors, reading
from inbox.words import say


@click.group(invoke_without_command=True)
@click.option("--action", help="Only this action (reply.queued), or all of one noun (reply).")
@click.option("--before", type=ROW, metavar="NUMBER", help="Only rows before this one, to page on.")
@listing
@click.pass_context
def trail(context: click.Context, action: str | None, before: int | None, limit: int, as_json: bool) -> None:
    """What was done, by whom, newest first."""
    if context.invoked_subcommand is None:
        _list(action, before, limit, as_json)


@in_application
def _list(action: str | None, before: int | None, limit: int, as_json: bool) -> None:
    rows = [_row(row) for row in reading.rows(OPERATOR, limit=limit, before=before, action=action)]
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
@in_application
def verify(source: Path | None, public_key: str | None) -> None:
    """Check that the rule holds, the trail is whole and every figure can be recomputed; name the first fault."""
    told = sys.stderr.isatty()

    def progress(name: str, count: int) -> None:
        if told:
            click.echo(f"\r{name} {count} ", nl=False, err=True)

    fault = room.verify(OPERATOR, progress)
    if told:
        click.echo("\r", nl=False, err=True)
    if fault is not None:
        raise click.ClickException(sentence(fault.code, fault.params))
    usual = settings(current_app).anchors_file
    place = source or (usual if usual.exists() else None)
    broken = anchors.check(session(), place, public_key) if place is not None else None
    if broken is not None:
        raise click.ClickException(say("fault_anchor", **asdict(broken)))
    click.echo(say("fault_none"))


def _row(row: TrailRow) -> Row:
    return {
        "seq": row.seq,
        "at": row.at,
        "actor": row.actor,
        "action": row.action,
        "object_type": row.object_type,
        "object_id": row.object_id,
        "params": json.loads(row.params),
        "previous_hash": row.previous_hash,
        "hash": row.hash,
    }
