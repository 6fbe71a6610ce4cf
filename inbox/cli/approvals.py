"""`inbox approvals`, `inbox apologies`: they list; no command approves, since nobody signs in at the command line."""

from __future__ import annotations

import click

from inbox import clock
from inbox.answering import apology_views, approval_views
from inbox.answering.apology_views import Behind, ShownApology
from inbox.answering.approval_views import WaitingApology, WaitingReply
from inbox.cli.output import Row, listing, print_rows
from inbox.cli.running import in_application
from inbox.permissions import OPERATOR


@click.command()
@listing
@in_application
def approvals(limit: int, as_json: bool) -> None:
    """What waits for approval, oldest first, and what was returned; approving needs a member at a page."""
    found = approval_views.listing(OPERATOR)
    rows = [*map(_reply, [*found.replies, *found.returned]), *map(_apology_that_waits, found.apologies)]
    rows.sort(key=lambda row: (row["submitted_at"] or clock.now(), row["is"], row["id"]))
    columns = ["is", "id", "state", "submitted_at", "overdue", "account", "author", "held_code", "behind", "text"]
    print_rows(rows[:limit], as_json=as_json, columns=columns)


@click.command()
@click.option("--retired", is_flag=True, help="Those that are retired, instead of those in use.")
@listing
@in_application
def apologies(retired: bool, limit: int, as_json: bool) -> None:
    """Apologies: their sentences, who stands behind them, and whether they may leave."""
    found = apology_views.list_apologies(OPERATOR, retired=retired)
    columns = ["id", "state", "title", "language", "account", "expires_at", "uses_left", "why_not", "core"]
    print_rows(map(_apology, found[:limit]), as_json=as_json, columns=columns)


def _reply(one: WaitingReply) -> Row:
    reply = one.reply
    return {
        "is": "reply",
        "id": reply.id,
        "state": reply.state,
        "submitted_at": reply.submitted_at,
        "overdue": one.overdue,
        "conversation_id": reply.conversation_id,
        "account": one.account,
        "author": one.author,
        "waiting_since": one.critic_since,
        "writer": one.writer,
        "held_code": reply.held_code,
        "hash": reply.text_hash,
        "behind": _names(one.behind),
        "needed": one.needed,
        "text": reply.text,
    }


def _apology_that_waits(one: WaitingApology) -> Row:
    shown, version = one.shown, one.shown.newest.version
    return {
        "is": "apology",
        "id": shown.apology.id,
        "state": shown.apology.state,
        "submitted_at": shown.apology.submitted_at,
        "overdue": one.overdue,
        "conversation_id": None,
        "account": shown.account,
        "author": None,
        "waiting_since": one.critic_since,
        "writer": shown.newest.writer,
        "held_code": None,
        "hash": version.binding_hash,
        "behind": _names(shown.newest.behind),
        "needed": shown.needed,
        "text": version.core,
    }


def _apology(shown: ShownApology) -> Row:
    version = shown.newest.version
    return {
        "id": shown.apology.id,
        "state": shown.apology.state,
        "title": shown.apology.title,
        "language": shown.apology.language,
        "account": shown.account,
        "post_id": version.post_id,
        "version": version.number,
        "hash": version.binding_hash,
        "core": version.core,
        "expires_at": version.expires_at,
        "most_uses": version.most_uses,
        "uses": shown.uses,
        "uses_left": None if version.most_uses is None else max(0, version.most_uses - shown.uses),
        "behind": _names(shown.newest.behind),
        "needed": shown.needed,
        "why_not": shown.why_not,
    }


def _names(behind: tuple[Behind, ...]) -> list[str]:
    return [one.name for one in behind]
