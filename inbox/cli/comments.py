"""`inbox collect`, `inbox import`, `inbox queue`, `inbox show`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import click

from inbox import clock
from inbox.answering import conversations, tags
from inbox.answering import queue as room
from inbox.answering.threads import ShownComment, ShownNote, ShownReply, ThreadItem
from inbox.cli.output import ROW, Row, json_option, legible, listing, print_object, print_rows
from inbox.cli.running import in_application, sentence
from inbox.collecting import accounts, importing, watch
from inbox.collecting import collect as passes
from inbox.models import ConversationState
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.sharing import teams
from inbox.words import codes, say

PATIENCE = ("collecting_already", "too_soon")
"""Why a pass brought nothing although nothing is wrong."""


@click.command()
@click.option("--account", type=ROW, help="Only this account.")
@click.option("--look-again", is_flag=True, help="Also ask whether the newest comments are still on their network.")
@json_option
@in_application
def collect(account: int | None, look_again: bool, as_json: bool) -> None:
    """One pass over every connected account: fetch what is new and store it."""
    rows, failures = [], []
    for account_id in [account] if account is not None else _connected():
        try:
            if look_again:
                watch.look_again(OPERATOR, account_id, settled=timedelta(0))
            done = passes.collect_account(OPERATOR, account_id)
        except Problem as problem:
            failures.append((account_id, sentence(problem.code, problem.params)))
            continue
        rows.append(asdict(done))
        if done.code in PATIENCE:
            click.echo(say("cli_not_collected", account=account_id, reason=sentence(done.code or "", {})), err=True)
        elif done.code is not None:
            failures.append((account_id, sentence(done.code, {})))
        elif not as_json:
            click.echo(say("cli_collected", **asdict(done)))
    if as_json:
        print_rows(rows, as_json=True, columns=[])
    if failures:
        told = (say("cli_not_collected", account=account_id, reason=reason) for account_id, reason in failures)
        raise click.ClickException(" ".join(told))


def _connected() -> list[int]:
    ids = [health.account.id for health in accounts.list_accounts(OPERATOR) if health.account.connected]
    if not ids:
        raise click.ClickException(say("cli_nothing_to_collect"))
    return ids


@click.command(name="import")
@click.argument("path", metavar="FILE")
@click.option(
    "--map", "mapping", multiple=True, metavar="FIELD=COLUMN", help="Which column holds a field; may be repeated."
)
@json_option
@in_application
def import_(path: str, mapping: tuple[str, ...], as_json: bool) -> None:
    """Import comments from FILE, CSV or JSON Lines. What is known already is not stored again."""
    told = sys.stderr.isatty()

    def progress(count: int) -> None:
        if told:
            click.echo(f"\r{count} ", nl=False, err=True)

    done = importing.import_file(OPERATOR, path, mapping=_mapping(mapping) or None, progress=progress)
    if told:
        click.echo("\r", nl=False, err=True)
    words = say(
        "cli_imported", stored=done.stored, known=done.known, quarantined=done.quarantined, replies=done.replies
    )
    print_object({**asdict(done), "accounts": sorted(done.accounts)}, as_json=as_json, words=words)
    if done.faults:
        first = done.faults[0]
        explained = f"quarantine.{first.code}"
        why = f"{first.code}: {say(explained)}" if explained in codes() else first.code
        raise click.ClickException(say("cli_rows_broken", count=len(done.faults), line=first.line, code=why))


@click.command()
@click.option("--account", type=ROW, help="Only this account.")
@click.option("--network", help="Only this network.")
@click.option("--kind", help="question, criticism, praise or other.")
@click.option("--language", help="The language it is written in: en, fr …")
@click.option("--tag", help="Only with this tag on a conversation, by its name.")
@click.option("--team", help="Only what was given to this team, by its name.")
@click.option("--state", type=click.Choice([each.value for each in ConversationState]), default="waiting")
@click.option(
    "--due", type=click.Choice([each.value for each in room.DueList]), help="Only who is past due, or due soon."
)
@listing
@in_application
def queue(
    account: int | None,
    network: str | None,
    kind: str | None,
    language: str | None,
    tag: str | None,
    team: str | None,
    state: str,
    due: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """Who waits for an answer, in the order in which to answer: a row for each author and account."""
    filters = room.QueueFilters(
        account_id=account,
        network=network,
        kind=kind,
        language=language,
        team_id=teams.find(team).id if team is not None else None,
        state=ConversationState(state),
        due=room.DueList(due) if due else None,
        tag_id=tags.named(OPERATOR, tag).id if tag else None,
    )
    rows: list[room.QueueRow] = []
    after: str | None = None
    while len(rows) < limit:
        page = room.page(OPERATOR, filters, after, min(limit - len(rows), room.MOST_ROWS))
        rows += page.rows
        after = page.next
        if after is None:
            break
    columns = ["conversation_id", "urgency", "author_name", "network", "waiting_since", "due_at", "kind", "excerpt"]
    print_rows((row._asdict() for row in rows), as_json=as_json, columns=columns)


@click.command()
@click.argument("conversation", type=ROW)
@json_option
@in_application
def show(conversation: int, as_json: bool) -> None:
    """Show CONVERSATION: the post, the thread with every version, replies and notes."""
    view = conversations.open_conversation(OPERATOR, conversation)
    print_object(_facts(view), as_json=as_json, words="\n".join(_lines(view)))


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        if not (field and equals and column):
            raise Problem("cli_mapping_unreadable", text=pair)
        mapping[field.strip()] = column.strip()
    return mapping


def _facts(view: conversations.ConversationView) -> Row:
    conversation = view.conversation
    return {
        "id": conversation.id,
        "state": conversation.state,
        "urgency": conversation.urgency,
        "kind": conversation.kind,
        "language": conversation.language,
        "waiting_since": conversation.waiting_since,
        "due_at": conversation.due_at,
        "tags": [tag.name for tag in tags.of_conversation(OPERATOR, conversation.id)],
        "assignee": view.assignee.email if view.assignee else None,
        "team": view.team.name if view.team else None,
        "account": {"id": view.account.id, "network": view.account.network, "name": view.account.name},
        "author": {
            "id": view.author.id,
            "name": view.author.display_name,
            "identifier": view.author.identifier,
            "followers": view.author.followers,
        },
        "post": {"text": view.post.text, "url": view.post.url} if view.post else None,
        "can_reply": view.can_reply,
        "can_reply_code": view.can_reply_code,
        "reply_limit": view.limit.limit,
        "seen_up_to": view.seen_up_to,
        "thread": [{"is": _name(item), **_item(item)} for item in view.thread],
    }


def _lines(view: conversations.ConversationView) -> Iterator[str]:
    conversation = view.conversation
    yield f"{conversation.id}  {conversation.state.value}  {view.account.name} ({view.network_title})"
    if view.post is not None:
        yield f"> {legible(view.post.text)}"
    for item in view.thread:
        at = clock.to_iso(item.at.replace(microsecond=0))
        match item:
            case ShownComment():
                for version in item.versions:
                    withheld = say("cli_withheld", reason=item.withheld.value if item.withheld else "")
                    words = withheld if version.text is None else legible(version.text)
                    written = clock.to_iso(version.written_at.replace(microsecond=0))
                    yield f"{written}  {legible(item.author_name)}: {words}"
            case ShownReply():
                yield f"{at}  {view.account.name} [{item.state.value}]: {legible(item.text)}"
            case ShownNote():
                yield f"{at}  ({item.member_name}): {legible(item.text)}"


def _item(item: ThreadItem) -> dict[str, Any]:
    if isinstance(item, ShownComment):
        return {**item._asdict(), "versions": [version._asdict() for version in item.versions]}
    return asdict(item)


def _name(item: ThreadItem) -> str:
    match item:
        case ShownComment():
            return "comment"
        case ShownReply():
            return "reply"
        case ShownNote():
            return "note"
