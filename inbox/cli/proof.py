"""`inbox trail`, `inbox verify`."""

from __future__ import annotations

import json
import sys

import click

from inbox import verify as room
from inbox.cli.output import Row, listing, print_rows
from inbox.cli.running import in_application, sentence
from inbox.models import TrailRow
from inbox.permissions import OPERATOR
from inbox.trail import reading
from inbox.words import say


@click.command()
@click.option("--action", help="Only this action (reply.queued), or all of one noun (reply).")
@click.option("--before", type=int, metavar="NUMBER", help="Only rows before this one, to page on.")
@listing
@in_application
def trail(action: str | None, before: int | None, limit: int, as_json: bool) -> None:
    """What was done, by whom, newest first."""
    rows = [_row(row) for row in reading.rows(OPERATOR, limit=limit, before=before, action=action)]
    print_rows(rows, as_json=as_json, columns=["seq", "at", "actor", "action", "object_type", "object_id"])


@click.command()
@in_application
def verify() -> None:
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
