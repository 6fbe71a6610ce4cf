"""`inbox promises`."""

from __future__ import annotations

from dataclasses import asdict

import click

from inbox.answering import promised
from inbox.cli.output import listing, print_rows
from inbox.cli.running import in_application
from inbox.permissions import OPERATOR


@click.command()
@click.option("--all", "everything", is_flag=True, help="Also those that were kept, the last due first.")
@listing
@in_application
def promises(everything: bool, limit: int, as_json: bool) -> None:
    """What we said that we write again about, the first due first."""
    found = (promised.list_promises if everything else promised.open_promises)(OPERATOR, limit=limit)
    columns = ["id", "conversation_id", "author_name", "account_name", "made_at", "due_at", "kept_at", "state"]
    print_rows(map(asdict, found), as_json=as_json, columns=columns)
