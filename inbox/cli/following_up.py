"""`inbox following-up`."""

from __future__ import annotations

from dataclasses import asdict

import click

from inbox.answering import reassuring
from inbox.cli.output import listing, print_rows
from inbox.cli.running import in_application
from inbox.permissions import OPERATOR


@click.command("following-up")
@click.option("--all", "everything", is_flag=True, help="Also those that are over, the newest first.")
@click.option("--due", is_flag=True, help="Only those to look at now.")
@listing
@in_application
def following_up(everything: bool, due: bool, limit: int, as_json: bool) -> None:
    """Who was answered and may not be reassured yet, the first to look at first."""
    if everything and due:
        raise click.UsageError("--all and --due do not go together.")
    if everything:
        found = reassuring.list_all(OPERATOR, limit=limit)
    else:
        found = reassuring.standing(OPERATOR, due=True if due else None, limit=limit)
    columns = ["id", "conversation_id", "author_name", "account_name", "reason", "since", "owner", "look_at", "outcome"]
    print_rows(map(asdict, found), as_json=as_json, columns=columns)
