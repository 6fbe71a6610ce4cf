"""`inbox search`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime

import click

from inbox.answering import search as room
from inbox.answering import tags
from inbox.answering.search import SearchFilters, SearchPage
from inbox.cli.output import ROW, Row, listing, moment, print_rows
from inbox.cli.running import in_application
from inbox.models import ConversationState
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.words import say


@click.command()
@click.argument("words", nargs=-1, required=True, metavar="WORDS")
@click.option("--account", type=ROW, help="Only this account.")
@click.option("--network", help="Only this network.")
@click.option("--kind", help="question, criticism, praise or other.")
@click.option("--language", help="The language it is written in: en, fr …")
@click.option("--tag", help="Only with this tag on the conversation, by its name.")
@click.option("--state", type=click.Choice([each.value for each in ConversationState]), help="Of the conversation.")
@click.option("--from", "start", help="Written then or later: 2026-03-02 or 2026-03-02T09:00:00Z.")
@click.option("--to", "end", help="Written before; a day alone means its end.")
@listing
@in_application
def search(
    words: tuple[str, ...],
    account: int | None,
    network: str | None,
    kind: str | None,
    language: str | None,
    tag: str | None,
    state: str | None,
    start: str | None,
    end: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Find comments, replies, notes and people by WORDS, the newest first.

    Every word has to be there, accents and case aside; from three letters on it may go on. Words in quotes stand
    exactly so: inbox search '"two days" refund'.
    """
    _catch_up()
    filters = SearchFilters(
        account_id=account,
        network=network,
        kind=kind,
        language=language,
        state=ConversationState(state) if state else None,
        tag_id=tags.named(OPERATOR, tag).id if tag else None,
        since=moment(start, "UTC"),
        until=moment(end, "UTC", whole_day=True),
    )
    rows: list[Row] = []
    after: str | None = None
    # A page that looked back a bounded way may be empty although there is more.
    while len(rows) < limit:
        page = room.search(OPERATOR, " ".join(words), filters, after, min(limit - len(rows), room.MOST_HITS))
        if not page.query:
            raise Problem("search_empty")
        rows += _rows(page)
        after = page.next
        if after is None:
            break
    rows.sort(key=_newest_first, reverse=True)
    columns = ["conversation_id", "found", "at", "author_name", "network", "state", "excerpt"]
    print_rows(rows, as_json=as_json, columns=columns)


def _rows(page: SearchPage) -> Iterator[Row]:
    for person in page.people:
        for talk in person.conversations:
            for hit in talk.hits:
                yield {
                    "found": hit.source,
                    "id": hit.id,
                    "at": hit.at,
                    "conversation_id": talk.id,
                    "state": talk.state,
                    "kind": hit.kind or talk.kind,
                    "language": talk.language,
                    "reply_state": hit.state,
                    "by": hit.by,
                    "author_id": person.author_id,
                    "author_name": person.name or person.identifier,
                    "account_id": person.account_id,
                    "account_name": person.account_name,
                    "network": person.network,
                    "excerpt": "".join(piece.text for piece in hit.pieces),
                    "marked": [piece.text for piece in hit.pieces if piece.found],
                }


def _newest_first(row: Row) -> tuple[datetime, int]:
    return row["at"], row["id"]


def _catch_up() -> None:
    """An index that is still being made is made first, so that nothing is missing in what is printed."""
    told = sys.stderr.isatty()
    while left := room.catch_up(OPERATOR):
        if told:
            click.echo("\r" + say("cli_indexing", count=left), nl=False, err=True)
