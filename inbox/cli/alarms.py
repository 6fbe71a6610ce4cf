"""`inbox alarms`."""

from __future__ import annotations

from dataclasses import asdict

import click

from inbox.cli.output import listing, print_rows
from inbox.cli.running import in_application
from inbox.collecting import alarms as room
from inbox.permissions import OPERATOR


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that a supervisor has acknowledged.")
@listing
@in_application
def alarms(everything: bool, limit: int, as_json: bool) -> None:
    """Comments that disappeared from their network although their authors did not take them back."""
    found = room.list_alarms(OPERATOR, acknowledged=None if everything else False, limit=limit)
    columns = ["id", "conversation_id", "account_name", "presence", "last_seen_at", "raised_at", "returned_at", "text"]
    print_rows(map(asdict, found), as_json=as_json, columns=columns)
