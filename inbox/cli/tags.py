"""`inbox tags`."""

from __future__ import annotations

import click

from inbox.answering import tags as room
from inbox.cli.output import listing, print_rows
from inbox.cli.running import in_application
from inbox.permissions import OPERATOR


@click.command()
@click.option("--retired", is_flag=True, help="The retired ones instead of those in use.")
@listing
@in_application
def tags(retired: bool, limit: int, as_json: bool) -> None:
    """List the tags that members put on conversations, and how many conversations have each."""
    rows = [
        {
            "id": tag.id,
            "name": tag.name,
            "conversations": tag.conversations,
            "created_at": tag.created_at,
            "retired_at": tag.retired_at,
        }
        for tag in room.list_tags(OPERATOR, retired=retired)[:limit]
    ]
    print_rows(rows, as_json=as_json, columns=["id", "name", "conversations", "created_at"])
